package console

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"recourse/api/client"
)

// doPages carry actions out: a form, a page on which the answers are checked, and the sending. They are there for every
// kind of case that has a page.
func doPages() []Page {
	var all []Page
	for _, name := range []string{"order", "dispute", "standing", "report", "review"} {
		k := kinds[name]
		if root := deskRoots[name]; root != "" {
			path := root + "{case}/do/{action}"
			all = append(all,
				Page{Name: "do", Pattern: "GET " + path, Roles: deciders, Serve: func(v *Visit) error { return v.askFor(k.name) }, Examples: deskDoExamples[name]},
				Page{Name: "do", Pattern: "POST " + path, Roles: deciders, Step: true, Serve: func(v *Visit) error { return v.carryOut(k.name) }})
		}
		if k.path == "" {
			continue
		}
		path := k.path + "{case}/do/{action}"
		all = append(all,
			Page{Name: "do", Pattern: "GET " + path, Serve: func(v *Visit) error { return v.askFor(k.name) }, Examples: doExamples[name]},
			Page{Name: "do", Pattern: "POST " + path, Step: true, Serve: func(v *Visit) error { return v.carryOut(k.name) }})
	}
	return all
}

// doExamples are forms with every type of field, a page to check, and one that comes too late.
var doExamples = map[string][]Example{
	"order": {
		{As: "Ada", Path: "/orders/{order}/do/open_dispute", Story: "settled", Late: true}, // by the guide
		{As: "Bolt", Path: "/orders/{order}/do/ship", Story: "funded"},
		{As: "Ada", Path: "/orders/{order}/do/extend_protection", Story: "inspection"}, {As: "Ada", Path: "/orders/{order}/do/confirm_receipt", Story: "settled", Late: true},
		{As: "Vera", Path: "/orders/{order}/do/sign_goodwill", Story: "no_decision"},
	},
	"dispute": {
		{As: "Ada", Path: "/disputes/{dispute}/do/accept_offer?on={offer}", Story: "waiting_buyer"}, {As: "Bolt", Path: "/disputes/{dispute}/do/offer", Story: "waiting_seller"},
		{As: "Ada", Path: "/disputes/{dispute}/do/submit_evidence", Story: "waiting_evidence"}, {As: "Ada", Path: "/disputes/{dispute}/do/withdraw", Story: "waiting_buyer"},
		{As: "Ada", Path: "/disputes/{dispute}/do/post_message", Story: "waiting_seller"}, {As: "Ada", Path: "/disputes/{dispute}/do/change_reason", Story: "waiting_seller"},
	},
	"standing": {{As: "Kiln", Path: "/standing/{seller}/do/contest", Story: "return_arrived"}, {As: "Otto", Path: "/standing/{seller}/do/start_measure", Story: "return_arrived"}},
	"report":   {{As: "Kiln", Path: "/reports/{report}/do/contest", Story: "report_found"}, {As: "Otto", Path: "/reports/{report}/do/answer_referral", Story: "report_referred"}},
	"review":   {{As: "Bolt", Path: "/reviews/{review}/do/reply", Story: "closed"}, {As: "Hana", Path: "/reviews/{review}/do/appeal", Story: "review_redacted"}},
}

// doData is what the pages of an action show.
type doData struct {
	Case     *Case
	Form     Form
	On       string
	Offer    *client.Offer // that the action is about
	Title    string
	Next     string // what happens then
	Asked    []fieldView
	Hidden   []hiddenField // carried through the check
	Given    []given       // what was answered, to be checked
	Check    bool
	Key      string
	Revision int64
	Notes    []string               // what is wrong with the whole
	Quote    *client.Message        // the seller's last words, for who withdraws
	Bind     string                 // the way to an offer of what they promise
	List     []client.ChecklistItem // what helps, where evidence is handed in
	Openings map[client.Reason]client.Opening
	Until    client.Action
	Path     string
}

type hiddenField struct{ Name, Value string }

// given is an answer in words.
type given struct{ Words, Value string }

