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
	switch {
	case out.Closed:
		lines = append(lines, "closed")
	case !out.NextDue.IsZero():
		lines = append(lines, contract.TimerName(out.Deadline)+" "+out.NextDue.UTC().Format(time.RFC3339))
	case out.Deadline != "":
		lines = append(lines, contract.TimerName(out.Deadline)+" "+out.Shows.UTC().Format(time.RFC3339)+", on its test clock")
	}
	if b.desk != "" {
		lines = append(lines, "["+b.in.Case+"]("+strings.TrimSuffix(b.desk, "/")+"/"+b.in.Case+")")
	}
	return strings.Join(lines, "\n\n")
}
