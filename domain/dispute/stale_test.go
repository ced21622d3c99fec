package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// stale is what the refusal of an answer to the offer says.
func (s *scene) stale(by casefile.Actor, offer string, version int) string {
	s.Helper()
	return s.refused(casefile.StaleOffer, "accept_offer", by, fields{"offer": offer, "version": version}).Detail
}

func TestAStaleOfferSaysWhatBecameOfItAndWhatStands(t *testing.T) {
	s := opened(t)
	first := s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1000})
	s.wait(day)
	second := s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1200})
	made, due := casefile.InWords(s.Now), casefile.InWords(s.due("offer_answer/"+second))
	require.Equal(t, "This offer, version 1 of the seller's offers, was replaced with version 2 by the seller on "+made+
		". Version 2 stands now, and it can be answered until "+due+".", s.stale(ada, first, 1))
	require.Equal(t, "This offer stands as version 2; name that version, so that it is clear which one was read. Version 2 stands now, and it can be answered until "+due+".",
		s.stale(ada, second, 1))
	require.Contains(t, s.stale(bolt, second, 2), "In this case the buyer made no such offer. No offer of the buyer stands now; either party can make one.")
	s.do("withdraw_offer", bolt, fields{"offer": second})
	require.Equal(t, "This offer, version 2 of the seller's offers, was withdrawn by the seller. No offer of the seller stands now; either party can make one.",
		s.stale(ada, second, 2))
	third := s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1300})
	s.do("reject_offer", ada, fields{"offer": third, "version": 3})
	require.Contains(t, s.stale(ada, third, 3), "version 3 of the seller's offers, was rejected by the buyer.")
	fourth := s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "10d"})
	s.do("accept_offer", ada, fields{"offer": fourth, "version": 4})
	require.Equal(t, "This offer, version 4 of the seller's offers, was accepted already. No offer of the seller stands now, and none can be made at this stage.",
		s.stale(ada, fourth, 4))
}

func TestAStaleOfferSaysThatItExpiredLapsedOrWaitsForAWithdrawal(t *testing.T) {
	s := opened(t)
	offer := s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1000})
	s.late("offer_answer")
	require.Contains(t, s.stale(ada, offer, 1), "was not answered in time and has expired.")

	s = opened(t)
	mine := s.offer(ada, fields{"remedy": dispute.RefundPartial, "amount": 2000})
	offer = s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "10d"})
	s.do("accept_offer", ada, fields{"offer": offer})
	require.Contains(t, s.stale(bolt, mine, 1), "lapsed because the case went on without it.")

	s = opened(t)
	offer = s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 1000})
	s.do("withdraw", ada, nil)
	require.Contains(t, s.stale(ada, offer, 1), "The buyer is withdrawing the case")
	require.Contains(t, s.refused(casefile.StaleOffer, "withdraw_offer", bolt, fields{"offer": "ofr_other"}).Detail, "Version 1 stands now, and its time stands still.")
}
