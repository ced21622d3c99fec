package export_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/export"
	"recourse/internal/identifier"
	"recourse/internal/signing"
	"recourse/policies"
	"recourse/store"
)

// market is a real store on SQLite with a story: a dispute with a file, an attempt, an offer and a concession, in real time.
type market struct {
	*testing.T
	store   *store.Store
	folder  string // of the files
	ring    *signing.Ring
	now     time.Time
	order   string
	dispute string
	file    store.File
	photo   store.File
}

// What the store keeps of a photo. Neither is looked into here.
const (
	aPhoto    = "a photo, and where it was taken"
	itsPixels = "a photo"
	neverMade = "another, of which no image was made" // so that nobody else gets any of it
)

var (
	buyer  = casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}
	seller = casefile.Actor{ID: "acc_seller", Role: casefile.Seller}
)

func open(t *testing.T) *market {
	m := &market{T: t, now: time.Now().UTC().Truncate(time.Microsecond), order: identifier.New("ord"), folder: t.TempDir()}
	blobs, err := store.OpenBlobs(t.Context(), "file://"+m.folder+"?create_dir=true&no_tmp_dir=true")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	m.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "cases.db"), store.Options{Kinds: []casefile.Kind{protection.Kind, dispute.Kind}, Blobs: blobs})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.store.Close()) })
	require.NoError(t, m.store.Migrate(t.Context()))
	m.ring, err = signing.Temporary()
	require.NoError(t, err)
	m.tell()
	return m
}

