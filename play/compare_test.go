package play

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/domain/money"
)

func TestSubsequence(t *testing.T) {
	for name, tc := range map[string]struct {
		want, have string
		found      int
	}{
		"nothing is wanted":             {"", "a b", 0},
		"others stand between":          {"a c", "a b b c", 2},
		"one is missing":                {"a b c", "a c", 1},
		"the order is wrong":            {"b a", "a b", 1},
		"as often as it is wanted":      {"a a a", "a b a b a", 3},
		"less often than it is wanted":  {"a a a", "a b a", 2},
		"the first stands too late":     {"b a", "a a b", 1},
		"nothing happened":              {"a", "", 0},
		"the same as what has happened": {"a b c", "a b c", 3},
	} {
		var have []client.Event
		for minute, name := range strings.Fields(tc.have) {
			have = append(have, event(name, minute/2)) // two at each instant
		}
		require.Equal(t, tc.found, subsequence(strings.Fields(tc.want), [][]client.Event{have}), name)
	}
}

func TestAmountsHaveTheDecimalsOfTheirCurrency(t *testing.T) {
	for _, tc := range []struct {
		text     string
		currency money.Currency
		minor    money.Minor
		written  string
	}{
		{"42.00", "EUR", 4200, "42.00"}, {"0.05", "EUR", 5, "0.05"}, {"42", "EUR", 4200, "42.00"}, {"0.00", "EUR", 0, "0.00"},
		{"4800", "JPY", 4800, "4800"}, {"0", "JPY", 0, "0"},
		{"39.750", "KWD", 39750, "39.750"}, {"0.001", "KWD", 1, "0.001"},
		{"90071992547409.91", "EUR", 1<<53 - 1, "90071992547409.91"},
	} {
		a, err := parseAmount(tc.text, tc.currency)
		require.NoError(t, err, tc.text)
		require.Equal(t, tc.minor, a.Minor)
		require.Equal(t, tc.written, formatAmount(a))
	}
	for _, tc := range []struct {
		text     string
		currency money.Currency
	}{
		{"42.0", "EUR"}, {"42.000", "EUR"}, {"42.", "EUR"}, {".50", "EUR"}, {"4800.00", "JPY"}, {"39.75", "KWD"}, {"-1.00", "EUR"},
		{"+1.00", "EUR"}, {"1e3", "EUR"}, {"1_000.00", "EUR"}, {"0x10", "EUR"}, {"042.00", "EUR"}, {".inf", "EUR"},
		{"90071992547409.92", "EUR"}, {"999999999999999999999999.00", "EUR"}, {"1.00", "XXX"},
	} {
		_, err := parseAmount(tc.text, tc.currency)
		require.Error(t, err, "%s %s", tc.text, tc.currency)
	}
}

// event happened some minutes after payment.
func event(name string, minutes int) client.Event {
	return client.Event{Type: name, At: start.Add(time.Duration(minutes) * time.Minute)}
}

func TestWithinOneInstantTwoOrdersHaveNoOrder(t *testing.T) {
	a := []client.Event{event("order.funded", 0), event("order.shipped", 10), event("tracking.verified", 10), event("order.closed", 20)}
	b := []client.Event{event("order.funded", 0), event("order.delivered", 10), event("protection.ended", 10)}
	for want, found := range map[string]int{
		"order.funded order.funded order.closed":                              3,
		"order.shipped order.delivered tracking.verified":                     3,
		"order.delivered order.shipped protection.ended tracking.verified":    4,
		"tracking.verified order.shipped":                                     1,
		"protection.ended order.delivered":                                    1,
		"order.closed order.delivered":                                        1,
		"order.funded order.delivered order.funded":                           2,
		"order.shipped protection.ended tracking.verified order.closed extra": 4,
	} {
		require.Equal(t, found, subsequence(strings.Fields(want), [][]client.Event{a, b}), want)
	}
}

const expectations = `case: all
title: Two orders
source: a test
parties:
  ada: {role: buyer, country: FR}
  bolt: {role: seller, country: CN}
orders:
  - {as: o1, buyer: ada, seller: bolt, currency: EUR, lines: [{sku: A, title: A, quantity: 1, price: 42.00}], ship_by: 7d, guaranteed_by: 30d}
  - {as: o2, buyer: ada, seller: bolt, currency: EUR, lines: [{sku: A, title: A, quantity: 1, price: 42.00}], ship_by: 7d, guaranteed_by: 30d}
steps:
  - {at: 1d, by: ada, do: open_dispute, order: o2, as: d1, reason: counterfeit, remedy: refund_full, text: A copy.}
expect:
  at: 9d
  order:
    o1: {state: closed}
    o2: {state: refunded}
  escrow:
    o1: {buyer: 1.00, seller: 2.00, fees: 3.00, held: 4.00}
    o2: {held: 0.00}
  goodwill: {ada: 10.00, bolt: 0.00}
  recovered: {ada: 12.50}
  claims: {bolt: 50.00}
  disputes:
    d1: {stage: final, status: closed, outcome: settled, refunded: 5.00, released: 6.00, recovered: 7.00, claimed: 8.00}
  events: [order.funded, order.shipped, order.delivered]
  absent: [escrow.split, order.closed]
`

