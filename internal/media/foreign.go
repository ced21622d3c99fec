package media

import (
	"bytes"
	"encoding/binary"
)

// tailLength is how far from its end a reader of ZIP looks for a directory: the longest comment and the record itself.
const tailLength = 1<<16 + 22

// longestWord bounds how much of one piece must be seen together with the next.
const longestWord = 16

// foreign looks through everything that passes for the beginnings of files that readers find anywhere: scripts and pages,
// a document in an image, an archive behind anything.
type foreign struct {
	markup, document bool // what to look for
	seen             int64
	carry            []byte // the end of the last piece
	tail             []byte // of the file, at least tailLength of it where there is so much
	met              bool
}

// expect says what the file is, and so what may stand in it: a document is full of words, and so is a text.
func (f *foreign) expect(kind Kind) {
	f.markup = kind.Image() || kind == MP4
	f.document = kind != PDF
	f.look(f.carry[:0:0], f.tail) // what has passed before anybody knew
}

// Write sees the next piece.
func (f *foreign) Write(p []byte) (int, error) {
	f.look(f.carry, p)
	f.seen += int64(len(p))
	f.keep(p)
	return len(p), nil
}

func (f *foreign) keep(p []byte) {
	if f.tail = append(f.tail, p...); len(f.tail) > 2*tailLength {
		f.tail = append(f.tail[:0], f.tail[len(f.tail)-tailLength:]...)
	}
	last := f.tail[max(0, len(f.tail)-longestWord):]
	f.carry = append(f.carry[:0], last...)
}

// words are how pages and scripts begin, in small letters. Those that are short ask for a character behind them that ends
// a tag, so that no compressed byte is taken for one.
var words = []string{"<script", "<html", "<body", "<iframe", "<!doctype html", "<?php", "<svg xmlns", "<svg on", "<svg/on"}

const shortWord = 5

func (f *foreign) look(before, piece []byte) {
	if f.met || !f.markup && !f.document {
		return
	}
	if len(before) > 0 {
		f.search(append(append(make([]byte, 0, 2*longestWord), before...), piece[:min(len(piece), longestWord)]...))
	}
	f.search(piece)
}

func (f *foreign) search(in []byte) {
	if f.document && (bytes.Contains(in, []byte("%PDF-1.")) || bytes.Contains(in, []byte("%PDF-2."))) {
		f.met = true
	}
	for f.markup && !f.met {
		i := bytes.IndexByte(in, '<')
		if i < 0 {
			return
		}
		in = in[i:]
		f.met = tag(in)
		in = in[1:]
	}
}

// tag says whether a page or a script begins here.
func tag(in []byte) bool {
	start := bytes.ToLower(in[:min(len(in), longestWord)])
	for _, word := range words {
		if !bytes.HasPrefix(start, []byte(word)) {
			continue
		}
		if len(word) > shortWord {
			return true
		}
		if len(start) > len(word) && bytes.IndexByte([]byte(" \t\r\n/>"), start[len(word)]) >= 0 {
			return true
		}
	}
	return false
}

// found refuses what was met on the way, and an archive's directory at the end.
func (f *foreign) found() error {
	if f.met || directory(f.tail[max(0, len(f.tail)-tailLength):]) {
		return twoThings()
	}
	return nil
}

// directory says whether a reader of ZIP would find an archive: the record that ends its directory, on one disk, with as
// many entries there as in all.
func directory(tail []byte) bool {
	for {
		i := bytes.Index(tail, []byte("PK\x05\x06"))
		if i < 0 {
			return false
		}
		tail = tail[i:]
		if len(tail) >= 22 && binary.LittleEndian.Uint32(tail[4:]) == 0 && bytes.Equal(tail[8:10], tail[10:12]) {
			return true
		}
		tail = tail[4:]
	}
}
