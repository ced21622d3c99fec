package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/policy"
)

func TestWhatAPolicyGivesCanBeNamed(t *testing.T) {
	for _, key := range []string{"dispute.hearing", "decision.second_signature", "limits.file_bytes", "protection.guaranteed_by_max_for"} {
		require.True(t, policy.Known(key), key)
	}
	for _, key := range []string{"", "dispute", "dispute.", "hearing", "version", "dispute.mercy", "-"} {
		require.False(t, policy.Known(key), key)
	}
	for _, key := range policy.Keys() {
		section, name, found := strings.Cut(key, ".")
		require.True(t, found && section != "" && name != "", key)
	}
}
