package casefile

import (
	"strings"
	"unicode/utf8"
)

// CheckText refuses what is no text: empty, longer than so many characters, or not UTF-8 (PROCEDURE 7, limits). The answer
// names the field.
func CheckText(pointer, text string, longest int) Answer {
	if strings.TrimSpace(text) == "" {
		return Invalid(pointer, "Say it in words.")
	}
	return CheckWords(pointer, text, longest)
}

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
