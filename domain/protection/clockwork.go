package protection

import (
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/domain/money"
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
		t.notice(t.Seller, dueShip)
	case remindInspection:
		t.notice(t.Buyer, dueInspection)
	case dueInspection:
		t.endProtection("accepted_by_silence")
	case dueAbsoluteEnd:
		t.endUndelivered("never_delivered")
	case dueRelease:
		t.release(d.Name)
	case dueExtension:
		t.lapseExtension()
	case dueAftercare:
		t.finish("aftercare_over")
	case dueAbsoluteMax:
		t.AgedOut = true
	case dueChargeback:
		t.Chargeback.Overdue = true
		t.notice("operators", dueChargeback)
	}
}

// endProtection ends the order's clock in the seller's favour: what is free is released after the last call.
func (t *turn) endProtection(cause string) {
	t.Clocks.Remove(dueInspection, remindInspection, dueAbsoluteEnd)
	t.Event(casefile.ProtectionEnded, map[string]any{"cause": cause})
	t.schedule(dueRelease, "", cause, t.freeShares(nil))
	t.Phase = ReleasePending
}

// endUndelivered ends the clock of an order whose delivery was never recorded whole: nobody proved the rest, so its money
// goes back; what was delivered goes to the seller.
func (t *turn) endUndelivered(cause string) {
	t.Clocks.Remove(dueInspection, remindInspection, dueAbsoluteEnd)
	t.Event(casefile.ProtectionEnded, map[string]any{"cause": cause})
	refund := t.freeShares(func(l Line) bool { return !l.Delivered() && t.ConfirmedAt.IsZero() })
	t.pay(award{refund: refund, cause: cause})
	if rest := t.freeShares(nil); len(rest) > 0 {
		t.schedule(dueRelease, "", cause, rest)
		t.Phase = ReleasePending
	}
}

// schedule sets money aside for the seller until the last call is over.
func (t *turn) schedule(name, disputeID, cause string, shares []Share) {
	if len(shares) == 0 {
		return
	}
	for _, s := range shares {
		t.pot(s.Line).Pending += s.Amount
	}
	t.Batches = append(t.Batches, Batch{Due: name, Dispute: disputeID, Cause: cause, Shares: shares})
	t.Clocks.Start(clock.Deadline{Name: name, Since: t.At(), Base: cause, Policy: "protection.release_cooling", Length: t.Terms.Protection.ReleaseCooling.Std()})
}

// unschedule takes a batch back: its money is free again.
func (t *turn) unschedule(name string) (Batch, bool) {
	for i, b := range t.Batches {
		if b.Due != name {
			continue
		}
		for _, s := range b.Shares {
			t.pot(s.Line).Pending -= s.Amount
		}
		t.Batches = append(t.Batches[:i:i], t.Batches[i+1:]...)
		t.Clocks.Remove(name)
		return b, true
	}
	return Batch{}, false
}

func (t *turn) release(name string) {
	if b, found := t.unschedule(name); found {
		t.pay(award{release: b.Shares, cause: b.Cause, dispute: b.Dispute})
	}
}

// pause makes protection stand still because a dispute is open. The last call is cancelled: the order goes back to an
// inspection with nothing left, which the floor may lengthen when the clock resumes.
func (t *turn) pause() {
	if t.Phase == ReleasePending {
		t.unschedule(dueRelease)
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
		if t.free() == 0 {
			t.Clocks.Remove(buyerClocks...)
			return // everything was disposed of; what is left to do is no clock of the buyer's
		}
		if t.Arrived {
			t.inspect(at)
		}
		running = dueInspection
		if t.Phase != Inspection {
			running = dueAbsoluteEnd
		}
	}
	t.Arrived = false
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
	if t.ID == "" || t.Phase == "" || t.over() || t.anyOpen() {
		return
	}
	if t.AgedOut && t.free() > 0 {
		t.endUndelivered("absolute_max")
	}
	if t.sum(func(p Pot) money.Minor { return p.Frozen }) > 0 {
		return
	}
	if t.free() > 0 && t.Phase != Funded && t.unclocked() {
		t.endUndelivered("chargeback_over")
	}
	switch {
	case t.free() > 0 || t.Phase == Aftercare:
	case len(t.Batches) > 0:
		t.Clocks.Remove(dueInspection, remindInspection, dueAbsoluteEnd)
		t.dropExtension()
		t.Phase = ReleasePending
	case t.released() > 0:
		t.Phase = Aftercare
		t.Clocks.Remove(dueShip, remindShip, dueInspection, remindInspection, dueAbsoluteEnd, dueAbsoluteMax)
		t.dropExtension()
		t.Clocks.Start(clock.Deadline{Name: dueAftercare, Since: t.At(), Base: "escrow.released", Policy: "protection.aftercare", Length: t.Terms.Protection.Aftercare.Std()})
	default:
		t.finish("all_refunded")
	}
}

