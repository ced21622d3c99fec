package console

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"recourse/api/client"
)

// filled is a form as somebody filled it in.
type filled struct {
	values map[string][]string // as typed
	body   map[string]any      // as the contract wants it
	wrong  map[string]string   // by field: what is not understood, in words
}

// fill reads a form. What is typed is kept, also where it is not understood.
func (v *Visit) fill(f Form, c *Case) filled {
	out := filled{values: map[string][]string{}, body: map[string]any{}, wrong: map[string]string{}}
	for _, field := range f.Fields {
		if field.Type == Upload || field.Only != "" && field.Only != c.Role {
			continue
		}
		field = field.in(c)
		typed := v.R.PostForm["f."+field.Name]
		if field.Type == Course {
			typed = v.typedMeasures(field)
		}
		out.values[field.Name] = typed
		value, word := field.read(typed, c)
		switch {
		case word != "":
			out.wrong[field.Name] = v.T("wrong." + word)
		case value == nil && field.Needed:
			out.wrong[field.Name] = v.T("wrong.missing")
		case value != nil:
			out.body[field.Name] = value
		}
	}
	return out
}

// momentForm is how a browser sends a day and time.
const momentForm = "2006-01-02T15:04"

// read is what was typed as the contract wants it: nil when nothing was, and a word for what is wrong when it is not understood.
func (f Field) read(typed []string, c *Case) (value any, wrong string) {
	text := ""
	if len(typed) > 0 {
		text = strings.TrimSpace(strings.ReplaceAll(typed[0], "\r\n", "\n"))
	}
	if f.Type == Tick {
		if text == "" {
			return nil, ""
		}
		return true, ""
	}
	if f.Type == Course {
		return f.readMeasures(typed)
	}
	if f.Type == Lines || f.Type == Skus {
		return f.readLines(typed, c), ""
	}
	if text == "" {
		return nil, ""
	}
	switch f.Type {
	case Sum:
		amount, understood := minor(text, c.Currency)
		if !understood {
			return nil, "sum"
		}
		return client.Money{Amount: amount, Currency: c.Currency}, ""
	case Days, Count:
		number, err := strconv.Atoi(text)
		if err != nil || number < f.Min || f.Max > 0 && number > f.Max {
			return nil, "number"
		}
		if f.Type == Days {
			return text + "d", ""
		}
		return number, ""
	case Moment:
		at, err := time.Parse(momentForm, text)
		if err != nil {
			return nil, "moment"
		}
		return at, ""
	case Preset:
		var kept any
		if err := json.Unmarshal([]byte(text), &kept); err != nil {
			return nil, "missing"
		}
		return kept, ""
	case Choice:
		if f.Number {
			return text == "true", ""
		}
	}
	return text, ""
}

// readLines are the chosen lines of the order. All of them is what the contract takes for none.
func (f Field) readLines(typed []string, c *Case) any {
	if len(typed) == 0 || c.Order != nil && len(typed) == len(c.Order.Lines) {
		return nil
	}
	if f.Type == Skus {
		return typed
	}
	claimed := make([]client.ClaimedLine, len(typed))
	for i, sku := range typed {
		claimed[i] = client.ClaimedLine{Sku: sku}
	}
	return claimed
}

// place puts the problems that the API has found beside the fields that they are about. What is about none stays.
func (v *Visit) place(problem client.Problem, f Form, wrong map[string]string) (rest []string) {
	for _, e := range problem.Errors {
		name, _, _ := strings.Cut(strings.TrimPrefix(e.Pointer, "/"), "/")
		message := e.Message
		if key := "wrong." + e.Code; v.words.has(key) {
			message = v.T(key)
		}
		if fieldIn(f, name) {
			wrong[name] = message
		} else {
			rest = append(rest, message)
		}
	}
	return rest
}

func fieldIn(f Form, name string) bool {
	for _, field := range f.Fields {
		if field.Name == name && field.Type != Preset {
			return true
		}
	}
	return false
}
