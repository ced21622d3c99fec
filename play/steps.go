package play

import (
	"cmp"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
)

// binding reads steps and expectations and ties their names to what they stand for.
type binding struct {
	r     *reader
	story *Story
	raw   []rawStep
	// Where a name is given, by kind of thing: disputes and offers of the same name are different things.
	names map[kind]map[string]naming
}

// naming is the place where a name is given.
type naming struct {
	line  int
	index int // of the step in the order of running
	order string
	group string // the group of steps that are sent at once, if it was given in one
}

// rawStep is a step whose own keys were read and whose fields were not, since they need the order's currency.
type rawStep struct {
	step   Step
	verb   verb
	known  bool // the verb is in the table
	fields fields
}

// nameKind is the kind of name that a verb gives with `as`.
var nameKind = map[string]kind{
	"open_dispute": kindPlace, "offer": kindOffer, "request_evidence": kindRequest, "submit_evidence": kindItem, "announce_upload": kindUpload,
	"report": kindReport, "review": kindReview, "detect": kindReport,
}

// steps reads all steps: first who does what when and the names they give, then, in the order of running, their fields.
func (b *binding) steps(f fields) {
	n, ok := f.values["steps"]
	if !ok {
		return
	}
	var before time.Duration
	for _, item := range b.r.list(n, "steps") {
		raw, ok := b.head(item)
		if !ok {
			continue
		}
		if raw.step.At < 0 { // it says no instant that could be read: it stays where it stands
			raw.step.At = before
		}
		before = raw.step.At
		b.raw = append(b.raw, raw)
	}
	slices.SortStableFunc(b.raw, func(x, y rawStep) int { return cmp.Compare(x.step.At, y.step.At) })
	b.order()
	b.declare()
	b.groups()
	for i := range b.raw {
		b.body(i)
	}
	for i, raw := range b.raw {
		raw.step.Number = i
		b.story.Steps = append(b.story.Steps, raw.step)
	}
}

// head reads the keys that every step has. A step whose verb is unknown is told so once and not looked at further.
func (b *binding) head(n *yaml.Node) (rawStep, bool) {
	r := b.r
	f, ok := r.entries(n, "step")
	if !ok {
		return rawStep{}, false
	}
	f.need("at", "by", "do")
	raw := rawStep{fields: f, step: Step{Line: f.line, Fields: map[string]Value{}}}
	s := &raw.step
	s.At = -1
	if v, ok := f.values["at"]; ok {
		if at, ok := r.length(v, "step: at"); ok {
			s.At = at
		}
	}
	s.By, s.Do = f.text("by"), f.text("do")
	raw.verb, raw.known = verbByName(s.Do)
	if s.Do != "" {
		raw.fields.what = s.Do
	}
	if s.Do != "" && !raw.known {
		r.problem(f.lineOf("do"), "step: unknown verb %q", s.Do)
	}
	f = raw.fields
	s.As, s.Order, s.Dispute, s.Together = f.text("as"), f.text("order"), f.text("dispute"), f.text("together")
	if v, ok := f.values["note"]; ok && v.Kind != yaml.ScalarNode {
		r.problem(v.Line, "%s: note: expected text, got %s", f.what, nodeKind(v))
	}
	if v, ok := f.values["refused"]; ok {
		s.Refused, _ = r.code(v, f.what+": refused", problemCodes)
	}
	b.answer(f, s)
	if raw.known {
		known := raw.verb.known()
		for _, key := range f.keys {
			if !slices.Contains(known, key) {
				r.problem(f.lineOf(key), "%s: unknown key %q", f.what, key)
			}
		}
	}
	return raw, s.Do != ""
}

// answer reads the status that must come back, or those of the group in any order.
func (b *binding) answer(f fields, s *Step) {
	v, ok := f.values["answer"]
	if !ok {
		return
	}
	if v.Kind != yaml.SequenceNode {
		s.Answer = b.status(v, f.what+": answer")
		return
	}
	if s.Together == "" {
		b.r.problem(v.Line, "%s: answer: only steps that share a together have a list of answers", f.what)
	}
	for _, item := range b.r.list(v, f.what+": answer") {
		s.AnyOrder = append(s.AnyOrder, b.status(item, f.what+": answer"))
	}
}

func (b *binding) status(n *yaml.Node, what string) int {
	v, ok := b.r.whole(n, what, 1)
	if ok && (v < 200 || v > 599) {
		b.r.problem(follow(n).Line, "%s: %d is no HTTP status of an answer", what, v)
		return 0
	}
	return int(v)
}

