package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
)

// TestNobodyKeepsTheRecordMoving: a decision names the revision that was read, so what moves it without end blocks the case.
func TestNobodyKeepsTheRecordMoving(t *testing.T) {
	t.Run("waivers", func(t *testing.T) {
		s := reviewed(t)
		for range terms().Limits.MessagesPerDay - 1 { // one was said before
			s.do("waive_hearing", bolt, nil)
		}
		s.refused(casefile.TooManyItems, "waive_hearing", bolt, nil)
	})
	t.Run("offers and changes of the reason", func(t *testing.T) {
		s := reviewed(t)
		limit := terms().Limits.MessagesPerDay
		for i := range limit - 1 { // a waiver was one
			s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 100 + i})
		}
		s.refused(casefile.TooManyItems, "offer", bolt, fields{"remedy": dispute.RefundPartial, "amount": 99})
		s.do("post_message", bolt, fields{"text": "Messages are counted apart."})
		for i := range limit - 1 {
			s.do("change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 4500 - i})
		}
		s.refused(casefile.TooManyItems, "change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 9})
		s.wait(day)
		s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 99})
	})
}

// TestASignatureIsUnderWhatIsInDisputeNow: shipping belongs to a counterfeit and not to one damaged line of two.
func TestASignatureIsUnderWhatIsInDisputeNow(t *testing.T) {
	s := delivered(t, func(r *protection.Registration) {
		r.Lines = append(r.Lines, protection.RegistrationLine{SKU: "SHADE", Title: "Shade", Quantity: 1, Price: 80000})
		r.Lines[0].Price = 80000
	})
	s.at(opening)
	s.open(fields{"reason": dispute.Quality, "remedy": dispute.RefundFull, "lines": []fields{{"sku": "LAMP"}}})
	s.do("post_message", bolt, fields{"text": "No."})
	s.wait(3 * day)
	s.do("escalate", ada, nil)
	s.do("change_reason", ada, fields{"reason": dispute.Counterfeit, "remedy": dispute.RefundFull}) // the one new period
	s.waive()
	s.wait(1)
	value := int64(s.d().Claim.Value)
	require.EqualValues(t, 80175, value)
	decision := forBuyer()
	decision["refund"], decision["record_hash"] = value, s.d().RecordHash()
	require.Equal(t, "proposed", s.do("decide", cleo, decision).Result["state"])
	s.do("change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull})
	s.status(dispute.UnderReview)
	s.refused(casefile.WrongStage, "second", sue, nil)
	s.refused(casefile.RecordChanged, "decide", cleo, decision)
	decision["record_hash"] = s.d().RecordHash()
	s.refused(casefile.AmountExceedsCap, "decide", cleo, decision)
}
