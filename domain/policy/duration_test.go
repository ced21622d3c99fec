package policy_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/policy"
)

func TestDurationsAreDaysHoursMinutesAndSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5d": 120 * time.Hour, "12d6h": 294 * time.Hour, "72h": 72 * time.Hour, "90s": 90 * time.Second, "0d": 0, "0s": 0,
		"5d0h1m": 120*time.Hour + time.Minute, "1d2h3m4s": 26*time.Hour + 3*time.Minute + 4*time.Second, "007d": 168 * time.Hour,
		"106751d": 106751 * 24 * time.Hour, "9223372036s": 9223372036 * time.Second,
	} {
		got, err := policy.ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.Std(), text)
	}
	for _, text := range []string{"", "5", "d", "5 d", " 5d", "5d ", "-5d", "+5d", "1.5d", "5D", "6h5d", "5d5d", "5w", "5ms", "1e3s",
		"106752d", "106751d23h47m17s", "9223372037s", "99999999999999999999d", "5d٣h"} {
		_, err := policy.ParseDuration(text)
		require.ErrorIs(t, err, policy.ErrDuration, "%q", text)
	}
}

func TestDurationsAreWrittenInOneForm(t *testing.T) {
	for text, want := range map[string]string{"72h": "3d", "90s": "1m30s", "24h": "1d", "0s": "0d", "25h": "1d1h", "5d0h1m": "5d1m"} {
		d, err := policy.ParseDuration(text)
		require.NoError(t, err)
		require.Equal(t, want, d.String())
		written, err := json.Marshal(d)
		require.NoError(t, err)
		require.Equal(t, `"`+want+`"`, string(written))
	}
	require.Equal(t, "1.5s", policy.Duration(1500*time.Millisecond).String())
	for _, lossy := range []policy.Duration{policy.Duration(time.Millisecond), -policy.Day} {
		_, err := json.Marshal(lossy)
		require.Error(t, err, "a form that loses something is not written")
	}
	var d policy.Duration
	require.Error(t, json.Unmarshal([]byte(`5`), &d))
	require.ErrorIs(t, json.Unmarshal([]byte(`"soon"`), &d), policy.ErrDuration)
}

func TestDurationIsReadBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := policy.Duration(time.Duration(rapid.Int64Range(0, math.MaxInt64/int64(time.Second)).Draw(t, "seconds")) * time.Second)
		got, err := policy.ParseDuration(d.String())
		require.NoError(t, err)
		require.Equal(t, d, got)
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"5d", "12d6h", "72h", "90s", "1d2h3m4s", "d", "99999999999d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.ParseDuration(text)
		if err != nil {
			require.Zero(t, d)
			return
		}
		require.GreaterOrEqual(t, d, policy.Duration(0))
		again, err := policy.ParseDuration(d.String())
		require.NoError(t, err)
		require.Equal(t, d, again)
	})
}
