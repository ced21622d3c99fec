package protection

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
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
	}
	return casefile.Answer{}
}

// openDispute opens a case about some lines: if none of them is disputed, if the reason is open, and for no more than what
// is left of them.
func (t *turn) openDispute(r disputeRequest) casefile.Answer {
	if a := dispute.CheckText(r.Text, t.Terms.Limits.TextRunes); !a.Accepted() {
		return a
	}
	lines, a := t.disputedLines(r.Lines)
	if !a.Accepted() {
		return a
	}
	for _, c := range t.Claims {
		if c.Open && overlap(c.Lines, lines) {
			return casefile.Answer{Refused: casefile.DisputeAlreadyOpen, Detail: "A dispute about one of these lines is open.",
				Result: map[string]any{"dispute": c.ID}}
		}
	}
	if o := t.opening(lines, r.Reason, t.At()); !o.Open {
		return casefile.Answer{Refused: casefile.ReasonNotOpen, Detail: "This reason cannot be used now; see can_open for what can be.",
			Result: map[string]any{"why": o.Why, "from": o.From, "until": o.Until}}
	}
	value := total(t.reach(lines, r.Reason))
	asked := t.asked(lines, r.Reason)
	switch {
	case r.Amount != nil && *r.Amount > value:
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/amount", Detail: "More is asked than is left of these lines.",
			Result: map[string]any{"cap": value}}
	case r.Amount != nil:
		asked = *r.Amount
	case r.Remedy == dispute.RefundPartial && r.Reason != dispute.Late || asked == 0 && r.Reason != dispute.OffPlatformPressure:
		return casefile.Invalid("/amount", "Name the amount that is asked for.")
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
	frozen := t.coverNew(id, lines)
	t.Openings = append(t.Openings, casefile.Opening{ID: id, Kind: casefile.KindDispute, Name: "open", By: t.By(), Order: t.ID,
		Data: dispute.Opening{Order: t.ID, Buyer: t.Buyer, Seller: t.Seller, Currency: t.Currency, Lines: lines, Reason: r.Reason,
			Remedy: r.Remedy, Amount: asked, Value: value, Text: r.Text, Suspect: t.suspect(), Platform: t.in(Choice) && r.Reason == dispute.ChangeOfMind,
			Terms: t.Terms.Dispute, Frozen: frozen}})
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

func (t *turn) enforceOutcome(e dispute.Enforcement) casefile.Answer {
	c := t.claim(e.Dispute)
	if c == nil || !c.Open {
		return casefile.Refuse(casefile.WrongStage, "This dispute is not open.")
	}
	c.Open, c.Outcome, c.Reason = false, e.Outcome, e.Reason
	if t.waitsForBank(e, *c) {
		t.Waiting = append(t.Waiting, e)
		return casefile.Answer{}
	}
	t.enforce(e)
	if !t.anyOpen() {
		t.resume(!e.NoFloor)
	}
	return casefile.Answer{}
}

// enforce moves the money of an outcome: from escrow as far as it is there, and what was released before from the seller.
func (t *turn) enforce(e dispute.Enforcement) {
	c := t.claim(e.Dispute)
	reach := t.reach(c.Lines, e.Reason)
	held := make([]Share, 0, len(reach))
	for _, s := range reach {
		if amount := min(s.Amount, t.pot(s.Line).Free()); amount > 0 {
			held = append(held, Share{Line: s.Line, Amount: amount})
		}
	}
	fromEscrow := min(e.Refund, total(held))
	refund := spread(fromEscrow, held)
	left := less(held, refund)
	release := spread(min(e.Release, total(left)), left)
	t.pay(award{refund: refund, release: release, cause: string(e.Outcome), dispute: e.Dispute})
	if short := min(e.Refund, total(reach)) - fromEscrow; short > 0 {
		t.recover(short, e.Dispute, less(reach, held))
	}
	left = less(left, release)
	settled := e.Rest == dispute.RestSettled && (!t.ConfirmedAt.IsZero() || t.linesDelivered(c.Lines))
	if settled {
		t.schedule(dueRelease+"/"+e.Dispute, e.Dispute, string(e.Outcome), left)
	}
	t.compensate(e)
}

func (t *turn) linesDelivered(lines []dispute.Line) bool {
	return !slices.ContainsFunc(lines, func(d dispute.Line) bool { return !t.line(d.SKU).Delivered() })
}

// recover takes back from the seller what was released: from its reserve, then from what the marketplace has not paid out
// yet; what is not there is a claim on it. Nothing is paid twice: the pots remember.
func (t *turn) recover(amount money.Minor, disputeID string, from []Share) {
	fromReserve := min(amount, t.facts.Funds.Reserve)
	fromPayable := min(amount-fromReserve, t.facts.Funds.Payable)
	t.facts.Funds.Reserve -= fromReserve
	t.facts.Funds.Payable -= fromPayable
	recovered := fromReserve + fromPayable
	claimed := amount - recovered
	for _, s := range spread(recovered, from) {
		t.pot(s.Line).Recovered += s.Amount
	}
	for _, s := range spread(claimed, less(from, spread(recovered, from))) {
		t.pot(s.Line).Claimed += s.Amount
	}
	if c := t.claim(disputeID); c != nil {
		c.Recovered += recovered
		c.Claimed += claimed
	}
	if recovered > 0 {
		step := t.Event(casefile.EscrowRecovered, map[string]any{"amount": recovered, "reserve": fromReserve, "payable": fromPayable, "dispute": disputeID})
		t.Transfers = append(t.Transfers, ledger.RecoverFrom(step, t.Seller, t.Buyer, fromReserve, fromPayable, t.Currency, disputeID))
	}
	if claimed > 0 {
		step := t.Event(casefile.EscrowClaimed, map[string]any{"amount": claimed, "on": t.Seller, "dispute": disputeID})
		t.Transfers = append(t.Transfers, ledger.ClaimOn(step, t.Seller, claimed, t.Currency, disputeID))
	}
}

// Gift is goodwill above what the platform pays without asking itself twice.
type Gift struct {
	Dispute string      `json:"dispute"`
	To      string      `json:"to"`
	Amount  money.Minor `json:"amount"`
	Signed  string      `json:"signed,omitempty"` // who signed first
}

// compensate pays what an outcome gives from the platform: for its own delay, and for the label of a return.
func (t *turn) compensate(e dispute.Enforcement) {
	switch {
	case e.Goodwill > 0 && e.Signatures:
		t.Gifts = append(t.Gifts, Gift{Dispute: e.Dispute, To: t.Seller, Amount: e.Goodwill})
		t.notice("supervisors", "goodwill")
	case e.Goodwill > 0:
		t.give(t.Seller, e.Goodwill, string(e.Outcome), e.Dispute)
	}
	switch {
	case e.ReturnCost > 0 && e.CostBy == "platform":
		t.give(t.Buyer, e.ReturnCost, "return_cost", e.Dispute)
	case e.ReturnCost > 0:
		t.recoverCost(e.ReturnCost, e.Dispute)
	}
}

func (t *turn) give(to string, amount money.Minor, cause, disputeID string) {
	t.Goodwill[to] += amount
	step := t.Event(casefile.EscrowGoodwill, map[string]any{"to": to, "amount": amount, "cause": cause, "dispute": disputeID})
	t.Transfers = append(t.Transfers, ledger.GoodwillTo(step, to, amount, t.Currency, cause, disputeID))
}

// recoverCost takes the cost of a return from the seller. It is no part of what was paid for the order.
func (t *turn) recoverCost(amount money.Minor, disputeID string) {
	fromReserve := min(amount, t.facts.Funds.Reserve)
	fromPayable := min(amount-fromReserve, t.facts.Funds.Payable)
	if got := fromReserve + fromPayable; got > 0 {
		step := t.Event(casefile.EscrowRecovered, map[string]any{"amount": got, "reserve": fromReserve, "payable": fromPayable, "dispute": disputeID, "cause": "return_cost"})
		t.Transfers = append(t.Transfers, ledger.RecoverFrom(step, t.Seller, t.Buyer, fromReserve, fromPayable, t.Currency, disputeID))
		amount -= got
	}
	if amount > 0 {
		step := t.Event(casefile.EscrowClaimed, map[string]any{"amount": amount, "on": t.Seller, "dispute": disputeID, "cause": "return_cost"})
		t.Transfers = append(t.Transfers, ledger.ClaimOn(step, t.Seller, amount, t.Currency, disputeID))
	}
}

type signature struct {
	Dispute string `json:"dispute"`
	Refuse  bool   `json:"refuse,omitempty"`
}

func (t *turn) giftWaits() casefile.Answer {
	if len(t.Gifts) == 0 {
		return casefile.Refuse(casefile.WrongStage, "No goodwill waits for a signature.")
	}
	return casefile.Answer{}
}

// signGoodwill is one of the two signatures that a large goodwill needs, from two people.
func (t *turn) signGoodwill(s signature) casefile.Answer {
	i := slices.IndexFunc(t.Gifts, func(g Gift) bool { return g.Dispute == s.Dispute })
	if i < 0 {
		return casefile.Refuse(casefile.WrongStage, "No goodwill of this dispute waits for a signature.")
	}
	g := t.Gifts[i]
	switch {
	case g.Signed == t.By().ID:
		return casefile.Refuse(casefile.ConflictOfInterest, "The second signature is somebody else's.")
	case !s.Refuse && g.Signed == "":
		t.Gifts[i].Signed = t.By().ID
		t.notice("supervisors", "goodwill")
		return casefile.Answer{Result: map[string]any{"state": "signed_once"}}
	}
	t.Gifts = slices.Delete(t.Gifts, i, i+1)
	if s.Refuse {
		t.notice(g.To, "goodwill_refused")
		return casefile.Answer{}
	}
	t.give(g.To, g.Amount, "signed", g.Dispute)
	return casefile.Answer{}
}

// grantTime gives the buyer what the seller asked for itself.
func (t *turn) grantTime(g dispute.TimeGranted) casefile.Answer {
	for _, name := range []string{dueInspection, dueAbsoluteEnd, dueAftercare} {
		if d, found := t.Clocks.Get(name); found {
			t.Clocks.Extend(name, clock.SellerAskedForTime, t.At(), g.By)
			t.Event(casefile.ProtectionExtended, map[string]any{"by": g.By.String(), "granted_by": "seller_asked_for_time", "remaining": d.Remaining(t.At()).String()})
		}
	}
	return casefile.Answer{}
}

func (t *turn) disputeReopened(r dispute.Reopened) casefile.Answer {
	c := t.claim(r.Dispute)
	if c == nil || c.Open {
		return casefile.Refuse(casefile.WrongStage, "This dispute is open.")
	}
	open := t.anyOpen()
	t.cancelBatches(c.Lines)
	c = t.claim(r.Dispute)
	c.Open, c.Outcome = true, ""
	if !open {
		t.pause()
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
