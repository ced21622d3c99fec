package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/protection"
	"recourse/export"
	"recourse/internal/identifier"
	"recourse/internal/signing"
	"recourse/play"
	"recourse/policies"
	"recourse/store"
)

// code is the exit code of a command.
func code(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var exit *play.Exit
	require.True(t, errors.As(err, &exit), "%v", err)
	return exit.ExitCode()
}

// shop is an installation with one order and one accepted command, its published keys, and the command's receipt, in files.
type shop struct {
	order, keys, receipt, full string
	command                    store.CommandRecord
}

func aShop(t *testing.T) shop {
	t.Helper()
	s := configured(t)
	_, err := run(t, "migrate")
	require.NoError(t, err)
	dir := t.TempDir()
	t.Setenv("RECOURSE_SIGNING", filepath.Join(dir, "signing"))
	_, err = run(t, "keys", "add", filepath.Join(dir, "signing"))
	require.NoError(t, err)
	out := shop{order: identifier.New("ord"), keys: filepath.Join(dir, "keys.json"), receipt: filepath.Join(dir, "receipt.json"), full: filepath.Join(dir, "full.json")}
	keys, err := run(t, "keys", "show", filepath.Join(dir, "signing"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(out.keys, []byte(keys), 0o600))

	cases, err := openStore(t.Context(), s, true, newLogger(s))
	require.NoError(t, err)
	defer closeStore(cases, newLogger(s))
	now := time.Now().UTC().Truncate(time.Microsecond)
	data, err := json.Marshal(protection.Registration{Buyer: "acc_b", Seller: "acc_s", Currency: "EUR", PaidAt: now.Add(-time.Hour), ShipBy: now.Add(48 * time.Hour),
		GuaranteedBy: now.Add(20 * 24 * time.Hour), Terms: policies.Default().ForOrder(), Lines: []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Lamp", Quantity: 1, Price: 4200}}})
	require.NoError(t, err)
	taken, err := cases.Begin(t.Context(), store.NewCase{ID: out.order, Kind: casefile.KindOrder, Command: store.Knock{ID: identifier.New("cmd"), Case: out.order,
		Name: "register_order", By: casefile.Actor{ID: "platform", Role: casefile.Platform}, Data: data}})
	require.NoError(t, err)
	_, err = cases.Step(t.Context(), out.order)
	require.NoError(t, err)
	out.command, err = cases.Command(t.Context(), taken.ID)
	require.NoError(t, err)
	ring, err := signing.Open(filepath.Join(dir, "signing"))
	require.NoError(t, err)
	given, fields, err := export.Receipt(out.command, ring)
	require.NoError(t, err)
	c := out.command
	write := func(path string, v any) {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, text, 0o600))
	}
	write(out.receipt, given)
	write(out.full, withCommand{given, &storedCommand{ID: c.ID, Case: c.Case, Sequence: c.Sequence, Name: c.Name, By: c.By, At: c.ReceivedAt, Fields: fields}})
	return out
}

func TestACaseIsExportedVerifiedAndReplayedByTheCommandLine(t *testing.T) {
	s := aShop(t)
	zip := filepath.Join(t.TempDir(), "case.zip")
	text, err := run(t, "export", s.order, "--for", "buyer", "--out", zip)
	require.NoError(t, err)
	require.Contains(t, text, "for buyer")
	_, err = run(t, "export", s.order, "--for", "buyer", "--out", zip)
	require.ErrorIs(t, err, os.ErrExist, "a file is never overwritten")
	_, err = run(t, "export", s.order, "--for", "king")
	require.ErrorContains(t, err, "king")
	gone := filepath.Join(t.TempDir(), "none.zip")
	_, err = run(t, "export", "ord_none", "--out", gone)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.NoFileExists(t, gone)

	for _, command := range []string{"verify", "replay"} {
		text, err = run(t, command, zip, "--keys", s.keys)
		require.Equal(t, 0, code(t, err), text)
		require.Contains(t, text, "buyer acc_b")
		require.Contains(t, text, "Everything holds")
		text, err = run(t, command, zip)
		require.Equal(t, exitUnsigned, code(t, err))
		require.Contains(t, text, "Who signed it is not known")
		text, err = run(t, command, zip, "--json", "--keys", s.keys)
		require.NoError(t, err)
		var found finding
		require.NoError(t, json.Unmarshal([]byte(text), &found))
		require.True(t, found.Holds && found.Signed)
		require.Equal(t, command == "replay", found.Replayed != nil)
	}
	text, err = run(t, "replay", zip, "--keys", s.keys)
	require.NoError(t, err)
	require.Contains(t, text, "of 42.00 EUR refunded 0.00, released 0.00, fees 0.00, held 42.00")

	whole, err := os.ReadFile(zip)
	require.NoError(t, err)
	at := bytes.Index(whole, []byte("README.txt")) + 40
	whole[at] ^= 0xff
	require.NoError(t, os.WriteFile(zip, whole, 0o600))
	text, err = run(t, "verify", zip, "--keys", s.keys)
	require.Equal(t, exitWrong, code(t, err))
	require.Contains(t, text, "Wrong: README.txt")
	text, err = run(t, "verify", zip, "--json")
	require.Equal(t, exitWrong, code(t, err))
	require.Contains(t, text, `"where": "README.txt"`)
}

func TestAReceiptIsVerifiedAloneWithItsCommandAndInABundle(t *testing.T) {
	s := aShop(t)
	zip := filepath.Join(t.TempDir(), "case.zip")
	_, err := run(t, "export", s.order, "--out", zip)
	require.NoError(t, err)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{s.receipt, "--keys", s.keys}, 0, "register_order, number 1"},
		{[]string{s.receipt}, exitUnsigned, "not known"},
		{[]string{s.full, "--keys", s.keys}, 0, "that of the command beside it"},
		{[]string{s.receipt, "--keys", s.keys, "--in", zip}, 0, "it has this receipt"},
	} {
		text, err := run(t, append([]string{"verify"}, c.args...)...)
		require.Equal(t, c.code, code(t, err), text)
		require.Contains(t, text, c.says)
	}
	change := func(path, from, to string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(text), from)
		changed := filepath.Join(t.TempDir(), "changed.json")
		require.NoError(t, os.WriteFile(changed, bytes.Replace(text, []byte(from), []byte(to), 1), 0o600))
		return changed
	}
	for _, c := range []struct{ file, says string }{
		{change(s.receipt, `"sequence":1`, `"sequence":2`), "signature"},
		{change(s.full, `"LAMP-7"`, `"LAMP-8"`), `"lines"`},
		{change(s.full, `"acc_b"`, `"acc_c"`), `"buyer"`},
	} {
		text, err := run(t, "verify", c.file, "--keys", s.keys)
		require.Equal(t, exitWrong, code(t, err), text)
		require.Contains(t, text, c.says)
	}
	text, err := run(t, "verify", change(s.receipt, `"command":"cmd_`, `"command":"cmd_x`), "--in", zip)
	require.Equal(t, exitWrong, code(t, err))
	require.Contains(t, text, "no such command")
}

