package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestATextInWhichNothingIsSeenIsNone(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "spaces": " \n\t\u00a0\u3000", "no width": "\u200b\u200d\u2060\ufeff", "directions": "\u202e\u2066", "soft hyphens": "\u00ad",
		"fillers": "\u3164\u115f\uffa0", "braille without a dot": "\u2800", "a way to be drawn": "\ufe0f",
	} {
		require.Equal(t, casefile.ValidationFailed, casefile.CheckText("/text", text, 10).Refused, name)
	}
	for _, text := range []string{"No.", "\u200bno", "\u0644\u0627", "\U0001F44D", "5", "\u4e0d", "?"} {
		require.True(t, casefile.CheckText("/text", text, 10).Accepted(), text)
	}
}
