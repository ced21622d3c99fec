package protection

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

// Claim is what an order knows of one of its disputes. Refunded and Released count escrow only.
type Claim struct {
	ID        string          `json:"id"`
	Lines     []dispute.Line  `json:"lines"`
	Reason    dispute.Reason  `json:"reason"`
	Asked     money.Minor     `json:"asked"`
	Open      bool            `json:"open,omitempty"`
	OpenedAt  time.Time       `json:"opened_at"`
	Outcome   dispute.Outcome `json:"outcome,omitempty"`
	Refunded  money.Minor     `json:"refunded,omitempty"`
	Released  money.Minor     `json:"released,omitempty"`
	Recovered money.Minor     `json:"recovered,omitempty"`
	Claimed   money.Minor     `json:"claimed,omitempty"`
}

func (o *Order) claim(id string) *Claim {
	for i := range o.Claims {
		if id != "" && o.Claims[i].ID == id {
			return &o.Claims[i]
		}
	}
	return nil
}

// anyOpen says that protection stands still: a dispute is open, or ended with an outcome that waits for the bank.
func (o Order) anyOpen() bool {
	return len(o.Waiting) > 0 || slices.ContainsFunc(o.Claims, func(c Claim) bool { return c.Open })
}

// disputedBy is the dispute, other than the one named, that is open about one of these lines or waits for the bank with its
// outcome; empty when there is none.
func (o Order) disputedBy(lines []dispute.Line, except string) string {
	for _, c := range o.Claims {
		waits := slices.ContainsFunc(o.Waiting, func(e dispute.Enforcement) bool { return e.Dispute == c.ID })
		if (c.Open || waits) && c.ID != except && overlap(c.Lines, lines) {
			return c.ID
		}
	}
	return ""
}

type disputeRequest struct {
	Reason dispute.Reason `json:"reason"`
	Remedy dispute.Remedy `json:"remedy"`
	Amount *money.Minor   `json:"amount,omitempty"`
	Lines  []dispute.Line `json:"lines,omitempty"` // default: all; a quantity of 0 is the whole line
	Text   string         `json:"text"`
}

func (r disputeRequest) Valid() casefile.Answer {
	switch {
	case !r.Reason.Known():
		return casefile.Invalid("/reason", "This is not a reason for a dispute.")
	case !r.Remedy.Fits(r.Reason):
		return casefile.Invalid("/remedy", "This remedy cannot be asked for with this reason.")
	case r.Amount != nil && *r.Amount <= 0:
		return casefile.Invalid("/amount", "An amount that is asked for is above zero.")
	case r.Amount == nil && r.Remedy == dispute.RefundPartial && r.Reason != dispute.Late:
		return casefile.Invalid("/amount", "Name the amount that is asked for.")
	}
	return casefile.Answer{}
}

// openDispute opens a case about some lines: if none of them is disputed, if the reason is open, and for no more than what
// is left of them.
func (t *turn) openDispute(r disputeRequest) casefile.Answer {
	if a := casefile.CheckText("/text", r.Text, t.Terms.Limits.TextRunes); !a.Accepted() {
		return a
	}
	lines, a := t.disputedLines(r.Lines)
	if !a.Accepted() {
		return a
	}
	if r.Amount == nil && r.Reason == dispute.ExtraChargeDemanded && t.anyDelivered(lines) {
		return casefile.Invalid("/amount", "Name the extra amount that was asked for.")
	}
	if id := t.disputedBy(lines, ""); id != "" {
		return casefile.Answer{Refused: casefile.DisputeAlreadyOpen, Detail: "A dispute about one of these lines is open.",
			Result: map[string]any{"dispute": id}}
	}
	if o := t.opening(lines, r.Reason, t.At()); !o.Open {
		return o.Refuse()
	}
	if r.Reason == dispute.WarrantyDefect && !r.Remedy.Goods() && !t.mended(lines) {
		return casefile.Invalid("/remedy", "A warranty gives a repair or a replacement first.")
	}
	value, full := total(t.reach(lines, r.Reason)), t.asked(lines, r.Reason)
	asked := full
	if r.Amount != nil {
		asked = *r.Amount
	}
	if asked > value {
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/amount", Detail: "More is asked than is left of these lines.",
			Result: map[string]any{"cap": value}}
	}
	if a := r.Remedy.CheckAmount(r.Amount, full); !a.Accepted() {
		return a
	}
	for i := range lines {
		lines[i].Value = t.line(lines[i].SKU).Price * money.Minor(lines[i].Quantity)
	}
	t.cancelBatches(lines)
	if !t.anyOpen() {
		t.pause()
	}
	id := casefile.Derive("dsp", t.command)
	t.Claims = append(t.Claims, Claim{ID: id, Lines: lines, Reason: r.Reason, Asked: asked, Open: true, OpenedAt: t.At()})
	frozen := t.coverLate(id)
	opening := dispute.Opening{Order: t.ID, Buyer: t.Buyer, Seller: t.Seller, Currency: t.Currency, Lines: lines, Reason: r.Reason,
		Remedy: r.Remedy, Amount: asked, Value: value, Text: r.Text, Suspect: t.anySuspect(lines), Platform: t.in(Choice) && r.Reason == dispute.ChangeOfMind,
		Terms: t.Terms.Dispute, Frozen: frozen, Incidents: slices.Clone(t.Clocks.Incidents)}
	t.Openings = append(t.Openings, casefile.Opening{ID: id, Kind: casefile.KindDispute, Name: "open", By: t.By(), Order: t.ID,
		Data: opening, Summary: opening.Summary()})
	return casefile.Answer{Result: map[string]any{"dispute": id}}
}

