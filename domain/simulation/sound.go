package simulation

import (
	"fmt"

	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/protection"
)

// Sound says what is wrong with the money of an order, given everything that was posted for it: nothing, at every instant
// of every story (PROCEDURE 2).
func Sound(o protection.Order, posted []ledger.Transfer) error {
	for _, check := range []func(protection.Order) error{soundPots, soundBatches, conserved} {
		if err := check(o); err != nil {
			return fmt.Errorf("order %s: %w", o.ID, err)
		}
	}
	if err := soundLedger(o, posted); err != nil {
		return fmt.Errorf("order %s: %w", o.ID, err)
	}
	return nil
}

func pots(o protection.Order) []protection.Pot {
	all := []protection.Pot{o.Shipping}
	for _, l := range o.Lines {
		all = append(all, l.Pot)
	}
	return all
}

// soundPots: no part of a pot is negative or larger than what it is a part of, and the buyer never gets back more than was
// paid.
func soundPots(o protection.Order) error {
	for _, p := range pots(o) {
		for _, part := range []money.Minor{p.Value, p.Refunded, p.Released, p.Pending, p.Frozen, p.Recovered, p.Claimed, p.Held(), p.Free(), p.Remaining(), p.Kept()} {
			if part < 0 {
				return fmt.Errorf("a pot is below zero: %+v", p)
			}
		}
	}
	return nil
}

// soundBatches: what is pending is what the last calls hold, each has its deadline, and there is no second of its name.
func soundBatches(o protection.Order) error {
	sums := map[int]money.Minor{}
	names := map[string]bool{}
	for _, b := range o.Batches {
		if _, due := o.Clocks.Get(b.Due); !due || names[b.Due] {
			return fmt.Errorf("the last call %s has no deadline of its own", b.Due)
		}
		names[b.Due] = true
		for _, s := range b.Shares {
			sums[s.Line] += s.Amount
		}
	}
	pending := map[int]money.Minor{-1: o.Shipping.Pending}
	for i, l := range o.Lines {
		pending[i] = l.Pending
	}
	for line, amount := range pending {
		if sums[line] != amount {
			return fmt.Errorf("line %d has %d pending and %d in last calls", line, amount, sums[line])
		}
	}
	return nil
}

func conserved(o protection.Order) error {
	e := o.Escrow()
	for _, part := range []money.Minor{e.Held, e.InTransit, e.Refunded, e.Released, e.Fees} {
		if part < 0 {
			return fmt.Errorf("money below zero: %+v", e)
		}
	}
	if e.Held+e.Refunded+e.Released+e.Fees != e.Captured {
		return fmt.Errorf("money was lost or made: %+v", e)
	}
	return nil
}

// soundLedger: the postings say the same as the order, and nobody got more than the procedure allows.
func soundLedger(o protection.Order, posted []ledger.Transfer) error {
	at, err := ledger.PositionOf(posted)
	if err != nil {
		return err
	}
	e := o.Escrow()
	if got := (protection.Escrow{Captured: at.Captured, Held: at.Held, InTransit: at.InTransit, Refunded: at.Refunded, Released: at.Released, Fees: at.Fees}); got != e {
		return fmt.Errorf("the ledger has %+v and the order %+v", got, e)
	}
	for party, given := range o.Goodwill {
		if at.Goodwill[party] != given {
			return fmt.Errorf("the ledger gave %d of goodwill to %s and the order %d", at.Goodwill[party], party, given)
		}
	}
	return once(posted)
}

// once: a step asks for one thing, which is what makes a repeat harmless.
func once(posted []ledger.Transfer) error {
	type key struct {
		step int64
		verb ledger.Verb
	}
	seen := map[key]bool{}
	for _, t := range posted {
		k := key{t.Step, t.Verb}
		if seen[k] {
			return fmt.Errorf("step %d asks twice for %s", t.Step, t.Verb)
		}
		seen[k] = true
	}
	return nil
}
