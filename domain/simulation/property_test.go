package simulation_test

import (
	"crypto/rand"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/simulation"
)

// witness checks every step of a world: that nothing changed that must not, that the money is there, that events stand in
// their order and can be sealed, and that a state that was stored behaves as one that never left memory.
type witness struct {
	*rapid.T
	world  *simulation.World
	stored map[string]string        // each state as it was recorded
	kept   map[string]casefile.Case // the same states, never stored
	heads  map[string]casefile.Hash
}

func watch(t *rapid.T, w *simulation.World) *witness {
	a := &witness{T: t, world: w, stored: map[string]string{}, kept: map[string]casefile.Case{}, heads: map[string]casefile.Hash{}}
	w.Watch = a.see
	for id, c := range w.Cases {
		a.stored[id], a.kept[id] = a.encode(c), c
	}
	return a
}

// revisions are by how many a step takes a case on: looking at a file makes nothing stale.
func revisions(s simulation.Step) int64 {
	if s.Command != nil && s.Command.Name == "open_original" {
		return 0
	}
	return 1
}

func (a *witness) encode(v any) string {
	text, err := json.Marshal(v)
	require.NoError(a, err)
	return string(text)
}

func (a *witness) see(s simulation.Step) {
	before, known := a.stored[s.Case]
	if known {
		require.Equal(a, before, a.encode(s.Before), "the rules changed the state that they were asked about")
	}
	after := a.encode(s.After)
	if !s.Answer.Accepted() && len(s.Change.Events) == 0 {
		require.Equal(a, a.encode(s.Before), after, "a refusal changed something")
	} else {
		require.Equal(a, s.Before.Head().Revision+revisions(s), s.After.Head().Revision)
	}
	a.again(s, after)
	a.events(s)
	if o, ok := s.After.(protection.Order); ok && o.ID != "" {
		posted := a.world.Ledger[o.ID]
		require.NoError(a, simulation.Sound(o, append(posted[:len(posted):len(posted)], s.Change.Transfers...)), told(a.world))
	}
	a.stored[s.Case] = after
}

// again takes the same step from the state that never left memory.
func (a *witness) again(s simulation.Step, after string) {
	kept, known := a.kept[s.Case]
	if !known {
		kept = s.Before
	}
	was := a.encode(kept)
	var next casefile.Case
	var change casefile.Change
	var answer casefile.Answer
	if s.Command != nil {
		next, change, answer = kept.Decide(*s.Command, s.Facts)
	} else {
		due, _ := kept.Next()
		require.Equal(a, a.encode(s.Due), a.encode(due))
		next, change = kept.Default(due, s.Facts)
	}
	require.Equal(a, was, a.encode(kept), "the rules changed the state that they were asked about")
	require.Equal(a, after, a.encode(next), "what was stored behaves differently")
	require.Equal(a, a.encode(s.Change), a.encode(change))
	require.Equal(a, a.encode(s.Answer), a.encode(answer))
	a.kept[s.Case] = next
}

func (a *witness) events(s simulation.Step) {
	last := s.Before.Head()
	for _, e := range s.Change.Events {
		require.Equal(a, last.Recorded+1, e.Sequence)
		require.False(a, e.At.Before(last.LastAt), "%s at %s after %s", e.Type, e.At, last.LastAt)
		last.Recorded, last.LastAt = e.Sequence, e.At
		record, err := casefile.Seal(s.Case, a.heads[s.Case], e, rand.Reader)
		require.NoError(a, err)
		a.heads[s.Case] = record.Hash
	}
	if len(s.Change.Events) > 0 {
		require.Equal(a, last.Recorded, s.After.Head().Recorded)
		require.True(a, last.LastAt.Equal(s.After.Head().LastAt))
	}
}

// Whatever people do, in whatever order and at whatever time: the money is conserved at every step, no rule changes what it
// was asked about, and in the end everything comes to its end by itself.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPlayer(t, nil)
		watch(t, p.world)
		p.play(40)
		p.comesToItsEnd()
	})
}