func (m *market) tell() {
	ctx := m.Context()
	for id, role := range map[string]casefile.Role{"acc_buyer": casefile.Buyer, "acc_seller": casefile.Seller, "acc_cleo": casefile.Reviewer} {
		_, err := m.store.CreateAccount(ctx, store.Account{ID: id, Role: role}, store.Once{})
		require.NoError(m, err)
	}
	register := protection.Registration{Buyer: "acc_buyer", Seller: "acc_seller", Currency: "EUR", Shipping: 350, PaidAt: m.now.Add(-time.Hour),
		ShipBy: m.now.Add(48 * time.Hour), GuaranteedBy: m.now.Add(20 * 24 * time.Hour), Terms: policies.Default().ForOrder(),
		Lines: []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Lamp", Quantity: 1, Price: money.Minor(4200)}}}
	_, err := m.store.Begin(ctx, store.NewCase{ID: m.order, Kind: casefile.KindOrder, Command: store.Knock{ID: identifier.New("cmd"), Case: m.order,
		Name: "register_order", By: casefile.Actor{ID: "platform", Role: casefile.Platform}, Data: m.json(register)}})
	require.NoError(m, err)
	m.settle()
	m.knock(m.order, "ship", seller, map[string]any{"carrier": "courier", "tracking": "T-1"})
	m.knock(m.order, "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, map[string]any{"strength": "strong"})
	m.knock(m.order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": "Cracked <b>&</b> dim."})
	page, err := m.store.Cases(ctx, store.CaseQuery{Kind: casefile.KindDispute})
	require.NoError(m, err)
	m.dispute = page.Data[0].ID
	m.file, err = m.store.SaveFile(ctx, store.NewFile{ID: identifier.New("fil"), Name: "lamp.txt", By: "acc_buyer", Case: m.dispute, Limit: 100, Type: func() string { return "text/plain" }}, strings.NewReader("a cracked lamp"), store.Once{})
	require.NoError(m, err)
	m.knock(m.dispute, "submit_evidence", buyer, map[string]any{"type": "photo_of_item", "file": m.file.ID, "sha256": m.file.Hash})
	m.photo, err = m.store.SaveFile(ctx, store.NewFile{ID: identifier.New("fil"), Name: "lamp.jpg", By: "acc_buyer", Case: m.dispute, Limit: 100, Type: func() string { return "image/jpeg" }}, strings.NewReader(aPhoto), store.Once{})
	require.NoError(m, err)
	require.NoError(m, m.store.KeepRenditions(ctx, m.photo.ID, store.NewRendition{Rendition: store.Rendition{Use: store.Shown, Type: "image/jpeg", Width: 1, Height: 1}, Bytes: []byte(itsPixels)},
		store.NewRendition{Rendition: store.Rendition{Use: store.Thumbnail, Type: "image/jpeg", Width: 1, Height: 1}, Bytes: []byte("smaller")}))
	m.knock(m.dispute, "submit_evidence", buyer, map[string]any{"type": "photo_of_item", "file": m.photo.ID, "sha256": m.photo.Hash})
	bare, err := m.store.SaveFile(ctx, store.NewFile{ID: identifier.New("fil"), Name: "2.jpg", By: "acc_buyer", Case: m.dispute, Limit: 100, Type: func() string { return "image/jpeg" }}, strings.NewReader(neverMade), store.Once{})
	require.NoError(m, err)
	m.knock(m.dispute, "submit_evidence", buyer, map[string]any{"type": "photo_of_item", "file": bare.ID, "sha256": bare.Hash})
	m.knock(m.dispute, "reopen", seller, map[string]any{"text": "an attempt of the seller"})
	m.knock(m.dispute, "offer", seller, map[string]any{"remedy": "refund_partial", "amount": 500})
	m.knock(m.dispute, "concede", seller, nil)
	_, err = m.store.MakeRoot(ctx)
	require.NoError(m, err)
	m.knock(m.order, "post_message", buyer, map[string]any{"text": "Thank you."})
}

func (m *market) json(v any) json.RawMessage {
	text, err := json.Marshal(v)
	require.NoError(m, err)
	return text
}

func (m *market) knock(caseID, name string, by casefile.Actor, data any) store.CommandRecord {
	r, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: caseID, Name: name, By: by, Data: m.json(data)})
	require.NoError(m, err)
	m.settle()
	c, err := m.store.Command(m.Context(), r.ID)
	require.NoError(m, err)
	require.True(m, c.Applied)
	return c
}

// settle steps whatever waits, confirms whatever is paid and finds every file harmless.
func (m *market) settle() {
	for {
		refs, err := m.store.Undelivered(m.Context(), -time.Hour, 10)
		require.NoError(m, err)
		open, err := m.store.OpenEffects(m.Context(), -time.Hour, 10)
		require.NoError(m, err)
		if len(refs)+len(open) == 0 {
			return
		}
		for _, ref := range append(refs, open...) {
			result, err := m.store.Step(m.Context(), ref.ID)
			require.NoError(m, err)
			for _, e := range result.Todo {
				name, data := "confirm_transfer", map[string]any{"step": e.Step}
				if e.Kind == casefile.EffectScan {
					name, data["verdict"] = "record_scan", dispute.ScanClean
				}
				_, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: ref.ID, Name: name,
					By: casefile.Actor{Role: casefile.System}, Data: m.json(data), Internal: true})
				require.NoError(m, err)
				_, err = m.store.Step(m.Context(), ref.ID)
				require.NoError(m, err)
			}
		}
	}
}

func (m *market) bundle(id string, by casefile.Actor) []byte {
	var out bytes.Buffer
	e := export.Exporter{Store: m.store, Signer: m.ring}
	require.NoError(m, e.Write(m.Context(), id, disclosure.Eyes{By: by, Evidence: by.Role != casefile.Operator}, &out))
	return out.Bytes()
}

