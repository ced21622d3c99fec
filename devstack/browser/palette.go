package browser

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// Small is a PNG with as few colours as a palette has. Those of a page's surfaces stay exactly as they are; what is between
// the edge of a letter and its ground takes the nearest that is left. Where that is no gain, it is the picture as it was.
func Small(picture []byte) ([]byte, error) {
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	bounds := decoded.Bounds()
	counts := map[color.RGBA]int{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[color.RGBAModel.Convert(decoded.At(x, y)).(color.RGBA)]++
		}
	}
	palette := paletteOf(counts)
	nearest := map[color.RGBA]uint8{}
	small := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			colour := color.RGBAModel.Convert(decoded.At(x, y)).(color.RGBA)
			index, known := nearest[colour]
			if !known {
				index = uint8(palette.Index(colour))
				nearest[colour] = index
			}
			small.SetColorIndex(x, y, index)
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, small); err != nil {
		return nil, fmt.Errorf("write the picture: %w", err)
	}
	if out.Len() >= len(picture) {
		return picture, nil
	}
	return out.Bytes(), nil
}

// paletteOf takes the most frequent colours that are not too near to one that was taken, and asks for more distance until they
// fit into a palette.
func paletteOf(counts map[color.RGBA]int) color.Palette {
	const most = 256
	all := make([]color.RGBA, 0, len(counts))
	for colour := range counts {
		all = append(all, colour)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	for apart := 0; ; apart += 4 {
		palette := make(color.Palette, 0, most)
		for _, colour := range all {
			if slices.ContainsFunc(palette, func(taken color.Color) bool { return distance(taken.(color.RGBA), colour) < apart }) {
				continue
			}
			if len(palette) == most {
				palette = nil
				break
			}
			palette = append(palette, colour)
		}
		if palette != nil {
			return palette
		}
	}
}

// distance is how far two colours are from each other, in steps of their parts.
func distance(a, b color.RGBA) int {
	apart := func(x, y uint8) int { return max(int(x), int(y)) - min(int(x), int(y)) }
	return apart(a.R, b.R) + apart(a.G, b.G) + apart(a.B, b.B)
}
