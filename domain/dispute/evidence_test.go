package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

func TestTheEvidencePeriodIsFiveDaysFromTheEscalation(t *testing.T) {
	s := assigning(t)
	since := s.Now
	require.Equal(t, since.Add(5*day), s.due("evidence_period"))
	s.wait(5 * day)
	s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
	answer := s.do("submit_evidence", ada, fields{"type": "statement", "text": "In the last instant."})
	require.Equal(t, false, answer.Result["late"])
	s.wait(micro)
	s.status(dispute.UnderReview)
	answer = s.do("submit_evidence", ada, fields{"type": "statement", "text": "Too late."})
	require.Equal(t, true, answer.Result["late"])
	require.Len(t, s.happened(casefile.EvidenceLate), 1)
}

func TestEachPartyExtendsTheEvidencePeriodOnce(t *testing.T) {
	s := gathering(t)
	due := s.due("evidence_period")
	s.do("extend_evidence", ada, nil)
	s.refused(casefile.WrongStage, "extend_evidence", ada, nil)
	s.do("extend_evidence", bolt, nil)
	require.Equal(t, due.Add(6*day), s.due("evidence_period"))
	require.True(t, s.d().Delayed)
}

func TestAPartyHasTwentyItemsForTheRoundAndForEachRequest(t *testing.T) {
	s := gathering(t)
	item := fields{"type": "statement", "text": "One more."}
	for range 20 {
		s.do("submit_evidence", ada, item)
	}
	s.refused(casefile.TooManyItems, "submit_evidence", ada, item)
	s.do("submit_evidence", bolt, item)
	id := s.do("request_evidence", cleo, fields{"from": "buyer", "type": "invoice", "due": "2d"}).Result["request"]
	for range 20 {
		s.do("submit_evidence", ada, fields{"type": "invoice", "text": "A page.", "request": id})
	}
	s.refused(casefile.TooManyItems, "submit_evidence", ada, fields{"type": "invoice", "text": "A page.", "request": id})
	s.refused(casefile.ValidationFailed, "submit_evidence", bolt, fields{"type": "invoice", "text": "A page.", "request": id})
}

func TestWhatIsAskedForIsWaitedFor(t *testing.T) {
	ask := fields{"from": "bolt", "type": "invoice", "due": "2d", "mandatory": true}
	t.Run("until it comes", func(t *testing.T) {
		s := reviewed(t)
		s.do("request_evidence", cleo, ask)
		s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
		answer := s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"})
		require.Equal(t, false, answer.Result["late"], "the period is over, but this was asked for")
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.wait(day)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("or until it is due", func(t *testing.T) {
		s := reviewed(t)
		id := s.do("request_evidence", cleo, ask).Result["request"]
		s.wait(2 * day)
		s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
		s.wait(micro)
		require.Equal(t, true, s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1", "request": id}).Result["late"])
		s.do("decide", cleo, forBuyer())
	})
	t.Run("more may come until it is due", func(t *testing.T) {
		s := reviewed(t)
		id := s.do("request_evidence", cleo, ask).Result["request"]
		s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"})
		s.wait(2 * day)
		require.Equal(t, false, s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_2", "request": id}).Result["late"])
		s.wait(micro)
		hash := s.d().RecordHash()
		require.Equal(t, true, s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_3", "request": id}).Result["late"])
		require.Equal(t, hash, s.d().RecordHash(), "a late item is no part of the record")
	})
	t.Run("not when it may be left out", func(t *testing.T) {
		s := reviewed(t)
		s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "2d"})
		s.do("decide", cleo, forBuyer())
		_, asked := s.deadline("evidence_request")
		require.False(t, asked, "nobody waits for it any more")
	})
	t.Run("no longer than a promise may take", func(t *testing.T) {
		s := reviewed(t)
		s.refused(casefile.ValidationFailed, "request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "30d1s"})
		s.refused(casefile.ValidationFailed, "request_evidence", cleo, fields{"from": "cleo", "type": "invoice", "due": "1d"})
		s.refused(casefile.ValidationFailed, "request_evidence", cleo, fields{"from": "seller", "type": "poem", "due": "1d"})
	})
	t.Run("also after a promise was broken off", func(t *testing.T) {
		s := reviewed(t)
		s.do("request_evidence", cleo, ask)
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "20d"})})
		s.shipReplacement()
		s.do("deliver_replacement", carrier, nil)
		s.do("escalate", ada, nil)
		s.waive()
		s.wait(2*day + micro)
		s.do("decide", cleo, forBuyer())
	})
}

func TestEachPartyHasHadTheOthersItemsForADay(t *testing.T) {
	late := func(s *scene) string {
		return s.do("submit_evidence", bolt, fields{"type": "proof_of_shipment", "file": "fil_1"}).Result["evidence"].(string)
	}
	t.Run("of an item in time", func(t *testing.T) {
		s := gathering(t)
		s.at(s.due("evidence_period").Sub(paid))
		late(s)
		s.wait(day - micro)
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.wait(micro)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("not of a late one, until the reviewer admits it", func(t *testing.T) {
		s := reviewed(t)
		s.wait(time.Hour)
		id := late(s)
		hash := s.d().RecordHash()
		s.do("admit_evidence", cleo, fields{"item": id, "reasons": "The scan was down."})
		require.NotEqual(t, hash, s.d().RecordHash())
		s.refused(casefile.WrongStage, "admit_evidence", cleo, fields{"item": id, "reasons": "Again."})
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.wait(day)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("or waived it", func(t *testing.T) {
		s := gathering(t)
		late(s)
		s.wait(time.Hour)
		s.waive()
		s.do("decide", cleo, forBuyer())
	})
	t.Run("and a waiver covers what was there", func(t *testing.T) {
		s := gathering(t)
		s.do("waive_hearing", ada, nil)
		s.wait(time.Hour)
		late(s)
		s.do("waive_hearing", bolt, nil)
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.do("waive_hearing", ada, nil)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("not of one handed in while a return lapsed that interrupted the review", func(t *testing.T) {
		s := reviewed(t)
		s.wait(day)
		s.do("submit_evidence", ada, fields{"type": "statement", "text": "Late."})
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
		s.at(s.due("return_ship").Sub(paid))
		s.do("submit_evidence", ada, fields{"type": "statement", "text": "In through the back door."})
		hash := s.d().RecordHash()
		s.wait(micro)
		s.status(dispute.UnderReview)
		require.NotEqual(t, hash, s.d().RecordHash(), "it is part of the record no more")
		require.Len(t, s.happened(casefile.EvidenceLate), 2)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("of one handed in while a return lapsed, if the round goes on", func(t *testing.T) {
		s := gathering(t)
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
		s.do("submit_evidence", ada, fields{"type": "statement", "text": "In time."})
		s.late("return_ship")
		require.Empty(t, s.happened(casefile.EvidenceLate))
	})
	t.Run("of an item handed in while a withdrawal cools, as before it", func(t *testing.T) {
		s := reviewed(t)
		s.do("withdraw", ada, nil)
		require.Equal(t, true, s.do("submit_evidence", ada, fields{"type": "statement", "text": "Oh."}).Result["late"])
	})
}
