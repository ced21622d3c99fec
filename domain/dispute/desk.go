package dispute

import (
	"time"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
)

// Snooze is a reviewer's word that a case needs nobody before an instant. It hides the case in the queue and moves no deadline.
type Snooze struct {
	Until time.Time `json:"until"`
	Text  string    `json:"text"`
}

// unconflicted refuses who may not have the case. Who has it already was judged when it was given.
func (t *turn) unconflicted() casefile.Answer {
	c, known := assignment.Named(t.facts.Reviewers, t.By().ID)
	if !known {
		return casefile.Answer{}
	}
	if why := t.conflict(c); why == assignment.LinkedToParty || why != "" && t.Bench.Reviewer != c.ID {
		return casefile.Answer{Refused: casefile.ConflictOfInterest, Detail: "You may not have this case.", Result: map[string]any{"why": why}}
	}
	return casefile.Answer{}
}

// mayClaim: a case that nobody has, one's own, and one that is overdue with somebody who does not say to be working on it.
func (t *turn) mayClaim() casefile.Answer {
	_, leased := t.Clocks.Get(dueLease)
	switch {
	case t.Bench.Reviewer == "" || t.Bench.Reviewer == t.By().ID:
		return casefile.Answer{}
	case leased || t.Bench.OverdueAt.IsZero():
		return casefile.Refuse(casefile.WrongStage, "Somebody else has this case.")
	}
	return casefile.Answer{}
}

// claim is a reviewer's word to be working on the case. It holds for the length of a lease; to claim again begins it anew.
func (t *turn) claim(struct{}) casefile.Answer {
	me := t.By().ID
	if c, known := assignment.Named(t.facts.Reviewers, me); !known || c.Role != casefile.Reviewer {
		return casefile.Refuse(casefile.NotAllowed, "Only a reviewer can take a case.")
	}
	if t.Bench.Reviewer != me {
		t.setAside()
		t.give(me, false)
	}
	t.Bench.Snooze = nil
	t.lease("dispute.claimed")
	due, _ := t.Clocks.Get(dueLease)
	t.tellSupervisors("claimed", map[string]any{"reviewer": me, "until": due.DueAt})
	return casefile.Answer{Result: map[string]any{"until": due.DueAt}}
}

func (t *turn) lease(base string) {
	t.start(dueLease, base, "desk.lease", t.Terms.Desk.Lease.Std())
}

// lapseLease takes the case from a reviewer who said to be working on it and did not: somebody else is looked for, and what
// still comes is assignment_lapsed (PROCEDURE 12, R13). While the case waits for others the lease begins anew.
func (t *turn) lapseLease() {
	if t.court() != WithReviewer {
		t.lease("lease.waited")
		return
	}
	reviewer := t.Bench.Reviewer
	t.setAside()
	t.Notice(reviewer, "assignment_lapsed")
	t.tellSupervisors("assignment_lapsed", map[string]any{"reviewer": reviewer})
	t.start(dueAssignment, "assignment.lapsed", "", 0)
}

type surrender struct {
	Text string `json:"text"`
}

// Fits checks the reason for giving a case back.
func (s surrender) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", s.Text, t.Terms.Limits.TextRunes)
}

// release gives the case back, so that somebody else is looked for.
func (t *turn) release(s surrender) casefile.Answer {
	t.tellSupervisors("released", map[string]any{"reviewer": t.By().ID, "why": s.Text})
	t.setAside()
	t.start(dueAssignment, "assignment.released", "", 0)
	return casefile.Answer{}
}

// Fits checks the reason of a snooze and that it is not too long.
func (s Snooze) Fits(t *turn) casefile.Answer {
	if !s.Until.After(t.At()) || s.Until.After(t.At().Add(t.Terms.Desk.SnoozeMax.Std())) {
		return casefile.Invalid("/until", "A case is put off to a time that is not over, and not for longer than is allowed.")
	}
	return casefile.CheckText("/text", s.Text, t.Terms.Limits.TextRunes)
}

func (t *turn) snooze(s Snooze) casefile.Answer {
	t.Bench.Snooze = &s
	t.tellSupervisors("snoozed", map[string]any{"reviewer": t.By().ID, "until": s.Until, "why": s.Text})
	return casefile.Answer{}
}

// wake ends a snooze as soon as a party does something.
func (t *turn) wake() {
	if role := t.By().Role; role == casefile.Buyer || role == casefile.Seller {
		t.Bench.Snooze = nil
	}
}

// overdue: the decision was not made in time. The supervisor is told, and the case rises in the queue until it is decided.
func (t *turn) overdue() {
	t.Bench.OverdueAt, t.Bench.Snooze = t.At(), nil
	t.Notice("supervisors", dueSLA)
}

// tellSupervisors tells them something, with more than what it is about.
func (t *turn) tellSupervisors(about string, more map[string]any) {
	more["to"], more["about"] = "supervisors", about
	t.EventBy(casefile.ByItself, casefile.NoticeSent, more)
}

// ClaimedUntil is when the reviewer's claim of the case lapses; zero when nobody has claimed it.
func (d Dispute) ClaimedUntil() time.Time {
	due, _ := d.Clocks.Get(dueLease)
	return due.DueAt
}
