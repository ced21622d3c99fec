package bundle

import (
	"io"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/receipt"
)

// ReferralReport says what a department was given and what of it was checked.
type ReferralReport struct {
	Referral  string         `json:"referral"`
	Report    string         `json:"report"`
	Audience  casefile.Actor `json:"audience"`
	Key       string         `json:"key"`       // that signed it
	Signed    bool           `json:"signed"`    // the signature was checked; false: no keys were given
	Statement casefile.Hash  `json:"statement"` // compare it with what is recorded with the referral
	Parts     int            `json:"parts"`
	Files     int            `json:"files"`
	Included  int            `json:"files_included"`
	Shown     int            `json:"files_shown"`
	Missing   int            `json:"files_missing,omitempty"`
}

// IsReferral says whether a zip says of itself that it is what a department was given.
func IsReferral(from io.ReaderAt, size int64) bool {
	r, err := unpack(from, size)
	if err != nil {
		return false
	}
	var m ReferralManifest
	return r.readSigned(&m) == nil && m.Format == ReferralFormat
}

// VerifyReferral checks what a department was given, by itself: the signature, the statement, every file against the hash that is named
// for it, and that nothing else is there. Errors are those of Verify.
func VerifyReferral(from io.ReaderAt, size int64, keys receipt.Keys) (ReferralReport, error) {
	r, err := unpack(from, size)
	if err != nil {
		return ReferralReport{}, err
	}
	var m ReferralManifest
	if err := r.readSigned(&m); err != nil {
		return ReferralReport{}, err
	}
	if m.Format != ReferralFormat {
		return ReferralReport{}, unreadable("its form is %.40q, and %q is expected", m.Format, ReferralFormat)
	}
	if len(m.Parts) > maxParts {
		return ReferralReport{}, unreadable("the manifest names more parts than there can be")
	}
	if err := r.takeParts(m.Parts); err != nil {
		return ReferralReport{}, err
	}
	c := &check{Reader: r, keys: keys, report: Report{Signed: keys != nil}}
	out := ReferralReport{Referral: m.Referral, Report: m.Report, Audience: m.Audience, Key: r.signed.Key, Signed: keys != nil, Statement: m.Statement, Parts: len(m.Parts)}
	for _, do := range []func() error{
		c.signature,
		func() error { return c.named(m.Parts) },
		func() error {
			return c.bytes(Part{Path: statementPart, SHA256: m.Statement, Size: r.sizes[statementPart].Size}, "it is not the statement that was referred")
		},
		func() error { return c.bytes(r.sizes[readmePart], "") },
		func() error { return c.given(m.Parts, &out) },
		c.container,
	} {
		if err := do(); err != nil {
			return out, err
		}
	}
	return out, nil
}

// named sees that the zip has what the manifest of a referral names and nothing else.
func (c *check) named(parts []Part) error {
	for _, path := range slices.Sorted(keysOf(c.parts)) {
		if _, named := c.sizes[path]; !named && path != manifestPart && path != signaturePart {
			return fault(path, "the manifest does not name it")
		}
	}
	for _, p := range parts {
		if !isContent(p.Path) && !slices.Contains([]string{statementPart, evidencePart, readmePart}, p.Path) {
			return fault(p.Path, "no referral has such a part")
		}
	}
	return nil
}

// given are the files: for each its hash, and its bytes where the reader gets them.
func (c *check) given(parts []Part, out *ReferralReport) error {
	listed := map[string]bool{}
	err := rows(c.Reader, evidencePart, func(n int, f Evidence) error {
		out.Files++
		path, is := f.Path, Part{Path: f.Path, SHA256: f.SHA256, Size: f.Size}
		if f.Shown != nil {
			path, is = f.Shown.Path, Part{Path: f.Shown.Path, SHA256: f.Shown.SHA256, Size: f.Shown.Size}
		}
		switch {
		case listed[f.ID]:
			return fault(evidencePart, "row %d: %.60q is named twice", n, f.ID)
		case f.Path != "" && (f.Path != evidenceFolder+f.ID || f.Shown != nil), f.Shown != nil && path != "" && path != shownFolder+f.ID:
			return fault(evidencePart, "row %d: its bytes are not where they belong", n)
		case f.Missing, f.Shown != nil && path == "":
			out.Missing++
		case f.Shown != nil:
			out.Shown++
		case f.Path != "":
			out.Included++
		}
		listed[f.ID] = true
		if path == "" {
			return nil
		}
		listed[path] = true
		return c.bytes(is, "its bytes are not those that are named for "+f.ID)
	})
	if err != nil {
		return err
	}
	for _, p := range parts {
		if isContent(p.Path) && !listed[p.Path] {
			return fault(p.Path, "it is no file that the list names")
		}
	}
	return nil
}
