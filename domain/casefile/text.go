package casefile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText refuses what is no text: empty, longer than so many characters, or not UTF-8 (PROCEDURE 7, limits). The answer
// names the field.
func CheckText(pointer, text string, longest int) Answer {
	if Blank(text) {
		return Invalid(pointer, "Say it in words.")
	}
	return CheckWords(pointer, text, longest)
}

// Blank says that there is nothing to be seen in a text: a party that answers with spaces of no width has not answered.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && r != brailleBlank
	})
}

// brailleBlank is a letter by its kind, without a dot.
const brailleBlank = '\u2800'

// CheckWords refuses a text that may be left out, for the same reasons but emptiness. The answer names the field.
func CheckWords(pointer, text string, longest int) Answer {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return Invalid(pointer, "The text is not valid UTF-8.")
	case utf8.RuneCountInString(text) > longest:
		return Invalid(pointer, "The text is longer than is allowed.")
	}
	return Answer{}
}
