package play

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
)

// length reads a duration.
func (r *reader) length(n *yaml.Node, what string) (time.Duration, bool) {
	n = follow(n)
	if n.Kind != yaml.ScalarNode || scalarKind(n) != scalarText {
		r.problem(n.Line, "%s: expected a duration such as 3d, 12d6h, 5d0h1m, got %s", what, describe(n))
		return 0, false
	}
	d, err := parseLength(n.Value)
	if err != nil {
		r.problem(n.Line, "%s: %v", what, err)
		return 0, false
	}
	return d, true
}

// value reads one field of the verb of step i.
func (b *binding) value(i int, fd field, n *yaml.Node, c money.Currency, misshapen bool) (Value, bool) {
	r := b.r
	s := b.raw[i].step
	what := s.Do + ": " + fd.name
	var v Value
	var ok bool
	switch fd.kind {
	case kindText:
		v.Text, ok = r.text(n, what)
		if ok && fd.name == "country" {
			v.Text = r.country(n, what)
		}
	case kindCode:
		if misshapen {
			v.Text, ok = r.text(n, what)
		} else {
			v.Text, ok = r.code(n, what, fd.codes)
		}
	case kindAmount:
		v.Amount, ok = r.amount(n, what, c)
	case kindDays:
		v.Number, ok = r.whole(n, what, least(misshapen))
	case kindStars:
		v.Number, ok = r.whole(n, what, 1)
		if ok && v.Number > 5 {
			r.problem(follow(n).Line, "%s: stars go from 1 to 5, got %d", what, v.Number)
		}
	case kindFlag:
		v.Flag, ok = r.flag(n, what)
	case kindLength:
		v.Length, ok = r.length(n, what)
	case kindInstant:
		v.Length, ok = r.length(n, what)
		if ok && fd.name == "read" && v.Length > s.At {
			r.problem(follow(n).Line, "%s: %s is after the decision at %s", what, formatLength(v.Length), formatLength(s.At))
		}
	case kindLines:
		v.Lines, ok = b.lines(n, what, s.Order)
	case kindParty:
		v.Text, ok = r.text(n, what)
		if ok && !b.known(v.Text) {
			r.problem(follow(n).Line, "%s: unknown party %q", what, v.Text)
		}
	case kindPlace:
		v.Text, ok = r.text(n, what)
	case kindOffer, kindRequest, kindItem, kindUpload, kindReport, kindReview:
		v.Text, ok = b.name(i, fd, n, what)
	case kindFile:
		v.Text, ok = b.file(n, what)
	case kindFindings:
		v.Findings, ok = b.findings(i, n, what)
	case kindMeasures:
		v.Measures, ok = b.measures(n, what)
	}
	return v, ok
}

func least(misshapen bool) int64 {
	if misshapen {
		return 0
	}
	return 1
}

// lines reads the articles that a step is about: SKUs, or SKUs with a quantity.
func (b *binding) lines(n *yaml.Node, what, order string) ([]LineRef, bool) {
	o, known := b.story.order(order)
	items := b.r.list(n, what)
	var out []LineRef
	for _, item := range items {
		var ref LineRef
		line := item.Line
		if item.Kind == yaml.MappingNode {
			f, ok := b.r.fields(item, what, "sku", "quantity")
			if !ok {
				continue
			}
			f.need("sku")
			ref.SKU = f.text("sku")
			if q, ok := f.values["quantity"]; ok {
				ref.Quantity, _ = b.r.whole(q, what+": quantity", 1)
			}
		} else {
			ref.SKU, _ = b.r.text(item, what)
		}
		if ref.SKU == "" {
			continue
		}
		at := slices.IndexFunc(o.Lines, func(l OrderLine) bool { return l.SKU == ref.SKU })
		switch {
		case known && at < 0:
			b.r.problem(line, "%s: unknown sku %q", what, ref.SKU)
		case known && ref.Quantity > o.Lines[at].Quantity:
			b.r.problem(line, "%s: %d of %s, the order has %d", what, ref.Quantity, ref.SKU, o.Lines[at].Quantity)
		case slices.ContainsFunc(out, func(other LineRef) bool { return other.SKU == ref.SKU }):
			b.r.problem(line, "%s: the sku %q stands twice", what, ref.SKU)
		}
		out = append(out, ref)
	}
	return out, len(out) > 0
}

