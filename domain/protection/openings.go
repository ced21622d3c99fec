package protection

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

// CanOpen says of each reason whether the buyer may dispute the given lines for it at an instant, from when until when, and
// why not where not. No lines means all of them.
func (o Order) CanOpen(lines []dispute.Line, at time.Time) map[string]casefile.OpeningTime {
	if len(lines) == 0 {
		lines = o.allLines()
	}
	openings := make(map[string]casefile.OpeningTime, len(dispute.Reasons))
	for _, reason := range dispute.Reasons {
		opening := o.opening(lines, reason, at)
		opening.Cap = total(o.reach(lines, reason))
		opening.Default = o.asked(lines, reason)
		openings[string(reason)] = opening
	}
	return openings
}

func (o Order) allLines() []dispute.Line {
	lines := make([]dispute.Line, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = dispute.Line{SKU: l.SKU, Quantity: l.Quantity}
	}
	return lines
}

// opening is the window of one reason: the latest beginning and the earliest end of what its rule and its lines ask for.
func (o Order) opening(lines []dispute.Line, reason dispute.Reason, at time.Time) casefile.OpeningTime {
	w := casefile.OpeningTime{From: o.PaidAt, Until: o.protectedUntil(at)}
	closed := func(why string) casefile.OpeningTime { return casefile.OpeningTime{Why: why} }
	for _, d := range lines {
		l := o.line(d.SKU)
		if l == nil {
			return closed("no_such_line")
		}
		switch {
		case reason == dispute.Late:
			if !l.Delivered() || !l.DeliveredAt.After(o.GuaranteedBy) {
				return closed("not_delivered_late")
			}
			w.From = later(w.From, l.DeliveredAt)
		case reason.Root() == dispute.RootNotReceived:
			w.From = later(w.From, o.notReceivedFrom(*l))
		case reason.Root() == dispute.RootNotAsDescribed || reason == dispute.Counterfeit:
			if l.DeliveredAt.IsZero() && o.ConfirmedAt.IsZero() {
				return closed("not_delivered")
			}
			w.From = later(w.From, l.DeliveredAt)
		case reason == dispute.ChangeOfMind:
			if !o.in(Choice) {
				return closed("not_in_programme")
			}
			// A clock that stands still for another line's dispute is inspection all the same.
			if o.Phase != Inspection {
				return closed("not_in_inspection")
			}
		}
	}
	switch reason {
	case dispute.Counterfeit:
		if o.in(GuaranteedGenuine) {
			w.Until = later(w.Until, o.termFrom(o.Terms.Protection.GenuineClaim.Std()))
		}
	case dispute.WarrantyDefect:
		if !o.in(Warranty) {
			return closed("not_in_programme")
		}
		if o.ReleasedAt.IsZero() {
			return closed("not_released")
		}
		w.From, w.Until = o.ReleasedAt, o.termFrom(o.Terms.Protection.Warranty.Std())
	}
	switch {
	case w.Until.IsZero() || at.After(w.Until):
		w.Why = "protection_over"
	case at.Before(w.From):
		w.Why = "too_early"
	default:
		w.Open = true
	}
	return w
}

// notReceivedFrom is the earliest instant at which a line counts as not received: some days after it was shipped, at once
// when its tracking failed, or when the promised date has passed.
func (o Order) notReceivedFrom(l Line) time.Time {
	from := o.GuaranteedBy
	if !l.ShippedAt.IsZero() {
		if o.suspect() {
			return l.ShippedAt
		}
		if after := l.ShippedAt.Add(o.Terms.Protection.NotReceivedAfter.Std()); after.Before(from) {
			from = after
		}
	}
	return from
}

// termFrom is the end of a term that counts from delivery, or from release where delivery was never recorded.
func (o Order) termFrom(length time.Duration) time.Time {
	var base time.Time
	for _, l := range o.Lines {
		base = later(base, l.DeliveredAt)
	}
	if base.IsZero() {
		base = o.ReleasedAt
	}
	if base.IsZero() {
		return time.Time{}
	}
	return base.Add(length)
}

