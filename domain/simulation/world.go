// Package simulation plays orders and disputes in memory, by the same rules and in the same order as the recording
// transaction does: commands before the deadlines at their instant, every send stored at the other case's door, time moving
// from due to due. It has no engine and no database, so that a story takes microseconds.
package simulation

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/domain/tracking"
)

// World is a set of cases at one instant.
type World struct {
	Now       time.Time
	Cases     map[string]casefile.Case
	Reviewers []casefile.Candidate // in the order in which they are asked
	Persons   map[string][]string  // accounts that are the same person as this one
	Funds     casefile.Funds       // of the one seller that a story usually has
	Timeline  []Entry
	Transfers []ledger.Transfer
	Ledger    map[string][]ledger.Transfer // the same by order

	// Provider carries out a payment of an order and says why it failed; empty: it did not. None: nothing fails.
	Provider func(order string, step int64) string
	// Scanner says what it finds in the file of an item ("evd_…"). None: everything is clean.
	Scanner func(evidence string) dispute.Scan
	// Watch sees every step of every case, as it was decided.
	Watch func(Step)

	used     []casefile.Shipment
	commands int
}

// Step is one command or one deadline of a case, with what came of it.
type Step struct {
	Case    string
	Command *casefile.Command // nil at a deadline
	Due     clock.Deadline
	Facts   casefile.Facts
	Before  casefile.Case
	After   casefile.Case
	Change  casefile.Change
	Answer  casefile.Answer
}

// Entry is an event with the case that it belongs to.
type Entry struct {
	Case string
	casefile.Event
}

// New begins an empty world.
func New(now time.Time) *World {
	return &World{Now: now, Cases: map[string]casefile.Case{}, Persons: map[string][]string{}, Ledger: map[string][]ledger.Transfer{}}
}

// Fork is a copy that goes its own way from here, to see what would have been. Nobody watches it.
func (w *World) Fork() *World {
	f := *w
	f.Watch = nil
	f.Cases, f.Persons, f.Ledger, f.used = maps.Clone(w.Cases), maps.Clone(w.Persons), maps.Clone(w.Ledger), slices.Clone(w.used)
	f.Reviewers, f.Timeline, f.Transfers = slices.Clone(w.Reviewers), slices.Clone(w.Timeline), slices.Clone(w.Transfers)
	return &f
}

// Do sends a command to a case now. The answer is the rules'; everything that follows from it has happened when Do returns.
func (w *World) Do(caseID, name string, by casefile.Actor, data any) (casefile.Answer, error) {
	return w.deliver(caseID, name, by, data)
}

func (w *World) deliver(caseID, name string, by casefile.Actor, data any) (casefile.Answer, error) {
	encoded, err := json.Marshal(data)
	if err != nil {
		return casefile.Answer{}, fmt.Errorf("encode %s: %w", name, err)
	}
	w.commands++
	command := casefile.Command{ID: fmt.Sprintf("cmd_%06d", w.commands), Case: caseID, Name: name, By: by, At: w.Now, Data: encoded}
	state, known := w.Cases[caseID]
	if !known {
		if state, err = KindOf(caseID).Decode(nil); err != nil {
			return casefile.Answer{}, fmt.Errorf("begin %s: %w", caseID, err)
		}
	}
	facts := w.facts(caseID, state, name, command)
	next, change, answer := state.Decide(command, facts)
	w.watch(Step{Case: caseID, Command: &command, Facts: facts, Before: state, After: next, Change: change, Answer: answer})
	if err := w.record(caseID, next, change); err != nil {
		return casefile.Answer{}, err
	}
	return answer, nil
}

func (w *World) watch(s Step) {
	if w.Watch != nil {
		w.Watch(s)
	}
}

// KindOf is the kind of a case by the prefix of its identifier.
func KindOf(id string) casefile.Kind {
	switch prefix, _, _ := strings.Cut(id, "_"); prefix {
	case "dsp":
		return dispute.Kind
	case "std":
		return standing.Kind
	case "rep":
		return report.Kind
	case "rev":
		return review.Kind
	}
	return protection.Kind
}

// record keeps a case's new state and carries what it sends to the others.
func (w *World) record(caseID string, next casefile.Case, change casefile.Change) error {
	// A state survives only what its encoding keeps, as in the database.
	state, err := reload(caseID, next)
	if err != nil {
		return err
	}
	w.Cases[caseID] = state
	for _, e := range change.Events {
		w.Timeline = append(w.Timeline, Entry{Case: caseID, Event: e})
	}
	w.Transfers = append(w.Transfers, change.Transfers...)
	w.Ledger[caseID] = append(w.Ledger[caseID], change.Transfers...)
	for _, t := range change.Transfers {
		for _, p := range t.Postings {
			w.follow(p)
		}
	}
	w.used = append(w.used, change.Shipments...)
	for _, d := range change.Duties {
		w.remember(caseID, d)
	}
	for _, o := range change.Openings {
		if _, err := w.deliver(o.ID, o.Name, o.By, o.Data); err != nil {
			return err
		}
	}
	for _, s := range change.Sends {
		if _, err := w.deliver(s.Case, s.Name, casefile.Actor{Role: casefile.System}, s.Data); err != nil {
			return err
		}
	}
	for _, t := range change.Tells {
		if _, err := w.deliver(t.Case, t.Name, casefile.Actor{Role: casefile.System}, t.Data); err != nil {
			return err
		}
	}
	for _, e := range w.Cases[caseID].Effects() {
		do := w.move
		if e.Kind == casefile.EffectScan {
			do = w.scan
		}
		if err := do(caseID, e.Step); err != nil {
			return err
		}
	}
	return nil
}

