package protection

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/policy"
)

// Registration is a paid order as the marketplace hands it over. Instants are absolute; PaidAt is the time of receipt
// unless the marketplace names an earlier one.
type Registration struct {
	Buyer        string             `json:"buyer"`
	Seller       string             `json:"seller"`
	Currency     money.Currency     `json:"currency"`
	Lines        []RegistrationLine `json:"lines"`
	Shipping     money.Minor        `json:"shipping"`
	PaidAt       time.Time          `json:"paid_at,omitzero"`
	ShipBy       time.Time          `json:"ship_by"`
	GuaranteedBy time.Time          `json:"guaranteed_by"`
	Programmes   []string           `json:"programmes,omitempty"`
	Country      string             `json:"country,omitempty"`
	Postcode     string             `json:"postcode,omitempty"`
	Terms        policy.OrderTerms  `json:"terms"`
}

// RegistrationLine is one line of a new order. Price is for one.
type RegistrationLine struct {
	SKU      string      `json:"sku"`
	Title    string      `json:"title"`
	Quantity int64       `json:"quantity"`
	Price    money.Minor `json:"price"`
	Category string      `json:"category,omitempty"`
}

// Valid checks what does not depend on anything but the registration itself.
func (r Registration) Valid() casefile.Answer {
	switch {
	case r.Buyer == "" || r.Seller == "" || r.Buyer == r.Seller:
		return casefile.Invalid("/buyer", "An order has a buyer and a seller who are not the same.")
	case !r.Currency.Valid():
		return casefile.Invalid("/currency", "The currency is not an ISO 4217 code.")
	case len(r.Lines) == 0:
		return casefile.Invalid("/lines", "An order has at least one line.")
	case r.Shipping < 0:
		return casefile.Invalid("/shipping", "Shipping cannot be negative.")
	}
	sum := r.Shipping
	seen := map[string]bool{}
	for _, l := range r.Lines {
		if l.SKU == "" || seen[l.SKU] {
			return casefile.Invalid("/lines", "Each line has a SKU of its own.")
		}
		seen[l.SKU] = true
		if l.Quantity < 1 || l.Price < 0 {
			return casefile.Invalid("/lines", "A line has a quantity of at least one and a price that is not negative.")
		}
		value, fits := money.Mul(l.Price, l.Quantity)
		more, ok := money.Add(sum, value)
		if !fits || !ok || more > money.MaxTotal {
			return casefile.Invalid("/lines", "The order is worth more than can be counted exactly.")
		}
		sum = more
	}
	if sum == 0 {
		return casefile.Invalid("/lines", "An order that costs nothing has nothing to protect.")
	}
	for _, p := range r.Programmes {
		if p != GuaranteedGenuine && p != Choice && p != Warranty {
			return casefile.Invalid("/programmes", "A programme is guaranteed_genuine, choice or warranty.")
		}
	}
	return casefile.Answer{}
}

// Summary is what lists show of an order that is handed over and has not begun.
func (r Registration) Summary(id string) casefile.Summary {
	sum := r.Shipping
	for _, l := range r.Lines {
		sum += l.Price * money.Minor(l.Quantity) // Valid has seen to it that this is exact
	}
	return casefile.Summary{Kind: casefile.KindOrder, Stage: string(Funded), Status: string(Funded), Order: id, Buyer: r.Buyer, Seller: r.Seller,
		Move: casefile.Seller, Amount: money.Amount{Minor: sum, Currency: r.Currency}}
}

func (t *turn) register(r Registration) casefile.Answer {
	paid := r.PaidAt
	if paid.IsZero() {
		paid = t.At()
	}
	p := r.Terms.Protection
	longest := p.GuaranteedByLimit(r.Country).Std()
	switch {
	case paid.After(t.At()):
		return casefile.Invalid("/paid_at", "An order cannot have been paid in the future.")
	case !r.ShipBy.After(paid) || r.ShipBy.Sub(paid) > p.ShipByMax.Std():
		return casefile.Invalid("/ship_by", "The promise to ship lies after payment and not beyond the longest one allowed.")
	case r.GuaranteedBy.Before(r.ShipBy) || r.GuaranteedBy.Sub(paid) > longest:
		return casefile.Invalid("/guaranteed_by", "The promised arrival lies after the promise to ship and not beyond the longest one allowed.")
	}
	t.Buyer, t.Seller, t.Currency = r.Buyer, r.Seller, r.Currency
	t.Country, t.Postcode, t.Programmes = r.Country, r.Postcode, r.Programmes
	t.PaidAt, t.GuaranteedBy, t.Terms, t.Phase = paid, r.GuaranteedBy, r.Terms, Funded
	for _, l := range r.Lines {
		t.Lines = append(t.Lines, Line{SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Price: l.Price, Category: l.Category,
			Pot: Pot{Value: l.Price * money.Minor(l.Quantity)}})
	}
	t.Shipping = Pot{Value: r.Shipping}
	amount := t.captured()
	t.Event(casefile.OrderFunded, map[string]any{"amount": amount, "currency": t.Currency, "ship_by": r.ShipBy, "guaranteed_by": r.GuaranteedBy})
	step := t.Event(casefile.EscrowHeld, map[string]any{"amount": amount})
	t.Transfers = append(t.Transfers, ledger.HoldCapture(step, t.ID, amount, t.Currency))

	t.Clocks.Start(clock.Deadline{Name: dueShip, Since: paid, Base: "order.funded", Policy: "protection.ship_by_max", Length: r.ShipBy.Sub(paid)})
	if remind := p.ShipByReminder.Std(); remind > 0 && paid.Add(remind).Before(r.ShipBy) {
		t.Clocks.Start(clock.Deadline{Name: remindShip, Since: paid, Base: "order.funded", Policy: "protection.ship_by_reminder", Length: remind, Reminder: true})
	}
	// It runs from payment on, so that what a dispute or an incident before the shipping gives the buyer is not lost.
	t.Clocks.Start(clock.Deadline{Name: dueAbsoluteEnd, Since: t.GuaranteedBy, Started: paid, Base: "order.guaranteed_by", Policy: "protection.absolute_end", Length: p.AbsoluteEnd.Std()})
	t.Clocks.Start(clock.Deadline{Name: dueAbsoluteMax, Since: paid, Base: "order.funded", Policy: "protection.absolute_max", Length: p.AbsoluteMax.Std()})
	return casefile.Answer{Result: map[string]any{"order": t.ID}}
}

func (t *turn) cancel(struct{}) casefile.Answer {
	t.cancelled("cancelled")
	return casefile.Answer{}
}

// cancelled ends an order that was never shipped: everything goes back. What a bank has frozen follows when it answers.
func (t *turn) cancelled(cause string) {
	t.Event(casefile.OrderCancelled, map[string]any{"cause": cause})
	t.pay(award{refund: t.freeShares(nil), cause: cause})
	if t.held() == 0 {
		t.finish(cause)
		return
	}
	t.Clocks.Remove(endsOfProtection...)
	t.Phase = ReleasePending
}

// freeShares is what is free in the pots of the lines that pass (all when keep is nil), the shipping included when every
// line passes.
func (o *Order) freeShares(keep func(Line) bool) []Share {
	var shares []Share
	all := true
	for i, l := range o.Lines {
		if keep != nil && !keep(l) {
			all = false
			continue
		}
		if free := l.Free(); free > 0 {
			shares = append(shares, Share{Line: i, Amount: free})
		}
	}
	if free := o.Shipping.Free(); all && free > 0 {
		shares = append(shares, Share{Line: shippingPot, Amount: free})
	}
	return shares
}
