package console

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"recourse/api/client"
)

// wrong is what people say when something is wrong with an order, and the reasons that it may come to.
type wrong struct {
	name    string
	reasons []client.Reason
}

// wrongs are all. Every reason is in one of them.
var wrongs = []wrong{
	{"not_arrived", []client.Reason{client.ReasonNotReceivedNoTrackingProgress, client.ReasonNotReceivedInvalidTracking, client.ReasonNotReceivedWrongAddress,
		client.ReasonNotReceivedHeldByCustoms, client.ReasonNotReceivedReturnedToSender}},
	{"late", []client.Reason{client.ReasonNotReceivedLate}},
	{"wrong", []client.Reason{client.ReasonNotAsDescribedDamaged, client.ReasonNotAsDescribedWrongItem, client.ReasonNotAsDescribedMissingParts,
		client.ReasonNotAsDescribedShortQuantity, client.ReasonNotAsDescribedDescription, client.ReasonNotAsDescribedQuality}},
	{"fake", []client.Reason{client.ReasonCounterfeit}},
	{"charge", []client.Reason{client.ReasonExtraChargeDemanded, client.ReasonOffPlatformPressure}},
	{"mind", []client.Reason{client.ReasonChangeOfMind}},
	{"broke", []client.Reason{client.ReasonWarrantyDefect}},
}

// remediesFor are what fits an answer, that first which most people want. The API has the last word.
var remediesFor = map[string][]client.Remedy{
	"not_arrived": {client.RemedyRefundFull, client.RemedyReplacement},
	"late":        {client.RemedyRefundPartial, client.RemedyReturnAndRefund, client.RemedyRefundFull},
	"wrong":       remedyValues,
	"fake":        {client.RemedyRefundFull, client.RemedyRefundPartial},
	"charge":      {client.RemedyRefundPartial, client.RemedyRefundFull},
	"mind":        {client.RemedyReturnAndRefund},
	"broke":       {client.RemedyRepair, client.RemedyReplacement, client.RemedyReturnAndRefund, client.RemedyRefundFull},
}

// The steps of the guide, in their order.
var guideSteps = []string{"what", "which", "lines", "remedy", "tell"}

// guideData is one question of the guide.
type guideData struct {
	Case     *Case
	Path     string
	Step     string
	Question string
	Name     string // of the answer
	Many     bool   // several may be chosen
	Options  []guideOption
	Closed   []closedReason
	Said     []guideSaid   // what was answered so far, with the way to change it
	Hidden   []hiddenField // what was answered so far
	Back     string
	Amount   *fieldView
	Text     *fieldView
	Opening  *client.Opening // of the reason
	Whole    bool            // all goods of the order are meant
	Revision int64
	Wrong    string
}

type guideOption struct {
	Value, Words, Help string
	Chosen             bool
	Until              time.Time
}

// closedReason is what cannot be used now, why, and when it can or could.
type closedReason struct {
	Words, Why  string
	From, Until time.Time
}

type guideSaid struct{ Words, Value, Path string }

// guide is where somebody is in it: what the address says was answered.
type guide struct {
	v       *Visit
	c       *Case
	open    map[client.Reason]client.Opening
	answers url.Values
	what    string
	reason  client.Reason
}

// showGuide asks what is wrong, one question a page. All answers are in the address, so going back works, and a page can be
// loaded anew; nothing is sent before the last one.
func showGuide(v *Visit) error {
	v.R.SetPathValue("action", "open_dispute")
	v.R.SetPathValue("case", v.R.PathValue("order"))
	c, f, on, err := v.action("order")
	if err != nil {
		return err
	}
	if !offered(c, f, on) {
		return v.notNow(http.StatusConflict, c, f, nil)
	}
	openings, err := v.openings(c.ID)
	if err != nil {
		return err
	}
	g := &guide{v: v, c: c, open: openings, answers: v.R.URL.Query()}
	d := g.ask()
	return v.Show(v.T("guide.title"), d)
}

// openings are what the API says of each reason.
func (v *Visit) openings(order string) (map[client.Reason]client.Opening, error) {
	eligible, err := client.Result[client.Eligibility](v.API.GetEligibility(v.R.Context(), order))
	if err != nil {
		return nil, err
	}
	open := map[client.Reason]client.Opening{}
	for _, o := range eligible.CanOpen {
		open[o.Reason] = o
	}
	return open, nil
}

