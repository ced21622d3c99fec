package dispute_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

// deed is something that somebody does.
type deed struct {
	name string
	by   casefile.Actor
	data func(*play, dispute.Dispute) fields
}

func plain(*play, dispute.Dispute) fields { return nil }

// deeds are what people do in a dispute. What comes twice is done more often.
var deeds = []deed{
	{"post_message", ada, text}, {"post_message", bolt, text},
	{"submit_evidence", ada, item}, {"submit_evidence", bolt, item},
	{"offer", ada, proposal}, {"offer", bolt, proposal}, {"offer", bolt, proposal},
	{"accept_offer", ada, theirs}, {"accept_offer", bolt, theirs}, {"reject_offer", ada, theirs}, {"reject_offer", bolt, theirs},
	{"withdraw_offer", ada, own}, {"withdraw_offer", bolt, own},
	{"concede", bolt, plain}, {"concede", ada, acknowledged},
	{"request_time", bolt, func(p *play, _ dispute.Dispute) fields { return fields{"days": p.days(4)} }},
	{"change_reason", ada, func(p *play, _ dispute.Dispute) fields { return p.claim() }},
	{"escalate", ada, plain}, {"escalate", ada, plain}, {"escalate", bolt, plain},
	{"withdraw", ada, plain}, {"cancel_withdrawal", ada, plain}, {"reopen", ada, plain}, {"reopen", ada, plain},
	{"ship_replacement", bolt, parcel}, {"deliver_replacement", carrier, arrival}, {"confirm_performance", ada, plain},
	{"ship_return", ada, parcel}, {"ship_return", ada, parcel}, {"deliver_return", carrier, arrival}, {"deliver_return", carrier, arrival},
	{"inspect_return", bolt, condition},
	{"object_to_reviewer", ada, objection}, {"object_to_reviewer", bolt, objection},
	{"rule_objection", sue, func(p *play, _ dispute.Dispute) fields { return fields{"upheld": p.flip("upheld")} }},
	{"waive_hearing", ada, plain}, {"waive_hearing", ada, plain}, {"waive_hearing", bolt, plain}, {"waive_hearing", bolt, plain},
	{"extend_evidence", ada, plain}, {"extend_evidence", bolt, plain},
	{"appeal", ada, text}, {"appeal", bolt, text},
	{"second", sue, refusal}, {"second", sam, refusal},
	{"assign", sue, func(p *play, _ dispute.Dispute) fields {
		return fields{"to": rapid.SampledFrom([]string{"cleo", "dora", "emil", "sam", "nobody"}).Draw(p.T, "to")}
	}},
	{"claim", casefile.Actor{}, plain}, {"claim", dora, plain}, {"release", casefile.Actor{}, text},
	{"snooze", casefile.Actor{}, func(p *play, _ dispute.Dispute) fields {
		return fields{"until": p.Now.Add(time.Duration(rapid.IntRange(-1, 80).Draw(p.T, "hours")) * time.Hour), "text": "Later."}
	}},
	{"request_evidence", casefile.Actor{}, request}, {"admit_evidence", casefile.Actor{}, admission},
	{"decide", casefile.Actor{}, judgement}, {"decide", casefile.Actor{}, judgement}, {"decide", casefile.Actor{}, judgement},
	{"vote", casefile.Actor{}, judgement}, {"vote", casefile.Actor{}, judgement}, {"vote", casefile.Actor{}, judgement},
	{"vote", casefile.Actor{}, judgement},
}

