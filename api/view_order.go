package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"recourse/api/identity"
	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/store"
)

// asOrder is the order as the caller sees it.
func (v *view) asOrder() (wire.Order, error) {
	o := v.order
	if v.record.Kind != casefile.KindOrder || o.ID == "" {
		return wire.Order{}, notFound() // registered at the door, and its first command is not carried out or was refused
	}
	out := wire.Order{ID: o.ID, Run: runOf(v.record, v.actor.Role), State: wire.OrderState(o.State()), Buyer: o.Buyer, Seller: o.Seller, Currency: string(o.Currency),
		Shipping: v.money(o.Shipping.Value), PaidAt: o.PaidAt, ConfirmedAt: o.ConfirmedAt, ReleasedAt: o.ReleasedAt, GuaranteedBy: o.GuaranteedBy,
		Country: o.Country, Postcode: o.Postcode, Policy: o.Terms.Version, Clock: v.record.Clock, Now: microseconds(v.at), Revision: o.Revision,
		YourRole: wire.Role(v.actor.Role), YourMove: yourMove(v.record.Summary, v.actor.Role), Escrow: v.escrow(),
		Programmes: []wire.Programme{}, Lines: v.lines(), Shipments: v.shipments(), Disputes: v.disputes(), Messages: v.messages(),
		Deadlines: deadlineViews(o.Deadlines(), v.at), Actions: v.actions()}
	out.Total = out.Escrow.Captured
	out.ShipBy = v.shipBy()
	for _, p := range o.Programmes {
		out.Programmes = append(out.Programmes, wire.Programme(p))
	}
	if e := o.Extension; e.Used || e.Total > 0 || e.Requested > 0 || e.Lapsed {
		out.Extension = &wire.Extension{Used: e.Used, Total: length(e.Total), Lapsed: e.Lapsed}
		if e.Requested > 0 {
			out.Extension.Requested = length(e.Requested)
		}
	}
	if c := o.Chargeback; c != nil {
		out.Chargeback = &wire.Chargeback{Amount: v.money(c.Amount), OpenedAt: c.OpenedAt, Overdue: c.Overdue}
	}
	out.Protection = protectionView(o, v.at)
	if next, due := o.Outlook(); due {
		out.IfNothingHappens = &wire.NothingHappens{Deadline: next.Deadline.Name, At: next.Deadline.DueAt, Outcome: string(next.State),
			Refund: v.some(next.Refund), Release: v.some(next.Release)}
	}
	return out, nil
}

// protectionView is the order's clock at an instant of its own time; nil where none runs.
func protectionView(o protection.Order, at time.Time) *wire.ProtectionClock {
	ends, left, runs := o.EndsAt(at)
	if ends.IsZero() {
		return nil
	}
	shown := &wire.ProtectionClock{EndsAt: ends, Paused: !runs, Remaining: length(left.Truncate(time.Second))}
	if !runs {
		shown.EndsAt = microseconds(at.Add(left))
	}
	return shown
}

// shipBy is the promise to ship, told from the event that began the order: its deadline is gone once it was met.
func (v *view) shipBy() (at wire.Instant) {
	for _, r := range v.log {
		if r.Type != casefile.OrderFunded {
			continue
		}
		if text, ok := r.Data["ship_by"].(string); ok {
			if err := at.UnmarshalText([]byte(text)); err != nil {
				return wire.Instant{}
			}
		}
	}
	return at
}

func (v *view) lines() []wire.OrderLine {
	out := make([]wire.OrderLine, 0, len(v.order.Lines))
	for _, l := range v.order.Lines {
		line := wire.OrderLine{Sku: l.SKU, Title: l.Title, Quantity: int(l.Quantity), Price: v.money(l.Price), Category: l.Category,
			ShippedAt: l.ShippedAt, DeliveredAt: l.DeliveredAt, Strength: wire.Strength(l.Strength), Refunded: v.some(l.Refunded), Released: v.some(l.Released)}
		for _, c := range v.order.Claims {
			if c.Open && slices.ContainsFunc(c.Lines, func(d dispute.Line) bool { return d.SKU == l.SKU }) {
				line.Dispute = c.ID
			}
		}
		out = append(out, line)
	}
	return out
}

func (v *view) shipments() []wire.Shipment {
	out := make([]wire.Shipment, 0, len(v.order.Parcels))
	for _, p := range v.order.Parcels {
		out = append(out, wire.Shipment{Carrier: p.Carrier, Tracking: p.Tracking, Lines: p.Lines, ShippedAt: p.At, Verified: p.Verified,
			Status: p.Last, Suspect: p.Suspect})
	}
	return out
}

