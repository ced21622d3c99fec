package api

import (
	"context"
	"slices"
	"strings"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// commandsOf are the operations of the contract that store a command at a case of the kind, in the order of their paths.
func (c *contract) commandsOf(kind string) []*operation {
	var ops []*operation
	for _, op := range c.operations {
		if op.command != "" && op.caseAt == kind {
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
	for _, op := range v.server.contract.commandsOf(v.record.Kind) {
		if !v.may(op.action) || !v.open(op.command, v.actor) {
			continue
		}
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
		for _, offer := range v.offersFor(op.command, v.actor.Role) {
			out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: strings.ReplaceAll(href, "{offer}", offer), Until: v.until(op.command, offer)})
		}
	}
	return out
}

// open asks the rules whether the command could be carried out now, apart from its data.
func (v *view) open(command string, by casefile.Actor) bool {
	if v.record.Kind == casefile.KindOrder {
		if command == "open_dispute" {
			return v.anyReason()
		}
		return v.order.Check(command, by, v.at).Accepted()
	}
	return v.dispute.Check(command, by, v.at, v.facts).Accepted()
}

// anyReason says that there is something that could be disputed.
func (v *view) anyReason() bool {
	for _, opening := range v.order.CanOpen(nil, v.at) {
		if opening.Open {
			return true
		}
	}
	return false
}

// offersFor are the offers that a command can be about.
func (v *view) offersFor(command string, role casefile.Role) []string {
	var offers []string
	switch command {
	case "accept_offer", "reject_offer", "withdraw_offer":
		own := command == "withdraw_offer"
		for _, o := range v.dispute.Offers {
			if o.State == dispute.Standing && (o.By == role) == own {
				offers = append(offers, o.ID)
			}
		}
	default: // what was promised
		switch p := v.dispute.Promise; {
		case p == nil:
		case p.Offer == "":
			offers = append(offers, thePromise)
		default:
			offers = append(offers, p.Offer)
		}
	}
	return offers
}

// ends names the deadline after which a command comes too late.
var ends = map[string]string{
	"confirm_receipt": "inspection", "grant_extension": "extension_answer", "refuse_extension": "extension_answer",
	"accept_offer": "offer_answer", "reject_offer": "offer_answer", "request_time": "seller_response", "concede": "max_age",
	"cancel_withdrawal": "withdrawal_cooling", "ship_return": "return_ship", "deliver_return": "return_transit", "inspect_return": "return_inspection",
	"ship_replacement": "performance", "deliver_replacement": "performance", "confirm_performance": "performance_inspection",
	"extend_evidence": "evidence_period", "waive_hearing": "evidence_period", "rule_objection": "objection_ruling",
	"second": "second_signature", "appeal": "appeal_window", "vote": "panel_decision",
}

// until is the due of the deadline that ends the possibility, if one is set.
func (v *view) until(command, offer string) (at wire.Instant) {
	name, known := ends[command]
	if !known {
		return at
	}
	deadlines := v.order.Deadlines()
	if v.record.Kind == casefile.KindDispute {
		deadlines = v.dispute.Deadlines()
	}
	for _, d := range deadlines {
		if d.Runs() && (d.Name == name || name == "offer_answer" && d.Name == name+"/"+offer) {
			return d.DueAt
		}
	}
	return at
}

// actionsOf are what the caller of a request may do with a case now.
func (s *Server) actionsOf(ctx context.Context, caseID string) ([]wire.Action, error) {
	v, err := s.viewOf(ctx, caseID)
	if err != nil {
		return nil, err
	}
	return v.actions(), nil
}
