package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"recourse/domain/casefile"
	"recourse/domain/disclosure"
)

// writeEvidence writes of each file what the audience gets, and then the list of all. One that the platform has lost is said to
// be missing: what is left can be read all the same.
func (w *writer) writeEvidence() error {
	list := make([]Evidence, len(w.from.Files))
	for i, f := range w.from.Files {
		row := &list[i]
		*row = Evidence{ID: f.Evidence, Case: f.Case, SHA256: f.SHA256, Size: f.Size, Type: f.Type, Missing: f.SHA256 == casefile.Hash{}}
		form, whole := w.forms[f.Evidence], Content{SHA256: f.SHA256, Size: f.Size, Type: f.Type}
		var err error
		switch {
		case row.Missing, form == disclosure.Hash, form == disclosure.Shown && f.Shown == nil:
		case form == disclosure.Original, f.Shown.SHA256 == f.SHA256:
			row.Path, err = w.writeFile(evidenceFolder+f.Evidence, whole)
			row.Missing = row.Path == ""
		default:
			row.Shown = &Image{SHA256: f.Shown.SHA256, Size: f.Shown.Size, Type: f.Shown.Type}
			row.Shown.Path, err = w.writeFile(shownFolder+f.Evidence, *f.Shown)
		}
		if err != nil {
			return fmt.Errorf("evidence %s: %w", f.Evidence, err)
		}
	}
	return lines(w.pack, evidencePart, all(list))
}

// writeFile copies bytes as they are: pictures and films do not get smaller. It returns where they are, nothing if they are lost.
// A store that gives other bytes than it was given is an error here and not a bundle that fails at somebody else's.
func (w *writer) writeFile(path string, f Content) (string, error) {
	if w.from.Open == nil {
		return "", errors.New("there is nothing to read files from")
	}
	from, err := w.from.Open(f.SHA256)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	err = w.add(path, func(to io.Writer) error {
		_, err := io.Copy(to, from)
		return err
	})
	if err = errors.Join(err, from.Close()); err != nil {
		return "", err
	}
	if last := w.parts[len(w.parts)-1]; last.SHA256 != f.SHA256 || last.Size != f.Size {
		return "", fmt.Errorf("the stored bytes have the hash %s, and %s was handed in", last.SHA256, f.SHA256)
	}
	return path, nil
}

const readme = `This is the record of a case, for one reader: what happened, what was asked and answered, what it was decided on,
and how the money moved.

Check it, and decide the case again by its rules, without a network and without an account:

    recourse verify --keys keys.json THIS_FILE
    recourse replay --keys keys.json THIS_FILE

keys.json is what the platform publishes at /v1/keys. docs/bundle.md of the program describes every part, so that another
program can do the same.

  manifest.json, manifest.sig   every part with its hash, and the signature over it
  cases/*/timeline.jsonl        the log: each event is bound to the one before it
  cases/*/commands.jsonl        who asked for what, with the answer and the receipt
  cases/*/deadlines.jsonl       the deadlines that came
  cases/*/case.json             where the case stood at the end
  ledger.jsonl                  how the order's money moved
  decisions.jsonl               the decisions with their reasons
  evidence.jsonl                what was handed in: the hash of every file
  evidence/, shown/             files as they were handed in, and images as they are shown to this reader; for some readers neither
  policy.json, policy.yaml      the policy that the case was decided by
  roots.jsonl                   proofs that the published root of a day covers the case
`

func (w *writer) writeReadme() error {
	return w.text(readmePart, []byte(readme))
}

func (w *writer) seal() error {
	w.manifest.Parts = w.parts
	return w.end(w.manifest)
}

// end writes the manifest and its signature, which end the zip.
func (w *writer) end(manifest any) error {
	text, err := json.MarshalIndent(manifest, "", " ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	signed, err := json.Marshal(signature{Key: w.signer.KeyID(), Signature: w.signer.Sign(text)})
	if err != nil {
		return fmt.Errorf("write the signature: %w", err)
	}
	if err := w.text(manifestPart, text); err != nil {
		return err
	}
	if err := w.add(signaturePart, func(to io.Writer) error { _, err := to.Write(signed); return err }); err != nil {
		return err
	}
	return w.close()
}
