package media

import "encoding/binary"

// The blocks of GIF.
const (
	blockImage     = 0x2c
	blockExtension = 0x21
	blockTrailer   = 0x3b
)

// walkGIF goes through the blocks to the trailer and counts the frames.
func walkGIF(w *walk, class *Class, limits Limits) error {
	head, err := w.take(13)
	if err != nil {
		return err
	}
	if head[6] == '/' && (head[7] == '*' || head[7] == '/') { // a width that begins a comment in a script
		return twoThings()
	}
	class.Width, class.Height = int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
	if err := limits.fits(class.Width, class.Height, 1); err != nil {
		return err
	}
	if err := w.palette(head[10]); err != nil {
		return err
	}
	for {
		block, err := w.take(1)
		if err != nil {
			return err
		}
		switch block[0] {
		case blockExtension:
			err = w.skip(1)
		case blockImage:
			class.Frames++
			if err = limits.fits(class.Width, class.Height, class.Frames); err == nil {
				err = w.frame(class)
			}
		case blockTrailer:
			if class.Frames == 0 {
				return broken("GIF")
			}
			return nil
		default:
			return broken("GIF")
		}
		if err != nil {
			return err
		}
		if err := w.blocks(); err != nil {
			return err
		}
	}
}

// frame reads where a frame lies, which must be within the image.
func (w *walk) frame(class *Class) error {
	d, err := w.take(9)
	if err != nil {
		return err
	}
	word := func(i int) int { return int(binary.LittleEndian.Uint16(d[i:])) }
	if word(0)+word(4) > class.Width || word(2)+word(6) > class.Height {
		return broken("GIF")
	}
	if err := w.palette(d[8]); err != nil {
		return err
	}
	return w.skip(1) // how its codes begin
}

// palette skips a table of colours, if the flags say that one follows.
func (w *walk) palette(flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	return w.skip(3 << (flags&7 + 1))
}

// blocks skips data that comes in pieces, each with its length, the last of none.
func (w *walk) blocks() error {
	for {
		length, err := w.take(1)
		if err != nil || length[0] == 0 {
			return err
		}
		if err := w.skip(int64(length[0])); err != nil {
			return err
		}
	}
}