func TestWhatIsNeitherABundleNorAReceiptIsSaidToBeSo(t *testing.T) {
	s := aShop(t)
	dir := t.TempDir()
	for name, content := range map[string]string{"empty": "", "text": "hello", "json": `{"a":1}`, "zip": "PK\x03\x04 and no more than this, which is not enough"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := run(t, "verify", path)
		require.Equal(t, exitUnreadable, code(t, err), name)
		require.NotEmpty(t, err.Error())
	}
	_, err := run(t, "verify", filepath.Join(dir, "none"))
	require.Equal(t, exitUnreadable, code(t, err))
	_, err = run(t, "verify", s.receipt, "--keys", s.receipt)
	require.Equal(t, exitUnreadable, code(t, err), "keys that are none")
	_, err = run(t, "replay", s.receipt)
	require.Equal(t, exitUnreadable, code(t, err))
}

func TestWithoutAKeyNothingIsExported(t *testing.T) {
	s := aShop(t)
	t.Setenv("RECOURSE_SIGNING", "")
	_, err := run(t, "export", s.order)
	require.ErrorContains(t, err, "RECOURSE_SIGNING")
	t.Setenv("RECOURSE_SIGNING", t.TempDir())
	_, err = run(t, "export", s.order)
	require.ErrorContains(t, err, "recourse keys add")
}

// TestWhatADepartmentWasGivenIsVerifiedByTheCommandLine: signed by a key of the platform, by nobody known, and changed on its way.
func TestWhatADepartmentWasGivenIsVerifiedByTheCommandLine(t *testing.T) {
	ring, err := signing.Temporary()
	require.NoError(t, err)
	dir := t.TempDir()
	file, keys := filepath.Join(dir, "ref_1.zip"), filepath.Join(dir, "keys.json")
	letter := []byte("They asked for more.")
	var whole bytes.Buffer
	require.NoError(t, bundle.WriteReferral(&whole, bundle.Referral{ID: "ref_1", Report: "rep_1", Audience: casefile.Actor{ID: "sol", Role: casefile.Supervisor}, Statement: []byte(`{"report":"rep_1"}`),
		Files: []bundle.Named{{File: bundle.File{Evidence: "evd_1", Case: "dsp_1", SHA256: sha256.Sum256(letter), Size: int64(len(letter)), Type: "text/plain",
			Shown: &bundle.Content{SHA256: sha256.Sum256(letter), Size: int64(len(letter)), Type: "text/plain"}}, Form: disclosure.Shown}},
		Open: func(casefile.Hash) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(letter)), nil }}, ring))
	require.NoError(t, os.WriteFile(file, whole.Bytes(), 0o600))
	published, err := json.Marshal(ring.Keys().Set())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(keys, published, 0o600))

	told, err := run(t, "verify", "--keys", keys, file)
	require.Zero(t, code(t, err), told)
	require.Contains(t, told, "ref_1 of rep_1")
	require.Contains(t, told, "1 file, 1 of them here")
	_, err = run(t, "verify", file)
	require.Equal(t, exitUnsigned, code(t, err))
	require.NoError(t, os.WriteFile(file, bytes.Replace(whole.Bytes(), letter, bytes.ToUpper(letter), 1), 0o600))
	told, err = run(t, "verify", "--keys", keys, file)
	require.Equal(t, exitWrong, code(t, err))
	require.Contains(t, told, "Wrong: evidence/evd_1")
}
