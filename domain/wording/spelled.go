package wording

// fewestSpelled is how many single letters in a row are a word that was pulled apart, and not initials.
const fewestSpelled = 4

// joinSpelled puts words together that were pulled apart, c l o s e or c.l.o.s.e: a row of single letters with one sign
// between each two is cut into the words of the data that it holds.
func (r *reading) joinSpelled() {
	for i := 0; i < len(r.tokens); i++ {
		if !r.single(i) {
			continue
		}
		j := i + 1
		for j < len(r.tokens) && r.single(j) && r.tokens[j].from-r.tokens[j-1].to <= 2 {
			j++
		}
		if j-i >= fewestSpelled {
			j = i + r.unspell(i, j)
		}
		i = j - 1
	}
}

// single says that a token is one letter, or one digit or sign that may stand for a letter. A letter that is read as two,
// such as ß, is one.
func (r *reading) single(i int) bool {
	t := r.tokens[i]
	return t.kind != kindHan && r.from[t.from] == r.from[t.to-1]
}

// unspell replaces the tokens of a row by those of the words in it and returns how many there are then. What is no word
// stays as it was.
func (r *reading) unspell(from, to int) int {
	r.row, r.spans = r.row[:0], r.spans[:0] // the letters of the row, and the token of each
	for i := from; i < to; i++ {
		for at := r.tokens[i].from; at < r.tokens[i].to; at++ {
			r.row, r.spans = append(r.row, r.runes[at]), append(r.spans, int32(i))
		}
	}
	r.segment()
	r.spare = r.spare[:0]
	for i := 0; i < len(r.row); {
		first := r.tokens[r.spans[i]]
		last := r.spans[i]
		if n := int(r.taken[i].letters); n > 0 {
			i += n
			last = r.spans[i-1]
			first = token{from: first.from, to: r.tokens[last].to, kind: kindWord, mark: -1}
		}
		r.spare = append(r.spare, first)
		for i < len(r.row) && r.spans[i] == last {
			i++
		}
	}
	n := copy(r.tokens[from:], r.spare)
	r.tokens = append(r.tokens[:from+n], r.tokens[to:]...)
	return n
}

// taking is how the rest of a row is best cut: with a word of so many letters here, or none, which leaves so many letters
// of the rest in words.
type taking struct{ letters, covered int32 }

// fewestInWord is how many letters a word has at least that is looked for in a row of letters.
const fewestInWord = 3

// segment cuts the row into words so that as few letters as possible are in none. It begins at the end: each place knows
// the best cut of what follows.
func (r *reading) segment() {
	r.taken = append(r.taken[:0], make([]taking, len(r.row)+1)...)
	t := &r.scanner.words
	for i := len(r.row) - 1; i >= 0; i-- {
		r.taken[i] = taking{covered: r.taken[i+1].covered}
		at := int32(0)
		for j, c := range r.row[i:] {
			if to, ok := digitsAsLatin[0][c]; ok && j > 0 {
				c = to
			}
			if at = t.step(at, c); at < 0 {
				break
			}
			n := &t.nodes[at]
			covered := int32(j+1) + r.taken[i+j+1].covered
			if j+1 >= fewestInWord && covered > r.taken[i].covered && (r.asked(n.exact) || r.asked(n.stems)) {
				r.taken[i] = taking{letters: int32(j + 1), covered: covered}
			}
		}
	}
}

// letters are the letters of a token: without the signs between them where it was pulled apart.
func (r *reading) letters(t token, buffer *[]rune) []rune {
	whole := r.runes[t.from:t.to]
	switch t.kind {
	case kindWord:
	case kindSign:
		return whole[:1] // a row of stars is one
	default:
		return whole
	}
	for i, c := range whole {
		if wordRune(c) || inside(c) {
			continue
		}
		*buffer = append((*buffer)[:0], whole[:i]...)
		for _, c := range whole[i:] {
			if wordRune(c) || inside(c) {
				*buffer = append(*buffer, c)
			}
		}
		return *buffer
	}
	return whole
}
