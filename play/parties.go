package play

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
)

// parties reads the accounts that the file describes. The reserve waits for the currency of the seller's order.
func (r *reader) parties(f fields, s *Story) {
	n, ok := f.values["parties"]
	if !ok {
		return
	}
	entries, ok := r.entries(n, "parties")
	if !ok {
		return
	}
	for _, name := range entries.keys {
		what := "party " + name
		p, ok := r.fields(entries.values[name], what, "role", "country", "reserve")
		if !ok {
			s.Parties = append(s.Parties, Party{Line: entries.lineOf(name), Name: name})
			continue
		}
		p.line = entries.lineOf(name)
		p.need("role")
		party := Party{Line: p.line, Name: name}
		if role, ok := p.values["role"]; ok {
			if code, ok := r.code(role, what+": role", roleCodes); ok {
				party.Role = code
			}
		}
		if country, ok := p.values["country"]; ok {
			party.Country = r.country(country, what+": country")
		}
		if reserve, ok := p.values["reserve"]; ok {
			r.reserves[name] = reserve
		}
		s.Parties = append(s.Parties, party)
	}
}

func (r *reader) country(n *yaml.Node, what string) string {
	text, ok := r.text(n, what)
	if ok && !countryOK.MatchString(text) {
		r.problem(follow(n).Line, "%s: %q is no country code of two capitals", what, text)
		return ""
	}
	return text
}

// orders reads `order:` or `orders:`; a file has one of them.
func (r *reader) orders(f fields, s *Story) {
	single, one := f.values["order"]
	several, many := f.values["orders"]
	switch {
	case one && many:
		r.problem(f.lineOf("orders"), "case file: has both order and orders")
	case !one && !many:
		r.problem(f.line, "case file: %q is missing", "order")
	case one:
		s.Orders = append(s.Orders, r.order(single, false, s))
	default:
		s.ByName = true
		items := r.list(several, "orders")
		if len(items) == 0 && follow(several).Kind == yaml.SequenceNode {
			r.problem(follow(several).Line, "orders: the list is empty")
		}
		for _, item := range items {
			o := r.order(item, true, s)
			if o.Name != "" && slices.ContainsFunc(s.Orders, func(other Order) bool { return other.Name == o.Name }) {
				r.problem(o.Line, "order: the name %q is given twice", o.Name)
				continue
			}
			s.Orders = append(s.Orders, o)
		}
	}
	for _, p := range s.Parties {
		if n, ok := r.reserves[p.Name]; ok {
			r.reserve(s, p.Name, n)
		}
	}
}

func (r *reader) order(n *yaml.Node, named bool, s *Story) Order {
	known := []string{"buyer", "seller", "currency", "lines", "shipping", "ship_by", "guaranteed_by", "programmes", "postcode"}
	if named {
		known = append(known, "as")
	}
	o := Order{Line: n.Line}
	f, ok := r.fields(n, "order", known...)
	if !ok {
		return o
	}
	if named {
		f.need("as")
		o.Name = f.text("as")
		if o.Name != "" {
			f.what = "order " + o.Name
		}
	}
	f.need("buyer", "seller", "currency", "lines", "ship_by", "guaranteed_by")
	o.Buyer, o.Seller = r.side(f, "buyer", s), r.side(f, "seller", s)
	if o.Buyer != "" && o.Buyer == o.Seller {
		r.problem(f.lineOf("seller"), "%s: %s cannot buy from themselves", f.what, o.Buyer)
	}
	o.Currency = r.currency(f)
	o.Postcode = f.text("postcode")
	if v, ok := f.values["ship_by"]; ok {
		o.ShipBy, _ = r.length(v, f.what+": ship_by")
	}
	if v, ok := f.values["guaranteed_by"]; ok {
		o.GuaranteedBy, _ = r.length(v, f.what+": guaranteed_by")
	}
	o.Shipping = money.Amount{Currency: o.Currency}
	if v, ok := f.values["shipping"]; ok {
		o.Shipping, _ = r.amount(v, f.what+": shipping", o.Currency)
	}
	if v, ok := f.values["programmes"]; ok {
		for _, item := range r.list(v, f.what+": programmes") {
			if code, ok := r.code(item, f.what+": programmes", programmeCodes); ok {
				o.Programmes = append(o.Programmes, code)
			}
		}
	}
	o.Lines = r.orderLines(f, o.Currency)
	return o
}

// side reads the buyer or the seller of an order. One who is described must be described as such.
func (r *reader) side(f fields, role string, s *Story) string {
	name := f.text(role)
	for _, p := range s.Parties {
		if p.Name == name && p.Role != "" && p.Role != role {
			r.problem(f.lineOf(role), "%s: %s: %s is a %s", f.what, role, name, p.Role)
		}
	}
	return name
}

func (r *reader) currency(f fields) money.Currency {
	text := f.text("currency")
	if text == "" {
		return ""
	}
	c, err := money.ParseCurrency(text)
	if err != nil {
		r.problem(f.lineOf("currency"), "%s: currency: unknown currency %q", f.what, text)
		return ""
	}
	return c
}

func (r *reader) orderLines(f fields, c money.Currency) []OrderLine {
	n, ok := f.values["lines"]
	if !ok {
		return nil
	}
	items := r.list(n, f.what+": lines")
	if len(items) == 0 && follow(n).Kind == yaml.SequenceNode {
		r.problem(follow(n).Line, "%s: lines: the list is empty", f.what)
	}
	var lines []OrderLine
	for _, item := range items {
		lf, ok := r.fields(item, "line", "sku", "title", "quantity", "price", "category")
		if !ok {
			continue
		}
		lf.need("sku", "title", "quantity", "price")
		l := OrderLine{SKU: lf.text("sku"), Title: lf.text("title"), Category: lf.text("category")}
		if v, ok := lf.values["quantity"]; ok {
			l.Quantity, _ = r.whole(v, "line: quantity", 1)
		}
		if v, ok := lf.values["price"]; ok {
			l.Price, _ = r.amount(v, "line: price", c)
		}
		if l.SKU != "" && slices.ContainsFunc(lines, func(other OrderLine) bool { return other.SKU == l.SKU }) {
			r.problem(lf.lineOf("sku"), "line: the sku %q stands twice in the order", l.SKU)
			continue
		}
		lines = append(lines, l)
	}
	return lines
}

// reserve reads what a seller has set aside, in the currency of the order that it sells.
func (r *reader) reserve(s *Story, name string, n *yaml.Node) {
	what := "party " + name + ": reserve"
	i := slices.IndexFunc(s.Orders, func(o Order) bool { return o.Seller == name })
	if i < 0 {
		r.problem(n.Line, "%s: %s sells nothing, so the reserve has no currency", what, name)
		return
	}
	amount, ok := r.amount(n, what, s.Orders[i].Currency)
	j := slices.IndexFunc(s.Parties, func(p Party) bool { return p.Name == name })
	if ok && j >= 0 {
		s.Parties[j].Reserve = &amount
	}
}
