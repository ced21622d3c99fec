package dispute_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// The races of PROCEDURE 12, as far as the rules decide them: commands come in the order of the door, and a command that
// was received at the due of a deadline comes before it.

func TestR1DoorTimeDecides(t *testing.T) {
	for _, late := range []time.Duration{0, micro} {
		s := opened(t)
		s.at(opening + 5*day + late)
		answer, err := s.World.Do(s.id, "post_message", bolt, fields{"text": "Here I am."})
		require.NoError(t, err)
		require.Equal(t, late == 0, answer.Accepted())
	}
}

func TestR3ADeadlineNoticedLateMoves(t *testing.T) {
	s := opened(t)
	due := s.due("seller_response")
	noticed := due.Add(time.Hour)
	next, change := s.d().Move("seller_response", noticed)
	moved, found := next.Next()
	require.True(t, found)
	require.NotEqual(t, "seller_response", moved.Name, "reminders come before it now")
	clocks := next.(dispute.Dispute).Clocks
	answer, _ := clocks.Get("seller_response")
	require.Equal(t, noticed.Add(time.Hour), answer.DueAt)
	require.Equal(t, casefile.DeadlineMoved, change.Events[0].Type)
	var told []any
	for _, e := range change.Events[1:] {
		require.Equal(t, casefile.NoticeSent, e.Type)
		require.Equal(t, "seller_response", e.Data["about"])
		told = append(told, e.Data["to"])
	}
	require.Equal(t, []any{"ada", "bolt"}, told, "both are told")
	require.Equal(t, due, change.Events[0].At, "stamped at its old due")
	same, nothing := s.d().Move("unknown", noticed)
	require.Equal(t, s.d(), same)
	require.Empty(t, nothing.Events)
}

// send delivers a command that names the revision its sender saw.
func (s *scene) send(name string, by casefile.Actor, revision int64, data fields) casefile.Answer {
	s.Helper()
	encoded, err := json.Marshal(data)
	require.NoError(s, err)
	order := s.Order(s.order).FactsFor(s.id, s.Now)
	_, _, answer := s.d().Decide(casefile.Command{ID: "cmd_x", Case: s.id, Name: name, By: by, At: s.Now, IfRevision: &revision, Data: encoded},
		casefile.Facts{Order: &order, Reviewers: s.Reviewers})
	return answer
}

func TestR4AStaleRevisionIsRefusedWithTheCurrentOne(t *testing.T) {
	s := opened(t)
	seen := s.d().Revision
	require.True(t, s.send("post_message", bolt, seen, fields{"text": "Hm."}).Accepted())
	s.do("post_message", ada, fields{"text": "Hello?"})
	answer := s.send("post_message", bolt, seen, fields{"text": "Hm."})
	require.Equal(t, casefile.StaleRevision, answer.Refused)
	require.Equal(t, seen+1, answer.Result["revision"])
}

func TestR6TheFirstAtTheDoorHasTheOffer(t *testing.T) {
	ways := map[string]func(*scene, string){
		"withdrawn": func(s *scene, id string) { s.do("withdraw_offer", bolt, fields{"offer": id}) },
		"replaced":  func(s *scene, _ string) { s.offer(bolt, part(50)) },
		"expired":   func(s *scene, _ string) { s.late("offer_answer") },
		"rejected":  func(s *scene, id string) { s.do("reject_offer", ada, fields{"offer": id}) },
	}
	for name, way := range ways {
		t.Run("first it is "+name, func(t *testing.T) {
			s := opened(t)
			id := s.offer(bolt, part(100))
			way(s, id)
			s.refused(casefile.StaleOffer, "accept_offer", ada, fields{"offer": id})
		})
	}
	t.Run("first it is accepted", func(t *testing.T) {
		s := opened(t)
		id := s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "5d"})
		s.do("accept_offer", ada, fields{"offer": id})
		s.refused(casefile.StaleOffer, "withdraw_offer", bolt, fields{"offer": id})
		s.refused(casefile.StaleOffer, "reject_offer", ada, fields{"offer": id})
		s.refused(casefile.WrongStage, "offer", bolt, part(50))
	})
}

func TestR7OfTwoAcceptancesTheFirstWins(t *testing.T) {
	s := opened(t)
	his := s.offer(bolt, fields{"remedy": dispute.Repair, "due": "9d"})
	hers := s.offer(ada, part(3000))
	s.do("accept_offer", ada, fields{"offer": his})
	s.refused(casefile.StaleOffer, "accept_offer", bolt, fields{"offer": hers})
	s.status(dispute.Performing)

	s = opened(t)
	his, hers = s.offer(bolt, part(100)), s.offer(ada, part(3000))
	s.do("accept_offer", bolt, fields{"offer": hers})
	s.refused(casefile.CaseClosed, "accept_offer", ada, fields{"offer": his})
	s.ended(dispute.Settled, 3000, 0)
}

