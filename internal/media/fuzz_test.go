package media_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"recourse/internal/media"
)

// FuzzClassify holds that whatever comes is either of a kind that is taken, within the limits, or refused; that the pieces
// in which it comes make no difference; and that an image that is taken is decoded or refused, in little memory.
func FuzzClassify(f *testing.F) {
	lamp := quarters(16, 8)
	for _, seed := range [][]byte{
		chatty(f, lamp, 6), append(jpegOf(f, lamp), maker("a")...), append(jpegOf(f, lamp), mp4Of()...), append(jpegOf(f, lamp), archive...),
		inPNG(pngOf(f, lamp), pngChunk("tEXt", "a\x00b")), inGIF(gifOf(f, lamp, 2), "x"), stillWebP(), movingWebP(),
		[]byte(pdf), mp4Of(), mp4Of([]byte("\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x13xyz")), []byte("It was light.\n"), []byte("\xff\xfeH\x00i\x00"),
		[]byte("<!doctype html>"), []byte("PK\x03\x04" + archive), {},
	} {
		f.Add(seed, "lamp.jpg", "image/jpeg")
		f.Add(seed, "", "")
	}
	small := media.Limits{Side: 256, Pixels: 1 << 15, Frames: 4, Derivative: 64, Animation: 32, Thumbnail: 16}
	f.Fuzz(func(t *testing.T, file []byte, name, kind string) {
		said := media.Said{Name: name, Type: kind}
		class, err := media.Classify(bytes.NewReader(file), said, small)
		again, same := media.Classify(iotest.HalfReader(bytes.NewReader(file)), said, small)
		require.Equal(t, class, again)
		require.Equal(t, err, same)
		if err != nil {
			_, refusal := errors.AsType[*media.Refusal](err)
			require.True(t, refusal, "%v", err)
			require.Zero(t, class)
			return
		}
		if !class.Kind.Image() {
			return
		}
		require.LessOrEqual(t, int64(class.Width*class.Height*class.Frames), small.Pixels)
		shown, thumbnail, err := media.Derive(bytes.NewReader(file), small)
		if err != nil {
			_, refusal := errors.AsType[*media.Refusal](err)
			require.True(t, refusal, "%v", err)
			return
		}
		for _, r := range []media.Rendition{shown, thumbnail} {
			_, err := media.Classify(bytes.NewReader(r.Bytes), media.Said{}, media.Defaults())
			require.NoError(t, err, "what is shown is itself a file that is taken")
		}
	})
}
