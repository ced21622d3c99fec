package market

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/detect"
)

func TestTheSameSeedIsTheSameMarket(t *testing.T) {
	t.Parallel()
	a, b := Generate(7, Small, Usual), Generate(7, Small, Usual)
	require.Equal(t, a, b)
	require.NotEqual(t, a.Rows, Generate(8, Small, Usual).Rows)
	require.NotEqual(t, a.Rows, Generate(7, Small, Severe).Rows)
}

func TestRowsAreInOrderAndNamedOnce(t *testing.T) {
	t.Parallel()
	for _, noise := range Levels {
		m := Generate(3, Small, noise)
		ids, kinds := map[string]bool{}, map[detect.Kind]int{}
		for i, r := range m.Rows {
			require.False(t, ids[r.ID], r.ID)
			ids[r.ID] = true
			kinds[r.Kind]++
			require.True(t, i == 0 || !r.At.Before(m.Rows[i-1].At))
			require.False(t, r.At.Before(m.From) || !r.At.Before(m.Until), r.ID)
			require.NotEmpty(t, r.Buyer)
			require.NotEmpty(t, r.Seller)
		}
		for _, kind := range detect.Kinds {
			require.Positivef(t, kinds[kind], "no %s in a %s market", kind, noise.Name)
		}
	}
}

func TestEveryPatternHasItsGuiltyAndEveryAccountOneTruth(t *testing.T) {
	t.Parallel()
	m := Generate(5, Small, Quiet)
	known, guilty, honest := map[string]bool{}, map[detect.Detector]int{}, map[string]bool{}
	for _, l := range m.Labels {
		require.Falsef(t, known[l.Account], "%s has two truths", l.Account)
		known[l.Account] = true
		require.Equal(t, len(l.Guilty) > 0, !l.Since.IsZero())
		for _, d := range l.Guilty {
			guilty[d]++
		}
		if len(l.Guilty) == 0 {
			honest[l.Behaviour] = true
		}
	}
	for _, d := range detect.Detectors {
		require.GreaterOrEqual(t, guilty[d], Small.Each, d)
	}
	for _, behaviour := range []string{"steady", "seasonal", "flash_sale", "bad_batch", "beloved", "office", "family", "unlucky", "talkative", "customer"} {
		require.True(t, honest[behaviour], behaviour)
	}
	for _, r := range m.Rows {
		require.Truef(t, known[r.Buyer], "nobody knows the truth about %s", r.Buyer)
		require.Truef(t, known[r.Seller], "nobody knows the truth about %s", r.Seller)
	}
	require.True(t, slices.ContainsFunc(m.Links, func(l detect.Link) bool { return l.Kind == "device" }))
}