// askFor shows the form of an action, if the API offers it.
func (v *Visit) askFor(kindName string) error {
	c, f, on, err := v.action(kindName)
	if err != nil {
		return err
	}
	if !offered(c, f, on) {
		return v.notNow(http.StatusConflict, c, f, nil)
	}
	d, err := v.begin(c, f, on)
	if err != nil {
		return err
	}
	empty := filled{values: v.presets(f), wrong: map[string]string{}}
	if len(f.asks(c.Role)) == 0 {
		return v.check(d, empty)
	}
	return v.form(http.StatusOK, d, empty)
}

// action reads what the address of the page names.
func (v *Visit) action(kindName string) (*Case, Form, string, error) {
	f, known := formOf(kindName, v.R.PathValue("action"))
	if !known || f.Program {
		return nil, f, "", errNotFound
	}
	on := v.R.URL.Query().Get("on")
	if on != "" && !identifierForm.MatchString(on) || (f.about() != "") != (on != "") {
		return nil, f, "", errNotFound
	}
	c, err := v.Case(kindName, v.R.PathValue("case"))
	return c, f, on, err
}

func offered(c *Case, f Form, on string) bool {
	return slices.ContainsFunc(c.Actions, func(a client.Action) bool { return a.Name == f.Action && f.on(a.Href) == on })
}

// presets are answers that a link brings: the words of a message that could be an offer, a reason that was chosen before.
func (v *Visit) presets(f Form) map[string][]string {
	brought := map[string][]string{}
	for _, field := range f.Fields {
		if values, there := v.R.URL.Query()["f."+field.Name]; there && field.Type != Preset {
			brought[field.Name] = values
		}
	}
	return brought
}

// begin is what the pages of the action have in common.
func (v *Visit) begin(c *Case, f Form, on string) (*doData, error) {
	d := &doData{Case: c, Form: f, On: on, Offer: c.Offer(on), Title: v.actionWords(f, string(c.Role)), Next: v.T(v.actionKey("next", f, string(c.Role))),
		Revision: c.Revision, Path: v.R.URL.Path}
	if on != "" {
		d.Path += "?on=" + url.QueryEscape(on)
	}
	for _, a := range c.Actions {
		if a.Name == f.Action && f.on(a.Href) == on {
			d.Until = a
		}
	}
	if err := v.prepare(d); err != nil {
		return nil, err
	}
	for _, field := range f.Fields {
		if field.Linked {
			if brought := cmp.Or(v.R.PostForm.Get("f."+field.Name), v.R.URL.Query().Get("f."+field.Name)); brought != "" {
				d.Hidden = append(d.Hidden, hiddenField{"f." + field.Name, brought})
			}
		}
		if field.Type != Preset {
			continue
		}
		if kept := v.R.PostForm["f."+field.Name]; len(kept) == 1 { // as the reader saw it, not as it is now
			d.Hidden = append(d.Hidden, hiddenField{"f." + field.Name, kept[0]})
			continue
		}
		value, err := field.Value(v, c, on)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("carry %s: %w", field.Name, err)
		}
		d.Hidden = append(d.Hidden, hiddenField{"f." + field.Name, string(text)})
	}
	return d, nil
}

// prepare adds what some actions show beside their form: reasons that are open, the words that are quoted back to who
// withdraws, what helps to be believed.
func (v *Visit) prepare(d *doData) error {
	dispute := d.Case.Dispute
	order := ""
	switch {
	case dispute != nil:
		order = dispute.Order
	case d.Case.Order != nil:
		order = d.Case.ID
	}
	var err error
	if slices.ContainsFunc(d.Form.asks(d.Case.Role), func(f Field) bool { return f.Group == "reason" }) {
		d.Openings, err = v.openings(order)
	}
	if dispute == nil {
		return err
	}
	switch d.Form.Action {
	case "withdraw", "concede":
		if d.Quote = lastWords(dispute); d.Case.Role != client.RoleBuyer {
			d.Quote = nil
		}
		for _, m := range v.messagesOf(dispute, v.Moves(d.Case)) {
			if d.Quote != nil && m.ID == d.Quote.ID {
				d.Bind = m.Offer
			}
		}
	case "submit_evidence":
		d.List = slices.DeleteFunc(slices.Clone(dispute.Checklist), func(i client.ChecklistItem) bool { return i.Satisfied })
	}
	return err
}

