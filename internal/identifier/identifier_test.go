package identifier

import (
	"errors"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestIdentifiersSortInTheOrderOfMinting(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	source := NewSource(func() time.Time { return now }, nil)
	var ids []string
	for i := range 3000 {
		switch { // several in one millisecond, then one later, and once the clock goes back
		case i == 1500:
			now = now.Add(-time.Second)
		case i%100 == 0:
			now = now.Add(time.Millisecond)
		}
		id, err := source.New("cmd")
		require.NoError(t, err)
		require.True(t, Valid("cmd", id), id)
		ids = append(ids, id)
	}
	require.True(t, slices.IsSorted(ids))
	require.Len(t, slices.Compact(ids), 3000, "no identifier comes twice")
}

func TestIdentifierHoldsItsTime(t *testing.T) {
	zero := NewSource(func() time.Time { return time.UnixMilli(1) }, zeros{})
	id, err := zero.New("ord")
	require.NoError(t, err)
	require.Equal(t, "ord_00000000010000000000000000", id)
}

func TestDerivedIdentifierIsTheSameForTheSameParts(t *testing.T) {
	id := Derive("cmd", "ord_1", "4", "confirm_transfer")
	require.True(t, Valid("cmd", id), id)
	require.Equal(t, id, Derive("cmd", "ord_1", "4", "confirm_transfer"))
	require.NotEqual(t, id, Derive("cmd", "ord_14", "", "confirm_transfer"))
	require.NotEqual(t, id, Derive("cmd", "ord_1", "4", "fail_transfer"))
}

func TestValidRefusesWhatIsNoIdentifier(t *testing.T) {
	good := New("dsp")
	require.True(t, Valid("dsp", good))
	for _, bad := range []string{"", "dsp_", good[4:], "ord_" + good[4:], good + "0", good[:len(good)-1], "dsp_" + "8" + good[5:], "dsp_" + "0123456789abcdefghjkmnpqrs", "dsp_0123456789ABCDEFGHIKMNPQRS"} {
		require.False(t, Valid("dsp", bad), bad)
	}
}

func TestIdentifierNeedsRandomness(t *testing.T) {
	source := NewSource(nil, iotest.ErrReader(errors.New("dry")))
	_, err := source.New("cmd")
	require.ErrorContains(t, err, "draw an identifier: dry")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
