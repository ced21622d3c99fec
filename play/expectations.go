package play

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
)

// expect reads what must be true at the end.
func (b *binding) expect(file fields) {
	n, ok := file.values["expect"]
	if !ok {
		return
	}
	f, ok := b.r.fields(n, "expect", "at", "order", "escrow", "goodwill", "recovered", "claims", "disputes", "events",
		"absent", "standing", "reports", "reviews")
	if !ok {
		return
	}
	e := &b.story.Expect
	e.Line = file.lineOf("expect")
	if len(f.keys) == 0 || len(f.keys) == 1 && f.has("at") {
		b.r.problem(e.Line, "expect: expects nothing")
	}
	b.expectAt(f, e)
	b.byOrder(f, "order", func(name string, c money.Currency, n *yaml.Node) {
		if m, ok := b.r.fields(n, "expect: order", "state"); ok {
			e.Orders = append(e.Orders, OrderExpect{Order: name, State: b.codeOf(m, "state", orderStateCodes)})
		}
	})
	b.byOrder(f, "escrow", func(name string, c money.Currency, n *yaml.Node) {
		if m, ok := b.r.fields(n, "expect: escrow", "buyer", "seller", "fees", "held"); ok {
			e.Escrow = append(e.Escrow, EscrowExpect{Order: name, Buyer: b.moneyOf(m, "buyer", c), Seller: b.moneyOf(m, "seller", c),
				Fees: b.moneyOf(m, "fees", c), Held: b.moneyOf(m, "held", c)})
		}
	})
	e.Goodwill = b.byParty(f, "goodwill")
	e.Recovered = b.byParty(f, "recovered")
	e.Claims = b.byParty(f, "claims")
	b.expectDisputes(f, e)
	e.Events, e.Absent = b.events(f, "events"), b.events(f, "absent")
	b.expectStanding(f, e)
	b.expectReports(f, e)
	b.expectReviews(f, e)
}

// expectAt reads when to look. A step after it would be sent to no purpose.
func (b *binding) expectAt(f fields, e *Expect) {
	v, ok := f.values["at"]
	if !ok {
		return
	}
	at, ok := b.r.length(v, "expect: at")
	if !ok {
		return
	}
	e.At = &at
	for _, s := range b.story.Steps {
		if s.At > at {
			b.r.problem(s.Line, "%s: at %s is after expect.at %s (line %d)", s.Do, formatLength(s.At), formatLength(at), f.lineOf("at"))
		}
	}
}

// byOrder reads an expectation about the order, or, in a file with `orders:`, a map of them by order name.
func (b *binding) byOrder(f fields, key string, read func(name string, c money.Currency, n *yaml.Node)) {
	n, ok := f.values[key]
	if !ok {
		return
	}
	if !b.story.ByName {
		if len(b.story.Orders) == 1 {
			read("", b.story.Orders[0].Currency, n)
		}
		return
	}
	entries, ok := b.r.entries(n, "expect: "+key)
	if !ok {
		return
	}
	for _, name := range entries.keys {
		o, known := b.story.order(name)
		if !known {
			b.r.problem(entries.lineOf(name), "expect: %s: unknown order %q", key, name)
			continue
		}
		read(name, o.Currency, entries.values[name])
	}
}

// byParty reads amounts by party.
func (b *binding) byParty(f fields, key string) []PartyAmount {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	entries, ok := b.r.entries(n, "expect: "+key)
	if !ok {
		return nil
	}
	var out []PartyAmount
	for _, name := range entries.keys {
		line := entries.lineOf(name)
		if !b.known(name) {
			b.r.problem(line, "expect: %s: unknown party %q", key, name)
			continue
		}
		if a, ok := b.r.amount(entries.values[name], "expect: "+key+": "+name, b.currencyOf(name)); ok {
			out = append(out, PartyAmount{Party: name, Money: Money{Line: line, Value: a}})
		}
	}
	return out
}

func (b *binding) expectDisputes(f fields, e *Expect) {
	n, ok := f.values["disputes"]
	if !ok {
		return
	}
	entries, ok := b.r.entries(n, "expect: disputes")
	if !ok {
		return
	}
	for _, name := range entries.keys {
		line := entries.lineOf(name)
		given, ok := b.names[kindPlace][name]
		if !ok {
			b.r.problem(line, "expect: disputes: unknown dispute %q", name)
			continue
		}
		m, ok := b.r.fields(entries.values[name], "expect: dispute "+name, "stage", "status", "outcome", "refunded", "released",
			"recovered", "claimed", "reviewer", "raised")
		if !ok {
			continue
		}
		o, _ := b.story.order(given.order)
		c := o.Currency
		if c == "" && len(b.story.Orders) == 1 {
			c = b.story.Orders[0].Currency
		}
		e.Disputes = append(e.Disputes, DisputeExpect{Line: line, Name: name,
			Stage: b.codeOf(m, "stage", stageCodes), Status: b.codeOf(m, "status", statusCodes), Outcome: b.codeOf(m, "outcome", outcomeCodes),
			Refunded: b.moneyOf(m, "refunded", c), Released: b.moneyOf(m, "released", c),
			Recovered: b.moneyOf(m, "recovered", c), Claimed: b.moneyOf(m, "claimed", c), Reviewer: b.partyOf(m, "reviewer"),
			Raised: b.flagOf(m, "raised")})
	}
}

// events reads a list of event names.
func (b *binding) events(f fields, key string) []EventExpect {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	var out []EventExpect
	for _, item := range b.r.list(n, "expect: "+key) {
		if code, ok := b.r.text(item, "expect: "+key); ok {
			if !slices.Contains(eventCodes, code) {
				b.r.problem(item.Line, "expect: %s: unknown event %q", key, code)
				continue
			}
			out = append(out, EventExpect{Line: item.Line, Type: code})
		}
	}
	return out
}

func (b *binding) codeOf(f fields, key string, codes []string) *Text {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	code, ok := b.r.code(n, f.what+": "+key, codes)
	if !ok {
		return nil
	}
	return &Text{Line: f.lineOf(key), Value: code}
}

// partyOf reads the name of a party, or that there is nobody.
func (b *binding) partyOf(f fields, key string) *Text {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	name, ok := b.r.text(n, f.what+": "+key)
	if ok && name != nobody && !b.known(name) {
		b.r.problem(f.lineOf(key), "%s: %s: unknown party %q", f.what, key, name)
	}
	return &Text{Line: f.lineOf(key), Value: name}
}

func (b *binding) moneyOf(f fields, key string, c money.Currency) *Money {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	a, ok := b.r.amount(n, f.what+": "+key, c)
	if !ok {
		return nil
	}
	return &Money{Line: f.lineOf(key), Value: a}
}

// named reads a map of maps by a name of the story.
func (b *binding) named(f fields, key string, read func(name string, line int, m fields), known ...string) {
	n, ok := f.values[key]
	if !ok {
		return
	}
	entries, ok := b.r.entries(n, "expect: "+key)
	if !ok {
		return
	}
	for _, name := range entries.keys {
		if m, ok := b.r.fields(entries.values[name], "expect: "+key+": "+name, known...); ok {
			read(name, entries.lineOf(name), m)
		}
	}
}

func (b *binding) mustName(k kind, name string, line int, key string) {
	if _, ok := b.names[k][name]; !ok {
		b.r.problem(line, "expect: %s: unknown %s %q", key, kindNoun[k], name)
	}
}

func (b *binding) flagOf(f fields, key string) *bool {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	v, ok := b.r.flag(n, f.what+": "+key)
	if !ok {
		return nil
	}
	return &v
}
