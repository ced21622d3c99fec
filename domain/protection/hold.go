package protection

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/report"
)

// Hold is the one time in an order's life in which a report keeps its money from being released (PROCEDURE 9). It moves none
// and keeps nothing from the buyer.
type Hold struct {
	Report string    `json:"report"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	Lifted bool      `json:"lifted,omitempty"`
}

// dueHeld is when money goes to the seller that was due to go while a report held it back.
const dueHeld = "held_release"

// holdRelease begins the hold. The second for an order, and one that came too late to hold anything, changes nothing.
func (t *turn) holdRelease(h report.Holding) casefile.Answer {
	if t.Hold != nil || !h.Until.After(t.At()) {
		return casefile.Refuse(casefile.WrongStage, "The order has had its one hold.")
	}
	t.Hold = &Hold{Report: h.Report, From: t.At(), Until: h.Until}
	t.Event(casefile.MeasureStarted, map[string]any{"scope": report.HoldScope, "report": h.Report, "until": h.Until})
	return casefile.Answer{}
}

// liftHold ends it: what was held back goes to the seller at once.
func (t *turn) liftHold(h report.Holding) casefile.Answer {
	if t.Hold == nil || t.Hold.Report != h.Report || t.Hold.Lifted {
		return casefile.Refuse(casefile.WrongStage, "No such hold stands.")
	}
	t.Hold.Lifted = true
	t.Event(casefile.MeasureEnded, map[string]any{"scope": report.HoldScope, "report": h.Report})
	for _, b := range slices.Clone(t.Batches) {
		if name, _, _ := strings.Cut(b.Due, "/"); name == dueHeld {
			t.release(b.Due)
		}
	}
	return casefile.Answer{}
}

// heldBack says that a report keeps money from being released now. It ends by itself, however late the report says so.
func (t *turn) heldBack() bool {
	return t.Hold != nil && !t.Hold.Lifted && t.At().Before(t.Hold.Until)
}

// holdBack sets aside what would go to the seller until the hold is over.
func (t *turn) holdBack(m award) {
	name := dueHeld
	if m.dispute != "" {
		name += "/" + m.dispute
	}
	for _, s := range m.release {
		t.pot(s.Line).Pending += s.Amount
	}
	if i := t.batch(name); i >= 0 {
		t.Batches[i].Shares = merge(slices.Concat(t.Batches[i].Shares, m.release))
		return
	}
	t.Batches = append(t.Batches, Batch{Due: name, Dispute: m.dispute, Cause: m.cause, Shares: m.release})
	t.Clocks.Start(clock.Deadline{Name: name, Since: t.Hold.From, DueAt: t.Hold.Until, Base: "measure.started", Policy: "report.hold_max",
		Length: t.Hold.Until.Sub(t.Hold.From)})
	t.EventBy(casefile.ByItself, casefile.DeadlineMoved, map[string]any{"deadline": dueRelease, "from": t.At(), "to": t.Hold.Until, "why": "report"})
}
