package engine_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"recourse/devstack/engine"
)

const (
	keyword = enumspb.INDEXED_VALUE_TYPE_KEYWORD
	integer = enumspb.INDEXED_VALUE_TYPE_INT
)

func TestWorkflowsAreFoundBySearchAttributes(t *testing.T) {
	for name, options := range stores {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			o.SearchAttributes = attributes("Stage", keyword, "Amount", integer)
			c := dial(t, start(t, o))

			parcelOptions := startOptions("parcel/1")
			parcelOptions.TypedSearchAttributes = temporal.NewSearchAttributes(
				temporal.NewSearchAttributeKeyKeyword("Stage").ValueSet("in_transit"),
				temporal.NewSearchAttributeKeyInt64("Amount").ValueSet(4550),
			)
			_, err := c.ExecuteWorkflow(t.Context(), parcelOptions, parcel)
			require.NoError(t, err)

			requireCount(t, c, 1, "Stage = 'in_transit' AND Amount > 4000")
			requireCount(t, c, 0, "Stage = 'lost'")
		})
	}
}

func TestSearchAttributesAreAddedToAnExistingNamespace(t *testing.T) {
	for _, name := range []string{"file", "postgres"} {
		t.Run(name, func(t *testing.T) {
			o := stores[name](t)
			o.SearchAttributes = attributes("Stage", keyword)
			require.NoError(t, start(t, o).Stop())

			o.SearchAttributes = attributes("Stage", keyword, "Amount", integer)
			require.NoError(t, start(t, o).Stop())

			// The second time nothing is new, and what a later version no longer asks for stays.
			o.SearchAttributes = attributes("Stage", keyword)
			require.Equal(t, attributes("Stage", keyword, "Amount", integer), listed(t, dial(t, start(t, o))))
		})
	}
}

func TestSearchAttributeOfAnotherTypeIsRefused(t *testing.T) {
	o := engine.Options{
		SQLitePath:       filepath.Join(t.TempDir(), "state.db"),
		SearchAttributes: attributes("Stage", keyword),
	}
	require.NoError(t, start(t, o).Stop())

	o.SearchAttributes = attributes("Stage", integer)
	o.Namespaces = []string{namespace}
	_, err := engine.Start(t.Context(), o)
	require.ErrorContains(t, err, "search attribute Stage is Keyword already, not Int")
}

func TestTooManySearchAttributesAreRefused(t *testing.T) {
	_, err := engine.Start(t.Context(), engine.Options{
		Namespaces:       []string{namespace},
		SearchAttributes: attributes("A", integer, "B", integer, "C", integer, "D", integer),
	})
	require.ErrorContains(t, err, "no column of type Int is left")
}

// attributes takes names and types in turn.
func attributes(pairs ...any) map[string]enumspb.IndexedValueType {
	m := make(map[string]enumspb.IndexedValueType)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1].(enumspb.IndexedValueType)
	}
	return m
}

// listed are the namespace's own search attributes, as the server's API tells them.
func listed(t *testing.T, c client.Client) map[string]enumspb.IndexedValueType {
	t.Helper()
	answer, err := c.OperatorService().ListSearchAttributes(t.Context(),
		&operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	require.NoError(t, err)
	return answer.CustomAttributes
}

// requireCount waits until a query finds that many: the index follows the workflow with a little delay.
func requireCount(t *testing.T, c client.Client, want int64, query string) {
	t.Helper()
	require.EventuallyWithT(t, func(check *assertions) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		answer, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		require.NoError(check, err)
		require.Equal(check, want, answer.Count)
	}, patience, 10*time.Millisecond)
}
