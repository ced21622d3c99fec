package protection

import (
	"slices"
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
		opening.Goods = reason == dispute.WarrantyDefect && !o.mended(lines)
		openings[string(reason)] = opening
	}
	return openings
}

// mended says that a warranty was used for one of these lines before: then money may be asked for, which comes second.
func (o Order) mended(lines []dispute.Line) bool {
	return slices.ContainsFunc(o.Claims, func(c Claim) bool {
		return c.Reason == dispute.WarrantyDefect && !c.Open && c.Outcome != dispute.Withdrawn && overlap(c.Lines, lines)
	})
}

func (o Order) allLines() []dispute.Line {
	lines := make([]dispute.Line, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = dispute.Line{SKU: l.SKU, Quantity: l.Quantity}
	}
	return lines
}

// opening is the window of one reason: the latest beginning and the earliest end of what its rule says of each line.
func (o Order) opening(lines []dispute.Line, reason dispute.Reason, at time.Time) casefile.OpeningTime {
	w := casefile.OpeningTime{From: o.PaidAt}
	for i, d := range lines {
		l := o.line(d.SKU)
		if l == nil {
			return casefile.OpeningTime{Why: casefile.WhyNoSuchLine}
		}
		from, until, why := o.window(*l, reason, at)
		if why != "" {
			return casefile.OpeningTime{Why: why}
		}
		w.From = later(w.From, from)
		if i == 0 || until.Before(w.Until) {
			w.Until = until
		}
	}
	switch {
	case at.After(w.Until):
		w.Why = casefile.WhyProtectionOver
	case at.Before(w.From):
		w.Why = casefile.WhyTooEarly
	case total(o.reach(lines, reason)) == 0:
		w.Why = casefile.WhyNothingLeft
	default:
		w.Open = true
	}
	return w
}

// window is from when until when a reason may be used about one line, by the table of PROCEDURE 5, or why it may not.
func (o Order) window(l Line, reason dispute.Reason, at time.Time) (from, until time.Time, why string) {
	p := o.Terms.Protection
	until = o.protectedUntil(at)
	switch {
	case reason == dispute.Late:
		if !l.Delivered() || !l.DeliveredAt.After(o.GuaranteedBy) {
			return from, until, casefile.WhyNotDeliveredLate
		}
		return l.DeliveredAt, until, ""
	case reason.Root() == dispute.RootNotReceived:
		return o.notReceivedFrom(l), until, ""
	case reason.Root() == dispute.RootNotAsDescribed || reason == dispute.Counterfeit:
		if l.DeliveredAt.IsZero() && o.ConfirmedAt.IsZero() && l.ReleasedAt.IsZero() {
			return from, until, casefile.WhyNotDelivered
		}
		if reason == dispute.Counterfeit && o.in(GuaranteedGenuine) {
			until = later(until, l.termEnd(p.GenuineClaim.Std()))
		}
		return l.DeliveredAt, until, ""
	case reason == dispute.ChangeOfMind:
		return o.mindChanges(at)
	case reason == dispute.WarrantyDefect:
		switch {
		case !o.in(Warranty):
			return from, until, casefile.WhyNotInProgramme
		case l.ReleasedAt.IsZero():
			return from, until, casefile.WhyNotReleased
		}
		return l.ReleasedAt, l.termEnd(p.Warranty.Std()), ""
	}
	return from, until, ""
}

// mindChanges is the window of a return without fault: inspection alone. A clock that stands still for another line's
// dispute is inspection all the same; one that was over before is not.
func (o Order) mindChanges(at time.Time) (from, until time.Time, why string) {
	d, found := o.Clocks.Get(dueInspection)
	left := d.Remaining(at)
	switch {
	case !o.in(Choice):
		return from, until, casefile.WhyNotInProgramme
	case !found || !d.Runs() && left == 0:
		return from, until, casefile.WhyNotInInspection
	case d.Runs():
		return d.Since, d.DueAt, ""
	}
	return d.Since, at.Add(left), ""
}

// notReceivedFrom is the earliest instant at which a line counts as not received: some days after it was shipped, at once
// when its tracking failed, or when the promised date has passed.
func (o Order) notReceivedFrom(l Line) time.Time {
	from := o.GuaranteedBy
	if !l.ShippedAt.IsZero() {
		if o.suspect(l.SKU) {
			return l.ShippedAt
		}
		if after := l.ShippedAt.Add(o.Terms.Protection.NotReceivedAfter.Std()); after.Before(from) {
			from = after
		}
	}
	return from
}

// termEnd is the end of a term that counts from the line's delivery, or from its release where delivery was never recorded;
// zero while there is neither.
func (l Line) termEnd(length time.Duration) time.Time {
	switch {
	case l.Delivered():
		return l.DeliveredAt.Add(length)
	case !l.ReleasedAt.IsZero():
		return l.ReleasedAt.Add(length)
	}
	return time.Time{}
}

// protectedUntil is the last instant at which protection with its aftercare can still be used, as far as is known now; zero
// when it is over.
func (o Order) protectedUntil(at time.Time) time.Time {
	if o.over() || o.AgedOut {
		return time.Time{}
	}
	aftercare := o.Terms.Protection.Aftercare.Std()
	var until time.Time
	for _, b := range o.Batches {
		if d, found := o.Clocks.Get(b.Due); found {
			until = later(until, d.DueAt.Add(aftercare))
		}
	}
	if d, found := o.protectionClock(); found {
		until = later(until, at.Add(d.Remaining(at)).Add(o.Terms.Protection.ReleaseCooling.Std()).Add(aftercare))
	}
	if d, found := o.Clocks.Get(dueAftercare); found {
		until = at.Add(d.Remaining(at))
	}
	if last, _ := o.Clocks.Get(dueAbsoluteMax); until.IsZero() || until.After(last.DueAt) {
		return last.DueAt // also while a bank holds everything back, and nobody knows for how long
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
	c := o.claim(disputeID)
	if c == nil {
		return casefile.OrderFacts{}
	}
	return casefile.OrderFacts{Delivered: o.linesDelivered(c.Lines), Confirmed: !o.ConfirmedAt.IsZero(), Protected: !at.After(o.protectedUntil(at)),
		Disputed: o.disputedBy(c.Lines, disputeID), Remaining: total(o.reach(c.Lines, c.Reason)), Openings: o.CanOpen(c.Lines, at),
		Incidents: slices.Clone(o.Clocks.Incidents), Country: o.Country, Postcode: o.Postcode}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
