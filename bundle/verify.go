package bundle

import (
	"errors"
	"io"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
	"recourse/domain/receipt"
)

// Report says what a bundle holds and what of it was checked.
type Report struct {
	Case      string         `json:"case"`
	Audience  casefile.Actor `json:"audience"`
	Key       string         `json:"key"`    // that signed it
	Signed    bool           `json:"signed"` // the signatures were checked; false: no keys were given
	Cases     []Looked       `json:"cases"`
	Parts     int            `json:"parts"`
	Bytes     int64          `json:"bytes"` // of all parts
	Transfers int            `json:"transfers"`
	Decisions int            `json:"decisions"`
	Files     int            `json:"files"`          // evidence that is a file
	Included  int            `json:"files_included"` // whose bytes are in the bundle
	Shown     int            `json:"files_shown"`    // of which the image is in the bundle that was made of them
	Missing   int            `json:"files_missing,omitempty"`
	Proofs    []merkle.Proof `json:"proofs,omitempty"` // compare their roots with those that are published
}

// Looked is what was checked of one case.
type Looked struct {
	Place
	Events   int `json:"events"`
	Commands int `json:"commands"`
	Receipts int `json:"receipts"`
	Hidden   int `json:"fields_hidden"` // of events and commands
}

// check is a verification under way: what later parts are held against.
type check struct {
	*Reader
	keys   receipt.Keys
	report Report

	hashes    map[string][]casefile.Hash // of the events of each case, by place
	money     map[int64]Event            // events of the order that move money
	evidence  map[string]Event           // events that took a file, by item
	decided   map[string]Decision        // decisions as the events have them, by case and place
	bound     map[string]binding         // what draws of panels are bound to, by case
	findings  map[string]any             // what decisions rest on, by the decision's identifier
	pinned    []pinned                   // terms that the commands have
	orderEnd  *End
	orderCase string
}

// Verify checks a bundle by itself, without a database: the signature, every part, the chain of every case, what is shown of
// each field, draws of panels, receipts, the policy, the ledger, decisions, evidence and proofs. Keys are those that the platform has
// published; with none the signatures are not checked, and the report says so. The error is a *Fault that names the first
// thing that is wrong, or what stopped the check.
func Verify(r *Reader, keys receipt.Keys) (Report, error) {
	m := r.Manifest
	c := &check{Reader: r, keys: keys, report: Report{Case: m.Case, Audience: m.Audience, Key: r.signed.Key, Signed: keys != nil, Parts: len(m.Parts)},
		hashes: map[string][]casefile.Hash{}, money: map[int64]Event{}, evidence: map[string]Event{}, decided: map[string]Decision{},
		bound: map[string]binding{}, findings: map[string]any{}}
	for _, do := range []func() error{c.signature, c.listed, c.cases, c.policy, c.ledger, c.decisions, c.files, c.proofs, c.readme, c.container} {
		if err := do(); err != nil {
			return c.report, err
		}
	}
	return c.report, nil
}

func (c *check) signature() error {
	if c.keys == nil {
		return nil
	}
	err := c.keys.Verify(c.signed.Key, c.text, c.signed.Signature)
	switch {
	case errors.Is(err, receipt.ErrUnknownKey):
		return fault(signaturePart, "the bundle is signed with the key %.60q, which is not among those that were given", c.signed.Key)
	case err != nil:
		return fault(manifestPart, "its signature does not hold: it was changed, or somebody else wrote it")
	}
	return nil
}

// listed sees that the zip has what the manifest names and nothing else, and that every part is one that bundles have.
func (c *check) listed() error {
	for _, path := range slices.Sorted(keysOf(c.parts)) {
		if _, named := c.sizes[path]; !named && path != manifestPart && path != signaturePart {
			return fault(path, "the manifest does not name it")
		}
	}
	known := []string{readmePart, policyPart, documentPart, ledgerPart, decisionsPart, evidencePart, proofsPart}
	for _, place := range c.Manifest.Cases {
		for _, file := range []string{timelineFile, commandsFile, deadlinesFile, endFile} {
			known = append(known, partOf(place.ID, file))
		}
	}
	for _, p := range c.Manifest.Parts {
		if !slices.Contains(known, p.Path) && !isContent(p.Path) {
			return fault(p.Path, "no bundle has such a part")
		}
		if c.parts[p.Path] == nil {
			return fault(p.Path, "it is missing")
		}
		c.report.Bytes += p.Size
	}
	return nil
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (c *check) cases() error {
	for i, place := range c.Manifest.Cases {
		if slices.ContainsFunc(c.Manifest.Cases[:i], func(p Place) bool { return p.ID == place.ID }) {
			return fault(manifestPart, "it names %.60q twice", place.ID)
		}
		c.report.Cases = append(c.report.Cases, Looked{Place: place})
		for _, do := range []func(Place) error{c.timeline, c.commands, c.deadlines, c.end} {
			if err := do(place); err != nil {
				return err
			}
		}
	}
	return nil
}

// looked is what is being counted of the present case.
func (c *check) looked() *Looked { return &c.report.Cases[len(c.report.Cases)-1] }

func (c *check) deadlines(place Place) error {
	part := partOf(place.ID, deadlinesFile)
	return rows(c.Reader, part, func(n int, d Deadline) error {
		if d.Noticed.Before(d.Due) {
			return fault(part, "row %d: %.60q was taken before it was due", n, d.Name)
		}
		return nil
	})
}

func (c *check) end(place Place) error {
	part := partOf(place.ID, endFile)
	end, err := one[End](c.Reader, part)
	switch {
	case err != nil:
		return err
	case end.Kind != place.Kind:
		return fault(part, "it is of the kind %.40q, and the manifest says %q", end.Kind, place.Kind)
	case end.Recorded != place.Sequence:
		return fault(part, "it ends with event %d, and the log with event %d", end.Recorded, place.Sequence)
	}
	if place.Kind == casefile.KindOrder {
		c.orderEnd, c.orderCase = &end, place.ID
	}
	return nil
}

// proofs: each leads from the case as it stood on that day to the day's root.
func (c *check) proofs() error {
	return rows(c.Reader, proofsPart, func(n int, p merkle.Proof) error {
		hashes, known := c.hashes[p.Leaf.Case]
		switch {
		case !known:
			return fault(proofsPart, "row %d is about %.60q, which is no case of this bundle", n, p.Leaf.Case)
		case p.Leaf.Sequence < 1 || p.Leaf.Sequence > int64(len(hashes)) || hashes[p.Leaf.Sequence-1] != p.Leaf.Head:
			return fault(proofsPart, "row %d: the log of %s has another event %d", n, p.Leaf.Case, p.Leaf.Sequence)
		}
		if err := p.Verify(); err != nil {
			return fault(proofsPart, "row %d: %v", n, err)
		}
		c.report.Proofs = append(c.report.Proofs, p)
		return nil
	})
}

func (c *check) readme() error {
	return c.stream(readmePart, func(from io.Reader) error {
		_, err := io.Copy(io.Discard, from)
		return err
	})
}
