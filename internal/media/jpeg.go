package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
)

// The markers of JPEG that matter here.
const (
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
)

// How many passes over an image and how many images in one file there may be. Cameras make ten passes and three images;
// a thousand passes over fifty million pixels are an attack.
const (
	mostScans  = 64
	mostImages = 16
)

// walkJPEG goes through an image and what cameras put behind it: previews and other exposures, a moving picture, a maker's
// own directory.
func walkJPEG(w *walk, class *Class, limits Limits) error {
	if err := walkOneJPEG(w, class); err != nil {
		return err
	}
	if err := limits.fits(class.Width, class.Height, 1); err != nil {
		return err
	}
	class.Frames = 1
	for range mostImages {
		if err := w.padding(); err != nil {
			return err
		}
		next, err := w.in.Peek(8)
		switch {
		case len(next) < 8:
			return ignoreEnd(err) // finish says whether it is padding
		case next[0] == 0xff && next[1] == markerSOI:
			if err := walkOneJPEG(w, &Class{}); err != nil {
				return err
			}
		case bytes.Equal(next[4:8], []byte("ftyp")):
			return walkBoxes(w)
		default:
			return walkMaker(w)
		}
	}
	return twoThings()
}

// padding skips zeroes that are not the length of a box.
func (w *walk) padding() error {
	for {
		next, err := w.in.Peek(8)
		if len(next) == 0 || next[0] != 0 || len(next) == 8 && bytes.Equal(next[4:8], []byte("ftyp")) {
			return ignoreEnd(err)
		}
		if _, err := w.in.Discard(1); err != nil {
			return err
		}
	}
}

// walkOneJPEG goes from the beginning of an image to its end marker.
func walkOneJPEG(w *walk, class *Class) error {
	if _, err := w.take(2); err != nil {
		return err
	}
	scans := 0
	marker, err := w.marker()
	for ; err == nil && marker != markerEOI; marker, err = w.next(marker, &scans) {
		if marker == markerSOI || marker == 0 {
			return broken("JPEG")
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 {
			continue // these stand alone
		}
		segment, err := w.segment()
		if err != nil {
			return err
		}
		if err := class.segment(marker, segment); err != nil {
			return err
		}
	}
	if err == nil && (scans == 0 || class.Width == 0) {
		return broken("JPEG")
	}
	return err
}

// next goes to the marker after this one. Behind the beginning of a scan are its bytes.
func (w *walk) next(marker byte, scans *int) (byte, error) {
	if marker != markerSOS {
		return w.marker()
	}
	if *scans++; *scans > mostScans {
		return 0, refuse(TooLarge, "The image is stored in more passes than are taken. Save it anew and send that.")
	}
	for {
		_, err := w.in.ReadSlice(0xff)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return 0, short(err)
		}
		code := byte(0xff)
		for code == 0xff { // fill
			if code, err = w.in.ReadByte(); err != nil {
				return 0, short(err)
			}
		}
		if code != 0 && (code < 0xd0 || code > 0xd7) {
			return code, nil
		}
	}
}

// marker reads a marker that must be here.
func (w *walk) marker() (byte, error) {
	b, err := w.in.ReadByte()
	if err == nil && b != 0xff {
		return 0, broken("JPEG")
	}
	for err == nil && b == 0xff {
		b, err = w.in.ReadByte()
	}
	return b, short(err)
}

// segment reads what a marker carries.
func (w *walk) segment() ([]byte, error) {
	length, err := w.take(2)
	if err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(length))
	if n < 2 {
		return nil, broken("JPEG")
	}
	return w.take(n - 2)
}

// frames are the markers that begin a frame, which says how large it is.
var frames = []byte{0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf}

// segment learns what a segment says of the image.
func (c *Class) segment(marker byte, data []byte) error {
	switch {
	case slices.Contains(frames, marker):
		if len(data) < 6 || c.Width != 0 {
			return broken("JPEG")
		}
		c.Height, c.Width = int(binary.BigEndian.Uint16(data[1:])), int(binary.BigEndian.Uint16(data[3:]))
		if c.Width == 0 || c.Height == 0 {
			return broken("JPEG")
		}
	case marker == markerAPP0 && len(data) == 0x2f2a-2: // its length is the beginning of a comment in a script
		return twoThings()
	case marker == markerAPP1 && bytes.HasPrefix(data, []byte("Exif\x00\x00")):
		c.Orientation = orientation(data[6:])
	}
	return nil
}

// walkMaker takes the trailer that a widespread maker of telephones puts behind its images: blocks, and a directory that
// says where each of them is, from the end.
func walkMaker(w *walk) error {
	from := w.at()
	for {
		if _, err := w.in.Discard(w.in.Buffered()); err != nil {
			return err
		}
		if done, err := w.ended(); err != nil {
			return err
		} else if done {
			break
		}
	}
	tail, end := w.foreign.tail, w.foreign.seen
	if len(tail) < 8 || !bytes.HasSuffix(tail, []byte("SEFT")) {
		return twoThings()
	}
	length := int64(binary.LittleEndian.Uint32(tail[len(tail)-8:]))
	if length < 12 || length > int64(len(tail))-8 {
		return twoThings()
	}
	entries := tail[int64(len(tail))-8-length : len(tail)-8]
	if !bytes.HasPrefix(entries, []byte("SEFH")) || binary.LittleEndian.Uint32(entries[8:])*12 != uint32(length-12) {
		return twoThings()
	}
	begins := int64(0)
	for entries = entries[12:]; len(entries) > 0; entries = entries[12:] {
		begins = max(begins, int64(binary.LittleEndian.Uint32(entries[4:])))
	}
	if end-8-length-begins != from {
		return twoThings()
	}
	return nil
}