// starts are ways into a case, so that plays meet also what comes late in one.
var starts = func() [][]deed {
	say := func(data fields) func(*play, dispute.Dispute) fields {
		return func(*play, dispute.Dispute) fields { return data }
	}
	all := func(outcome dispute.Outcome, back bool) func(*play, dispute.Dispute) fields {
		return func(p *play, d dispute.Dispute) fields {
			value := p.Order(p.order).FactsFor(d.ID, p.Now).Remaining
			if outcome == dispute.DecidedForBuyer {
				return fields{"outcome": outcome, "refund": value, "release": 0, "reasons": "So it is.", "return": back}
			}
			return fields{"outcome": outcome, "refund": 0, "release": value, "reasons": "So it is."}
		}
	}
	promised := []deed{{"offer", bolt, say(fields{"remedy": dispute.Replacement, "due": "10d"})}, {"accept_offer", ada, latest}}
	returned := []deed{{"offer", bolt, say(fields{"remedy": dispute.ReturnAndRefund})}, {"accept_offer", ada, latest}}
	escalated := []deed{{"post_message", bolt, text}, {"escalate", ada, plain}}
	file := slices.Concat(escalated, []deed{{"waive_hearing", ada, plain}, {"waive_hearing", bolt, plain}})
	ruled := func(back bool) []deed {
		return slices.Concat(file, []deed{{"decide", casefile.Actor{}, all(dispute.DecidedForBuyer, back)}})
	}
	panel := slices.Concat(file, []deed{{"decide", cleo, all(dispute.DecidedForSeller, false)}, {"appeal", ada, text}, {"appeal", bolt, text}})
	votes := slices.Concat(panel, []deed{{"waive_hearing", ada, plain}, {"waive_hearing", bolt, plain}, {"vote", casefile.Actor{}, all(dispute.DecidedForSeller, false)}})
	return [][]deed{nil, promised, slices.Concat(promised, []deed{{"ship_replacement", bolt, parcel}}), returned,
		slices.Concat(returned, []deed{{"ship_return", ada, parcel}, {"deliver_return", carrier, plain}}), escalated, file, file, ruled(false), ruled(true), panel, votes}
}()

// latest is the offer that was made last.
func latest(_ *play, d dispute.Dispute) fields {
	return fields{"offer": d.Offers[len(d.Offers)-1].ID}
}

// ofOrder are what people do with the order meanwhile.
var ofOrder = []deed{
	{"open_dispute", ada, func(p *play, _ dispute.Dispute) fields { return p.claim() }},
	{"open_dispute", ada, func(p *play, _ dispute.Dispute) fields { return p.claim() }},
	{"confirm_receipt", ada, acknowledged},
	{"extend_protection", ada, func(p *play, _ dispute.Dispute) fields { return fields{"by": p.days(5)} }},
	{"grant_extension", bolt, plain}, {"refuse_extension", bolt, plain},
	{"chargeback", platform, func(p *play, _ dispute.Dispute) fields {
		return fields{"amount": p.between(1, p.Order(p.order).Escrow().Captured)}
	}},
	{"close_chargeback", platform, func(p *play, _ dispute.Dispute) fields {
		return fields{"won_by": rapid.SampledFrom([]string{"buyer", "seller"}).Draw(p.T, "won by")}
	}},
}

// act does one thing.
func (p *play) act() {
	switch rapid.IntRange(0, 11).Draw(p.T, "where") {
	case 0, 1:
		d := rapid.SampledFrom(ofOrder).Draw(p.T, "deed")
		p.do(p.order, d.name, d.by, d.data(p, dispute.Dispute{}))
		return
	case 2:
		p.incident()
		return
	}
	if len(p.disputes) == 0 {
		return
	}
	id := p.disputes[len(p.disputes)-1]
	if p.flip("an earlier dispute") {
		id = rapid.SampledFrom(p.disputes).Draw(p.T, "dispute")
	}
	state := p.Dispute(id)
	d := rapid.SampledFrom(p.sensible(state)).Draw(p.T, "deed")
	p.do(id, d.name, p.actor(d, state), d.data(p, state))
}

// actor is who does it: where the deed names nobody, somebody who has the case, and seldom somebody who has not.
func (p *play) actor(d deed, state dispute.Dispute) casefile.Actor {
	if d.by.ID != "" {
		return d.by
	}
	all := p.bench(state)
	if rapid.IntRange(0, 15).Draw(p.T, "stranger") > 0 {
		return all[0]
	}
	return all[len(all)-1]
}

