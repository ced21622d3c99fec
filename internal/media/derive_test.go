package media_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"recourse/internal/media"
)

// near says whether two colours are as near as compression leaves them.
func near(t *testing.T, want color.Color, m image.Image, x, y int, what string) {
	t.Helper()
	wr, wg, wb, _ := want.RGBA()
	r, g, b, a := m.At(x, y).RGBA()
	const slack = 0x2800
	for _, pair := range [][2]uint32{{wr, r}, {wg, g}, {wb, b}, {0xffff, a}} {
		require.InDelta(t, pair[0], pair[1], slack, "%s at %d,%d: %v", what, x, y, m.At(x, y))
	}
}

// shows checks the four corners of a rendition, and that it holds what it says and nothing else.
func shows(t *testing.T, r media.Rendition, width, height int, corners [4]color.Color, what string) {
	t.Helper()
	require.NotContains(t, string(r.Bytes), secret, what)
	require.Equal(t, [2]int{width, height}, [2]int{r.Width, r.Height}, what)
	class, err := media.Classify(bytes.NewReader(r.Bytes), media.Said{}, media.Defaults())
	require.NoError(t, err, what)
	require.Equal(t, media.Class{Kind: r.Kind, Width: width, Height: height, Orientation: 1, Frames: class.Frames}, class, what)
	m, _, err := image.Decode(bytes.NewReader(r.Bytes))
	require.NoError(t, err, what)
	for i, c := range corners {
		near(t, c, m, (1+2*(i%2))*width/4, (1+2*(i/2))*height/4, what)
	}
}

func derive(t *testing.T, file []byte) (shown, thumbnail media.Rendition) {
	t.Helper()
	shown, thumbnail, err := media.Derive(bytes.NewReader(file), media.Defaults())
	require.NoError(t, err)
	return shown, thumbnail
}

var (
	blue  = color.RGBA{B: 255, A: 255}
	white = color.RGBA{R: 255, G: 255, B: 255, A: 255}
	asIs  = [4]color.Color{red, green, blue, white}
)

func TestWhatIsShownHasNothingButThePixels(t *testing.T) {
	lamp := quarters(600, 400)
	withText := inPNG(pngOf(t, lamp), pngChunk("tEXt", "Comment\x00"+secret), pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret),
		pngChunk("eXIf", string(tiff(1))), pngChunk("zZzz", secret))
	behind := append(chatty(t, lamp, 1), maker(secret)...)
	for name, file := range map[string][]byte{"jpeg": chatty(t, lamp, 1), "jpeg with a maker's block": behind, "png": withText, "gif": inGIF(gifOf(t, lamp, 1), secret)} {
		require.Contains(t, string(file), secret, "the file itself does carry it")
		shown, thumbnail := derive(t, file)
		require.Equal(t, media.JPEG, shown.Kind)
		shows(t, shown, 600, 400, asIs, name)
		shows(t, thumbnail, 256, 171, asIs, name)
		for _, marker := range []string{"Exif", "ICC_PROFILE", "http://ns.adobe.com", "Photoshop", "SEFT", "tEXt"} {
			require.NotContains(t, string(shown.Bytes), marker)
			require.NotContains(t, string(thumbnail.Bytes), marker)
		}
	}
	moving, thumbnail := derive(t, inGIF(gifOf(t, lamp, 2), secret))
	shows(t, moving, 480, 320, asIs, "animated gif")
	shows(t, thumbnail, 256, 171, asIs, "animated gif")
	moving, _ = derive(t, movingWebP())
	require.NotContains(t, string(moving.Bytes), secret)
	require.NotContains(t, string(moving.Bytes), "XMP")
}

func TestAnImageIsShownUprightHoweverTheCameraWasHeld(t *testing.T) {
	for orientation, corners := range map[int][4]color.Color{
		1: asIs, 2: {green, red, white, blue}, 3: {white, blue, green, red}, 4: {blue, white, red, green},
		5: {red, blue, green, white}, 6: {blue, red, white, green}, 7: {white, green, blue, red}, 8: {green, white, red, blue},
		0: asIs, 9: asIs,
	} {
		width, height := 120, 80
		if orientation >= 5 && orientation <= 8 {
			width, height = height, width
		}
		shown, thumbnail := derive(t, chatty(t, quarters(120, 80), orientation))
		shows(t, shown, width, height, corners, "jpeg")
		shows(t, thumbnail, width, height, corners, "jpeg")
		shown, _ = derive(t, inPNG(pngOf(t, quarters(120, 80)), pngChunk("eXIf", string(tiff(orientation)))))
		shows(t, shown, width, height, corners, "png")
	}
	turned := webpFile(canvas(0x08, 40, 20), webpChunk("VP8L", solid(40, 20, red)), webpChunk("EXIF", append([]byte("Exif\x00\x00"), tiff(6)...)))
	shown, _ := derive(t, turned)
	shows(t, shown, 20, 40, [4]color.Color{red, red, red, red}, "webp")
}

func TestWhatIsShownIsNoLargerThanTheLimit(t *testing.T) {
	for _, c := range []struct{ width, height, shownWidth, shownHeight int }{
		{4096, 1024, 2048, 512}, {1000, 3000, 683, 2048}, {2048, 2048, 2048, 2048}, {5000, 2, 2048, 1}, {1, 1, 1, 1},
	} {
		shown, thumbnail := derive(t, pngOf(t, image.NewRGBA(image.Rect(0, 0, c.width, c.height))))
		require.Equal(t, [2]int{c.shownWidth, c.shownHeight}, [2]int{shown.Width, shown.Height})
		require.LessOrEqual(t, max(thumbnail.Width, thumbnail.Height), 256)
	}
}

