package dispute

import (
	"strings"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// The names of a dispute's deadlines. Those of an offer, a request, an objection or a reminder carry which behind a slash.
const (
	dueSellerResponse        = "seller_response"
	remindSellerResponse     = "seller_response_reminder"
	dueNegotiation           = "negotiation_max"
	dueOffer                 = "offer_answer"
	duePerformance           = "performance"
	duePerformanceInspection = "performance_inspection"
	dueReturnShip            = "return_ship"
	dueReturnTransit         = "return_transit"
	dueReturnInspection      = "return_inspection"
	dueWithdrawal            = "withdrawal_cooling"
	dueAssignment            = "assignment"
	dueLease                 = "assignment_lease"
	dueEvidence              = "evidence_period"
	dueRequest               = "evidence_request"
	dueScan                  = "evidence_scan"
	dueObjection             = "objection_ruling"
	dueSLA                   = "decision_sla"
	dueSecond                = "second_signature"
	dueAppealWindow          = "appeal_window"
	duePanel                 = "panel_decision"
	dueSupervisor            = "supervisor_decision"
	dueMaxAge                = "max_age"
)

// due carries out what happens at a deadline that nobody met. Each status has one with an outcome in money behind it.
func (t *turn) due(d clock.Deadline) {
	name, _, _ := strings.Cut(d.Name, "/")
	switch name {
	case dueSellerResponse:
		t.sellerSilent()
	case remindSellerResponse:
		t.Notice(t.Seller, dueSellerResponse)
	case dueNegotiation:
		t.toAdjudication(casefile.ByItself, "negotiation_over", "")
	case dueOffer:
		t.expireOffer(d.Name)
	case duePerformance:
		t.breakPromise()
	case duePerformanceInspection:
		t.keepPromise("not_contested")
	case dueReturnShip:
		t.lapseReturn()
	case dueReturnTransit:
		t.contest("return_not_delivered")
	case dueReturnInspection:
		t.Return.Condition = InOrder
		t.Event(casefile.ReturnInspected, map[string]any{"condition": InOrder, "why": "silence"})
		t.returned()
	case dueWithdrawal:
		t.withdrawn()
	case dueAssignment:
		t.assignFirst()
	case dueLease:
		t.lapseLease()
	case dueEvidence: // the file is complete; settleStatus says whose move it is
	case dueRequest:
		t.expireRequest(d.Name)
	case dueScan:
		t.scanOverdue(d.Name)
	case dueObjection:
		t.dismissObjection(d.Name)
	case dueSLA:
		t.overdue()
	case dueSecond:
		t.askSecond()
	case dueAppealWindow:
		if t.appealed() > 0 {
			t.sit()
		} else {
			t.makeFinal()
		}
	case duePanel:
		t.count()
	case dueSupervisor:
		t.noDecision("supervisor_silent")
	case dueMaxAge:
		t.noDecision("max_age")
	}
}

// sellerSilent grants what was asked: money at once, goods as their price, a return as a return.
func (t *turn) sellerSilent() {
	t.lapseOffers()
	switch {
	case t.Claim.Remedy == ReturnAndRefund:
		t.Answered = true // the default has spoken for the seller
		t.Notice("parties", "return_by_default")
		t.openReturn(FromDefault, t.Claim.Amount)
	case t.Claim.Remedy.Goods():
		t.finish(Enforcement{Outcome: DefaultSellerSilent, Refund: t.value(), Rest: RestSettled})
	default:
		t.finish(Enforcement{Outcome: DefaultSellerSilent, Refund: t.Claim.Amount, Rest: RestSettled})
	}
}

// noDecision ends a case that the platform did not decide in time: the buyer is refunded what was asked, the platform pays
// the seller as much, and the rest is released.
func (t *turn) noDecision(why string) {
	value := t.value()
	refund := min(t.Claim.Amount, value)
	t.EventBy(casefile.ByItself, casefile.NoticeSent, map[string]any{"to": "parties", "about": "no_decision", "why": why})
	t.finish(Enforcement{Outcome: NoDecision, Refund: refund, Release: value - refund, Rest: RestNone, Goodwill: refund,
		Signatures: t.Delayed || refund > t.Terms.Goodwill.Max.For(t.Currency)})
}

// finish ends the dispute with an outcome and tells the order, which moves the money.
func (t *turn) finish(e Enforcement) {
	e.Dispute, e.Reason = t.ID, t.Claim.Reason
	t.Outcome = e.Outcome
	t.Stage, t.Status, t.EndedAt, t.Commitment = Final, Closed, t.At(), nil
	t.lapseOffers()
	t.thaw()
	if e.Outcome != Withdrawn || t.Withdrawal == nil {
		t.Withdrawal = nil
		t.Clocks.Deadlines = nil
	}
	t.dismissBench("closed")
	t.ended(e.Outcome)
	t.Event(casefile.DisputeClosed, map[string]any{"outcome": e.Outcome, "refund": e.Refund})
	t.Send(t.Order, "enforce_outcome", e)
}

// Outlook is what happens by itself if nobody does anything: the next deadline that is no reminder, and the outcome or
// status after it.
type Outlook struct {
	Deadline clock.Deadline
	Status   Status
	Ends     *Enforcement // nil while the case goes on
}

// Outlook runs the rules ahead to the next deadline that changes something. What a panel will say it does not tell.
func (d Dispute) Outlook(facts casefile.Facts) (Outlook, bool) {
	ahead := d
	for {
		due, found := ahead.Next()
		if !found {
			return Outlook{}, false
		}
		if ahead.leftToPanel(due) {
			return Outlook{Deadline: due, Status: PanelReview}, true
		}
		c, change := ahead.Default(due, facts)
		next := c.(Dispute)
		if due.Reminder || next.putOff(due) || strings.HasPrefix(due.Name, dueScan+"/") {
			ahead = next
			continue
		}
		out := Outlook{Deadline: due, Status: next.Status}
		for _, s := range change.Sends {
			if e, ok := s.Data.(Enforcement); ok {
				out.Ends = &e
			}
		}
		return out, true
	}
}

// leftToPanel says that what comes of the deadline is a panel's: one that is drawn then, from people whom nobody knows ahead, or
// one whose votes are hidden until then. An outcome ahead of it would be invented, or would be the votes (PROCEDURE 6.4).
func (d Dispute) leftToPanel(due clock.Deadline) bool {
	return due.Name == duePanel || due.Name == dueAppealWindow && d.appealed() > 0
}

// putOff says whether the deadline is set still, and later.
func (d Dispute) putOff(due clock.Deadline) bool {
	after, found := d.Clocks.Get(due.Name)
	return found && len(after.Pauses) > len(due.Pauses)
}
