package review_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/review"
)

func TestMarksAreFromOneToFive(t *testing.T) {
	for _, name := range review.Dimensions {
		for _, mark := range []int{0, 6, -1} {
			require.Equal(t, "/"+name, newScene(t).refused(casefile.ValidationFailed, "submit_review", ada, form(fields{name: mark})).Pointer)
		}
	}
	require.Equal(t, "/stars", newScene(t).refused(casefile.ValidationFailed, "submit_review", ada, form(fields{"stars": nil})).Pointer)
	newScene(t).refused(casefile.ValidationFailed, "submit_review", ada, form(fields{"stars": 4.5}))
	s := newScene(t)
	s.do("submit_review", ada, form(fields{"quality": nil, "text": nil}))
	_, given := s.state.Marks.Of("quality")
	require.False(t, given, "a dimension may be left out")
}

func TestATextIsKeptAsItIsAndHasALimit(t *testing.T) {
	s := newScene(t)
	require.Equal(t, "/text", s.refused(casefile.ValidationFailed, "submit_review", ada, form(fields{"text": strings.Repeat("ش", 5000)})).Pointer)
	require.Equal(t, "/text", s.refused(casefile.ValidationFailed, "submit_review", ada, form(fields{"text": "a\x00"})).Pointer)
	text := "<script>alert(1)</script> المصباح جيد"
	s.do("submit_review", ada, form(fields{"text": text}))
	s.wait(7*day + micro)
	require.Equal(t, text, s.state.Shown())
}

func TestOnlyTheBuyerReviewsAnOrderOnceAndInItsTime(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*scene)
		by     casefile.Actor
		want   casefile.Code
	}{
		"by a stranger":    {nil, carl, casefile.NotAllowed},
		"by the seller":    {nil, bolt, casefile.NotAllowed},
		"by a muted buyer": {func(s *scene) { s.facts.Muted = true }, ada, casefile.Muted},
		"twice":            {func(s *scene) { s.facts.Existing = "rev_0" }, ada, casefile.AlreadyReviewed},
		"before delivery":  {func(s *scene) { s.facts.DeliveredAt = began.Add(micro) }, ada, casefile.WrongStage},
		"never delivered":  {func(s *scene) { s.facts.DeliveredAt = s.facts.ClosedAt }, ada, casefile.WrongStage},
		"never delivered, while disputed": {func(s *scene) {
			s.facts.DeliveredAt = s.facts.ClosedAt
			s.facts.Disputes = []casefile.Course{{Open: true}}
		}, ada, casefile.WrongStage},
		"never delivered, after a dispute": {func(s *scene) {
			s.facts.DeliveredAt = s.facts.ClosedAt
			s.facts.Disputes = []casefile.Course{{EndedAt: began}}
		}, ada, ""},
		"at delivery":                          {nil, ada, ""},
		"in the last instant":                  {func(s *scene) { s.facts.ClosedAt = began.Add(-30 * day) }, ada, ""},
		"after the last instant":               {func(s *scene) { s.facts.ClosedAt = began.Add(-30*day - micro) }, ada, casefile.WrongStage},
		"while another dispute is still going": {func(s *scene) { s.facts.Disputes = []casefile.Course{{Open: true}} }, ada, ""},
	} {
		s := newScene(t)
		if c.change != nil {
			c.change(s)
		}
		require.Equal(t, c.want, s.send("submit_review", c.by, form()).Refused, name)
	}
	require.Equal(t, "/order", newScene(t).refused(casefile.ValidationFailed, "submit_review", ada, form(fields{"order": "ord_2"})).Pointer)
	require.Equal(t, "/order", newScene(t).refused(casefile.ValidationFailed, "submit_review", ada, form(fields{"order": ""})).Pointer)
}

func TestAReviewIsSealedForAWeekAndWhileADisputeIsOpen(t *testing.T) {
	s := sealed(t)
	s.facts.Disputes = []casefile.Course{{Dispute: "dsp_1", Open: true}}
	s.wait(10 * day)
	s.status(review.Sealed)
	require.Empty(t, s.state.Shown())
	s.facts.Disputes[0].Open = false
	s.do("dispute_ended", system, nil)
	s.status(review.Published)

	s = sealed(t)
	s.do("dispute_ended", system, nil)
	s.status(review.Sealed) // the week is not over

	s = sealed(t)
	s.facts.Disputes = []casefile.Course{{Dispute: "dsp_1", Open: true}}
	s.wait(10*day + micro)
	s.facts.Disputes = nil
	s.wait(day) // nobody told it; it looked again
	s.status(review.Published)
}

func TestAReviewThatTheScannerHasNotSeenIsLookedAtByAPerson(t *testing.T) {
	s := sealed(t)
	s.facts.Scanned = false
	s.wait(7*day + micro)
	s.status(review.Screening)
	s.do("screened", system, nil)
	s.status(review.Screening) // it was told too early
	s.facts.Scanned = true
	s.do("screened", system, nil)
	s.status(review.Published)

	s = sealed(t)
	s.facts.Scanned = false
	s.wait(7*day + day)
	s.status(review.Moderation)
	require.Equal(t, "not_scanned", s.happened(casefile.ReviewHeld)[0].Data["why"])
}

func TestWhatTheScreeningHolds(t *testing.T) {
	for _, rule := range []string{review.Insult, review.Unlawful, review.PersonalData, review.ContactData, review.Link, review.RewardForStars} {
		s := held(t, rule)
		s.status(review.Moderation)
		require.Empty(t, s.state.Shown())
	}
	held(t, "some other rule").status(review.Published)
}
