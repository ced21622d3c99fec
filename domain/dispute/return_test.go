package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
)

func TestAReturnEndsInOrderByWordOrBySilence(t *testing.T) {
	for name, end := range map[string]func(*scene){
		"word":    func(s *scene) { s.do("inspect_return", bolt, fields{"condition": dispute.InOrder}) },
		"silence": func(s *scene) { s.late("return_inspection") },
	} {
		t.Run(name, func(t *testing.T) {
			s := returning(t)
			s.at(opening + 10*day) // the very due
			s.shipReturn()
			s.at(opening + 40*day)
			s.do("deliver_return", carrier, nil)
			require.Equal(t, s.Now.Add(3*day), s.due("return_inspection"))
			s.wait(3 * day)
			s.status(dispute.WaitingReturn)
			end(s)
			s.ended(dispute.ReturnedAndRefunded, 4550, 0)
		})
	}
}

func TestAReturnThatNobodySendsLapses(t *testing.T) {
	t.Run("after an accepted offer negotiation goes on, without a return", func(t *testing.T) {
		s := returning(t)
		s.at(opening + 10*day)
		s.status(dispute.WaitingReturn)
		s.at(opening + 10*day + micro)
		s.status(dispute.WaitingBuyer)
		require.Len(t, s.happened(casefile.ReturnLapsed), 1)
		s.refused(casefile.DeadlinePassed, "ship_return", ada, fields{"carrier": "upu", "tracking": "RB123456785US"})
		s.refused(casefile.WrongStage, "offer", bolt, fields{"remedy": dispute.ReturnAndRefund})
		s.refused(casefile.WrongStage, "change_reason", ada, fields{"reason": dispute.Quality, "remedy": dispute.ReturnAndRefund})
		require.Equal(t, paid.Add(opening+25*day), s.due("negotiation_max"), "the ten days do not count")
		d, _ := s.deadline("negotiation_max")
		require.Equal(t, clock.ReturnInTransit, d.Pauses[0].Cause, "and it says why")
	})
	t.Run("in adjudication the file goes on where it was", func(t *testing.T) {
		s := gathering(t)
		s.wait(day)
		left := s.due("evidence_period").Sub(s.Now)
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
		s.late("return_ship")
		s.status(dispute.WaitingEvidence)
		require.Equal(t, s.Now.Add(left-micro), s.due("evidence_period"))
	})
	for name, begin := range map[string]func(*scene){
		"after a concession": func(s *scene) { s.do("concede", bolt, nil) },
		"after a default":    func(s *scene) { s.late("seller_response") },
	} {
		t.Run(name+" the buyer has given up, without a floor", func(t *testing.T) {
			s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.ReturnAndRefund})
			begin(s)
			s.late("return_ship")
			s.ended(dispute.Withdrawn, 0, 0)
			require.False(t, s.Order(s.order).FloorGiven)
			s.refused(casefile.CaseClosed, "reopen", ada, nil)
		})
	}
}

func TestAParcelOfBeforeTheReturnIsNotTheReturn(t *testing.T) {
	s := returning(t)
	s.shipReturn()
	s.do("deliver_return", carrier, fields{"at": s.d().Return.OpenedAt.Add(-micro)})
	s.refused(casefile.WrongStage, "inspect_return", bolt, fields{"condition": "in_order"})
	s.refused(casefile.WrongStage, "deliver_return", carrier, fields{"tracking": "RB845230407CN"})
	s.do("deliver_return", carrier, fields{"at": s.d().Return.OpenedAt, "tracking": s.d().Return.Tracking})
	s.do("inspect_return", bolt, fields{"condition": "in_order"})
}