// ask is the first question that is not answered yet, or the one that the address goes back to.
func (g *guide) ask() guideData {
	d := guideData{Case: g.c, Path: g.v.R.URL.Path, Revision: g.c.Revision}
	step := g.unanswered(&d)
	if at := g.answers.Get("at"); slices.Contains(guideSteps, at) && slices.Index(guideSteps, at) < slices.Index(guideSteps, step) {
		step, d.Wrong = at, ""
	}
	d.Step, d.Question = step, g.v.T("guide."+step)
	switch step {
	case "what":
		g.askWhat(&d)
	case "which":
		g.askWhich(&d)
	case "lines":
		g.askLines(&d)
	case "remedy":
		g.askRemedy(&d)
	case "tell":
		g.askWords(&d)
	}
	g.carry(&d)
	return d
}

// unanswered follows the answers as far as they make sense.
func (g *guide) unanswered(d *guideData) string {
	i := slices.IndexFunc(wrongs, func(w wrong) bool { return w.name == g.answers.Get("what") })
	if i < 0 || len(g.openOf(wrongs[i].reasons)) == 0 {
		return "what"
	}
	g.what = wrongs[i].name
	open := g.openOf(wrongs[i].reasons)
	g.reason = client.Reason(g.answers.Get("f.reason"))
	if len(wrongs[i].reasons) == 1 {
		g.reason = open[0]
	}
	if !slices.Contains(open, g.reason) {
		return "which"
	}
	g.answers.Set("f.reason", string(g.reason))
	opening := g.open[g.reason]
	d.Opening = &opening
	chosen := g.answers["f.lines"]
	if len(g.c.Order.Lines) > 1 && len(chosen) == 0 {
		if g.answers.Get("asked") == "lines" {
			d.Wrong = g.v.T("guide.lines.none")
		}
		return "lines"
	}
	d.Whole = len(g.c.Order.Lines) == 1 || len(chosen) == len(g.c.Order.Lines)
	remedy := client.Remedy(g.answers.Get("f.remedy"))
	if !slices.Contains(remediesFor[g.what], remedy) {
		return "remedy"
	}
	typed := g.answers.Get("f.amount")
	if remedy != client.RemedyRefundPartial {
		g.answers.Del("f.amount")
		return "tell"
	}
	amount, understood := minor(typed, g.c.Currency)
	switch {
	case typed == "":
		d.Wrong = g.v.T("guide.amount.needed")
	case !understood || amount == 0:
		d.Wrong = g.v.T("wrong.sum")
	case opening.Cap != nil && amount > opening.Cap.Amount:
		d.Wrong = g.v.T("wrong.amount_exceeds_cap")
	default:
		return "tell"
	}
	return "remedy"
}

// openOf are those of the reasons that are open now.
func (g *guide) openOf(reasons []client.Reason) []client.Reason {
	var open []client.Reason
	for _, r := range reasons {
		if g.open[r].Open {
			open = append(open, r)
		}
	}
	return open
}

func (g *guide) askWhat(d *guideData) {
	d.Name = "what"
	for _, w := range wrongs {
		open := g.openOf(w.reasons)
		if len(open) == 0 {
			d.Closed = append(d.Closed, g.v.closed(g.v.T("guide.what."+w.name), g.open[w.reasons[0]]))
			continue
		}
		d.Options = append(d.Options, guideOption{Value: w.name, Words: g.v.T("guide.what." + w.name), Help: g.v.T("guide.what." + w.name + ".help"),
			Chosen: w.name == g.answers.Get("what")})
	}
}

func (g *guide) askWhich(d *guideData) {
	d.Name = "f.reason"
	for _, w := range wrongs {
		if w.name != g.what {
			continue
		}
		for _, r := range w.reasons {
			if o := g.open[r]; o.Open {
				d.Options = append(d.Options, guideOption{Value: string(r), Words: g.v.T("guide.which." + string(r)), Chosen: string(r) == g.answers.Get("f.reason"), Until: o.Until})
			} else {
				d.Closed = append(d.Closed, g.v.closed(g.v.T("guide.which."+string(r)), o))
			}
		}
	}
}

func (g *guide) askLines(d *guideData) {
	d.Name, d.Many = "f.lines", true
	for _, line := range g.c.Order.Lines {
		option := guideOption{Value: line.Sku, Words: line.Title, Help: g.v.words.money(line.Price), Chosen: slices.Contains(g.answers["f.lines"], line.Sku)}
		d.Options = append(d.Options, option)
	}
}

