package dispute_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/domain/simulation"
)

// TestWhateverPeopleDo plays orders and disputes with people who do anything at any time, mostly with sense, and looks at
// every step: no money is lost or made, nothing hangs, nobody's time is taken, refusals change nothing, and the record is
// whole. In the end time passes, and every case comes to its end.
func TestWhateverPeopleDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPlay(t)
		for range rapid.IntRange(15, 60).Draw(t, "steps") {
			if rapid.IntRange(0, 3).Draw(t, "pass") == 0 {
				p.pass()
			} else {
				p.act()
			}
			p.sound()
		}
		p.letAllTimePass()
	})
}

// play is one order with its disputes, and what was seen of them.
type play struct {
	*rapid.T
	*scene
	disputes []string
	seen     map[string]string // the encoded state of each case after its last step
	last     map[string]casefile.Event
	salts    rand.ChaCha8
}

func newPlay(t *rapid.T) *play {
	p := &play{T: t, seen: map[string]string{}, last: map[string]casefile.Event{}}
	p.scene = delivered(t, func(r *protection.Registration) {
		r.Lines[0].Price = rapid.SampledFrom([]money.Minor{1, 4200, 70_000, 250_000}).Draw(t, "price")
		r.Programmes = rapid.SampledFrom([][]string{nil, {protection.Choice}, {protection.GuaranteedGenuine, protection.Warranty}}).Draw(t, "programmes")
		if rapid.Bool().Draw(t, "two lines") {
			r.Lines = append(r.Lines, protection.RegistrationLine{SKU: "BULB", Title: "Bulb", Quantity: 3, Price: 333})
		}
	})
	p.Watch = p.watch
	p.Funds.Reserve = p.between(0, 3000)
	p.at(opening)
	start := rapid.SampledFrom(starts).Draw(t, "start")
	claim := fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull, "text": "The shade is cracked."}
	if len(start) == 0 {
		claim = p.claim()
	}
	p.do(p.order, "open_dispute", ada, claim)
	for _, d := range start {
		p.begin(d)
	}
	p.Reviewers = p.Reviewers[rapid.IntRange(0, 5).Draw(t, "fewer reviewers"):]
	p.Reviewers = p.Reviewers[:len(p.Reviewers)-rapid.IntRange(0, 3).Draw(t, "fewer supervisors")]
	return p
}

// begin does one thing that a start consists of; what is large is signed.
func (p *play) begin(d deed) {
	p.id = p.disputes[0]
	by := d.by
	if by.ID == "" {
		by = p.bench(p.d())[0]
	}
	p.must(p.id, d.name, by, d.data(p, p.d()))
	if p.d().Status == dispute.WaitingSignature {
		p.must(p.id, "second", sue, nil)
	}
	if d.name == "post_message" {
		p.at(opening + 3*day)
	}
	p.at(p.Now.Sub(paid) + micro)
}

// do sends a command, whatever is answered.
func (p *play) do(to, name string, by casefile.Actor, data any) casefile.Answer {
	before, left, counted := p.left()
	answer, err := p.World.Do(to, name, by, data)
	require.NoError(p.T, err)
	if id, opened := answer.Result["dispute"].(string); opened && name == "open_dispute" && answer.Accepted() {
		p.disputes = append(p.disputes, id)
	}
	if by.Role == casefile.Seller && counted && !slices.Contains([]string{"concede", "accept_offer", "inspect_return"}, name) {
		_, after, still := p.left()
		if name == "appeal" && answer.Accepted() && p.Order(p.order).Escrow().Held == 0 {
			return answer // the last appeal may be one that nobody can judge: what is asked goes back at once, and nothing is left
		}
		require.True(p.T, still && after >= left, "%s by the seller took from the buyer's time: %s of %s are left (%+v)", name, after, left, before)
	}
	return answer
}

// left is the time that the buyer's protection has left.
func (p *play) left() (time.Time, time.Duration, bool) {
	ends, left, _ := p.Order(p.order).EndsAt(p.Now)
	return ends, left, left > 0
}

// pass lets some time pass: often to the very instant of a deadline, or just beyond.
func (p *play) pass() {
	to := p.Now.Add(time.Duration(rapid.IntRange(0, 12*24).Draw(p.T, "hours")) * time.Hour)
	if rapid.Bool().Draw(p.T, "to a deadline") {
		if next, found := p.next(); found {
			to = next.DueAt.Add(time.Duration(rapid.IntRange(0, 1).Draw(p.T, "beyond")) * micro)
		}
	}
	if to.After(p.Now) {
		require.NoError(p.T, p.Advance(to))
	}
}

func (p *play) next() (clock.Deadline, bool) {
	var first clock.Deadline
	found := false
	for _, c := range p.Cases {
		if d, runs := c.Next(); runs && (!found || d.DueAt.Before(first.DueAt)) {
			first, found = d, true
		}
	}
	return first, found
}

