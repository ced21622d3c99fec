package bundle_test

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
)

const (
	asHandedIn = "a picture of a cracked lamp"
	asShown    = "the same picture, of its pixels"
)

func TestNobodyButItsOwnerTakesAnOriginalAway(t *testing.T) {
	r, d, _ := decidedCase(t, casefile.Buyer)
	item := d.Items[0].ID
	for _, c := range []struct {
		by              casefile.Actor
		original, image string
	}{
		{casefile.Actor{ID: d.Buyer, Role: casefile.Buyer}, asHandedIn, ""},
		{casefile.Actor{ID: d.Seller, Role: casefile.Seller}, "", asShown},
		{casefile.Actor{ID: "cleo", Role: casefile.Reviewer}, "", asShown},
		{casefile.Actor{ID: "gwen", Role: casefile.Supervisor}, "", asShown},
		{casefile.Actor{ID: "ann", Role: casefile.Auditor}, "", asShown},
		{casefile.Actor{Role: casefile.Auditor}, "", asShown}, // of an export by the command line
		{casefile.Actor{ID: "otto", Role: casefile.Operator}, "", ""},
	} {
		text := r.bundle(d.ID, c.by)
		p := takeApart(t, text)
		require.Equal(t, c.original, string(p.content["evidence/"+item]), "%s", c.by.Role)
		require.Equal(t, c.image, string(p.content["shown/"+item]), "%s", c.by.Role)
		read, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
		require.NoError(t, err)
		report, err := bundle.Verify(read, published())
		require.NoError(t, err, "%s", c.by.Role)
		require.Equal(t, c.original != "", report.Included == 1)
		require.Equal(t, c.image != "", report.Shown == 1)
		require.Equal(t, 1, report.Files)
		require.Zero(t, report.Missing)
		require.Contains(t, string(p.content["evidence.jsonl"]), `"sha256":"`+casefile.Hash(sha256.Sum256([]byte(asHandedIn))).String(), "the hash of what was handed in is for everybody")
	}
}

func TestAnImageThatTheStoreHasLostIsSaidToBeMissing(t *testing.T) {
	r, d, _ := decidedCase(t, casefile.Buyer)
	source := r.source(d.ID)
	delete(r.shown, "fil_1")
	var out bytes.Buffer
	require.NoError(t, bundle.Write(&out, source, bundle.Options{Eyes: eyes(casefile.Actor{ID: d.Seller, Role: casefile.Seller}), Signer: signer}))
	read, err := bundle.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	require.NoError(t, err)
	report, err := bundle.Verify(read, published())
	require.NoError(t, err)
	require.Equal(t, 1, report.Missing)
	require.Zero(t, report.Shown)
}

func TestOfAnImageThatNothingWasMadeOfOthersGetTheHash(t *testing.T) {
	r, d, _ := decidedCase(t, casefile.Buyer)
	delete(r.shown, "fil_1") // before it was ever known
	p := takeApart(t, r.bundle(d.ID, casefile.Actor{ID: "ann", Role: casefile.Auditor}))
	require.Empty(t, p.content["evidence/"+d.Items[0].ID])
	require.Empty(t, p.content["shown/"+d.Items[0].ID])
}

func TestAnImageThatWasChangedIsNamed(t *testing.T) {
	r, d, _ := decidedCase(t, casefile.Buyer)
	whole := r.bundle(d.ID, casefile.Actor{ID: d.Seller, Role: casefile.Seller})
	require.NoError(t, verify(t, whole))
	image := "shown/" + d.Items[0].ID
	for _, c := range []struct {
		what  string
		harm  func(p *parts)
		where string
		says  string
	}{
		{"a byte of it", func(p *parts) { p.content[image][3] ^= 1 }, image, "not those that are shown in place of"},
		{"it is removed", func(p *parts) { delete(p.content, image) }, image, "missing"},
		{"one that nobody handed in", func(p *parts) {
			p.paths, p.content["shown/evd_more"] = append(p.paths, "shown/evd_more"), []byte("more")
		}, "shown/evd_more", "no evidence"},
		{"it is said to be somewhere else", func(p *parts) {
			p.edit("evidence.jsonl", nil, func(row map[string]any) { at(row, "shown")["path"] = "evidence.jsonl" })
		}, "evidence.jsonl", "not where they belong"},
		{"it is given as what was handed in", func(p *parts) {
			p.edit("evidence.jsonl", nil, func(row map[string]any) { row["path"] = "evidence/" + d.Items[0].ID })
		}, "evidence.jsonl", "not where they belong"},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := takeApart(t, whole)
			c.harm(p)
			err := verify(t, p.zipped(true))
			var found *bundle.Fault
			require.ErrorAs(t, err, &found)
			require.Equal(t, c.where, found.Where)
			require.Contains(t, found.What, c.says)
		})
	}
}
