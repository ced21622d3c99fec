package shell

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"recourse/contract"
)

// board is what operators see of a run: the current details and the search attributes.
type board struct {
	desk  string
	in    contract.CaseInput
	stage string // the stage that the search attributes say
}

func (b *board) begin(ctx workflow.Context, desk string, in contract.CaseInput) {
	known := workflow.GetTypedSearchAttributes(ctx)
	b.desk, b.in = desk, in
	b.stage, _ = known.GetKeyword(contract.AttributeStage)
}

// show describes the case as the last step left it. The details cost nothing; search attributes cost an event, so they are
// written only when the stage changes.
func (b *board) show(ctx workflow.Context, out contract.StepOutcome) error {
	workflow.SetCurrentDetails(ctx, b.details(out))
	if out.Summary.Stage == b.stage {
		return nil
	}
	b.stage = out.Summary.Stage
	changed := contract.ChangedAttributes(workflow.GetTypedSearchAttributes(ctx), out.Summary)
	if len(changed) == 0 {
		return nil
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, changed...); err != nil {
		return fmt.Errorf("show the stage of %s: %w", b.in.Case, err)
	}
	return nil
}

// next is what happens next, and when: the deadline itself, also where a reminder of it comes first.
func next(out contract.StepOutcome) string {
	name, due := out.Deadline, out.NextDue
	if out.Awaits != "" {
		name = out.Awaits
	}
	if !out.Shows.IsZero() {
		due = out.Shows
	}
	switch {
	case out.Closed:
		return "closed"
	case name == "":
		return ""
	}
	line := contract.TimerName(name) + " " + due.UTC().Format(time.RFC3339)
	if out.NextDue.IsZero() {
		line += ", on its test clock"
	}
	return line
}

// details are a few lines of Markdown: what it is, where it stands, whose move it is, what happens next.
func (b *board) details(out contract.StepOutcome) string {
	s := out.Summary
	lines := []string{contract.StaticSummary(b.in.Kind, s)}
	if s.Stage != "" {
		stands := "**" + s.Stage + "**"
		if s.Status != "" && s.Status != s.Stage {
			stands += " · " + s.Status
		}
		lines = append(lines, stands)
	}
	if s.Move != "" {
		lines = append(lines, "waiting for the "+s.Move)
	}
	if line := next(out); line != "" {
		lines = append(lines, line)
	}
	if b.desk != "" {
		lines = append(lines, "["+b.in.Case+"]("+strings.TrimSuffix(b.desk, "/")+"/"+b.in.Case+")")
	}
	return strings.Join(lines, "\n\n")
}