func TestAReturnWithSomethingWrongGoesToAReviewer(t *testing.T) {
	for _, condition := range []string{"damaged", "different_item", "empty", "missing_parts"} {
		t.Run(condition, func(t *testing.T) {
			s := returning(t)
			s.shipReturn()
			s.do("submit_evidence", bolt, fields{"type": "statement", "text": "From before it came."})
			s.wait(day)
			s.do("deliver_return", carrier, nil)
			s.refused(casefile.ValidationFailed, "inspect_return", bolt, fields{"condition": condition})
			s.do("inspect_return", bolt, fields{"condition": condition, "text": "See for yourself."})
			require.Equal(t, dispute.Adjudication, s.d().Stage)
			require.Equal(t, s.Now.Add(5*day), s.due("evidence_period"))
		})
	}
	t.Run("evidence since it came is enough", func(t *testing.T) {
		s := returning(t)
		s.shipReturn()
		s.do("deliver_return", carrier, nil)
		s.do("submit_evidence", bolt, fields{"type": "photo_of_item", "file": "fil_1"})
		s.do("inspect_return", bolt, fields{"condition": "empty"})
		require.Equal(t, dispute.Adjudication, s.d().Stage)
	})
	t.Run("what it names is the seller's own, in this case", func(t *testing.T) {
		s := returning(t)
		s.do("submit_evidence", bolt, fields{"type": "photo_of_item", "file": "fil_1"})
		s.do("submit_evidence", ada, fields{"type": "photo_of_item", "file": "fil_2"})
		s.shipReturn()
		s.do("deliver_return", carrier, nil)
		own, hers := s.d().Items[0].ID, s.d().Items[1].ID
		for _, file := range []string{"evd_of_another_case", "fil_1", hers} {
			s.refused(casefile.ValidationFailed, "inspect_return", bolt, fields{"condition": "empty", "file": file})
			s.refused(casefile.ValidationFailed, "inspect_return", bolt, fields{"condition": dispute.InOrder, "file": file})
		}
		s.do("inspect_return", bolt, fields{"condition": "empty", "file": own})
		require.Len(t, s.d().Items, 2, "it is handed in already")
		require.Equal(t, own, s.happened(casefile.ReturnInspected)[0].Data["evidence"])
		require.Equal(t, dispute.Adjudication, s.d().Stage)
	})
}

func TestAReturnThatDoesNotArriveGoesToAReviewer(t *testing.T) {
	s := returning(t)
	s.shipReturn()
	s.do("deliver_return", carrier, fields{"strength": "suspect"})
	s.at(opening + 30*day)
	s.status(dispute.WaitingReturn)
	s.at(opening + 30*day + micro)
	s.status(dispute.WaitingEvidence)
	require.Equal(t, "return_not_delivered", s.happened(casefile.DisputeEscalated)[0].Data["cause"])
}

func TestTheRefundOfADecisionFollowsTheReturn(t *testing.T) {
	back := forBuyer()
	back["return"] = true
	s := reviewed(t)
	s.do("decide", cleo, back)
	s.late("appeal_window")
	s.status(dispute.WaitingReturn)
	require.Zero(t, s.Order(s.order).Escrow().Refunded)
	s.shipReturn()
	s.do("deliver_return", carrier, nil)
	s.late("return_inspection")
	s.ended(dispute.DecidedForBuyer, 4550, 0)
}

func TestAContestedReturnOfADecisionIsAnotherRoundWithOtherPeople(t *testing.T) {
	back := forBuyer()
	back["return"] = true
	s := reviewed(t)
	s.do("decide", cleo, back)
	s.do("appeal", bolt, fields{"text": "No."})
	s.late("appeal_window")
	s.waive()
	for _, member := range s.members() {
		s.do("vote", member, forBuyer())
	}
	s.ended(dispute.DecidedForBuyer, 4550, 0) // a panel orders no return

	s = reviewed(t)
	s.do("decide", cleo, back)
	s.late("appeal_window")
	s.shipReturn()
	s.do("deliver_return", carrier, nil)
	s.do("inspect_return", bolt, fields{"condition": "empty", "text": "A brick."})
	s.wait(1)
	require.Equal(t, "dora", s.d().Bench.Reviewer, "never somebody of an earlier round")
	s.waive()
	s.wait(day) // to be heard about the brick is waived too, but nobody decides in the same instant
	s.do("decide", dora, forSeller())
	s.late("appeal_window")
	s.ended(dispute.DecidedForSeller, 0, 4550)
}

