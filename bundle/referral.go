package bundle

import (
	"crypto/sha256"
	"fmt"
	"io"

	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/receipt"
)

// ReferralFormat names the form of what a department is given with a report (PROCEDURE 9).
const ReferralFormat = "recourse-referral-1"

const statementPart = "statement.json"

// Referral is what a department is given: the statement as the log of the report has it, and the files that it names.
type Referral struct {
	ID        string
	Report    string
	Audience  casefile.Actor // who takes it away
	Statement []byte         // in its canonical form; its SHA-256 is recorded with the referral
	Files     []Named
	Open      func(sha256 casefile.Hash) (io.ReadCloser, error) // fs.ErrNotExist: the bytes are lost
}

// Named is a file that a statement names, in the form in which the reader gets it.
type Named struct {
	File
	Form disclosure.Form
}

// ReferralManifest says what a department was given. It is the part that is signed.
type ReferralManifest struct {
	Format    string         `json:"format"`
	Referral  string         `json:"referral"`
	Report    string         `json:"report"`
	Audience  casefile.Actor `json:"audience"`
	Statement casefile.Hash  `json:"statement"`
	Parts     []Part         `json:"parts"`
}

// WriteReferral writes what a department is given as a zip of the kind that bundles are, with a manifest and a signature. The same
// referral and audience give the same bytes as long as no file is lost.
func WriteReferral(to io.Writer, r Referral, signer receipt.Signer) error {
	w := &writer{pack: newPack(to), from: Source{About: r.Report, Open: r.Open}, signer: signer, forms: map[string]disclosure.Form{}}
	for _, f := range r.Files {
		w.from.Files = append(w.from.Files, f.File)
		w.forms[f.Evidence] = f.Form
	}
	manifest := ReferralManifest{Format: ReferralFormat, Referral: r.ID, Report: r.Report, Audience: r.Audience, Statement: sha256.Sum256(r.Statement)}
	for _, do := range []func() error{
		func() error { return w.text(statementPart, r.Statement) },
		w.writeEvidence,
		func() error { return w.text(readmePart, []byte(referralReadme)) },
		func() error { manifest.Parts = w.parts; return w.end(manifest) },
	} {
		if err := do(); err != nil {
			return fmt.Errorf("write referral %s: %w", r.ID, err)
		}
	}
	return nil
}

// text writes a part that is at hand.
func (p *pack) text(path string, text []byte) error {
	return p.add(path, func(to io.Writer) error {
		_, err := to.Write(text)
		return err
	})
}

const referralReadme = `This is what the platform gives a department about a report: the report with its finding, and the files that were named in it.

Check it without a network and without an account:

    recourse verify --keys keys.json THIS_FILE

keys.json is what the platform publishes at /v1/keys.

  manifest.json, manifest.sig   every part with its hash, and the signature over it
  statement.json                the report as it stood when it was referred; its hash is recorded with the referral
  evidence.jsonl                each file that is named and that whoever named it could see, with its hash
  evidence/, shown/             the files; of an image the one that is made of its pixels. The platform opens an original one at a time,
                                for whoever may ask for it, and the hash in the list is the original's
`
