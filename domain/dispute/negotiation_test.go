package dispute_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

func TestSilenceOfTheSellerGrantsWhatWasAsked(t *testing.T) {
	for name, c := range map[string]struct {
		claim              fields
		refunded, released money.Minor
	}{
		"all of it":           {fields{"remedy": dispute.RefundFull}, 4550, 0},
		"a part":              {fields{"remedy": dispute.RefundPartial, "amount": 1000}, 1000, 3550},
		"a new one, as money": {fields{"remedy": dispute.Replacement}, 4550, 0},
		"a repair, as money":  {fields{"remedy": dispute.Repair}, 4550, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.claim["reason"] = dispute.Damaged
			s := disputed(t, c.claim)
			s.at(opening + 5*day)
			s.status(dispute.WaitingSeller)
			s.at(opening + 5*day + micro)
			s.ended(dispute.DefaultSellerSilent, c.refunded, 0)
			require.Equal(t, paid.Add(opening+5*day), s.happened(casefile.DisputeClosed)[0].At, "stamped with its due")
			s.wait(2 * day) // the last call
			s.ended(dispute.DefaultSellerSilent, c.refunded, c.released)
		})
	}
}

func TestSilenceOfTheSellerOpensTheReturnThatWasAsked(t *testing.T) {
	s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.ReturnAndRefund})
	s.late("seller_response")
	s.status(dispute.WaitingReturn)
	require.Equal(t, dispute.FromDefault, s.d().Return.Origin)
	s.shipReturn()
	s.do("deliver_return", carrier, nil)
	s.do("inspect_return", bolt, fields{"condition": dispute.InOrder})
	s.ended(dispute.ReturnedAndRefunded, 4550, 0)
}

func TestTheSellerIsRemindedTwoDaysAndTwelveHoursBefore(t *testing.T) {
	s := opened(t)
	s.at(opening + 5*day)
	var at []time.Duration
	for _, e := range s.happened(casefile.NoticeSent) {
		if e.Data["about"] == "seller_response" {
			at = append(at, e.At.Sub(paid))
		}
	}
	require.Equal(t, []time.Duration{opening + 3*day, opening + 4*day + 12*time.Hour}, at)
}

func TestAReminderSaysWhyThatDate(t *testing.T) {
	s := opened(t)
	s.do("declare_incident", operator, fields{"from": s.Now, "until": s.Now.Add(day), "text": "Water."})
	s.do("request_time", bolt, fields{"days": "1d"})
	for name, length := range map[string]time.Duration{"seller_response_reminder/2d": 3 * day, "seller_response_reminder/12h": 4*day + 12*time.Hour} {
		d, found := s.deadline(name)
		require.True(t, found)
		require.Equal(t, "dispute.opened", d.Base)
		require.Equal(t, length, d.Length)
		require.Equal(t, paid.Add(opening+2*day+length), d.DueAt, "a day of incident and a day that was asked for, each once")
	}
}

func TestAnAnswerAtTheDeadlineIsInTime(t *testing.T) {
	for name, answer := range map[string]func(*scene){
		"message":  func(s *scene) { s.do("post_message", bolt, fields{"text": "Wait."}) },
		"evidence": func(s *scene) { s.do("submit_evidence", bolt, fields{"type": "statement", "text": "It was whole."}) },
		"offer":    func(s *scene) { s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 100}) },
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t)
			s.at(opening + 5*day)
			answer(s)
			s.status(dispute.WaitingBuyer)
			s.wait(4 * day)
			s.status(dispute.WaitingBuyer)
			_, waits := s.deadline("seller_response")
			require.False(t, waits, "the default on silence exists before the first answer only")
		})
	}
}

func TestTheBuyersWordsDoNotAnswerForTheSeller(t *testing.T) {
	s := opened(t)
	s.do("post_message", ada, fields{"text": "Are you there?"})
	s.do("submit_evidence", ada, fields{"type": "statement", "text": "Broken."})
	s.status(dispute.WaitingSeller)
	s.late("seller_response")
	s.ended(dispute.DefaultSellerSilent, 4550, 0)
}

func TestAskingForTimeIsNoAnswer(t *testing.T) {
	s := opened(t)
	remaining := s.Order(s.order).FactsFor(s.id, s.Now)
	require.True(t, remaining.Protected)
	_, before, _ := s.Order(s.order).EndsAt(s.Now)
	s.do("request_time", bolt, fields{"days": "3d"})
	require.Equal(t, paid.Add(opening+8*day), s.due("seller_response"))
	_, after, _ := s.Order(s.order).EndsAt(s.Now)
	require.Equal(t, 3*day, after-before, "the buyer's protection grows by as much")
	s.status(dispute.WaitingSeller)
	s.refused(casefile.WrongStage, "request_time", bolt, fields{"days": "1d"})
	s.at(opening + 8*day)
	s.status(dispute.WaitingSeller)
	s.at(opening + 8*day + micro)
	s.ended(dispute.DefaultSellerSilent, 4550, 0)
}

