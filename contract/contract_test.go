package contract_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/domain/money"
)

func TestUpdateNamesReadAsTheStoryOfTheCase(t *testing.T) {
	for command, update := range map[string]string{"accept_offer": "acceptOffer", "ship": "ship", "object_to_reviewer": "objectToReviewer"} {
		require.Equal(t, update, contract.UpdateName(command))
	}
	for _, kind := range contract.Kinds() {
		var updates []string
		for _, command := range contract.Commands(kind) {
			updates = append(updates, contract.UpdateName(command))
		}
		require.NotEmpty(t, updates)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(updates))), len(updates), "no two commands of %s share an update", kind)
	}
	require.Empty(t, contract.Commands("teapot"))
}

func TestEveryKindHasATypeAndAnAddress(t *testing.T) {
	names := map[string]string{}
	for _, kind := range contract.Kinds() {
		name, ok := contract.WorkflowType(kind)
		require.True(t, ok, kind)
		require.Empty(t, names[name], "a type of its own")
		names[name] = kind
		gotKind, caseID, ok := contract.CaseOf(contract.WorkflowID(kind, "x_1"))
		require.True(t, ok)
		require.Equal(t, []string{kind, "x_1"}, []string{gotKind, caseID})
	}
	_, ok := contract.WorkflowType("teapot")
	require.False(t, ok)
	_, _, ok = contract.CaseOf("somebody-else")
	require.False(t, ok)
}

func TestTimersAreNamedForTheirDeadline(t *testing.T) {
	require.Equal(t, "seller response due", contract.TimerName("seller_response"))
	require.Equal(t, "seller response due", contract.TimerName("dispute.seller_response"))
	require.Equal(t, "seller response reminder due", contract.TimerName("seller_response_reminder/2d"))
	require.Equal(t, "due", contract.TimerName(""))
}

// The full summary of a case, with everything in it that must not leave the database.
var full = casefile.Summary{Kind: casefile.KindDispute, Stage: "negotiation", Status: "waiting_seller", Reason: "not_received.late",
	Order: "ord_1", Buyer: "acc_buyer", Seller: "acc_seller", Reviewer: "acc_reviewer", Move: casefile.Seller,
	Amount: money.Amount{Minor: 4550, Currency: "EUR"}, OpenedAt: time.Unix(1, 0)}

func TestSummaryShowsWhatOperatorsFilterBy(t *testing.T) {
	s := contract.Summarize(full)
	require.Equal(t, contract.Summary{Stage: "negotiation", Status: "waiting_seller", Reason: "not_received.late", Order: "ord_1",
		Seller: "acc_seller", Move: "seller", Amount: 4550, Value: "45.50 EUR"}, s)
	require.Equal(t, "dispute · not_received.late · 45.50 EUR · order ord_1", contract.StaticSummary(casefile.KindDispute, s))
	require.Equal(t, "order · 45.50 EUR", contract.StaticSummary(casefile.KindOrder, contract.Summary{Order: "ord_1", Value: "45.50 EUR"}))
	require.Equal(t, "dispute", contract.StaticSummary(casefile.KindDispute, contract.Summarize(casefile.Summary{})))
	require.Zero(t, contract.Summarize(casefile.Summary{}))
}

func TestSummaryLeavesOutWhatWasSeen(t *testing.T) {
	first := contract.Summarize(full)
	require.Equal(t, first, first.Since(contract.Summary{}), "nothing was seen")
	next := first
	next.Stage, next.Status, next.Move = "adjudication", "assigning", ""
	require.Equal(t, contract.Summary{Stage: "adjudication", Status: "assigning"}, next.Since(first))
	require.Equal(t, next, next.Since(first).After(first))
	other := next
	other.Amount, other.Value = 0, ""
	require.Equal(t, other, other.Since(first).After(first), "also when something is gone")
}

func TestSearchAttributesAtStartAndOnChange(t *testing.T) {
	start := contract.AttributesAtStart(casefile.KindDispute, contract.Summarize(full))
	require.Equal(t, len(contract.SearchAttributes()), start.Size())
	stage, ok := start.GetKeyword(contract.AttributeStage)
	require.True(t, ok)
	require.Equal(t, "negotiation", stage)
	amount, _ := start.GetInt64(contract.AttributeAmount)
	require.EqualValues(t, 4550, amount)

	require.Empty(t, contract.ChangedAttributes(start, contract.Summarize(full)))
	next := contract.Summarize(full)
	next.Stage = "adjudication"
	changed := temporal.NewSearchAttributes(contract.ChangedAttributes(start, next)...)
	require.Equal(t, 1, changed.Size())
	require.True(t, changed.ContainsKey(contract.AttributeStage))

	unknown := contract.AttributesAtStart(casefile.KindOrder, contract.Summary{})
	require.Equal(t, 1, unknown.Size(), "what is not known is left out")
	require.Equal(t, enumspb.INDEXED_VALUE_TYPE_INT, contract.SearchAttributes()["RecourseAmount"])
}

func TestMessagesAreSmall(t *testing.T) {
	quiet, err := json.Marshal(contract.StepOutcome{Applied: 3})
	require.NoError(t, err)
	require.JSONEq(t, `{"applied":3}`, string(quiet), "what is not there takes no room in a history")
	delivery, err := json.Marshal(contract.Delivery{Case: "dsp_1", Sequence: 4})
	require.NoError(t, err)
	require.JSONEq(t, `{"case":"dsp_1","sequence":4}`, string(delivery))
}
