package console

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"recourse/api/client"
)

var identifierForm = regexp.MustCompile(`^[a-z]{3}_[0-9A-Za-z]{1,40}$|^promise$`)

// fieldView is a field as its template shows it.
type fieldView struct {
	Field
	ID      string
	Words   string
	Help    string
	Wrong   string
	Typed   string
	Options []Option
	Unit    string
}

// Option is one of several values.
type Option struct {
	Value    string
	Words    string
	Help     string
	Chosen   bool
	Typed    string // beside it, where an option takes something
	Language string // in which the words are, when it is not the page's
}

// view is a field with what was typed and what is wrong with it.
func (v *Visit) view(f Field, d *doData, in filled) (fieldView, error) {
	f = f.in(d.Case)
	shown := fieldView{Field: f, ID: "f-" + f.Name, Words: v.fieldWords(d.Form, f, ""), Help: v.fieldWords(d.Form, f, ".help"), Wrong: in.wrong[f.Name]}
	typed := in.values[f.Name]
	if len(typed) > 0 {
		shown.Typed = typed[0]
	}
	switch f.Type {
	case Sum:
		shown.Unit = d.Case.Currency
	case Days:
		shown.Unit = v.T("unit.days")
	case Choice:
		if f.From != nil {
			for _, o := range f.From(v, d.Case) {
				o.Chosen = o.Value == shown.Typed
				shown.Options = append(shown.Options, o)
			}
		}
		for _, o := range f.Options {
			if opening, known := d.Openings[client.Reason(o)]; f.Group == "reason" && known && !opening.Open && o != shown.Typed {
				continue
			}
			option := Option{Value: o, Words: v.Word(f.Group, o), Chosen: o == shown.Typed}
			if key := f.Group + "." + o + ".help"; v.words.has(key) {
				option.Help = v.T(key)
			}
			shown.Options = append(shown.Options, option)
		}
	case Pick:
		options, err := f.Among(v, d.Case)
		if err != nil {
			return shown, err
		}
		for _, o := range options {
			o.Chosen = o.Value == shown.Typed
			shown.Options = append(shown.Options, o)
		}
	case Course:
		shown.Unit, shown.Options = v.T("unit.days"), v.measureOptions(f, typed)
		if f.Max < mostDays { // which the API has told
			shown.Help = strings.TrimSpace(shown.Help + " " + v.T("measures.most", "Length", v.words.length(strconv.Itoa(f.Max)+"d")))
		}
	case Lines, Skus:
		if d.Case.Order != nil {
			for _, line := range d.Case.Order.Lines {
				chosen := len(typed) == 0 || slices.Contains(typed, line.Sku)
				shown.Options = append(shown.Options, Option{Value: line.Sku, Words: line.Title, Help: v.words.money(line.Price), Chosen: chosen})
			}
		}
	}
	return shown, nil
}

// fieldWords are a field's name, or with ".help" what helps to fill it in, in the form's own words where it has some.
func (v *Visit) fieldWords(f Form, field Field, part string) string {
	for _, key := range []string{"form." + f.Kind + "." + f.Action + "." + field.Name + part, "field." + field.Name + part} {
		if v.words.has(key) {
			return v.T(key)
		}
	}
	if part != "" {
		return ""
	}
	return field.Name
}

// answer is what was answered, in words.
func (v *Visit) answer(f Field, c *Case, in filled) string {
	typed := in.values[f.Name]
	if len(typed) == 0 || typed[0] == "" {
		if f.Type == Lines || f.Type == Skus {
			return v.T("answer.all")
		}
		if f.Type == Tick {
			return v.T("answer.no")
		}
		return v.T("answer.none")
	}
	switch f.Type {
	case Choice:
		if f.From != nil {
			for _, o := range f.From(v, c) {
				if o.Value == typed[0] {
					return o.Words
				}
			}
		}
		return v.Word(f.Group, typed[0])
	case Tick:
		return v.T("answer.yes")
	case Sum:
		if amount, understood := minor(typed[0], c.Currency); understood {
			return v.words.money(client.Money{Amount: amount, Currency: c.Currency})
		}
	case Days:
		return v.words.length(typed[0] + "d")
	case Course:
		return v.measureWords(f, typed)
	case Moment:
		if at, err := time.Parse(momentForm, typed[0]); err == nil {
			return v.words.at(at, time.UTC)
		}
	case Lines, Skus:
		var titles []string
		for _, line := range c.Order.Lines {
			if slices.Contains(typed, line.Sku) {
				titles = append(titles, line.Title)
			}
		}
		return strings.Join(titles, v.T("list.comma"))
	}
	return typed[0]
}

// given is what was answered to a field, with its name.
func (v *Visit) given(field Field, d *doData, in filled) (given, error) {
	told := given{v.fieldWords(d.Form, field, ""), v.answer(field, d.Case, in)}
	if field.Type != Pick {
		return told, nil
	}
	options, err := field.Among(v, d.Case)
	for _, o := range options {
		if slices.Contains(in.values[field.Name], o.Value) {
			told.Value = o.Words
		}
	}
	return told, err
}

