package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/clock"
	"recourse/domain/dispute"
)

// spent is how long the ball was in each court until now.
func (s *scene) spent() map[dispute.Court]time.Duration {
	spent := s.d().BallInCourt(s.Now)
	for court, length := range spent {
		if length == 0 {
			delete(spent, court)
		}
	}
	return spent
}

type spans map[dispute.Court]time.Duration

func TestTheTimeOfACaseIsWhoseItWas(t *testing.T) {
	s := opened(t)
	s.wait(day)
	require.EqualValues(t, spans{dispute.WithSeller: day}, s.spent())
	offer := s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "20d"})
	s.wait(2 * day)
	s.do("accept_offer", ada, fields{"offer": offer})
	s.wait(3 * day)
	s.do("ship_replacement", bolt, fields{"offer": offer, "carrier": "upu", "tracking": "RB123456785US"})
	s.wait(4 * day)
	s.do("deliver_replacement", carrier, fields{"offer": offer, "strength": "weak"})
	s.wait(time.Hour)
	require.EqualValues(t, spans{dispute.WithSeller: 4 * day, dispute.WithBuyer: 2*day + time.Hour, dispute.WithCarrier: 4 * day}, s.spent())
	s.do("confirm_performance", ada, fields{"offer": offer})
	before := s.spent()
	s.wait(9 * day)
	require.Equal(t, before, s.spent(), "a case that is over waits for nobody")
}

func TestTheTimeOfAHearingIsBothPartiesOrWhoseIsAskedFor(t *testing.T) {
	s := gathering(t)
	since := s.spent()
	both := since[dispute.WithBoth]
	require.Equal(t, time.Hour, both, "the evidence period is both parties'")
	s.wait(day)
	s.do("waive_hearing", ada, nil)
	s.wait(time.Hour)
	s.do("waive_hearing", bolt, nil)
	s.wait(2 * time.Hour)
	s.do("request_evidence", cleo, fields{"from": "buyer", "type": "invoice", "due": "2d", "mandatory": true})
	s.wait(3 * time.Hour)
	s.object(ada)
	s.wait(4 * time.Hour)
	now := s.spent()
	require.Equal(t, both+day, now[dispute.WithBoth])
	require.Equal(t, since[dispute.WithSeller]+time.Hour, now[dispute.WithSeller], "who has not waived")
	require.Equal(t, 2*time.Hour, now[dispute.WithReviewer])
	require.Equal(t, since[dispute.WithBuyer]+3*time.Hour, now[dispute.WithBuyer], "who was asked")
	require.Equal(t, since[dispute.WithPlatform]+4*time.Hour, now[dispute.WithPlatform], "who rules on the objection")
}

func TestTheTimeOfAScanIsThePlatforms(t *testing.T) {
	s := unscanned(gathering(t))
	item := s.file(ada)
	s.waive()
	since := s.spent()
	s.wait(2 * time.Hour)
	require.Equal(t, since[dispute.WithPlatform]+2*time.Hour, s.spent()[dispute.WithPlatform])
	s.scan(item, dispute.ScanClean)
	s.wait(time.Hour)
	late := s.file(bolt)
	s.wait(time.Hour)
	require.Equal(t, since[dispute.WithReviewer]+2*time.Hour, s.spent()[dispute.WithReviewer], "nobody waits for a late item")
	s.do("admit_evidence", cleo, fields{"item": late.ID, "reasons": "It could not come sooner."})
	s.wait(3 * time.Hour)
	require.Equal(t, since[dispute.WithPlatform]+5*time.Hour, s.spent()[dispute.WithPlatform], "until it is admitted")
	require.Equal(t, since[dispute.WithReviewer]+2*time.Hour, s.spent()[dispute.WithReviewer])
}

func TestWhatStandsStillIsNobodysTime(t *testing.T) {
	s := opened(t)
	s.wait(day)
	window := clock.Window{From: s.Now.Add(-12 * time.Hour), Until: s.Now.Add(12 * time.Hour)}
	s.do("declare_incident", operator, fields{"from": window.From, "until": window.Until, "text": "The lights are out."})
	s.do("declare_incident", operator, fields{"from": window.From.Add(time.Hour), "until": window.Until.Add(time.Hour), "text": "Still."})
	s.wait(day)
	require.EqualValues(t, spans{dispute.WithSeller: 2*day - 25*time.Hour, dispute.Paused: 25 * time.Hour}, s.spent(), "what overlaps counts once")
	s.must(s.order, "chargeback", platform, fields{"amount": 4550})
	s.wait(day)
	require.Equal(t, 25*time.Hour+day, s.spent()[dispute.Paused])
}

// The passes of a case tell its whole time, and nothing twice.
func (p *play) everyMomentIsSomebodys(d dispute.Dispute) {
	require.Equal(p.T, d.OpenedAt, d.Passes[0].At)
	var all, open time.Duration
	for i, pass := range d.Passes {
		if i > 0 {
			require.NotEqual(p.T, d.Passes[i-1].To, pass.To)
			require.False(p.T, pass.At.Before(d.Passes[i-1].At))
		}
		end := p.Now
		if i+1 < len(d.Passes) {
			end = d.Passes[i+1].At
		}
		if pass.To != "" {
			open += end.Sub(pass.At)
		}
	}
	for court, length := range d.BallInCourt(p.Now) {
		require.Contains(p.T, dispute.Courts, court)
		require.GreaterOrEqual(p.T, length, time.Duration(0))
		all += length
	}
	require.Equal(p.T, open, all)
	require.Equal(p.T, d.Status == dispute.Closed, d.Passes[len(d.Passes)-1].To == "")
}
