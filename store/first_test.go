package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommandIsStoredThenAppliedThenAnswered(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		id := f.order("")
		r := f.knock(id, "add", toyData{N: 3})
		require.Equal(f.t, int64(2), r.Sequence)
		before, err := f.Command(f.ctx, r.ID)
		require.NoError(f.t, err)
		require.False(f.t, before.Applied)
		result := f.step(id)
		require.Equal(f.t, int64(2), result.Applied)
		require.True(f.t, f.answer(r.ID).Accepted())
		require.Equal(f.t, 3, f.toy(id).Count)
		require.Equal(f.t, result.Applied, f.step(id).Applied, "a second step finds nothing new")
		d := f.dispute(id)
		require.Equal(f.t, id, f.toy(d).Order)
	})
}
