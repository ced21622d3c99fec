package review_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/review"
	"recourse/domain/standing/metrics"
	"recourse/policies"
)

func TestAReviewGivesItsMarksWhileItCanBeRead(t *testing.T) {
	_, before, public := sealed(t).state.Figures()
	require.False(t, before || public)
	s := published(t)
	f, wasPublished, public := s.state.Figures()
	require.True(t, wasPublished && public)
	require.Equal(t, metrics.Review{ID: s.state.ID, Order: "ord_1", At: s.state.PublishedAt, Counted: true, Stars: 4, AsDescribed: 5, Quality: 4, Communication: 3,
		ShippingSpeed: 2}, f)
	s.state.RemovedAt = s.now
	_, wasPublished, public = s.state.Figures()
	require.True(t, wasPublished, "so that it is known to be gone")
	require.False(t, public)
}

// The figures of the seller's page and the rating with its inputs and its exclusions are of the same reviews, and the same.
func TestTheFiguresAndTheRatingAreTheSame(t *testing.T) {
	p := policies.Default()
	require.Equal(t, p.Review.RatingWindow, p.Metrics.Window)
	rapid.Check(t, func(t *rapid.T) {
		at := began.Add(400 * day)
		mark := func(name string) *int {
			if n := rapid.IntRange(0, 5).Draw(t, name); n > 0 {
				return &n
			}
			return nil
		}
		var rated []review.Rated
		var rows metrics.Rows
		for i := range rapid.IntRange(0, 20).Draw(t, "reviews") {
			ago := rapid.SampledFrom([]time.Duration{-micro, 0, day, 180*day - micro, 180 * day, 200 * day}).Draw(t, "ago")
			v := review.Review{Order: "ord", Status: review.Published, PublishedAt: at.Add(-ago), Marks: review.Marks{Stars: rapid.IntRange(1, 5).Draw(t, "stars"),
				AsDescribed: mark("as_described"), Quality: mark("quality"), Communication: mark("communication"), ShippingSpeed: mark("shipping_speed")},
				Reason: rapid.SampledFrom([]review.Reason{"", "", review.Incentive, review.RepeatBuyer}).Draw(t, "reason")}
			v.ID, v.Counted = fmt.Sprint("rev_", i), v.Reason == ""
			r, _ := v.Rated()
			f, _, _ := v.Figures()
			rated, rows.Reviews = append(rated, r), append(rows.Reviews, f)
		}
		rating := review.Rate(rated, at, p.Review)
		page := metrics.Of(rows, p.Metrics, at)
		for _, m := range rating.Means[1:] { // without the stars for the whole, which the figures show as a share
			got, found := metrics.Named(page, metrics.Name("rating_"+m.Dimension))
			require.True(t, found)
			require.EqualValues(t, []int{m.Hundredths, m.Sample}, []int{int(got.Value), int(got.Sample)}, m.Dimension)
		}
		left := slices.DeleteFunc(slices.Clone(rating.Exclusions), func(e review.Exclusion) bool { return e.Reason == review.OutsideWindow })
		excluded := 0
		for _, e := range metrics.Tally(rows, p.Metrics, at).Exclusions {
			excluded += int(e.Count)
		}
		require.Equal(t, len(left), excluded)
	})
}
