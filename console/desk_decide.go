package console

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"recourse/api/client"
)

// decideData is the page on which a case is decided, and the page on which that is checked.
type decideData struct {
	*doData
	Record   client.Record
	Items    []itemView
	Findings []findingView
	Saved    time.Time           // when the draft was kept; zero: there is none
	Stale    bool                // the record has changed since the draft
	Remedy   *client.DraftRemedy // what the formula says to the draft that is kept; nil: there is none
	Second   []string            // why a second signature is needed, in words
	Letters  []letter
}

// letter is how the decision is told to one audience: what each will read.
type letter struct {
	To    client.Party
	Gets  client.Money
	Words string
}

// findingView is a finding as it is written: what is claimed, whether it holds, and what it rests on.
type findingView struct {
	Number   int
	Claim    string
	Reason   bool   // it is about the reason of the case, which the formula asks for
	Holds    string // "true", "false", or nothing yet
	Rule     string
	Evidence []string
	Wrong    string
}

// Rests says whether the finding rests on the item.
func (f findingView) Rests(id string) bool { return slices.Contains(f.Evidence, id) }

// mostFindings bounds a decision, as the contract does.
const mostFindings = 100

func askDecision(v *Visit) error {
	c, f, d, err := v.decision()
	if err != nil {
		return err
	}
	if d == nil {
		return v.notNow(http.StatusConflict, c, f, v.whyNot(c.Dispute))
	}
	draft, err := client.Result[client.Draft](v.API.GetDraft(v.R.Context(), c.ID))
	in := filled{values: map[string][]string{}, wrong: map[string]string{}}
	switch {
	case err == nil:
		d.restore(c, draft, in)
	case notTheirs(err):
		d.Findings = []findingView{{Claim: string(c.Dispute.Claim.Reason)}}
	default:
		return err
	}
	return v.writeDecision(http.StatusOK, d, in)
}

// whyNot is what the API would say to a decision now, as far as the case itself tells.
func (v *Visit) whyNot(d *client.Dispute) *client.ProblemError {
	code := client.ProblemCodeWrongStage
	awaited := slices.ContainsFunc(d.Requests, func(r client.EvidenceRequest) bool {
		return r.Mandatory && r.State == client.EvidenceRequestStateOpen
	})
	switch {
	case d.Reviewer != v.Session.Subject:
		code = client.ProblemCodeAssignmentLapsed
	case awaited:
		code = client.ProblemCodeEvidenceRequestOpen
	case d.Status == client.StatusWaitingEvidence:
		code = client.ProblemCodeHearingNotComplete
	}
	return &client.ProblemError{Problem: client.Problem{Code: code, Status: http.StatusConflict}}
}

// decision reads the case and its record; no data when it cannot be decided now.
func (v *Visit) decision() (*Case, Form, *decideData, error) {
	f, _ := formOf("dispute", "decide")
	c, err := v.Case("dispute", v.R.PathValue("case"))
	if err != nil || !offered(c, f, "") {
		return c, f, nil, err
	}
	base, err := v.begin(c, f, "")
	if err != nil {
		return c, f, nil, err
	}
	record, err := client.Result[client.Record](v.API.GetRecord(v.R.Context(), c.ID))
	if err != nil {
		return c, f, nil, err
	}
	d := &decideData{doData: base, Record: record}
	for _, item := range itemViews(c.Dispute, "") {
		if item.Admitted {
			d.Items = append(d.Items, item)
		}
	}
	return c, f, d, nil
}

// restore puts a draft into the form.
func (d *decideData) restore(c *Case, draft client.Draft, in filled) {
	text := draft.Draft
	set := func(name, value string) {
		if value != "" {
			in.values[name] = []string{value}
		}
	}
	set("outcome", string(text.Outcome))
	if text.Refund != nil {
		set("refund", decimal(text.Refund.Amount, digits(c.Currency)))
	}
	if text.Release != nil {
		set("release", decimal(text.Release.Amount, digits(c.Currency)))
	}
	if text.Return {
		set("return", "true")
	}
	set("reasons", text.Reasons)
	for _, f := range text.Findings {
		d.Findings = append(d.Findings, findingView{Claim: f.Claim, Holds: strconv.FormatBool(f.Holds), Rule: f.Rule, Evidence: f.Evidence})
	}
	if len(d.Findings) == 0 {
		d.Findings = []findingView{{Claim: string(c.Dispute.Claim.Reason)}}
	}
	d.Remedy = &draft.Remedy
	d.Saved, d.Stale = draft.SavedAt, text.RecordHash != "" && text.RecordHash != d.Record.RecordHash
}

// writeDecision shows the form.
func (v *Visit) writeDecision(status int, d *decideData, in filled) error {
	for i := range d.Findings {
		d.Findings[i].Number, d.Findings[i].Reason = i, d.Findings[i].Claim == string(d.Case.Dispute.Claim.Reason)
	}
	for _, field := range d.Form.asks(d.Case.Role) {
		asked, err := v.view(field, d.doData, in)
		if err != nil {
			return err
		}
		d.Asked = append(d.Asked, asked)
	}
	return v.show(status, "desk-decide", d.Title, d)
}