// fixable are the refusals of which the form can be sent again, once something in it is put right.
var fixable = []client.ProblemCode{client.ProblemCodeValidationFailed, client.ProblemCodeAmountExceedsCap, client.ProblemCodeStaleRevision,
	client.ProblemCodeEvidenceRejected, client.ProblemCodeTooLarge, client.ProblemCodeUnsupportedType, client.ProblemCodeMalformed, client.ProblemCodeIdempotencyMismatch,
	client.ProblemCodeConfirmBeforeDelivery, client.ProblemCodeRecordChanged, client.ProblemCodeClockAdvancing, client.ProblemCodeStorageUnavailable,
	client.ProblemCodeStorageFull, client.ProblemCodeRateLimited}

// refused shows what the API said no to: beside the fields where it can be put right, and otherwise on a page that says why
// and what can be done instead. What was typed is kept.
func (v *Visit) refused(c *Case, f Form, on string, in filled, problem *client.ProblemError) error {
	if problem.Code == client.ProblemCodeUnauthenticated || problem.Code == client.ProblemCodeNotFound {
		return problem
	}
	now, err := v.Case(c.Kind, c.ID) // the case may have moved on, which is why
	if err != nil {
		return err
	}
	if !slices.Contains(fixable, problem.Code) || !offered(now, f, on) {
		return v.notNow(problem.Problem.Status, now, f, problem)
	}
	v.R.PostForm = without(v.R.PostForm, f) // what was preset is read anew
	d, err := v.begin(now, f, on)
	if err != nil {
		return err
	}
	d.Notes = v.place(problem.Problem, f, in.wrong)
	if len(in.wrong) == 0 || len(d.Notes) > 0 {
		d.Notes = append([]string{v.problemWords(problem.Problem)}, d.Notes...)
	}
	if problem.Code == client.ProblemCodeEvidenceRejected && v.words.language.Tag == "en" { // which of the things a file can be refused for
		d.Notes = append(d.Notes, problem.Detail)
	}
	return v.form(problem.Problem.Status, d, in)
}

func without(values map[string][]string, f Form) map[string][]string {
	kept := map[string][]string{}
	for name, value := range values {
		if !slices.ContainsFunc(f.Fields, func(field Field) bool { return field.Type == Preset && "f."+field.Name == name }) {
			kept[name] = value
		}
	}
	return kept
}

// problemWords say what went wrong, by its code in the reader's language.
func (v *Visit) problemWords(p client.Problem) string { return v.Word("problem", p.Code) }

// notNowData is what the page of an action shows that cannot be done, or not any more.
type notNowData struct {
	Case    *Case
	Title   string
	Why     string
	Detail  string // as the API says it
	Cure    string // what helps, where the desk knows it
	Moves   []Move
	Dispute string         // one that is open already
	Closed  []closedReason // of a dispute: what cannot be opened, why, since or until when
	Since   time.Time      // when the case ended, if it has
}

// notNow is the page of what cannot be done now: why, and what can be done instead.
func (v *Visit) notNow(status int, c *Case, f Form, problem *client.ProblemError) error {
	data := notNowData{Case: c, Title: v.T("notnow.title", "Action", v.actionWords(f, string(c.Role))), Why: v.T("notnow.why"), Moves: v.Moves(c)}
	if problem != nil {
		data.Why, data.Detail, data.Dispute = v.problemWords(problem.Problem), problem.Detail, problem.Dispute
		if key := "decide.cure." + string(problem.Code); c.Desk && v.words.has(key) {
			data.Cure = v.T(key)
		}
		if problem.Code == client.ProblemCodeNotAllowed {
			status = http.StatusForbidden
		}
	}
	since, err := v.endedAt(c)
	if err != nil {
		return err
	}
	data.Since = since
	if f.Action == "open_dispute" && c.Role == client.RoleBuyer {
		openings, err := v.openings(c.ID)
		if err != nil {
			return err
		}
		for _, w := range wrongs {
			if o := openings[w.reasons[0]]; !o.Open {
				data.Closed = append(data.Closed, v.closed(v.T("guide.what."+w.name), o))
			}
		}
	}
	return v.show(status, "notnow", data.Title, data)
}

// endedAt is when a case was over: of a dispute its closing, of an order the last that ended it. Zero: it is not.
func (v *Visit) endedAt(c *Case) (time.Time, error) {
	switch {
	case c.Dispute != nil:
		return c.Dispute.ClosedAt, nil
	case c.Order == nil || c.Order.State != client.OrderStateClosed && c.Order.State != client.OrderStateRefunded:
		return time.Time{}, nil
	}
	timeline, err := client.Result[client.Timeline](v.API.GetOrderTimeline(v.R.Context(), c.ID, &client.GetOrderTimelineParams{Limit: new(client.Limit(onTimeline))}))
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range slices.Backward(timeline.Data) {
		if slices.Contains([]string{"order.closed", "order.cancelled", "escrow.refunded"}, e.Type) {
			return e.At, nil
		}
	}
	return time.Time{}, nil
}
