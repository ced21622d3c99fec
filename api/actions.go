package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/review"
	"recourse/domain/standing"
)

// commandsOf are the operations of the contract that store a command at a case of the kind, in the order of their paths.
func (c *contract) commandsOf(kind string) []*operation {
	var ops []*operation
	for _, op := range c.operations {
		if op.command != "" && op.caseAt == kind && op.begins == "" {
			ops = append(ops, op)
		}
	}
	slices.SortFunc(ops, func(a, b *operation) int { return strings.Compare(a.path, b.path) })
	return ops
}

// actions are what the caller may do now. They are asked of the same table that lets a request in, and of the same rule
// that decides it.
func (v *view) actions() []wire.Action {
	out := []wire.Action{}
	for _, op := range v.server.offered(v.record.Kind, v.actor, v.relation, v.muted, func(command string) bool { return v.open(command, v.actor) }) {
		href := strings.ReplaceAll(op.path, "{"+v.record.Kind+"}", v.record.ID)
		if strings.Contains(href, "{evidence}") {
			for _, item := range v.dispute.Items {
				if item.File != "" && item.Visible(v.at) {
					out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: strings.ReplaceAll(href, "{evidence}", item.ID)})
				}
			}
			continue
		}
		if !strings.Contains(href, "{offer}") {
			out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: href, Until: v.until(op.command, "")})
			continue
		}
		for _, offer := range v.dispute.OffersFor(op.command, v.actor.Role) {
			named := offer
			if named == "" {
				named = thePromise
			}
			out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: strings.ReplaceAll(href, "{offer}", named),
				Until: v.until(op.command, offer)})
		}
	}
	return append(out, v.reviewing()...)
}

// offered are the operations on a case of the kind that the door lets in: by the table of who may do what, by the measures on
// the account, and by the rules of the case.
func (s *Server) offered(kind string, by casefile.Actor, to access.Relation, muted []standing.Mute, open func(command string) bool) []*operation {
	return slices.DeleteFunc(s.contract.commandsOf(kind), func(op *operation) bool {
		return access.Refusal(op.action, by.Role, to) != "" || takenBy(muted, op.takes) || !open(op.command)
	})
}

// reviewing offers to review the order that is shown, by the same rule that takes the review.
func (v *view) reviewing() []wire.Action {
	if v.record.Kind != casefile.KindOrder {
		return nil
	}
	for _, op := range v.server.contract.operations {
		if op.begins != casefile.KindReview || op.caseAt != casefile.KindOrder {
			continue
		}
		facts := v.order.ReviewFacts()
		facts.Disputes, facts.Existing = v.courses, v.order.Review
		if !v.may(op.action) || takenBy(v.muted, op.takes) || !review.May(facts, v.reviewTerms, v.actor, v.at).Accepted() {
			return nil
		}
		_, until := review.Window(facts, v.reviewTerms)
		return []wire.Action{{Name: op.command, Method: wire.ActionMethodPOST, Href: strings.ReplaceAll(op.path, "{order}", v.record.ID), Until: until}}
	}
	return nil
}

// open asks the rules whether the command could be carried out now, apart from its data.
func (v *view) open(command string, by casefile.Actor) bool {
	if v.record.Kind == casefile.KindOrder {
		if command == "open_dispute" {
			return !v.order.DisputableUntil(v.at).IsZero()
		}
		return v.order.Check(command, by, v.at).Accepted()
	}
	return v.dispute.Check(command, by, v.at, v.facts).Accepted()
}

// until is when the rules end the possibility by themselves, if nothing else happens before. The states ahead are worked out once.
func (v *view) until(command, offer string) time.Time {
	switch {
	case command == "open_dispute":
		return v.order.DisputableUntil(v.at)
	case v.record.Kind == casefile.KindOrder:
		if v.orderAhead == nil {
			v.orderAhead = v.order.Ahead()
		}
		return protection.Until(v.orderAhead, command, v.actor)
	}
	if v.disputeAhead == nil {
		v.disputeAhead = v.dispute.Ahead(v.facts)
	}
	return dispute.Until(v.disputeAhead, command, v.actor, offer, v.facts)
}

// actionsOf are what the caller of a request may do with a case now.
func (s *Server) actionsOf(ctx context.Context, caseID string) ([]wire.Action, error) {
	if callOf(ctx).record.Kind == casefile.KindStanding {
		v, err := s.standing(ctx, standing.AccountOf(caseID))
		if err != nil {
			return nil, err
		}
		return v.actions(), nil
	}
	switch record, err := s.store.Case(ctx, caseID); {
	case err != nil:
		return nil, err
	case record.Kind == casefile.KindReport:
		v, err := s.reportFrom(ctx, record)
		if err != nil {
			return nil, err
		}
		return v.actions(), nil
	case record.Kind == casefile.KindReview:
		v, err := s.reviewFrom(ctx, record)
		if err != nil {
			return nil, err
		}
		return v.actions(), nil
	}
	v, err := s.viewOf(ctx, caseID)
	if err != nil {
		return nil, err
	}
	return v.actions(), nil
}
