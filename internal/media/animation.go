package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"io"

	"golang.org/x/image/webp"
)

// film collects an animation, frame by frame, on one canvas.
type film struct {
	canvas *image.RGBA
	limits Limits
	turned int // the orientation
	out    gif.GIF
	first  *image.RGBA // the thumbnail
}

// add shows the canvas as it is for so long, in hundredths of a second.
func (f *film) add(delay int) {
	if f.first == nil {
		f.first = upright(shrink(f.canvas, f.limits.Thumbnail), f.turned)
	}
	small := upright(shrink(f.canvas, f.limits.Animation), f.turned)
	frame := image.NewPaletted(small.Rect, palette.Plan9)
	draw.FloydSteinberg.Draw(frame, frame.Rect, small, image.Point{})
	f.out.Image = append(f.out.Image, frame)
	f.out.Delay = append(f.out.Delay, delay)
}

// paint puts a frame on the canvas: over what is there, or in its place.
func paint(canvas *image.RGBA, frame image.Image, at image.Rectangle, over bool) {
	op := draw.Src
	if over {
		op = draw.Over
	}
	draw.Draw(canvas, at, frame, frame.Bounds().Min, op)
}

func animation(from io.Reader, class Class, limits Limits) (shown, thumbnail Rendition, err error) {
	f := &film{canvas: image.NewRGBA(image.Rect(0, 0, class.Width, class.Height)), limits: limits, turned: class.Orientation}
	if class.Kind == GIF {
		err = f.fromGIF(from)
	} else {
		err = f.fromWebP(from)
	}
	if err != nil {
		return shown, thumbnail, err
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &f.out); err != nil {
		return shown, thumbnail, err
	}
	size := f.out.Image[0].Rect
	shown = Rendition{Kind: GIF, Width: size.Dx(), Height: size.Dy(), Bytes: out.Bytes()}
	thumbnail, err = encode(f.first)
	return shown, thumbnail, err
}

func (f *film) fromGIF(from io.Reader) error {
	all, err := gif.DecodeAll(from)
	if err != nil {
		return err
	}
	for i, frame := range all.Image {
		var before *image.RGBA
		if all.Disposal[i] == gif.DisposalPrevious {
			before = image.NewRGBA(f.canvas.Rect)
			copy(before.Pix, f.canvas.Pix)
		}
		paint(f.canvas, frame, frame.Rect, true)
		f.add(all.Delay[i])
		switch all.Disposal[i] {
		case gif.DisposalBackground:
			paint(f.canvas, image.Transparent, frame.Rect, false)
		case gif.DisposalPrevious:
			f.canvas = before
		}
	}
	return nil
}

// fromWebP takes an animation apart: each frame is an image that only needs a head of its own. That everything lies within
// its bounds was seen before.
func (f *film) fromWebP(from io.Reader) error {
	w := newWalk(from)
	if _, err := w.take(12); err != nil {
		return err
	}
	for {
		if done, err := w.ended(); done || err != nil {
			return err
		}
		c, err := w.chunk()
		if err != nil {
			return err
		}
		if c.name != "ANMF" {
			if err := w.skip(c.length + c.length&1); err != nil {
				return err
			}
			continue
		}
		data, err := w.take(int(c.length + c.length&1))
		if err != nil {
			return err
		}
		if err := f.frameWebP(data[:c.length]); err != nil {
			return err
		}
	}
}

// The flags of a frame.
const (
	webpDispose = 1 << 0
	webpReplace = 1 << 1
)

func (f *film) frameWebP(data []byte) error {
	x, y, milliseconds, flags := 2*threeBytes(data), 2*threeBytes(data[3:]), threeBytes(data[12:]), data[15]
	frame, err := webp.Decode(bytes.NewReader(riff(data[6:12], data[16:])))
	if err != nil {
		return err
	}
	at := frame.Bounds().Sub(frame.Bounds().Min).Add(image.Pt(x, y))
	paint(f.canvas, frame, at, flags&webpReplace == 0)
	f.add((milliseconds + 5) / 10)
	if flags&webpDispose != 0 {
		paint(f.canvas, image.Transparent, at, false)
	}
	return nil
}

// riff is a file of one image: its size, as a frame says it, and its chunks.
func riff(size, chunks []byte) []byte {
	body := []byte("WEBP")
	if bytes.HasPrefix(chunks, []byte("ALPH")) {
		body = append(body, "VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"...)
		body = append(body, size...)
	}
	body = append(body, chunks...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}
