package wording

import (
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// isPhone says whether digits are a phone's. With a country's number they are judged alone; without one they are tried in
// the countries of the parties and of the languages, and have to look like a phone unless the words around them say so.
func (r *reading) isPhone(digits []byte, international bool, said int32, groups int) bool {
	switch n := len(digits); {
	case n < 7 || n > 15:
		return false
	case international:
		return validPhone("+"+string(digits), "") != nil
	case said == classLabel:
		return false
	case digits[0] == '0' && digits[1] == '0':
		return validPhone("+"+string(digits[2:]), "") != nil
	}
	return r.inAnyRegion(string(digits), func(region string, number *phonenumbers.PhoneNumber) bool {
		return said == classContact || written(digits, region, number, groups)
	})
}

// inAnyRegion says whether digits are a valid number in one of the regions that come into question and pass the test.
func (r *reading) inAnyRegion(digits string, accepts func(string, *phonenumbers.PhoneNumber) bool) bool {
	try := func(region string) bool {
		number := validPhone(digits, region)
		return number != nil && accepts(region, number)
	}
	if slices.ContainsFunc(r.scope.Countries, try) {
		return true
	}
	for i, l := range r.scanner.languages {
		if r.wanted[i] && slices.ContainsFunc(r.scanner.regions[l], try) {
			return true
		}
	}
	return false
}

// validPhone is the number that digits are in a region, or nil.
func validPhone(digits, region string) *phonenumbers.PhoneNumber {
	number, err := phonenumbers.Parse(digits, region)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return nil
	}
	return number
}

// fewestBare is how many digits a number has at least that is taken for a phone without a word about it.
const fewestBare = 9

// written says whether a number is written as people of the region write a phone: with the 0 or 8 that begins it there, in
// groups where there is no such digit, or as a mobile number.
func written(digits []byte, region string, number *phonenumbers.PhoneNumber, groups int) bool {
	if len(digits) < fewestBare {
		return false
	}
	mobile := phonenumbers.GetNumberType(number) == phonenumbers.MOBILE
	switch trunk := phonenumbers.GetNddPrefixForRegion(region, true); trunk {
	case "0", "8":
		return mobile || digits[0] == trunk[0]
	default:
		return mobile || groups > 1
	}
}

// fewestWords is how many numbers in words in a row may be a phone.
const fewestWords = 3

// spelledNumbers finds phones that are written in words.
func (r *reading) spelledNumbers() {
	if r.present[classNumber] != r.turn {
		return
	}
	for i := 0; i < len(r.tokens); {
		to, words := r.inWords(i)
		if words >= fewestWords && len(r.digits) >= 7 {
			from := int(r.tokens[i].from)
			international := r.near(classPlus, from, 1)
			if said := r.said(from, int(r.tokens[to-1].to)); said != classLabel && r.isPhone(r.digits, international, classContact, to-i) {
				r.flag(ContactData, from, int(r.tokens[to-1].to), "", "phone_in_words")
				r.mark(classPhone, from, int(r.tokens[to-1].to))
			}
		}
		i = max(to, i+1)
	}
}

// inWords collects the digits of a row of numbers in words, which may have digits among them, and returns the token after
// it and how many words there are.
func (r *reading) inWords(i int) (to, words int) {
	r.digits = r.digits[:0]
	held, repeat := int32(-1), int32(1)
	release := func() {
		if held >= 0 {
			r.digits = appendNumber(r.digits, held, repeat)
			held, repeat = -1, 1
		}
	}
	for to = i; to < len(r.tokens) && len(r.digits) < 20; {
		t := r.tokens[to]
		if t.kind == kindNumber {
			release()
			for _, c := range r.runes[t.from:t.to] {
				if isDigit(c) {
					r.digits = append(r.digits, byte(c))
				}
			}
			to++
			continue
		}
		h := r.numberAt(to)
		if h.tokens == 0 {
			if held >= 20 && to+1 < len(r.tokens) && r.tokens[to].to-r.tokens[to].from <= 1 && r.numberAt(to+1).tokens > 0 {
				to++ // treinta y cuatro, trinta e quatro
				continue
			}
			break
		}
		words++
		switch {
		case h.repeat:
			release()
			repeat = h.value
		case held >= 0 && continues(held, h.value):
			held += h.value
		default:
			if repeat > 1 && held < 0 {
				held = h.value
				break
			}
			release()
			held = h.value
		}
		to += int(h.tokens)
	}
	release()
	return to, words
}

// numberAt is the longest number in words at a token.
func (r *reading) numberAt(i int) (best hit) {
	t := r.tokens[i]
	for _, h := range r.hits[t.first:t.last] {
		if h.symbol == classNumber && h.tokens > best.tokens {
			best = h
		}
	}
	return best
}

// continues says that two numbers in words are one: hundreds and less, tens and ones, and the tens of French that go on to
// nineteen.
func continues(a, b int32) bool {
	switch {
	case b <= 0:
		return false
	case a >= 100 && a%100 == 0:
		return b < 100
	case a >= 20 && a%10 == 0 && a < 100:
		return b < 10 || (a == 60 || a == 80) && b < 20
	}
	return a >= 100 && a%10 == 0 && a%100 >= 20 && b < 10
}

func appendNumber(digits []byte, n, times int32) []byte {
	for range times {
		if n >= 100 {
			digits = append(digits, byte('0'+n/100%10))
		}
		if n >= 10 {
			digits = append(digits, byte('0'+n/10%10))
		}
		digits = append(digits, byte('0'+n%10))
	}
	return digits
}