// sound looks at the world between two steps.
func (p *play) sound() {
	o := p.Order(p.order)
	require.NoError(p.T, simulation.Sound(o, p.Ledger[p.order]))
	for _, c := range o.Claims {
		require.LessOrEqual(p.T, c.Refunded+c.Released, p.Dispute(c.ID).Claim.Value, "no dispute moves more than it is about")
	}
	for _, id := range p.disputes {
		d := p.Dispute(id)
		p.everyMomentIsSomebodys(d)
		if d.Closed() {
			require.NotEmpty(p.T, d.Outcome)
			continue
		}
		require.Empty(p.T, d.Outcome)
		if _, runs := d.Next(); !runs {
			require.True(p.T, d.Frozen, "nothing will ever happen in %s: %+v", d.Status, d.Clocks)
			require.NotNil(p.T, o.Chargeback)
		}
	}
}

// letAllTimePass ends the play: every case ends by itself, with the bank's answer where a bank had the money.
func (p *play) letAllTimePass() {
	p.at(p.Now.Sub(paid) + 400*day)
	if p.Order(p.order).Chargeback != nil {
		verdict := fields{"won_by": rapid.SampledFrom([]string{"buyer", "seller"}).Draw(p.T, "bank")}
		p.must(p.order, "close_chargeback", platform, verdict)
		p.at(p.Now.Sub(paid) + 400*day)
	}
	p.at(p.Now.Sub(paid) + 400*day)
	p.sound()
	for _, id := range p.disputes {
		require.True(p.T, p.Dispute(id).Closed(), "%s hangs in %s", id, p.Dispute(id).Status)
	}
	o := p.Order(p.order)
	require.Zero(p.T, o.Escrow().Held, "money is left: %s", o.Phase)
	require.Contains(p.T, []protection.State{protection.Closed, protection.Refunded}, o.State())
}

// watch looks at every step of every case.
func (p *play) watch(step simulation.Step) {
	name := step.Due.Name
	if step.Command != nil {
		name = step.Command.Name
	}
	before, after := encode(p.T, step.Before), encode(p.T, step.After)
	if seen, known := p.seen[step.Case]; known {
		require.JSONEq(p.T, seen, before, "%s changed what it was given", name)
	}
	p.seen[step.Case] = after
	if step.Command != nil && !step.Answer.Accepted() && name != "confirm_receipt" {
		require.Equal(p.T, before, after, "%s was refused and changed something", name)
		require.Empty(p.T, step.Change)
	}
	p.recorded(step)
	p.again(step, name, before, after)
}

func encode(t tester, c casefile.Case) string {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	return string(text)
}

// recorded: sequences without a gap, no step back in time, and data that can be sealed.
func (p *play) recorded(step simulation.Step) {
	for _, e := range step.Change.Events {
		last := p.last[step.Case]
		if step.Before.Head().Recorded > 0 && last.Sequence == 0 {
			last.Sequence, last.At = step.Before.Head().Recorded, step.Before.Head().LastAt // recorded before the play began
		}
		require.Equal(p.T, last.Sequence+1, e.Sequence)
		require.False(p.T, e.At.Before(last.At), "%s is stamped before the event before it", e.Type)
		p.last[step.Case] = e
		_, err := casefile.Seal(step.Case, casefile.Hash{1}, e, &p.salts)
		require.NoError(p.T, err, "%s: %+v", e.Type, e.Data)
	}
}

// again takes the step once more, from the encoded state and with only the facts that the case asks for: the same must
// come of it.
func (p *play) again(step simulation.Step, name, before, after string) {
	kind := simulation.KindOf(step.Case)
	var state []byte
	if step.Before.Head().ID != "" {
		state = []byte(before)
	}
	decoded, err := kind.Decode(state)
	require.NoError(p.T, err)
	need := kind.Needs(name)
	var facts casefile.Facts
	if need&casefile.NeedOrder != 0 {
		facts.Order = step.Facts.Order
	}
	if need&casefile.NeedReviewers != 0 {
		facts.Reviewers = step.Facts.Reviewers
	}
	if need&casefile.NeedNonce != 0 {
		facts.Nonce = step.Facts.Nonce
	}
	if need&casefile.NeedTracking != 0 {
		facts.Reused = step.Facts.Reused
	}
	if need&casefile.NeedFunds != 0 {
		facts.Funds = step.Facts.Funds
	}
	var next casefile.Case
	var change casefile.Change
	if step.Command != nil {
		var answer casefile.Answer
		next, change, answer = decoded.Decide(*step.Command, facts)
		require.Equal(p.T, step.Answer, answer, name)
	} else {
		next, change = decoded.Default(step.Due, facts)
	}
	require.Equal(p.T, after, encode(p.T, next), "%s depends on what it did not ask for", name)
	require.Equal(p.T, fmt.Sprint(step.Change.Events), fmt.Sprint(change.Events))
}