func TestR8ASettlementWinsUntilTheDecisionIsMade(t *testing.T) {
	t.Run("money: the decision finds a closed case", func(t *testing.T) {
		s := reviewed(t)
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, part(3000))})
		s.refused(casefile.CaseClosed, "decide", cleo, forBuyer())
		s.ended(dispute.Settled, 3000, 0)
	})
	t.Run("a promise: the decision is at the wrong stage", func(t *testing.T) {
		s := reviewed(t)
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.Repair, "due": "9d"})})
		s.refused(casefile.WrongStage, "decide", cleo, forBuyer())
	})
	t.Run("a proposal is no decision yet", func(t *testing.T) {
		s := reviewed(t)
		id := s.offer(bolt, part(3000))
		s.do("decide", cleo, split())
		s.do("accept_offer", ada, fields{"offer": id})
		s.refused(casefile.CaseClosed, "second", sue, nil)
	})
	t.Run("after the decision no offer stands", func(t *testing.T) {
		s := reviewed(t)
		id := s.offer(bolt, part(3000))
		s.do("decide", cleo, forBuyer())
		s.refused(casefile.WrongStage, "accept_offer", ada, fields{"offer": id})
	})
}

func TestR10AConcessionWinsInsideTheCoolingTime(t *testing.T) {
	s := opened(t)
	s.do("withdraw", ada, nil)
	s.wait(72 * time.Hour)
	s.do("concede", bolt, nil)
	s.ended(dispute.ConcededBySeller, 4550, 0)

	s = opened(t)
	s.do("withdraw", ada, nil)
	s.wait(72*time.Hour + micro)
	s.refused(casefile.CaseClosed, "concede", bolt, nil)
	s.ended(dispute.Withdrawn, 0, 0)
}

func TestR15WhateverWaitsAtTheDoorOfAClosedCaseIsToldSo(t *testing.T) {
	s := opened(t)
	s.do("concede", bolt, nil)
	for _, name := range dispute.Commands() {
		if name == "supersede" || name == "unfreeze" || name == "record_scan" || name == "open_original" || name == "detected" {
			continue // what the bank has done, what was asked for and what was detected a closed case hears too, and its files are looked at
		}
		t.Run(name, func(t *testing.T) {
			r := row{command: name}
			by := ada
			if name == "vote" || name == "decide" {
				by = cleo
			}
			data := r.data(s)
			if name == "appeal" || name == "object_to_reviewer" || name == "post_message" {
				data["text"] = "I knock."
			}
			if name == "admit_evidence" || name == "open" {
				data = fields{}
			}
			s.refused(casefile.CaseClosed, name, by, data)
		})
	}
}

// TestThePrecedenceOfRefusals: what is wrong with the data comes before a closed case, that before a stale revision, that
// before everything else (PROCEDURE 13).
func TestThePrecedenceOfRefusals(t *testing.T) {
	closed := opened(t)
	closed.do("concede", bolt, nil)
	require.Equal(t, casefile.ValidationFailed, closed.send("offer", bolt, 1, fields{}).Refused)
	require.Equal(t, casefile.ValidationFailed, closed.send("concede", ada, 1, fields{}).Refused)
	require.Equal(t, casefile.ValidationFailed, closed.send("request_time", bolt, 1, fields{"days": "4d"}).Refused)
	require.Equal(t, casefile.ValidationFailed, closed.send("inspect_return", bolt, 1, fields{"condition": "empty"}).Refused)
	require.Equal(t, casefile.ValidationFailed, closed.send("post_message", bolt, 1, fields{"text": ""}).Refused)
	require.Equal(t, casefile.ValidationFailed, closed.send("request_evidence", cleo, 1, fields{"from": "cleo", "type": "invoice", "due": "1d"}).Refused)
	require.Equal(t, casefile.ValidationFailed, closed.send("declare_incident", operator, 1, fields{"from": closed.Now, "until": closed.Now}).Refused)
	foreign := forBuyer()
	foreign["findings"] = []fields{{"claim": "damaged", "holds": true, "evidence": []string{"evd_other"}}}
	require.Equal(t, casefile.ValidationFailed, closed.send("decide", cleo, 1, foreign).Refused)
	require.Equal(t, casefile.CaseClosed, closed.send("offer", bolt, 1, part(100)).Refused)
	mute := disputed(t, fields{"reason": dispute.Counterfeit, "remedy": dispute.RefundFull})
	mute.do("accept_offer", ada, fields{"offer": mute.offer(bolt, fields{"remedy": dispute.Replacement, "due": "9d"})})
	nameless := fields{"reason": dispute.ExtraChargeDemanded, "remedy": dispute.RefundFull}
	require.Equal(t, casefile.ValidationFailed, mute.send("change_reason", ada, 1, nameless).Refused, "an extra charge names its amount")
	require.Equal(t, casefile.CaseClosed, closed.send("reopen", ada, 1, nil).Refused, "also where the rule itself says closed")

	s := reviewed(t)
	require.Equal(t, casefile.StaleRevision, s.send("reopen", ada, 1, nil).Refused)
	require.Equal(t, casefile.StaleRevision, s.send("accept_offer", ada, 1, fields{"offer": "ofr_none"}).Refused)
	now := s.d().Revision
	require.Equal(t, casefile.StaleOffer, s.send("accept_offer", ada, now, fields{"offer": "ofr_none"}).Refused)

	s.object(ada)
	s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "1d", "mandatory": true})
	wrong := ruling(dispute.DecidedForBuyer, 9999, 0)
	wrong["record_hash"] = "0000"
	s.refused(casefile.WrongStage, "decide", cleo, wrong)
	s.do("rule_objection", sue, fields{"upheld": false})
	s.refused(casefile.EvidenceRequestOpen, "decide", cleo, wrong)
	s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"})
	s.refused(casefile.HearingNotComplete, "decide", cleo, wrong)
	s.wait(day)
	s.refused(casefile.RecordChanged, "decide", cleo, wrong)
	delete(wrong, "record_hash")
	s.refused(casefile.AmountExceedsCap, "decide", cleo, wrong)
}

