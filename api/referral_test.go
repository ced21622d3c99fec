package api

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/bundle"
	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/kinds"
	"recourse/export"
	"recourse/internal/identifier"
	"recourse/internal/signing"
	"recourse/store"
)

// stepper is an engine that steps what waits, at once, and finds every file harmless.
type stepper struct{ *store.Store }

func (s stepper) Deliver(ctx context.Context, _ delivery.Command) error {
	for {
		waiting, err := s.Undelivered(ctx, -time.Hour, 10)
		if err != nil {
			return err
		}
		open, err := s.OpenEffects(ctx, -time.Hour, 10)
		if err != nil || len(waiting)+len(open) == 0 {
			return err
		}
		for _, ref := range append(waiting, open...) {
			if err := s.step(ctx, ref); err != nil {
				return err
			}
		}
	}
}

func (s stepper) step(ctx context.Context, ref store.CaseRef) error {
	result, err := s.Step(ctx, ref.ID)
	if err != nil {
		return err
	}
	for _, e := range result.Todo {
		name, data := "confirm_transfer", map[string]any{"step": e.Step}
		if e.Kind == casefile.EffectScan {
			name, data["verdict"] = "record_scan", dispute.ScanClean
		}
		body, err := json.Marshal(data)
		if err != nil {
			return err
		}
		if _, err := s.Knock(ctx, store.Knock{ID: identifier.New("cmd"), Case: ref.ID, Name: name, By: casefile.ByItself, Data: body}); err != nil {
			return err
		}
	}
	return nil
}

func (s stepper) Wake(ctx context.Context, _ delivery.Case, _ int64) error {
	return s.Deliver(ctx, delivery.Command{})
}

// overStore has the server stand on a database and a folder of files instead of the world, with the same people. It returns the folder.
func (s *stage) overStore() (*store.Store, string) {
	s.t.Helper()
	folder := s.t.TempDir()
	blobs, err := store.OpenBlobs(s.t.Context(), "file://"+folder+"?create_dir=true&no_tmp_dir=true")
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, blobs.Close()) })
	now := s.world.now
	real, err := store.Open(s.t.Context(), "sqlite:"+filepath.Join(s.t.TempDir(), "cases.db"), store.Options{Kinds: kinds.All(), Blobs: blobs,
		Now: func() time.Time { now = now.Add(time.Microsecond); return now }})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, real.Close()) })
	require.NoError(s.t, real.Migrate(s.t.Context()))
	for _, account := range s.world.accounts {
		_, err := real.CreateAccount(s.t.Context(), account, store.Once{})
		require.NoError(s.t, err)
	}
	keys, err := signing.Temporary()
	require.NoError(s.t, err)
	s.server, err = New(s.server.config, Services{Store: real, Deliver: stepper{real}, Tokens: s.server.tokens, Signing: keys, Bundles: export.Exporter{Store: real, Signer: keys}})
	require.NoError(s.t, err)
	return real, folder
}

// partsOf are the parts of a zip by their names.
func partsOf(t *testing.T, whole []byte) map[string][]byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	require.NoError(t, err)
	parts := map[string][]byte{}
	for _, f := range from.File {
		r, err := f.Open()
		require.NoError(t, err)
		var text bytes.Buffer
		_, err = text.ReadFrom(r)
		require.NoError(t, err)
		parts[f.Name] = text.Bytes()
	}
	return parts
}

