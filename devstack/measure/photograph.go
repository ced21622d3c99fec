package measure

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"sync/atomic"
)

// photographBytes is how large each photograph is.
const photographBytes = 200_000

// photographs are JPEGs of exactly that size. No two have the same bytes, so that each is stored.
type photographs struct {
	whole []byte
	taken atomic.Uint64
}

// The comments of a JPEG: a marker and a length before each, and at most so many bytes with them.
const (
	commentHead = 4
	commentMost = 2 + 0xffff
	numberAt    = 2 + commentHead // in the first comment, behind the marker that begins the image
	number      = 8
)

// newPhotographs draws a picture with some grain and fills it up with comments, as cameras do with data of their own.
func newPhotographs() (*photographs, error) {
	const width, height = 1280, 960
	grain := rand.New(rand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			shade := uint8(grain.IntN(16))
			picture.SetRGBA(x, y, color.RGBA{R: uint8(x*200/width) + shade, G: uint8(y*200/height) + shade, B: 90 + shade, A: 255})
		}
	}
	var drawn bytes.Buffer
	if err := jpeg.Encode(&drawn, picture, &jpeg.Options{Quality: 75}); err != nil {
		return nil, fmt.Errorf("draw a photograph: %w", err)
	}
	room := photographBytes - drawn.Len()
	if room < commentHead+number {
		return nil, fmt.Errorf("draw a photograph: it has %d bytes already", drawn.Len())
	}
	whole := append([]byte(nil), drawn.Next(2)...)
	for room > 0 {
		size := min(room, commentMost)
		if left := room - size; left > 0 && left < commentHead {
			size -= commentHead // the last one needs a head too
		}
		whole = append(whole, comment(size)...)
		room -= size
	}
	return &photographs{whole: append(whole, drawn.Bytes()...)}, nil
}

// comment is a segment of so many bytes that nobody shows.
func comment(size int) []byte {
	segment := make([]byte, size)
	copy(segment, []byte{0xff, 0xfe})
	binary.BigEndian.PutUint16(segment[2:], uint16(size-2))
	return segment
}

// another is a photograph that nobody has sent.
func (p *photographs) another() []byte {
	photo := bytes.Clone(p.whole)
	binary.BigEndian.PutUint64(photo[numberAt:], p.taken.Add(1))
	return photo
}