func TestAnUnknownCommandOrACaseThatHasNotBegunIsRefused(t *testing.T) {
	s := opened(t)
	s.refused(casefile.WrongStage, "sing", ada, nil)
	_, change, answer := dispute.Dispute{}.Decide(casefile.Command{ID: "cmd_1", Case: "dsp_1", Name: "escalate", By: ada, At: paid}, casefile.Facts{})
	require.Equal(t, casefile.WrongStage, answer.Refused)
	require.Empty(t, change.Events)
}

func TestDataOfTheWrongShapeIsRefused(t *testing.T) {
	s := opened(t)
	s.refused(casefile.ValidationFailed, "offer", bolt, fields{"remedy": 7})
	s.refused(casefile.ValidationFailed, "offer", bolt, fields{"remedy": dispute.RefundPartial, "amount": 12.5})
	s.refused(casefile.ValidationFailed, "request_time", bolt, fields{"days": "soon"})
}

func TestABankThatHasTheMoneyStopsTheClocks(t *testing.T) {
	s := opened(t)
	s.wait(day)
	s.must(s.order, "chargeback", platform, fields{"amount": 4550})
	s.wait(100 * day)
	s.status(dispute.WaitingSeller)
	id := s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 100}) // what starts now stands still too
	d, _ := s.deadline("offer_answer/" + id)
	require.False(t, d.Runs())
	s.must(s.order, "close_chargeback", platform, fields{"won_by": "seller"})
	require.Equal(t, s.Now.Add(5*day), s.due("offer_answer"))
	require.Equal(t, s.Now.Add(14*day), s.due("negotiation_max"))
}

func TestABankThatPaidTheWholeClaimEndsTheCase(t *testing.T) {
	s := opened(t)
	s.must(s.order, "chargeback", platform, fields{"amount": 4550})
	s.must(s.order, "close_chargeback", platform, fields{"won_by": "buyer"})
	require.Equal(t, dispute.SupersededByChargeback, s.d().Outcome)
}

func TestADisputeThatIsOpenedInAnIncidentStandsStillThroughIt(t *testing.T) {
	s := delivered(t)
	s.at(opening)
	s.must(s.order, "declare_incident", operator, fields{"from": paid.Add(opening - day), "until": paid.Add(opening + 2*day), "text": "Water."})
	s.open(fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull})
	require.Equal(t, paid.Add(opening+7*day), s.due("seller_response"))
	require.Equal(t, paid.Add(opening+17*day), s.due("negotiation_max"))
}

func TestACaseThatIsReopenedInAnIncidentStandsStillThroughIt(t *testing.T) {
	s := opened(t)
	s.wait(day)
	s.do("concede", ada, fields{"acknowledge": true})
	s.must(s.order, "declare_incident", operator, fields{"from": s.Now, "until": s.Now.Add(2 * day), "text": "Water."})
	s.refused(casefile.CaseClosed, "declare_incident", operator, fields{"from": s.Now, "until": s.Now.Add(2 * day), "text": "Water."})
	s.do("reopen", ada, nil)
	require.Equal(t, s.Now.Add(7*day), s.due("seller_response"))
	require.Equal(t, s.Now.Add(16*day), s.due("negotiation_max"), "a day of the fifteen had passed")
}

