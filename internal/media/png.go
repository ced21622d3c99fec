package media

import (
	"encoding/binary"
	"errors"
	"io"
)

// walkPNG goes through the chunks to the last one.
func walkPNG(w *walk, class *Class, limits Limits) error {
	if _, err := w.take(8); err != nil {
		return err
	}
	for first := true; ; first = false {
		head, err := w.take(8)
		if err != nil {
			return err
		}
		length, name := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		if first != (name == "IHDR") || length > 1<<31-1 {
			return broken("PNG")
		}
		switch {
		case first:
			if err := headPNG(w, class, limits, length); err != nil {
				return err
			}
		case name == "eXIf" && length <= 1<<16:
			exif, err := w.take(int(length))
			if err != nil {
				return err
			}
			class.Orientation = orientation(exif)
		default:
			if err := w.skip(length); err != nil {
				return err
			}
		}
		if err := w.skip(4); err != nil { // the checksum, which decoding checks
			return err
		}
		if name == "IEND" {
			return nil
		}
	}
}

func headPNG(w *walk, class *Class, limits Limits, length int64) error {
	if length != 13 {
		return broken("PNG")
	}
	ihdr, err := w.take(13)
	if err != nil {
		return err
	}
	width, height := binary.BigEndian.Uint32(ihdr), binary.BigEndian.Uint32(ihdr[4:])
	class.Width, class.Height, class.Frames = int(width), int(height), 1
	return limits.fits(class.Width, class.Height, 1)
}

// ignoreEnd is the error of looking ahead, unless it is only that nothing is there.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
