package play

import (
	"slices"
	"strings"
)

// address checks whom the step is by and what it is addressed to, and fills in what the file may leave out.
func (b *binding) address(i int) {
	raw := &b.raw[i]
	s := &raw.step
	scope := raw.verb.scope
	if scope == toEither {
		scope = b.place(i)
	}
	switch scope {
	case toOrder:
		b.toOrder(i)
	case toDispute:
		b.toDispute(i)
	}
	// The wrong side may try: then the answer is what the step is about.
	if s.By != "" && s.Refused == "" && s.Answer == 0 && len(s.AnyOrder) == 0 {
		b.allowed(i)
	}
}

// place says whether a message goes to the order or to a dispute. Without `to` it goes to the step's dispute, to the order's
// only one, or to the order when it has none.
func (b *binding) place(i int) scope {
	s := &b.raw[i].step
	to := ""
	if n, ok := b.raw[i].fields.values["to"]; ok {
		to = follow(n).Value
	}
	switch {
	case to == "order":
		s.Dispute = ""
		return toOrder
	case to != "" && s.Dispute == "":
		s.Dispute = to
	case to == "" && s.Dispute == "" && len(b.openings(i, s.Order)) == 0:
		return toOrder
	}
	return toDispute
}

func (b *binding) toOrder(i int) {
	s := &b.raw[i].step
	if s.Order != "" || !b.story.ByName {
		return
	}
	if len(b.story.Orders) == 1 {
		s.Order = b.story.Orders[0].Name
		return
	}
	b.r.problem(s.Line, "%s: %q is missing: the file has several orders", s.Do, "order")
}

func (b *binding) toDispute(i int) {
	raw := &b.raw[i]
	s := &raw.step
	open := b.openings(i, s.Order)
	if s.Dispute == "" {
		switch len(open) {
		case 0:
			b.r.problem(s.Line, "%s: no dispute is open yet", s.Do)
		case 1:
			s.Dispute, s.Order = open[0].name, open[0].order
		default:
			b.r.problem(s.Line, "%s: %q is missing: there are several disputes", s.Do, "dispute")
		}
		return
	}
	line := s.Line
	for _, key := range []string{"dispute", "to"} {
		if raw.fields.has(key) {
			line = raw.fields.lineOf(key)
			break
		}
	}
	given, ok := b.names[kindPlace][s.Dispute]
	switch {
	case !ok:
		b.r.problem(line, "%s: unknown dispute %q", s.Do, s.Dispute)
	case given.index >= i:
		b.r.problem(line, "%s: dispute %q is opened only later, in line %d", s.Do, s.Dispute, given.line)
	case given.order != "" && s.Order != "" && given.order != s.Order:
		b.r.problem(line, "%s: dispute %q is about order %q", s.Do, s.Dispute, given.order)
	case s.Order == "":
		s.Order = given.order
	}
}

// opening is a dispute that is there when a step runs.
type opening struct {
	name  string
	order string
	group string
}

// openings lists the disputes that are opened before step i, on one order or, without a name, on any. Of a group that is
// sent at once, of which only one is to succeed, there is one.
func (b *binding) openings(i int, order string) []opening {
	var out []opening
	for _, raw := range b.raw[:i] {
		s := raw.step
		if s.Do != "open_dispute" || s.Refused != "" && len(s.AnyOrder) == 0 || s.Answer >= 300 {
			continue
		}
		if order != "" && s.Order != order {
			continue
		}
		if s.Together != "" && winners(s.AnyOrder) == 1 {
			if at := slices.IndexFunc(out, func(o opening) bool { return o.group == s.Together }); at >= 0 {
				if out[at].name == "" {
					out[at].name = s.As
				}
				continue
			}
		}
		out = append(out, opening{name: s.As, order: s.Order, group: s.Together})
	}
	return out
}

func winners(statuses []int) int {
	n := 0
	for _, status := range statuses {
		if status < 300 {
			n++
		}
	}
	return n
}

