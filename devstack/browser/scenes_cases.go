package browser

import (
	"recourse/api/client"
	"recourse/devstack/seed"
	"recourse/domain/casefile"
)

// noDecision is an appeal that nobody can judge: it ends at once, and what the platform then owes the seller is signed by two people.
func (t *stage) noDecision() {
	const cents = 140_00
	order, dispute, parties := t.claimed("Bench", cents, "Ruth")
	t.appealed(dispute, cents, "Ruth", parties)
	t.shown(caseOf("no_decision", order, dispute))
}

// withWords is a review that the scanner holds.
const withWords = "A good pan. Write to me at hana@example.com."

// reviewed are three orders, each with a review that will be held.
func (t *stage) reviewed() (all [3]Scene) {
	for i := range all {
		all[i].Order = t.bought("Hana", "Kiln", "Pan", 28_00)
		all[i].Review = t.sent("Hana", "/v1/orders/"+all[i].Order+"/reviews", map[string]any{"stars": 4, "text": withWords}).ID
	}
	return all
}

// moderated says of two of the reviews what becomes of them; the third waits.
func (t *stage) moderated(all [3]Scene) {
	verdicts := [3]map[string]any{nil, {"verdict": "edit_requested", "text": "Please leave the address out."},
		{"verdict": "redacted", "text": "A good pan. Write to me at […].", "reasons": "An address is nobody else's to read."}}
	for i, name := range []string{"review_held", "review_to_edit", "review_redacted"} {
		if verdicts[i] != nil {
			t.sent("Vera", "/v1/reviews/"+all[i].Review+"/moderate", verdicts[i])
		}
		all[i].Story = name
		t.shown(all[i])
	}
}

// returned is a return that has arrived at its seller.
func (t *stage) returned() {
	order := t.bought("Hana", "Kiln", "Stool", 44_00)
	dispute := t.disputed("Hana", order, client.RemedyReturnAndRefund)
	at := "/v1/disputes/" + dispute
	offer := t.sent("Kiln", at+"/offers", map[string]any{"remedy": "return_and_refund"})
	t.sent("Hana", at+"/offers/"+offer.ID+"/accept", map[string]any{"version": offer.Version})
	t.sent("Hana", at+"/ship_return", map[string]any{"carrier": "other", "tracking": "AB7654321"})
	t.sent("carrier", at+"/deliver_return", map[string]any{"strength": "strong"})
	t.shown(caseOf("return_arrived", order, dispute))
}

// withdrawn is a case that its buyer has given up, and can take up again.
func (t *stage) withdrawn() {
	order := t.bought("Hana", "Kiln", "Tray", 19_00)
	dispute := t.disputed("Hana", order, client.RemedyRefundFull)
	t.sent("Hana", "/v1/disputes/"+dispute+"/concede", map[string]any{"acknowledge": true})
	t.shown(caseOf("withdrawn", order, dispute))
}

// heard are four disputes of guests: one with an objection to its reviewer, one to be decided, one in which something came too late, one
// on which a panel votes. What is in dispute where there is something to decide is two euros.
func (t *stage) heard() {
	const two = 2_00
	order, dispute, parties := t.claimed("Shelf", 60_00, "Ruth")
	t.sent(parties[0], "/v1/disputes/"+dispute+"/object", map[string]any{"text": "She has worked for this shop."})
	t.shown(caseOf("objection", order, dispute))

	order, dispute, _ = t.claimed("Hook", two, "Saul")
	t.shown(caseOf("to_decide", order, dispute))

	order, dispute, parties = t.claimed("Lid", 12_00, "Saul")
	t.sent(parties[0], "/v1/disputes/"+dispute+"/evidence", map[string]any{"type": "statement", "text": "And it is short."})
	t.shown(caseOf("came_late", order, dispute))

	order, dispute, parties = t.claimed("Knob", two, "Ruth")
	t.appealed(dispute, two, "Ruth", parties)
	t.turn(second)
	t.waived(dispute, parties[0], parties[1])
	t.shown(caseOf("panel", order, dispute))
}

// reported are five reports, which Saul has: one in which something is asked, two that are examined, one with a finding, and one that was
// handed to a department.
func (t *stage) reported() {
	reports := []struct{ name, reporter, against string }{{name: "report_asked", reporter: "Hana"}, {name: "report_examined"}, {name: "report_doubted"}, {name: "report_found", reporter: "Kiln"}, {name: "report_referred"}}
	orders, ids := make([]string, len(reports)), make([]string, len(reports))
	for i := range reports {
		r := &reports[i]
		buyer, seller := t.guest(casefile.Buyer), t.guest(casefile.Seller)
		switch r.reporter {
		case "Hana":
			buyer, r.against = r.reporter, seller
		case "Kiln":
			seller, r.against = r.reporter, buyer
		default:
			r.reporter, r.against = buyer, seller
		}
		orders[i] = t.bought(buyer, seller, "Jar", 12_00)
		ids[i] = t.sent(r.reporter, "/v1/reports", map[string]any{"against": r.against, "behaviour": "off_platform", "order": orders[i], "affirm": true,
			"text": "I was asked to pay by another way."}).ID
	}
	t.turn(second) // somebody is found for each
	for i, r := range reports {
		at := "/v1/reports/" + ids[i]
		t.sent("Vera", at+"/assign", map[string]any{"to": t.accounts["Saul"]})
		t.sent("Saul", at+"/admit", map[string]any{})
		switch r.name {
		case "report_asked":
			t.sent("Saul", at+"/need_info", map[string]any{"to": "reporter", "text": "When was that?"})
		case "report_found", "report_referred":
			t.sent("Saul", at+"/find", map[string]any{"finding": "substantiated", "reasons": "The message is there."})
		}
		if r.name == "report_referred" {
			t.sent("Saul", at+"/referrals", map[string]any{"to": "police", "text": "The account was used for more."})
		}
		t.shown(Scene{Case: seed.Case{Story: r.name, Order: orders[i]}, Report: ids[i]})
	}
}
