package console

import (
	"path"
	"slices"
	"strings"

	"recourse/api/client"
)

// Form is how one action of the contract is carried out on a page. The forms are a table, and a test holds it against the
// contract: every action has its form, every form sends what the contract asks for and nothing else.
type Form struct {
	Kind   string // of the case
	Action string // its name in actions[]
	Path   string // in the contract; {ON} of the last placeholder is what the action is about
	Fields []Field
	// Direct forms are sent without a page to check: nothing in them moves money or ends anything.
	Direct bool
	// Loose forms do not name the revision they were written at: what others do meanwhile does not change what is meant.
	Loose bool
	// Program marks what a program does by itself or another page does on the way, and no person by a form.
	Program bool
	// Grave actions end something, or give it up; their button says so.
	Grave bool
}

// Type is what a field takes, and how it is sent.
type Type string

// The types.
const (
	Words  Type = "words"  // a text of several lines
	Line   Type = "line"   // a text of one line
	Choice Type = "choice" // one of a few values of the contract
	Sum    Type = "sum"    // an amount in the case's currency
	Days   Type = "days"   // whole days, sent as a length: 5d
	Count  Type = "count"  // a whole number
	Tick   Type = "tick"   // yes or no
	Moment Type = "moment" // a day and time, in UTC
	Lines  Type = "lines"  // lines of the order, sent as objects
	Skus   Type = "skus"   // lines of the order, sent as their SKUs
	Upload Type = "file"   // a file, sent beside the rest
	Pick   Type = "pick"   // one of what the case or the platform has, by its identifier
	Course Type = "course" // measures on an account: a length for each scope, and listings that go
	Preset Type = "preset" // not asked: what the case says
)

// Field is one thing that a form asks. Its words are the phrases "field.NAME" and, where there is one, "field.NAME.help"; a
// form of its own may say them otherwise, under "form.KIND.ACTION.NAME".
type Field struct {
	Name    string // the member of the body
	Type    Type
	Needed  bool
	Group   string   // of the phrases of a choice
	Options []string // of a choice, as the contract spells them
	Max     int      // characters of a text, days, or the number: at most; 0: as the contract says
	Min     int
	Most    func(c *Case) int                               // days: what the policy of the case allows, where the API tells it; 0: Max
	Only    client.Role                                     // asked of this role alone; empty: of everybody
	Value   func(v *Visit, c *Case, on string) (any, error) // of a preset, as the reader saw it
	Among   func(v *Visit, c *Case) ([]Option, error)       // of a pick
	Number  bool                                            // a choice whose values are sent as truths: yes and no
	Linked  bool                                            // not asked: the link that leads to the form brings it
	From    func(v *Visit, c *Case) []Option                // of a choice: what the case has
}

func ask(name string, t Type) Field { return Field{Name: name, Type: t} }

// words, pick and the like make the fields that occur again and again.
func text() Field { return Field{Name: "text", Type: Words, Max: 4000} }

func reasons() Field { return Field{Name: "reasons", Type: Words, Max: 4000} }

func pick[T ~string](name, group string, options ...T) Field {
	f := Field{Name: name, Type: Choice, Group: group}
	for _, o := range options {
		f.Options = append(f.Options, string(o))
	}
	return f
}

// yesNo is a choice between two, sent as true and false: a question must be answered, a tick may be forgotten.
func yesNo(name string) Field {
	return Field{Name: name, Type: Choice, Group: "yesno." + name, Options: []string{"true", "false"}, Number: true, Needed: true}
}

// among is a pick among what the function finds.
func among(name string, options func(v *Visit, c *Case) ([]Option, error)) Field {
	return Field{Name: name, Type: Pick, Among: options}
}

func preset(name string, value func(v *Visit, c *Case, on string) (any, error)) Field {
	return Field{Name: name, Type: Preset, Value: value}
}

func (f Field) needed() Field { f.Needed = true; return f }

// upTo bounds a number: from one to the most.
func (f Field) upTo(most int) Field { f.Min, f.Max = 1, most; return f }

// mostDays is the longest length that the contract can write in days.
const mostDays = 9999

// short bounds a line.
func (f Field) short(most int) Field { f.Max = most; return f }

// in is the field as a case asks it: bounded by what its policy allows.
func (f Field) in(c *Case) Field {
	if f.Most != nil {
		if most := f.Most(c); most > 0 {
			f.Max = most
		}
	}
	return f
}

func (f Field) linked() Field { f.Linked = true; return f }

func (f Field) only(role client.Role) Field { f.Only = role; return f }

// forms are all forms, in the order in which their actions are offered on a page.
var forms = slices.Concat(orderForms, disputeForms, deskForms, standingForms, reportForms, reviewForms)

// formOf is the form of an action.
func formOf(kind, action string) (Form, bool) {
	i := slices.IndexFunc(forms, func(f Form) bool { return f.Kind == kind && f.Action == action })
	if i < 0 {
		return Form{}, false
	}
	return forms[i], true
}

// about is the name of the last placeholder in the form's path, when that is not the case itself: what the action is about.
func (f Form) about() string {
	names := placeholders(f.Path)
	if len(names) < 2 {
		return ""
	}
	return names[len(names)-1]
}

func placeholders(p string) []string {
	var names []string
	for _, part := range strings.Split(p, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}

// on is what the address of an action is about, or empty.
func (f Form) on(href string) string {
	name := f.about()
	if name == "" {
		return ""
	}
	pattern, parts := strings.Split(f.Path, "/"), strings.Split(href, "/")
	if i := slices.Index(pattern, "{"+name+"}"); i >= 0 && i < len(parts) {
		return parts[i]
	}
	return ""
}

// href is where the form is sent.
func (f Form) href(caseID, on string) string {
	names := placeholders(f.Path)
	href := strings.Replace(f.Path, "{"+names[0]+"}", caseID, 1)
	if name := f.about(); name != "" {
		href = strings.Replace(href, "{"+name+"}", on, 1)
	}
	return path.Clean(href)
}

// asks are the fields that the reader fills in.
func (f Form) asks(role client.Role) []Field {
	var shown []Field
	for _, field := range f.Fields {
		if field.Type != Preset && !field.Linked && (field.Only == "" || field.Only == role) {
			shown = append(shown, field)
		}
	}
	return shown
}

// HasFile says that the form takes a file.
func (f Form) HasFile() bool {
	return slices.ContainsFunc(f.Fields, func(field Field) bool { return field.Type == Upload })
}

// actionWords is what the action is called, to the role where that differs.
func (v *Visit) actionWords(f Form, role string) string { return v.T(v.actionKey("action", f, role)) }

func (v *Visit) actionKey(group string, f Form, role string) string {
	key := group + "." + f.Kind + "." + f.Action
	if own := key + "." + role; role != "" && v.words.has(own) {
		return own
	}
	return key
}
