package measure

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/media"
)

func TestPhotographsAreOfOneSizeAndNoTwoTheSame(t *testing.T) {
	photos, err := newPhotographs()
	require.NoError(t, err)
	one, two := photos.another(), photos.another()
	require.NotEqual(t, one, two)
	for _, photo := range [][]byte{one, two} {
		require.Len(t, photo, photographBytes)
		class, err := media.Classify(bytes.NewReader(photo), media.Said{Name: "lamp.jpg"}, media.Defaults())
		require.NoError(t, err)
		require.Equal(t, media.JPEG, class.Kind)
		_, _, err = media.Derive(bytes.NewReader(photo), media.Defaults())
		require.NoError(t, err, "it is a picture")
	}
}

func TestTheFilmIsTheLargestThatIsTaken(t *testing.T) {
	size, err := io.Copy(io.Discard, film(1))
	require.NoError(t, err)
	require.EqualValues(t, largestFile, size)
	class, err := media.Classify(film(2), media.Said{Name: "box.mp4"}, media.Defaults())
	require.NoError(t, err)
	require.Equal(t, media.MP4, class.Kind)
}

func TestASlowSenderTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := io.Copy(io.Discard, &slowly{from: film(1), ctx: t.Context()})
		require.NoError(t, err)
		require.InDelta(t, largestFile/senderPerSec, time.Since(began).Seconds(), 0.6)
	})
}

func TestUploadsArePacedWhateverEachTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		took, err := paced(t.Context(), 5, time.Second, func(context.Context, int) error {
			<-time.After(300 * time.Millisecond)
			return nil
		})
		require.NoError(t, err)
		require.Len(t, took, 5)
		require.Equal(t, 300*time.Millisecond, took[4])
		require.Equal(t, 4*time.Second+300*time.Millisecond, time.Since(began))
	})
	down := errors.New("down")
	_, err := paced(t.Context(), 5, time.Millisecond, func(context.Context, int) error { return down })
	require.ErrorIs(t, err, down)
}