func TestEachPixelIsTheMeanOfThoseItStandsFor(t *testing.T) {
	stripes := image.NewGray(image.Rect(0, 0, 4096, 64))
	for x := range 4096 {
		for y := range 64 {
			stripes.SetGray(x, y, color.Gray{Y: uint8(255 * (x % 2))})
		}
	}
	shown, _ := derive(t, pngOf(t, stripes))
	m, err := jpeg.Decode(bytes.NewReader(shown.Bytes))
	require.NoError(t, err)
	for x := range shown.Width {
		near(t, color.Gray{Y: 128}, m, x, 16, "stripes")
	}
}

func TestWhatIsTransparentIsShownOnWhite(t *testing.T) {
	glass := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(glass, image.Rect(0, 0, 32, 32), image.NewUniform(red), image.Point{}, draw.Src)
	shown, _ := derive(t, pngOf(t, glass))
	shows(t, shown, 64, 64, [4]color.Color{red, white, white, white}, "png")
	shown, _ = derive(t, webpFile(webpChunk("VP8L", solid(64, 64, color.RGBA{}))))
	shows(t, shown, 64, 64, [4]color.Color{white, white, white, white}, "webp")
}

func TestAnAnimationStaysOneWithAllThatItShows(t *testing.T) {
	shown, thumbnail := derive(t, movingWebP())
	require.Equal(t, media.GIF, shown.Kind)
	require.Equal(t, media.JPEG, thumbnail.Kind)
	g, err := gif.DecodeAll(bytes.NewReader(shown.Bytes))
	require.NoError(t, err)
	require.Equal(t, []int{20, 20}, g.Delay)
	near(t, red, g.Image[0], 5, 5, "first")
	near(t, green, g.Image[1], 5, 5, "second")
	near(t, red, g.Image[1], 30, 15, "second")
	shows(t, thumbnail, 40, 20, [4]color.Color{red, red, red, red}, "thumbnail")

	gone := webpFile(canvas(0x02, 40, 20), webpChunk("ANIM", make([]byte, 6)), frameOf(0, 0, 40, 20, 0x01, red), frameOf(0, 0, 20, 10, 0x02, green))
	shown, _ = derive(t, gone)
	g, err = gif.DecodeAll(bytes.NewReader(shown.Bytes))
	require.NoError(t, err)
	near(t, white, g.Image[1], 30, 15, "the first was taken away")

	palette := color.Palette{color.Transparent, red, green, blue}
	frame := func(c uint8, at image.Rectangle) *image.Paletted {
		p := image.NewPaletted(at, palette)
		for i := range p.Pix {
			p.Pix[i] = c
		}
		return p
	}
	whole := image.Rect(0, 0, 40, 20)
	corner := image.Rect(0, 0, 20, 10)
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame(1, whole), frame(2, corner), frame(3, corner), frame(0, corner)}, Delay: []int{1, 2, 3, 4},
		Disposal: []byte{gif.DisposalNone, gif.DisposalPrevious, gif.DisposalBackground, gif.DisposalNone}}))
	shown, _ = derive(t, b.Bytes())
	g, err = gif.DecodeAll(bytes.NewReader(shown.Bytes))
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3, 4}, g.Delay)
	for i, want := range []color.Color{red, green, blue, white} {
		near(t, want, g.Image[i], 5, 5, "corner")
		near(t, red, g.Image[i], 30, 15, "rest")
	}
}

func TestWhatCannotBeDecodedIsRefused(t *testing.T) {
	photo := pngOf(t, quarters(64, 64))
	broken := append([]byte{}, photo...)
	for i := 60; i < len(broken)-20; i++ {
		broken[i] ^= 0x55
	}
	for _, file := range [][]byte{broken, []byte("It was light."), []byte(pdf), sized(t, media.GIF, 7000, 20), sized(t, media.JPEG, 700, 700), nil} {
		_, _, err := media.Derive(bytes.NewReader(file), media.Defaults())
		_, refusal := errors.AsType[*media.Refusal](err)
		require.True(t, refusal || err == nil, "%v", err)
		if len(file) > 0 && file[0] == 'G' {
			require.NoError(t, err, "a small frame on a large canvas is an image")
			continue
		}
		require.Error(t, err)
	}
	gone := errors.New("the disk is gone")
	_, _, err := media.Derive(seekable{io.MultiReader(bytes.NewReader(photo[:50]), iotest.ErrReader(gone))}, media.Defaults())
	require.ErrorIs(t, err, gone)
}

type seekable struct{ io.Reader }

func (seekable) Seek(int64, int) (int64, error) { return 0, nil }

func TestNoiseNeverBreaksTheDecoders(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for _, file := range [][]byte{chatty(t, quarters(64, 64), 6), pngOf(t, quarters(64, 64)), gifOf(t, quarters(64, 64), 2), movingWebP(), stillWebP()} {
		for range 200 {
			noisy := append([]byte{}, file...)
			for range 1 + random.IntN(6) {
				noisy[random.IntN(len(noisy))] = byte(random.UintN(256))
			}
			_, _, err := media.Derive(bytes.NewReader(noisy), media.Limits{Side: 512, Pixels: 1 << 18, Frames: 8, Derivative: 64, Animation: 64, Thumbnail: 16})
			if err != nil {
				_, refusal := errors.AsType[*media.Refusal](err)
				require.True(t, refusal, "%v", err)
			}
		}
	}
}