// TestADepartmentIsGivenTheFilesThatAReportNames: as its reader is shown them, held against their hashes, and nothing that whoever named
// it could not see.
func TestADepartmentIsGivenTheFilesThatAReportNames(t *testing.T) {
	s := newStage(t)
	real, folder := s.overStore()
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID + "/evidence"
	const letter, pixels, strangers = "They asked for 5.00 more.", "nothing but pixels", "of another buyer's case"
	photo := withComment()
	text, picture := s.handIn(s.aBuyer(), at, []byte(letter)), s.handIn(s.aBuyer(), at, photo)
	require.NoError(t, real.KeepRenditions(t.Context(), picture.File.ID, store.NewRendition{Rendition: store.Rendition{Use: store.Shown, Type: "image/jpeg", Width: 1, Height: 1}, Bytes: []byte(pixels)}))
	answer := s.handIn(s.aSeller(), at, []byte("It was for the box."))
	other := s.handIn(who{id: s.otherBuyer, role: casefile.Buyer}, "/v1/disputes/"+s.disputeOf(s.otherBuyer).ID+"/evidence", []byte(strangers))

	var made, referred wire.Report
	s.post(s.aBuyer(), "/v1/reports", s.accuse(d.Order, `,"affirm":true,"evidence":["`+text.ID+`","`+picture.File.ID+`","`+text.ID+`","`+other.ID+`","evd_none"]`)).is(http.StatusCreated).into(&made)
	report := "/v1/reports/" + made.ID
	s.post(s.aSupervisor(), report+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aReviewer(), report+"/admit", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), report+"/need_info", `{"to":"reported","text":"What was it for?"}`).is(http.StatusOK)
	s.post(s.aSeller(), report+"/give_info", `{"text":"The box.","evidence":["`+answer.ID+`"]}`).is(http.StatusOK)
	s.post(s.aReviewer(), report+"/find", `{"finding":"substantiated"}`).is(http.StatusOK)
	s.post(s.aReviewer(), report+"/referrals", `{"to":"police"}`).is(http.StatusOK).into(&referred)
	given := referred.Referrals[0]
	path := report + "/referrals/" + given.ID + "/export"

	for _, c := range []struct {
		by   who
		told bool
	}{{s.aReviewer(), true}, {s.aSupervisor(), true}, {who{id: "auditor", role: casefile.Auditor}, true}, {anOperator(), false}, {who{id: "acc_other", role: casefile.Reviewer}, false}} {
		a := s.get(c.by, path).is(http.StatusOK)
		require.Equal(t, "application/zip", a.header.Get("Content-Type"))
		checked, err := bundle.VerifyReferral(bytes.NewReader(a.body), int64(len(a.body)), s.keysOf())
		require.NoError(t, err, "%s", c.by.role)
		require.Equal(t, []any{given.ID, made.ID, given.Export, 3, true}, []any{checked.Referral, checked.Report, checked.Statement.String(), checked.Files, checked.Signed})
		parts := partsOf(t, a.body)
		sum := sha256.Sum256(parts["statement.json"])
		require.Equal(t, given.Export, hex.EncodeToString(sum[:]))
		require.Contains(t, string(parts["statement.json"]), canary)
		require.Contains(t, string(parts["evidence.jsonl"]), picture.File.Sha256, "the hash of the original, whoever reads")
		for _, hidden := range []string{string(photo), strangers} {
			require.NotContains(t, string(a.body), hidden, "files are not packed, so they would be found")
		}
		if c.told {
			require.Equal(t, []int{2, 1, 0}, []int{checked.Included, checked.Shown, checked.Missing}, "%s", c.by.role)
			require.Equal(t, []string{letter, pixels, "It was for the box."}, []string{string(parts["evidence/"+text.ID]), string(parts["shown/"+picture.ID]), string(parts["evidence/"+answer.ID])})
		} else {
			require.Equal(t, []int{0, 0, 0}, []int{checked.Included, checked.Shown, checked.Missing}, "%s", c.by.role)
		}
		for _, at := range []int{len(a.body) / 3, len(a.body) / 2, len(a.body) - 30} {
			wrong := bytes.Clone(a.body)
			wrong[at] ^= 1
			_, err := bundle.VerifyReferral(bytes.NewReader(wrong), int64(len(wrong)), s.keysOf())
			require.Error(t, err, "a byte was changed at %d", at)
		}
	}
	for _, side := range []who{s.aBuyer(), s.aSeller()} {
		s.get(side, path).refused(wire.ProblemCodeNotAllowed)
	}

	require.NoError(t, filepath.WalkDir(folder, func(name string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		kept, err := os.ReadFile(name)
		if err != nil || string(kept) != letter {
			return err
		}
		return os.WriteFile(name, []byte(strings.ToUpper(letter)), 0o600)
	}))
	require.Equal(t, http.StatusInternalServerError, s.get(s.aReviewer(), path).status, "bytes that are not those that were handed in are not handed over")
	s.get(anOperator(), path).is(http.StatusOK)
}

// disputeOf is a dispute of another buyer with the same seller.
func (s *stage) disputeOf(buyer string) wire.Dispute {
	s.t.Helper()
	was := s.buyer
	s.buyer = buyer
	defer func() { s.buyer = was }()
	return s.aDispute()
}
