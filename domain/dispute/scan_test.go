package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// unscanned is a scene in which no file is scanned by itself, and file hands one in.
func unscanned(s *scene) *scene {
	s.Scanner = func(string) dispute.Scan { return dispute.ScanPending }
	return s
}

func (s *scene) file(by casefile.Actor, more ...fields) dispute.Item {
	s.Helper()
	data := fields{"type": "photo_of_item", "file": "fil_1"}
	for _, m := range more {
		for k, v := range m {
			data[k] = v
		}
	}
	id := s.do("submit_evidence", by, data).Result["evidence"]
	item := s.d().Items[len(s.d().Items)-1]
	require.Equal(s, id, item.ID)
	return item
}

func (s *scene) scan(item dispute.Item, verdict dispute.Scan) {
	s.Helper()
	s.do("record_scan", system, fields{"step": item.Step, "verdict": verdict, "signature": "Test.Marked"})
}

func (s *scene) item(id string) dispute.Item {
	for _, i := range s.d().Items {
		if i.ID == id {
			return i
		}
	}
	require.Fail(s, "no such item")
	return dispute.Item{}
}

func TestAFileWaitsForItsScanAndATextDoesNot(t *testing.T) {
	s := unscanned(gathering(t))
	s.do("submit_evidence", ada, fields{"type": "statement", "text": "It was light."})
	require.Empty(t, s.d().Effects())
	require.True(t, s.d().Items[0].Visible(s.Now))
	item := s.file(ada)
	require.Equal(t, []casefile.Effect{{Step: item.Step, Kind: casefile.EffectScan}}, s.d().Effects())
	require.Equal(t, s.happened(casefile.EvidenceReceived)[1].Sequence, item.Step)
	require.False(t, item.Visible(s.Now.Add(day)))
	s.wait(time.Hour)
	s.scan(item, dispute.ScanClean)
	require.Empty(t, s.d().Effects())
	require.True(t, s.item(item.ID).Visible(s.Now))
	require.Equal(t, s.Now, s.item(item.ID).VisibleAt)
	_, waits := s.deadline("evidence_scan")
	require.False(t, waits)
	s.refused(casefile.WrongStage, "record_scan", system, fields{"step": item.Step, "verdict": "infected"})
	s.refused(casefile.ValidationFailed, "record_scan", system, fields{"step": item.Step, "verdict": "pending"})
}

func TestTheHearingCountsFromWhenTheOtherPartyCanSeeAFile(t *testing.T) {
	s := unscanned(gathering(t))
	s.at(s.due("evidence_period").Sub(paid))
	item := s.file(bolt)
	hash := s.d().RecordHash()
	s.wait(23 * time.Hour)
	s.waive()
	s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
	s.scan(item, dispute.ScanClean)
	require.NotEqual(t, hash, s.d().RecordHash(), "it is on the record from now on")
	s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
	s.wait(day)
	s.do("decide", cleo, forBuyer())
}

func TestAFileThatIsNotHarmlessIsNoEvidence(t *testing.T) {
	for _, verdict := range []dispute.Scan{dispute.ScanInfected, dispute.ScanUnscannable} {
		s := unscanned(reviewed(t))
		hash := s.d().RecordHash()
		id := s.do("request_evidence", cleo, fields{"from": "seller", "type": "photo_of_item", "due": "2d", "mandatory": true}).Result["request"]
		item := s.file(bolt)
		require.Equal(t, id, item.Request)
		require.True(t, s.d().Requests[0].Answered)
		s.scan(item, verdict)
		require.True(t, s.item(item.ID).Rejected())
		require.False(t, s.item(item.ID).Visible(s.Now.Add(day)))
		require.False(t, s.d().Requests[0].Answered, "what was asked for has not come")
		rejected := s.happened(casefile.EvidenceRejected)
		require.Len(t, rejected, 1)
		require.Equal(t, map[string]any{"evidence": item.ID, "why": string(verdict), "signature": "Test.Marked"}, rejected[0].Data)
		require.Equal(t, hash, s.d().RecordHash(), "it is no part of the record")
		s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
		s.wait(2*day + micro)
		s.do("decide", cleo, forBuyer())
	}
}

