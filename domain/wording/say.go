package wording

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pattern reads what is said: words, <sets>, CLASSES and (alternatives|of|them), each with ? after it if it may be left
// out, ..3 for up to three words between, ^ for the beginning of a sentence.
func (c *compiler) pattern(say text) *pattern {
	p, gap := &pattern{language: c.own}, 0
	for i, field := range places(say.value) {
		switch {
		case field == "^" && i == 0:
			p.opening = true
			continue
		case strings.HasPrefix(field, ".."):
			n, err := strconv.Atoi(field[2:])
			if err != nil || n < 1 || n > 30 || len(p.elements) == 0 {
				c.say(say.line, "%s is not a gap of 1 to 30 words between two others", field)
				return nil
			}
			gap = n
			continue
		case field == "WORD" && len(p.elements) == 0 && !p.lead:
			p.lead = true
			continue
		}
		e, err := c.element(field, say)
		if err != nil {
			c.say(say.line, "%v", err)
			return nil
		}
		e.gap, gap = gap, 0
		p.elements = append(p.elements, e)
		p.require(e)
	}
	if len(p.elements) == 0 || p.elements[0].optional || gap > 0 || p.elements[0].ways[0][0][0] == classWord {
		c.say(say.line, "what is said does not begin with what may be left out, and does not end with a gap")
		return nil
	}
	return p
}

// places cuts what is said at its spaces, but not inside of (alternatives with spaces|in them).
func places(say string) []string {
	depth := 0
	return strings.FieldsFunc(say, func(c rune) bool {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		return c == ' ' && depth == 0
	})
}

// require notes a symbol that the pattern cannot do without, so that it is not tried where the text does not have it.
func (p *pattern) require(e element) {
	if !e.optional && len(e.ways) == 1 {
		for _, a := range e.ways[0] {
			if len(a) == 1 && a[0] != classNumber && a[0] != classDigits && a[0] != classWord {
				p.needs = append(p.needs, a[0])
			}
		}
	}
}

func (c *compiler) element(field string, say text) (e element, err error) {
	field, e.optional = strings.CutSuffix(field, "?")
	names := []string{field}
	if strings.HasPrefix(field, "(") && strings.HasSuffix(field, ")") {
		names = strings.Split(field[1:len(field)-1], "|")
	}
	var a atom
	for _, name := range names {
		if name == "MONEY" {
			e.ways = append(e.ways, []atom{{classNumber}, {classCurrency}}, []atom{{classCurrency}, {classNumber}})
			continue
		}
		symbols, err := c.resolve(name, say)
		if err != nil {
			return e, err
		}
		a = append(a, symbols...)
	}
	if len(a) > 0 {
		e.ways = append(e.ways, []atom{a})
	}
	return e, nil
}

// resolve returns the symbols of a set, a class or a word.
func (c *compiler) resolve(name string, say text) ([]int32, error) {
	if name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		id, known := classNames[name]
		if !known {
			return nil, fmt.Errorf("there is no class %s; words are written small", name)
		}
		return []int32{id}, nil
	}
	if set, is := setName(name); is {
		var found []int32
		for _, language := range []string{c.name, ""} {
			if id, known := c.ids[symbol{language: language, name: set}]; known && !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("there is no set %s", set)
		}
		return found, nil
	}
	if strings.ContainsAny(name, "<>()|?^") || name == "" {
		return nil, fmt.Errorf("%q is neither a word nor a set, a class or alternatives", name)
	}
	key := symbol{language: c.name, name: "=" + name}
	if id, known := c.ids[key]; known {
		return []int32{id}, nil
	}
	id := c.symbol("=" + name)
	c.insert(text{value: name, line: say.line}, entry{symbol: id})
	return []int32{id}, nil
}
