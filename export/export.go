// Package export reads a case from the store as a bundle of it needs it: whole, in one consistent view, and piece by piece.
package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/protection"
	"recourse/domain/receipt"
	"recourse/policies"
	"recourse/store"
)

// Exporter writes bundles of cases.
type Exporter struct {
	Store  Store
	Signer receipt.Signer
}

// Store gives a consistent view of the cases.
type Store interface {
	Inspect(ctx context.Context, f func(store.View) error) error
}

// Write writes the bundle of a case for a reader: of a dispute, with its order. The view is held until the last byte is
// written, so a writer that may be slow is given a file first. A case that is not there is store.ErrNotFound.
func (e Exporter) Write(ctx context.Context, caseID string, eyes disclosure.Eyes, to io.Writer) error {
	return e.Store.Inspect(ctx, func(v store.View) error {
		from, err := source(ctx, v, caseID)
		if err != nil {
			return err
		}
		return bundle.Write(to, from, bundle.Options{Eyes: eyes, Signer: e.Signer})
	})
}

func source(ctx context.Context, v store.View, caseID string) (bundle.Source, error) {
	about, err := v.Case(caseID)
	if err != nil {
		return bundle.Source{}, err
	}
	ids := []string{caseID}
	if about.Order != caseID {
		ids = append(ids, about.Order)
	}
	from := bundle.Source{About: caseID, Open: opener(ctx, v.Blobs()), Transfers: transfers(v, about.Order)}
	for _, id := range ids {
		c, err := v.Case(id)
		if err != nil {
			return from, err
		}
		if c.Recorded == 0 {
			return from, fmt.Errorf("export %s: %w: nothing has happened in it yet", id, store.ErrNotFound)
		}
		if order, ok := c.State.(protection.Order); ok {
			if from.Policy, err = document(v, order.Terms.Version); err != nil {
				return from, err
			}
		}
		one, err := caseOf(v, c)
		if err != nil {
			return from, err
		}
		from.Cases = append(from.Cases, one)
		if from.Files, err = files(v, id, from.Files); err != nil {
			return from, err
		}
		proof, found, err := v.Proof(id)
		if err != nil {
			return from, err
		}
		if found {
			from.Proofs = append(from.Proofs, proof)
		}
	}
	return from, nil
}

func caseOf(v store.View, c store.CaseRecord) (bundle.Case, error) {
	head, err := casefile.ParseHash(c.Head)
	if err != nil {
		return bundle.Case{}, fmt.Errorf("head of %s: %w", c.ID, err)
	}
	at, err := v.CaseTime(c)
	return bundle.Case{ID: c.ID, State: c.State, Head: head, At: at, Events: v.EachEvent(c.ID),
		Commands: turned(v.EachApplied(c.ID), trigger), Deadlines: turned(v.EachTaking(c.ID), deadline)}, err
}

// turned gives rows the form that a bundle has them in.
func turned[A, B any](rows iter.Seq2[A, error], turn func(A) B) iter.Seq2[B, error] {
	return func(yield func(B, error) bool) {
		for row, err := range rows {
			var out B
			if err == nil {
				out = turn(row)
			}
			if !yield(out, err) {
				return
			}
		}
	}
}

func trigger(a store.Applied) bundle.Trigger {
	return bundle.Trigger{Command: a.Command(), Salt: a.Salt, Answer: a.Text, Facts: a.Facts, Events: a.Events, Head: a.Head, HeadPlace: a.HeadSequence}
}

func deadline(t store.Taking) bundle.Deadline {
	return bundle.Deadline{Name: t.Name, Due: t.Due, Noticed: t.Noticed, Moved: t.Moved, Facts: &t.Facts}
}

// transfers are the movements of an order's money. There are few of them, however long its story.
func transfers(v store.View, order string) iter.Seq2[bundle.Transfer, error] {
	return func(yield func(bundle.Transfer, error) bool) {
		records, err := v.Transfers(order)
		if err != nil {
			yield(bundle.Transfer{}, err)
			return
		}
		for _, r := range records {
			if !yield(bundle.Transfer{Case: r.Case, At: r.At, Transfer: r.Transfer}, nil) {
				return
			}
		}
	}
}

func files(v store.View, id string, list []bundle.File) ([]bundle.File, error) {
	handed, err := v.Handed(id)
	if err != nil {
		return list, err
	}
	return filesOf(handed, list)
}

// filesOf adds files in the form that a bundle has them in.
func filesOf(handed []store.Handed, list []bundle.File) ([]bundle.File, error) {
	var err error
	for _, h := range handed {
		f := bundle.File{Evidence: h.Evidence, Case: h.Case, Size: h.Size, Type: h.Type}
		if f.SHA256, err = casefile.ParseHash(h.Hash); err != nil {
			return list, fmt.Errorf("file of %s: %w", h.Evidence, err)
		}
		if f.Shown, err = shown(f, h); err != nil {
			return list, fmt.Errorf("image of %s: %w", h.Evidence, err)
		}
		list = append(list, f)
	}
	return list, nil
}

// shown is what readers get of a file who did not hand it in: the image that was made of it, and of what is no image the file. Of
// an image that nothing was made of they get nothing: it may say where it was taken.
func shown(f bundle.File, h store.Handed) (*bundle.Content, error) {
	if h.ShownHash == "" {
		if strings.HasPrefix(h.Type, "image/") {
			return nil, nil
		}
		return &bundle.Content{SHA256: f.SHA256, Size: f.Size, Type: f.Type}, nil
	}
	hash, err := casefile.ParseHash(h.ShownHash)
	return &bundle.Content{SHA256: hash, Size: h.ShownSize, Type: h.ShownType}, err
}

func opener(ctx context.Context, blobs store.Blobs) func(casefile.Hash) (io.ReadCloser, error) {
	return func(hash casefile.Hash) (io.ReadCloser, error) {
		if blobs == nil {
			return nil, errors.New("no blob store is set up")
		}
		from, err := blobs.Open(ctx, hash.String())
		if errors.Is(err, store.ErrNotFound) {
			err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		}
		return from, err
	}
}

// document is the text of a policy, if it is kept: the one of this release is, and what was made here.
func document(v store.View, version string) ([]byte, error) {
	kept, found, err := v.Policy(version)
	if err != nil || found {
		return []byte(kept.Document), err
	}
	delivered := policies.Default()
	if delivered.Version != version {
		return nil, nil
	}
	text, err := yaml.Marshal(delivered)
	if err != nil {
		return nil, fmt.Errorf("write policy %s: %w", version, err)
	}
	return text, nil
}

// Receipt is the receipt of a command that was accepted, with what it was made of.
func Receipt(c store.CommandRecord, by receipt.Signer) (receipt.Receipt, map[string]casefile.Field, error) {
	fields, err := casefile.CommandFields(c.Data, c.Salt)
	if err != nil {
		return receipt.Receipt{}, nil, fmt.Errorf("data of %s: %w", c.ID, err)
	}
	given, err := receipt.Of(c.Command(), fields, c.Head, c.HeadSequence, by)
	return given, fields, err
}
