package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
	"recourse/domain/protection"
)

func urgency(s *scene) dispute.Priority {
	s.Helper()
	p, waits := s.d().Priority()
	require.True(s, waits)
	return p
}

func TestACaseIsAsUrgentAsWhatIsDueFirst(t *testing.T) {
	t.Run("what waits for the parties is in no queue", func(t *testing.T) {
		for _, s := range []*scene{opened(t), answered(t), decided(t)} {
			_, waits := s.d().Priority()
			require.False(t, waits, s.d().Status)
		}
	})
	t.Run("one that waits for a reviewer is due at once", func(t *testing.T) {
		s := assigning(t)
		require.Equal(t, dispute.Priority{At: s.Now, Grounds: []dispute.Ground{{Why: "deadline", Deadline: "assignment", At: s.Now}}}, urgency(s))
	})
	t.Run("while evidence is gathered, when the decision will be due", func(t *testing.T) {
		s := gathering(t)
		due := s.due("evidence_period").Add(48 * time.Hour)
		require.Equal(t, []dispute.Ground{{Why: "deadline", Deadline: "decision_sla", At: due}}, urgency(s).Grounds)
	})
	t.Run("an objection comes before the decision", func(t *testing.T) {
		s := reviewed(t)
		require.Equal(t, s.due("decision_sla"), urgency(s).At)
		s.object(ada)
		require.Equal(t, s.due("objection_ruling"), urgency(s).At)
	})
	t.Run("a panel's vote", func(t *testing.T) {
		s := sitting(t)
		require.Equal(t, s.due("evidence_period").Add(48*time.Hour), urgency(s).At)
		s.waive()
		require.Equal(t, s.due("panel_decision"), urgency(s).At)
	})
}

func TestWhatMakesACaseMoreUrgent(t *testing.T) {
	t.Run("a decision that is overdue, until it is made", func(t *testing.T) {
		s := overdue(t)
		p := urgency(s)
		since := s.d().Bench.OverdueAt
		require.Equal(t, dispute.Ground{Why: "overdue", At: since, Earlier: 30 * day}, p.Grounds[1])
		require.Equal(t, "age", p.Grounds[0].Why, "nothing else is due")
		require.Equal(t, p.Grounds[0].At.Add(-30*day), p.At)
		s.do("assign", sue, fields{"to": "dora"})
		require.Len(t, urgency(s).Grounds, 2, "another reviewer does not make it less so")
		s.do("decide", dora, forBuyer())
		require.True(t, s.d().Bench.OverdueAt.IsZero())
	})
	t.Run("much money", func(t *testing.T) {
		s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull}, func(r *protection.Registration) { r.Lines[0].Price = 60_000 })
		s.do("post_message", bolt, fields{"text": "No."})
		s.wait(3 * day)
		s.do("escalate", ada, nil)
		p := urgency(s)
		require.Equal(t, dispute.Ground{Why: "amount", Amount: 60_350, Over: 50_000, Earlier: day}, p.Grounds[1])
		require.Equal(t, s.Now.Add(-day), p.At)
	})
	t.Run("age, before a deadline that comes later", func(t *testing.T) {
		s := gathering(t)
		s.wait(4 * day)
		s.do("change_reason", ada, fields{"reason": dispute.Quality, "remedy": dispute.RefundPartial, "amount": 4000})
		s.do("extend_evidence", ada, nil)
		s.do("extend_evidence", bolt, nil)
		since, _ := s.deadline("max_age")
		require.Equal(t, []dispute.Ground{{Why: "age", At: since.Since.Add(14 * day)}}, urgency(s).Grounds)
	})
	t.Run("a bank that has the money leaves only the age", func(t *testing.T) {
		s := reviewed(t)
		s.must(s.order, "chargeback", platform, fields{"amount": 4550})
		require.Equal(t, "age", urgency(s).Grounds[0].Why)
	})
}

func TestACaseIsServedInTimeSoonOrLate(t *testing.T) {
	s := reviewed(t)
	due := s.due("decision_sla")
	lease := s.d().Terms.Desk.Lease.Std()
	require.Equal(t, dispute.ServiceInTime, s.d().Service(due.Add(-lease-time.Microsecond)))
	require.Equal(t, dispute.ServiceSoon, s.d().Service(due.Add(-lease)), "a claim that begins now lapses after it is due")
	require.Equal(t, dispute.ServiceSoon, s.d().Service(due))
	require.Equal(t, dispute.ServiceOverdue, s.d().Service(due.Add(time.Microsecond)))
	late := overdue(t)
	require.Equal(t, dispute.ServiceOverdue, late.d().Service(late.Now))
}
