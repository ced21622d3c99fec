package media

import (
	"image"
	"image/color"
	"image/draw"
)

// fit is the size with the longer side at most so long, in proportion. Nothing is made larger.
func fit(width, height, side int) (int, int) {
	if width <= side && height <= side {
		return width, height
	}
	if width >= height {
		return side, max(1, (height*side+width/2)/width)
	}
	return max(1, (width*side+height/2)/height), side
}

// shrink makes an image small enough, each pixel the mean of those it stands for, on white. It looks at a few rows at a
// time, so that beside the decoded image little memory is needed.
func shrink(from image.Image, side int) *image.RGBA {
	b := from.Bounds()
	width, height := fit(b.Dx(), b.Dy(), side)
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	most := (b.Dy()+height-1)/height + 1
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), most))
	for y := range height {
		top, bottom := y*b.Dy()/height, (y+1)*b.Dy()/height
		rows := image.Rect(0, 0, b.Dx(), bottom-top)
		draw.Draw(strip, rows, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, rows, from, image.Pt(b.Min.X, b.Min.Y+top), draw.Over)
		for x := range width {
			left, right := x*b.Dx()/width, (x+1)*b.Dx()/width
			to.SetRGBA(x, y, mean(strip, image.Rect(left, 0, right, bottom-top)))
		}
	}
	return to
}

// mean is the mean colour of a part, which is not empty.
func mean(of *image.RGBA, part image.Rectangle) color.RGBA {
	var r, g, b, n int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := of.Pix[of.PixOffset(part.Min.X, y):of.PixOffset(part.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			r, g, b, n = r+int(row[i]), g+int(row[i+1]), b+int(row[i+2]), n+1
		}
	}
	return color.RGBA{R: uint8((r + n/2) / n), G: uint8((g + n/2) / n), B: uint8((b + n/2) / n), A: 0xff}
}

// upright turns an image as EXIF says that it is to be shown.
func upright(m *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 {
		return m
	}
	width, height := m.Rect.Dx(), m.Rect.Dy()
	last := func(n int) int { return n - 1 }
	// from says which pixel of the stored image is shown at a place.
	var from func(x, y int) (int, int)
	switch orientation {
	case 2:
		from = func(x, y int) (int, int) { return last(width) - x, y }
	case 3:
		from = func(x, y int) (int, int) { return last(width) - x, last(height) - y }
	case 4:
		from = func(x, y int) (int, int) { return x, last(height) - y }
	case 5:
		from = func(x, y int) (int, int) { return y, x }
	case 6:
		from = func(x, y int) (int, int) { return y, last(height) - x }
	case 7:
		from = func(x, y int) (int, int) { return last(width) - y, last(height) - x }
	default:
		from = func(x, y int) (int, int) { return last(width) - y, x }
	}
	size := image.Rect(0, 0, width, height)
	if orientation >= 5 {
		size = image.Rect(0, 0, height, width)
	}
	to := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			to.SetRGBA(x, y, m.RGBAAt(from(x, y)))
		}
	}
	return to
}
