package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

func part(amount int) fields { return fields{"remedy": dispute.RefundPartial, "amount": amount} }

func TestAnOfferSaysWhatItGives(t *testing.T) {
	s := opened(t)
	for name, bad := range map[string]fields{
		"no remedy":               {},
		"unknown remedy":          {"remedy": "apology"},
		"a part without amount":   {"remedy": dispute.RefundPartial},
		"nothing":                 {"remedy": dispute.RefundPartial, "amount": 0},
		"goods without a day":     {"remedy": dispute.Replacement},
		"goods too late":          {"remedy": dispute.Replacement, "due": "30d1s"},
		"money with a day":        {"remedy": dispute.RefundFull, "due": "3d"},
		"money with a fallback":   {"remedy": dispute.RefundFull, "fallback": dispute.RefundFull},
		"a fallback of goods":     {"remedy": dispute.Repair, "due": "3d", "fallback": dispute.Replacement},
		"a fallback in part of ?": {"remedy": dispute.Repair, "due": "3d", "fallback": dispute.RefundPartial},
		"all, but only a part":    {"remedy": dispute.RefundFull, "amount": 100},
		"goods and money":         {"remedy": dispute.Replacement, "due": "3d", "amount": 100},
	} {
		t.Run(name, func(t *testing.T) { s.refused(casefile.ValidationFailed, "offer", bolt, bad) })
	}
	s.refused(casefile.AmountExceedsCap, "offer", bolt, part(4551))
	s.refused(casefile.AmountExceedsCap, "offer", bolt, fields{"remedy": dispute.RefundFull, "amount": 4551})
	s.offer(bolt, fields{"remedy": dispute.RefundFull, "amount": 4550})
	s.offer(bolt, part(4550))
	s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "30d"})
}

func TestANewOfferReplacesTheSamePartysAndAnswersTheOthers(t *testing.T) {
	s := opened(t)
	first := s.offer(bolt, part(100))
	second := s.offer(bolt, part(200))
	s.refused(casefile.StaleOffer, "accept_offer", ada, fields{"offer": first})
	s.refused(casefile.StaleOffer, "withdraw_offer", bolt, fields{"offer": first})
	s.refused(casefile.StaleOffer, "accept_offer", ada, fields{"offer": second, "version": 1})
	s.status(dispute.WaitingBuyer)
	mine := s.offer(ada, part(3000))
	s.status(dispute.WaitingSeller)
	s.refused(casefile.StaleOffer, "accept_offer", ada, fields{"offer": mine})
	s.do("accept_offer", ada, fields{"offer": second, "version": 2})
	s.ended(dispute.Settled, 200, 0)
}

func TestAnAcceptedOfferOfMoneySettlesAtOnce(t *testing.T) {
	s := opened(t)
	s.do("accept_offer", ada, fields{"offer": s.offer(bolt, part(1200))})
	s.ended(dispute.Settled, 1200, 0)
	s.wait(day)
	s.ended(dispute.Settled, 1200, 0)
	s.wait(micro)
	s.ended(dispute.Settled, 1200, 3350) // after the last call
}

func TestAnOfferThatNobodyAnswersExpiresAfterFiveDays(t *testing.T) {
	t.Run("let go by the buyer: a reviewer gets the case", func(t *testing.T) {
		s := opened(t)
		id := s.offer(bolt, part(1200))
		s.at(opening + 5*day)
		s.do("post_message", ada, fields{"text": "Still there."})
		s.at(opening + 5*day + micro)
		s.status(dispute.WaitingEvidence)
		require.Equal(t, "offer_expired", s.happened(casefile.DisputeEscalated)[0].Data["cause"])
		s.refused(casefile.StaleOffer, "accept_offer", ada, fields{"offer": id})
	})
	t.Run("accepted in its last instant", func(t *testing.T) {
		s := opened(t)
		id := s.offer(bolt, part(1200))
		s.at(opening + 5*day)
		s.do("accept_offer", ada, fields{"offer": id})
		s.ended(dispute.Settled, 1200, 0)
	})
	t.Run("answered by an offer of the buyer's own: nothing but its end", func(t *testing.T) {
		s := opened(t)
		s.offer(bolt, part(1200))
		s.wait(day)
		s.offer(ada, part(4000))
		s.at(opening + 5*day + micro)
		s.status(dispute.WaitingSeller)
		require.Len(t, s.happened(casefile.OfferExpired), 1)
	})
	t.Run("let go by the seller: its silence goes on", func(t *testing.T) {
		s := opened(t)
		s.at(opening + 2*day)
		s.offer(ada, part(4000))
		s.at(opening + 7*day + micro)
		s.status(dispute.WaitingSeller)
		require.Equal(t, paid.Add(opening+10*day), s.due("seller_response"), "three days had been left")
		s.late("seller_response")
		s.ended(dispute.DefaultSellerSilent, 4550, 0)
	})
	t.Run("in adjudication it only ends", func(t *testing.T) {
		s := gathering(t)
		s.offer(bolt, part(1200))
		s.wait(5*day + micro)
		require.Len(t, s.happened(casefile.OfferExpired), 1)
		require.Len(t, s.happened(casefile.DisputeEscalated), 1)
	})
}