// kindNoun says what a name stands for.
var kindNoun = map[kind]string{
	kindPlace: "dispute", kindOffer: "offer", kindRequest: "evidence request", kindItem: "item of evidence",
	kindUpload: "announced upload", kindReport: "report", kindReview: "review",
}

// name reads a name that an earlier step gave. An item of evidence may also be named by its file.
func (b *binding) name(i int, fd field, n *yaml.Node, what string) (string, bool) {
	text, ok := b.r.text(n, what)
	if !ok {
		return "", false
	}
	b.earlier(i, fd.kind, text, follow(n).Line, what)
	return text, true
}

func (b *binding) earlier(i int, k kind, name string, line int, what string) {
	given, ok := b.names[k][name]
	switch {
	case !ok && k == kindItem && b.handedIn(i, name):
	case !ok:
		b.r.problem(line, "%s: unknown %s %q", what, kindNoun[k], name)
	case given.index >= i:
		b.r.problem(line, "%s: %s %q is there only later, from line %d", what, kindNoun[k], name, given.line)
	}
}

// handedIn says whether a file of that name was handed in before step i.
func (b *binding) handedIn(i int, file string) bool {
	for _, raw := range b.raw[:i] {
		if n, ok := raw.fields.values["file"]; ok && n.Value == file && raw.step.Do != "announce_upload" {
			return true
		}
	}
	return false
}

// file checks that the evidence stands beside the case file and nowhere else.
func (b *binding) file(n *yaml.Node, what string) (string, bool) {
	text, ok := b.r.text(n, what)
	if !ok {
		return "", false
	}
	line := follow(n).Line
	local := filepath.FromSlash(text)
	if !filepath.IsLocal(local) {
		b.r.problem(line, "%s: %q leaves the folder of the case file", what, text)
		return "", false
	}
	if info, err := os.Stat(filepath.Join(b.story.Dir, local)); err != nil || !info.Mode().IsRegular() {
		b.r.problem(line, "%s: there is no file %q beside the case file", what, text)
		return "", false
	}
	return text, true
}

// findings reads the findings of a decision.
func (b *binding) findings(i int, n *yaml.Node, what string) ([]Finding, bool) {
	var out []Finding
	for _, item := range b.r.list(n, what) {
		f, ok := b.r.fields(item, what, "claim", "holds", "evidence", "rule")
		if !ok {
			continue
		}
		f.need("claim", "holds")
		finding := Finding{Line: f.line, Claim: f.text("claim"), Rule: f.text("rule")}
		if v, ok := f.values["holds"]; ok {
			finding.Holds, _ = b.r.flag(v, what+": holds")
		}
		if v, ok := f.values["evidence"]; ok {
			items := []*yaml.Node{v}
			if v.Kind == yaml.SequenceNode {
				items = b.r.list(v, what+": evidence")
			}
			for _, e := range items {
				if name, ok := b.r.text(e, what+": evidence"); ok {
					b.earlier(i, kindItem, name, e.Line, what+": evidence")
					finding.Evidence = append(finding.Evidence, name)
				}
			}
		}
		out = append(out, finding)
	}
	return out, len(out) > 0
}

// measures reads what a report's finding brings: a scope with a time, or a listing.
func (b *binding) measures(n *yaml.Node, what string) ([]Measure, bool) {
	var out []Measure
	for _, item := range b.r.list(n, what) {
		f, ok := b.r.fields(item, what, "scope", "for", "listing")
		if !ok {
			continue
		}
		m := Measure{Line: f.line, Listing: f.text("listing")}
		if f.has("scope") == f.has("listing") {
			b.r.problem(f.line, "%s: a measure has either a scope or a listing", what)
		}
		if v, ok := f.values["scope"]; ok {
			m.Scope, _ = b.r.code(v, what+": scope", measureCodes)
		}
		if v, ok := f.values["for"]; ok {
			m.For, _ = b.r.length(v, what+": for")
		}
		out = append(out, m)
	}
	return out, len(out) > 0
}

// quotedList is a list of keys in a message.
func quotedList(keys []string) string {
	quoted := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = fmt.Sprintf("%q", k)
	}
	return strings.Join(quoted, ", ")
}