// form asks. A form that is sent as it is has its key from here on: sent twice, it is one command.
func (v *Visit) form(status int, d *doData, in filled) error {
	for _, field := range d.Form.asks(d.Case.Role) {
		asked, err := v.view(field, d, in)
		if err != nil {
			return err
		}
		d.Asked = append(d.Asked, asked)
	}
	if d.Form.Direct {
		d.Key = rand.Text()
	}
	return v.show(status, "do", d.Title, d)
}

// check shows the answers and what follows from them. The key is drawn here, so that a second press is the same command.
func (v *Visit) check(d *doData, in filled) error {
	d.Check, d.Key = true, rand.Text()
	for _, field := range d.Form.asks(d.Case.Role) {
		for _, value := range in.values[field.Name] {
			d.Hidden = append(d.Hidden, hiddenField{"f." + field.Name, value})
		}
		told, err := v.given(field, d, in)
		if err != nil {
			return err
		}
		d.Given = append(d.Given, told)
	}
	return v.show(http.StatusOK, "do", d.Title, d)
}

// carryOut takes a form that was sent: it is checked, changed once more, or carried out.
func (v *Visit) carryOut(kindName string) error {
	c, f, on, err := v.action(kindName)
	if err != nil {
		return err
	}
	in := v.fill(f, c)
	step := v.R.PostFormValue("step")
	if step == "send" && len(in.wrong) == 0 {
		return v.send(c, f, on, in)
	}
	if !offered(c, f, on) {
		return v.notNow(http.StatusConflict, c, f, nil)
	}
	d, err := v.begin(c, f, on)
	if err != nil {
		return err
	}
	switch {
	case step == "edit":
		in.wrong = map[string]string{}
		return v.form(http.StatusOK, d, in)
	case len(in.wrong) > 0:
		return v.form(http.StatusUnprocessableEntity, d, in)
	}
	return v.check(d, in)
}

// send carries the action out by the API, and leads back to the case.
func (v *Visit) send(c *Case, f Form, on string, in filled) error {
	seen, err := strconv.ParseInt(v.R.PostFormValue("revision"), 10, 64)
	if err != nil {
		return &refusal{http.StatusBadRequest, "unreadable"}
	}
	if !f.Loose {
		in.body["if_revision"] = seen
	}
	made, err := v.deliver(c, f, on, in)
	path := c.Path()
	if f.Action == "open_dispute" && made != "" {
		path = kinds["dispute"].path + made
	}
	back := path + "?" + url.Values{"kind": {f.Kind}, "did": {f.Action}}.Encode()
	if _, waits := errors.AsType[*client.PendingError](err); waits {
		return v.Go(back + "&waits=1")
	}
	if problem, refused := errors.AsType[*client.ProblemError](err); refused {
		return v.refused(c, f, on, in, problem)
	}
	if err != nil {
		return err
	}
	return v.Go(back)
}

// deliver sends the form, and returns the identifier of what was made or changed.
func (v *Visit) deliver(c *Case, f Form, on string, in filled) (string, error) {
	key := client.Key(v.R.PostFormValue("key"))
	if f.HasFile() {
		file, header, err := v.R.FormFile("f.file")
		if err == nil && header.Size > 0 {
			defer func() { _ = file.Close() }()
			kind, _ := in.body["type"].(string)
			words, _ := in.body["text"].(string)
			request, _ := in.body["request"].(string)
			upload := v.R.PostFormValue("upload")
			if !identifierForm.MatchString(upload) {
				upload = ""
			}
			made, err := client.Result[struct{ ID string }](v.API.Upload(v.R.Context(), c.ID, client.Upload{Type: client.EvidenceType(kind), Text: words, Request: request, Upload: upload,
				Name: header.Filename, Content: file}, key))
			return made.ID, err
		}
		if err != nil && !errors.Is(err, http.ErrMissingFile) {
			return "", fmt.Errorf("open the file that was sent: %w", err)
		}
	}
	made, err := client.Result[struct{ ID string }](v.API.Do(v.R.Context(), http.MethodPost, f.href(c.ID, on), in.body, key))
	return made.ID, err
}
