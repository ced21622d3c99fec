package wording

import "unicode"

// What looks like what (Unicode Technical Standard 39, the part of its table that small letters of these scripts need).
var (
	toLatin = map[rune]rune{
		'а': 'a', 'в': 'b', 'е': 'e', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'с': 'c', 'т': 't', 'у': 'y', 'х': 'x',
		'і': 'i', 'ј': 'j', 'ѕ': 's', 'һ': 'h', 'ӏ': 'l', 'ԁ': 'd', 'ԛ': 'q', 'ԝ': 'w', 'п': 'n', 'г': 'r', 'и': 'u',
		'α': 'a', 'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x', 'η': 'n', 'ω': 'w',
	}
	toCyrillic = map[rune]rune{
		'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'k': 'к', 'm': 'м', 'o': 'о', 'p': 'р', 't': 'т', 'x': 'х', 'y': 'у',
		'u': 'и', 'r': 'г', 'n': 'п', 'i': 'і', 'j': 'ј', 's': 'ѕ',
		'α': 'а', 'ε': 'е', 'κ': 'к', 'ο': 'о', 'ρ': 'р', 'τ': 'т', 'χ': 'х',
	}
)

// digitsAs are the two ways to read digits and signs as letters of a script: 1 is i or l, a Cyrillic 3 is э or з.
var (
	digitsAsLatin = [2]map[rune]rune{
		{'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '$': 's', '@': 'a', '!': 'i', '|': 'l'},
		{'0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '$': 's', '@': 'a', '!': 'l', '|': 'i'},
	}
	digitsAsCyrillic = [2]map[rune]rune{
		{'0': 'о', '1': 'и', '3': 'з', '4': 'ч', '6': 'б', '@': 'а', '!': 'и', '$': 'с'},
		{'0': 'о', '1': 'л', '3': 'е', '4': 'ч', '6': 'б', '@': 'а', '!': 'л', '$': 'с'},
	}
)

// lettersAsDigits are the letters that stand in for digits in a number.
var lettersAsDigits = map[rune]rune{
	'o': '0', 'о': '0', 'i': '1', 'l': '1', '|': '1', 'z': '2', 'з': '3', 's': '5', 'b': '8', 'g': '9',
}

// scripts says which scripts of those that are confused a word has.
type scripts struct{ latin, cyrillic, greek, digits, signs bool }

func scriptsOf(word []rune) (s scripts) {
	for _, c := range word {
		switch {
		case c < unicode.MaxASCII && (c < 'a' || c > 'z'):
			if '0' <= c && c <= '9' {
				s.digits = true
			} else {
				s.signs = true
			}
		case c <= 'z' || c < 0x370:
			s.latin = true
		case c < 0x400:
			s.greek = true
		case c < 0x530:
			s.cyrillic = true
		}
	}
	return s
}

// readings calls use with each other way to read a word: in one script where it mixes several, with letters where it has
// digits or signs among its letters. A word that is what it seems has none. The buffer holds each in turn.
func (r *reading) readings(word []rune, buffer *[]rune, use func([]rune)) {
	s := scriptsOf(word)
	letters := s.latin || s.cyrillic || s.greek
	mixed := s.latin && (s.cyrillic || s.greek) || s.cyrillic && s.greek
	odd := letters && (s.digits || s.signs)
	if mixed || odd || (r.mixes && letters) {
		if s.latin || s.greek || r.mixes {
			asScript(word, buffer, toLatin, digitsAsLatin, odd, use)
		}
		if s.cyrillic || r.mixes {
			asScript(word, buffer, toCyrillic, digitsAsCyrillic, odd, use)
		}
	}
}

// asScript calls use with the word in one script, in both ways to read its digits if it has some.
func asScript(word []rune, buffer *[]rune, letters map[rune]rune, digits [2]map[rune]rune, odd bool, use func([]rune)) {
	for way := range digits {
		other := (*buffer)[:0]
		for _, c := range word {
			if to, ok := letters[c]; ok {
				c = to
			} else if to, ok := digits[way][c]; ok {
				c = to
			}
			other = append(other, c)
		}
		*buffer = other
		use(other)
		if !odd {
			return
		}
	}
}
