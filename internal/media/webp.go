package media

import (
	"encoding/binary"
)

// chunkWebP is a chunk's name and length.
type chunkWebP struct {
	name   string
	length int64
}

func (w *walk) chunk() (chunkWebP, error) {
	head, err := w.take(8)
	if err != nil {
		return chunkWebP{}, err
	}
	return chunkWebP{name: string(head[:4]), length: int64(binary.LittleEndian.Uint32(head[4:]))}, nil
}

// walkWebP goes through the chunks; they fill the file, as its head says.
func walkWebP(w *walk, class *Class, limits Limits) error {
	head, err := w.take(12)
	if err != nil {
		return err
	}
	end := 8 + int64(binary.LittleEndian.Uint32(head[4:]))
	for w.at() < end {
		c, err := w.chunk()
		if err != nil {
			return err
		}
		after := w.at() + c.length + c.length&1
		if after > end {
			return broken("WebP")
		}
		if err := class.chunk(w, c, limits); err != nil {
			return err
		}
		if w.at() > after {
			return broken("WebP")
		}
		if err := w.skip(after - w.at()); err != nil {
			return err
		}
	}
	if class.Frames == 0 || w.at() != end {
		return broken("WebP")
	}
	return nil
}

// chunk learns what a chunk says of the image: its canvas, its frames, how it is turned.
func (c *Class) chunk(w *walk, chunk chunkWebP, limits Limits) error {
	switch chunk.name {
	case "VP8X":
		return c.canvas(w, chunk, limits)
	case "VP8 ", "VP8L":
		return c.still(w, chunk, limits)
	case "ANMF":
		return c.moving(w, chunk, limits)
	case "EXIF":
		exif, err := w.take(int(min(chunk.length, 1<<16)))
		if err == nil {
			c.Orientation = orientation(trimExif(exif))
		}
		return err
	}
	return nil
}

func (c *Class) canvas(w *walk, chunk chunkWebP, limits Limits) error {
	if chunk.length < 10 || c.Width != 0 {
		return broken("WebP")
	}
	b, err := w.take(10)
	if err != nil {
		return err
	}
	c.Width, c.Height = 1+threeBytes(b[4:]), 1+threeBytes(b[7:])
	return limits.fits(c.Width, c.Height, 1)
}

// still reads how large an image is, which must fill the canvas, if there is one.
func (c *Class) still(w *walk, chunk chunkWebP, limits Limits) error {
	width, height, err := w.sizeWebP(chunk)
	if err != nil {
		return err
	}
	if c.Frames > 0 || c.Width != 0 && (c.Width != width || c.Height != height) {
		return broken("WebP")
	}
	c.Width, c.Height, c.Frames = width, height, 1
	return limits.fits(width, height, 1)
}

// moving reads a frame of an animation: what it says of itself, and what its image says.
func (c *Class) moving(w *walk, chunk chunkWebP, limits Limits) error {
	if c.Width == 0 || chunk.length < 24 {
		return broken("WebP")
	}
	end := w.at() + chunk.length
	b, err := w.take(16)
	if err != nil {
		return err
	}
	x, y, width, height := 2*threeBytes(b), 2*threeBytes(b[3:]), 1+threeBytes(b[6:]), 1+threeBytes(b[9:])
	if x+width > c.Width || y+height > c.Height {
		return broken("WebP")
	}
	c.Frames++
	if err := limits.fits(c.Width, c.Height, c.Frames); err != nil {
		return err
	}
	for w.at() < end {
		inner, err := w.chunk()
		if err != nil {
			return err
		}
		after := w.at() + inner.length + inner.length&1
		if after > end {
			return broken("WebP")
		}
		if inner.name == "VP8 " || inner.name == "VP8L" {
			if iw, ih, err := w.sizeWebP(inner); err != nil {
				return err
			} else if iw != width || ih != height {
				return broken("WebP")
			}
		}
		if err := w.skip(after - w.at()); err != nil {
			return err
		}
	}
	return nil
}

// sizeWebP reads how large the image of a chunk is, from its own head.
func (w *walk) sizeWebP(c chunkWebP) (width, height int, err error) {
	if c.length < 10 {
		return 0, 0, broken("WebP")
	}
	if c.name == "VP8 " {
		b, err := w.take(10)
		if err != nil {
			return 0, 0, err
		}
		if b[3] != 0x9d || b[4] != 0x01 || b[5] != 0x2a {
			return 0, 0, broken("WebP")
		}
		return int(binary.LittleEndian.Uint16(b[6:])) & 0x3fff, int(binary.LittleEndian.Uint16(b[8:])) & 0x3fff, nil
	}
	b, err := w.take(5)
	if err != nil {
		return 0, 0, err
	}
	if b[0] != 0x2f {
		return 0, 0, broken("WebP")
	}
	v := binary.LittleEndian.Uint32(b[1:])
	return 1 + int(v&0x3fff), 1 + int(v>>14&0x3fff), nil
}

func threeBytes(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// trimExif takes away the words that some writers put before the data, as in JPEG.
func trimExif(b []byte) []byte {
	if len(b) > 6 && string(b[:6]) == "Exif\x00\x00" {
		return b[6:]
	}
	return b
}