func TestARevivedDeadlineHasADayLeft(t *testing.T) {
	for name, end := range map[string]func(*scene, string){
		"withdrawn": func(s *scene, id string) { s.do("withdraw_offer", ada, fields{"offer": id}) },
		"expired":   func(s *scene, _ string) { s.late("offer_answer") },
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t)
			s.at(opening + 5*day - micro) // just before the default
			id := s.offer(ada, part(4000))
			end(s, id)
			s.status(dispute.WaitingSeller)
			require.WithinDuration(t, s.Now.Add(day), s.due("seller_response"), micro)
		})
	}
}

func TestARejectionIsTheSellersAnswer(t *testing.T) {
	s := opened(t)
	s.do("reject_offer", bolt, fields{"offer": s.offer(ada, part(4000))})
	s.status(dispute.WaitingBuyer)
	_, waits := s.deadline("seller_response")
	require.False(t, waits)
}

func TestASellerConcedesWhatWasAsked(t *testing.T) {
	t.Run("money", func(t *testing.T) {
		s := opened(t)
		s.do("concede", bolt, nil)
		s.ended(dispute.ConcededBySeller, 4550, 0)
	})
	t.Run("goods, as a promise of thirty days with everything behind it", func(t *testing.T) {
		s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.Replacement})
		s.do("concede", bolt, nil)
		s.status(dispute.Performing)
		require.Equal(t, s.Now.Add(30*day), s.due("performance"))
		s.late("performance")
		s.ended(dispute.PromiseDefaulted, 4550, 0)
	})
	t.Run("goods that come", func(t *testing.T) {
		s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.Repair})
		s.do("concede", bolt, nil)
		s.do("confirm_performance", ada, nil)
		s.ended(dispute.ConcededBySeller, 0, 0)
	})
	t.Run("a return", func(t *testing.T) {
		s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.ReturnAndRefund})
		s.do("concede", bolt, nil)
		s.status(dispute.WaitingReturn)
		s.refused(casefile.WrongStage, "concede", bolt, nil)
	})
}

func TestABuyerGivesUpOnlyWithAcknowledgement(t *testing.T) {
	s := opened(t)
	s.refused(casefile.ValidationFailed, "concede", ada, nil)
	s.refused(casefile.ValidationFailed, "concede", ada, fields{"acknowledge": false})
	s.do("concede", ada, fields{"acknowledge": true})
	s.ended(dispute.Withdrawn, 0, 0)
	s.refused(casefile.ValidationFailed, "concede", ada, nil) // what is wrong with the data comes first
	s.refused(casefile.CaseClosed, "concede", ada, fields{"acknowledge": true})
	s.do("reopen", ada, nil)
	s.status(dispute.WaitingSeller)
}

