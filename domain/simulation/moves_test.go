package simulation_test

import (
	"maps"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/domain/report"
)

// complaint is about some lines, mostly for a reason that is open and for no more than there is.
func complaint(p *player) any {
	lines := p.someLines()
	var named []dispute.Line
	for _, l := range lines {
		named = append(named, dispute.Line{SKU: l["sku"].(string), Quantity: max(1, int64(l["quantity"].(int)))})
	}
	reason, most := pick(p, dispute.Reasons...), money.Minor(4000)
	openings := p.order().CanOpen(named, p.world.Now)
	for range 20 {
		if o := openings[string(reason)]; o.Open {
			most = o.Cap
			break
		}
		reason = pick(p, dispute.Reasons...)
	}
	d := data{"reason": reason, "text": "Look at it.", "lines": lines,
		"remedy": pick(p, dispute.RefundFull, dispute.RefundPartial, dispute.RefundPartial, dispute.ReturnAndRefund, dispute.Replacement)}
	if !d["remedy"].(dispute.Remedy).Fits(reason) {
		d["remedy"] = dispute.RefundFull
	}
	if reason == dispute.ChangeOfMind {
		d["remedy"] = dispute.ReturnAndRefund
	}
	if openings[string(reason)].Goods {
		d["remedy"] = dispute.Repair
	}
	if d["remedy"] == dispute.RefundPartial || p.once(4) {
		d["amount"] = 1 + money.Minor(p.upTo(int(max(1, most))))
	}
	return d
}

func parcel(p *player) any {
	return data{"carrier": "upu", "tracking": pick(p, "RB845230408CN", "RB845230407CN"), "lines": p.someSKUs()}
}

func delivery(p *player) any {
	return data{"strength": pick(p, "strong", "weak", "weak", "suspect"), "lines": p.someSKUs()}
}

func proposal(p *player) any {
	d := data{"remedy": pick(p, dispute.RefundPartial, dispute.RefundFull, dispute.Replacement, dispute.ReturnAndRefund, dispute.Release)}
	switch d["remedy"] {
	case dispute.RefundPartial:
		d["amount"] = p.amount()
	case dispute.Replacement:
		d["due"] = "9d"
	}
	return d
}

// standingOffer names the other side's latest offer.
func standingOffer(by casefile.Role) func(*player) any {
	return func(p *player) any {
		for _, id := range slices.Backward(p.disputes) {
			for _, o := range p.world.Dispute(id).Offers {
				if o.State == dispute.Standing && o.By == by {
					return data{"offer": o.ID}
				}
			}
		}
		return data{"offer": "ofr_none"}
	}
}

func ruling(p *player) any {
	var value money.Minor
	id := p.disputes[len(p.disputes)-1]
	value = p.order().FactsFor(id, p.world.Now).Remaining
	refund := pick(p, 0, value, money.Minor(p.upTo(int(value))))
	outcome := dispute.DecidedSplit
	switch refund {
	case 0:
		outcome = dispute.DecidedForSeller
	case value:
		outcome = dispute.DecidedForBuyer
	}
	return data{"outcome": outcome, "refund": refund, "release": value - refund, "reasons": "So it is.", "return": refund > 0 && p.once(2)}
}

// lateItem names one that waits for the reviewer, if there is one.
func lateItem(p *player) any {
	id, _ := latest(p)
	for _, i := range p.world.Dispute(id).Items {
		if i.Late && i.AdmittedAt.IsZero() {
			return data{"item": i.ID, "reasons": "It matters."}
		}
	}
	return data{"item": "evd_none"}
}

// photo is what an announcement and the file that lands say of it.
var photo = data{"type": "photo_of_item", "sha256": strings.Repeat("5a", 32), "size": 4711}

// evidence is a text or a file; if its author has announced one, mostly that one.
func evidence(by casefile.Role) func(*player) any {
	return func(p *player) any {
		d := maps.Clone(photo)
		d["file"] = "fil_1"
		id, _ := latest(p)
		for _, u := range p.world.Dispute(id).Uploads {
			if u.By == by && !p.once(4) {
				d["upload"] = u.ID
				return d
			}
		}
		if p.once(2) {
			return d
		}
		return data{"type": "statement", "text": "See for yourself."}
	}
}

