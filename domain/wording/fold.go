package wording

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as the rules read it: compatibility forms taken apart, small letters, no marks and nothing invisible.
// Every rune knows which bytes of the text as written it stands for.
type folded struct {
	runes    []rune
	from, to []int32
}

func (f *folded) add(r rune, from, to int) {
	f.runes = append(f.runes, r)
	f.from = append(f.from, int32(from))
	f.to = append(f.to, int32(to))
}

// fold reads the text of r. It runs over the text once.
func (r *reading) fold() {
	for i := 0; i < len(r.text); {
		if c := rune(r.text[i]); c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			r.add(c, i, i+1)
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(r.text[i:])
		if simple, ok := r.scanner.words.variants[c]; ok {
			c = simple
		}
		r.decomposed(c, i, i+n)
		i += n
	}
}

// decomposed adds what a rune beyond ASCII is made of.
func (f *folded) decomposed(c rune, from, to int) {
	if c >= 0x4E00 && c <= 0x9FFF { // the common ideographs have no other form
		f.add(c, from, to)
		return
	}
	var encoded [utf8.UTFMax]byte
	n := utf8.EncodeRune(encoded[:], c)
	parts := norm.NFKD.Properties(encoded[:n]).Decomposition()
	if parts == nil {
		f.simple(c, from, to)
		return
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		f.simple(part, from, to)
		parts = parts[size:]
	}
}

// simple adds one rune in its folded form, or nothing for what is not seen.
func (f *folded) simple(c rune, from, to int) {
	if several, ok := spelledOut[c]; ok {
		for _, r := range several {
			f.add(r, from, to)
		}
		return
	}
	switch {
	case unseen(c):
	case unicode.IsDigit(c):
		f.add(digit(c), from, to)
	case unicode.IsSpace(c):
		if c != '\n' {
			c = ' '
		}
		f.add(c, from, to)
	default:
		f.add(unicode.ToLower(c), from, to)
	}
}

// unseen says that a rune leaves no ink of its own: marks, joiners, directions, fillers.
func unseen(c rune) bool {
	switch c {
	case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800: // fillers that count as letters or signs
		return true
	}
	return unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf)
}

// digit is the ASCII digit of a decimal digit of any script: each script has its ten in a row.
func digit(c rune) rune {
	if c <= '9' {
		return c
	}
	first := c
	for c-first < 9 && unicode.IsDigit(first-1) {
		first--
	}
	if c >= 0x1D7CE && c <= 0x1D7FF { // the mathematical digits are five rows without a gap
		return '0' + (c-0x1D7CE)%10
	}
	return '0' + (c - first)
}

// spelledOut are letters that decomposition leaves alone, and signs that come in several shapes.
var spelledOut = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ı': "i",
	'’': "'", '‘': "'", '´': "'", 'ʼ': "'", '‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '−': "-", '·': ".", '•': ".",
	'⭐': "★", '🌟': "★", '☆': "★", '✩': "★", '✪': "★", '⋆': "★", '✭': "★", '✯': "★",
	'⁄': "/", '、': ",", '؟': "?", '，': ",", '£': "£",
}
