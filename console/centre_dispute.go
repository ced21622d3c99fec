package console

import (
	"encoding/json"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"time"

	"recourse/api/client"
)

// evidenceView is an item with what its page needs.
type evidenceView struct {
	client.Evidence
	Mine    bool
	Picture bool   // a thumbnail can be shown
	Path    string // of its content; empty while nobody may see it
	Receipt string // of the signed receipt, for who handed it in
}

// evidenceOf are the items of a dispute, the latest first.
func evidenceOf(d *client.Dispute) []evidenceView {
	var items []evidenceView
	for _, e := range slices.Backward(d.Evidence) {
		item := evidenceView{Evidence: e, Mine: e.By.Role == d.YourRole}
		if e.File != nil && e.File.Href != "" {
			item.Path = "/disputes/" + d.ID + "/evidence/" + e.ID
			item.Picture = e.File.Thumbnail != ""
		}
		if e.Command != "" {
			item.Receipt = "/receipts/" + e.Command
		}
		items = append(items, item)
	}
	return items
}

// messageView is a message with the offer that its promise could be.
type messageView struct {
	client.Message
	Mine  bool
	Rules []string // that spans of it are about, each once
	Offer string   // the way to make an offer of its promise; empty: there is none, or it cannot be made now
}

func (v *Visit) messagesOf(d *client.Dispute, moves []Move) []messageView {
	mayOffer := slices.ContainsFunc(moves, func(m Move) bool { return m.Name == "offer" })
	var all []messageView
	for _, m := range d.Messages {
		shown := messageView{Message: m, Mine: m.By.Role == d.YourRole}
		for _, flag := range m.Flags {
			if !slices.Contains(shown.Rules, flag.Rule) {
				shown.Rules = append(shown.Rules, flag.Rule)
			}
		}
		if m.Warning.Remedy != "" && mayOffer {
			shown.Offer = offerPath(d, m.Warning.Remedy, promised(d, m.Warning))
		}
		all = append(all, shown)
	}
	return all
}

// promised is the amount that a message promises: named, or a share of what is disputed.
func promised(d *client.Dispute, w client.MessageWarning) *client.Money {
	switch {
	case w.Amount.Amount > 0:
		return &w.Amount
	case w.Share > 0 && w.Remedy == client.RemedyRefundPartial:
		const hundredthsOfPercent = 10_000
		exact := new(big.Int).Mul(big.NewInt(d.Claim.Value.Amount), big.NewInt(int64(w.Share)))
		exact.Add(exact, big.NewInt(hundredthsOfPercent/2)).Div(exact, big.NewInt(hundredthsOfPercent))
		return &client.Money{Amount: exact.Int64(), Currency: d.Claim.Value.Currency}
	}
	return nil
}

// offerPath leads to the form of an offer that is filled in already.
func offerPath(d *client.Dispute, remedy client.Remedy, amount *client.Money) string {
	values := url.Values{"f.remedy": {string(remedy)}}
	if amount != nil && remedy == client.RemedyRefundPartial {
		values.Set("f.amount", decimal(amount.Amount, digits(amount.Currency)))
	}
	return "/disputes/" + d.ID + "/do/offer?" + values.Encode()
}

// lastWords are what the seller said last. Whoever withdraws reads it once more (PROCEDURE 6.1).
func lastWords(d *client.Dispute) *client.Message {
	for i := len(d.Messages) - 1; i >= 0; i-- {
		if d.Messages[i].By.Role == client.RoleSeller {
			return &d.Messages[i]
		}
	}
	return nil
}

