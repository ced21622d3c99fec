package wording

import "math/bits"

// longestMatch is how many tokens a fragment can span: one bit each.
const longestMatch = 63

// pattern is one compiled line of a fragment: elements that follow each other.
type pattern struct {
	rule     Rule
	language int16
	fragment string
	elements []element
	lead     bool // any word stands before the first element and belongs to the span
	opening  bool // it begins its sentence
	across   bool // it may go over the ends of sentences
	needs    []int32
	unless   [][]*pattern
	remedy   remedy
}

// element is one place of a pattern: one of some alternatives, after a gap.
type element struct {
	gap      int // tokens that may stand before it
	optional bool
	ways     [][]atom
}

// atom is the symbols that one place accepts. Ways are rows of atoms: an amount is a number and a currency, or the reverse.
type atom []int32

// possible says whether everything that the pattern needs is met somewhere in the text: symbols that it cannot do without.
func (p *pattern) possible(r *reading) bool {
	for _, s := range p.needs {
		if r.present[s] != r.turn {
			return false
		}
	}
	return true
}

// match returns the token after the shortest match that begins at a token, or -1. Positions are bits of one word, so that
// gaps and alternatives cost a few operations and no way is tried twice.
func (p *pattern) match(r *reading, at int) int {
	limit := int(r.tokens[at].end)
	if p.across {
		limit = len(r.tokens)
	}
	if p.opening && at != int(r.tokens[at].start) {
		return -1
	}
	limit = min(limit, at+longestMatch)
	room := uint64(1)<<(limit-at+1) - 1
	state := uint64(1)
	for i := range p.elements {
		e := &p.elements[i]
		for g := e.gap; g > 0; g-- {
			state |= state << 1
		}
		state &= room
		next := uint64(0)
		for _, way := range e.ways {
			through := state
			for _, a := range way {
				if through = a.consume(r, at, limit, through) & room; through == 0 {
					break
				}
			}
			next |= through
		}
		if e.optional {
			next |= state
		}
		if state = next; state == 0 {
			return -1
		}
	}
	return at + bits.TrailingZeros64(state)
}

// consume moves every position over one place.
func (a atom) consume(r *reading, at, limit int, state uint64) (next uint64) {
	for state != 0 {
		b := bits.TrailingZeros64(state)
		state &= state - 1
		i := at + b
		if i >= limit {
			break
		}
		t := &r.tokens[i]
		for _, h := range r.hits[t.first:t.last] {
			next |= a.step(h, b)
		}
		for m := t.mark; m >= 0; m = r.marks[m].next {
			next |= a.step(r.marks[m].hit, b)
		}
		if a[0] == classWord && t.kind != kindSign {
			next |= 1 << (b + 1)
		}
		if t.kind == kindNumber {
			next |= a.step(hit{symbol: classNumber, tokens: 1}, b) | a.step(hit{symbol: classDigits, tokens: 1}, b)
		}
	}
	return next
}

func (a atom) step(h hit, at int) uint64 {
	for _, s := range a {
		if s == h.symbol && at+int(h.tokens) <= longestMatch {
			return 1 << (at + int(h.tokens))
		}
	}
	return 0
}

// fragments finds the fragments of the data in the text and flags them.
func (r *reading) fragments() {
	for i := range r.tokens {
		r.eachStart(i, r.scanner.starts, func(p *pattern, end int) {
			from := int(r.tokens[i].from)
			if p.lead {
				from = int(r.tokens[i-1].from)
			}
			r.flag(p.rule, from, int(r.tokens[end-1].to), r.language(p), p.fragment)
		})
	}
}

// eachStart calls use with every pattern that matches at a token and that nothing speaks against.
func (r *reading) eachStart(i int, starts [][]*pattern, use func(p *pattern, end int)) {
	t := r.tokens[i]
	for _, h := range r.hits[t.first:t.last] {
		r.tryAt(i, starts[h.symbol], use)
	}
	for m := t.mark; m >= 0; m = r.marks[m].next {
		r.tryAt(i, starts[r.marks[m].symbol], use)
	}
	if t.kind == kindNumber {
		r.tryAt(i, starts[classNumber], use)
		r.tryAt(i, starts[classDigits], use)
	}
}

func (r *reading) tryAt(i int, patterns []*pattern, use func(p *pattern, end int)) {
	for _, p := range patterns {
		if !r.wants(p.language) || !p.possible(r) || p.lead && (i == 0 || r.tokens[i-1].kind == kindSign) {
			continue
		}
		if end := p.match(r, i); end > i && !r.guarded(p, i, end) {
			use(p, end)
		}
	}
}

// guardBefore and guardAfter are how far around a match its guards are looked for, in tokens: the words that turn a
// sentence into its contrary stand near, and a bound keeps the time linear in the text.
const (
	guardBefore = 16
	guardAfter  = 10
)

// guarded says that one of the guards of a pattern matches around it.
func (r *reading) guarded(p *pattern, from, to int) bool {
	first, last := int(r.tokens[from].start), int(r.tokens[to-1].end)
	for _, guards := range p.unless {
		for _, g := range guards {
			if !g.possible(r) {
				continue
			}
			for i := max(first, from-guardBefore); i < min(last, to+guardAfter); i++ {
				if g.begins(r, i) && g.match(r, i) > i {
					return true
				}
			}
		}
	}
	return false
}

// begins says whether the first element of a pattern is met at a token.
func (p *pattern) begins(r *reading, i int) bool {
	for _, way := range p.elements[0].ways {
		if way[0].consume(r, i, i+1, 1) != 0 {
			return true
		}
	}
	return false
}

func (r *reading) language(p *pattern) string {
	if p.language == shared {
		return ""
	}
	return r.scanner.languages[p.language]
}
