package wording

import (
	"fmt"
	"strconv"
	"strings"

	"recourse/domain/dispute"
	"recourse/domain/money"
)

// Promise is the offer that a message promises: what the button beside it proposes to make binding (PROCEDURE 11).
type Promise struct {
	Remedy   dispute.Remedy `json:"remedy"`
	Amount   money.Amount   `json:"amount,omitzero"` // of a partial refund; without a currency where the message names none
	Share    int64          `json:"share,omitempty"` // of what is disputed, in hundredths of a percent, where no amount is named
	Start    int            `json:"start"`           // bytes of the text, as in a Flag
	End      int            `json:"end"`
	Language string         `json:"language"`
	Fragment string         `json:"fragment"`
}

// ownCurrency is how the data calls a currency that is the order's own: a dollar is one of Canada where the order is.
const ownCurrency = "own"

// remedy is what a fragment of a promise promises.
type remedy struct {
	kind  dispute.Remedy
	share int64 // hundredths of a percent
}

// refund is a promise of money: all of it, unless an amount or a share is named.
const refund = "refund"

// readRemedy reads what a fragment says that is promised.
func readRemedy(kind, share string) (remedy, error) {
	r := remedy{kind: dispute.Remedy(kind)}
	if kind == refund {
		r.kind = dispute.RefundFull
	}
	if kind != "" && !r.kind.Known() || r.kind == dispute.Release || r.kind == dispute.RefundPartial {
		return r, fmt.Errorf("%s is not a remedy that is promised: refund, replacement, repair or return_and_refund", kind)
	}
	if share != "" {
		percent, err := strconv.ParseUint(share, 10, 8)
		if err != nil || percent < 1 || percent > 100 || kind != refund {
			return r, fmt.Errorf("%s is not a share of a refund in percent, from 1 to 100", share)
		}
		r.share = int64(percent) * 100
	}
	return r, nil
}

// Promise returns the offer that a text promises, if it promises one: the first that names money, else the first. Amounts
// without a currency, and signs that several currencies use, are read in the currency of the order; an amount that is not
// one in its currency is no promise.
func (s *Scanner) Promise(text string, order money.Currency, scope Scope) (Promise, bool) {
	r := s.begin(text, scope)
	defer s.scratch.Put(r)
	var best Promise
	found, sound := false, true
	for i := range r.tokens {
		r.eachStart(i, s.promises, func(p *pattern, end int) {
			offer, ok := r.offer(p, i, end, order)
			sound = sound && ok
			if !found || offer.namesMoney() && !best.namesMoney() {
				best, found = offer, true
			}
		})
	}
	if !found || !sound {
		return Promise{}, false
	}
	return best, true
}

// namesMoney says that a promise says how much.
func (p Promise) namesMoney() bool { return p.Amount.Minor > 0 || p.Share > 0 }

// offer reads what is promised between two tokens. It is not ok when the money that is named is not an amount.
func (r *reading) offer(p *pattern, from, to int, order money.Currency) (Promise, bool) {
	offer := Promise{Remedy: p.remedy.kind, Share: p.remedy.share, Start: int(r.from[r.tokens[from].from]),
		End: int(r.to[r.tokens[to-1].to-1]), Language: r.language(p), Fragment: p.fragment}
	if offer.Remedy != dispute.RefundFull {
		return offer, true
	}
	for i := from; i < to; i++ {
		if percent, ok := r.percent(i); ok && percent < 100 {
			offer.Share = percent * 100
		}
		amount, currency, named := r.amount(i)
		if !named {
			continue
		}
		if currency == "" {
			currency = order
		}
		minor, err := money.Parse(decimal(amount, currency), currency)
		if err != nil || minor <= 0 {
			return Promise{}, false
		}
		offer.Amount, offer.Share = money.Amount{Minor: minor, Currency: currency}, 0
		break
	}
	if minor, ok := r.bare(to, order); ok && !offer.namesMoney() {
		offer.Amount, offer.End = money.Amount{Minor: minor, Currency: order}, int(r.to[r.tokens[to].to-1])
	}
	if offer.namesMoney() {
		offer.Remedy = dispute.RefundPartial
	}
	return offer, true
}

// bare is a number without a currency that ends its sentence: "I will refund you 6.500" is about the order's money.
func (r *reading) bare(i int, order money.Currency) (money.Minor, bool) {
	if i >= len(r.tokens) || r.tokens[i].kind != kindNumber || int(r.tokens[i].end) != i+1 || i != int(r.tokens[i-1].end)-1 {
		return 0, false
	}
	minor, err := money.Parse(decimal(string(r.runes[r.tokens[i].from:r.tokens[i].to]), order), order)
	return minor, err == nil && minor > 0
}

// percent is the number at a token that a percent sign or word follows.
func (r *reading) percent(i int) (int64, bool) {
	if r.tokens[i].kind != kindNumber || i+1 >= len(r.tokens) {
		return 0, false
	}
	next := r.tokens[i+1]
	if r.runes[next.from] != '%' && !r.meetsNamed(i+1, "percent") {
		return 0, false
	}
	n, err := strconv.ParseInt(string(r.runes[r.tokens[i].from:r.tokens[i].to]), 10, 32)
	return n, err == nil && n > 0
}

// meetsNamed says whether a token is a word of a set of that name, of any language.
func (r *reading) meetsNamed(i int, set string) bool {
	t := r.tokens[i]
	for _, h := range r.hits[t.first:t.last] {
		if r.scanner.symbols[h.symbol].name == set {
			return true
		}
	}
	return false
}

// amount is the number at a token with the currency beside it. The currency is empty where it is the order's own.
func (r *reading) amount(i int) (number string, currency money.Currency, named bool) {
	t := r.tokens[i]
	words := 1
	switch h := r.numberAt(i); {
	case t.kind == kindNumber:
		number = string(r.runes[t.from:t.to])
	case h.tokens > 0 && !h.repeat:
		number, words = strconv.Itoa(int(h.value)), int(h.tokens)
	default:
		return "", "", false
	}
	for _, at := range []int{i + words, i - 1} {
		if at < 0 || at >= len(r.tokens) {
			continue
		}
		beside := r.tokens[at]
		for _, h := range r.hits[beside.first:beside.last] {
			if h.symbol != classCurrency {
				continue
			}
			if h.value >= 0 {
				currency = r.scanner.currencies[h.value]
			}
			return number, currency, true
		}
	}
	return "", "", false
}

// decimal is an amount as people write it with a decimal point and nothing else: 1.204,50 and 1,204.50 are 1204.50. The
// last sign is the decimal one if at most as many digits follow it as the currency has; all others stand between groups of
// three. What is written in another way is no amount, and empty.
func decimal(written string, currency money.Currency) string {
	decimals, err := currency.Decimals()
	if err != nil {
		return ""
	}
	whole, part := written, ""
	if last := strings.LastIndexAny(written, ".,"); last >= 0 && len(written)-last-1 <= decimals {
		whole, part = written[:last], written[last:]
	}
	groups := strings.FieldsFunc(whole, func(c rune) bool { return c == '.' || c == ',' })
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || len(g) > 3) {
			return ""
		}
	}
	return strings.Join(groups, "") + strings.Replace(part, ",", ".", 1)
}
