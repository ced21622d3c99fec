package dispute

import (
	"time"

	"recourse/domain/standing/conduct"
	"recourse/domain/standing/metrics"
)

// Conduct is what the dispute gives to the figures of its seller (PROCEDURE 8), as it stands now. One that has not begun gives
// nothing.
func (d Dispute) Conduct() (metrics.Conduct, bool) {
	if d.ID == "" {
		return metrics.Conduct{}, false
	}
	c := metrics.Conduct{Dispute: metrics.Dispute{ID: d.ID, Order: d.Order, OpenedAt: d.OpenedAt, Withdrawn: d.Outcome == Withdrawn,
		Adjudicated: d.EscalatedBy != ""}}
	how := d.conduct()
	if reason, never := how.Never(d.Terms.Standing.SettledWithin.Std()); never {
		c.Excused, c.Reason = true, string(reason)
	}
	if d.Closed() && how.Decided() {
		c.DecidedAt, c.Lost = d.EndedAt, how.Lost()
		c.Appealed = d.Panel != nil
		c.Overturned = c.Appealed && (d.Panel.Over != d.Outcome || d.Decision != nil && d.Panel.Refund != d.Decision.Refund)
	}
	if d.Promise != nil && (d.Outcome == d.Promise.Kept || d.Outcome == PromiseDefaulted) {
		c.PromiseAt, c.Kept = d.EndedAt, d.Outcome == d.Promise.Kept
	}
	c.AnswerAt, c.Waited = d.firstAnswer()
	return c, true
}

// conduct is what is known of the dispute as its conduct is judged.
func (d Dispute) conduct() conduct.Dispute {
	how := conduct.Dispute{Seller: d.Seller, Reason: string(d.Claim.Reason), Outcome: string(d.Outcome), Suspect: d.Suspect, OpenedAt: d.OpenedAt}
	if d.Decision != nil && d.Closed() { // until then it may be appealed
		how.Refunds = d.Decision.Refund > 0
		for _, f := range d.Decision.Findings {
			how.Findings = append(how.Findings, conduct.Finding{Claim: f.Claim, Holds: f.Holds})
		}
	}
	how.SettledAt, how.Performed = d.settledAt()
	return how
}

// settledAt is when the parties came to terms, of a case that ended with these terms performed.
func (d Dispute) settledAt() (time.Time, bool) {
	switch {
	case d.Outcome == ReturnedAndRefunded && d.Return.Origin != FromDefault:
		return d.Return.OpenedAt, true
	case d.Outcome != Settled && d.Outcome != ConcededBySeller:
		return time.Time{}, false
	case d.Promise != nil:
		return d.Promise.AgreedAt, true
	}
	return d.EndedAt, true
}

// firstAnswer is when the ball first left the seller's court, with an answer or without one, and for how long it had been
// there. A time in which every deadline stood still is nobody's. Zero: the seller was not asked, or is still waited for.
func (d Dispute) firstAnswer() (time.Time, time.Duration) {
	if len(d.Passes) == 0 || d.Passes[0].To != WithSeller {
		return time.Time{}, 0
	}
	for _, p := range d.Passes {
		if p.To != WithSeller && p.To != Paused {
			return p.At, d.BallInCourt(p.At)[WithSeller]
		}
	}
	return time.Time{}, 0
}