func TestTimeThatIsAskedForIsLimited(t *testing.T) {
	s := opened(t)
	s.refused(casefile.ValidationFailed, "request_time", bolt, fields{"days": "73h"})
	s.refused(casefile.ValidationFailed, "request_time", bolt, fields{"days": "0d"})
	s.do("post_message", bolt, fields{"text": "Well."})
	s.refused(casefile.ValidationFailed, "request_time", bolt, fields{"days": "4d"}) // what is wrong with the data comes first
	s.refused(casefile.WrongStage, "request_time", bolt, fields{"days": "3d"})
}

func TestTheBuyerEscalatesAfterThreeDaysAndTheSellerAfterTen(t *testing.T) {
	s := answered(t)
	s.at(opening + 3*day - micro)
	s.refused(casefile.WrongStage, "escalate", ada, nil)
	s.at(opening + 3*day)
	s.do("escalate", ada, nil)

	s = answered(t)
	s.at(opening + 10*day - micro)
	s.refused(casefile.WrongStage, "escalate", bolt, nil)
	s.at(opening + 10*day)
	s.do("escalate", bolt, nil)
	require.Equal(t, dispute.Adjudication, s.d().Stage)
}

func TestARefusalLetsTheBuyerEscalateAtOnce(t *testing.T) {
	s := opened(t)
	id := s.offer(ada, fields{"remedy": dispute.RefundPartial, "amount": 4000})
	s.do("reject_offer", bolt, fields{"offer": id})
	s.refused(casefile.WrongStage, "escalate", bolt, nil)
	s.do("escalate", ada, nil)
}

func TestNegotiationEndsAfterFifteenDaysOfNegotiating(t *testing.T) {
	s := answered(t)
	s.at(opening + 5*day)
	id := s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "8d"})
	s.do("accept_offer", ada, fields{"offer": id})
	s.at(opening + 6*day) // a day of performing
	s.shipReplacement()
	s.do("deliver_replacement", carrier, nil)
	s.do("escalate", ada, nil)
	require.Equal(t, dispute.Adjudication, s.d().Stage)

	s = answered(t)
	s.at(opening + 5*day)
	s.do("withdraw", ada, nil)
	s.wait(2 * day)
	s.do("cancel_withdrawal", ada, nil)
	s.at(opening + 17*day)
	s.status(dispute.WaitingBuyer)
	s.at(opening + 17*day + micro)
	s.status(dispute.WaitingEvidence)
	require.Equal(t, "negotiation_over", s.happened(casefile.DisputeEscalated)[0].Data["cause"])
}

func TestTheWaitBeforeEscalatingDoesNotCountTimeWithdrawn(t *testing.T) {
	s := answered(t)
	s.at(opening + day)
	s.do("withdraw", ada, nil)
	s.wait(2 * day)
	s.do("cancel_withdrawal", ada, nil)
	s.at(opening + 5*day - micro)
	s.refused(casefile.WrongStage, "escalate", ada, nil)
	s.at(opening + 5*day)
	s.do("escalate", ada, nil)
}

func TestAChangedReasonKeepsTheCaseAndHearsTheSellerAnewIfItAsksMore(t *testing.T) {
	claim := fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1000}
	s := disputed(t, claim)
	s.do("post_message", bolt, fields{"text": "A scratch."})
	s.wait(day)
	s.do("change_reason", ada, fields{"reason": dispute.Quality, "amount": 900})
	s.status(dispute.WaitingBuyer)
	for name, more := range map[string]fields{
		"amount": {"reason": dispute.Quality, "amount": 1001},
		"remedy": {"reason": dispute.Quality, "remedy": dispute.Replacement},
		"root":   {"reason": dispute.Counterfeit, "amount": 900},
	} {
		t.Run(name, func(t *testing.T) {
			s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1000})
			s.do("post_message", bolt, fields{"text": "A scratch."})
			s.wait(day)
			s.do("change_reason", ada, more)
			s.status(dispute.WaitingSeller)
			require.Equal(t, s.Now.Add(5*day), s.due("seller_response"))
			s.late("seller_response")
			require.Equal(t, dispute.DefaultSellerSilent, s.d().Outcome)
		})
	}
}

