package protection

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// The names of an order's deadlines. A release after a settlement carries the dispute behind a slash.
const (
	dueShip          = "ship_by"
	remindShip       = "ship_by_reminder"
	dueAbsoluteEnd   = "absolute_end"
	dueInspection    = "inspection"
	remindInspection = "inspection_reminder"
	dueRelease       = "release_cooling"
	dueExtension     = "extension_answer"
	dueAftercare     = "aftercare"
	dueAbsoluteMax   = "absolute_max"
	dueChargeback    = "chargeback_max"
)

// buyerClocks are the deadlines that are the buyer's protection: they stand still while a dispute is open.
var buyerClocks = []string{dueShip, remindShip, dueAbsoluteEnd, dueInspection, remindInspection, dueAftercare}

// endsOfProtection are the deadlines of which each ends protection, with their reminders: what comes after has its own.
var endsOfProtection = []string{dueShip, remindShip, dueAbsoluteEnd, dueInspection, remindInspection}

// Batch is money that goes to the seller after the last call: what is left when inspection ends, or after a settlement.
type Batch struct {
	Due     string  `json:"due"` // name of its deadline
	Dispute string  `json:"dispute,omitempty"`
	Cause   string  `json:"cause"`
	Shares  []Share `json:"shares"`
}

// due carries out what happens at a deadline.
func (t *turn) due(d clock.Deadline) {
	name, _, _ := strings.Cut(d.Name, "/")
	switch name {
	case dueShip:
		t.cancelled("not_shipped")
	case remindShip:
		t.Notice(t.Seller, dueShip)
	case remindInspection:
		t.Notice(t.Buyer, dueInspection)
	case dueInspection:
		t.endProtection("accepted_by_silence")
	case dueAbsoluteEnd:
		t.endProtection("never_delivered")
	case dueRelease, dueHeld:
		t.release(d.Name)
	case dueExtension:
		t.lapseExtension()
	case dueAftercare:
		t.finish("aftercare_over")
	case dueAbsoluteMax:
		t.AgedOut = true
	case dueChargeback:
		t.Chargeback.Overdue = true
		t.Notice("operators", dueChargeback)
	}
}

// endProtection ends the order's clock. What was delivered, or what the buyer has confirmed, goes to the seller after the last
// call. Of the rest nobody proved the delivery, so its money goes back, the shipping too when nothing was delivered.
func (t *turn) endProtection(cause string) {
	t.Clocks.Remove(endsOfProtection...)
	t.Event(casefile.ProtectionEnded, map[string]any{"cause": cause})
	t.pay(award{refund: t.freeShares(func(l Line) bool { return !l.Delivered() && t.ConfirmedAt.IsZero() }), cause: cause})
	t.schedule(dueRelease, "", cause, t.freeShares(nil))
	t.Phase = ReleasePending
}

// schedule sets money aside for the seller until the last call is over. More under the same name begins it again.
func (t *turn) schedule(name, disputeID, cause string, shares []Share) {
	if len(shares) == 0 {
		return
	}
	for _, s := range shares {
		t.pot(s.Line).Pending += s.Amount
	}
	if i := t.batch(name); i >= 0 {
		t.Batches[i].Shares = slices.Concat(t.Batches[i].Shares, shares)
	} else {
		t.Batches = append(t.Batches, Batch{Due: name, Dispute: disputeID, Cause: cause, Shares: shares})
	}
	t.Start(name, cause, "protection.release_cooling", t.Terms.Protection.ReleaseCooling.Std())
}

func (o Order) batch(name string) int {
	return slices.IndexFunc(o.Batches, func(b Batch) bool { return b.Due == name })
}

// unschedule takes a batch back: its money is free again.
func (t *turn) unschedule(name string) (Batch, bool) {
	i := t.batch(name)
	if i < 0 {
		return Batch{}, false
	}
	b := t.Batches[i]
	for _, s := range b.Shares {
		t.pot(s.Line).Pending -= s.Amount
	}
	t.Batches = slices.Delete(t.Batches, i, i+1)
	t.Clocks.Remove(name)
	return b, true
}