// seenFile names a file that was found harmless, if there is one.
func seenFile(p *player) any {
	id, _ := latest(p)
	for _, i := range p.world.Dispute(id).Items {
		if i.Scan == dispute.ScanClean {
			return data{"item": i.ID}
		}
	}
	return data{"item": "evd_none"}
}

func objection(p *player) any {
	d := data{"text": "She is a cousin."}
	if id, _ := latest(p); p.world.Dispute(id).Panel != nil && len(p.world.Dispute(id).Panel.Members) > 0 {
		d["reviewer"] = p.world.Dispute(id).Panel.Members[0]
	}
	return d
}

func constant(d data) func(*player) any { return func(*player) any { return d } }

// nobody is who a report or a review of the order speaks for.
var nobody = casefile.Actor{Role: casefile.System}

func text(*player) any { return data{"text": "As I said."} }

func putOff(p *player) any { return data{"until": p.world.Now.Add(time.Hour), "text": "Later."} }

func latest(p *player) (string, bool) {
	if len(p.disputes) == 0 {
		return "", false
	}
	return p.disputes[len(p.disputes)-1], true
}

// sellers is all that a seller can do.
var sellers = []move{
	{"ship", seller, parcel, onOrder},
	{"cancel_order", seller, nil, onOrder},
	{"grant_extension", seller, nil, onOrder},
	{"refuse_extension", seller, nil, onOrder},
	{"post_message", seller, text, onOrder},
	{"post_message", seller, text, onDispute},
	{"submit_evidence", seller, evidence(casefile.Seller), onDispute},
	{"announce_upload", seller, constant(photo), latest},
	{"offer", seller, proposal, onDispute},
	{"accept_offer", seller, standingOffer(casefile.Buyer), latest},
	{"reject_offer", seller, standingOffer(casefile.Buyer), latest},
	{"withdraw_offer", seller, standingOffer(casefile.Seller), latest},
	{"concede", seller, nil, onDispute},
	{"request_time", seller, constant(data{"days": "2d"}), onDispute},
	{"escalate", seller, nil, onDispute},
	{"ship_replacement", seller, parcel, onDispute},
	{"inspect_return", seller, func(p *player) any {
		return data{"condition": pick(p, "in_order", "empty"), "text": "See."}
	}, onDispute},
	{"extend_evidence", seller, nil, onDispute},
	{"waive_hearing", seller, nil, onDispute},
	{"appeal", seller, text, onDispute},
	{"object_to_reviewer", seller, objection, latest},
}

// ways into a case: a promise, a return, a reviewer who works on it and one who gives it back, and a decision with an appeal.
var ways = func() [][]move {
	accept := move{"accept_offer", buyer, standingOffer(casefile.Seller), latest}
	waive := []move{{"waive_hearing", buyer, nil, latest}, {"waive_hearing", seller, nil, latest}}
	vote := move{"vote", reviewer, ruling, latest}
	ruled := slices.Concat([]move{{"post_message", seller, text, latest}, {"escalate", buyer, nil, latest}}, waive,
		[]move{{"decide", reviewer, ruling, latest}, {"second", gwen, nil, latest}, {"appeal", buyer, text, latest}, {"appeal", seller, text, latest}},
		waive, []move{vote, vote, vote, {"decide", reviewer, ruling, latest}})
	claimed := slices.Concat([]move{{"post_message", seller, text, latest}, {"escalate", buyer, nil, latest}}, waive,
		[]move{{"claim", reviewer, nil, latest}, {"snooze", reviewer, putOff, latest}})
	return [][]move{
		nil, claimed, append(slices.Clone(claimed), move{"release", reviewer, text, latest}),
		{{"offer", seller, constant(data{"remedy": dispute.Replacement, "due": "9d"}), latest}, accept, {"ship_replacement", seller, parcel, latest},
			{"deliver_replacement", carrier, constant(data{"strength": "weak"}), latest}},
		{{"offer", seller, constant(data{"remedy": dispute.ReturnAndRefund}), latest}, accept, {"ship_return", buyer, parcel, latest},
			{"deliver_return", carrier, constant(data{"strength": "strong"}), latest}},
		ruled, ruled,
		{{"withdraw", buyer, nil, latest}, {"cancel_withdrawal", buyer, nil, latest}},
	}
}()