// unclocked says that no deadline governs what is free: its clock ran out while a bank had frozen it.
func (t *turn) unclocked() bool {
	_, running := t.protectionClock()
	_, waiting := t.Clocks.Get(dueRelease)
	return !running && !waiting
}

// finish ends the order. One that was refunded by a timer and never disputed is refunded; every other is closed.
func (t *turn) finish(cause string) {
	t.Phase = Closed
	if len(t.Claims) == 0 && t.released() == 0 {
		t.Phase = Refunded
	}
	t.Clocks.Remove(append([]string{dueAbsoluteMax, dueExtension}, buyerClocks...)...)
	t.Event(casefile.OrderClosed, map[string]any{"cause": cause, "state": t.Phase})
}

type transferResult struct {
	Step   int64  `json:"step"`
	Reason string `json:"reason,omitempty"`
}

func (t *turn) payment(step int64) int {
	for i, p := range t.Payments {
		if p.Step == step {
			return i
		}
	}
	return -1
}

// confirmTransfer is the provider's word that the money has moved.
func (t *turn) confirmTransfer(r transferResult) casefile.Answer {
	i := t.payment(r.Step)
	if i < 0 || t.Payments[i].Failed {
		return casefile.Refuse(casefile.WrongStage, "No payment with this step is on its way.")
	}
	t.Transfers = append(t.Transfers, ledger.ConfirmOut(t.movement(t.Payments[i])))
	t.Payments = append(t.Payments[:i:i], t.Payments[i+1:]...)
	return casefile.Answer{}
}

// failTransfer is the provider's word that it has not: the money is held again, bound to the same cause, until an operator
// asks for it once more.
func (t *turn) failTransfer(r transferResult) casefile.Answer {
	i := t.payment(r.Step)
	if i < 0 || t.Payments[i].Failed {
		return casefile.Refuse(casefile.WrongStage, "No payment with this step is on its way.")
	}
	t.Payments[i].Failed = true
	t.Transfers = append(t.Transfers, ledger.ReturnOut(t.movement(t.Payments[i])))
	t.Event(casefile.TransferFailed, map[string]any{"step": r.Step, "reason": r.Reason})
	t.notice("operators", "transfer_failed")
	return casefile.Answer{}
}

// retryTransfer asks once more for a payment that failed, under the step of a new event.
func (t *turn) retryTransfer(r transferResult) casefile.Answer {
	i := t.payment(r.Step)
	if i < 0 || !t.Payments[i].Failed {
		return casefile.Refuse(casefile.WrongStage, "No payment with this step has failed.")
	}
	p := t.Payments[i]
	t.Payments = append(t.Payments[:i:i], t.Payments[i+1:]...)
	events := map[ledger.Verb]casefile.EventType{ledger.Refund: casefile.EscrowRefunded, ledger.Release: casefile.EscrowReleased, ledger.Split: casefile.EscrowSplit}
	p.Failed = false
	p.Step = t.Event(events[p.Verb], map[string]any{"refund": p.Refund, "release": p.Release, "cause": p.Cause, "retry_of": r.Step})
	t.request(p)
	return casefile.Answer{Result: map[string]any{"step": p.Step}}
}