// sensible are the deeds that the list of actions offers, and now and then all of them.
func (p *play) sensible(d dispute.Dispute) []deed {
	if rapid.IntRange(0, 5).Draw(p.T, "sense") == 0 {
		return deeds
	}
	order := p.Order(p.order).FactsFor(d.ID, p.Now)
	facts := casefile.Facts{Order: &order, Reviewers: p.Reviewers}
	var open []deed
	for _, a := range deeds {
		by := a.by
		if by.ID == "" {
			by = p.bench(d)[0]
		}
		if d.Check(a.name, by, p.Now, facts).Accepted() {
			open = append(open, a)
		}
	}
	if len(open) == 0 {
		return deeds
	}
	return open
}

// bench is everybody who has the case, or else somebody who has not.
func (p *play) bench(d dispute.Dispute) []casefile.Actor {
	var all []casefile.Actor
	if d.Panel != nil {
		for _, id := range d.Panel.Members {
			if !slices.ContainsFunc(d.Panel.Votes, func(v dispute.Vote) bool { return v.By == id }) {
				all = append(all, casefile.Actor{ID: id, Role: casefile.Reviewer})
			}
		}
		if d.Panel.Supervisor != "" {
			all = append([]casefile.Actor{{ID: d.Panel.Supervisor, Role: casefile.Supervisor}}, all...)
		}
	} else if d.Bench.Reviewer != "" {
		all = append(all, casefile.Actor{ID: d.Bench.Reviewer, Role: casefile.Reviewer})
	}
	return append(all, dora)
}

// incident is declared for every case, before or after it began.
func (p *play) incident() {
	from := p.Now.Add(time.Duration(rapid.IntRange(-72, 72).Draw(p.T, "from")) * time.Hour)
	data := fields{"from": from, "until": from.Add(time.Duration(rapid.IntRange(1, 100).Draw(p.T, "hours")) * time.Hour), "text": "Water."}
	for _, id := range append([]string{p.order}, p.disputes...) {
		p.do(id, "declare_incident", operator, data)
	}
	if !p.flip("ends early") {
		return
	}
	for _, id := range append([]string{p.order}, p.disputes...) {
		p.do(id, "end_incident", operator, fields{"from": data["from"], "until": data["until"], "at": p.Now})
	}
}

func (p *play) flip(what string) bool { return rapid.Bool().Draw(p.T, what) }

func (p *play) between(least, most money.Minor) money.Minor {
	return money.Minor(rapid.Int64Range(int64(least), int64(most)).Draw(p.T, "amount"))
}

func (p *play) days(most int) string {
	return fmt.Sprintf("%dh", rapid.IntRange(1, most*24).Draw(p.T, "hours"))
}

func (p *play) amount(d dispute.Dispute) money.Minor {
	return p.between(1, max(1, d.Claim.Value))
}

// claim is what a buyer asks for, with sense or without.
func (p *play) claim() fields {
	data := fields{"text": "It is not right.", "reason": rapid.SampledFrom(dispute.Reasons).Draw(p.T, "reason"),
		"remedy": rapid.SampledFrom([]dispute.Remedy{dispute.RefundFull, dispute.RefundPartial, dispute.ReturnAndRefund, dispute.Replacement, dispute.Repair}).Draw(p.T, "remedy")}
	if p.flip("damaged") {
		data["reason"] = dispute.Damaged
	}
	if data["reason"] == dispute.ChangeOfMind {
		data["remedy"] = dispute.ReturnAndRefund
	}
	if data["remedy"] == dispute.RefundPartial || p.flip("an amount") {
		data["amount"] = p.between(1, 2*4200)
	}
	if p.flip("one line") {
		data["lines"] = []dispute.Line{{SKU: rapid.SampledFrom([]string{"LAMP", "BULB"}).Draw(p.T, "line")}}
	}
	return data
}

