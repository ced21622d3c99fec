package simulation_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"recourse/play"
	"recourse/policies"
)

// standings holds how the parties stand against the file.
func (s *stage) standings(e play.Expect, at func(line int) string) {
	if s.reports() {
		return
	}
	for _, want := range e.Standing {
		state := s.world.Standing(want.Party)
		points := policies.Default().Standing.Points
		if state.Account != "" {
			points = state.Balance(s.world.Now)
		}
		if want.Points != nil {
			require.Equal(s, *want.Points, int64(points), at(want.Line))
		}
		if want.State != "" {
			require.Equal(s, want.State, string(state.StateAt(s.world.Now)), at(want.Line))
		}
	}
}

// reports says that the story has steps that would enter points, and that are left out.
func (s *stage) reports() bool {
	return slices.ContainsFunc(s.story.Steps, func(step play.Step) bool { return slices.Contains(later, step.Do) })
}

// contest names the latest entry of a rule, or of a dispute, and the latest measure of a scope or about a listing.
func (s *stage) contest(step play.Step, data map[string]any) map[string]any {
	state := s.world.Standing(step.By)
	for _, e := range state.Entries {
		if name := step.Fields["entry"].Text; name != "" && (string(e.Rule) == name || e.Cause == s.disputes[name]) {
			data["entry"] = e.ID
		}
	}
	for _, m := range state.Measures {
		if name := step.Fields["measure"].Text; name != "" && (string(m.Scope) == name || m.Listing == name) {
			data["measure"] = m.ID
		}
	}
	if _, said := data["text"]; !said {
		data["text"] = s.story.Title
	}
	return data
}
