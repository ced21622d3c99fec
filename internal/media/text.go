package media

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// walkPDF reads a document to its end: behind its last end mark nothing may stand but blanks.
func walkPDF(w *walk, _ *Class, _ Limits) error {
	if err := w.drain(); err != nil {
		return err
	}
	tail := w.foreign.tail
	mark := []byte("%%EOF")
	at := bytes.LastIndex(tail, mark)
	if at < 0 {
		return broken("PDF")
	}
	if len(bytes.Trim(tail[at+len(mark):], "\x00\t\n\f\r ")) > 0 {
		return twoThings()
	}
	return nil
}

// drain reads to the end.
func (w *walk) drain() error {
	_, err := io.Copy(io.Discard, w.in)
	return err
}

// walkText reads a text to its end: it has no byte that a text has not. A text of two bytes a letter says so at its
// beginning.
func walkText(w *walk, _ *Class, _ Limits) error {
	mark, err := w.in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch string(mark) {
	case "\xff\xfe":
		return w.wide(1)
	case "\xfe\xff":
		return w.wide(0)
	}
	for {
		line, err := w.in.ReadSlice('\n')
		if bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' && unprintable(byte(r)) }) {
			return twoThings()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// wide reads letters of two bytes; high says which of them is the higher.
func (w *walk) wide(high int) error {
	for {
		var letter [2]byte
		if _, err := io.ReadFull(w.in, letter[:]); err != nil {
			return ignoreEnd(err)
		}
		if letter[high] == 0 && unprintable(letter[1-high]) {
			return twoThings()
		}
	}
}

// unprintable says whether a byte occurs in no text (the "binary data bytes" of MIME Sniffing).
func unprintable(c byte) bool {
	return c <= 0x08 || c == 0x0b || c >= 0x0e && c <= 0x1a || c >= 0x1c && c <= 0x1f
}