func TestTheLabelIsPaidByTheSellerUpToALimit(t *testing.T) {
	s := returning(t)
	s.shipReturn()
	s.do("submit_evidence", ada, fields{"type": "return_receipt", "file": "fil_1", "cost": 2600})
	s.do("deliver_return", carrier, nil)
	s.do("inspect_return", bolt, fields{"condition": dispute.InOrder})
	s.ended(dispute.ReturnedAndRefunded, 4550, 0)
	claimed := s.happened(casefile.EscrowClaimed)
	require.Len(t, claimed, 1)
	require.EqualValues(t, 2000, claimed[0].Data["amount"])
}

func TestTheLabelOfAContestedReturnGoesWithTheDecision(t *testing.T) {
	for name, c := range map[string]struct {
		verdict fields
		cost    int
	}{"to a buyer who was right": {forBuyer(), 900}, "not to one who was not": {forSeller(), 0}} {
		t.Run(name, func(t *testing.T) {
			s := returning(t)
			s.shipReturn()
			s.do("submit_evidence", ada, fields{"type": "return_receipt", "file": "fil_1", "cost": 900})
			s.do("deliver_return", carrier, nil)
			s.do("inspect_return", bolt, fields{"condition": "empty", "text": "A brick."})
			s.wait(1)
			s.waive()
			s.do("decide", cleo, c.verdict)
			s.late("appeal_window")
			claimed := s.happened(casefile.EscrowClaimed)
			require.Equal(t, c.cost > 0, len(claimed) == 1)
			if c.cost > 0 {
				require.EqualValues(t, c.cost, claimed[0].Data["amount"])
				require.Equal(t, "return_cost", claimed[0].Data["cause"])
			}
		})
	}
}

func TestWithdrawingTakesEffectAfterThreeDays(t *testing.T) {
	s := opened(t)
	s.do("post_message", bolt, fields{"text": "Close it and I send a new one."})
	s.wait(day)
	answer := s.do("withdraw", ada, nil)
	require.Equal(t, "Close it and I send a new one.", answer.Result["promise"], "the seller's last promise is quoted back")
	s.at(opening + 4*day)
	s.status(dispute.Withdrawing)
	s.at(opening + 4*day + micro)
	s.ended(dispute.Withdrawn, 0, 0)
}

func TestAWithdrawalIsTakenBackOnce(t *testing.T) {
	s := opened(t)
	s.wait(day)
	s.do("withdraw", ada, nil)
	s.wait(3 * day) // the very due
	s.do("cancel_withdrawal", ada, nil)
	s.status(dispute.WaitingSeller)
	require.Equal(t, s.Now.Add(4*day), s.due("seller_response"), "the interrupted deadline goes on")
	s.do("withdraw", ada, nil)
	s.refused(casefile.WrongStage, "cancel_withdrawal", ada, nil)
}

