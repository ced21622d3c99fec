package api

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"recourse/api/wire"
)

func TestWhatAFieldMustLookLikeIsSaidInWords(t *testing.T) {
	var whole any
	require.NoError(t, yaml.Unmarshal(document, &whole))
	patterns := 0
	var walk func(at string, node any)
	walk = func(at string, node any) {
		switch n := node.(type) {
		case map[string]any:
			if _, pattern := n["pattern"].(string); pattern {
				patterns++
				require.NotEmpty(t, n[formExtension], "%s has a pattern, which says nothing to who mistyped it", at)
			}
			if format, _ := n["format"].(string); n["type"] == "string" && format != "" && format != "binary" {
				require.NotEmpty(t, formats[format], "%s has a format without words for it", at)
			}
			for name, below := range n {
				walk(at+"/"+name, below)
			}
		case []any:
			for _, below := range n {
				walk(at, below)
			}
		}
	}
	walk("", whole)
	require.Positive(t, patterns)

	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID
	for body, says := range map[string]string{
		`{"remedy":"replacement","due":"10"}`:                                   "must be days, hours, minutes and seconds, largest first, such as 10d or 2d12h",
		`{"remedy":"refund_partial","amount":{"amount":1000,"currency":"eur"}}`: "must be three capital letters such as EUR",
	} {
		a := s.post(s.aSeller(), at+"/offers", body).refused(wire.ProblemCodeValidationFailed)
		require.Equal(t, says, a.problem.Errors[0].Message)
	}
	a := s.post(s.aSeller(), at+"/concede", `{}`, "Idempotency-Key", "two words").refused(wire.ProblemCodeValidationFailed)
	require.Equal(t, "must be letters, digits and marks of ASCII, without spaces", a.problem.Errors[0].Message)
}
