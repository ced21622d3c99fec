package api

import (
	"recourse/api/identity"
	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/store"
)

// asDispute is the dispute as the caller sees it.
func (v *view) asDispute() (wire.Dispute, error) {
	d := v.dispute
	if v.record.Kind != casefile.KindDispute || d.ID == "" {
		return wire.Dispute{}, notFound() // its order has opened it, and it has not begun
	}
	assignment, err := v.assignment()
	if err != nil {
		return wire.Dispute{}, err
	}
	out := wire.Dispute{ID: d.ID, Run: runOf(v.record, v.actor.Role), Order: d.Order, Buyer: d.Buyer, Seller: d.Seller, Stage: wire.Stage(d.Stage), Status: wire.Status(d.Status),
		Frozen: d.Frozen, Outcome: wire.Outcome(d.Outcome), Claim: v.claim(), Revision: d.Revision, Clock: v.record.Clock, Policy: d.Terms.Version, Now: microseconds(v.at),
		YourRole: wire.Role(v.actor.Role), YourMove: yourMove(v.record.Summary, v.actor.Role), OpenedAt: d.OpenedAt, Reviewer: d.Holder(), Assignment: assignment,
		Offers: v.offers(), Evidence: v.evidence(), Checklist: v.checklist(), Requests: v.requests(), Messages: v.messages(), Objections: v.objections(),
		Decision: v.decision(), Panel: v.panel(), Statement: v.statement(), BallInCourt: v.ballInCourt(), Deadlines: deadlineViews(d.Deadlines(), v.at), Actions: v.actions()}
	v.outcome(&out)
	v.legs(&out)
	for _, role := range []casefile.Role{casefile.Buyer, casefile.Seller} {
		if _, waived := d.Waivers[string(role)]; waived {
			out.Waived = append(out.Waived, wire.Party(role))
		}
	}
	for _, a := range d.Appeals {
		out.Appeals = append(out.Appeals, wire.AppealRecord{By: wire.Party(a.By), Text: a.Text, At: a.At})
	}
	if next, due := d.Outlook(v.facts); due {
		out.IfNothingHappens = v.nothingHappens(next)
	}
	return out, nil
}

// nothingHappens is how the case goes on by itself: an outcome with its money, or the status after the deadline.
func (v *view) nothingHappens(next dispute.Outlook) *wire.NothingHappens {
	shown := &wire.NothingHappens{Deadline: next.Deadline.Name, At: next.Deadline.DueAt, Outcome: string(next.Status)}
	if e := next.Ends; e != nil {
		refund, release := v.money(e.Refund), v.money(e.Release)
		shown.Outcome, shown.Refund, shown.Release = string(e.Outcome), &refund, &release
	}
	return shown
}

// outcome is what the case's lines came to. The order knows, since it moves the money; all is zero before the end.
func (v *view) outcome(out *wire.Dispute) {
	var c protection.Claim
	for _, claim := range v.order.Claims {
		if claim.ID == v.dispute.ID && v.dispute.Closed() {
			c = claim
		}
	}
	out.Refunded, out.Released = v.money(c.Refunded), v.money(c.Released)
	out.Recovered, out.Claimed = v.money(c.Recovered), v.money(c.Claimed)
	for _, r := range v.log {
		if r.Type == casefile.DisputeClosed && v.dispute.Closed() {
			out.ClosedAt = r.At
		}
	}
}

func (v *view) claim() wire.Claim {
	c := v.dispute.Claim
	out := wire.Claim{Reason: wire.Reason(c.Reason), Remedy: wire.Remedy(c.Remedy), Amount: v.money(c.Amount), Value: v.money(c.Value), Text: c.Text,
		Lines: make([]wire.DisputedLine, 0, len(v.dispute.Lines))}
	for _, l := range v.dispute.Lines {
		line := wire.DisputedLine{Sku: l.SKU, Quantity: int(l.Quantity)}
		for _, o := range v.order.Lines {
			if o.SKU == l.SKU {
				line.Title = o.Title
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func (v *view) offers() []wire.Offer {
	out := make([]wire.Offer, 0, len(v.dispute.Offers))
	for _, o := range v.dispute.Offers {
		out = append(out, v.offer(o))
	}
	return out
}

func (v *view) offer(o dispute.Offer) wire.Offer {
	shown := wire.Offer{ID: o.ID, Version: int64(o.Version), By: wire.Party(o.By), Remedy: wire.Remedy(o.Remedy), Amount: v.some(o.Amount),
		FallbackAmount: v.some(o.Fallback), State: wire.OfferState(o.State), MadeAt: o.MadeAt, DueAt: o.DueAt}
	if d, found := v.dispute.Clocks.Get("offer_answer/" + o.ID); found && o.State == dispute.Standing {
		shown.ExpiresAt = d.DueAt
	}
	for _, r := range v.log {
		if id, _ := r.Data["offer"].(string); r.Type == casefile.OfferAccepted && id == o.ID {
			shown.AcceptedAt = r.At
		}
	}
	return shown
}

// legs are what is under way between the parties: a promise, a return, a withdrawal.
func (v *view) legs(out *wire.Dispute) {
	d := v.dispute
	if p := d.Promise; p != nil {
		out.Promise = &wire.Promise{Offer: p.Offer, Remedy: wire.Remedy(p.Remedy), DueAt: d.PromiseDue(), FallbackAmount: v.money(p.Fallback),
			Carrier: p.Carrier, Tracking: p.Tracking, ShippedAt: p.ShippedAt, DeliveredAt: p.DeliveredAt}
	}
	if r := d.Return; r != nil {
		leg := &wire.ReturnLeg{State: wire.ReturnLegStateWaiting, Carrier: r.Carrier, Tracking: r.Tracking, ShippedAt: r.ShippedAt,
			DeliveredAt: r.DeliveredAt, Condition: wire.Condition(r.Condition), Refund: v.some(r.Refund)}
		switch {
		case r.Lapsed:
			leg.State = wire.ReturnLegStateLapsed
		case r.Condition != "":
			leg.State = wire.ReturnLegStateInspected
		case !r.DeliveredAt.IsZero():
			leg.State = wire.ReturnLegStateDelivered
		case !r.ShippedAt.IsZero():
			leg.State = wire.ReturnLegStateShipped
		}
		out.Return = leg
	}
	if w := d.Withdrawal; w != nil {
		out.Withdrawal = &wire.Withdrawal{StartedAt: w.At, LastPromise: d.Quote}
		if due, found := d.Clocks.Get("withdrawal_cooling"); found {
			out.Withdrawal.EndsAt = due.DueAt
		}
	}
}

// disputeSummary is a dispute in a list.
func disputeSummary(r store.CaseRecord, caller identity.Caller, about goods) wire.DisputeSummary {
	s := r.Summary
	return wire.DisputeSummary{ID: r.ID, Order: s.Order, Buyer: s.Buyer, Seller: s.Seller, Stage: wire.Stage(s.Stage), Status: wire.Status(s.Status),
		Reason: wire.Reason(s.Reason), Outcome: wire.Outcome(s.Outcome), Amount: moneyView(s.Amount.Minor, s.Amount.Currency), Reviewer: s.Reviewer,
		Revision: r.Revision, OpenedAt: s.OpenedAt, Open: !s.Closed, YourMove: yourMove(s, caller.Role), Clock: r.Clock, NextDue: r.NextDue,
		DueAt: r.AwaitedAt, Deadline: r.AwaitedName, Lines: about.lines(r)}
}