func TestAWithdrawnCaseIsReopenedOnceWhileProtectionRuns(t *testing.T) {
	t.Run("in negotiation the seller answers anew", func(t *testing.T) {
		s := opened(t)
		s.do("post_message", bolt, fields{"text": "Hm."})
		s.do("concede", ada, fields{"acknowledge": true})
		s.wait(2 * day)
		s.do("reopen", ada, fields{"text": "Nothing came."})
		s.status(dispute.WaitingSeller)
		require.Equal(t, s.Now.Add(5*day), s.due("seller_response"))
		d, _ := s.deadline("seller_response")
		require.Equal(t, "dispute.seller_reopened", d.Policy, "its length is a key of its own")
		require.Equal(t, paid.Add(opening+17*day), s.due("negotiation_max"))
		s.refused(casefile.WrongStage, "escalate", ada, nil)
		s.at(opening + 5*day)
		s.do("escalate", ada, nil)
	})
	t.Run("in adjudication the evidence period goes on, with the same reviewer", func(t *testing.T) {
		s := gathering(t)
		s.do("submit_evidence", ada, fields{"type": "statement", "text": "Broken."})
		s.do("concede", ada, fields{"acknowledge": true})
		left := s.due0("evidence_period").Sub(s.Now)
		s.wait(day)
		s.do("reopen", ada, nil)
		s.status(dispute.WaitingEvidence)
		require.Equal(t, s.Now.Add(left), s.due("evidence_period"))
		require.Equal(t, "cleo", s.d().Bench.Reviewer)
		require.Len(t, s.d().Items, 1)
	})
	t.Run("once", func(t *testing.T) {
		s := opened(t)
		s.do("concede", ada, fields{"acknowledge": true})
		s.do("reopen", ada, nil)
		s.do("concede", ada, fields{"acknowledge": true})
		s.refused(casefile.CaseClosed, "reopen", ada, nil)
	})
	t.Run("not after protection", func(t *testing.T) {
		s := opened(t)
		s.do("concede", ada, fields{"acknowledge": true})
		s.wait(200 * day)
		s.refused(casefile.CaseClosed, "reopen", ada, nil)
	})
	t.Run("not while another dispute has the lines", func(t *testing.T) {
		s := opened(t)
		s.do("concede", ada, fields{"acknowledge": true})
		first := s.id
		s.open(fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull})
		second := s.id
		s.id = first
		answer := s.refused(casefile.DisputeAlreadyOpen, "reopen", ada, nil)
		require.Equal(t, second, answer.Result["dispute"])
	})
	t.Run("only a withdrawn one", func(t *testing.T) {
		s := opened(t)
		s.do("concede", bolt, nil)
		s.refused(casefile.CaseClosed, "reopen", ada, nil)
	})
}

func TestAConcessionInsideAWithdrawalLeavesTheReturnWhereItIs(t *testing.T) {
	s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.ReturnAndRefund})
	s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund, "amount": 3000})})
	s.shipReturn()
	s.wait(day)
	s.do("withdraw", ada, nil)
	s.wait(day)
	s.do("concede", bolt, nil)
	s.status(dispute.WaitingReturn)
	require.False(t, s.d().Return.ShippedAt.IsZero(), "the goods are on their way and are not sent twice")
	require.Equal(t, paid.Add(opening+31*day), s.due("return_transit"), "the interrupted deadline goes on")
	s.do("deliver_return", carrier, nil)
	s.late("return_inspection")
	s.ended(dispute.ReturnedAndRefunded, 4550, 0) // what was asked, not what had been offered
}

func TestACaseThatClosedFrozenThawsWhenItIsReopened(t *testing.T) {
	s := opened(t)
	s.must(s.order, "chargeback", platform, fields{"amount": 4550})
	require.True(t, s.d().Frozen)
	s.do("concede", ada, fields{"acknowledge": true})
	require.False(t, s.d().Frozen)
	s.must(s.order, "close_chargeback", platform, fields{"won_by": "seller"})
	s.do("reopen", ada, nil)
	require.False(t, s.d().Frozen)
	s.late("seller_response")
	s.ended(dispute.DefaultSellerSilent, 4550, 0)
}

func TestANumberThatAnotherOrderUsedMakesAReturnSuspect(t *testing.T) {
	s := returning(t)
	s.must("ord_2", "register_order", platform, registration())
	s.must("ord_2", "ship", bolt, fields{"carrier": "upu", "tracking": "CP482915370CZ"})
	s.do("ship_return", ada, fields{"carrier": "UPU", "tracking": "cp 482 915 370 cz"}) // however it is written
	require.True(t, s.d().Return.Suspect)
	s.do("deliver_return", carrier, fields{"strength": "weak"})
	s.wait(4 * day)
	s.status(dispute.WaitingReturn) // a scan alone is no verified delivery, so the seller's silence says nothing
	s.do("deliver_return", carrier, fields{"strength": "strong"})
	s.late("return_inspection")
	s.ended(dispute.ReturnedAndRefunded, 4550, 0)
}

func TestAConcessionIsWorthNoMoreThanWhatIsLeft(t *testing.T) {
	s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.Replacement})
	s.must(s.order, "chargeback", platform, fields{"amount": 1000})
	s.must(s.order, "close_chargeback", platform, fields{"won_by": "buyer"})
	s.do("concede", bolt, nil)
	require.EqualValues(t, 3550, s.d().Promise.Fallback)
}