var others = []move{
	{"hold_release", nobody, func(p *player) any {
		return report.Holding{Report: "rep_1", Until: p.world.Now.Add(72 * time.Hour)}
	}, onOrder},
	{"lift_hold", nobody, func(*player) any { return report.Holding{Report: "rep_1"} }, onOrder},
	{"keep_review", nobody, nil, onOrder},
	{"deliver", carrier, delivery, onOrder},
	{"deliver", carrier, delivery, onOrder},
	{"track", carrier, func(p *player) any { return data{"status": pick(p, protection.TrackStatuses...)} }, onOrder},
	{"confirm_receipt", buyer, func(p *player) any { return data{"acknowledge": p.once(2)} }, onOrder},
	{"extend_protection", buyer, func(p *player) any { return data{"by": pick(p, "1d", "3d", "9d")} }, onOrder},
	{"open_dispute", buyer, complaint, onOrder},
	{"open_dispute", buyer, complaint, onOrder},
	{"open_dispute", buyer, complaint, onOrder},
	{"chargeback", shop, func(p *player) any { return data{"amount": p.amount()} }, onOrder},
	{"close_chargeback", shop, func(p *player) any { return data{"won_by": pick(p, "buyer", "seller")} }, onOrder},
	{"offer", buyer, proposal, onDispute},
	{"accept_offer", buyer, standingOffer(casefile.Seller), latest},
	{"reject_offer", buyer, standingOffer(casefile.Seller), latest},
	{"concede", buyer, constant(data{"acknowledge": true}), onDispute},
	{"withdraw", buyer, nil, onDispute},
	{"cancel_withdrawal", buyer, nil, onDispute},
	{"reopen", buyer, nil, onDispute},
	{"escalate", buyer, nil, onDispute},
	{"change_reason", buyer, func(p *player) any {
		return data{"reason": pick(p, dispute.Reasons...), "remedy": "refund_partial", "amount": p.amount()}
	}, onDispute},
	{"post_message", buyer, text, onDispute},
	{"submit_evidence", buyer, evidence(casefile.Buyer), onDispute},
	{"announce_upload", buyer, constant(photo), latest},
	{"withdraw_offer", buyer, standingOffer(casefile.Buyer), latest},
	{"waive_hearing", buyer, nil, onDispute},
	{"extend_evidence", buyer, nil, onDispute},
	{"object_to_reviewer", buyer, objection, latest},
	{"rule_objection", gwen, func(p *player) any { return data{"upheld": p.once(2)} }, onDispute},
	{"assign", gwen, func(p *player) any { return data{"to": pick(p, "cleo", "dora", "gwen", "hugo")} }, onDispute},
	{"claim", reviewer, nil, onDispute},
	{"release", reviewer, text, onDispute},
	{"snooze", reviewer, putOff, onDispute},
	{"request_evidence", reviewer, func(p *player) any {
		return data{"from": pick(p, "buyer", "seller"), "type": "invoice", "due": "2d", "mandatory": p.once(2)}
	}, onDispute},
	{"admit_evidence", reviewer, lateItem, latest},
	{"open_original", reviewer, seenFile, latest},
	{"decide", reviewer, ruling, latest},
	{"vote", reviewer, ruling, latest},
	{"second", gwen, nil, onDispute},
	{"appeal", buyer, text, onDispute},
	{"deliver_replacement", carrier, constant(data{"strength": "weak"}), onDispute},
	{"confirm_performance", buyer, nil, onDispute},
	{"ship_return", buyer, parcel, onDispute},
	{"deliver_return", carrier, constant(data{"strength": "weak"}), onDispute},
}
