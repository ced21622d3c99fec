package bundle

import (
	"errors"
	"io"
	"maps"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
)

// pinned are the terms that a command opened a case with.
type pinned struct {
	where string
	order bool
	terms any
}

// maxDocument bounds the text of a policy.
const maxDocument = 1 << 20

// policy checks that the policy is the one that the cases were opened under, and that it is what its version names.
func (c *check) policy() error {
	p, err := one[Policy](c.Reader, policyPart)
	if err != nil {
		return err
	}
	if p.Version != c.Manifest.Policy || p.Terms.Version != p.Version || p.Terms.Dispute.Version != p.Version {
		return fault(policyPart, "it is the version %.70q, and the manifest says %q", p.Version, c.Manifest.Policy)
	}
	for _, was := range c.pinned {
		terms := any(p.Terms)
		if !was.order {
			terms = p.Terms.Dispute
		}
		if key := differs(terms, was.terms); key != "" {
			return fault(policyPart, "%s is not what the case was opened with (%s)", key, was.where)
		}
	}
	if _, kept := c.sizes[documentPart]; !kept {
		return nil
	}
	text, err := c.content(documentPart, maxDocument)
	if err != nil {
		return err
	}
	whole, err := policy.Parse(text)
	switch {
	case err != nil:
		return fault(documentPart, "it is no policy: %v", err)
	case whole.Version != p.Version:
		return fault(documentPart, "its content is that of version %s, and not of %s", whole.Version, p.Version)
	}
	if key := differs(whole.ForOrder(), p.Terms); key != "" {
		return fault(policyPart, "%s is not what the document of the policy says", key)
	}
	return nil
}

// ledger checks that money is conserved (PROCEDURE 2), that each movement is one that the log tells of, and the other way round.
func (c *check) ledger() error {
	var transfers []ledger.Transfer
	told := map[int64]bool{}
	err := rows(c.Reader, ledgerPart, func(n int, t Transfer) error {
		c.report.Transfers++
		e, recorded := c.money[t.Step]
		if err := ledger.Balanced(t.Transfer); err != nil {
			return fault(ledgerPart, "row %d: %v", n, err)
		}
		if t.Case != c.orderCase || !recorded {
			return fault(ledgerPart, "row %d: no event of the order tells of %s at step %d", n, t.Verb, t.Step)
		}
		if moved, says := moves(t.Transfer), amountIn(e); moved != says {
			return fault(ledgerPart, "row %d: %s of step %d moves %d, and %s says %d", n, t.Verb, t.Step, moved, eventAt(e.Case, e.Sequence), says)
		}
		if t.Verb != ledger.Confirm && t.Verb != ledger.Return {
			if told[t.Step] {
				return fault(ledgerPart, "row %d: step %d moves money twice", n, t.Step)
			}
			told[t.Step] = true
		}
		transfers = append(transfers, t.Transfer)
		return nil
	})
	if err != nil {
		return err
	}
	for _, sequence := range slices.Sorted(maps.Keys(c.money)) {
		if !told[sequence] {
			return fault(ledgerPart, "the movement is missing that %s tells of", eventAt(c.orderCase, sequence))
		}
	}
	return c.conserved(transfers)
}

func (c *check) conserved(transfers []ledger.Transfer) error {
	at, err := ledger.PositionOf(transfers)
	if err != nil {
		return fault(ledgerPart, "%v", err)
	}
	if !at.Conserved() {
		return fault(ledgerPart, "held + refunded + released + fees is not what was captured")
	}
	if c.orderEnd == nil || c.orderEnd.Escrow == nil {
		return fault(manifestPart, "the order is missing whose money this is about")
	}
	has := protection.Escrow{Captured: at.Captured, Held: at.Held, InTransit: at.InTransit, Refunded: at.Refunded, Released: at.Released, Fees: at.Fees}
	if key := differs(has, *c.orderEnd.Escrow); key != "" {
		return fault(partOf(c.orderCase, endFile), "/escrow%s is not what the ledger has", key)
	}
	return nil
}