// readFindings are those of a form that was sent. One of which nothing was said is left out.
func (v *Visit) readFindings() (views []findingView, wrong bool) {
	count, err := strconv.Atoi(v.R.PostFormValue("findings"))
	if err != nil || count < 0 || count > mostFindings {
		count = 0
	}
	for i := range count {
		n := strconv.Itoa(i)
		f := findingView{Claim: strings.TrimSpace(v.R.PostFormValue("claim." + n)), Holds: v.R.PostFormValue("holds." + n), Rule: v.R.PostFormValue("rule." + n),
			Evidence: v.R.PostForm["rests."+n]}
		if f.Claim == "" && f.Holds == "" && f.Rule == "" && len(f.Evidence) == 0 {
			continue
		}
		if f.Claim == "" || f.Holds == "" {
			f.Wrong, wrong = v.T("decide.finding.wrong"), true
		}
		views = append(views, f)
	}
	return views, wrong
}

// findingsOf are the findings as the contract wants them, those that say something.
func findingsOf(views []findingView) []client.Finding {
	found := []client.Finding{}
	for _, f := range views {
		if f.Claim != "" && f.Holds != "" {
			found = append(found, client.Finding{Claim: f.Claim, Holds: f.Holds == "true", Evidence: f.Evidence, Rule: f.Rule})
		}
	}
	return found
}

func takeDecision(v *Visit) error {
	c, f, d, err := v.decision()
	if err != nil {
		return err
	}
	step, _, _ := strings.Cut(v.R.PostFormValue("step"), ".")
	if d == nil {
		if step == "autosave" {
			return v.tellSaved(http.StatusConflict, v.T("decide.over"))
		}
		return v.notNow(http.StatusConflict, c, f, nil)
	}
	in := v.fill(f, c)
	views, unfinished := v.readFindings()
	d.Findings = views
	if step == "autosave" || step == "save" {
		return v.saveDraft(d, in, step == "autosave")
	}
	if step == "add" || step == "edit" {
		if step == "add" && len(d.Findings) < mostFindings {
			d.Findings = append(d.Findings, findingView{})
		}
		for i := range d.Findings {
			d.Findings[i].Wrong = ""
		}
		in.wrong = map[string]string{}
		return v.writeDecision(http.StatusOK, d, in)
	}
	if unfinished || len(in.wrong) > 0 {
		return v.writeDecision(http.StatusUnprocessableEntity, d, in)
	}
	if step == "send" {
		return v.sendDecision(c, d, in)
	}
	return v.checkDecision(d, in)
}

// keepDraft keeps what is written so far, finished or not, and has the API's word on it.
func (v *Visit) keepDraft(d *decideData, in filled) (client.Draft, error) {
	text := client.DraftText{Findings: findingsOf(d.Findings), RecordHash: d.Record.RecordHash}
	if hash, is := in.body["record_hash"].(string); is {
		text.RecordHash = hash
	}
	if outcome, is := in.body["outcome"].(string); is {
		text.Outcome = client.Verdict(outcome)
	}
	for name, into := range map[string]**client.Money{"refund": &text.Refund, "release": &text.Release} {
		if amount, is := in.body[name].(client.Money); is {
			*into = &amount
		}
	}
	text.Return, _ = in.body["return"].(bool)
	text.Reasons, _ = in.body["reasons"].(string)
	return client.Result[client.Draft](v.API.SaveDraft(v.R.Context(), d.Case.ID, text))
}

// saveDraft keeps it and says so.
func (v *Visit) saveDraft(d *decideData, in filled, quietly bool) error {
	draft, err := v.keepDraft(d, in)
	if problem, refused := errors.AsType[*client.ProblemError](err); refused && quietly {
		return v.tellSaved(problem.Problem.Status, v.problemWords(problem.Problem))
	}
	switch {
	case err != nil:
		return err
	case quietly:
		return v.tellSaved(http.StatusOK, v.T("decide.saved"))
	}
	d.Saved, d.Remedy = draft.SavedAt, &draft.Remedy
	in.wrong = map[string]string{}
	for i := range d.Findings {
		d.Findings[i].Wrong = ""
	}
	return v.writeDecision(http.StatusOK, d, in)
}

// tellSaved answers a script in words.
func (v *Visit) tellSaved(status int, words string) error {
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.WriteHeader(status)
	_, _ = v.W.Write([]byte(words)) // who has gone needs no answer
	return nil
}

