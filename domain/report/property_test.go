package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/report"
)

func replaced(text, word string) string { return strings.ReplaceAll(text, word, "") }

// TestWhateverPeopleDo plays reports with people who do anything at any time, and looks at the report after each step. In the
// end time passes, and every report comes to its end.
func TestWhateverPeopleDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(t)
		change := []func(*report.Submission){}
		if rapid.Bool().Draw(t, "order") {
			change = append(change, s.aboutOrder())
		}
		s.facts.Ladder = rapid.SampledFrom([][]casefile.Rung{nil, {{Report: "rep_0", At: began.Add(-day)}}}).Draw(t, "ladder")
		if rapid.IntRange(0, 9).Draw(t, "muted") == 0 {
			s.facts.MutedUntil = s.now.Add(day)
		}
		if rapid.IntRange(0, 9).Draw(t, "same") == 0 {
			s.facts.Same = "rep_0"
		}
		s.desk = s.desk[rapid.IntRange(0, 3).Draw(t, "fewer"):]
		s.do("submit_report", ada, form(append(change, func(f *report.Submission) {
			f.Safety, f.Review = rapid.Bool().Draw(t, "safety"), rapid.SampledFrom([]string{"", "rev_1"}).Draw(t, "review")
		})...))
		s.sound()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			s.step(t)
			s.sound()
		}
		s.wait(800 * day)
		s.sound()
		s.status(report.Closed)
	})
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
	name := rapid.SampledFrom([]string{"assign", "admit_report", "find", "find", "need_info", "give_info", "propose_hold", "second", "contest",
		"refer", "answer_referral", "declare_incident"}).Draw(t, "command")
	everybody := []casefile.Actor{ada, bolt, carl, cleo, dora, emil, sue, operator}
	if s.state.Bench.Reviewer != "" && slices.Contains([]string{"find", "admit_report", "need_info", "propose_hold"}, name) {
		everybody = append(everybody[:1], casefile.Actor{ID: s.state.Bench.Reviewer, Role: casefile.Reviewer})
	}
	by := rapid.SampledFrom(everybody).Draw(t, "by")
	data := fields{"text": "So it is."}
	switch name {
	case "assign":
		data = fields{"to": rapid.SampledFrom([]string{"cleo", "dora", "emil", "sue", "ada"}).Draw(t, "to")}
	case "admit_report":
		data = fields{"safety": rapid.Bool().Draw(t, "danger")}
	case "find":
		data = fields{"finding": rapid.SampledFrom(report.Findings).Draw(t, "finding")}
	case "need_info":
		data["to"] = rapid.SampledFrom([]report.Side{report.ReporterSide, report.ReportedSide}).Draw(t, "side")
	case "propose_hold":
		data = fields{"reasons": "Stop."}
	case "second":
		data = fields{"refuse": rapid.Bool().Draw(t, "refuse")}
	case "refer":
		data["to"] = "police"
	case "declare_incident":
		data = fields{"from": s.now, "until": s.now.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "incident")) * time.Hour), "text": "Flood."}
	}
	before := len(s.state.Rulings)
	answer := s.send(name, by, data)
	if answer.Accepted() && name == "find" {
		require.Greater(t, len(s.state.Rulings), before)
		if step := s.state.Rulings[before].Rung; step != nil {
			s.facts.Ladder = append(slices.DeleteFunc(slices.Clone(s.facts.Ladder), func(r casefile.Rung) bool { return r.Report == step.Report }), *step)
		}
	}
}

// sound looks at a report between two steps.
func (s *scene) sound() {
	s.Helper()
	require.Contains(s, report.Statuses, s.state.Status)
	next, set := s.state.Next()
	require.NotEqual(s, s.state.Closed(), set, "a report that is open has a deadline, and one that is over has none: %s\n%s", s.state.Status, s.story())
	if set {
		require.False(s, next.DueAt.Before(s.now), "%s was due at %s", next.Name, next.DueAt)
	}
	findings := s.happened(casefile.ReportFound)
	require.Len(s, findings, len(s.state.Rulings))
	require.LessOrEqual(s, len(findings), 3, "each side contests once")
	told := s.told("report_found")
	require.Len(s, told, 2*len(findings), "both sides are told of each finding")
	for i := 0; i < len(told); i += 2 {
		require.Equal(s, []string{ada.ID, bolt.ID}, told[i:i+2])
	}
	require.Equal(s, s.state.Closed(), len(s.happened(casefile.ReportClosed)) == 1)
	require.LessOrEqual(s, len(s.happened(casefile.MeasureStarted)), 1, "one hold")
	if s.state.Closed() {
		require.Len(s, s.happened(casefile.MeasureEnded), len(s.happened(casefile.MeasureStarted)), "no hold outlives its report")
		require.NotEmpty(s, s.state.Finding())
	}
	s.balanced()
}

// balanced: what was asked of a standing is asked once, and taken back before anything else is asked of it.
func (s *scene) balanced() {
	s.Helper()
	guilty, protected := "", ""
	for _, one := range s.sends {
		switch one.Name {
		case "report_found":
			require.Empty(s, guilty, "%v", s.sent())
			guilty = one.Case
		case "report_voided":
			require.Equal(s, guilty, one.Case)
			guilty = ""
		case "report_upheld", "report_contested":
			require.Equal(s, guilty, one.Case)
		case "metrics_protected":
			require.Empty(s, protected)
			protected = one.Case
		case "metrics_restored":
			require.Equal(s, protected, one.Case)
			protected = ""
		}
	}
	want := map[report.Finding]string{report.Substantiated: s.state.Reported, report.Fabricated: s.state.Reporter}[s.state.Finding()]
	require.Equal(s, want, guilty, "the finding that stands is the one that the standings know")
}
