package protection_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/simulation"
	"recourse/policies"
)

var paid = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const orderID = "ord_1"

// Who does what in the stories.
var (
	ada      = casefile.Actor{ID: "ada", Role: casefile.Buyer}
	bolt     = casefile.Actor{ID: "bolt", Role: casefile.Seller}
	post     = casefile.Actor{ID: "post", Role: casefile.Carrier}
	shop     = casefile.Actor{ID: "shop", Role: casefile.Platform}
	olga     = casefile.Actor{ID: "olga", Role: casefile.Operator}
	otto     = casefile.Actor{ID: "otto", Role: casefile.Operator}
	provider = casefile.Actor{Role: casefile.System}
)

// is is the data of a command.
type is map[string]any

// story is one order in a world of its own: two lamps for 30.00 each, a chair for 40.00, shipping 5.00. Its money is checked
// after every step.
type story struct {
	*testing.T
	*simulation.World
	only string // the latest dispute
}

type change = func(*protection.Registration)

func registration(changes ...change) protection.Registration {
	r := protection.Registration{Buyer: ada.ID, Seller: bolt.ID, Currency: "EUR", Shipping: 500, PaidAt: paid, Country: "FR", Postcode: "75011",
		ShipBy: paid.Add(days(7)), GuaranteedBy: paid.Add(days(30)), Terms: policies.Default().ForOrder(),
		Lines: []protection.RegistrationLine{
			{SKU: "LAMP", Title: "Lamp", Quantity: 2, Price: 3000},
			{SKU: "CHAIR", Title: "Chair", Quantity: 1, Price: 4000},
		}}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// under overrides keys of the policy.
func under(overrides map[string]string) change {
	return func(r *protection.Registration) {
		p, err := policies.Default().Override(overrides)
		if err != nil {
			panic(err)
		}
		r.Terms = p.ForOrder()
	}
}

// in puts the order into programmes.
func in(programmes ...string) change {
	return func(r *protection.Registration) { r.Programmes = programmes }
}

// oneLine makes the order one chair without shipping.
func oneLine(r *protection.Registration) { r.Lines, r.Shipping = r.Lines[1:], 0 }

func begin(t *testing.T, changes ...change) *story {
	t.Helper()
	s := &story{T: t, World: simulation.New(paid)}
	s.Watch = func(step simulation.Step) {
		if o, ok := step.After.(protection.Order); ok && o.ID != "" {
			posted := append(s.Ledger[o.ID][:len(s.Ledger[o.ID]):len(s.Ledger[o.ID])], step.Change.Transfers...)
			require.NoError(t, simulation.Sound(o, posted))
		}
	}
	s.ok(shop, "register_order", registration(changes...))
	return s
}

// at moves time to so long after payment. A deadline at that very instant has not been taken yet.
func (s *story) at(after string) *story {
	s.Helper()
	length, err := policy.ParseDuration(after)
	require.NoError(s, err)
	require.NoError(s, s.Advance(paid.Add(length.Std())))
	return s
}

// past moves time just past the instant, so that a deadline at it has been taken.
func (s *story) past(after string) *story {
	s.Helper()
	s.at(after)
	require.NoError(s, s.Advance(s.Now.Add(time.Microsecond)))
	return s
}

func (s *story) send(by casefile.Actor, name string, data any) casefile.Answer {
	s.Helper()
	id := orderID
	if _, known := s.Cases[s.only]; known && !ofOrder(name) {
		id = s.only
	}
	var offered casefile.Answer
	if o, known := s.Cases[id].(protection.Order); known && o.ID != "" {
		offered = o.Check(name, by, s.Now)
	}
	answer, err := s.Do(id, name, by, data)
	require.NoError(s, err)
	if !offered.Accepted() { // what is not offered is refused, with the same code unless its data comes first
		require.Contains(s, []casefile.Code{offered.Refused, casefile.ValidationFailed, casefile.StaleRevision}, answer.Refused, "%s is not offered", name)
	}
	return answer
}

func ofOrder(name string) bool {
	for _, known := range protection.Commands() {
		if known == name {
			return true
		}
	}
	return false
}

// ok sends a command that must be accepted: to the order, or what an order does not know to its latest dispute.
func (s *story) ok(by casefile.Actor, name string, data any) casefile.Answer {
	s.Helper()
	answer := s.send(by, name, data)
	require.True(s, answer.Accepted(), "%s: %+v", name, answer)
	return answer
}

// no sends a command that must be refused with the code.
func (s *story) no(code casefile.Code, by casefile.Actor, name string, data any) casefile.Answer {
	s.Helper()
	answer := s.send(by, name, data)
	require.Equal(s, code, answer.Refused, "%s: %+v", name, answer)
	return answer
}

func (s *story) ship(lines ...string) {
	s.Helper()
	s.ok(bolt, "ship", is{"carrier": "other", "tracking": "T" + s.Now.Format("0102150405") + join(lines), "lines": lines})
}

func join(lines []string) (all string) {
	for _, l := range lines {
		all += l
	}
	return all
}

func (s *story) arrive(lines ...string) {
	s.Helper()
	s.ok(post, "deliver", is{"strength": "strong", "lines": lines})
}

// dispute opens one about some lines, all when none is named.
func (s *story) dispute(reason dispute.Reason, remedy dispute.Remedy, amount money.Minor, lines ...any) string {
	s.Helper()
	answer := s.ok(ada, "open_dispute", complaint(reason, remedy, amount, lines...))
	s.only = answer.Result["dispute"].(string)
	return s.only
}

func complaint(reason dispute.Reason, remedy dispute.Remedy, amount money.Minor, lines ...any) is {
	data := is{"reason": reason, "remedy": remedy, "text": "It is not what I paid for."}
	if amount > 0 {
		data["amount"] = amount
	}
	var named []is
	for _, l := range lines {
		switch l := l.(type) {
		case string:
			named = append(named, is{"sku": l})
		case is:
			named = append(named, l)
		}
	}
	if named != nil {
		data["lines"] = named
	}
	return data
}

// settle lets the seller offer and the buyer accept a sum in the latest dispute.
func (s *story) settle(amount money.Minor) {
	s.Helper()
	offer := s.ok(bolt, "offer", is{"remedy": "refund_partial", "amount": amount})
	s.ok(ada, "accept_offer", is{"offer": offer.Result["offer"]})
}

// giveUp ends the latest dispute by its buyer.
func (s *story) giveUp() {
	s.Helper()
	s.ok(ada, "concede", is{"acknowledge": true})
}

func (s *story) order() protection.Order   { return s.Order(orderID) }
func (s *story) escrow() protection.Escrow { return s.order().Escrow() }

func (s *story) state(want protection.State) *story {
	s.Helper()
	require.Equal(s, want, s.order().State())
	return s
}

// money checks where the captured money is.
func (s *story) money(refunded, released, held money.Minor) *story {
	s.Helper()
	e := s.escrow()
	require.Equal(s, [3]money.Minor{refunded, released, held}, [3]money.Minor{e.Refunded, e.Released, e.Held}, "refunded, released, held")
	return s
}

// due checks when a deadline of the order is due, counted from payment; empty: that it is not set.
func (s *story) due(name, after string) *story {
	s.Helper()
	clocks := s.order().Clocks
	d, found := clocks.Get(name)
	require.Equal(s, after != "", found, "%s is set: %v", name, found)
	if found {
		length, err := policy.ParseDuration(after)
		require.NoError(s, err)
		require.Equal(s, length.String(), policy.Duration(d.DueAt.Sub(paid)).String(), name)
	}
	return s
}

// left checks the time that a deadline has left now.
func (s *story) left(name, want string) *story {
	s.Helper()
	clocks := s.order().Clocks
	d, found := clocks.Get(name)
	require.True(s, found, name)
	length, err := policy.ParseDuration(want)
	require.NoError(s, err)
	require.Equal(s, length.String(), policy.Duration(d.Remaining(s.Now)).String(), name)
	return s
}

// count is how often an event happened.
func (s *story) count(event casefile.EventType) (n int) {
	for _, e := range s.Timeline {
		if e.Type == event {
			n++
		}
	}
	return n
}

// last is the data of the latest event of a type.
func (s *story) last(event casefile.EventType) map[string]any {
	s.Helper()
	for i := len(s.Timeline) - 1; i >= 0; i-- {
		if s.Timeline[i].Type == event {
			return s.Timeline[i].Data
		}
	}
	require.Fail(s, "never happened", event)
	return nil
}

func (s *story) claim(id string) protection.Claim {
	s.Helper()
	for _, c := range s.order().Claims {
		if c.ID == id {
			return c
		}
	}
	require.Fail(s, "no such claim", id)
	return protection.Claim{}
}

// opening is what can_open says of a reason now.
func (s *story) opening(reason dispute.Reason, lines ...string) casefile.OpeningTime {
	var named []dispute.Line
	for _, l := range lines {
		named = append(named, dispute.Line{SKU: l, Quantity: s.order().Purchase().Lines[0].Quantity})
	}
	for i := range named {
		for _, l := range s.order().Lines {
			if l.SKU == named[i].SKU {
				named[i].Quantity = l.Quantity
			}
		}
	}
	return s.order().CanOpen(named, s.Now)[string(reason)]
}

func encoded(t require.TestingT, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