func text(*play, dispute.Dispute) fields         { return fields{"text": "Well."} }
func acknowledged(*play, dispute.Dispute) fields { return fields{"acknowledge": true} }
func parcel(*play, dispute.Dispute) fields {
	return fields{"carrier": "upu", "tracking": "RB123456785US"}
}

func item(p *play, d dispute.Dispute) fields {
	data := fields{"type": rapid.SampledFrom([]string{"statement", "invoice", "return_receipt"}).Draw(p.T, "type"), "text": "Look."}
	if data["type"] == "return_receipt" {
		data["cost"] = 900
	}
	if len(d.Requests) > 0 && p.flip("for a request") {
		data["request"] = rapid.SampledFrom(d.Requests).Draw(p.T, "request").ID
	}
	return data
}

func proposal(p *play, d dispute.Dispute) fields {
	remedy := rapid.SampledFrom([]dispute.Remedy{dispute.RefundFull, dispute.RefundPartial, dispute.ReturnAndRefund, dispute.Replacement, dispute.Repair, dispute.Release}).Draw(p.T, "remedy")
	data := fields{"remedy": remedy}
	switch {
	case remedy.Goods():
		data["due"] = p.days(31)
		if p.flip("fallback") {
			data["fallback"], data["amount"] = dispute.RefundPartial, p.amount(d)
		}
	case remedy == dispute.RefundPartial:
		data["amount"] = p.amount(d)
	}
	return data
}

// offers are those of one party, the standing one first.
func offers(d dispute.Dispute, by casefile.Role) fields {
	for i := len(d.Offers) - 1; i >= 0; i-- {
		if d.Offers[i].By == by {
			return fields{"offer": d.Offers[i].ID}
		}
	}
	return fields{"offer": "ofr_none"}
}

func own(p *play, d dispute.Dispute) fields {
	return offers(d, rapid.SampledFrom([]casefile.Role{casefile.Buyer, casefile.Seller}).Draw(p.T, "whose"))
}

func theirs(p *play, d dispute.Dispute) fields { return own(p, d) }

func arrival(p *play, _ dispute.Dispute) fields {
	return fields{"strength": rapid.SampledFrom([]string{"strong", "weak", "weak", "suspect"}).Draw(p.T, "strength")}
}

func condition(p *play, _ dispute.Dispute) fields {
	return fields{"condition": rapid.SampledFrom(dispute.Conditions).Draw(p.T, "condition"), "text": "See."}
}

func objection(_ *play, d dispute.Dispute) fields {
	data := fields{"text": "She is his cousin."}
	if d.Panel != nil && len(d.Panel.Members) > 0 {
		data["reviewer"] = d.Panel.Members[0]
	}
	return data
}

func refusal(p *play, _ dispute.Dispute) fields { return fields{"refuse": p.flip("refuse")} }

func request(p *play, _ dispute.Dispute) fields {
	return fields{"from": rapid.SampledFrom([]string{"buyer", "seller"}).Draw(p.T, "from"), "type": "invoice", "due": p.days(6), "mandatory": p.flip("mandatory")}
}

func admission(_ *play, d dispute.Dispute) fields {
	for _, i := range d.Items {
		if i.Late {
			return fields{"item": i.ID, "reasons": "It matters."}
		}
	}
	return fields{"item": "evd_none"}
}

// judgement awards what is left of the disputed lines.
func judgement(p *play, d dispute.Dispute) fields {
	value := p.Order(p.order).FactsFor(d.ID, p.Now).Remaining
	data := fields{"reasons": "So it is.", "outcome": dispute.DecidedForSeller, "refund": 0, "release": value}
	switch refund := p.between(0, value); {
	case p.flip("all") && value > 0:
		data["outcome"], data["refund"], data["release"] = dispute.DecidedForBuyer, value, 0
		data["return"] = p.flip("return")
	case refund > 0 && refund < value:
		data["outcome"], data["refund"], data["release"] = dispute.DecidedSplit, refund, value-refund
	}
	return data
}