func (t *turn) release(name string) {
	if b, found := t.unschedule(name); found {
		t.pay(award{release: b.Shares, cause: b.Cause, dispute: b.Dispute})
	}
}

// pause makes protection stand still because a dispute is open. The last call is cancelled: the order goes back to an
// inspection with nothing left, which the floor may lengthen when the clock resumes. The last call of a settlement goes on.
func (t *turn) pause() {
	if t.over() {
		return // a late claim finds no clock that runs
	}
	if t.Phase == ReleasePending {
		t.unschedule(dueRelease)
		t.unschedule(dueHeld)
		t.Phase = Inspection
		t.Clocks.Start(clock.Deadline{Name: dueInspection, Since: t.At(), DueAt: t.At(), Base: "dispute.opened", Policy: "protection.release_cooling"})
	}
	t.Clocks.Stop(clock.DisputeOpen, t.At(), buyerClocks...)
	t.Event(casefile.ProtectionPaused, map[string]any{"remaining": t.remaining().String()})
}

// remaining is the time that the buyer's protection has left.
func (t *turn) remaining() time.Duration {
	for _, name := range []string{dueInspection, dueAbsoluteEnd, dueAftercare} {
		if d, found := t.Clocks.Get(name); found {
			return d.Remaining(t.At())
		}
	}
	return 0
}

// resume lets protection go on when the last dispute is over, with the floor that is given once.
func (t *turn) resume(floor bool) {
	if t.over() {
		return
	}
	at := t.At()
	t.Clocks.Resume(clock.DisputeOpen, at, buyerClocks...)
	running := dueAftercare
	if t.Phase != Aftercare {
		if t.free()+t.frozen() == 0 {
			t.Clocks.Remove(endsOfProtection...)
			return // everything was disposed of; what is left to do is no clock of the buyer's
		}
		running = dueInspection
		if t.Phase != Inspection {
			running = dueAbsoluteEnd
		}
	}
	given := floor && !t.FloorGiven && t.Clocks.AtLeast(running, clock.ReopenFloor, at, t.Terms.Protection.ReopenFloor.Std())
	t.FloorGiven = t.FloorGiven || given
	t.remindOfInspection()
	data := map[string]any{"floor": given}
	if d, found := t.Clocks.Get(running); found {
		data["ends_at"] = d.DueAt
	}
	t.Event(casefile.ProtectionResumed, data)
}

// conclude ends every turn: it moves the order on when nothing holds it back where it is.
func (t *turn) conclude() {
	if t.Phase == "" || t.over() || t.anyOpen() {
		return
	}
	if cause := t.unprotected(); cause != "" && t.free() > 0 {
		t.endProtection(cause)
	}
	switch {
	case t.free()+t.frozen() > 0 || t.Phase == Aftercare:
	case len(t.Batches) > 0:
		t.Clocks.Remove(endsOfProtection...)
		t.dropExtension()
		t.Phase = ReleasePending
	case t.released() > 0:
		t.Phase = Aftercare
		t.Clocks.Remove(endsOfProtection...)
		t.dropExtension()
		t.Start(dueAftercare, "escrow.released", "protection.aftercare", t.Terms.Protection.Aftercare.Std())
	default:
		t.finish("all_refunded")
	}
}

// unprotected says why nothing protects what is free any more: the order is too old, or its clock ran out while a bank had
// frozen the money. While a last call waits there is time to say so.
func (t *turn) unprotected() string {
	_, running := t.protectionClock()
	switch {
	case t.batch(dueRelease) >= 0 || t.batch(dueHeld) >= 0:
		return ""
	case t.AgedOut:
		return "absolute_max"
	case !running:
		return "chargeback_over"
	}
	return ""
}

// finish ends the order. One that was refunded by a timer and never disputed is refunded; every other is closed.
func (t *turn) finish(cause string) {
	t.Phase, t.OverAt = Closed, t.At()
	if len(t.Claims) == 0 && t.released() == 0 {
		t.Phase = Refunded
	}
	t.Clocks.Remove(append([]string{dueAbsoluteMax, dueExtension}, buyerClocks...)...)
	t.Event(casefile.OrderClosed, map[string]any{"cause": cause, "state": t.Phase})
}