func TestAPromiseIsKeptByDeliveryOrByTheBuyersWord(t *testing.T) {
	t.Run("delivered in time, and seven days without a word", func(t *testing.T) {
		s := performing(t)
		s.at(opening + 10*day) // the very due
		s.shipReplacement()
		s.do("deliver_replacement", carrier, fields{"strength": "weak"})
		s.at(opening + 17*day)
		s.status(dispute.Performing)
		s.at(opening + 17*day + micro)
		s.ended(dispute.Settled, 0, 0)
		require.Len(t, s.happened(casefile.OfferPerformed), 1)
	})
	t.Run("a contradicted delivery keeps nothing", func(t *testing.T) {
		s := performing(t)
		s.shipReplacement()
		s.do("deliver_replacement", carrier, fields{"strength": "suspect"})
		s.refused(casefile.WrongStage, "escalate", ada, nil)
		s.late("performance")
		s.ended(dispute.PromiseDefaulted, 4550, 0)
	})
	t.Run("a scan alone of a number that failed its verification keeps nothing", func(t *testing.T) {
		s := performing(t)
		s.do("ship_replacement", bolt, fields{"carrier": "upu", "tracking": "RB845230407CN"})
		s.do("deliver_replacement", carrier, fields{"strength": "weak"})
		s.late("performance")
		s.ended(dispute.PromiseDefaulted, 4550, 0)
	})
	t.Run("a delivery that was signed for keeps it, whatever its number", func(t *testing.T) {
		s := performing(t)
		s.do("ship_replacement", bolt, fields{"carrier": "upu", "tracking": "RB845230407CN"})
		s.do("deliver_replacement", carrier, fields{"strength": "strong"})
		s.late("performance_inspection")
		s.ended(dispute.Settled, 0, 0)
	})
	t.Run("what came before it was promised is another parcel", func(t *testing.T) {
		s := performing(t)
		s.shipReplacement()
		s.do("deliver_replacement", carrier, fields{"at": s.d().Promise.AgreedAt.Add(-micro), "tracking": s.d().Promise.Tracking})
		s.refused(casefile.WrongStage, "escalate", ada, nil)
		s.late("performance")
		s.ended(dispute.PromiseDefaulted, 4550, 0)
	})
	t.Run("not even one that was signed for", func(t *testing.T) {
		s := performing(t)
		s.shipReplacement()
		s.do("deliver_replacement", carrier, fields{"strength": "strong", "at": s.d().Promise.AgreedAt.Add(-day)})
		s.late("performance")
		s.ended(dispute.PromiseDefaulted, 4550, 0)
	})
	t.Run("the carrier's instant since then is no contradiction, also before the seller said so", func(t *testing.T) {
		s := performing(t)
		agreed := s.d().Promise.AgreedAt
		s.wait(2 * day)
		s.shipReplacement()
		s.do("deliver_replacement", carrier, fields{"at": agreed})
		s.late("performance_inspection")
		s.ended(dispute.Settled, 0, 0)
	})
	for name, where := range map[string]fields{"another postcode": {"postcode": "13001"}, "another country": {"country": "PL", "strength": "strong"}} {
		t.Run("a parcel to "+name+" is somebody else's", func(t *testing.T) {
			s := performing(t)
			s.shipReplacement()
			s.do("deliver_replacement", carrier, where)
			s.late("performance")
			s.ended(dispute.PromiseDefaulted, 4550, 0)
		})
	}
	t.Run("a number that was replaced brings nothing", func(t *testing.T) {
		s := performing(t)
		s.do("ship_replacement", bolt, fields{"carrier": "upu", "tracking": "RB845230407CN"}) // some parcel of somebody else
		s.do("ship_replacement", bolt, fields{"carrier": "upu", "tracking": "RB123456785US"})
		s.refused(casefile.WrongStage, "deliver_replacement", carrier, fields{"tracking": "RB845230407CN"})
		s.do("deliver_replacement", carrier, fields{"tracking": "rb 123456785 us"})
		require.False(t, s.d().Promise.DeliveredAt.IsZero())
	})
	t.Run("confirmed, also before anything was shipped", func(t *testing.T) {
		s := performing(t)
		s.do("confirm_performance", ada, nil)
		s.ended(dispute.Settled, 0, 0)
	})
	t.Run("no good: the buyer escalates after the delivery", func(t *testing.T) {
		s := performing(t)
		s.shipReplacement()
		s.refused(casefile.WrongStage, "escalate", ada, nil)
		s.do("deliver_replacement", carrier, nil)
		s.refused(casefile.WrongStage, "escalate", bolt, nil)
		s.wait(7 * day)
		s.do("escalate", ada, nil)
		require.Equal(t, dispute.Adjudication, s.d().Stage)
	})
}

func TestABrokenPromiseIsPaid(t *testing.T) {
	for name, c := range map[string]struct {
		claim, promise fields
		paid           int
	}{
		"with all of it by default": {fields{"remedy": dispute.RefundFull}, fields{}, 4550},
		"with what was asked":       {fields{"remedy": dispute.RefundPartial, "amount": 700}, fields{}, 700},
		"with all, if it says so":   {fields{"remedy": dispute.RefundPartial, "amount": 700}, fields{"fallback": dispute.RefundFull}, 4550},
		"with a part":               {fields{"remedy": dispute.RefundFull}, fields{"fallback": dispute.RefundPartial, "amount": 300}, 300},
		"in place of goods":         {fields{"remedy": dispute.Replacement}, fields{}, 4550},
	} {
		t.Run(name, func(t *testing.T) {
			c.claim["reason"], c.promise["remedy"], c.promise["due"] = dispute.Damaged, dispute.Replacement, "10d"
			s := disputed(t, c.claim)
			s.do("accept_offer", ada, fields{"offer": s.offer(bolt, c.promise)})
			s.at(opening + 10*day + micro)
			require.Equal(t, dispute.PromiseDefaulted, s.d().Outcome)
			require.EqualValues(t, c.paid, s.Order(s.order).Claims[0].Refunded)
			require.Len(t, s.happened(casefile.OfferDefaulted), 1)
		})
	}
}

func TestAPromiseWhoseDayHasPassedIsStale(t *testing.T) {
	s := opened(t)
	id := s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "2d"})
	s.wait(2 * day)
	s.refused(casefile.StaleOffer, "accept_offer", ada, fields{"offer": id})
}

func TestAFullRefundHasItsOwnAmount(t *testing.T) {
	s := opened(t)
	change := func(amount int) fields {
		return fields{"reason": dispute.NotAsDescribed, "remedy": dispute.RefundFull, "amount": amount}
	}
	s.refused(casefile.ValidationFailed, "change_reason", ada, change(4549))
	s.refused(casefile.AmountExceedsCap, "change_reason", ada, change(4551))
	s.refused(casefile.ValidationFailed, "offer", bolt, fields{"remedy": dispute.Release, "amount": 4550})
	s.do("change_reason", ada, change(4550))
	require.EqualValues(t, 4550, s.d().Claim.Amount)
	full := money.Minor(4550)
	require.True(t, dispute.RefundPartial.CheckAmount(new(money.Minor(7)), full).Accepted())
	require.True(t, dispute.RefundFull.CheckAmount(nil, full).Accepted())
	require.True(t, dispute.RefundFull.CheckAmount(new(money.Minor(650)), 0).Accepted(), "an extra charge is named by who was asked for it")
}