func (t *turn) disputedLines(named []dispute.Line) ([]dispute.Line, casefile.Answer) {
	if len(named) == 0 {
		return t.allLines(), casefile.Answer{}
	}
	lines := make([]dispute.Line, 0, len(named))
	for _, d := range named {
		l := t.line(d.SKU)
		if l == nil || d.Quantity < 0 || d.Quantity > l.Quantity || overlap(lines, []dispute.Line{d}) {
			return nil, casefile.Invalid("/lines", "Each disputed line is one of the order's, named once, with no more than its quantity.")
		}
		if d.Quantity == 0 {
			d.Quantity = l.Quantity
		}
		lines = append(lines, dispute.Line{SKU: d.SKU, Quantity: d.Quantity})
	}
	return lines, casefile.Answer{}
}

func overlap(a, b []dispute.Line) bool {
	return slices.ContainsFunc(a, func(x dispute.Line) bool {
		return slices.ContainsFunc(b, func(y dispute.Line) bool { return x.SKU == y.SKU })
	})
}

// cancelBatches takes back what an earlier settlement was about to release of lines that are disputed again.
func (t *turn) cancelBatches(lines []dispute.Line) {
	for _, b := range slices.Clone(t.Batches) {
		touched := slices.ContainsFunc(b.Shares, func(s Share) bool {
			return s.Line != shippingPot && overlap([]dispute.Line{{SKU: t.Lines[s.Line].SKU}}, lines)
		})
		if b.Dispute != "" && touched {
			t.unschedule(b.Due)
		}
	}
}

// grantTime gives the buyer what the seller asked for itself.
func (t *turn) grantTime(g dispute.TimeGranted) casefile.Answer {
	for _, name := range []string{dueInspection, dueAbsoluteEnd, dueAftercare} {
		if _, found := t.Clocks.Get(name); found {
			t.Clocks.Extend(name, clock.SellerAskedForTime, t.At(), g.By)
			t.Event(casefile.ProtectionExtended, map[string]any{"by": g.By.String(), "granted_by": "seller_asked_for_time", "remaining": t.remaining().String()})
		}
	}
	return casefile.Answer{}
}

func (t *turn) disputeReopened(r dispute.Reopened) casefile.Answer {
	c := t.claim(r.Dispute)
	if c == nil || c.Open {
		return casefile.Refuse(casefile.WrongStage, "This dispute is open.")
	}
	t.cancelBatches(c.Lines)
	if !t.anyOpen() {
		t.pause()
	}
	c.Open, c.Outcome = true, ""
	if t.coverLate(c.ID) {
		t.Send(c.ID, "freeze", nil)
	}
	return casefile.Answer{}
}

func (t *turn) reasonChanged(r dispute.ReasonChanged) casefile.Answer {
	c := t.claim(r.Dispute)
	if c == nil {
		return casefile.Refuse(casefile.WrongStage, "The order has no such dispute.")
	}
	c.Reason, c.Asked = r.Reason, r.Asked
	return casefile.Answer{}
}