// allowed checks the By column of the table.
func (b *binding) allowed(i int) {
	raw := b.raw[i]
	s := raw.step
	if slices.Contains(raw.verb.by, anyone) {
		return
	}
	role := b.roleOf(s.By, s.Order)
	switch {
	case role == "":
		if _, inferred := b.inferred(s.By); !inferred {
			b.r.problem(raw.fields.lineOf("by"), "%s: unknown party %q", s.Do, s.By)
		}
	case !slices.Contains(raw.verb.by, role):
		b.r.problem(raw.fields.lineOf("by"), "%s: by %s, not by a %s (%s)", s.Do, strings.Join(raw.verb.by, ", "), role, s.By)
	}
}

// roleOf is what somebody is to an order: its side, else what the file describes, else what the name itself says.
func (b *binding) roleOf(name, order string) string {
	o, known := b.story.order(order)
	if known && name != "" {
		switch name {
		case o.Buyer:
			return "buyer"
		case o.Seller:
			return "seller"
		}
	}
	for _, p := range b.story.Parties {
		if p.Name == name {
			return p.Role
		}
	}
	for _, o := range b.story.Orders {
		switch name {
		case o.Buyer:
			return "buyer"
		case o.Seller:
			return "seller"
		}
	}
	if slices.Contains([]string{"carrier", "platform", "operator"}, name) {
		return name
	}
	return ""
}

// inferred is the role of somebody who is only named, from what they do: a party that decides is a reviewer. What buyers and
// sellers may do too says nothing, since those are known from their orders.
func (b *binding) inferred(name string) (string, bool) {
	var roles []string
	seen, telling := false, false
	for _, raw := range b.raw {
		by := []string{}
		switch {
		case raw.step.By == name && raw.known && !slices.Contains(raw.verb.by, anyone):
			by = raw.verb.by
		case raw.step.Do == "assign" && raw.fields.text("to") == name:
			by = deciders
		default:
			continue
		}
		telling = telling || !slices.Contains(by, "buyer") && !slices.Contains(by, "seller")
		if !seen {
			roles, seen = slices.Clone(by), true
			continue
		}
		roles = slices.DeleteFunc(roles, func(role string) bool { return !slices.Contains(by, role) })
	}
	if !telling || len(roles) == 0 {
		return "", false
	}
	return roles[0], true
}

// known says whether somebody of that name is in the story.
func (b *binding) known(name string) bool {
	if b.roleOf(name, "") != "" {
		return true
	}
	if slices.ContainsFunc(b.story.Parties, func(p Party) bool { return p.Name == name }) {
		return true
	}
	_, ok := b.inferred(name)
	return ok
}

// parties adds those that are only named: the sides of the orders, then everybody who does something, in the order of
// naming. Each gets an account.
func (b *binding) parties() {
	add := func(line int, name, role string) {
		if name == "" || slices.ContainsFunc(b.story.Parties, func(p Party) bool { return p.Name == name }) {
			return
		}
		b.story.Parties = append(b.story.Parties, Party{Line: line, Name: name, Role: role})
	}
	for _, o := range b.story.Orders {
		add(o.Line, o.Buyer, "buyer")
		add(o.Line, o.Seller, "seller")
	}
	for _, raw := range b.raw {
		s := raw.step
		names := []string{s.By}
		if s.Do == "assign" {
			names = append(names, s.Fields["to"].Text)
		}
		for _, name := range names {
			role := b.roleOf(name, "")
			if role == "" {
				role, _ = b.inferred(name)
			}
			if role == "" && name != "" && (s.Refused != "" || s.Answer != 0 || len(s.AnyOrder) > 0 || slices.Contains(raw.verb.by, anyone)) {
				b.r.problem(s.Line, "%s: unknown party %q", s.Do, name)
				continue
			}
			add(s.Line, name, role)
		}
	}
}
