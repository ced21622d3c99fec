package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// Rendition is an image made anew from the pixels of another, with nothing else of it: no metadata, no comment, no colour
// profile, nothing behind it.
type Rendition struct {
	Kind   Kind
	Width  int
	Height int
	Bytes  []byte
}

// quality of the JPEG that is shown. Small writing must stay legible.
const quality = 88

// Derive makes what is shown in place of an image, and its thumbnail, upright. A still image becomes a JPEG on white, an
// animation a GIF, its thumbnail the first frame. The file is classified again, so that nothing is decoded that is larger
// than the limits; what cannot be decoded is refused (*Refusal). Any other error is one of reading.
func Derive(from io.ReadSeeker, limits Limits) (shown, thumbnail Rendition, err error) {
	class, err := Classify(from, Said{}, limits)
	if err == nil {
		_, err = from.Seek(0, io.SeekStart)
	}
	if err != nil {
		return shown, thumbnail, err
	}
	if !class.Kind.Image() {
		return shown, thumbnail, refuse(Unsupported, "Only of images something is made to be shown.")
	}
	reader := &failing{from: from}
	err = decoding(func() error {
		if class.Frames > 1 {
			shown, thumbnail, err = animation(reader, class, limits)
		} else {
			shown, thumbnail, err = still(reader, class, limits)
		}
		return err
	})
	if reader.err != nil {
		err = reader.err
	}
	return shown, thumbnail, err
}

// decoding runs a decoder. Whatever it stumbles over is the file's fault: that it can be read was seen before.
func decoding(f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = broken("image")
		}
	}()
	err = f()
	if _, refused := errors.AsType[*Refusal](err); err == nil || refused {
		return err
	}
	return fmt.Errorf("%w (%w)", broken("image"), err)
}

// failing remembers that reading failed, and not decoding.
type failing struct {
	from io.Reader
	err  error
}

// Read reads on.
func (f *failing) Read(p []byte) (int, error) {
	n, err := f.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

func still(from io.Reader, class Class, limits Limits) (shown, thumbnail Rendition, err error) {
	var decoded image.Image
	switch class.Kind {
	case JPEG:
		decoded, err = jpeg.Decode(from)
	case PNG:
		decoded, err = png.Decode(from)
	case WebP:
		decoded, err = webp.Decode(from)
	default:
		decoded, err = firstGIF(from)
	}
	if err != nil {
		return shown, thumbnail, err
	}
	large := shrink(decoded, limits.Derivative)
	if shown, err = encode(upright(large, class.Orientation)); err != nil {
		return shown, thumbnail, err
	}
	thumbnail, err = encode(upright(shrink(large, limits.Thumbnail), class.Orientation))
	return shown, thumbnail, err
}

// firstGIF is the only frame of an image, on its canvas.
func firstGIF(from io.Reader) (image.Image, error) {
	all, err := gif.DecodeAll(from)
	if err != nil {
		return nil, err
	}
	canvas := image.NewRGBA(image.Rect(0, 0, all.Config.Width, all.Config.Height))
	paint(canvas, all.Image[0], all.Image[0].Bounds(), true)
	return canvas, nil
}

func encode(m *image.RGBA) (Rendition, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality})
	return Rendition{Kind: JPEG, Width: m.Rect.Dx(), Height: m.Rect.Dy(), Bytes: out.Bytes()}, err
}