func TestAChangedReasonMustBeOpenAndFit(t *testing.T) {
	s := opened(t)
	s.refused(casefile.ReasonNotOpen, "change_reason", ada, fields{"reason": dispute.Late, "remedy": dispute.RefundPartial})
	s.refused(casefile.ReasonNotOpen, "change_reason", ada, fields{"reason": dispute.ChangeOfMind, "remedy": dispute.ReturnAndRefund})
	s.refused(casefile.AmountExceedsCap, "change_reason", ada, fields{"reason": dispute.Quality, "amount": 4551})
	s.refused(casefile.ValidationFailed, "change_reason", ada, fields{"reason": dispute.Quality, "remedy": dispute.RefundPartial})
	s.refused(casefile.ValidationFailed, "change_reason", ada, fields{"reason": "bad_luck"})
	s.refused(casefile.ValidationFailed, "change_reason", ada, fields{"reason": dispute.ExtraChargeDemanded, "remedy": dispute.Repair})
	s.refused(casefile.ValidationFailed, "change_reason", ada, fields{"reason": dispute.ExtraChargeDemanded})
	s.do("change_reason", ada, fields{"reason": dispute.ExtraChargeDemanded, "amount": 4550})
}

func TestAChangedReasonWaitsForTheBuyersOwnOffer(t *testing.T) {
	s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1000})
	s.offer(ada, fields{"remedy": dispute.RefundPartial, "amount": 800})
	s.wait(day)
	s.do("change_reason", ada, fields{"reason": dispute.Quality, "amount": 2000})
	d, _ := s.deadline("seller_response")
	require.False(t, d.Runs())
	s.late("offer_answer")
	s.status(dispute.WaitingSeller)
	require.Equal(t, s.Now.Add(5*day-micro), s.due("seller_response"))
}

func TestAChangedReasonInAdjudicationOpensTheEvidenceOnceMore(t *testing.T) {
	s := reviewed(t)
	s.do("change_reason", ada, fields{"reason": dispute.Counterfeit, "remedy": dispute.RefundFull})
	s.status(dispute.WaitingEvidence)
	require.Equal(t, s.Now.Add(5*day), s.due("evidence_period"))
	require.Empty(t, s.d().Waivers, "what was waived was about another claim")
	s.do("submit_evidence", ada, fields{"type": "certificate", "file": "fil_1"})
	s.waive()
	s.status(dispute.UnderReview)
	s.do("change_reason", ada, fields{"reason": dispute.Quality, "remedy": dispute.RefundFull})
	s.status(dispute.UnderReview) // the period is opened once; but to be heard about this claim nobody has waived
	s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
	s.do("waive_hearing", bolt, nil)
	s.do("decide", cleo, forBuyer())
}

func TestAChangeOfMindOpensTheReturnAtOnce(t *testing.T) {
	s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull}, inChoice)
	s.do("post_message", bolt, fields{"text": "It is whole."})
	s.do("change_reason", ada, fields{"reason": dispute.ChangeOfMind, "remedy": dispute.ReturnAndRefund})
	s.status(dispute.WaitingReturn)
	require.Equal(t, dispute.FromChoice, s.d().Return.Origin)
	require.True(t, s.d().Platform, "the platform pays the label")
}

func TestAMessageHasWordsAndADayHasFifty(t *testing.T) {
	s := opened(t)
	s.refused(casefile.ValidationFailed, "post_message", ada, fields{"text": " \n"})
	s.refused(casefile.ValidationFailed, "post_message", ada, fields{"text": strings.Repeat("é", 4001)})
	s.do("post_message", ada, fields{"text": strings.Repeat("é", 4000)})
	for range 49 {
		s.do("post_message", ada, fields{"text": "Hello?"})
	}
	s.refused(casefile.TooManyItems, "post_message", ada, fields{"text": "Hello?"})
	s.do("post_message", bolt, fields{"text": "The other party has fifty of its own."})
	s.wait(day)
	s.do("post_message", ada, fields{"text": "A new day."})
}

func TestTheOutlookIsWhatHappensIfNobodyDoesAnything(t *testing.T) {
	s := opened(t)
	facts := casefile.Facts{}
	next, found := s.d().Outlook(facts)
	require.True(t, found)
	require.Equal(t, "seller_response", next.Deadline.Name, "reminders change nothing")
	require.Equal(t, dispute.DefaultSellerSilent, next.Ends.Outcome)
	require.EqualValues(t, 4550, next.Ends.Refund)
	s.do("post_message", bolt, fields{"text": "Wait."})
	next, found = s.d().Outlook(facts)
	require.True(t, found)
	require.Equal(t, dispute.Assigning, next.Status)
	require.Nil(t, next.Ends)
	s.do("concede", bolt, nil)
	_, found = s.d().Outlook(facts)
	require.False(t, found)
}
