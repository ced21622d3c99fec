package media

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Said is what a sender says of its file. Either may be empty.
type Said struct {
	Name string // the file's name; only its ending says something
	Type string // the declared media type
}

// sniffed is how much of a file its kind is first judged by.
const sniffed = 3072

// Classify reads a file to its end and says what it is. It is refused (*Refusal) when it is not of a kind that is taken,
// when its content, its name's ending and its declared type disagree, when it is not a whole file of its kind, when
// anything else hides in it or behind it, and when it has more pixels than the limits allow. Any other error is one of
// reading. A reader that can seek is left at its end.
func Classify(from io.Reader, said Said, limits Limits) (Class, error) {
	w := newWalk(from)
	head, err := w.in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return Class{}, err
	}
	if len(head) == 0 {
		return Class{}, refuse(Empty, "The file is empty.")
	}
	kind, taken := kindOf(head)
	if !taken {
		return Class{}, refuse(Unsupported, "Files of this type are not taken. Send JPEG, PNG, WebP, GIF, PDF, MP4 or plain text.")
	}
	if !said.agrees(kind) {
		return Class{}, refuse(Disagrees, "The file is not what its name or its declared type says. Send it as what it is.")
	}
	class := Class{Kind: kind, Orientation: 1}
	w.foreign.expect(kind)
	if err := walks[kind](w, &class, limits); err != nil {
		return Class{}, cut(err, kind)
	}
	if err := w.finish(); err != nil {
		return Class{}, cut(err, kind)
	}
	return class, nil
}

// walks go through a file of their kind to its end: past what belongs to it nothing may stand.
var walks = map[Kind]func(*walk, *Class, Limits) error{
	JPEG: walkJPEG, PNG: walkPNG, WebP: walkWebP, GIF: walkGIF, PDF: walkPDF, MP4: walkMP4, Text: walkText,
}

// plainTexts are texts that are told apart by their form only. Kept as text, they are harmless.
var plainTexts = map[string]bool{"text/plain": true, "text/csv": true, "text/tab-separated-values": true, "application/json": true,
	"application/x-ndjson": true, "text/vtt": true, "application/x-subrip": true}

// kindOf judges by the beginning.
func kindOf(head []byte) (Kind, bool) {
	detected, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch {
	case plainTexts[detected]:
		return Text, true
	case detected == "image/apng": // a PNG for everybody who does not know better
		return PNG, true
	}
	if Kind(detected) == PDF && !bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf\t\r\n "), []byte("%PDF-")) {
		return "", false // it begins as something else, and readers of documents do not mind
	}
	_, taken := walks[Kind(detected)]
	return Kind(detected), taken
}

// names are the endings that a file of each kind may have; the first is the one that it gets when it is sent out.
var names = map[Kind][]string{
	JPEG: {"jpg", "jpeg", "jpe", "jfif"}, PNG: {"png", "apng"}, WebP: {"webp"}, GIF: {"gif"}, PDF: {"pdf"}, MP4: {"mp4", "m4v"},
	Text: {"txt", "text", "log", "csv", "tsv", "json", "ndjson", "vtt", "srt"},
}

// Ending is the ending of a file of the kind, with its point; ".bin" for what is not known.
func (k Kind) Ending() string {
	if known := names[k]; len(known) > 0 {
		return "." + known[0]
	}
	return ".bin"
}

// declared are other names by which a kind is sent.
var declared = map[string]Kind{"image/jpg": JPEG, "image/pjpeg": JPEG, "image/apng": PNG, "image/x-png": PNG, "application/x-pdf": PDF}

// agrees says whether the sender's words fit what the file is. Nothing said is nothing wrong.
func (s Said) agrees(kind Kind) bool {
	if ending := endingOf(s.Name); ending != "" {
		fits := false
		for _, name := range names[kind] {
			fits = fits || name == ending
		}
		if !fits {
			return false
		}
	}
	said, _, _ := strings.Cut(s.Type, ";")
	said = strings.ToLower(strings.TrimSpace(said))
	if said == "" || said == "application/octet-stream" {
		return true
	}
	if other, known := declared[said]; known {
		said = string(other)
	}
	return said == string(kind) || kind == Text && plainTexts[said]
}

// endingOf is what stands behind the last point of a name, where that is an ending: letters and digits, a letter among
// them, and no more than a few. "IMG_2026.01.05" and "invoice no. 12" have none.
func endingOf(name string) string {
	point := strings.LastIndexByte(name, '.')
	if point < 0 {
		return ""
	}
	ending := strings.ToLower(strings.TrimRight(name[point+1:], " "))
	letters := 0
	for _, c := range ending {
		switch {
		case c >= 'a' && c <= 'z':
			letters++
		case c < '0' || c > '9':
			return ""
		}
	}
	if letters == 0 || len(ending) > 12 {
		return ""
	}
	return ending
}

// walk reads a file forward. Whatever passes is looked through for what does not belong there.
type walk struct {
	in      *bufio.Reader
	foreign *foreign
}

func newWalk(from io.Reader) *walk {
	f := &foreign{}
	return &walk{in: bufio.NewReaderSize(io.TeeReader(from, f), 32<<10), foreign: f}
}

// at is how many bytes have been taken.
func (w *walk) at() int64 { return w.foreign.seen - int64(w.in.Buffered()) }

// take reads so many bytes, which stay valid.
func (w *walk) take(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(w.in, b); err != nil {
		return nil, short(err)
	}
	return b, nil
}

func (w *walk) skip(n int64) error {
	_, err := io.CopyN(io.Discard, w.in, n)
	return short(err)
}

// ended says whether nothing follows.
func (w *walk) ended() (bool, error) {
	_, err := w.in.Peek(1)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// finish reads what is left and says whether something foreign was met. What is left may be padding only: the walks of
// kinds that allow more have taken it.
func (w *walk) finish() error {
	for {
		rest, err := w.in.ReadSlice(0)
		for _, c := range rest {
			if c != 0 && c != '\n' && c != '\r' && c != ' ' {
				return twoThings()
			}
		}
		if errors.Is(err, io.EOF) {
			return w.foreign.found()
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// short gives an end that comes too early one name.
func short(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cut turns an end that comes too early into a refusal. A reader that itself breaks off with that error is the same to
// its sender.
func cut(err error, kind Kind) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return broken(string(kind))
	}
	return err
}
