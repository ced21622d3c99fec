package seed

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// The size of what people photograph in the stories: small for a photograph, large enough to be looked at near.
const (
	pictureWidth   = 1200
	pictureHeight  = 900
	pictureQuality = 82
)

// canvas is a picture that is being painted. Nothing in it is left to chance: it is the same bytes on every machine's seed.
type canvas struct{ *image.RGBA }

type point struct{ x, y float64 }

// paint is the picture as a JPEG file.
func paint(scene func(c canvas) error) ([]byte, error) {
	c := canvas{image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))}
	if err := scene(c); err != nil {
		return nil, fmt.Errorf("paint a picture: %w", err)
	}
	c.light()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, c, &jpeg.Options{Quality: pictureQuality}); err != nil {
		return nil, fmt.Errorf("paint a picture: %w", err)
	}
	return file.Bytes(), nil
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// ground is what things lie or stand on: one colour that fades into another from above.
func (c canvas) ground(above, below color.RGBA) {
	for y := range pictureHeight {
		part := float64(y) / pictureHeight
		mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-part) + float64(b)*part) }
		row := color.RGBA{mix(above.R, below.R), mix(above.G, below.G), mix(above.B, below.B), 0xff}
		for x := range pictureWidth {
			c.SetRGBA(x, y, row)
		}
	}
}

// shape fills what lies between the points.
func (c canvas) shape(fill color.Color, points ...point) {
	r := vector.NewRasterizer(pictureWidth, pictureHeight)
	for i, p := range points {
		if i == 0 {
			r.MoveTo(float32(p.x), float32(p.y))
			continue
		}
		r.LineTo(float32(p.x), float32(p.y))
	}
	r.ClosePath()
	r.Draw(c, c.Bounds(), image.NewUniform(fill), image.Point{})
}

func (c canvas) rectangle(fill color.Color, x, y, width, height float64) {
	c.shape(fill, point{x, y}, point{x + width, y}, point{x + width, y + height}, point{x, y + height})
}

// disc fills an ellipse around a middle.
func (c canvas) disc(fill color.Color, middle point, across, down float64) {
	const corners = 180
	points := make([]point, corners)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points[i] = point{middle.x + across*cos, middle.y + down*sin}
	}
	c.shape(fill, points...)
}

// line draws along the points, as thick as said.
func (c canvas) line(ink color.Color, thick float64, points ...point) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		across := point{-(b.y - a.y) / long * thick / 2, (b.x - a.x) / long * thick / 2}
		c.shape(ink, point{a.x + across.x, a.y + across.y}, point{b.x + across.x, b.y + across.y}, point{b.x - across.x, b.y - across.y}, point{a.x - across.x, a.y - across.y})
	}
}

// write puts words where they begin, on their line.
func (c canvas) write(words string, ink color.Color, size float64, at point) error {
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return fmt.Errorf("read the font: %w", err)
	}
	const dotsAnInch = 72
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: dotsAnInch})
	if err != nil {
		return fmt.Errorf("set the font: %w", err)
	}
	d := font.Drawer{Dst: c, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(int(at.x), int(at.y))}
	d.DrawString(words)
	if err := face.Close(); err != nil {
		return fmt.Errorf("put the font away: %w", err)
	}
	return nil
}

// light darkens the corners and adds the grain of a small lens.
func (c canvas) light() {
	const falls, grain = 0.34, 9
	state := uint32(1)
	for y := range pictureHeight {
		for x := range pictureWidth {
			state = state*1664525 + 1013904223 // Numerical Recipes' generator
			fromMiddle := math.Hypot(float64(x)/pictureWidth-0.45, float64(y)/pictureHeight-0.4)
			by, noise := 1.04-falls*fromMiddle*fromMiddle*2, float64(state>>24)/255*grain-grain/2
			at := c.RGBAAt(x, y)
			lit := func(part uint8) uint8 { return uint8(min(max(float64(part)*by+noise, 0), 255)) }
			c.SetRGBA(x, y, color.RGBA{lit(at.R), lit(at.G), lit(at.B), 0xff})
		}
	}
}
