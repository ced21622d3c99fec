package review_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/domain/review"
)

var allFlags = []string{review.Insult, review.Unlawful, review.PersonalData, review.ContactData, review.Link, review.RewardForStars, "other"}

// TestWhateverPeopleDo plays reviews with people who do anything at any time, while the facts change under them, and looks at
// the review after each step. In the end time passes, and every review comes to its end.
func TestWhateverPeopleDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(t)
		s.do("submit_review", ada, form())
		s.sound()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			s.drawFacts(t)
			s.step(t)
			s.sound()
		}
		s.facts.Disputes = nil // every dispute ends
		s.wait(100 * day)
		s.sound()
		require.True(t, s.state.Closed(), "it hangs in %s", s.state.Status)
		require.True(t, s.state.Public() || s.state.Status == review.Removed)
	})
}

func (s *scene) drawFacts(t *rapid.T) {
	f := &s.facts
	f.Scanned = rapid.IntRange(0, 3).Draw(t, "scanned") > 0
	f.Flags = flags(rapid.SliceOfN(rapid.SampledFrom(allFlags), 0, 2).Draw(t, "flags")...)
	f.Threat, f.Incentive = rapid.IntRange(0, 4).Draw(t, "threat") == 0, rapid.IntRange(0, 4).Draw(t, "incentive") == 0
	f.Report = rapid.SampledFrom([]string{"", "rep_1", "rep_2"}).Draw(t, "report")
	f.Disputes = rapid.SampledFrom([][]casefile.Course{nil, {{Open: true}}, adjudicated()}).Draw(t, "disputes")
}

// step is one thing that somebody does, or some time that passes, often to the very instant of a deadline or just beyond.
func (s *scene) step(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "pass") == 0 {
		length := time.Duration(rapid.IntRange(0, 10*24).Draw(t, "hours")) * time.Hour
		if d, set := s.state.Next(); set && rapid.Bool().Draw(t, "to a deadline") {
			length = max(0, d.DueAt.Sub(s.now)+time.Duration(rapid.IntRange(0, 1).Draw(t, "beyond"))*micro)
		}
		s.wait(length)
		return
	}
	name := rapid.SampledFrom(review.Commands()).Draw(t, "command")
	by := rapid.SampledFrom([]casefile.Actor{ada, bolt, carl, cleo, dora}).Draw(t, "by")
	var data any = fields{"text": "It is dim."}
	switch name {
	case "submit_review":
		data = form()
	case "moderate":
		by = rapid.SampledFrom([]casefile.Actor{cleo, dora}).Draw(t, "moderator")
		data = fields{"text": "It is[…]", "verdict": rapid.SampledFrom([]review.Status{review.Published, review.Redacted, review.Removed, review.EditRequested}).Draw(t, "verdict")}
	case "report_answered":
		data = report.ReviewAnswer{Report: rapid.SampledFrom([]string{"rep_1", "rep_2"}).Draw(t, "which"), Finding: rapid.SampledFrom(report.Findings).Draw(t, "finding")}
	case "declare_incident":
		data = fields{"from": s.now, "until": s.now.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "incident")) * time.Hour), "text": "Flood."}
	}
	s.send(name, by, data)
}

// sound looks at a review between two steps.
func (s *scene) sound() {
	s.Helper()
	require.Contains(s, review.Statuses, s.state.Status)
	next, set := s.state.Next()
	require.NotEqual(s, s.state.Closed(), set, "a review that is not over has a deadline, and one that is over has none: %s", s.state.Status)
	if set {
		require.False(s, next.DueAt.Before(s.now), "%s was due at %s", next.Name, next.DueAt)
	}
	shown := s.happened(casefile.ReviewPublished)
	require.LessOrEqual(s, len(shown), 1, "it is published once")
	require.Equal(s, !s.state.PublishedAt.IsZero(), len(shown) == 1)
	if first := slices.IndexFunc(s.events, func(e casefile.Event) bool { return e.Type == casefile.ReviewUncounted }); first >= 0 {
		require.Less(s, slices.IndexFunc(s.events, func(e casefile.Event) bool { return e.Type == casefile.ReviewPublished }), first, "published comes before uncounted")
	}
	if s.state.Public() {
		require.Equal(s, s.state.Reason == "", s.state.Counted)
	} else {
		require.False(s, s.state.Counted, "what cannot be read does not count")
		require.Empty(s, s.state.Shown())
	}
	require.LessOrEqual(s, len(s.openings), 1)
	if s.state.Status == review.Removed {
		require.False(s, s.state.Public())
	}
}
