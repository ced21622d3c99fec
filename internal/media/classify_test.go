package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"recourse/internal/media"
)

func classify(file []byte, said media.Said) (media.Class, error) {
	return media.Classify(bytes.NewReader(file), said, media.Defaults())
}

// refused checks that a file is refused for a reason, with a sentence that repeats nothing of it.
func refused(t *testing.T, reason media.Reason, file []byte, said media.Said) {
	t.Helper()
	_, err := classify(file, said)
	refusal, ok := errors.AsType[*media.Refusal](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, reason, refusal.Reason)
	require.NotContains(t, refusal.Detail, secret)
}

func TestEachKindIsKnownByItsContent(t *testing.T) {
	lamp := quarters(40, 20)
	for name, c := range map[string]struct {
		file []byte
		want media.Class
	}{
		"jpeg":                {jpegOf(t, lamp), media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"jpeg that is turned": {chatty(t, lamp, 6), media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 6, Frames: 1}},
		"jpeg with another exposure behind it": {append(append(jpegOf(t, lamp), make([]byte, 9)...), jpegOf(t, lamp)...),
			media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"jpeg with a film behind it":            {append(jpegOf(t, lamp), mp4Of()...), media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"jpeg with its maker's words behind it": {append(jpegOf(t, lamp), maker("Image_UTC_Data1600000000000")...), media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"jpeg with blanks behind it":            {append(jpegOf(t, lamp), "\r\n\x00"...), media.Class{Kind: media.JPEG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"png":                                   {pngOf(t, lamp), media.Class{Kind: media.PNG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"png that is turned":                    {inPNG(pngOf(t, lamp), pngChunk("eXIf", string(tiff(8)))), media.Class{Kind: media.PNG, Width: 40, Height: 20, Orientation: 8, Frames: 1}},
		"animated png":                          {inPNG(pngOf(t, lamp), pngChunk("acTL", "\x00\x00\x00\x01\x00\x00\x00\x00")), media.Class{Kind: media.PNG, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"gif":                                   {gifOf(t, lamp, 1), media.Class{Kind: media.GIF, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"animated gif":                          {inGIF(gifOf(t, lamp, 3), "made by hand"), media.Class{Kind: media.GIF, Width: 40, Height: 20, Orientation: 1, Frames: 3}},
		"webp":                                  {stillWebP(), media.Class{Kind: media.WebP, Width: 40, Height: 20, Orientation: 1, Frames: 1}},
		"animated webp":                         {movingWebP(), media.Class{Kind: media.WebP, Width: 40, Height: 20, Orientation: 1, Frames: 2}},
		"pdf":                                   {[]byte(pdf), media.Class{Kind: media.PDF, Orientation: 1}},
		"mp4":                                   {mp4Of(), media.Class{Kind: media.MP4, Orientation: 1}},
		"mp4 with a last box without an end":    {mp4Of([]byte("\x00\x00\x00\x00mdatxyz")), media.Class{Kind: media.MP4, Orientation: 1}},
		"mp4 with a long length":                {mp4Of([]byte("\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x13xyz")), media.Class{Kind: media.MP4, Orientation: 1}},
		"text":                                  {[]byte("Good day,\nthe parcel was light.\n"), media.Class{Kind: media.Text, Orientation: 1}},
		"one letter":                            {[]byte("x"), media.Class{Kind: media.Text, Orientation: 1}},
		"text of two bytes a letter":            {[]byte("\xff\xfeH\x00i\x00\n\x00\x05\x04"), media.Class{Kind: media.Text, Orientation: 1}},
		"text in an old encoding":               {[]byte("Gr\xfc\xdfe\n"), media.Class{Kind: media.Text, Orientation: 1}},
		"text about a tag":                      {[]byte("He wrote <script> and meant it.\n"), media.Class{Kind: media.Text, Orientation: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := classify(c.file, media.Said{})
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			got, err = media.Classify(iotest.OneByteReader(bytes.NewReader(c.file)), media.Said{}, media.Defaults())
			require.NoError(t, err)
			require.Equal(t, c.want, got, "in whatever pieces it comes")
		})
	}
}

func TestTheEvidenceOfTheCaseFilesIsTaken(t *testing.T) {
	files, err := filepath.Glob("../../cases/evidence/*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		file, err := os.ReadFile(path)
		require.NoError(t, err)
		class, err := classify(file, media.Said{Name: filepath.Base(path)})
		require.NoError(t, err, path)
		require.Equal(t, filepath.Ext(path), class.Kind.Ending())
	}
}

func TestNameDeclaredTypeAndContentMustAgree(t *testing.T) {
	lamp := quarters(8, 8)
	photo, shot, note := jpegOf(t, lamp), pngOf(t, lamp), []byte("a,b\n1,2\n3,4\n")
	for _, c := range []struct {
		file   []byte
		said   media.Said
		agrees bool
	}{
		{photo, media.Said{Name: "lamp.jpg", Type: "image/jpeg"}, true},
		{photo, media.Said{Name: "LAMP.JPEG", Type: "Image/JPG; q=1"}, true},
		{photo, media.Said{Name: "lamp", Type: "application/octet-stream"}, true},
		{photo, media.Said{Name: "IMG_2026.01.05"}, true},
		{photo, media.Said{Name: "lamp no. 12"}, true},
		{photo, media.Said{Name: "lamp.png", Type: "image/jpeg"}, false},
		{photo, media.Said{Name: "lamp.jpg", Type: "image/png"}, false},
		{photo, media.Said{Name: "lamp.jpg.exe"}, false},
		{photo, media.Said{Name: "lamp.jpg.exe "}, false},
		{photo, media.Said{Name: "lamp.html"}, false},
		{photo, media.Said{Type: "text/html"}, false},
		{photo, media.Said{Type: "image/*"}, false},
		{shot, media.Said{Name: "shot.png", Type: "image/x-png"}, true},
		{shot, media.Said{Name: "shot.pdf"}, false},
		{note, media.Said{Name: "chat.csv", Type: "text/plain"}, true},
		{note, media.Said{Name: "chat.txt", Type: "text/csv; charset=utf-8"}, true},
		{note, media.Said{Name: "chat.js"}, false},
		{note, media.Said{Type: "text/html"}, false},
		{[]byte(pdf), media.Said{Name: "invoice.pdf", Type: "application/x-pdf"}, true},
		{[]byte(pdf), media.Said{Name: "invoice.docx"}, false},
		{mp4Of(), media.Said{Name: "film.mp4", Type: "video/mp4"}, true},
		{mp4Of(), media.Said{Name: "film.mov"}, false},
	} {
		if !c.agrees {
			refused(t, media.Disagrees, c.file, c.said)
			continue
		}
		_, err := classify(c.file, c.said)
		require.NoError(t, err, "%+v", c.said)
	}
}

func TestWhatIsNotTakenIsRefused(t *testing.T) {
	for name, file := range map[string]string{
		"html": "<!doctype html><script>alert(1)</script>", "html after blanks": "\n\n  <html><body>", "svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"zip": "PK\x03\x04\x14\x00\x00\x00\x00\x00", "program": "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00",
		"script": "#!/bin/sh\nrm -rf /\n", "tiff": "II*\x00\x08\x00\x00\x00", "bytes": "\x00\x01\x02\x03", "bitmap": "BM\x00\x00\x00\x00\x00\x00\x00\x00\x1a\x00\x00\x00",
		"rich text": `{\rtf1 a}`, "film of another kind": "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "office": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	} {
		t.Run(name, func(t *testing.T) { refused(t, media.Unsupported, []byte(file), media.Said{}) })
	}
	refused(t, media.Empty, nil, media.Said{Name: "lamp.jpg"})
}

func TestAFileThatIsTwoThingsIsRefused(t *testing.T) {
	lamp := quarters(40, 20)
	photo, shot, moving, web, film := jpegOf(t, lamp), pngOf(t, lamp), gifOf(t, lamp, 2), stillWebP(), mp4Of()
	scripted := append([]byte{}, moving...)
	copy(scripted[6:], "/*")
	comment := inJPEG(photo, append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe0}, 0x2f2a), make([]byte, 0x2f2a-2)...))
	behind := map[string]string{"archive": "PK\x03\x04 and so on" + archive, "page": "<html><script>alert(1)</script>", "document": pdf, "program": "MZ\x90\x00\x03",
		"rar": "Rar!\x1a\x07\x01\x00", "one byte": "x"}
	files := map[string][]byte{
		"jpeg whose length is a comment":  comment,
		"jpeg with a page in its comment": inJPEG(photo, segmentOf(0xfe, "<HTML ><body>")),
		"jpeg with a page far inside":     inJPEG(photo, segmentOf(0xfe, strings.Repeat("far ", 2000)+"<html >")),
		"jpeg with a document far inside": inJPEG(photo, segmentOf(0xfe, strings.Repeat("far ", 2000)+pdf)),
		"jpeg with php in its exif":       inJPEG(photo, segmentOf(0xe1, "Exif\x00\x00<?php system($_GET[0]);")),
		"jpeg with a document inside":     inJPEG(photo, segmentOf(0xfe, pdf)),
		"jpeg with a film and an archive": append(append(append([]byte{}, photo...), mp4Of()...), "PK\x03\x04"+archive...),
		"jpeg with an archive in a box":   append(append([]byte{}, photo...), mp4Of(box("free", archive))...),
		"jpeg with a maker's archive":     append(append([]byte{}, photo...), maker("PK\x03\x04"+archive)...),
		"jpeg with what is no directory":  append(append([]byte{}, photo...), "SEFH\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00SEFT"...),
		"jpeg with more before its maker": append(append([]byte{}, photo...), "MZ"+string(maker("a"))...),
		"png with a script in its text":   inPNG(shot, pngChunk("tEXt", "Comment\x00<ScRiPt>alert(1)</script>")),
		"gif with a script in a comment":  inGIF(moving, "<script>alert(1)</script>"),
		"gif that is a script":            scripted,
		"webp with a page inside":         webpFile(webpChunk("VP8L", solid(40, 20, red)), webpChunk("XMP ", []byte("<body onload=alert(1)>"))),
		"mp4 with an archive in a box":    mp4Of(box("free", "PK\x03\x04"+archive)),
		"mp4 with a page in a box":        mp4Of(box("uuid", "<iframe src=x>")),
		"pdf with an archive in it":       []byte(strings.Replace(pdf, "%%EOF", archive+"%%EOF", 1)),
		"text with a document in it":      []byte("hello\n" + pdf),
		"text with bytes":                 []byte("It was light and very small, with a long text before it\x00\x01"),
		"wide text with bytes":            []byte("\xff\xfeH\x00\x01\x00"),
	}
	for what, tail := range behind {
		for kind, file := range map[string][]byte{"jpeg": photo, "png": shot, "gif": moving, "webp": web, "mp4": film, "pdf": []byte(pdf)} {
			if kind == "pdf" && what == "document" {
				continue // a document that was added to is a document
			}
			files[what+" behind "+kind] = append(append([]byte{}, file...), tail...)
		}
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			_, err := classify(file, media.Said{})
			refusal, ok := errors.AsType[*media.Refusal](err)
			require.True(t, ok, "%v", err)
			require.Contains(t, []media.Reason{media.TwoThings, media.Broken, media.Unsupported}, refusal.Reason)
			_, err = media.Classify(iotest.OneByteReader(bytes.NewReader(file)), media.Said{}, media.Defaults())
			require.Error(t, err, "in whatever pieces it comes")
		})
	}
}

func TestACutFileIsRefusedWhereverItIsCut(t *testing.T) {
	lamp := quarters(40, 20)
	for name, file := range map[string][]byte{"jpeg": chatty(t, lamp, 1), "png": pngOf(t, lamp), "gif": gifOf(t, lamp, 2), "webp": movingWebP(), "mp4": mp4Of(), "pdf": []byte(strings.TrimSpace(pdf))} {
		for at := 24; at < len(file)-1; at++ { // what is shorter may be a text
			_, err := classify(file[:at], media.Said{})
			_, ok := errors.AsType[*media.Refusal](err)
			require.True(t, ok, "%s cut at %d of %d: %v", name, at, len(file), err)
		}
	}
}

// sized is a JPEG, PNG, GIF or WebP that says it is that large and holds next to nothing.
func sized(t *testing.T, kind media.Kind, width, height int) []byte {
	lamp := quarters(16, 16)
	switch kind {
	case media.JPEG:
		file := jpegOf(t, lamp)
		at := bytes.Index(file, []byte{0xff, 0xc0})
		binary.BigEndian.PutUint16(file[at+5:], uint16(height))
		binary.BigEndian.PutUint16(file[at+7:], uint16(width))
		return file
	case media.PNG:
		file := pngOf(t, lamp)
		head := string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))) + string(file[24:29])
		return append(append(append([]byte{}, file[:8]...), pngChunk("IHDR", head)...), file[33:]...)
	case media.GIF:
		file := gifOf(t, lamp, 1)
		binary.LittleEndian.PutUint16(file[6:], uint16(width))
		binary.LittleEndian.PutUint16(file[8:], uint16(height))
		return file
	}
	return webpFile(canvas(0x02, width, height), frameOf(0, 0, 16, 16, 0, red))
}

func TestAPixelFloodIsRefusedBeforeAnythingIsDecoded(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, kind := range []media.Kind{media.JPEG, media.PNG, media.GIF, media.WebP} {
		for _, size := range []image.Point{{65535, 65535}, {16385, 1}, {1, 16385}, {7072, 7072}} {
			refused(t, media.TooLarge, sized(t, kind, size.X, size.Y), media.Said{})
			_, _, err := media.Derive(bytes.NewReader(sized(t, kind, size.X, size.Y)), media.Defaults())
			refusal, ok := errors.AsType[*media.Refusal](err)
			require.True(t, ok)
			require.Equal(t, media.TooLarge, refusal.Reason)
		}
		_, err := classify(sized(t, kind, 7071, 7071), media.Said{})
		require.NoError(t, err, kind)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20), "a single flood would be 200 MB")
	refused(t, media.Broken, sized(t, media.PNG, 0, 5), media.Said{})
}

func TestTheFramesOfAnAnimationCountTogether(t *testing.T) {
	lamp := quarters(40, 20)
	few := media.Defaults()
	few.Frames = 3
	_, err := media.Classify(bytes.NewReader(gifOf(t, lamp, 3)), media.Said{}, few)
	require.NoError(t, err)
	_, err = media.Classify(bytes.NewReader(gifOf(t, lamp, 4)), media.Said{}, few)
	require.ErrorContains(t, err, "more than the 3 frames")
	small := media.Defaults()
	small.Pixels = 40 * 20 * 2
	_, err = media.Classify(bytes.NewReader(movingWebP()), media.Said{}, small)
	require.NoError(t, err)
	small.Pixels--
	_, err = media.Classify(bytes.NewReader(movingWebP()), media.Said{}, small)
	require.Error(t, err)
}

func TestAFileThatLiesAboutItsPartsIsRefused(t *testing.T) {
	lamp := quarters(40, 20)
	photo := jpegOf(t, lamp)
	at := bytes.Index(photo, []byte{0xff, 0xc0})
	frame := photo[at : at+19]
	scans := bytes.Repeat([]byte{0xff, 0xda, 0, 2}, 70)
	outside := gifOf(t, lamp, 1)
	binary.LittleEndian.PutUint16(outside[6:], 39)
	for name, file := range map[string][]byte{
		"jpeg of two sizes":             inJPEG(photo, frame),
		"jpeg of a thousand passes":     append(append([]byte{}, photo[:len(photo)-2]...), append(scans, 0xff, 0xd9)...),
		"jpeg without an image":         []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"),
		"gif with a frame outside":      outside,
		"gif without a frame":           []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
		"webp with another size inside": webpFile(canvas(0, 40, 20), webpChunk("VP8L", solid(400, 200, red))),
		"webp with a frame outside":     webpFile(canvas(2, 40, 20), frameOf(2, 0, 40, 20, 0, red)),
		"webp with a frame that lies":   webpFile(canvas(2, 40, 20), bytes.Replace(frameOf(0, 0, 40, 20, 0, red), solid(40, 20, red), solid(42, 20, red), 1)),
		"webp of two images":            webpFile(webpChunk("VP8L", solid(4, 2, red)), webpChunk("VP8L", solid(4, 2, red))),
		"mp4 without a table":           []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"),
		"mp4 with a box too small":      mp4Of([]byte("\x00\x00\x00\x07mdat")),
		"pdf without an end":            []byte("%PDF-1.4\n1 0 obj\n"),
		"png that begins in the middle": append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IEND", "")...),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := classify(file, media.Said{})
			refusal, ok := errors.AsType[*media.Refusal](err)
			require.True(t, ok, "%v", err)
			require.Contains(t, []media.Reason{media.Broken, media.TooLarge}, refusal.Reason)
		})
	}
}

func TestAnErrorOfReadingIsNoRefusal(t *testing.T) {
	gone := errors.New("the disk is gone")
	for _, file := range [][]byte{nil, jpegOf(t, quarters(8, 8))[:100], []byte("Some text"), append(jpegOf(t, quarters(8, 8)), 0)} {
		_, err := media.Classify(io.MultiReader(bytes.NewReader(file), iotest.ErrReader(gone)), media.Said{}, media.Defaults())
		require.ErrorIs(t, err, gone)
		_, refusal := errors.AsType[*media.Refusal](err)
		require.False(t, refusal)
	}
}

// long is a text that has no end before its length and no memory.
type long struct{ left int64 }

func (l *long) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), l.left))
	for i := range n {
		p[i] = "It was light.\n"[i%14]
	}
	l.left -= int64(n)
	return n, nil
}

func TestALargeFileIsReadInBoundedMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, err := media.Classify(&long{left: 256 << 20}, media.Said{}, media.Defaults())
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
}