func TestAFileThatNobodyScansForADayIsRejected(t *testing.T) {
	s := unscanned(gathering(t))
	item := s.file(bolt)
	s.wait(day)
	require.False(t, s.item(item.ID).Rejected())
	s.wait(micro)
	require.True(t, s.item(item.ID).Rejected())
	rejected := s.happened(casefile.EvidenceRejected)
	require.Equal(t, "unscanned", rejected[0].Data["why"])
	require.Empty(t, s.d().Effects())
	s.refused(casefile.WrongStage, "record_scan", system, fields{"step": item.Step, "verdict": "clean"})
}

func TestAScannerThatHasNoAnswerIsNotAskedAgain(t *testing.T) {
	s := unscanned(gathering(t))
	item, other := s.file(bolt), s.file(ada)
	s.scan(item, dispute.Unanswered)
	require.Equal(t, dispute.ScanPending, s.item(item.ID).Scan)
	require.Equal(t, []casefile.Effect{{Step: other.Step, Kind: casefile.EffectScan}}, s.d().Effects(), "the other file is")
	s.refused(casefile.WrongStage, "record_scan", system, fields{"step": item.Step, "verdict": "unanswered"})
	s.scan(other, dispute.Unanswered)
	s.scan(other, dispute.ScanClean)
	require.True(t, s.item(other.ID).Visible(s.Now), "an answer that comes all the same is taken")
	s.wait(day + micro)
	require.True(t, s.item(item.ID).Rejected())
	require.Equal(t, "unscanned", s.happened(casefile.EvidenceRejected)[0].Data["why"])
}

func TestALateFileIsHeardFromItsScanOrItsAdmissionWhicheverIsLater(t *testing.T) {
	s := unscanned(reviewed(t))
	item := s.file(bolt)
	require.True(t, item.Late)
	s.do("admit_evidence", cleo, fields{"item": item.ID, "reasons": "The scan was down."})
	s.wait(20 * time.Hour)
	s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
	s.scan(item, dispute.ScanClean)
	s.wait(day - micro)
	s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
	s.wait(micro)
	s.do("decide", cleo, forBuyer())
}

func TestAScanDoesNotSayWhatHappensNext(t *testing.T) {
	s := unscanned(opened(t))
	s.file(ada)
	order := s.Order(s.order).FactsFor(s.id, s.Now)
	out, found := s.d().Outlook(casefile.Facts{Order: &order})
	require.True(t, found)
	require.Equal(t, "seller_response", out.Deadline.Name)
}

func TestEachLookAtAnOriginalIsRecordedAndChangesNothingElse(t *testing.T) {
	s := gathering(t)
	item := s.file(ada)
	before := s.d()
	for range 2 {
		s.do("open_original", cleo, fields{"item": item.ID})
	}
	viewed := s.happened(casefile.EvidenceViewed)
	require.Len(t, viewed, 2)
	require.Equal(t, cleo, viewed[0].By)
	require.Equal(t, item.ID, viewed[0].Data["evidence"])
	require.Equal(t, before.Revision, s.d().Revision)
	require.Equal(t, before.RecordHash(), s.d().RecordHash())
	s.do("submit_evidence", ada, fields{"type": "statement", "text": "Words."})
	words := s.d().Items[1]
	s.refused(casefile.ValidationFailed, "open_original", cleo, fields{"item": words.ID})
	s.refused(casefile.ValidationFailed, "open_original", cleo, fields{"item": "evd_none"})
	unscanned(s)
	s.refused(casefile.WrongStage, "open_original", cleo, fields{"item": s.file(ada).ID})
}
