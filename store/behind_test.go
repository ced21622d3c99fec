package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARowThatIsBehindWhatWasSeenIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		id := f.order("")
		now := f.step(id)
		r := f.knock(id, "add", toyData{N: 3})
		for _, seen := range []Mark{{Applied: now.Applied + 1}, {Revision: now.Revision + 1}} {
			_, err := f.StepFrom(f.ctx, id, seen)
			require.ErrorIs(f.t, err, ErrBehind)
			c, err := f.Command(f.ctx, r.ID)
			require.NoError(f.t, err)
			require.False(f.t, c.Applied, "nothing is decided on it")
		}
		after, err := f.StepFrom(f.ctx, id, Mark{Applied: now.Applied, Revision: now.Revision})
		require.NoError(f.t, err)
		require.Equal(f.t, r.Sequence, after.Applied)
	})
}
