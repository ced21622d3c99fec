package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
	"recourse/domain/standing/conduct"
	"recourse/domain/standing/metrics"
)

// conduct is what the dispute gives to the figures of its seller.
func (s *scene) conduct() metrics.Conduct {
	s.Helper()
	c, begun := s.d().Conduct()
	require.True(s, begun)
	require.Equal(s, []string{s.id, s.order}, []string{c.ID, c.Order})
	require.Equal(s, paid.Add(opening), c.OpenedAt)
	return c
}

func TestADisputeThatHasNotBegunGivesNothing(t *testing.T) {
	_, begun := dispute.Dispute{}.Conduct()
	require.False(t, begun)
}

func TestWhatADisputeGivesToTheFigures(t *testing.T) {
	settledBy := func(s *scene, amount int) {
		id := s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": amount})
		s.do("accept_offer", ada, fields{"offer": id})
	}
	for what, c := range map[string]struct {
		way  func(t tester) *scene
		want metrics.Conduct // of the seller's first answer only whether there was one
	}{
		"opened":                          {opened, metrics.Conduct{}},
		"answered":                        {answered, metrics.Conduct{AnswerAt: paid.Add(opening)}},
		"escalated":                       {gathering, metrics.Conduct{Dispute: metrics.Dispute{Adjudicated: true}, AnswerAt: paid.Add(opening)}},
		"decided, and it may be appealed": {decided, metrics.Conduct{Dispute: metrics.Dispute{Adjudicated: true}, AnswerAt: paid.Add(opening)}},
		"decided for the buyer": {func(t tester) *scene { s := decided(t); s.wait(7*day + micro); return s },
			metrics.Conduct{Dispute: metrics.Dispute{Adjudicated: true, DecidedAt: paid.Add(16*day + time.Hour), Lost: true}, AnswerAt: paid.Add(opening)}},
		"decided for the seller": {func(t tester) *scene {
			s := reviewed(t)
			s.do("decide", cleo, forSeller())
			s.wait(7*day + micro)
			return s
		}, metrics.Conduct{Dispute: metrics.Dispute{Adjudicated: true, DecidedAt: paid.Add(16*day + time.Hour)}, AnswerAt: paid.Add(opening)}},
		"the carrier's fault": {func(t tester) *scene {
			s := reviewed(t)
			d := forBuyer()
			d["findings"] = []fields{{"claim": dispute.Damaged, "holds": true}, {"claim": "carrier_fault", "holds": true}}
			s.do("decide", cleo, d)
			s.wait(7*day + micro)
			return s
		}, metrics.Conduct{Dispute: metrics.Dispute{Adjudicated: true, DecidedAt: paid.Add(16*day + time.Hour), Lost: true, Excused: true,
			Reason: string(conduct.CarrierFault)}, AnswerAt: paid.Add(opening)}},
		"settled in 72 hours and paid": {func(t tester) *scene { s := opened(t); s.wait(3 * day); settledBy(s, 1000); return s },
			metrics.Conduct{Dispute: metrics.Dispute{Excused: true, Reason: string(conduct.SettledSoon)}, AnswerAt: paid.Add(opening + 3*day)}},
		"settled after 72 hours": {func(t tester) *scene { s := opened(t); s.wait(3*day + micro); settledBy(s, 1000); return s },
			metrics.Conduct{AnswerAt: paid.Add(opening + 3*day + micro)}},
		"a promise that is kept": {func(t tester) *scene {
			s := performing(t)
			s.wait(9 * day)
			s.do("confirm_performance", ada, nil)
			return s
		}, metrics.Conduct{Dispute: metrics.Dispute{Excused: true, Reason: string(conduct.SettledSoon)}, PromiseAt: paid.Add(opening + 9*day), Kept: true,
			AnswerAt: paid.Add(opening)}},
		"a promise that is broken": {func(t tester) *scene { s := performing(t); s.wait(10*day + micro); return s },
			metrics.Conduct{PromiseAt: paid.Add(opening + 10*day), AnswerAt: paid.Add(opening)}},
		"a promise that a reviewer looks at": {func(t tester) *scene {
			s := performing(t)
			s.shipReplacement()
			s.do("deliver_replacement", carrier, nil)
			s.do("escalate", ada, nil)
			return s
		}, metrics.Conduct{Dispute: metrics.Dispute{Adjudicated: true}, AnswerAt: paid.Add(opening)}},
		"withdrawn": {func(t tester) *scene { s := answered(t); s.do("withdraw", ada, nil); s.wait(3*day + micro); return s },
			metrics.Conduct{Dispute: metrics.Dispute{Withdrawn: true}, AnswerAt: paid.Add(opening)}},
		"a return that was agreed": {func(t tester) *scene {
			s := returning(t)
			s.shipReturn()
			s.do("deliver_return", carrier, nil)
			s.do("inspect_return", bolt, fields{"condition": dispute.InOrder})
			return s
		}, metrics.Conduct{Dispute: metrics.Dispute{Excused: true, Reason: string(conduct.SettledSoon)}, AnswerAt: paid.Add(opening)}},
		"a seller who is silent": {func(t tester) *scene { s := opened(t); s.wait(5*day + micro); return s }, metrics.Conduct{AnswerAt: paid.Add(opening + 5*day)}},
	} {
		t.Run(what, func(t *testing.T) {
			s := c.way(t)
			got := s.conduct()
			c.want.ID, c.want.Order, c.want.OpenedAt = s.id, s.order, paid.Add(opening)
			if !c.want.AnswerAt.IsZero() {
				c.want.Waited = c.want.AnswerAt.Sub(paid.Add(opening))
			}
			if !c.want.DecidedAt.IsZero() {
				c.want.DecidedAt = s.d().EndedAt // the very instant is what other tests are about
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestAnAppealThatDecidesOtherwiseOverturns(t *testing.T) {
	for what, c := range map[string]struct {
		first, vote      fields
		overturned, lost bool
	}{
		"the same":                         {forBuyer(), forBuyer(), false, true},
		"for the seller":                   {forBuyer(), forSeller(), true, false},
		"a split":                          {forBuyer(), split(), true, true},
		"for the seller, and so it stays":  {forSeller(), forSeller(), false, false},
		"for the seller, and not any more": {forSeller(), forBuyer(), true, true},
	} {
		s := reviewed(t)
		s.do("decide", cleo, c.first)
		s.do("appeal", bolt, fields{"text": "He never looked at the photo."})
		s.do("appeal", ada, fields{"text": "And I want the fare."})
		s.waive()
		for _, member := range s.members() {
			s.do("vote", member, c.vote)
		}
		got := s.conduct()
		require.Equal(t, []bool{true, c.overturned, c.lost}, []bool{got.Appealed, got.Overturned, got.Lost}, what)
	}
}

func TestATimeInWhichDeadlinesStoodStillIsNobodysWait(t *testing.T) {
	s := opened(t)
	s.wait(day)
	s.must(s.order, "chargeback", platform, fields{"amount": 4550})
	require.True(t, s.conduct().AnswerAt.IsZero(), "the seller is still waited for")
	s.wait(10 * day)
	s.must(s.order, "close_chargeback", platform, fields{"won_by": "seller"})
	s.wait(2 * day)
	s.do("post_message", bolt, fields{"text": "We pack with care."})
	require.Equal(t, 3*day, s.conduct().Waited)
}
