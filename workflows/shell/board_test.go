package shell_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	sdkpb "go.temporal.io/api/sdk/v1"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/workflows/shell"
)

func TestSearchAttributesAreWrittenOnlyWhenTheStageChanges(t *testing.T) {
	for name, c := range map[string]struct {
		atStart contract.Summary
		writes  int
	}{
		"the starter knew the stage": {contract.Summary{Stage: "negotiation", Reason: "not_received.late", Order: "ord_1", Seller: "acc_s", Amount: 4550}, 2},
		"the starter knew nothing":   {contract.Summary{}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
			require.NoError(t, b.env.SetTypedSearchAttributesOnStart(contract.AttributesAtStart(casefile.KindDispute, c.atStart)))
			writes := 0
			b.env.OnUpsertTypedSearchAttributes(mock.Anything).Return(nil).Run(func(mock.Arguments) { writes++ })
			b.after(day, func() { b.send("post_message") })
			b.after(2*day, func() { b.send("offer") })
			b.after(3*day, func() { b.send("escalate") })
			b.after(4*day, func() { b.send("withdraw") })
			b.run()
			require.NoError(t, b.env.GetWorkflowError())
			require.Equal(t, c.writes, writes)
		})
	}
}

func TestCurrentDetailsSayWhereTheCaseStands(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{Desk: "https://desk.example/cases/"})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	var open string
	b.after(day, func() { open = b.details() })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, "dispute · not_received.late · 45.50 EUR · order ord_1\n\n**negotiation** · waiting_seller\n\nwaiting for the seller\n\n"+
		"seller response due "+b.begin.Add(5*day).UTC().Format("2006-01-02T15:04:05Z07:00")+"\n\n[dsp_1](https://desk.example/cases/dsp_1)", open)
	require.Contains(t, b.details(), "closed")
}

func TestCurrentDetailsSayWhatIsDueAndNotWhatRemindsOfIt(t *testing.T) {
	for onTestClock, suffix := range map[bool]string{false: "", true: ", on its test clock"} {
		b := newBench(t, &row{stage: "negotiation", onTestClock: onTestClock}, shell.Options{})
		b.row.due = []due{{name: "seller_response_reminder/2d", at: b.begin.Add(3 * day), remindsOf: "seller_response"},
			{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
		var open string
		b.after(day, func() { open = b.details() })
		b.after(6*day, func() { b.send("withdraw") })
		b.run()
		require.NoError(t, b.env.GetWorkflowError())
		require.Contains(t, open, "seller response due "+b.begin.Add(5*day).UTC().Format(time.RFC3339)+suffix)
		require.NotContains(t, open, "reminder")
	}
}

// details are what the web page of the engine shows of the run.
func (b *bench) details() string {
	b.Helper()
	value, err := b.env.QueryWorkflow("__temporal_workflow_metadata")
	require.NoError(b, err)
	var metadata sdkpb.WorkflowMetadata
	require.NoError(b, value.Get(&metadata))
	return metadata.CurrentDetails
}