// protectedUntil is the last instant at which protection with its aftercare can still be used, as far as is known now; zero
// when it is over.
func (o Order) protectedUntil(at time.Time) time.Time {
	if o.over() {
		return time.Time{}
	}
	last := o.PaidAt.Add(o.Terms.Protection.AbsoluteMax.Std())
	tail := o.Terms.Protection.ReleaseCooling.Std() + o.Terms.Protection.Aftercare.Std()
	until := last
	if d, found := o.Clocks.Get(dueAftercare); found {
		until = at.Add(d.Remaining(at))
	} else if d, found := o.Clocks.Get(dueRelease); found {
		until = d.DueAt.Add(o.Terms.Protection.Aftercare.Std())
	} else if d, found := o.protectionClock(); found {
		until = at.Add(d.Remaining(at)).Add(tail)
	}
	if until.After(last) {
		return last
	}
	return until
}

// reach is what an award about these lines can reach: what the buyer has not had back, with the shipping when every line
// is disputed, for a counterfeit always and in proportion.
func (o Order) reach(lines []dispute.Line, reason dispute.Reason) []Share {
	var shares []Share
	var disputed, all money.Minor
	whole := len(lines) == len(o.Lines)
	for i, l := range o.Lines {
		all += l.Value
		for _, d := range lines {
			if d.SKU != l.SKU {
				continue
			}
			value := l.Price * money.Minor(d.Quantity)
			disputed += value
			whole = whole && d.Quantity == l.Quantity
			if amount := min(value, l.Remaining()); amount > 0 {
				shares = append(shares, Share{Line: i, Amount: amount})
			}
		}
	}
	shipping := o.Shipping.Remaining()
	switch {
	case whole:
	case reason == dispute.Counterfeit && all > 0:
		shipping = min(shipping, money.Ratio(o.Shipping.Value, disputed, all))
	default:
		shipping = 0
	}
	if shipping > 0 {
		shares = append(shares, Share{Line: shippingPot, Amount: shipping})
	}
	return shares
}

// asked is the money that a reason asks for when nobody names an amount (PROCEDURE 5).
func (o Order) asked(lines []dispute.Line, reason dispute.Reason) money.Minor {
	full := total(o.reach(lines, reason))
	switch reason {
	case dispute.Late:
		var goods money.Minor
		for _, d := range lines {
			if l := o.line(d.SKU); l != nil {
				goods += l.Price * money.Minor(d.Quantity)
			}
		}
		return min(full, o.Terms.Remedy.LateCompensation.Of(goods))
	case dispute.OffPlatformPressure:
		return 0
	case dispute.ExtraChargeDemanded:
		for _, d := range lines {
			if l := o.line(d.SKU); l != nil && l.Delivered() {
				return 0 // the extra amount must be named
			}
		}
	}
	return full
}

// FactsFor is what a dispute of this order must know of it at an instant.
func (o Order) FactsFor(disputeID string, at time.Time) casefile.OrderFacts {
	for _, c := range o.Claims {
		if c.ID != disputeID {
			continue
		}
		delivered := true
		for _, d := range c.Lines {
			if l := o.line(d.SKU); l == nil || !l.Delivered() {
				delivered = false
			}
		}
		return casefile.OrderFacts{Delivered: delivered, Confirmed: !o.ConfirmedAt.IsZero(), Protected: o.protects(at),
			Remaining: total(o.reach(c.Lines, c.Reason)), Openings: o.CanOpen(c.Lines, at)}
	}
	return casefile.OrderFacts{}
}

// protects says that the buyer's clock runs at the instant, or stands still for a dispute.
func (o Order) protects(at time.Time) bool {
	for _, name := range []string{dueInspection, dueAbsoluteEnd, dueAftercare} {
		if d, found := o.Clocks.Get(name); found {
			return !d.Runs() || !d.DueAt.Before(at)
		}
	}
	return o.Phase == Funded
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
