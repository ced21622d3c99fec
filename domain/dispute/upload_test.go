package dispute_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// announced is the data of an announcement, and landing that of the same file when it is here.
func announced() fields {
	return fields{"type": "photo_of_item", "sha256": strings.Repeat("ab", 32), "size": 1000}
}

func landing(upload any) fields {
	return fields{"type": "photo_of_item", "sha256": strings.Repeat("ab", 32), "size": 1000, "file": "fil_1", "upload": upload}
}

// intent is the time in which an announced file lands.
const intent = 30 * time.Minute

func (s *scene) announce(by casefile.Actor) any {
	s.Helper()
	return s.do("announce_upload", by, announced()).Result["upload"]
}

func TestAnUploadAnnouncedInTimeIsInTimeIfItLandsInTime(t *testing.T) {
	s := gathering(t)
	first, second := s.announce(ada), s.announce(bolt)
	require.NotEqual(t, first, second)
	s.wait(intent)
	require.Equal(t, false, s.do("submit_evidence", ada, landing(first)).Result["late"])

	s = gathering(t)
	s.at(s.due("evidence_period").Sub(paid))
	upload := s.announce(bolt)
	due := s.due("evidence_period")
	s.wait(micro)
	s.status(dispute.WaitingEvidence)
	require.Equal(t, due.Add(intent), s.due("evidence_period"), "the period waits for it")
	s.waive()
	s.wait(intent - micro)
	s.status(dispute.UnderReview)
	require.Equal(t, true, s.do("submit_evidence", bolt, fields{"type": "statement", "text": "Late."}).Result["late"])
	answer := s.do("submit_evidence", bolt, landing(upload))
	require.Equal(t, false, answer.Result["late"], "the period is over, but this was announced in it")
	item := s.d().Items[len(s.d().Items)-1]
	require.Equal(t, due, item.Announced)
	require.Equal(t, s.Now, item.At, "its receipt is when it came")
	require.Equal(t, s.Now, item.VisibleAt, "the other party's hearing begins when it can be seen")
}

func TestAnUploadThatLandsTooLateIsJudgedAsOfItsLanding(t *testing.T) {
	s := gathering(t)
	s.at(s.due("evidence_period").Sub(paid))
	upload := s.announce(bolt)
	s.wait(intent + micro)
	s.status(dispute.UnderReview)
	answer := s.do("submit_evidence", bolt, landing(upload))
	require.Equal(t, true, answer.Result["late"])
	require.Equal(t, strings.Replace(upload.(string), "upl_", "evd_", 1), answer.Result["evidence"])

	s = reviewed(t)
	answer = s.do("announce_upload", bolt, announced())
	require.Equal(t, true, answer.Result["late"], "it was announced too late already")
	require.Equal(t, true, s.do("submit_evidence", bolt, landing(answer.Result["upload"])).Result["late"])
}

func TestAnOpenUploadDelaysTheDefaultOfWhoeverIsWaitedFor(t *testing.T) {
	t.Run("the seller's silence", func(t *testing.T) {
		s := opened(t)
		due := s.due("seller_response")
		s.at(due.Sub(paid))
		upload := s.announce(bolt)
		s.wait(micro)
		s.status(dispute.WaitingSeller)
		require.Equal(t, due.Add(intent), s.due("seller_response"))
		moved := s.happened(casefile.DeadlineMoved)
		require.Len(t, moved, 1)
		require.Equal(t, "open_upload", moved[0].Data["why"])
		require.Equal(t, due, moved[0].At)
		s.at(due.Add(intent).Sub(paid))
		s.do("submit_evidence", bolt, landing(upload))
		s.status(dispute.WaitingBuyer)
	})
	t.Run("and then it comes", func(t *testing.T) {
		s := opened(t)
		due := s.due("seller_response")
		s.at(due.Sub(paid))
		s.announce(bolt)
		s.at(due.Add(intent).Sub(paid) + micro)
		s.ended(dispute.DefaultSellerSilent, 4550, 0)
	})
	t.Run("once a deadline", func(t *testing.T) {
		s := opened(t)
		due := s.due("seller_response")
		s.at(due.Sub(paid))
		s.announce(bolt)
		s.at(due.Add(intent).Sub(paid))
		s.announce(bolt)
		s.wait(micro)
		s.ended(dispute.DefaultSellerSilent, 4550, 0)
	})
	t.Run("not for the other party", func(t *testing.T) {
		s := opened(t)
		due := s.due("seller_response")
		s.at(due.Sub(paid))
		s.announce(ada)
		s.wait(micro)
		s.ended(dispute.DefaultSellerSilent, 4550, 0)
	})
	t.Run("not when its time is over", func(t *testing.T) {
		s := opened(t)
		due := s.due("seller_response")
		s.at(due.Sub(paid) - intent)
		s.announce(bolt)
		s.at(due.Sub(paid) + micro)
		s.ended(dispute.DefaultSellerSilent, 4550, 0)
	})
	t.Run("not when it has landed", func(t *testing.T) {
		s := gathering(t)
		due := s.due("evidence_period")
		s.at(due.Sub(paid))
		s.do("submit_evidence", ada, landing(s.announce(ada)))
		s.wait(micro)
		s.status(dispute.UnderReview)
	})
	t.Run("a request, of its own", func(t *testing.T) {
		s := reviewed(t)
		ask := fields{"from": "seller", "type": "photo_of_item", "due": "2d", "mandatory": true}
		id := s.do("request_evidence", cleo, ask).Result["request"]
		due := s.due("evidence_request")
		s.at(due.Sub(paid))
		upload := s.announce(bolt)
		s.wait(micro)
		s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
		require.Equal(t, due.Add(intent), s.due("evidence_request"))
		require.Equal(t, false, s.do("submit_evidence", bolt, landing(upload)).Result["late"])
		require.Equal(t, id, s.d().Items[len(s.d().Items)-1].Request)
		require.True(t, s.d().Requests[0].Answered)
	})
	t.Run("the inspection of a return", func(t *testing.T) {
		s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.ReturnAndRefund})
		s.do("concede", bolt, nil)
		s.shipReturn()
		s.do("deliver_return", carrier, nil)
		due := s.due("return_inspection")
		s.at(due.Sub(paid))
		s.announce(bolt)
		s.wait(micro)
		s.status(dispute.WaitingReturn)
		require.Equal(t, due.Add(intent), s.due("return_inspection"))
	})
}

