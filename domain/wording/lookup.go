package wording

import "slices"

// maxWord is the longest word that is looked up; no language of the data has longer ones.
const maxWord = 40

// lookup finds what a token can be: as it is written, in its other readings, and together with the next one where a word
// was cut in two.
func (r *reading) lookup(i int) {
	t := &r.tokens[i]
	t.first = int32(len(r.hits))
	if n := int(t.to - t.from); n <= 2*maxWord {
		letters := r.letters(*t, &r.form)
		r.walk(i, letters, i)
		if t.kind == kindWord {
			r.readings(letters, &r.other, func(other []rune) { r.walk(i, other, -1) })
			r.masked(letters, func(e entry) { r.meet(i, e) })
		}
	}
	r.tokens[i].last = int32(len(r.hits))
}

// walk looks a word up from the root. Where the word is that of token joint itself, the walk goes on into the next token.
func (r *reading) walk(i int, word []rune, joint int) {
	t, at := &r.scanner.words, int32(0)
	for _, c := range word {
		if at = t.step(at, c); at < 0 {
			return
		}
		for k := range t.nodes[at].stems {
			r.meet(i, t.nodes[at].stems[k])
		}
	}
	for k := range t.nodes[at].exact {
		r.meet(i, t.nodes[at].exact[k])
	}
	if joint >= 0 && r.halves(joint) {
		r.walkOn(i, at)
	}
}

// halves says that a token and the next one may be one word that was cut in two: both are words of two letters or more,
// with a single sign between them.
func (r *reading) halves(i int) bool {
	if i+1 >= len(r.tokens) {
		return false
	}
	a, b := r.tokens[i], r.tokens[i+1]
	if a.kind != kindWord || b.kind != kindWord || b.from-a.to > 1 || a.to-a.from < 2 || b.to-b.from < 2 {
		return false
	}
	between := r.runes[a.to:b.from]
	return len(between) == 1 && between[0] != '\n' && between[0] != '\''
}

// walkOn follows the letters of the next token from where the first half of a word ended.
func (r *reading) walkOn(i int, at int32) {
	t := &r.scanner.words
	for _, c := range r.runes[r.tokens[i+1].from:r.tokens[i+1].to] {
		if at = t.step(at, c); at < 0 {
			return
		}
		for k := range t.nodes[at].stems {
			r.meetOver(i, t.nodes[at].stems[k], 2)
		}
	}
	for k := range t.nodes[at].exact {
		r.meetOver(i, t.nodes[at].exact[k], 2)
	}
}

// meet records an entry at a token if its language is asked for and its further words follow.
func (r *reading) meet(i int, e entry) { r.meetOver(i, e, 1) }

func (r *reading) meetOver(i int, e entry, tokens int) {
	if !r.wants(e.language) {
		return
	}
	for _, p := range e.rest {
		j := i + tokens
		if j >= len(r.tokens) || r.tokens[j].from-r.tokens[j-1].to > 3 || !r.follows(p, r.tokens[j]) {
			return
		}
		tokens++
	}
	r.hits = append(r.hits, hit{symbol: e.symbol, tokens: int16(tokens), value: e.value, repeat: e.repeats})
	r.present[e.symbol] = r.turn
}

// follows says that a token is the piece, as it is written or in another reading.
func (r *reading) follows(p piece, t token) bool {
	letters := r.letters(t, &r.formNext)
	if p.is(letters) {
		return true
	}
	found := false
	if t.kind == kindWord {
		r.readings(letters, &r.otherNext, func(other []rune) { found = found || p.is(other) })
	}
	return found
}

func (p piece) is(word []rune) bool {
	if p.stem {
		return len(word) >= len(p.word) && slices.Equal(word[:len(p.word)], p.word)
	}
	return slices.Equal(word, p.word)
}

// known says that a word is one of the data, or has a stem of it of four letters or more.
func (r *reading) known(word []rune) bool {
	t, at := &r.scanner.words, int32(0)
	for i, c := range word {
		if at = t.step(at, c); at < 0 {
			return false
		}
		if i >= 3 && r.asked(t.nodes[at].stems) {
			return true
		}
	}
	return r.asked(t.nodes[at].exact) || len(word) >= 3 && r.asked(t.nodes[at].stems)
}

// asked says whether one of the entries is of a language that is asked for.
func (r *reading) asked(entries []entry) bool {
	return slices.ContainsFunc(entries, func(e entry) bool { return r.wants(e.language) })
}

// mostMasked bounds how many letters of a word may be hidden behind asterisks: each multiplies what it can be.
const mostMasked = 3

// masked calls use with each entry that a word with asterisks in it can be, and says whether there is one.
func (r *reading) masked(word []rune, use func(entry)) bool {
	hidden := 0
	for _, c := range word {
		if c == '*' {
			hidden++
		}
	}
	if hidden == 0 || hidden > mostMasked || len(word) < 4 || word[0] == '*' {
		return false
	}
	return r.unmask(0, word, use)
}

func (r *reading) unmask(at int32, word []rune, use func(entry)) bool {
	t := &r.scanner.words
	found := false
	for i, c := range word {
		if c == '*' {
			for _, e := range t.nodes[at].edges {
				found = r.unmask(e.to, word[i+1:], use) || found
			}
			return found
		}
		for _, e := range t.nodes[at].stems {
			if i >= 3 && r.wants(e.language) {
				use(e)
				found = true
			}
		}
		if at = t.step(at, c); at < 0 {
			return found
		}
	}
	for _, e := range t.nodes[at].exact {
		if r.wants(e.language) {
			use(e)
			found = true
		}
	}
	return found
}