// moves is how much a transfer moves: what comes into accounts.
func moves(t ledger.Transfer) money.Minor {
	var sum money.Minor
	for _, p := range t.Postings {
		sum += max(0, p.Amount)
	}
	return sum
}

// amountIn is how much an event says was moved.
func amountIn(e Event) money.Minor {
	data := e.event().Data
	switch e.Type {
	case casefile.EscrowRefunded, casefile.EscrowReleased, casefile.EscrowSplit:
		return minor(data["refund"]) + minor(data["release"])
	default:
		return minor(data["amount"])
	}
}

// decisions are those that the log made known, word for word.
func (c *check) decisions() error {
	err := rows(c.Reader, decisionsPart, func(n int, d Decision) error {
		c.report.Decisions++
		at := place(Event{Case: d.Case, Sequence: d.Sequence})
		was, known := c.decided[at]
		if !known {
			return fault(decisionsPart, "row %d: no event made this decision known", n)
		}
		was.Findings = findingsOf(c.findings[d.ID])
		if key := differs(was, d); key != "" {
			return fault(decisionsPart, "row %d: %s is not what was recorded (%s)", n, key, eventAt(d.Case, d.Sequence))
		}
		delete(c.decided, at)
		return nil
	})
	if err != nil {
		return err
	}
	for _, at := range slices.Sorted(maps.Keys(c.decided)) {
		return fault(decisionsPart, "the decision is missing that was made known in %s", eventAt(c.decided[at].Case, c.decided[at].Sequence))
	}
	return nil
}

// files are those that were handed in: for each its hash, and its bytes where the audience may read them.
func (c *check) files() error {
	named := map[string]bool{}
	err := rows(c.Reader, evidencePart, func(n int, f Evidence) error {
		e, known := c.evidence[f.ID]
		if !known || e.Case != f.Case {
			return fault(evidencePart, "row %d: no event tells that %.60q was handed in", n, f.ID)
		}
		delete(c.evidence, f.ID)
		c.report.Files++
		hash, _ := e.event().Data["sha256"].(string)
		switch {
		case f.Missing:
			c.report.Missing++
			return nil
		case hash != "" && hash != f.SHA256.String():
			return fault(evidencePart, "row %d: its hash is not the one of what was handed in (%s)", n, eventAt(e.Case, e.Sequence))
		case f.Path != "" && (f.Path != evidenceFolder+f.ID || f.Shown != nil),
			f.Shown != nil && f.Shown.Path != "" && f.Shown.Path != shownFolder+f.ID:
			return fault(evidencePart, "row %d: its bytes are not where they belong", n)
		case f.Path != "":
			named[f.Path] = true
			c.report.Included++
			return c.bytes(Part{Path: f.Path, SHA256: f.SHA256, Size: f.Size}, "its bytes are not those that were handed in")
		case f.Shown == nil:
			return nil
		case f.Shown.Path == "":
			c.report.Missing++
			return nil
		}
		named[f.Shown.Path] = true
		c.report.Shown++
		return c.bytes(Part{Path: f.Shown.Path, SHA256: f.Shown.SHA256, Size: f.Shown.Size}, "its bytes are not those that are shown in place of "+f.ID)
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(c.evidence)) {
		return fault(evidencePart, "the file of %s is missing, which was handed in (%s)", id, eventAt(c.evidence[id].Case, c.evidence[id].Sequence))
	}
	for _, p := range c.Manifest.Parts {
		if isContent(p.Path) && !named[p.Path] {
			return fault(p.Path, "it is no evidence that was handed in")
		}
	}
	return nil
}

// bytes reads a part that evidence names, and says so if it is another.
func (c *check) bytes(of Part, otherwise string) error {
	part, there := c.sizes[of.Path]
	if !there {
		return fault(of.Path, "it is missing")
	}
	if part.SHA256 != of.SHA256 || part.Size != of.Size {
		return fault(of.Path, "%s", otherwise)
	}
	return c.stream(of.Path, func(from io.Reader) error {
		_, err := io.Copy(io.Discard, from)
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	})
}
