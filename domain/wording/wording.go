// Package wording reads what people write to each other in orders, disputes and reviews, and flags what the rules of
// messages are about (PROCEDURE 10 and 11): accounts to pay to, contact data, outside links, requests to close a dispute,
// rewards for stars, pressure to confirm, extra charges, insults, unlawful words, and money asked under threat of stars. It flags and never
// blocks: a flag is a span of the text, a rule and the fragment of it that was met, for people and detectors to judge.
//
// What words mean is data, one file a language (data/), which a person can extend without Go; docs/wording.md says how.
// What has a form of its own is found by that form: phones by the numbering plans of the world, cards, bank accounts and
// wallets by their check digits, links by their top-level domain.
package wording

import (
	"cmp"
	"slices"
	"sync"
	"unicode/utf8"

	"recourse/domain/money"
)

// Rule is what a flag says of a message.
type Rule string

// The rules. Insult, Unlawful and Threat are those of reviews (PROCEDURE 10), the others those of messages (PROCEDURE 11).
const (
	PaymentIdentifier Rule = "payment_identifier"
	ContactData       Rule = "contact_data"
	OutsideLink       Rule = "outside_link"
	RequestToClose    Rule = "request_to_close"
	RewardForStars    Rule = "reward_for_stars"
	PressureToConfirm Rule = "pressure_to_confirm"
	ExtraCharge       Rule = "extra_charge"
	Insult            Rule = "insult"
	Unlawful          Rule = "unlawful" // violence threatened, hatred called for
	Threat            Rule = "threat"   // money asked under threat of stars
)

// Rules are all of them, in the order of the specification.
var Rules = []Rule{PaymentIdentifier, ContactData, OutsideLink, RequestToClose, RewardForStars, PressureToConfirm, ExtraCharge, Insult, Unlawful, Threat}

// Flag is one span of a text that a rule is about.
type Flag struct {
	Rule     Rule   `json:"rule"`
	Start    int    `json:"start"`              // the first byte of the span in the text as it was written
	End      int    `json:"end"`                // the byte after its last
	Language string `json:"language,omitempty"` // whose words were met; empty for what has no language, such as a card number
	Fragment string `json:"fragment"`           // which fragment of the rule was met, such as en.close_dispute or iban
}

// Runes returns the span in code points of the text that was scanned, as clients count that do not count bytes.
func (f Flag) Runes(text string) (start, end int) {
	start = utf8.RuneCountInString(text[:f.Start])
	return start, start + utf8.RuneCountInString(text[f.Start:f.End])
}

// Scope is what is known of a message before it is read.
type Scope struct {
	Languages []string // whose words are looked for; none means all
	Countries []string // of the parties, two capital letters: phones written without a country are tried there too
	Hosts     []string // that links may lead to besides those of the data: the marketplace's own
}

// Scanner holds the compiled data of all languages. It is safe for use by several goroutines.
type Scanner struct {
	languages  []string
	symbols    []symbol
	words      trie
	starts     [][]*pattern // fragments by the symbol that they begin with
	promises   [][]*pattern
	regions    map[string][]string // by language: where phones without a country are tried
	links      links
	currencies []money.Currency
	scratch    sync.Pool
}

// Languages returns the languages that the scanner knows, in the order of the alphabet.
func (s *Scanner) Languages() []string { return slices.Clone(s.languages) }

// Scan returns the flags of a text in the order of their spans. Flags of one rule do not overlap. The same text in the same
// scope has the same flags. The time taken grows with the length of the text and not faster.
func (s *Scanner) Scan(text string, scope Scope) []Flag {
	r := s.begin(text, scope)
	defer s.scratch.Put(r)
	r.identifiers()
	r.fragments()
	return r.settled()
}

// begin reads a text into scratch space that was used before, if there is some.
func (s *Scanner) begin(text string, scope Scope) *reading {
	r, ok := s.scratch.Get().(*reading)
	if !ok {
		r = &reading{}
	}
	r.reset(s, text, scope)
	r.fold()
	r.confuses()
	r.tokenize()
	return r
}

// settled puts the flags in order, joins those of one rule that overlap, and drops contact data that is the address of a
// payment: it has been flagged as such.
func (r *reading) settled() []Flag {
	if len(r.flags) == 0 {
		return nil
	}
	slices.SortFunc(r.flags, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End),
			cmp.Compare(a.Language, b.Language), cmp.Compare(a.Fragment, b.Fragment))
	})
	kept := r.flags[:0]
	for _, f := range r.flags {
		if n := len(kept); n > 0 && kept[n-1].Rule == f.Rule && f.Start < kept[n-1].End {
			kept[n-1].End = max(kept[n-1].End, f.End)
			continue
		}
		kept = append(kept, f)
	}
	payments := slices.DeleteFunc(slices.Clone(kept), func(f Flag) bool { return f.Rule != PaymentIdentifier })
	flags := make([]Flag, 0, len(kept))
	for _, f := range kept {
		if f.Rule != ContactData || !covered(f, payments) {
			flags = append(flags, f)
		}
	}
	slices.SortStableFunc(flags, func(a, b Flag) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	return flags
}

// covered says whether one of the spans, which are in order and do not overlap, holds the flag's.
func covered(f Flag, spans []Flag) bool {
	i, _ := slices.BinarySearchFunc(spans, f.Start, func(s Flag, at int) int { return cmp.Compare(s.Start, at+1) })
	return i > 0 && f.End <= spans[i-1].End
}
