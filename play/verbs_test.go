package play

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the contract asks of a request and the runner fills in by itself.
var filledIn = []string{"version", "record_hash", "if_revision", "contest: text", "need_info: text",
	"announce_upload: sha256", "announce_upload: size", "sign_goodwill: dispute", "give_info: text", "refer: to", "answer_referral: text", "reply: text", "moderate: verdict"}

func TestTheTableAsksForWhatTheContractAsksFor(t *testing.T) {
	doc, err := contract()
	require.NoError(t, err)
	seen := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			command, _ := op.Extensions["x-command"].(string)
			v, ok := verbByName(command)
			if !ok || op.RequestBody == nil {
				continue
			}
			seen[v.name] = true
			for _, name := range op.RequestBody.Value.Content["application/json"].Schema.Value.Required {
				if name == "by" {
					name = "by_days"
				}
				needed := slices.Contains(filledIn, name) || slices.Contains(filledIn, v.name+": "+name) || slices.Contains(v.oneOf, name) ||
					slices.ContainsFunc(v.fields, func(f field) bool { return f.name == name && f.need })
				require.True(t, needed, "%s: %s needs %s", path, v.name, name)
			}
		}
	}
	require.Greater(t, len(seen), 35)
}

func TestTheCodesAreThoseOfTheContract(t *testing.T) {
	doc, err := contract()
	require.NoError(t, err)
	for schema, codes := range map[string][]string{
		"Reason": reasonCodes, "Remedy": remedyCodes, "Outcome": outcomeCodes, "Verdict": rulingCodes, "Stage": stageCodes,
		"Status": statusCodes, "Strength": strengthCodes, "TrackingStatus": trackCodes, "Condition": conditionCodes,
		"EvidenceType": evidenceCodes, "Programme": programmeCodes, "StandingState": standingCodes, "MeasureScope": measureCodes,
		"LinkKind": linkCodes, "Behaviour": behaviourCodes, "ReportFinding": findingCodes, "ReporterState": reporterCodes,
		"Detector": detectorCodes,
	} {
		require.ElementsMatch(t, doc.Components.Schemas[schema].Value.Enum, anys(codes), schema)
	}
	require.Subset(t, doc.Components.Schemas["ProblemCode"].Value.Enum, anys(problemCodes))
	require.Subset(t, anys(orderStateCodes), doc.Components.Schemas["OrderState"].Value.Enum)
}

func anys(codes []string) []any {
	out := make([]any, len(codes))
	for i, c := range codes {
		out[i] = c
	}
	return out
}

func TestEveryEventOfTheDomainIsKnown(t *testing.T) {
	for _, name := range eventCodes {
		require.NotContains(t, name, " ")
	}
	require.Len(t, eventCodes, len(slices.Compact(slices.Sorted(slices.Values(eventCodes)))), "no event stands twice")
}
