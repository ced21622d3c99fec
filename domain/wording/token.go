package wording

import "unicode"

// kind is what a token is made of.
type kind uint8

const (
	kindWord kind = iota
	kindNumber
	kindHan  // one ideograph: Chinese is written without spaces
	kindSign // a sign that fragments speak of: currencies, stars, = and %
)

// token is one word, number or sign of the folded text.
type token struct {
	from, to int32 // runes of the folded text
	kind     kind
	end      int32 // the token after the last of its sentence
	start    int32 // the first token of its sentence
	first    int32 // hits[first:last]
	last     int32
	mark     int32 // the first of its marks, or -1
}

// hit says that a symbol is met at a token, over so many tokens.
type hit struct {
	symbol int32
	tokens int16
	value  int32
	repeat bool
}

// mark is a hit of a class that was found by its form, linked from the token it begins at.
type mark struct {
	hit
	next int32
}

// tokenize cuts the folded text into tokens and sentences and looks every token up.
func (r *reading) tokenize() {
	r.cut()
	r.joinSpelled()
	r.sentences()
	for i := range r.tokens {
		r.lookup(i)
	}
}

// cut finds the tokens.
func (r *reading) cut() {
	for i := 0; i < len(r.runes); {
		c := r.runes[i]
		switch {
		case isHan(c):
			r.token(i, i+1, kindHan)
			i++
		case wordRune(c):
			j := r.wordEnd(i)
			r.word(i, j)
			i = j
		case c == '★':
			j := i
			for j < len(r.runes) && r.runes[j] == c {
				j++
			}
			r.token(i, j, kindSign)
			i = j
		case c == '=' || c == '%' || unicode.Is(unicode.Sc, c):
			r.token(i, i+1, kindSign)
			i++
		default:
			i++
		}
	}
}

func (r *reading) token(from, to int, k kind) {
	r.tokens = append(r.tokens, token{from: int32(from), to: int32(to), kind: k, mark: -1})
}

func isHan(c rune) bool {
	return c >= 0x2E80 && unicode.Is(unicode.Han, c)
}

// wordRune says that a rune is part of a word or a number. Ideographs are words of their own.
func wordRune(c rune) bool {
	if c < unicode.MaxASCII {
		return 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
	}
	return unicode.IsLetter(c) && !isHan(c)
}

// inside says that a sign stands for a letter where it has one on both sides: sh!t, p@y.
func inside(c rune) bool { return c == '@' || c == '$' || c == '!' || c == '*' || c == '|' }

// wordEnd is where the word or number that begins at i ends. A number may hold points and commas between its digits.
func (r *reading) wordEnd(i int) int {
	for i < len(r.runes) {
		c := r.runes[i]
		between := i > 0 && i+1 < len(r.runes) && wordRune(r.runes[i-1]) && wordRune(r.runes[i+1])
		switch {
		case wordRune(c):
		case (c == '.' || c == ',') && between && isDigit(r.runes[i-1]) && isDigit(r.runes[i+1]):
		case inside(c) && between && !isDigit(r.runes[i-1]):
		case inside(c) && i > 0 && inside(r.runes[i-1]) && i+1 < len(r.runes) && (wordRune(r.runes[i+1]) || inside(r.runes[i+1])):
		case inside(c) && i+2 < len(r.runes) && inside(r.runes[i+1]) && wordRune(r.runes[i+2]) && wordRune(r.runes[i-1]):
		default:
			return i
		}
		i++
	}
	return i
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

// word adds the token of a word, or those of its parts: digits and letters that are written together, such as 20usd, are
// two unless they are one word in disguise, such as c1ose.
func (r *reading) word(from, to int) {
	s := scriptsOf(r.runes[from:to])
	letters := s.latin || s.cyrillic || s.greek
	switch {
	case !letters && s.digits:
		r.token(from, to, kindNumber)
		return
	case !s.digits && !s.signs:
		r.token(from, to, kindWord)
		return
	}
	if r.disguised(r.runes[from:to]) {
		r.token(from, to, kindWord)
		return
	}
	for i := from; i < to; {
		j := i + 1
		switch c := r.runes[i]; {
		case isDigit(c):
			for j < to && (isDigit(r.runes[j]) || (r.runes[j] == '.' || r.runes[j] == ',') && j+1 < to && isDigit(r.runes[j+1])) {
				j++
			}
			r.token(i, j, kindNumber)
		case wordRune(c):
			for j < to && wordRune(r.runes[j]) && !isDigit(r.runes[j]) {
				j++
			}
			r.token(i, j, kindWord)
		}
		i = j
	}
}

// disguised says that a word with digits or signs in it is one of the data when they are read as letters.
func (r *reading) disguised(word []rune) bool {
	found := false
	if len(word) < 3 || len(word) > maxWord {
		return false
	}
	r.readings(word, &r.other, func(other []rune) { found = found || r.known(other) })
	return found || r.masked(word, func(entry) {})
}

// sentences tells every token where its sentence begins and ends: a full stop before a space, an exclamation or question
// mark, a new line.
func (r *reading) sentences() {
	start := 0
	for i := range r.tokens {
		if i+1 < len(r.tokens) && !r.breaks(r.tokens[i].to, r.tokens[i+1].from) {
			continue
		}
		for j := start; j <= i; j++ {
			r.tokens[j].start, r.tokens[j].end = int32(start), int32(i+1)
		}
		start = i + 1
	}
}

func (r *reading) breaks(from, to int32) bool {
	for i := from; i < to; i++ {
		switch r.runes[i] {
		case '!', '?', '\n', '。', '…', ';':
			return true
		case '.':
			if i+1 == to || r.runes[i+1] == ' ' || r.runes[i+1] == '\n' {
				if i+1 < to || isHan(r.runes[to]) && !isHan(r.runes[from-1]) {
					return true
				}
			}
		}
	}
	return false
}