// order finds the order that each step is about: the one it names, that of the dispute it names, or the only one.
func (b *binding) order() {
	for i := range b.raw {
		s := &b.raw[i].step
		if s.Order == "" {
			continue
		}
		if _, ok := b.story.order(s.Order); !ok || !b.story.ByName {
			b.r.problem(b.raw[i].fields.lineOf("order"), "%s: unknown order %q", s.Do, s.Order)
			s.Order = ""
		}
	}
}

// order finds an order by name. A file with a single order has one without a name.
func (s *Story) order(name string) (Order, bool) {
	for _, o := range s.Orders {
		if o.Name == name {
			return o, true
		}
	}
	return Order{}, false
}

// declare collects the names that steps give. The same name in steps that are sent at once is one thing.
func (b *binding) declare() {
	b.names = map[kind]map[string]naming{}
	for i, raw := range b.raw {
		k, gives := nameKind[raw.step.Do]
		if raw.step.As == "" || !gives {
			continue
		}
		if b.names[k] == nil {
			b.names[k] = map[string]naming{}
		}
		line := raw.fields.lineOf("as")
		before, again := b.names[k][raw.step.As]
		if again && (before.group == "" || before.group != raw.step.Together) {
			b.r.problem(line, "%s: the name %q is already given in line %d", raw.step.Do, raw.step.As, before.line)
			continue
		}
		order := raw.step.Order
		if order == "" && raw.step.Dispute != "" {
			order = b.names[kindPlace][raw.step.Dispute].order
		}
		b.names[k][raw.step.As] = naming{line: line, index: i, order: order, group: raw.step.Together}
	}
	for i := range b.raw {
		s := &b.raw[i].step
		if s.Order != "" {
			continue
		}
		if s.Dispute != "" {
			s.Order = b.names[kindPlace][s.Dispute].order
		} else if to, ok := b.raw[i].fields.values["to"]; ok && s.Do == "post_message" {
			s.Order = b.names[kindPlace][follow(to).Value].order
		}
	}
}

// body reads the fields of the verb and checks who does it and to what.
func (b *binding) body(i int) {
	raw := &b.raw[i]
	if !raw.known {
		return
	}
	s, v, f := &raw.step, raw.verb, raw.fields
	b.address(i)
	currency := money.Currency("")
	if o, ok := b.story.order(s.Order); ok {
		currency = o.Currency
	} else if len(b.story.Orders) > 0 && v.scope == toNothing {
		currency = b.payoutCurrency(f)
	}
	// A step that is to be refused for its shape may be misshapen on purpose.
	misshapen := s.Refused == "validation_failed" || s.Refused == "malformed" || s.Answer == 400 || s.Answer == 422
	for _, fd := range v.fields {
		n, ok := f.values[fd.name]
		if !ok {
			if fd.need && !misshapen {
				b.r.problem(f.line, "%s: %q is missing", s.Do, fd.name)
			}
			continue
		}
		if value, ok := b.value(i, fd, n, currency, misshapen); ok {
			value.Line = f.lineOf(fd.name)
			s.Fields[fd.name] = value
		}
	}
	b.oneOf(v, f, misshapen)
}

// payoutCurrency is the currency of the first order of the party that is paid.
func (b *binding) payoutCurrency(f fields) money.Currency {
	if n, ok := f.values["party"]; ok {
		return b.currencyOf(follow(n).Value)
	}
	return b.story.Orders[0].Currency
}

// currencyOf is the currency in which a party's money is counted: that of its first order.
func (b *binding) currencyOf(party string) money.Currency {
	for _, o := range b.story.Orders {
		if o.Buyer == party || o.Seller == party {
			return o.Currency
		}
	}
	if len(b.story.Orders) > 0 {
		return b.story.Orders[0].Currency
	}
	return ""
}

// oneOf checks the fields of which one must stand in the step, and not two.
func (b *binding) oneOf(v verb, f fields, misshapen bool) {
	if len(v.oneOf) == 0 || misshapen {
		return
	}
	count := 0
	for _, key := range v.oneOf {
		if f.has(key) {
			count++
		}
	}
	switch {
	case count == 0:
		b.r.problem(f.line, "%s: one of %s is missing", v.name, quotedList(v.oneOf))
	case count > 1 && v.name == "submit_evidence":
		b.r.problem(f.line, "%s: has more than one of %s", v.name, quotedList(v.oneOf))
	}
}
