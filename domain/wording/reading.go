package wording

import (
	"slices"
	"unicode"
)

// reading is one text while it is scanned, in space that is used again for the next one.
type reading struct {
	folded
	scanner *Scanner
	text    string
	scope   Scope
	all     bool   // of the languages
	wanted  []bool // by language
	mixes   bool   // the text has letters of more than one of the scripts that are confused
	tokens  []token
	hits    []hit
	marks   []mark
	present []uint32 // by symbol: the turn in which it was last met
	turn    uint32
	flags   []Flag

	form, formNext, other, otherNext, row []rune // buffers of words
	spare                                 []token
	taken                                 []taking
	groups                                []group
	digits                                []byte
	spans                                 []int32
}

// reset prepares the space for a text.
func (r *reading) reset(s *Scanner, text string, scope Scope) {
	r.scanner, r.text, r.scope = s, text, scope
	r.runes, r.from, r.to = r.runes[:0], r.from[:0], r.to[:0]
	r.tokens, r.hits, r.marks, r.flags = r.tokens[:0], r.hits[:0], r.marks[:0], r.flags[:0]
	if len(r.present) < len(s.symbols) {
		r.present = make([]uint32, len(s.symbols))
	}
	r.turn++
	if r.turn == 0 { // the counter went round: what is in there could be taken for this turn's
		clear(r.present)
		r.turn = 1
	}
	if cap(r.wanted) < len(s.languages) {
		r.wanted = make([]bool, len(s.languages))
	}
	r.wanted = r.wanted[:len(s.languages)]
	r.all = len(scope.Languages) == 0
	for i, l := range s.languages {
		r.wanted[i] = r.all || slices.Contains(scope.Languages, l)
	}
}

// shared is the language of what all languages have.
const shared int16 = -1

func (r *reading) wants(language int16) bool { return language == shared || r.wanted[language] }

// confuses sets whether words have to be read in the other script too: the text has letters of both.
func (r *reading) confuses() {
	latin, other := false, false
	for _, c := range r.runes {
		switch {
		case 'a' <= c && c <= 'z':
			latin = true
		case c >= 0x370 && c < 0x530 && unicode.IsLetter(c):
			other = true
		}
	}
	r.mixes = latin && other
}

// flag records a flag over folded runes.
func (r *reading) flag(rule Rule, from, to int, language, fragment string) {
	if from < to {
		r.flags = append(r.flags, Flag{Rule: rule, Start: int(r.from[from]), End: int(r.to[to-1]), Language: language, Fragment: fragment})
	}
}

// mark says that a class is met over folded runes, for fragments that speak of it. Tokens that the span touches belong to it.
func (r *reading) mark(class int32, from, to int) {
	first, last := r.tokenAt(from), r.tokenAt(to)
	if first == last {
		return
	}
	t := &r.tokens[first]
	r.marks = append(r.marks, mark{hit: hit{symbol: class, tokens: int16(min(last-first, 60))}, next: t.mark})
	t.mark = int32(len(r.marks) - 1)
	r.present[class] = r.turn
}

// tokenAt is the first token that ends after the rune.
func (r *reading) tokenAt(at int) int {
	i, _ := slices.BinarySearchFunc(r.tokens, int32(at), func(t token, at int32) int {
		if t.to <= at {
			return -1
		}
		return 1
	})
	return i
}

// meets says whether one of the hits of a token is of the symbol.
func (r *reading) meets(i int, symbol int32) bool {
	t := r.tokens[i]
	return slices.ContainsFunc(r.hits[t.first:t.last], func(h hit) bool { return h.symbol == symbol })
}

// near says whether the symbol is met at one of the tokens before a rune, in the same sentence and at most so many back.
func (r *reading) near(symbol int32, before int, back int) bool {
	if r.present[symbol] != r.turn {
		return false
	}
	at := r.tokenAt(before)
	if at == len(r.tokens) {
		return false
	}
	for i := at - 1; i >= max(at-back, int(r.tokens[at].start)); i-- {
		if r.meets(i, symbol) {
			return true
		}
	}
	return false
}
