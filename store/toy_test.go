package store

import (
	"encoding/json"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

// toy is a case of either kind with just enough rules to show what the store does with them: it counts, it has deadlines,
// effects and money, it opens other toys and sends to them.
type toy struct {
	casefile.Header
	Order    string            `json:"order"`
	Buyer    string            `json:"buyer"`
	Seller   string            `json:"seller"`
	Reviewer string            `json:"reviewer,omitempty"`
	Country  string            `json:"country,omitempty"`
	Stage    string            `json:"stage"`
	Count    int               `json:"count"`
	Held     money.Minor       `json:"held"`
	Clocks   clock.Set         `json:"clocks"`
	Open     []casefile.Effect `json:"open,omitempty"`
	Over     bool              `json:"over"`
	Urgent   time.Time         `json:"urgent,omitzero"`
	Snoozed  time.Time         `json:"snoozed,omitzero"`
	Log      []entry           `json:"log"` // every trigger in the order in which it was carried out
	Saw      casefile.Facts    `json:"saw"`
	kind     string
}

type entry struct {
	What string    `json:"what"`
	At   time.Time `json:"at"`
}

type toyData struct {
	Buyer, Seller, Reviewer, To, Name string
	Held                              money.Minor
	N                                 int
	Due                               time.Time
	Reminder                          bool
	Step                              int64
	Carrier, Tracking                 string
	Text, Country                     string
}

func toyKind(name string) casefile.Kind {
	return casefile.Kind{
		Name: name,
		Decode: func(state []byte) (casefile.Case, error) {
			t := toy{kind: name}
			if len(state) == 0 {
				return t, nil
			}
			err := json.Unmarshal(state, &t)
			return t, err
		},
		Needs: func(trigger string) casefile.Need {
			return map[string]casefile.Need{"see_order": casefile.NeedOrder, "see_reviewers": casefile.NeedReviewers, "see_nonce": casefile.NeedNonce,
				"ship": casefile.NeedTracking, "see_funds": casefile.NeedFunds, "recover": casefile.NeedFunds, "look": casefile.NeedOrder}[trigger]
		},
	}
}

func toyKinds() []casefile.Kind {
	return []casefile.Kind{toyKind(casefile.KindOrder), toyKind(casefile.KindDispute), toyKind(casefile.KindStanding)}
}

func (t toy) FactsFor(dispute string, _ time.Time) casefile.OrderFacts {
	return casefile.OrderFacts{Remaining: money.Minor(t.Count), Delivered: dispute != ""}
}
func (t toy) Purchase() casefile.Purchase {
	return casefile.Purchase{Country: t.Country, Lines: []casefile.PurchaseLine{{SKU: "LAMP-7", Title: "Lamp", Quantity: 1, Price: t.Held}}}
}
func (t toy) Next() (clock.Deadline, bool) { return t.Clocks.Next() }
func (t toy) Deadlines() []clock.Deadline  { return t.Clocks.Deadlines }
func (t toy) Effects() []casefile.Effect   { return t.Open }
func (t toy) Closed() bool                 { return t.Over }
func (t toy) Head() casefile.Header        { return t.Header }
func (t toy) Summary() casefile.Summary {
	return casefile.Summary{Kind: t.kind, Stage: t.Stage, Status: "waiting", Reason: "", Order: t.Order, Buyer: t.Buyer, Seller: t.Seller,
		Reviewer: t.Reviewer, Amount: money.Amount{Minor: t.Held, Currency: "EUR"}, OpenedAt: time.Time{}, Closed: t.Over,
		Urgent: t.Urgent, Snoozed: t.Snoozed, Overdue: t.Count > 0}
}

func (t toy) clone() toy {
	t.Clocks, t.Open, t.Log = t.Clocks.Clone(), slices.Clone(t.Open), slices.Clone(t.Log)
	return t
}

func (t toy) Decide(c casefile.Command, facts casefile.Facts) (casefile.Case, casefile.Change, casefile.Answer) {
	was := t
	t = t.clone()
	if t.ID == "" {
		t.ID = c.Case
	}
	if t.Over && c.Name != "confirm_transfer" && c.Name != "reopen" {
		return was, casefile.Change{}, casefile.Refuse(casefile.CaseClosed, "This case is closed.")
	}
	data, err := casefile.Read[toyData](c)
	if err != nil {
		return was, casefile.Change{}, casefile.Invalid("", "No toy's data.")
	}
	r := casefile.NewRecorder(&t.Header, &t.Clocks, c.By, c.At)
	t.Revision++
	t.Log = append(t.Log, entry{c.Name, c.At})
	answer := t.carryOut(r, c, data, facts)
	if !answer.Accepted() {
		return was, casefile.Change{}, answer
	}
	if len(r.Events) == 0 {
		r.Event(casefile.MessagePosted, map[string]any{"text": data.Text, "name": c.Name})
	}
	answer.Result = map[string]any{"count": t.Count}
	return t, r.Change, answer
}

func (t *toy) carryOut(r *casefile.Recorder, c casefile.Command, data toyData, facts casefile.Facts) casefile.Answer {
	switch c.Name {
	case "begin":
		t.Order, t.Buyer, t.Seller, t.Stage, t.Held = data.To, data.Buyer, data.Seller, "begun", data.Held
		t.Reviewer, t.Country = data.Reviewer, data.Country
		step := r.Event(casefile.OrderFunded, nil)
		if t.Held > 0 {
			r.Transfers = append(r.Transfers, t.move(step, ledger.Hold, ledger.Capture, ledger.EscrowOf(t.Order), t.Held))
		}
	case "add":
		t.Count += max(1, data.N)
	case "refuse":
		return casefile.Refuse(casefile.WrongStage, "Toys refuse this.")
	case "panic":
		panic("toys do")
	case "announce": // to two standings, the later one first
		for _, to := range []string{data.To, data.Name} {
			r.Tell(casefile.Tell{Kind: casefile.KindStanding, Case: to, Name: "add", Data: toyData{N: data.N}})
		}
	case "arm":
		t.Clocks.Start(clock.Deadline{Name: data.Name, Since: c.At, DueAt: data.Due, Reminder: data.Reminder})
	case "effect":
		step := r.Event(casefile.EscrowRefunded, nil)
		t.Open = append(t.Open, casefile.Effect{Step: step, Kind: casefile.EffectTransfer})
	case "confirm_transfer":
		t.Open = slices.DeleteFunc(t.Open, func(e casefile.Effect) bool { return e.Step == data.Step })
	case "open":
		r.Openings = append(r.Openings, casefile.Opening{ID: data.To, Kind: casefile.KindDispute, Name: "begin", By: c.By,
			Data: toyData{Buyer: t.Buyer, Seller: t.Seller, To: t.Order}, Order: t.Order,
			Summary: casefile.Summary{Buyer: t.Buyer, Seller: t.Seller, Status: "opening"}})
		r.Event(casefile.DisputeOpened, map[string]any{"dispute": data.To})
	case "tell":
		r.Send(data.To, "add", toyData{N: 1})
	case "stage":
		t.Stage, t.Reviewer = data.Name, data.Reviewer
	case "release", "refund":
		return t.settle(r, c.Name)
	case "deposit":
		step := r.Event(casefile.EscrowReleased, nil)
		r.Transfers = append(r.Transfers, t.move(step, ledger.Reserve, ledger.DepositOf(t.Seller), ledger.ReserveOf(t.Seller), data.Held))
	case "recover":
		step := r.Event(casefile.EscrowRecovered, nil)
		r.Transfers = append(r.Transfers, t.move(step, ledger.Recover, ledger.ReserveOf(t.Seller), ledger.RecoveredFor(t.Buyer), data.Held))
	case "ship":
		r.Shipments = append(r.Shipments, casefile.Shipment{Order: t.Order, Case: t.ID, Carrier: data.Carrier, Tracking: data.Tracking, Leg: "out"})
	case "assign":
		t.Reviewer = data.To
		r.Duties = append(r.Duties, casefile.Duty{Reviewer: data.To, Kind: "assigned", Parties: []string{t.Buyer, t.Seller}, At: c.At})
	case "queue":
		t.Urgent, t.Reviewer = data.Due, data.Reviewer
	case "snooze":
		t.Snoozed = data.Due
	case "decide":
		t.Urgent = time.Time{}
		r.Event(casefile.DisputeDecided, nil)
	case "close":
		t.Over, t.Urgent = true, time.Time{}
		t.Clocks = clock.Set{}
	case "reopen":
		t.Over = false
	case "stuck":
		t.Clocks.Start(clock.Deadline{Name: "stuck", Since: c.At, DueAt: c.At})
	case "declare_incident", "end_incident", "begun", "see_order", "see_reviewers", "see_nonce", "see_funds":
	default:
		return casefile.Refuse(casefile.WrongStage, "No toy knows this.")
	}
	t.Saw = facts
	return casefile.Answer{}
}

func (t *toy) settle(r *casefile.Recorder, verb string) casefile.Answer {
	if t.Held == 0 {
		return casefile.Refuse(casefile.WrongStage, "It is gone.")
	}
	step := r.Event(casefile.EscrowRefunded, nil)
	to := ledger.PayableTo(t.Seller)
	if verb == "refund" {
		to = ledger.RefundedTo(t.Buyer)
	}
	r.Transfers = append(r.Transfers, t.move(step, ledger.Verb(verb), ledger.EscrowOf(t.Order), ledger.TransitOf(t.Order), t.Held),
		t.move(step, ledger.Confirm, ledger.TransitOf(t.Order), to, t.Held))
	t.Held = 0
	return casefile.Answer{}
}

func (t *toy) move(step int64, verb ledger.Verb, from, to ledger.Account, amount money.Minor) ledger.Transfer {
	return ledger.Transfer{Step: step, Verb: verb, Cause: string(verb), Currency: "EUR",
		Postings: []ledger.Posting{{Account: from, Amount: -amount}, {Account: to, Amount: amount}}}
}

func (t toy) Default(d clock.Deadline, facts casefile.Facts) (casefile.Case, casefile.Change) {
	t = t.clone()
	r := casefile.NewRecorder(&t.Header, &t.Clocks, casefile.Actor{Role: casefile.System}, d.DueAt)
	t.Revision++
	t.Log = append(t.Log, entry{d.Name, r.At()})
	if d.Name != "stuck" {
		t.Clocks.Remove(d.Name)
	}
	t.Count += 100
	t.Saw = facts
	r.Event(casefile.OfferExpired, map[string]any{"deadline": d.Name})
	if d.Name == "tell_order" {
		r.Send(t.Order, "add", toyData{N: 1})
	}
	return t, r.Change
}

func (t toy) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
	t = t.clone()
	d, _ := t.Clocks.Get(name)
	r := casefile.NewRecorder(&t.Header, &t.Clocks, casefile.Actor{Role: casefile.System}, d.DueAt)
	t.Revision++
	t.Clocks.Move(name, noticed)
	t.Log = append(t.Log, entry{"moved " + name, r.At()})
	r.Event(casefile.DeadlineMoved, map[string]any{"deadline": name})
	return t, r.Change
}