func (v *view) disputes() []wire.DisputeReference {
	out := make([]wire.DisputeReference, 0, len(v.order.Claims))
	for _, c := range v.order.Claims {
		out = append(out, wire.DisputeReference{ID: c.ID, Open: c.Open, Reason: string(c.Reason), Outcome: string(c.Outcome)})
	}
	return out
}

// escrow is where the order's money is, and beside it what never was part of that sum.
func (v *view) escrow() wire.Escrow {
	e := v.order.Escrow()
	out := wire.Escrow{Captured: v.money(e.Captured), Held: v.money(e.Held), InTransit: v.money(e.InTransit), Refunded: v.money(e.Refunded),
		Released: v.money(e.Released), Fees: v.money(e.Fees)}
	for _, account := range slices.Sorted(maps.Keys(v.order.Goodwill)) {
		if amount := v.order.Goodwill[account]; amount > 0 {
			out.Goodwill = append(out.Goodwill, wire.AccountAmount{Account: account, Amount: v.money(amount)})
		}
	}
	recovered, claimed := map[string]money.Minor{}, map[string]money.Minor{}
	for _, r := range v.log {
		switch r.Type {
		case casefile.EscrowRecovered:
			recovered[v.order.Buyer] += amountIn(r, "amount")
		case casefile.EscrowClaimed:
			on, _ := r.Data["on"].(string)
			claimed[on] += amountIn(r, "amount")
		default:
		}
	}
	for _, account := range slices.Sorted(maps.Keys(recovered)) {
		out.Recovered = append(out.Recovered, wire.AccountAmount{Account: account, Amount: v.money(recovered[account])})
	}
	for _, account := range slices.Sorted(maps.Keys(claimed)) {
		out.Claimed = append(out.Claimed, wire.AccountAmount{Account: account, Amount: v.money(claimed[account])})
	}
	return out
}

// amountIn is an amount in an event's data: a number, as it is read back.
func amountIn(r casefile.Record, field string) money.Minor {
	number, ok := r.Data[field].(json.Number)
	if !ok {
		return 0
	}
	n, err := number.Int64()
	if err != nil {
		return 0
	}
	return money.Minor(n)
}

// eligibility is what the buyer may open a dispute about.
func (v *view) eligibility() wire.Eligibility {
	out := wire.Eligibility{Order: v.order.ID, CanOpen: make([]wire.Opening, 0, len(dispute.Reasons))}
	openings := v.order.CanOpen(nil, v.at)
	for _, reason := range dispute.Reasons {
		o, known := openings[string(reason)]
		if !known {
			continue
		}
		out.CanOpen = append(out.CanOpen, wire.Opening{Reason: wire.Reason(reason), Open: o.Open, From: o.From, Until: o.Until, Why: o.Why,
			Cap: v.some(o.Cap), Default: v.some(o.Default), Checklist: checklistViews(v.checklists, string(reason), casefile.Buyer, nil)})
	}
	return out
}

// orderSummary is an order in a list, at an instant of its own time.
func orderSummary(r store.CaseRecord, caller identity.Caller, at time.Time) wire.OrderSummary {
	s := r.Summary
	order, _ := r.State.(protection.Order)
	lines := make([]wire.OrderedLine, len(order.Lines))
	for i, l := range order.Lines {
		lines[i] = wire.OrderedLine{Sku: l.SKU, Title: l.Title, Quantity: int(l.Quantity)}
	}
	return wire.OrderSummary{Lines: lines, Protection: protectionView(order, at), ID: r.ID, State: wire.OrderState(s.Stage), Buyer: s.Buyer, Seller: s.Seller, Amount: moneyView(s.Amount.Minor, s.Amount.Currency),
		Revision: r.Revision, OpenedAt: s.OpenedAt, YourMove: yourMove(s, caller.Role), Clock: r.Clock, NextDue: r.NextDue}
}

// transferView shows a movement of money. Whether the provider has confirmed it is known by the order.
func transferView(t store.TransferRecord, order protection.Order) wire.Transfer {
	out := wire.Transfer{ID: fmt.Sprintf("trf_%s_%d_%s", t.Case, t.Step, t.Verb), Case: t.Case, Step: t.Step, Verb: string(t.Verb), Cause: t.Cause,
		Dispute: t.Dispute, Currency: string(t.Currency), At: t.At, Postings: make([]wire.Posting, 0, len(t.Postings))}
	for _, p := range order.Payments {
		if p.Step == t.Step && p.Verb == t.Verb && t.Case == order.ID {
			out.State = "requested"
			if p.Failed {
				out.State = "failed"
			}
		}
	}
	for _, p := range t.Postings {
		out.Postings = append(out.Postings, wire.Posting{Account: string(p.Account), Amount: int64(p.Amount)})
	}
	return out
}
