package media_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

// secret stands in every place where a file can carry more than its pixels.
const secret = "52.5163N 13.3777E at home"

// quarters is an image whose corners can be told apart: red, green, blue, white, from the top left by rows.
func quarters(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i, c := range []color.RGBA{{R: 255, A: 255}, {G: 255, A: 255}, {B: 255, A: 255}, {R: 255, G: 255, B: 255, A: 255}} {
		x, y := i%2*width/2, i/2*height/2
		draw.Draw(m, image.Rect(x, y, x+width/2, y+height/2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return b.Bytes()
}

// gifOf is an animation of that many frames: the image, then one of its corners a frame.
func gifOf(t testing.TB, m *image.RGBA, count int) []byte {
	t.Helper()
	g := gif.GIF{}
	for range count {
		p := image.NewPaletted(m.Rect, color.Palette{color.White, color.Black, color.RGBA{R: 255, A: 255}, color.RGBA{G: 255, A: 255}, color.RGBA{B: 255, A: 255}})
		draw.Draw(p, m.Rect, m, image.Point{}, draw.Src)
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 7)
	}
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, &g))
	return b.Bytes()
}

// tiff is EXIF data with an orientation and a text where a camera keeps its place.
func tiff(orientation int) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08")
	b = binary.BigEndian.AppendUint16(b, 2)
	b = append(b, 0x01, 0x0e, 0, 2, 0, 0, 0, byte(len(secret)), 0, 0, 0, 38)
	b = append(b, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0)
	return append(append(b, 0, 0, 0, 0), secret...)
}

// segmentOf is a segment of a JPEG.
func segmentOf(marker byte, data string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2))
	return append(b, data...)
}

// inJPEG puts segments behind the first marker.
func inJPEG(file []byte, segments ...[]byte) []byte {
	out := append([]byte{}, file[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, file[2:]...)
}

// chatty is a JPEG that says the secret wherever one can, turned as told.
func chatty(t testing.TB, m image.Image, orientation int) []byte {
	return inJPEG(jpegOf(t, m), segmentOf(0xe1, "Exif\x00\x00"+string(tiff(orientation))),
		segmentOf(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secret+"</x:xmpmeta>"),
		segmentOf(0xe2, "ICC_PROFILE\x00\x01\x01"+secret), segmentOf(0xed, "Photoshop 3.0\x00"+secret), segmentOf(0xfe, secret))
}

func pngChunk(name, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// inPNG puts chunks behind the first one.
func inPNG(file []byte, chunks ...[]byte) []byte {
	const head = 8 + 25
	out := append([]byte{}, file[:head]...)
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(out, file[head:]...)
}

// inGIF puts a comment before the first frame.
func inGIF(file []byte, comment string) []byte {
	at := 13
	if file[10]&0x80 != 0 {
		at += 3 << (file[10]&7 + 1)
	}
	block := append([]byte{0x21, 0xfe, byte(len(comment))}, comment...)
	return append(append(append([]byte{}, file[:at]...), append(block, 0)...), file[at:]...)
}

// solid is the data of a lossless WebP of one colour: five codes of one symbol each, so that no pixel needs a bit.
func solid(width, height int, c color.RGBA) []byte {
	var bits uint64
	var n uint
	var out []byte
	put := func(v uint64, count uint) {
		bits |= v << n
		for n += count; n >= 8; n -= 8 {
			out = append(out, byte(bits))
			bits >>= 8
		}
	}
	put(0x2f, 8)
	put(uint64(width-1), 14)
	put(uint64(height-1), 14)
	put(1, 1) // alpha is used
	put(0, 3+1+1+1)
	for _, v := range []uint8{c.G, c.R, c.B, c.A} {
		put(1, 1) // a simple code
		put(0, 1) // of one symbol
		put(1, 1) // of eight bits
		put(uint64(v), 8)
	}
	put(1, 1)
	put(0, 1)
	put(0, 1)
	put(0, 1) // no distance
	put(0, 7)
	return out
}

func webpChunk(name string, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data)))
	b = append(b, data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func webpFile(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func canvas(flags byte, width, height int) []byte {
	w, h := uint32(width-1), uint32(height-1)
	return webpChunk("VP8X", []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
}

// frameOf is one frame of an animated WebP, 200 milliseconds long.
func frameOf(x, y, width, height int, flags byte, c color.RGBA) []byte {
	w, h := width-1, height-1
	head := []byte{byte(x / 2), 0, 0, byte(y / 2), 0, 0, byte(w), byte(w >> 8), 0, byte(h), byte(h >> 8), 0, 200, 0, 0, flags}
	return webpChunk("ANMF", append(head, webpChunk("VP8L", solid(width, height, c))...))
}

var (
	red   = color.RGBA{R: 255, A: 255}
	green = color.RGBA{G: 255, A: 255}
)

func stillWebP() []byte { return webpFile(webpChunk("VP8L", solid(40, 20, red))) }

// movingWebP is red, then red with a green corner.
func movingWebP() []byte {
	return webpFile(canvas(0x02, 40, 20), webpChunk("ANIM", make([]byte, 6)), frameOf(0, 0, 40, 20, 0, red), frameOf(0, 0, 20, 10, 0, green),
		webpChunk("EXIF", tiff(1)), webpChunk("XMP ", []byte(secret)))
}

func box(name string, data string) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(data)+8)), name...), data...)
}

func mp4Of(more ...[]byte) []byte {
	parts := append([][]byte{box("ftyp", "mp42\x00\x00\x00\x00mp42isom"), box("mdat", "abcdefg"), box("moov", string(box("mvhd", "x")))}, more...)
	return bytes.Join(parts, nil)
}

const pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

// archive is an empty ZIP file: the record that ends its directory.
const archive = "PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// maker is the trailer of a widespread telephone around one block.
func maker(block string) []byte {
	b := []byte(block)
	dir := binary.LittleEndian.AppendUint32([]byte("SEFH\x6b\x00\x00\x00"), 1)
	dir = append(dir, 0, 0, 1, 10)
	dir = binary.LittleEndian.AppendUint32(dir, uint32(len(block)))
	dir = binary.LittleEndian.AppendUint32(dir, uint32(len(block)))
	b = append(b, dir...)
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(dir))), "SEFT"...)
}
