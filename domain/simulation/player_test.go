package simulation_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/simulation"
	"recourse/policies"
)

const orderOfChance = "ord_1"

var (
	buyer    = casefile.Actor{ID: "ada", Role: casefile.Buyer}
	seller   = casefile.Actor{ID: "bolt", Role: casefile.Seller}
	carrier  = casefile.Actor{ID: "post", Role: casefile.Carrier}
	shop     = casefile.Actor{ID: "shop", Role: casefile.Platform}
	reviewer = casefile.Actor{Role: casefile.Reviewer} // whoever has the case
	gwen     = casefile.Actor{ID: "gwen", Role: casefile.Supervisor}
	operator = casefile.Actor{ID: "olga", Role: casefile.Operator}
	second   = casefile.Actor{ID: "otto", Role: casefile.Operator}
)

type data = map[string]any

// player does what people do with one order, as chance has it. Chance comes from one seed that rapid draws: evenly, where
// rapid's own numbers prefer what is small, so that histories get somewhere.
type player struct {
	tester
	chance   *rand.Rand
	world    *simulation.World
	failing  bool
	disputes []string
}

// tester is what a test and a check of rapid have in common.
type tester interface {
	require.TestingT
	Helper()
}

// move is something that somebody may try. It need not be possible.
type move struct {
	name string
	by   casefile.Actor
	data func(*player) any // nil: none
	on   func(*player) (caseID string, ok bool)
}

func onOrder(*player) (string, bool) { return orderOfChance, true }

func onDispute(p *player) (string, bool) {
	if len(p.disputes) == 0 {
		return "", false
	}
	return p.disputes[p.upTo(len(p.disputes)-1)], true
}

func (p *player) upTo(most int) int { return p.chance.IntN(most + 1) }

func (p *player) once(in int) bool { return p.chance.IntN(in) == 0 }

func pick[V any](p *player, from ...V) V { return from[p.chance.IntN(len(from))] }

// newPlayer registers an order of chance: some lines, some programmes, a policy with deadlines that meet.
func newPlayer(t *rapid.T, overrides map[string]string) *player {
	return playerOf(t, rapid.Uint64().Draw(t, "seed"), overrides)
}

func playerOf(t tester, seed uint64, overrides map[string]string) *player {
	p := &player{tester: t, chance: rand.New(rand.NewPCG(seed, 1)), world: simulation.New(paid)}
	p.world.Provider = func(string, int64) string {
		if p.failing {
			return "account_closed"
		}
		return ""
	}
	p.world.Scanner = scanner
	p.world.Funds.Reserve = money.Minor(p.upTo(3000))
	if p.once(2) {
		for _, id := range []string{"cleo", "dora", "emil", "finn"} {
			p.world.Reviewers = append(p.world.Reviewers, casefile.Candidate{ID: id, Role: casefile.Reviewer, Linked: []string{id}})
		}
		for _, id := range []string{"gwen", "hugo"} {
			p.world.Reviewers = append(p.world.Reviewers, casefile.Candidate{ID: id, Role: casefile.Supervisor, Linked: []string{id}})
		}
	}
	r := protection.Registration{Buyer: buyer.ID, Seller: seller.ID, Currency: pick[money.Currency](p, "EUR", "JPY", "KWD"), PaidAt: paid,
		Shipping: money.Minor(p.upTo(700)), Country: "FR", Postcode: "75011", Terms: p.terms(overrides),
		ShipBy: paid.Add(days(1 + p.upTo(13))), GuaranteedBy: paid.Add(days(14 + p.upTo(46)))}
	for i := range 1 + p.upTo(2) {
		r.Lines = append(r.Lines, protection.RegistrationLine{SKU: fmt.Sprint("L", i), Title: "Thing", Quantity: int64(1 + p.upTo(2)), Price: money.Minor(1 + p.upTo(3000))})
	}
	for _, programme := range []string{protection.GuaranteedGenuine, protection.Choice, protection.Warranty} {
		if p.once(2) {
			r.Programmes = append(r.Programmes, programme)
		}
	}
	answer := p.send(orderOfChance, "register_order", shop, r)
	require.True(t, answer.Accepted(), "%+v", answer)
	return p
}

