package dispute_test

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

// The ways into the middle of a case.

// answered: the seller has said something, so the buyer has the next move.
func answered(t tester) *scene {
	t.Helper()
	s := opened(t)
	s.do("post_message", bolt, fields{"text": "We pack with care."})
	return s
}

// assigning: the buyer escalated a moment ago.
func assigning(t tester) *scene {
	t.Helper()
	s := answered(t)
	s.wait(3 * day)
	s.do("escalate", ada, nil)
	return s
}

// gathering: a reviewer has the case and the evidence period runs.
func gathering(t tester) *scene {
	t.Helper()
	s := assigning(t)
	s.wait(time.Hour)
	return s
}

// reviewed: both parties have waived the rest of the evidence period.
func reviewed(t tester) *scene {
	t.Helper()
	s := gathering(t)
	s.waive()
	return s
}

func (s *scene) waive() {
	s.Helper()
	s.do("waive_hearing", ada, nil)
	s.do("waive_hearing", bolt, nil)
}

// ruling is what a decision or a vote says.
func ruling(outcome dispute.Outcome, refund, release money.Minor) fields {
	return fields{"outcome": outcome, "refund": refund, "release": release, "reasons": "So it is."}
}

func forBuyer() fields  { return ruling(dispute.DecidedForBuyer, 4550, 0) }
func forSeller() fields { return ruling(dispute.DecidedForSeller, 0, 4550) }

// split is too far from what was asked for one reviewer to decide.
func split() fields { return ruling(dispute.DecidedSplit, 2000, 2550) }

// decided: the reviewer gave the buyer everything.
func decided(t tester) *scene {
	t.Helper()
	s := reviewed(t)
	s.do("decide", cleo, forBuyer())
	return s
}

// sitting: both parties have appealed.
func sitting(t tester) *scene {
	t.Helper()
	s := decided(t)
	s.do("appeal", bolt, fields{"text": "He never looked at the photo."})
	s.do("appeal", ada, fields{"text": "And I want the fare."})
	return s
}

// members of the panel, as actors.
func (s *scene) members() []casefile.Actor {
	var all []casefile.Actor
	for _, id := range s.d().Panel.Members {
		all = append(all, casefile.Actor{ID: id, Role: casefile.Reviewer})
	}
	return all
}

// failed: the panel could not decide, and the parties have been heard.
func failed(t tester) *scene {
	t.Helper()
	s := sitting(t)
	s.waive()
	for i, member := range s.members() {
		s.do("vote", member, []fields{forBuyer(), forSeller(), split()}[i])
	}
	return s
}

// performing: the seller has promised a new lamp within ten days.
func performing(t tester) *scene {
	t.Helper()
	s := opened(t)
	id := s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "10d"})
	s.do("accept_offer", ada, fields{"offer": id})
	return s
}

// returning: the lamp goes back for its price.
func returning(t tester) *scene {
	t.Helper()
	s := opened(t)
	id := s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})
	s.do("accept_offer", ada, fields{"offer": id})
	return s
}

func (s *scene) shipReturn() {
	s.Helper()
	s.do("ship_return", ada, fields{"carrier": "upu", "tracking": "RB123456785US"})
}

func (s *scene) shipReplacement() {
	s.Helper()
	s.do("ship_replacement", bolt, fields{"carrier": "upu", "tracking": "RB123456785US"})
}