func TestAnIncidentThatEndsEarlyLetsADisputeGoOn(t *testing.T) {
	s := opened(t)
	from, until := paid.Add(opening), paid.Add(opening+4*day)
	s.wait(day)
	s.do("declare_incident", operator, fields{"from": from, "until": until, "text": "Water in the cellar."})
	require.Equal(t, paid.Add(opening+9*day), s.due("seller_response"))
	s.refused(casefile.ValidationFailed, "end_incident", operator, fields{"from": from, "until": until, "at": until})
	s.do("end_incident", operator, fields{"from": from, "until": until, "at": s.Now})
	require.Equal(t, paid.Add(opening+6*day), s.due("seller_response"))
	require.Equal(t, day, s.d().BallInCourt(s.Now)[dispute.Paused], "the day that it lasted is nobody's")
	s.do("end_incident", operator, fields{"from": from, "until": until, "at": s.Now})
	require.Len(t, s.happened(casefile.IncidentEnded), 1, "it ends once")
}

func TestOfTwoIncidentsOfOneTimeOneEndsWithoutTheOther(t *testing.T) {
	s := opened(t)
	from, until := paid.Add(opening), paid.Add(opening+4*day)
	for _, id := range []string{"inc_country", "inc_carrier"} {
		s.do("declare_incident", operator, fields{"incident": id, "from": from, "until": until, "text": "Water everywhere."})
	}
	s.wait(day)
	end := fields{"incident": "inc_country", "from": from, "until": until, "at": s.Now}
	s.do("end_incident", operator, end)
	require.Equal(t, paid.Add(opening+9*day), s.due("seller_response"), "the carrier still stands still")
	end["incident"] = "inc_carrier"
	s.do("end_incident", operator, end)
	require.Equal(t, paid.Add(opening+6*day), s.due("seller_response"))
	require.Len(t, s.happened(casefile.IncidentEnded), 2)
}

func TestARequestIsDueWhenItsDeadlineIs(t *testing.T) {
	s := reviewed(t)
	s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "3d"})
	asked := s.d().Requests[0]
	require.Equal(t, s.Now.Add(3*day), s.d().RequestDue(asked))
	from, until := s.Now, s.Now.Add(4*day)
	s.do("declare_incident", operator, fields{"incident": "inc_1", "from": from, "until": until, "text": "Water in the cellar."})
	require.Equal(t, from.Add(7*day), s.d().RequestDue(asked))
	s.wait(day)
	s.do("end_incident", operator, fields{"incident": "inc_1", "from": from, "until": until, "at": s.Now})
	require.Equal(t, from.Add(4*day), s.d().RequestDue(asked))
}

func TestAPromiseIsDueWhenItsDeadlineIs(t *testing.T) {
	s := performing(t)
	due := s.d().Promise.DueAt
	require.Equal(t, due, s.d().PromiseDue())
	s.do("declare_incident", operator, fields{"from": s.Now, "until": s.Now.Add(2 * day), "text": "Water in the cellar."})
	require.Equal(t, due.Add(2*day), s.d().PromiseDue())
	s.do("confirm_performance", ada, nil)
	require.Equal(t, due, s.d().PromiseDue(), "nothing is waited for any more")
}

func TestAnIncidentMovesEveryRunningDeadline(t *testing.T) {
	s := opened(t)
	s.wait(day)
	s.do("declare_incident", operator, fields{"from": paid.Add(opening), "until": s.Now.Add(day), "text": "Water in the cellar."})
	require.Equal(t, paid.Add(opening+7*day), s.due("seller_response"))
	require.Equal(t, paid.Add(opening+17*day), s.due("negotiation_max"))
	require.NotEmpty(t, s.happened(casefile.DeadlineMoved))
	moved := len(s.happened(casefile.DeadlineMoved))
	s.do("declare_incident", operator, fields{"from": paid.Add(opening), "until": s.Now.Add(day), "text": "Water in the cellar."})
	require.Len(t, s.happened(casefile.IncidentDeclared), 1, "a dispute that knows of it from its order is told once more")
	require.Len(t, s.happened(casefile.DeadlineMoved), moved)
	s.refused(casefile.ValidationFailed, "declare_incident", operator, fields{"from": s.Now, "until": s.Now.Add(15 * day), "text": "Too long."})
	s.refused(casefile.ValidationFailed, "declare_incident", operator, fields{"from": s.Now, "until": s.Now, "text": "Nothing."})
}
