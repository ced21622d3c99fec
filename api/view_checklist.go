package api

import (
	"context"
	"errors"
	"fmt"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/evidence"
	"recourse/store"
)

// loadChecklists finds what the policy of a case asks the parties to hand in. A policy that is not kept any more has none:
// a case is never unreadable for the want of advice.
func (v *view) loadChecklists(ctx context.Context, version string) error {
	p, err := v.server.policies.Policy(ctx, version, v.record.Clock)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the policy of %s: %w", v.record.ID, err)
	}
	v.checklists, v.reviewTerms = p.Checklists, p.Review
	return nil
}

// checklist is what the reason asks of the caller, or of both parties where the caller decides, with what is still missing.
// What was rejected satisfies nothing.
func (v *view) checklist() []wire.ChecklistItem {
	out := []wire.ChecklistItem{}
	for _, party := range []casefile.Role{casefile.Buyer, casefile.Seller} {
		if v.isParty() && v.actor.Role != party || !v.may("view_evidence") {
			continue
		}
		var handedIn []string
		for _, i := range v.dispute.Items {
			if i.By == party && !i.Rejected() {
				handedIn = append(handedIn, i.Type)
			}
		}
		out = append(out, checklistViews(v.checklists, string(v.dispute.Claim.Reason), party, handedIn)...)
	}
	return out
}

func checklistViews(lists evidence.Checklists, reason string, party casefile.Role, handedIn []string) []wire.ChecklistItem {
	items := lists.Of(reason, string(party))
	out := make([]wire.ChecklistItem, 0, len(items))
	for _, i := range items {
		shown := wire.ChecklistItem{Party: wire.Party(party), Need: wire.ChecklistItemNeed(i.Need), Text: i.Text, Satisfied: i.Satisfied(handedIn),
			Types: make([]wire.EvidenceType, len(i.By))}
		for n, kind := range i.By {
			shown.Types[n] = wire.EvidenceType(kind)
		}
		out = append(out, shown)
	}
	return out
}
