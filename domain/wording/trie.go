package wording

import (
	"cmp"
	"slices"
)

// symbol is what a word of a text can be for a fragment: a member of a set of one language, or of a class that is found by
// its form.
type symbol struct {
	language string // empty for a class and for the words that all languages share
	name     string
}

// The classes. They come first in every scanner, so that code can name them.
const (
	classNumber int32 = iota // digits, or a number in words
	classDigits              // a number in digits
	classLong                // six digits or more, in one piece or in groups
	classCurrency
	classWord // any word or number
	className // a word that looks like an account's name: letters with digits, dots, underscores
	classHandle
	classMail
	classPhone
	classCashtag
	classLabel   // what names a number that is no phone and no card
	classContact // what names a phone, or calling it
	classPlus    // the sign before a country's number, in words
	classInner   // a further word of some entry: it means nothing alone, but is one that texts are searched for
	classes
)

// classNames are the classes as fragments write them. Texts are read in small letters, so capitals are free.
var classNames = map[string]int32{
	"NUMBER": classNumber, "DIGITS": classDigits, "LONG": classLong, "WORD": classWord, "NAME": className, "HANDLE": classHandle, "MAIL": classMail,
	"PHONE": classPhone, "CASHTAG": classCashtag,
}

// entry is what a word of the data means where it is met.
type entry struct {
	symbol   int32
	value    int32 // of a number in words
	language int16 // index, so that languages that are not asked for are passed over
	repeats  bool  // "double": the value says how often the next number counts
	rest     []piece
}

// piece is one further word of an entry of several words.
type piece struct {
	word []rune
	stem bool
}

// trie finds the entries that begin with a word in one walk over its runes.
type trie struct {
	nodes    []node
	variants map[rune]rune // other shapes of a character, such as the traditional ones of Chinese
}

type node struct {
	edges []edge
	exact []entry // the word ends here
	stems []entry // any ending may follow
}

type edge struct {
	by rune
	to int32
}

// newTrie returns a trie without words.
func newTrie(variants map[rune]rune) trie { return trie{nodes: make([]node, 1), variants: variants} }

func (t *trie) insert(word []rune, stem bool, e entry) {
	at := int32(0)
	for _, c := range word {
		next := int32(-1)
		if i := slices.IndexFunc(t.nodes[at].edges, func(e edge) bool { return e.by == c }); i >= 0 {
			next = t.nodes[at].edges[i].to
		}
		if next < 0 {
			next = int32(len(t.nodes))
			t.nodes = append(t.nodes, node{})
			t.nodes[at].edges = append(t.nodes[at].edges, edge{by: c, to: next})
		}
		at = next
	}
	if stem {
		t.nodes[at].stems = append(t.nodes[at].stems, e)
	} else {
		t.nodes[at].exact = append(t.nodes[at].exact, e)
	}
}

// sort puts the edges of every node in the order that step relies on. Nothing is inserted afterwards.
func (t *trie) sort() {
	for n := range t.nodes {
		slices.SortFunc(t.nodes[n].edges, func(a, b edge) int { return cmp.Compare(a.by, b.by) })
	}
}

// step follows one rune, or returns -1.
func (t *trie) step(at int32, c rune) int32 {
	edges := t.nodes[at].edges
	for len(edges) > 8 {
		half := len(edges) / 2
		if edges[half].by > c {
			edges = edges[:half]
		} else {
			edges = edges[half:]
		}
	}
	for _, e := range edges {
		if e.by == c {
			return e.to
		}
	}
	return -1
}