func (g *guide) askRemedy(d *guideData) {
	d.Name = "f.remedy"
	remedies := remediesFor[g.what]
	for _, r := range remedies {
		d.Options = append(d.Options, guideOption{Value: string(r), Words: g.v.Word("remedy", r), Help: g.v.T("guide.remedy." + string(r)),
			Chosen: string(r) == g.answers.Get("f.remedy") || len(remedies) == 1})
	}
	if !slices.Contains(remedies, client.RemedyRefundPartial) {
		return
	}
	amount := fieldView{Field: Field{Name: "amount", Type: Sum}, ID: "f-amount", Words: g.v.T("guide.amount"), Unit: g.c.Currency, Typed: g.answers.Get("f.amount"), Wrong: d.Wrong}
	if d.Whole && d.Opening != nil && d.Opening.Cap != nil {
		amount.Help = g.v.T("guide.amount.most", "Money", g.v.words.money(*d.Opening.Cap))
		if fair := d.Opening.Default; fair != nil && fair.Amount < d.Opening.Cap.Amount {
			amount.Help += " " + g.v.T("guide.amount.default", "Money", g.v.words.money(*fair))
			if amount.Typed == "" {
				amount.Typed = decimal(fair.Amount, digits(fair.Currency))
			}
		}
	}
	d.Amount = &amount
}

// askWords is the last page: what happened, with what helps to be believed. From here it goes on to the page to check.
func (g *guide) askWords(d *guideData) {
	f, _ := formOf("order", "open_dispute")
	d.Text = &fieldView{Field: text().needed(), ID: "f-text", Words: g.v.fieldWords(f, text(), ""), Help: g.v.fieldWords(f, text(), ".help")}
}

// carry keeps what was answered, and says it with the way to change it.
func (g *guide) carry(d *guideData) {
	at := slices.Index(guideSteps, d.Step)
	for i, step := range guideSteps[:at] {
		value := g.said(step)
		if value == "" {
			continue
		}
		back := url.Values{}
		for name, values := range g.answers {
			back[name] = values
		}
		back.Set("at", step)
		d.Back = d.Path + "?" + back.Encode()
		d.Said = append(d.Said, guideSaid{g.v.T("guide." + guideSteps[i]), value, d.Back})
	}
	for _, name := range []string{"what", "f.reason", "f.lines", "f.remedy", "f.amount"} {
		if name == d.Name || name == "f.amount" && d.Amount != nil {
			continue
		}
		for _, value := range g.answers[name] {
			d.Hidden = append(d.Hidden, hiddenField{name, value})
		}
	}
}

// said is an answer in words; empty where the question is not asked.
func (g *guide) said(step string) string {
	switch step {
	case "what":
		return g.v.T("guide.what." + g.what)
	case "which":
		if !g.alone() {
			return g.v.T("guide.which." + string(g.reason))
		}
	case "lines":
		if len(g.c.Order.Lines) > 1 {
			f, _ := formOf("order", "open_dispute")
			i := slices.IndexFunc(f.Fields, func(field Field) bool { return field.Name == "lines" })
			return g.v.answer(f.Fields[i], g.c, filled{values: map[string][]string{"lines": g.answers["f.lines"]}})
		}
	case "remedy":
		told := g.v.Word("remedy", g.answers.Get("f.remedy"))
		if amount, understood := minor(g.answers.Get("f.amount"), g.c.Currency); understood && g.answers.Get("f.amount") != "" {
			told += ", " + g.v.words.money(client.Money{Amount: amount, Currency: g.c.Currency})
		}
		return told
	}
	return ""
}

// alone says that the answer has one reason only, which needs no question.
func (g *guide) alone() bool {
	return slices.ContainsFunc(wrongs, func(w wrong) bool { return w.name == g.what && len(w.reasons) == 1 })
}

// closed is a reason that cannot be used now, in words.
func (v *Visit) closed(words string, o client.Opening) closedReason {
	c := closedReason{Words: words, Why: v.Word("why", o.Why)}
	switch {
	case o.Why == "too_early":
		c.From = o.From
	case o.Why == "protection_over" && !o.Until.IsZero():
		c.Until = o.Until
	}
	return c
}