// scanner finds most files harmless, some not, and of some it never says what they are. It says the same of the same file.
func scanner(evidence string) dispute.Scan {
	switch evidence[len(evidence)-1] {
	case '0', '1':
		return dispute.ScanInfected
	case '2', '3', '4':
		return dispute.ScanPending
	}
	return dispute.ScanClean
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func (p *player) terms(overrides map[string]string) policy.OrderTerms {
	all := map[string]string{"fees.percent": pick(p, "0", "2.5", "100"), "protection.absolute_max": pick(p, "180d", "45d")}
	for key, value := range overrides {
		all[key] = value
	}
	changed, err := policies.Default().Override(all)
	require.NoError(p, err)
	return changed.ForOrder()
}

func (p *player) order() protection.Order { return p.world.Order(orderOfChance) }

func (p *player) send(id, name string, by casefile.Actor, d any) casefile.Answer {
	answer, err := p.world.Do(id, name, by, d)
	require.NoError(p, err)
	if opened, ok := answer.Result["dispute"].(string); ok && answer.Accepted() {
		p.disputes = append(p.disputes, opened)
	}
	return answer
}

// wait lets some time pass: any, or to the next deadline, or just past it.
func (p *player) wait() {
	to := p.world.Now.Add(time.Duration(p.upTo(3*24*60)) * time.Minute)
	if due, found := nextOf(p.world); found && p.once(3) {
		to = due.DueAt
		if p.once(2) {
			to = to.Add(time.Microsecond)
		}
	}
	if to.After(p.world.Now) {
		require.NoError(p, p.world.Advance(to))
	}
}

func nextOf(w *simulation.World) (next clock.Deadline, found bool) {
	for _, c := range w.Cases {
		if d, due := c.Next(); due && (!found || d.DueAt.Before(next.DueAt)) {
			next, found = d, true
		}
	}
	return next, found
}

func (p *player) try(m move) casefile.Answer {
	id, exists := m.on(p)
	if !exists {
		return casefile.Answer{}
	}
	var d any
	if m.data != nil {
		d = m.data(p)
	}
	return p.send(id, m.name, p.who(m, id), d)
}

// who is the one who makes a move: a reviewer's is made by whoever has the case, on a panel by the first who has not voted.
func (p *player) who(m move, id string) casefile.Actor {
	if m.by.Role != casefile.Reviewer {
		return m.by
	}
	d := p.world.Dispute(id)
	if d.Panel == nil {
		return casefile.Actor{ID: d.Bench.Reviewer, Role: casefile.Reviewer}
	}
	if d.Panel.Failed {
		return casefile.Actor{ID: d.Panel.Supervisor, Role: casefile.Supervisor}
	}
	for _, member := range d.Panel.Members {
		if !slices.ContainsFunc(d.Panel.Votes, func(v dispute.Vote) bool { return v.By == member }) {
			return casefile.Actor{ID: member, Role: casefile.Reviewer}
		}
	}
	return casefile.Actor{ID: d.Panel.Members[0], Role: casefile.Reviewer}
}

// possible are the moves that the rules offer now, as a page would show them.
func (p *player) possible(moves []move) []move {
	return slices.DeleteFunc(slices.Clone(moves), func(m move) bool {
		id, exists := m.on(p)
		if !exists {
			return true
		}
		if id == orderOfChance {
			return !p.order().Check(m.name, m.by, p.world.Now).Accepted()
		}
		facts := p.order().FactsFor(id, p.world.Now)
		return !p.world.Dispute(id).Check(m.name, p.who(m, id), p.world.Now, casefile.Facts{Order: &facts, Reviewers: p.world.Reviewers}).Accepted()
	})
}

// rare are moves that seldom can be made, and bring a case on when they can.
var rare = []string{"accept_offer", "decide", "second", "appeal", "vote", "ship_return", "deliver_return", "inspect_return", "deliver_replacement",
	"close_chargeback", "rule_objection", "admit_evidence", "reopen", "assign"}

// choose picks a move: mostly one that is possible.
func (p *player) choose(moves []move) move {
	possible := p.possible(moves)
	if len(possible) == 0 || p.once(6) {
		return pick(p, moves...)
	}
	for _, m := range possible {
		if slices.Contains(rare, m.name) && p.once(2) {
			return m
		}
	}
	return pick(p, possible...)
}

func (p *player) someLines() []data {
	var lines []data
	for _, l := range p.order().Lines {
		if p.once(2) {
			lines = append(lines, data{"sku": l.SKU, "quantity": p.upTo(int(l.Quantity))})
		}
	}
	return lines
}

func (p *player) someSKUs() (skus []string) {
	for _, l := range p.someLines() {
		skus = append(skus, l["sku"].(string))
	}
	return skus
}

// amount is no more than the latest dispute, or else the order, is about.
func (p *player) amount() money.Minor {
	most := p.order().Escrow().Captured
	if id, any := latest(p); any {
		most = p.order().FactsFor(id, p.world.Now).Remaining
	}
	return 1 + money.Minor(p.upTo(int(max(1, most))))
}

// play makes some moves of chance, with time between them. Most orders are shipped and come.
func (p *player) play(most int) {
	if !p.once(4) {
		p.wait()
		p.send(orderOfChance, "ship", seller, data{"carrier": "other", "tracking": "T"})
		p.wait()
		if !p.once(3) {
			p.send(orderOfChance, "deliver", carrier, data{"strength": "weak"})
		}
	}
	if !p.once(3) {
		p.try(move{"open_dispute", buyer, complaint, onOrder})
		p.begin(pick(p, ways...))
	}
	for range most/4 + p.upTo(most) {
		switch p.upTo(19) {
		case 0, 1, 2, 3, 4, 5, 6:
			p.wait()
		case 7, 8, 9, 10, 11, 12:
			p.try(p.choose(sellers))
		case 13:
			p.misfortune()
		default:
			p.try(p.choose(others))
		}
	}
}

// begin takes some steps of a way into a case, so that walks meet also what comes late in one.
func (p *player) begin(way []move) {
	for _, m := range way {
		if p.once(8) {
			return
		}
		p.try(m)
		if m.name == "post_message" || m.name == "appeal" {
			require.NoError(p, p.world.Advance(p.world.Now.Add(days(7)/2)))
		}
		require.NoError(p, p.world.Advance(p.world.Now.Add(time.Microsecond)))
	}
}

// misfortune is what nobody wants: a provider that fails, an incident, a party whom a detector has seen.
func (p *player) misfortune() {
	if p.once(2) {
		p.failing = !p.failing
		return
	}
	from := p.world.Now.Add(-time.Duration(p.upTo(48)) * time.Hour)
	until, sooner := from.Add(days(3)), p.once(2)
	for _, id := range slices.Sorted(maps.Keys(p.world.Cases)) {
		if !p.world.Cases[id].Closed() {
			p.send(id, "declare_incident", operator, data{"from": from, "until": until, "text": "Flood."})
			if sooner {
				p.send(id, "end_incident", operator, data{"from": from, "until": until, "at": p.world.Now})
			}
			if p.world.Cases[id].Summary().Kind == casefile.KindDispute {
				p.send(id, "detected", casefile.Detectors, data{"detection": "det_1", "detector": "complaint_spike"})
			}
		}
	}
}

// settleAll does what only a person can do: bank, provider and goodwill are brought to an end.
func (p *player) settleAll() {
	p.failing = false
	o := p.order()
	if o.Chargeback != nil {
		p.send(orderOfChance, "close_chargeback", shop, data{"won_by": "seller"})
	}
	for _, payment := range p.order().Payments {
		p.send(orderOfChance, "retry_transfer", operator, data{"step": payment.Step})
	}
	for _, g := range p.order().Gifts {
		p.send(orderOfChance, "sign_goodwill", operator, data{"dispute": g.Dispute})
		p.send(orderOfChance, "sign_goodwill", second, data{"dispute": g.Dispute})
	}
}

// told is the timeline as a reader of a failing test wants it.
func told(w *simulation.World) string {
	var b strings.Builder
	for _, e := range w.Timeline {
		fmt.Fprintf(&b, "%12s  %-12s %s %v\n", e.At.Sub(paid), e.Case, e.Type, e.Data)
	}
	return b.String()
}
