package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/internal/identifier"
)

// example is a body that the contract itself gives for an operation.
func example(t *testing.T, op *operation) string {
	t.Helper()
	if op.RequestBody == nil {
		return ""
	}
	schema := op.RequestBody.Value.Content["application/json"].Schema.Value
	require.NotNil(t, schema.Example, op.OperationID)
	text, err := json.Marshal(schema.Example)
	require.NoError(t, err)
	return string(text)
}

// fill writes identifiers into a path of the contract. What names nothing else gets an identifier of nothing.
func fill(path, _, caseID string) string {
	return strings.NewReplacer("{dispute}", caseID, "{order}", caseID, "{offer}", identifier.New("ofr"), "{evidence}", identifier.New("evd"),
		"{command}", identifier.New("cmd"), "{account}", identifier.New("acc"), "{clock}", identifier.New("clk"), "{version}", "default",
		"{contest}", identifier.New("cts"), "{measure}", identifier.New("msr")).Replace(path)
}
