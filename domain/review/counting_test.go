package review_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/domain/review"
)

func adjudicated() []casefile.Course {
	return []casefile.Course{{NotReceived: true, Adjudicated: true, EscalatedBy: casefile.Buyer}}
}

func TestWhyAReviewDoesNotCount(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*casefile.ReviewFacts)
		want   review.Reason
	}{
		"nothing speaks against it":   {func(*casefile.ReviewFacts) {}, ""},
		"an order of 4.99":            {func(f *casefile.ReviewFacts) { f.Total = 499 }, review.OrderBelowMinimum},
		"an order of 5.00":            {func(f *casefile.ReviewFacts) { f.Total = 500 }, ""},
		"an order of 799 yen":         {func(f *casefile.ReviewFacts) { f.Currency, f.Total = "JPY", 799 }, review.OrderBelowMinimum},
		"a lost not-received dispute": {func(f *casefile.ReviewFacts) { f.Disputes = adjudicated() }, review.DisputeAdjudicated},
		"a return dispute": {func(f *casefile.ReviewFacts) {
			f.Disputes = adjudicated()
			f.Disputes[0].NotReceived, f.Disputes[0].Return = false, true
		}, review.DisputeAdjudicated},
		"that went there by itself":         {func(f *casefile.ReviewFacts) { f.Disputes = adjudicated(); f.Disputes[0].EscalatedBy = casefile.System }, review.DisputeAdjudicated},
		"that the seller took there":        {func(f *casefile.ReviewFacts) { f.Disputes = adjudicated(); f.Disputes[0].EscalatedBy = casefile.Seller }, ""},
		"withdrawn before adjudication":     {func(f *casefile.ReviewFacts) { f.Disputes = adjudicated(); f.Disputes[0].Adjudicated = false }, ""},
		"a dispute about a damage":          {func(f *casefile.ReviewFacts) { f.Disputes = adjudicated(); f.Disputes[0].NotReceived = false }, ""},
		"the same buyer within 30d":         {func(f *casefile.ReviewFacts) { f.Previous = began.Add(-30*day + micro) }, review.RepeatBuyer},
		"the same buyer after 30d":          {func(f *casefile.ReviewFacts) { f.Previous = began.Add(-30 * day) }, ""},
		"the same buyer 30d later":          {func(f *casefile.ReviewFacts) { f.Previous = began.Add(30 * day) }, ""},
		"a later one that was read sooner":  {func(f *casefile.ReviewFacts) { f.Previous = began.Add(30*day - micro) }, review.RepeatBuyer},
		"a buyer who is the seller":         {func(f *casefile.ReviewFacts) { f.SamePerson = true }, review.SamePerson},
		"an investigation":                  {func(f *casefile.ReviewFacts) { f.Investigated = true }, review.UnderInvestigation},
		"a flagged threat":                  {func(f *casefile.ReviewFacts) { f.Threat = true }, review.UnderInvestigation},
		"a threat that was reported":        {func(f *casefile.ReviewFacts) { f.Threat, f.Report = true, "rep_9" }, review.UnderInvestigation},
		"a threat that was none":            {func(f *casefile.ReviewFacts) { f.Threat, f.Report, f.Answered = true, "rep_9", "unsubstantiated" }, ""},
		"a threat that was one":             {func(f *casefile.ReviewFacts) { f.Threat, f.Report, f.Answered = true, "rep_9", "substantiated" }, review.UnderInvestigation},
		"a reward for stars in the thread":  {func(f *casefile.ReviewFacts) { f.Incentive = true }, review.Incentive},
		"the first reason is the one told":  {func(f *casefile.ReviewFacts) { f.Total, f.Disputes, f.Incentive = 1, adjudicated(), true }, review.OrderBelowMinimum},
		"the second comes before the third": {func(f *casefile.ReviewFacts) { f.Disputes, f.Previous = adjudicated(), began }, review.DisputeAdjudicated},
		"the third before the fourth":       {func(f *casefile.ReviewFacts) { f.Previous, f.Investigated = began, true }, review.RepeatBuyer},
		"the fourth before the fifth":       {func(f *casefile.ReviewFacts) { f.Investigated, f.Incentive = true, true }, review.UnderInvestigation},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.do("submit_review", ada, form())
			c.change(&s.facts)
			s.wait(7*day + micro)
			s.counts(c.want)
			want := []casefile.EventType{casefile.ReviewSubmitted, casefile.ReviewSealed, casefile.ReviewPublished}
			if c.want != "" {
				want = append(want, casefile.ReviewUncounted)
				require.Equal(t, c.want, s.happened(casefile.ReviewUncounted)[0].Data["reason"])
			}
			require.Equal(t, want, s.types())
		})
	}
	require.Equal(t, []review.Reason{"order_below_minimum", "dispute_adjudicated", "repeat_buyer", "under_investigation", "incentive", "moderation_silence", "same_person"}, review.Reasons)
}