func TestACaseOfTheStoreIsTakenAwayAndDecidedAgain(t *testing.T) {
	m := open(t)
	for _, by := range []casefile.Actor{buyer, seller, {ID: "acc_cleo", Role: casefile.Reviewer}, {ID: "otto", Role: casefile.Operator}, {ID: "ann", Role: casefile.Auditor}} {
		for _, id := range []string{m.dispute, m.order} {
			text := m.bundle(id, by)
			require.Equal(t, text, m.bundle(id, by))
			r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
			require.NoError(t, err)
			report, err := bundle.Verify(r, m.ring.Keys())
			require.NoError(t, err, "%s for %s", id, by.Role)
			again, err := bundle.Replay(r)
			require.NoError(t, err, "%s for %s", id, by.Role)
			require.Equal(t, id, again.Case)
			require.Equal(t, len(again.Cases), len(report.Proofs), "the root of the day covers each")
			for _, p := range report.Proofs {
				require.NoError(t, p.Verify())
			}
			require.NotEmpty(t, r.Manifest.Policy)
			if id == m.dispute {
				require.Equal(t, "conceded_by_seller", again.Cases[0].End.Outcome)
				require.EqualValues(t, 4550, again.Cases[1].End.Escrow.Refunded)
				require.Equal(t, 3, report.Files)
				require.Equal(t, by == buyer, strings.Contains(string(text), neverMade))
				switch by.Role {
				case casefile.Buyer: // who handed both in
					require.Equal(t, []int{3, 0}, []int{report.Included, report.Shown})
				case casefile.Operator:
					require.Equal(t, []int{0, 0}, []int{report.Included, report.Shown})
				default: // the text as it is, and the photo as it is shown
					require.Equal(t, []int{1, 1}, []int{report.Included, report.Shown})
					require.NotContains(t, string(text), aPhoto)
					require.Contains(t, string(text), itsPixels, "files are not packed, so they are found")
				}
				require.Zero(t, report.Missing)
			}
		}
	}
}

func TestTheReceiptOfTheStoreIsTheOneInTheBundle(t *testing.T) {
	m := open(t)
	c := m.knock(m.order, "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, map[string]any{"strength": "weak"})
	require.True(t, c.Answer.Accepted())
	given, fields, err := export.Receipt(c, m.ring)
	require.NoError(t, err)
	require.NoError(t, given.Verify(m.ring.Keys()))
	covers, err := given.Covers(c.Command(), fields)
	require.NoError(t, err)
	require.True(t, covers)
	text := m.bundle(m.order, casefile.Actor{ID: "ann", Role: casefile.Auditor})
	r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
	require.NoError(t, err)
	found := bundle.Covers(r, given)
	require.NoError(t, found)
	other := given
	other.Head[0] ^= 1
	require.ErrorContains(t, bundle.Covers(r, other), "another")
	other = given
	other.Command = "cmd_x"
	require.ErrorContains(t, bundle.Covers(r, other), "no such command")
}

func TestALostFileIsSaidToBeMissing(t *testing.T) {
	m := open(t)
	require.NoError(t, os.Remove(filepath.Join(m.folder, "sha256", m.file.Hash[:2], m.file.Hash)))
	text := m.bundle(m.dispute, buyer)
	r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
	require.NoError(t, err)
	report, err := bundle.Verify(r, m.ring.Keys())
	require.NoError(t, err)
	require.Equal(t, 3, report.Files)
	require.Equal(t, 1, report.Missing)
	require.Equal(t, 2, report.Included)

	m = open(t)
	require.NoError(t, os.WriteFile(filepath.Join(m.folder, "sha256", m.file.Hash[:2], m.file.Hash), []byte("another lamp!!"), 0o600))
	err = export.Exporter{Store: m.store, Signer: m.ring}.Write(t.Context(), m.dispute, disclosure.Eyes{By: buyer, Evidence: true}, io.Discard)
	require.ErrorContains(t, err, "was handed in", "bytes that were changed are not given away as the ones that were handed in")
}

func TestWhatIsNotThereHasNoBundle(t *testing.T) {
	m := open(t)
	e := export.Exporter{Store: m.store, Signer: m.ring}
	require.ErrorIs(t, e.Write(t.Context(), "dsp_none", disclosure.Eyes{By: buyer}, io.Discard), store.ErrNotFound)
	order := identifier.New("ord")
	_, err := m.store.Begin(t.Context(), store.NewCase{ID: order, Kind: casefile.KindOrder, Command: store.Knock{ID: identifier.New("cmd"), Case: order, Name: "register_order", By: seller}})
	require.NoError(t, err)
	require.ErrorIs(t, e.Write(t.Context(), order, disclosure.Eyes{By: buyer}, io.Discard), store.ErrNotFound, "nothing has happened in it yet")
}