// warnings say why a supervisor has to sign before anything happens, as the API says of the draft.
func (v *Visit) warnings(d *decideData) []string {
	var why []string
	for _, ground := range d.Remedy.Second {
		switch ground {
		case client.DraftRemedySecondDiscretion:
			why = append(why, v.T("decide.second.away", "Away", v.words.money(d.Remedy.Away), "Discretion", v.words.money(d.Record.Formula.Discretion)))
		case client.DraftRemedySecondAmount:
			why = append(why, v.T("decide.second.amount", "Amount", v.words.money(d.Record.Formula.SecondAbove)))
		}
	}
	return why
}

// checkDecision shows everything that would be sent, to whom it says what, and whether it needs a second signature.
func (v *Visit) checkDecision(d *decideData, in filled) error {
	draft, err := v.keepDraft(d, in)
	if problem, refused := errors.AsType[*client.ProblemError](err); refused {
		return v.decisionRefused(d.Case, d, in, problem)
	}
	if err != nil {
		return err
	}
	d.Check, d.Key = true, rand.Text()
	d.Remedy = &draft.Remedy
	d.Second = v.warnings(d)
	for _, field := range d.Form.asks(d.Case.Role) {
		for _, value := range in.values[field.Name] {
			d.Hidden = append(d.Hidden, hiddenField{"f." + field.Name, value})
		}
		told, err := v.given(field, d.doData, in)
		if err != nil {
			return err
		}
		d.Given = append(d.Given, told)
	}
	d.Hidden = append(d.Hidden, hiddenField{"findings", strconv.Itoa(len(d.Findings))})
	for i, f := range d.Findings {
		n := strconv.Itoa(i)
		d.Findings[i].Number, d.Findings[i].Reason = i, f.Claim == string(d.Case.Dispute.Claim.Reason)
		d.Hidden = append(d.Hidden, hiddenField{"claim." + n, f.Claim}, hiddenField{"holds." + n, f.Holds}, hiddenField{"rule." + n, f.Rule})
		for _, id := range f.Evidence {
			d.Hidden = append(d.Hidden, hiddenField{"rests." + n, id})
		}
	}
	refund, _ := in.body["refund"].(client.Money)
	release, _ := in.body["release"].(client.Money)
	for _, l := range []letter{{To: client.PartyBuyer, Gets: refund}, {To: client.PartySeller, Gets: release}} {
		l.Words = v.T("decide.letter."+string(l.To), "Amount", v.words.money(l.Gets))
		d.Letters = append(d.Letters, l)
	}
	return v.show(http.StatusOK, "desk-decide", d.Title, d)
}

// sendDecision decides the case.
func (v *Visit) sendDecision(c *Case, d *decideData, in filled) error {
	seen, err := strconv.ParseInt(v.R.PostFormValue("revision"), 10, 64)
	if err != nil {
		return &refusal{http.StatusBadRequest, "unreadable"}
	}
	in.body["if_revision"], in.body["findings"] = seen, findingsOf(d.Findings)
	_, err = client.Result[json.RawMessage](v.API.Do(v.R.Context(), http.MethodPost, d.Form.href(c.ID, ""), in.body, client.Key(v.R.PostFormValue("key"))))
	back := c.Path() + "?" + url.Values{"kind": {"dispute"}, "did": {"decide"}}.Encode()
	if _, waits := errors.AsType[*client.PendingError](err); waits {
		return v.Go(back + "&waits=1")
	}
	if problem, refused := errors.AsType[*client.ProblemError](err); refused {
		return v.decisionRefused(c, d, in, problem)
	}
	if err != nil {
		return fmt.Errorf("decide %s: %w", c.ID, err)
	}
	return v.Go(back)
}

// curable are the refusals of a decision that say what to do about them: the phrase decide.cure.CODE.
var curable = []client.ProblemCode{client.ProblemCodeRecordChanged, client.ProblemCodeStaleRevision, client.ProblemCodeHearingNotComplete,
	client.ProblemCodeEvidenceRequestOpen, client.ProblemCodeAssignmentLapsed, client.ProblemCodeAmountExceedsCap, client.ProblemCodeValidationFailed}

// decisionRefused says what is wrong and what can be done, and keeps what was written while the case is still the reader's.
func (v *Visit) decisionRefused(c *Case, d *decideData, in filled, problem *client.ProblemError) error {
	if problem.Code == client.ProblemCodeUnauthenticated || problem.Code == client.ProblemCodeNotFound {
		return problem
	}
	v.R.PostForm = without(v.R.PostForm, d.Form) // what was preset is read anew
	_, f, now, err := v.decision()
	if err != nil {
		return err
	}
	if now == nil {
		now, err := v.Case("dispute", c.ID)
		if err != nil {
			return err
		}
		return v.notNow(problem.Problem.Status, now, f, problem)
	}
	now.Findings = d.Findings
	now.Notes = append([]string{v.problemWords(problem.Problem)}, v.place(problem.Problem, f, in.wrong)...)
	if slices.Contains(curable, problem.Code) {
		now.Notes = append(now.Notes, v.Word("decide.cure", problem.Code))
	}
	return v.writeDecision(problem.Problem.Status, now, in)
}
