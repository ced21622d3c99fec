package wording

// identifiers finds what has a form of its own, flags what needs no words around it, and marks all of it for the fragments.
func (r *reading) identifiers() {
	r.addresses(r.runes, nil)
	r.unspaced()
	r.accounts()
	r.numbers()
	r.spelledNumbers()
}

// addresses finds mail addresses, links, handles and names of accounts in runes of the text. Where they are not the whole
// text, places says which rune of it each of them is.
func (r *reading) addresses(runes []rune, places []int32) {
	at := func(i int) int {
		if places == nil {
			return i
		}
		return int(places[i])
	}
	for i := 0; i < len(runes); i++ {
		switch runes[i] {
		case '@':
			if from, to := mailAround(runes, i); from >= 0 {
				r.flag(ContactData, at(from), at(to-1)+1, "", "mail")
				r.mark(classMail, at(from), at(to-1)+1)
				i = to - 1
			} else if to := nameEnd(runes, i+1); to-i > 3 && (i == 0 || !wordRune(runes[i-1])) {
				r.mark(classHandle, at(i+1), at(to-1)+1)
				i = to - 1
			}
		case '$':
			if to := nameEnd(runes, i+1); to-i > 3 && !isDigit(runes[i+1]) {
				r.mark(classCashtag, at(i+1), at(to-1)+1)
			}
		case '.', ':':
			if to := r.link(runes, i, at); to > i {
				i = to - 1
			}
		}
	}
	if places == nil {
		r.names()
	}
}

// mostAround bounds how far a mail address or a link is followed from its sign: the longest that are in use are shorter.
const mostAround = 64

// mailAround is the mail address around an @, or -1.
func mailAround(runes []rune, at int) (from, to int) {
	from, to = at, at+1
	for from > 0 && at-from < mostAround && (nameRune(runes[from-1]) || runes[from-1] == '+' || runes[from-1] == '%') {
		from--
	}
	for to < len(runes) && to-at < mostAround && (asciiWord(runes[to]) || runes[to] == '-' || runes[to] == '.') {
		to++
	}
	for to > at && (runes[to-1] == '.' || runes[to-1] == '-') {
		to--
	}
	if dot := lastDot(runes[at:to]); dot < 2 || to-(at+dot) < 3 || from == at || isDigit(runes[to-1]) {
		return -1, -1
	}
	return from, to
}

func lastDot(runes []rune) int {
	for i := len(runes) - 1; i >= 0; i-- {
		if runes[i] == '.' {
			return i
		}
	}
	return -1
}

func asciiWord(c rune) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// nameRune is what names of accounts are made of.
func nameRune(c rune) bool { return asciiWord(c) || c == '.' || c == '_' || c == '-' }

// nameEnd is where a name of an account ends that begins at i. Full stops at its end belong to the sentence.
func nameEnd(runes []rune, i int) int {
	from := i
	for i < len(runes) && i-from < mostAround && nameRune(runes[i]) {
		i++
	}
	for i > from && (runes[i-1] == '.' || runes[i-1] == '-') {
		i--
	}
	return i
}

// names marks words that look like names of accounts: of four signs or more, letters among them, and something that words
// do not have.
func (r *reading) names() {
	for i := 0; i < len(r.runes); {
		if !asciiWord(r.runes[i]) {
			i++
			continue
		}
		to, letters, odd := i, false, false
		for ; to < len(r.runes) && (nameRune(r.runes[to]) || r.runes[to] == '#'); to++ {
			c := r.runes[to]
			letters = letters || 'a' <= c && c <= 'z'
			odd = odd || c != '-' && (c < 'a' || c > 'z') && !(c == '.' && (to+1 == len(r.runes) || !asciiWord(r.runes[to+1])))
		}
		mail := to < len(r.runes) && r.runes[to] == '@' || i > 0 && r.runes[i-1] == '@'
		if letters && odd && !mail && to-i >= 4 && to-i <= mostAround {
			r.mark(className, i, to)
		}
		i = to
	}
}

// fewestUnspaced is how many single signs with spaces between them are an address that was pulled apart.
const fewestUnspaced = 8

// unspaced reads rows of single signs as if they stood together: m a i l @ h o s t . c o m.
func (r *reading) unspaced() {
	for i := 0; i < len(r.runes); {
		r.row, r.spans = r.row[:0], r.spans[:0]
		j, dotted := i, false
		for ; j < len(r.runes) && r.lone(j); j += 2 {
			r.row, r.spans = append(r.row, r.runes[j]), append(r.spans, int32(j))
			dotted = dotted || r.runes[j] == '.'
		}
		if dotted && len(r.row) >= fewestUnspaced {
			r.addresses(r.row, r.spans)
		}
		i = max(j, i+1)
	}
}

// lone says that a sign stands alone: between spaces or the ends of the text.
func (r *reading) lone(i int) bool {
	return r.runes[i] > ' ' && (i == 0 || r.runes[i-1] <= ' ') && (i+1 == len(r.runes) || r.runes[i+1] <= ' ')
}