func TestAFlaggedThreatOpensAReportUnlessThereIsOne(t *testing.T) {
	s := sealed(t)
	s.facts.Threat = true
	s.wait(7*day + micro)
	require.Len(t, s.openings, 1)
	o := s.openings[0]
	require.Equal(t, []string{"rep_1", "report", "submit_report", "ord_1"}, []string{o.ID, o.Kind, o.Name, o.Order})
	form := o.Data.(report.Submission)
	require.Equal(t, []string{ada.ID, bolt.ID, "rev_1"}, []string{form.Against, form.Behalf, form.Review})
	require.True(t, form.Valid().Accepted(), "%+v", form.Valid())

	s.do("report_answered", system, report.ReviewAnswer{Report: "rep_1", Finding: report.Unsubstantiated})
	s.counts("")
	require.Equal(t, true, s.happened(casefile.ReviewModerated)[0].Data["counted"])
	s.do("report_answered", system, report.ReviewAnswer{Report: "rep_1", Finding: report.Substantiated}) // after a contest
	s.counts(review.UnderInvestigation)
	s.do("recount", system, nil)
	require.Len(t, s.openings, 1, "one report")
	require.Len(t, s.happened(casefile.ReviewUncounted), 2, "nothing is said twice")
	require.Len(t, s.happened(casefile.ReviewPublished), 1)
}

func TestAReportAloneUncountsNothingBeforeItIsSubstantiated(t *testing.T) {
	s := published(t)
	s.do("report_answered", system, report.ReviewAnswer{Report: "rep_5", Finding: report.Fabricated})
	s.counts("")
	s.do("report_answered", system, report.ReviewAnswer{Report: "rep_5", Finding: report.Substantiated})
	s.counts(review.UnderInvestigation)
	s.do("report_answered", system, report.ReviewAnswer{Report: "rep_5", Finding: report.Unsubstantiated})
	s.counts("")
}

func TestAVoidedDecisionMakesTheReviewCountAgain(t *testing.T) {
	s := sealed(t)
	s.facts.Disputes = adjudicated()
	s.wait(7*day + micro)
	s.counts(review.DisputeAdjudicated)
	s.facts.Disputes = nil
	s.do("recount", system, nil)
	s.counts("")
}

func TestADisputeThatEndsAfterPublicationCountsToo(t *testing.T) {
	s := published(t)
	s.facts.Disputes = adjudicated()
	s.do("dispute_ended", system, nil)
	s.counts(review.DisputeAdjudicated)
}

func TestTheStoreRatingCanBeWorkedOutByAnybody(t *testing.T) {
	at := began.Add(200 * day)
	marks := func(stars int, quality ...int) review.Marks {
		m := review.Marks{Stars: stars}
		for _, q := range quality {
			m.Quality = &q
		}
		return m
	}
	all := []review.Rated{
		{Review: "rev_5", PublishedAt: at, Counted: true, Marks: marks(5, 4)},
		{Review: "rev_1", PublishedAt: at.Add(-180 * day), Counted: true, Marks: marks(1)},
		{Review: "rev_2", PublishedAt: at.Add(-180*day + micro), Counted: true, Marks: marks(4, 5)},
		{Review: "rev_3", PublishedAt: at.Add(-day), Reason: review.Incentive, Marks: marks(1, 1)},
		{Review: "rev_4", PublishedAt: at.Add(-day), Counted: true, Marks: marks(4)},
		{Review: "rev_6", PublishedAt: at.Add(time.Hour), Counted: true, Marks: marks(1, 1)},
	}
	r := review.Rate(all, at, terms().Review)
	require.Equal(t, review.Formula, r.Formula)
	require.Equal(t, []review.Exclusion{{Review: "rev_1", Reason: review.OutsideWindow}, {Review: "rev_3", Reason: review.Incentive}, {Review: "rev_6", Reason: review.OutsideWindow}}, r.Exclusions)
	require.Equal(t, review.Mean{Dimension: "stars", Sum: 13, Sample: 3, Hundredths: 433}, r.Means[0])
	require.Equal(t, review.Mean{Dimension: "quality", Sum: 9, Sample: 2, Hundredths: 450}, r.Means[2])
	require.Equal(t, review.Mean{Dimension: "communication"}, r.Means[3])
	all[0], all[3] = all[3], all[0]
	require.Equal(t, r, review.Rate(all, at, terms().Review), "in any order")
	require.Equal(t, r, review.Rate(append(append([]review.Rated{}, r.Inputs...), all[0], all[1], all[5]), at, terms().Review), "from what it shows")

	half := review.Rate([]review.Rated{{Counted: true, PublishedAt: at, Marks: marks(1)}, {Counted: true, PublishedAt: at, Marks: marks(1)}, {Counted: true, PublishedAt: at, Marks: marks(1)},
		{Counted: true, PublishedAt: at, Marks: marks(1)}, {Counted: true, PublishedAt: at, Marks: marks(1)}, {Counted: true, PublishedAt: at, Marks: marks(1)}, {Counted: true, PublishedAt: at, Marks: marks(1)}, {Counted: true, PublishedAt: at, Marks: marks(2)}}, at, terms().Review)
	require.Equal(t, 113, half.Means[0].Hundredths, "1.125 is rounded half up")
}

func TestOnlyWhatCanBeReadIsRated(t *testing.T) {
	_, rated := sealed(t).state.Rated()
	require.False(t, rated)
	got, rated := published(t).state.Rated()
	require.True(t, rated)
	require.True(t, got.Counted)
	require.Equal(t, 4, got.Marks.Stars)
	_, rated = ways[review.Removed](t, row{}).state.Rated()
	require.False(t, rated)
}
