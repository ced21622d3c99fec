package wording

// group is some digits that are written together, or letters that stand in for them.
type group struct {
	from, to   int  // runes of the text
	first, end int  // digits[first:end]
	joint      rune // the sign between the group before it and this one: a space, or . - / ( ) where there is one
	plus       bool
}

// numbers finds runs of digits and judges each: a card, a phone, or a long number that fragments may speak of.
func (r *reading) numbers() {
	for i := 0; i < len(r.runes); {
		if !r.beginsNumber(i) {
			i++
			continue
		}
		i = max(r.run(i), i+1)
		r.judgeRun()
	}
}

// beginsNumber says that a run of digits may begin at a rune: it is one, and no word goes on there.
func (r *reading) beginsNumber(i int) bool {
	c := r.runes[i]
	if !isDigit(c) && lettersAsDigits[c] == 0 {
		return false
	}
	return i == 0 || !wordRune(r.runes[i-1]) && r.runes[i-1] != '@' && r.runes[i-1] != '_' && r.runes[i-1] != '#'
}

// mostApart is how many signs may stand between two groups of one number.
const mostApart = 3

// run collects the groups of the number that begins at a rune and returns where it ends.
func (r *reading) run(i int) int {
	r.groups, r.digits = r.groups[:0], r.digits[:0]
	joint, plus := rune(0), i > 0 && r.runes[i-1] == '+'
	for {
		to := r.group(i)
		if to == i {
			break
		}
		first := len(r.digits)
		for _, c := range r.runes[i:to] {
			if d, ok := lettersAsDigits[c]; ok {
				c = d
			}
			r.digits = append(r.digits, byte(c))
		}
		r.groups = append(r.groups, group{from: i, to: to, first: first, end: len(r.digits), joint: joint, plus: plus})
		i = to
		joint = ' '
		j := i
		for j < len(r.runes) && j-i < mostApart && separates(r.runes[j]) {
			if r.runes[j] != ' ' {
				joint = r.runes[j]
			}
			j++
		}
		if j == i || j == len(r.runes) {
			break
		}
		if plus = r.runes[j-1] == '+'; plus {
			break // another number begins
		}
		i = j
	}
	if n := len(r.groups); n > 0 {
		return r.groups[n-1].to
	}
	return i
}

func separates(c rune) bool {
	return c == ' ' || c == '.' || c == '-' || c == '(' || c == ')' || c == '/' || c == '+'
}

// group is where the digits that begin at a rune end, or i if they are no digits. Letters that look like digits count as
// digits beside them.
func (r *reading) group(i int) int {
	to, digits := i, 0
	for to < len(r.runes) && (wordRune(r.runes[to]) || r.runes[to] == '|') {
		c := r.runes[to]
		if isDigit(c) {
			digits++
		} else if lettersAsDigits[c] == 0 {
			return i
		}
		to++
	}
	if digits == 0 || to < len(r.runes) && (r.runes[to] == '@' || r.runes[to] == '_') {
		return i
	}
	return to
}

// judgeRun judges the run that was collected, without the dates in it.
func (r *reading) judgeRun() {
	first := 0
	for i := 0; i+2 < len(r.groups); i++ {
		if r.isDate(i) {
			r.judgeGroups(r.groups[first:i])
			first = i + 3
			i += 2
		}
	}
	r.judgeGroups(r.groups[first:])
}

// isDate says that three groups are a date: alone between the same signs, with lengths and values of one.
func (r *reading) isDate(i int) bool {
	a, b, c := r.groups[i], r.groups[i+1], r.groups[i+2]
	sign := b.joint
	if sign == ' ' || c.joint != sign || i > 0 && a.joint == sign || i+3 < len(r.groups) && r.groups[i+3].joint == sign {
		return false
	}
	size := func(g group) int { return g.end - g.first }
	year := func(g group) bool { return size(g) == 4 && (r.digits[g.first] == '1' || r.digits[g.first] == '2') }
	day := func(g group) bool {
		return size(g) == 1 || size(g) == 2 && r.digits[g.first] <= '3'
	}
	return year(a) && day(b) && day(c) || day(a) && day(b) && (year(c) || size(c) == 2)
}

// mostTries bounds how many ways one run is cut into a number.
const mostTries = 3

// judgeGroups judges groups of digits: as one number, and with groups left out at either end.
func (r *reading) judgeGroups(groups []group) {
	if len(groups) == 0 {
		return
	}
	digits := groups[len(groups)-1].end - groups[0].first
	if digits < 6 {
		return
	}
	r.mark(classLong, groups[0].from, groups[len(groups)-1].to)
	for cut := 0; cut <= mostTries && cut < len(groups); cut++ {
		if r.judgeNumber(groups[:len(groups)-cut]) || cut > 0 && r.judgeNumber(groups[cut:]) {
			return
		}
	}
}

// judgeNumber flags a card or a phone and says whether it was one.
func (r *reading) judgeNumber(groups []group) bool {
	first, last := groups[0], groups[len(groups)-1]
	digits := r.digits[first.first:last.end]
	said := r.said(first.from, last.to)
	if said != classLabel && len(digits) >= 13 && len(digits) <= 19 && isCard(digits) {
		r.flag(PaymentIdentifier, first.from, last.to, "", "card")
		return true
	}
	international := first.plus || r.near(classPlus, first.from, 1)
	if !r.isPhone(digits, international, said, len(groups)) {
		return false
	}
	from := first.from
	if first.plus {
		from--
	}
	r.flag(ContactData, from, last.to, "", "phone")
	r.mark(classPhone, first.from, last.to)
	return true
}

// How far words are looked for that say what a number is, in tokens.
const (
	saidBefore = 7
	saidAfter  = 4
)

// said returns what the nearest word around a number says that it is: classLabel for something else, classContact for a
// phone, and classNumber where nothing is said.
func (r *reading) said(from, to int) int32 {
	if r.present[classLabel] != r.turn && r.present[classContact] != r.turn {
		return classNumber
	}
	at := r.tokenAt(from)
	if at == len(r.tokens) {
		return classNumber
	}
	start, end := int(r.tokens[at].start), int(r.tokens[at].end)
	for i := at - 1; i >= max(start, at-saidBefore); i-- {
		if r.meets(i, classContact) {
			return classContact
		}
		if r.meets(i, classLabel) {
			return classLabel
		}
	}
	after := r.tokenAt(to)
	for i := after; i < min(end, after+saidAfter); i++ {
		if r.meets(i, classContact) {
			return classContact
		}
	}
	return classNumber
}