// details are what an event is about, in words: what was offered, how much, until when.
func (v *Visit) details(e client.Event, currency string) []string {
	var told []string
	add := func(text string) {
		if text != "" {
			told = append(told, text)
		}
	}
	for _, word := range []struct{ member, group string }{{"remedy", "remedy"}, {"reason", "reason"}, {"outcome", "outcome"}, {"condition", "condition"},
		{"strength", "strength"}, {"type", "evidence"}, {"deadline", "deadline"}, {"cause", "pause"}, {"rule", "rule"}} {
		if value, is := e.Data[word.member].(string); is && value != "" {
			name, _, _ := strings.Cut(value, "/")
			if v.words.has(word.group + "." + name) {
				add(v.Word(word.group, value))
			}
		}
	}
	for _, sum := range []struct{ member, key string }{{"amount", "told.amount"}, {"refund", "told.refund"}, {"release", "told.release"}} {
		if amount, is := wholeNumber(e.Data[sum.member]); is && amount != 0 {
			add(v.T(sum.key, "Money", v.words.money(client.Money{Amount: amount, Currency: currency})))
		}
	}
	return told
}

// wholeNumber is a number of an event, as it was written.
func wholeNumber(value any) (int64, bool) {
	switch n := value.(type) {
	case json.Number:
		whole, err := n.Int64()
		return whole, err == nil
	case float64:
		return int64(n), n == float64(int64(n))
	}
	return 0, false
}

// told is an event of the timeline in words.
type told struct {
	client.Event
	Details []string
	Said    string // what somebody wrote with it
}

func (v *Visit) told(events []client.Event, currency string) []told {
	all := make([]told, len(events))
	for i, e := range events {
		all[i] = told{e, v.details(e, currency), saidWith(e)}
	}
	return all
}

// saidWith is what somebody wrote with an event, where no other part of the page shows it.
func saidWith(e client.Event) string {
	member := ""
	switch e.Type {
	case "dispute.escalated", "dispute.withdrawal_started", "dispute.withdrawal_cancelled", "dispute.reopened", "objection.ruled":
		member = "text"
	case "evidence.admitted":
		member = "reasons"
	case "measure.ended":
		if e.By.Role == client.RoleOperator { // what ends by itself says why in a code
			member = "why"
		}
	case "notice.sent":
		if e.Data["about"] == "released" {
			member = "why"
		}
	}
	words, _ := e.Data[member].(string)
	return words
}

// letterData is the decision as a letter.
type letterData struct {
	Dispute   *client.Dispute
	Said      statement
	Appeal    *Move
	AppealDue *client.Deadline
}

// showLetter is the decision to be read in peace, and printed.
func showLetter(v *Visit) error {
	c, err := v.Case("dispute", v.R.PathValue("dispute"))
	if err != nil {
		return err
	}
	d := c.Dispute
	if d.Statement == nil {
		return errNotFound
	}
	said, err := v.statementOf(d)
	if err != nil {
		return err
	}
	data := letterData{Dispute: d, Said: said}
	for _, m := range v.Moves(c) {
		if m.Name == "appeal" {
			m.Primary = !wins(d.Statement)
			data.Appeal = &m
		}
	}
	for i := range d.Deadlines {
		if d.Deadlines[i].Name == "appeal_window" {
			data.AppealDue = &d.Deadlines[i]
		}
	}
	return v.Show(v.T("letter.title"), data)
}

// itemWords name an item of evidence as people can find it: what it is, whose, and its number.
func (v *Visit) itemWords(d *client.Dispute, id string) string {
	for _, e := range d.Evidence {
		if e.ID == id {
			return v.Word("evidence", e.Type) + v.T("list.comma") + v.Word("role", e.By.Role) + " (" + short(e.ID) + ")"
		}
	}
	return short(id)
}

// legStep is one step of a return: done, now, or to come.
type legStep struct {
	Name  string
	State string
	At    time.Time
}

// legOf are the steps of a return, in their order; nil where nothing goes back.
func legOf(r *client.ReturnLeg) []legStep {
	if r == nil {
		return nil
	}
	if r.State == client.ReturnLegStateLapsed {
		return []legStep{{Name: string(r.State), State: "now"}}
	}
	steps := []legStep{{Name: "waiting"}, {Name: "shipped", At: r.ShippedAt}, {Name: "delivered", At: r.DeliveredAt}, {Name: "inspected"}}
	state := "done"
	for i := range steps {
		steps[i].State = state
		if steps[i].Name == string(r.State) {
			steps[i].State, state = "now", "ahead"
		}
	}
	return steps
}
