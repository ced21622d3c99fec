package wording

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"recourse/domain/money"
)

// compiler turns documents into a scanner.
type compiler struct {
	*reader
	scanner *Scanner
	ids     map[symbol]int32
	own     int16            // the language that is being compiled
	name    string           // its name
	sets    map[string]named // of it
}

// define puts a document's words into the scanner. The shared document comes first.
func (c *compiler) define(d document, own int16) {
	c.own, c.name, c.sets = own, d.language, map[string]named{}
	for _, v := range d.variants {
		if utf8.RuneCountInString(v.value) != 2 {
			c.say(v.line, "%s is not two characters: what is written and what it is read as", v.value)
			continue
		}
		pair := []rune(v.value)
		c.scanner.words.variants[pair[0]] = pair[1]
	}
	for _, n := range d.numbers {
		c.insert(n.word, entry{symbol: classNumber, value: n.value, repeats: n.repeats})
	}
	c.currencies(d.currencies)
	c.class(classLabel, d.labels)
	c.class(classContact, d.contact)
	c.class(classPlus, d.plus)
	for _, s := range d.sets {
		c.sets[s.name.value] = s
	}
	for _, s := range d.sets {
		id := c.symbol(s.name.value)
		for _, w := range c.items(s, 0) {
			c.insert(w, entry{symbol: id})
		}
	}
}

// class puts in the words of a class that code names.
func (c *compiler) class(id int32, words []text) {
	for _, w := range words {
		c.insert(w, entry{symbol: id})
	}
}

// currencies puts in what currencies are called.
func (c *compiler) currencies(all []named) {
	for _, n := range all {
		code := -1
		if n.name.value != ownCurrency {
			if _, err := money.ParseCurrency(n.name.value); err != nil {
				c.say(n.name.line, "%s is not a currency of ISO 4217", n.name.value)
				continue
			}
			if code = slices.Index(c.scanner.currencies, money.Currency(n.name.value)); code < 0 {
				code = len(c.scanner.currencies)
				c.scanner.currencies = append(c.scanner.currencies, money.Currency(n.name.value))
			}
		}
		for _, w := range n.items {
			c.insert(w, entry{symbol: classCurrency, value: int32(code)})
		}
	}
}

// deepest is how many sets may stand in each other.
const deepest = 5

// items are the words of a set, with those of the sets in it.
func (c *compiler) items(s named, depth int) []text {
	var all []text
	for _, item := range s.items {
		name, is := setName(item.value)
		if !is {
			all = append(all, item)
			continue
		}
		inner, known := c.sets[name]
		if !known || depth == deepest {
			c.say(item.line, "there is no set %s here, or it contains itself", name)
			continue
		}
		for _, w := range c.items(inner, depth+1) {
			all = append(all, text{value: w.value, line: item.line})
		}
	}
	return all
}

func setName(item string) (string, bool) {
	if strings.HasPrefix(item, "<") && strings.HasSuffix(item, ">") {
		return item[1 : len(item)-1], true
	}
	return "", false
}

// symbol is the number of a name in the language that is compiled.
func (c *compiler) symbol(name string) int32 {
	key := symbol{language: c.name, name: name}
	id, known := c.ids[key]
	if !known {
		id = int32(len(c.scanner.symbols))
		c.ids[key] = id
		c.scanner.symbols = append(c.scanner.symbols, key)
	}
	return id
}

// insert puts a word, or several in a row, into the trie. A word that ends in an asterisk stands for all that begin so.
func (c *compiler) insert(w text, e entry) {
	e.language = c.own
	pieces := c.pieces(w)
	if len(pieces) == 0 {
		return
	}
	if len(pieces[0].word) > maxWord {
		c.say(w.line, "%s is longer than any word", w.value)
		return
	}
	e.rest = pieces[1:]
	c.scanner.words.insert(pieces[0].word, pieces[0].stem, e)
	for _, p := range e.rest {
		if len(p.word) > 2 {
			c.scanner.words.insert(p.word, p.stem, entry{symbol: classInner, language: c.own})
		}
	}
}

// pieces cuts words of the data as texts are cut.
func (c *compiler) pieces(w text) []piece {
	var all []piece
	for _, field := range strings.Fields(w.value) {
		bare, stem := strings.CutSuffix(field, "*")
		r := &reading{text: bare, scanner: &Scanner{words: newTrie(c.scanner.words.variants)}}
		r.fold()
		r.cut()
		if len(r.tokens) == 0 || strings.Contains(bare, "*") {
			c.say(w.line, "%s is not a word", field)
			return nil
		}
		for i, t := range r.tokens {
			all = append(all, piece{word: slices.Clone(r.runes[t.from:t.to]), stem: stem && i == len(r.tokens)-1})
		}
	}
	return all
}

// rules puts a document's fragments into the scanner, after the words of all documents.
func (c *compiler) rules(d document, own int16) {
	c.own, c.name, c.sets = own, d.language, map[string]named{}
	guards := map[string][]*pattern{}
	for _, g := range d.guards {
		for _, say := range g.items {
			if p := c.pattern(say); p != nil {
				guards[g.name.value] = append(guards[g.name.value], p)
			}
		}
	}
	for _, f := range d.fragments {
		if !slices.Contains(Rules, Rule(f.rule.value)) {
			c.say(max(f.rule.line, f.line), "%q is not a rule", f.rule.value)
		}
		c.fragment(f, guards, &c.scanner.starts)
	}
	for _, f := range d.promises {
		c.fragment(f, guards, &c.scanner.promises)
	}
}

func (c *compiler) fragment(f fragment, guards map[string][]*pattern, into *[][]*pattern) {
	var unless [][]*pattern
	for _, u := range f.unless {
		g, known := guards[u.value]
		if !known {
			c.say(u.line, "there is no guard %s", u.value)
		}
		unless = append(unless, g)
	}
	promised, err := readRemedy(f.remedy.value, f.share.value)
	if err != nil {
		c.say(max(f.remedy.line, f.share.line, f.line), "%v", err)
	}
	for _, say := range f.say {
		p := c.pattern(say)
		if p == nil {
			continue
		}
		p.rule, p.language, p.across, p.unless, p.remedy = Rule(f.rule.value), c.own, f.across, unless, promised
		p.fragment = strings.TrimPrefix(c.name+"."+f.id.value, ".")
		c.start(p, into)
	}
}

// start files a pattern under every symbol that it can begin with.
func (c *compiler) start(p *pattern, into *[][]*pattern) {
	for len(*into) < len(c.scanner.symbols) {
		*into = append(*into, nil)
	}
	for _, way := range p.elements[0].ways {
		for _, s := range way[0] {
			if !slices.Contains((*into)[s], p) {
				(*into)[s] = append((*into)[s], p)
			}
		}
	}
}

// countries are the regions where phones of a language are tried.
func (c *compiler) countries(d document) {
	regions := phonenumbers.GetSupportedRegions()
	for _, country := range d.countries {
		if !regions[country.value] {
			c.say(country.line, "%s is not a country of two capital letters", country.value)
			continue
		}
		c.scanner.regions[d.language] = append(c.scanner.regions[d.language], country.value)
	}
}