func TestWhatIsShownToHappenLooksPastADelay(t *testing.T) {
	s := opened(t)
	s.at(s.due("seller_response").Sub(paid))
	s.announce(bolt)
	order := s.Order(s.order).FactsFor(s.id, s.Now)
	out, found := s.d().Outlook(casefile.Facts{Order: &order})
	require.True(t, found)
	require.NotNil(t, out.Ends)
	require.Equal(t, dispute.DefaultSellerSilent, out.Ends.Outcome)
	require.Equal(t, s.due("seller_response").Add(intent), out.Deadline.DueAt)
}

func TestACutAndRepeatedUploadIsTheSameEvidence(t *testing.T) {
	s := gathering(t)
	announcement := s.do("announce_upload", ada, announced())
	first := s.do("submit_evidence", ada, landing(announcement.Result["upload"]))
	s.wait(time.Hour)
	again := s.do("submit_evidence", ada, landing(announcement.Result["upload"]))
	require.Equal(t, announcement.Result["evidence"], first.Result["evidence"])
	require.Equal(t, first.Result, again.Result)
	require.Len(t, s.d().Items, 1)
	require.Len(t, s.happened(casefile.EvidenceReceived), 1)
}

func TestWhatHasLandedIsNotSentAgainAsSomethingElse(t *testing.T) {
	s := gathering(t)
	word := announced()
	word["type"] = "return_receipt"
	data := landing(s.do("announce_upload", ada, word).Result["upload"])
	data["type"], data["text"], data["cost"] = "return_receipt", "The label.", 900
	first := s.do("submit_evidence", ada, data)
	change := func(name string, value any) fields {
		changed := maps.Clone(data)
		changed[name] = value
		return changed
	}
	s.refused(casefile.FileRejected, "submit_evidence", ada, change("sha256", strings.Repeat("cd", 32)))
	for name, other := range map[string]any{"request": "req_none", "text": "The foot.", "cost": 901} {
		require.Equal(t, "/"+name, s.refused(casefile.IdempotencyMismatch, "submit_evidence", ada, change(name, other)).Pointer)
	}
	invoice := change("type", "invoice")
	delete(invoice, "cost")
	require.Equal(t, "/type", s.refused(casefile.IdempotencyMismatch, "submit_evidence", ada, invoice).Pointer)
	require.Equal(t, first.Result, s.do("submit_evidence", ada, change("file", "fil_2")).Result, "stored anew, it is the same file")
}

func TestOnlyTheAnnouncedFileOfTheSamePartyLands(t *testing.T) {
	s := gathering(t)
	upload := s.announce(ada)
	change := func(name string, value any) fields {
		data := landing(upload)
		data[name] = value
		return data
	}
	s.refused(casefile.FileRejected, "submit_evidence", ada, change("sha256", strings.Repeat("cd", 32)))
	s.refused(casefile.FileRejected, "submit_evidence", ada, change("size", 1001))
	s.refused(casefile.ValidationFailed, "submit_evidence", ada, change("type", "invoice"))
	s.refused(casefile.ValidationFailed, "submit_evidence", ada, change("upload", "upl_none"))
	s.refused(casefile.ValidationFailed, "submit_evidence", ada, change("request", "req_none"))
	s.refused(casefile.ValidationFailed, "submit_evidence", bolt, landing(upload))
	s.refused(casefile.ValidationFailed, "submit_evidence", ada, fields{"type": "photo_of_item", "text": "No file.", "upload": upload})
	s.do("submit_evidence", ada, landing(upload))
	s.refused(casefile.ValidationFailed, "submit_evidence", bolt, landing(upload))
	for name, wrong := range map[string]any{"type": "poem", "sha256": strings.Repeat("AB", 32), "size": 0, "request": "req_none"} {
		data := announced()
		data[name] = wrong
		s.refused(casefile.ValidationFailed, "announce_upload", ada, data)
	}
	data := announced()
	data["size"] = 25<<20 + 1
	s.refused(casefile.ValidationFailed, "announce_upload", ada, data)
}

func TestAnnouncementsCountAsItems(t *testing.T) {
	s := gathering(t)
	var last any
	for range 20 {
		last = s.announce(ada)
	}
	s.refused(casefile.TooManyItems, "announce_upload", ada, announced())
	s.refused(casefile.TooManyItems, "submit_evidence", ada, fields{"type": "statement", "text": "One more."})
	s.announce(bolt)
	s.do("submit_evidence", ada, landing(last))
	s.refused(casefile.TooManyItems, "announce_upload", ada, announced())
	s.wait(intent + micro)
	s.announce(ada)
	s.announce(ada)
	require.Len(t, s.d().Uploads, 3, "what never came is forgotten")
}
