package export

import (
	"context"
	"fmt"
	"io"
	"slices"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/dispute"
	"recourse/domain/report"
	"recourse/store"
)

// WriteReferral writes what a department was given with a report, for a reader: the statement, and of each file that it names what the
// reader is shown, as a bundle has it. What an account has named that it could not see itself is left out, whoever reads.
func (e Exporter) WriteReferral(ctx context.Context, given report.Handover, eyes disclosure.Eyes, to io.Writer) error {
	return e.Store.Inspect(ctx, func(v store.View) error {
		r := bundle.Referral{ID: given.Referral, Report: given.Report, Audience: eyes.By, Statement: given.Statement, Open: opener(ctx, v.Blobs())}
		for _, n := range given.Files {
			file, seen, err := named(v, n, eyes)
			if err != nil {
				return fmt.Errorf("file %s of %s: %w", n.Evidence, given.Report, err)
			}
			if seen && !slices.ContainsFunc(r.Files, func(f bundle.Named) bool { return f.Evidence == file.Evidence }) {
				r.Files = append(r.Files, file)
			}
		}
		return bundle.WriteReferral(to, r, e.Signer)
	})
}

// named is a file in the form in which the reader gets it; false where whoever has named it could not see it.
func named(v store.View, n report.Naming, eyes disclosure.Eyes) (bundle.Named, bool, error) {
	h, found, err := v.HandedAs(n.Evidence)
	if err != nil || !found {
		return bundle.Named{}, false, err
	}
	c, err := v.Case(h.Case)
	if err != nil {
		return bundle.Named{}, false, err
	}
	when, err := v.CaseTime(c)
	if err != nil {
		return bundle.Named{}, false, err
	}
	of := disclosure.Of(c.State, when)
	event := casefile.Record{Event: casefile.Event{Type: casefile.EvidenceReceived, By: casefile.Actor{ID: h.ByID, Role: casefile.Role(h.ByRole)}, Data: map[string]any{"evidence": h.Evidence, "file": h.Hash}}}
	if by, may := reader(c, n.By); !may || slices.Contains(by.Event(event, of), "file") {
		return bundle.Named{}, false, nil
	}
	list, err := filesOf([]store.Handed{h}, nil)
	if err != nil {
		return bundle.Named{}, false, err
	}
	return bundle.Named{File: list[0], Form: eyes.File(event, of)}, true, nil
}

// reader is how an account reads the evidence of a case: as a party of it, or as who judges it; false where it is neither.
func reader(c store.CaseRecord, account string) (disclosure.Eyes, bool) {
	role := casefile.Role("")
	switch account {
	case "":
	case c.Summary.Buyer:
		role = casefile.Buyer
	case c.Summary.Seller:
		role = casefile.Seller
	default:
		if d, is := c.State.(dispute.Dispute); is && d.Bench.Reviewer == account {
			role = casefile.Reviewer
		}
	}
	return disclosure.Eyes{By: casefile.Actor{ID: account, Role: role}, Evidence: true}, role != ""
}
