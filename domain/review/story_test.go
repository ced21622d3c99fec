package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/review"
)

// TestTheStoryOfTheUncountedReview retells cases/fabricated-report-uncounted-review.yaml for the review in it: times are after
// payment.
func TestTheStoryOfTheUncountedReview(t *testing.T) {
	s := newScene(t)
	ines := casefile.Actor{ID: "ines", Role: casefile.Buyer}
	s.facts = casefile.ReviewFacts{Order: "ord_1", Buyer: "ines", Seller: "yarnstudio", Currency: "EUR", Total: 5800, Scanned: true,
		DeliveredAt: began.Add(13 * day), ClosedAt: began.Add(46*day + day/2),
		Disputes: []casefile.Course{{Dispute: "dsp_1", NotReceived: true, Adjudicated: true, EscalatedBy: casefile.Buyer, EndedAt: began.Add(31*day + day/2)}}}
	s.until(53 * day)
	s.do("submit_review", ines, fields{"order": "ord_1", "stars": 1, "as_described": 1, "quality": 1, "communication": 1, "shipping_speed": 1,
		"text": "Never got anything from them.", "terms": terms()})
	s.until(60 * day)
	s.status(review.Sealed)
	s.until(63 * day)
	s.counts(review.DisputeAdjudicated)
	require.Equal(t, began.Add(60*day), s.state.PublishedAt)
	require.Equal(t, []casefile.EventType{casefile.ReviewSubmitted, casefile.ReviewSealed, casefile.ReviewPublished, casefile.ReviewUncounted}, s.types())

	_, until := review.Window(s.facts, terms().Review)
	require.Equal(t, began.Add(76*day+day/2), until)
}
