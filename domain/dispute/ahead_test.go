package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// until asks the dispute as it stands when a command ends to be possible by itself.
func (s *scene) until(name string, by casefile.Actor, offer string) time.Time {
	order := s.Order(s.order).FactsFor(s.id, s.Now)
	facts := casefile.Facts{Order: &order}
	require.True(s, s.d().Check(name, by, s.Now, facts).Accepted(), name)
	return dispute.Until(s.d().Ahead(facts), name, by, offer, facts)
}

func TestACommandIsPossibleUntilTheDeadlineThatEndsIt(t *testing.T) {
	s := opened(t)
	silence := s.due("seller_response")
	for name, by := range map[string]casefile.Actor{"request_time": bolt, "offer": bolt, "concede": bolt, "withdraw": ada, "submit_evidence": ada} {
		require.Equal(t, silence, s.until(name, by, ""), "%s: the seller's silence ends the case", name)
	}
	s.wait(silence.Sub(s.Now))
	s.do("request_time", bolt, fields{"days": "1d"}) // at the instant itself it is possible

	offer := s.offer(bolt, part(100))
	require.Equal(t, s.due("offer_answer/"+offer), s.until("accept_offer", ada, offer))
	require.Equal(t, s.due("offer_answer/"+offer), s.until("withdraw_offer", bolt, offer))
	require.Empty(t, s.d().OffersFor("accept_offer", casefile.Seller), "nobody accepts an offer of one's own")
	s.do("reject_offer", ada, fields{"offer": offer, "version": 1})
	require.Equal(t, s.due("negotiation_max"), s.until("escalate", ada, ""), "then the case escalates by itself")
}

func TestWhatDependsOnPeopleHasNoEndThatIsKnown(t *testing.T) {
	s := opened(t)
	s.do("post_message", bolt, fields{"text": "It is whole."})
	require.Zero(t, s.until("submit_evidence", ada, ""), "who is given the case, and when it is decided, is not known ahead")
	order := s.Order(s.order).FactsFor(s.id, s.Now)
	ahead := s.d().Ahead(casefile.Facts{Order: &order})
	require.Equal(t, dispute.Assigning, ahead[len(ahead)-1].Case.Status)
	require.Equal(t, 2, len(ahead), "it escalates by itself, and nobody is drawn in advance")
}

func TestAnAppealIsPossibleUntilItsWindowEnds(t *testing.T) {
	s := decided(t)
	require.Equal(t, s.due("appeal_window"), s.until("appeal", bolt, ""))
	require.Equal(t, s.due("appeal_window"), s.until("post_message", ada, ""), "then the case is over")
}
