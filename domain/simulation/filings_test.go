package simulation_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"recourse/domain/policy"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/play"
)

// verb is the domain's name of what a file calls otherwise.
func verb(do string) string {
	switch do {
	case "report":
		return "submit_report"
	case "review":
		return "submit_review"
	case "second_hold":
		return "second"
	case "appeal_review":
		return "appeal"
	}
	return do
}

// file turns a step about a report or a review into the case that it goes to and the data of its command.
func (s *stage) file(step play.Step, data map[string]any) (string, map[string]any) {
	if _, said := data["text"]; !said && !slices.Contains([]string{"find", "moderate", "propose_hold", "second_hold"}, step.Do) {
		data["text"] = s.story.Title
	}
	switch step.Do {
	case "report":
		s.filed[step.As] = "rep_" + step.As
		data["terms"] = s.policy().ForReport()
		if o := s.story.Orders[0]; o.Buyer == step.By && o.Seller == data["against"] || o.Seller == step.By && o.Buyer == data["against"] {
			data["order"] = orderID(o.Name)
		}
		return s.filed[step.As], data
	case "review":
		s.filed[step.As] = "rev_" + step.As
		data["order"], data["terms"] = orderID(step.Order), s.policy().ForReview()
		return s.filed[step.As], data
	case "find":
		var measures []map[string]any
		for _, m := range step.Fields["measures"].Measures {
			measures = append(measures, map[string]any{"scope": m.Scope, "listing": m.Listing, "for": policy.Duration(m.For)})
		}
		delete(data, "measures")
		if len(measures) > 0 {
			data["measures"] = measures
		}
	}
	name := step.Fields["report"].Text
	if name == "" {
		name = step.Fields["review"].Text
	}
	delete(data, "report")
	delete(data, "review")
	return s.filed[name], data
}

// filings holds what became of reports and reviews against the file.
func (s *stage) filings(e play.Expect, at func(line int) string) {
	for _, want := range e.Reports {
		r := s.world.Cases[s.filed[want.Name]].(report.Report)
		if want.Finding != nil {
			require.Equal(s, want.Finding.Value, string(r.Finding()), at(want.Line))
		}
		if want.Reporter != nil {
			require.Equal(s, want.Reporter.Value, string(s.world.Standing(r.Reporter).ReporterAt(s.world.Now)), at(want.Line))
		}
	}
	for _, want := range e.Reviews {
		r := s.world.Cases[s.filed[want.Name]].(review.Review)
		if want.Published != nil {
			require.Equal(s, *want.Published, r.Public(), at(want.Line))
		}
		if want.Counted != nil {
			require.Equal(s, *want.Counted, r.Counted, at(want.Line))
		}
		if want.Reason != nil {
			require.Equal(s, want.Reason.Value, string(r.Reason), at(want.Line))
		}
	}
}