func euro(minor int64) client.Money { return client.Money{Amount: minor, Currency: "EUR"} }

func TestExpectationsThatHold(t *testing.T) {
	f := newFakeAPI(t)
	f.order = func(id string) client.Order {
		if id == "ord_2" {
			return client.Order{State: "refunded", Escrow: client.Escrow{Held: euro(0),
				Goodwill: []client.AccountAmount{{Account: "acc_1", Amount: euro(400)}}, Recovered: []client.AccountAmount{{Account: "acc_1", Amount: euro(1250)}}}}
		}
		return client.Order{State: "closed", Escrow: client.Escrow{Refunded: euro(100), Released: euro(200), Fees: euro(300), Held: euro(400),
			Goodwill: []client.AccountAmount{{Account: "acc_1", Amount: euro(600)}, {Account: "acc_9", Amount: euro(1)}},
			Claimed:  []client.AccountAmount{{Account: "acc_2", Amount: euro(5000)}}}}
	}
	f.dispute = func(string) client.Dispute {
		return client.Dispute{Stage: "final", Status: "closed", Outcome: "settled", Refunded: euro(500), Released: euro(600), Recovered: euro(700), Claimed: euro(800)}
	}
	f.events = map[string][]client.Event{
		"ord_1": {event("order.funded", 0), event("order.shipped", 60), event("tracking.verified", 60)},
		"ord_2": {event("order.funded", 0), event("order.delivered", 90)},
	}
	result := f.play(mustParse(t, "all.yaml", expectations))
	require.Empty(t, result.Misses, "%s", result.Misses)
	require.Equal(t, 9*24*time.Hour, result.Virtual)
}

func TestEachExpectationThatDoesNotHoldIsTold(t *testing.T) {
	f := newFakeAPI(t)
	f.order = func(string) client.Order {
		return client.Order{State: "disputed", Escrow: client.Escrow{Refunded: euro(0), Released: client.Money{Amount: 200, Currency: "USD"},
			Fees: euro(300), Held: euro(4200), Claimed: []client.AccountAmount{{Account: "acc_2", Amount: euro(2500)}}}}
	}
	f.dispute = func(string) client.Dispute {
		return client.Dispute{Stage: "negotiation", Status: "waiting_seller", Refunded: euro(0), Released: euro(600), Recovered: euro(700), Claimed: euro(0)}
	}
	f.events = map[string][]client.Event{
		"ord_1": {event("order.funded", 0), event("order.closed", 60)},
		"ord_2": {event("order.delivered", 90), event("escrow.split", 24*60)},
	}
	result := f.play(mustParse(t, "all.yaml", expectations))
	require.Equal(t, `all.yaml:15 o1 order state expected closed got disputed
all.yaml:16 o2 order state expected refunded got disputed
all.yaml:18 o1 escrow buyer expected 1.00 got 0.00
all.yaml:18 o1 escrow seller expected 2.00 got 2.00 USD
all.yaml:18 o1 escrow held expected 4.00 got 42.00
all.yaml:19 o2 escrow held expected 0.00 got 42.00
all.yaml:20 goodwill ada expected 10.00 got 0.00
all.yaml:21 recovered ada expected 12.50 got 0.00
all.yaml:24 dispute d1 stage expected final got negotiation
all.yaml:24 dispute d1 status expected closed got waiting_seller
all.yaml:24 dispute d1 outcome expected settled got nothing
all.yaml:24 dispute d1 refunded expected 5.00 got 0.00
all.yaml:24 dispute d1 claimed expected 8.00 got 0.00
all.yaml:25 events expected order.shipped after order.funded got [0d] order.funded [0d1h] order.closed [0d1h30m] order.delivered [1d] escrow.split
all.yaml:26 absent expected no escrow.split got one at 1d
all.yaml:26 absent expected no order.closed got one at 0d1h`, result.Misses.Error())
}

func TestWhoHasACaseIsComparedByName(t *testing.T) {
	steps := `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}
  - {at: 3d, by: ada, do: open_dispute, as: d1, reason: not_received.late, remedy: refund_partial, amount: 1.00, text: Late}
  - {at: 4d, by: lena, do: claim}`
	for reviewer, says := range map[string]string{"lena": "", "nobody": "dispute d1 reviewer expected nobody got lena"} {
		f := newFakeAPI(t)
		f.dispute = func(string) client.Dispute { return client.Dispute{Reviewer: "acc_3"} }
		text := strings.Replace(minimal("who", steps), "order: {state: closed}", "disputes: {d1: {reviewer: "+reviewer+"}}", 1)
		result := f.play(mustParse(t, "who.yaml", text))
		if says == "" {
			require.Empty(t, result.Misses, "%s", result.Misses)
			continue
		}
		require.ErrorContains(t, result.Misses, says)
	}
	_, problems := Parse("who.yaml", []byte(strings.Replace(minimal("who", steps), "order: {state: closed}", "disputes: {d1: {reviewer: zoe}}", 1)))
	require.ErrorContains(t, problems, `unknown party "zoe"`)
}