// scan looks at a file in the instant of its receipt. A scanner that has nothing to say says it for ever.
func (w *World) scan(caseID string, step int64) error {
	verdict := dispute.ScanClean
	if w.Scanner != nil {
		for _, i := range w.Dispute(caseID).Items {
			if i.Step == step {
				verdict = w.Scanner(i.ID)
			}
		}
	}
	if verdict == dispute.ScanPending {
		return nil
	}
	_, err := w.deliver(caseID, "record_scan", casefile.Actor{Role: casefile.System}, map[string]any{"step": step, "verdict": verdict})
	return err
}

// move carries out a payment at once and brings the result to the order's door.
func (w *World) move(order string, step int64) error {
	name, result := "confirm_transfer", map[string]any{"step": step}
	if w.Provider != nil {
		if reason := w.Provider(order, step); reason != "" {
			name, result["reason"] = "fail_transfer", reason
		}
	}
	_, err := w.deliver(order, name, casefile.Actor{Role: casefile.System}, result)
	return err
}

func reload(id string, c casefile.Case) (casefile.Case, error) {
	encoded, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return KindOf(id).Decode(encoded)
}

// follow keeps the seller's funds as the ledger has them.
func (w *World) follow(p ledger.Posting) {
	switch kind, _, _ := strings.Cut(string(p.Account), ":"); kind {
	case "reserve":
		w.Funds.Reserve += p.Amount
	case "payable":
		w.Funds.Payable += p.Amount
	}
}

func (w *World) remember(caseID string, d casefile.Duty) {
	for i := range w.Reviewers {
		if w.Reviewers[i].ID != d.Reviewer {
			continue
		}
		for _, party := range d.Parties {
			w.Reviewers[i].Duties = append(slices.Clone(w.Reviewers[i].Duties), casefile.PastDuty{Case: caseID, Party: party, At: d.At})
		}
	}
}

// facts are what the kind asks for with this trigger, and nothing else: a rule that reads more finds nothing.
func (w *World) facts(id string, state casefile.Case, trigger string, c casefile.Command) casefile.Facts {
	d, isDispute := state.(dispute.Dispute)
	need := KindOf(id).Needs(trigger)
	var facts casefile.Facts
	if need&casefile.NeedReviewers != 0 {
		facts.Reviewers = slices.Clone(w.Reviewers) // as they are now: duties come later
	}
	if need&casefile.NeedNonce != 0 {
		facts.Nonce = casefile.Derive("nonce", c.ID) // the same in each run, and of no other step
	}
	if need&casefile.NeedFunds != 0 {
		facts.Funds = w.Funds
	}
	if need&casefile.NeedTracking != 0 {
		var parcel struct{ Carrier, Tracking string }
		if json.Unmarshal(c.Data, &parcel) == nil {
			facts.Reused = slices.ContainsFunc(w.used, func(s casefile.Shipment) bool {
				return s.Order != state.Summary().Order && tracking.Same(s.Carrier, s.Tracking, parcel.Carrier, parcel.Tracking)
			})
		}
	}
	if need&casefile.NeedOrder != 0 && isDispute && d.Order != "" {
		order := w.Cases[d.Order].(protection.Order).FactsFor(d.ID, w.Now)
		facts.Order = &order
	}
	w.trustFacts(id, state, trigger, c, need, &facts)
	return facts
}

// Advance moves time to the target. Every deadline before it is taken at its own instant, the earliest first.
func (w *World) Advance(to time.Time) error {
	for steps := 0; ; steps++ {
		id, due, found := w.next()
		if !found || !due.DueAt.Before(to) {
			w.Now = to
			return nil
		}
		if steps > 100_000 {
			return fmt.Errorf("advance: %s never comes to rest at %s", id, due.Name)
		}
		if due.DueAt.After(w.Now) {
			w.Now = due.DueAt
		}
		before := w.Cases[id]
		facts := w.facts(id, before, due.Name, casefile.Command{At: due.DueAt})
		next, change := before.Default(due, facts)
		w.watch(Step{Case: id, Due: due, Facts: facts, Before: before, After: next, Change: change})
		if err := w.record(id, next, change); err != nil {
			return err
		}
	}
}

// next is the case whose deadline is due first; of two at one instant, the one with the lower identifier.
func (w *World) next() (string, clock.Deadline, bool) {
	var id string
	var first clock.Deadline
	for caseID, c := range w.Cases {
		d, found := c.Next()
		if found && (id == "" || d.DueAt.Before(first.DueAt) || d.DueAt.Equal(first.DueAt) && caseID < id) {
			id, first = caseID, d
		}
	}
	return id, first, id != ""
}

// Order returns an order by its identifier.
func (w *World) Order(id string) protection.Order { return w.Cases[id].(protection.Order) }

// Dispute returns a dispute by its identifier.
func (w *World) Dispute(id string) dispute.Dispute { return w.Cases[id].(dispute.Dispute) }

// Standing returns how an account stands.
func (w *World) Standing(account string) standing.Standing {
	s, _ := w.Cases[standing.CaseID(account)].(standing.Standing)
	return s
}
