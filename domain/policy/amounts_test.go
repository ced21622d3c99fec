package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/money"
	"recourse/domain/policy"
)

func TestPercentagesHaveTwoDecimalsAtMost(t *testing.T) {
	for text, want := range map[string]policy.Percent{
		"10": 1000, "0.5": 50, "12.25": 1225, "0": 0, "100": 10000, "0.05": 5, "99.99": 9999, "007": 700,
	} {
		got, err := policy.ParsePercent(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-1", "+1", "100.01", "101", "1000", "0.005", "1.", ".5", "1e1", "10%", "1,5", "ten"} {
		_, err := policy.ParsePercent(text)
		require.ErrorIs(t, err, policy.ErrPercent, "%q", text)
	}
	for p := policy.Percent(0); p <= 100_00; p++ {
		again, err := policy.ParsePercent(p.String())
		require.NoError(t, err)
		require.Equal(t, p, again)
	}
	text, err := json.Marshal(policy.Percent(50))
	require.NoError(t, err)
	require.Equal(t, `"0.5"`, string(text))
	var back policy.Percent
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, policy.Percent(50), back)
}

func TestPercentOfAnAmountIsRoundedHalfUp(t *testing.T) {
	require.Equal(t, money.Minor(3), policy.Percent(1000).Of(25))
	require.Equal(t, money.MaxTotal, policy.Percent(10000).Of(money.MaxTotal))
	require.Equal(t, money.Minor(100), policy.Percent(99999).Of(100))
	require.Equal(t, money.Minor(0), policy.Percent(-5).Of(100))
}

func TestACurrencyThatIsNotListedHasTheDefault(t *testing.T) {
	a := policy.Amounts{Default: 50000, By: map[string]money.Minor{"JPY": 80000}}
	require.Equal(t, money.Minor(80000), a.For("JPY"))
	require.Equal(t, money.Minor(50000), a.For("KWD"))
	require.Equal(t, money.Minor(7), policy.Amounts{Default: 7}.For("EUR"))
}