// comesToItsEnd lets all time pass. Only what waits for a person may stay, and a person can end it.
func (p *player) comesToItsEnd() {
	require.NoError(p, p.world.Advance(p.world.Now.Add(days(1500))))
	for range 2 { // what a person settled may begin another last call
		if o := p.order(); o.Chargeback == nil && len(o.Payments) == 0 && len(o.Gifts) == 0 {
			break
		}
		p.settleAll()
		require.NoError(p, p.world.Advance(p.world.Now.Add(days(1500))))
	}
	o := p.order()
	require.Contains(p, []protection.State{protection.Closed, protection.Refunded}, o.State(), told(p.world))
	require.True(p, o.Closed(), told(p.world))
	require.Zero(p, o.Escrow().Held, told(p.world))
	require.Empty(p, o.Payments)
	_, due := o.Next()
	require.False(p, due)
	for _, id := range p.disputes {
		require.True(p, p.world.Dispute(id).Closed(), told(p.world))
		require.Equal(p, p.world.Dispute(id).Outcome, claimOf(o, id).Outcome)
		require.False(p, claimOf(o, id).Open)
	}
}

func claimOf(o protection.Order, id string) protection.Claim {
	for _, c := range o.Claims {
		if c.ID == id {
			return c
		}
	}
	return protection.Claim{}
}

// No move of a seller takes time from its buyer (PROCEDURE 3): of each line, the time in which a dispute may still be opened
// while none is open, if nobody does anything further, is as long after the move as without it. A line whose money has gone
// back needs no more time. What is left of a line whose dispute goes on ends as its outcome says: it has aftercare at least.
func TestNoSellerShortensProtection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPlayer(t, map[string]string{"protection.absolute_max": "3000d"})
		p.play(25)
		p.failing = false
		without, lapses := timeLeft(p)
		disputed := map[string]bool{}
		for _, c := range p.order().Claims {
			for _, l := range c.Lines {
				disputed[l.SKU] = disputed[l.SKU] || c.Open
			}
		}
		for _, m := range p.possible(sellers) {
			fork := *p
			fork.world = p.world.Fork()
			answer := fork.try(m)
			with, lapsed := timeLeft(&fork)
			if lapsed && !lapses {
				continue // a return that the buyer does not send ends without the floor (PROCEDURE 6.2): the buyer's own doing
			}
			for sku, before := range without {
				after, left := with[sku]
				if disputed[sku] {
					before = min(before, days(15))
				}
				require.True(t, !left || after >= before, "%s by %s: %s became %s (%+v)\n%s", m.name, sku, before, after, answer, told(fork.world))
			}
		}
	})
}

// timeLeft is the time of each line, if nobody does anything, in which a dispute could be opened about it and none is open.
// Lines of which the buyer has everything back in the end are left out. It also says whether a return lapsed meanwhile.
func timeLeft(p *player) (map[string]time.Duration, bool) {
	w := p.world.Fork()
	if w.Order(orderOfChance).Chargeback != nil {
		// While a bank is waited for nobody's time runs, and absolute_max, a date, would be all that is measured.
		_, err := w.Do(orderOfChance, "close_chargeback", shop, data{"won_by": "seller"})
		require.NoError(p, err)
	}
	before := len(w.Timeline)
	left := map[string]time.Duration{}
	for range 1000 {
		due, found := nextOf(w)
		if !found {
			break
		}
		o := w.Order(orderOfChance)
		for _, l := range o.Lines {
			left[l.SKU] += openFor(o, l, w.Now, due.DueAt)
		}
		require.NoError(p, w.Advance(due.DueAt.Add(time.Microsecond)))
	}
	for _, l := range w.Order(orderOfChance).Lines {
		if l.Remaining() == 0 {
			delete(left, l.SKU)
		}
	}
	lapsed := slices.ContainsFunc(w.Timeline[before:], func(e simulation.Entry) bool { return e.Type == casefile.ReturnLapsed })
	return left, lapsed
}

func openFor(o protection.Order, l protection.Line, from, to time.Time) time.Duration {
	opening := o.CanOpen([]dispute.Line{{SKU: l.SKU, Quantity: l.Quantity}}, from)[string(dispute.OffPlatformPressure)]
	if o.State() == protection.Disputed || !opening.Open {
		return 0
	}
	if opening.Until.Before(to) {
		to = opening.Until
	}
	return max(0, to.Sub(from)).Round(time.Millisecond)
}
