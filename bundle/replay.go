package bundle

import (
	"errors"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/protection"
	"recourse/domain/rerun"
)

// Replayed is what deciding a bundle again has come to.
type Replayed struct {
	Case  string  `json:"case"`
	Cases []Rerun `json:"cases"`
}

// Rerun is one case that was decided again.
type Rerun struct {
	Case    string `json:"case"`
	Decided int    `json:"decided"`            // commands and deadlines
	StoodIn int    `json:"stood_in,omitempty"` // of them, those whose words are hidden from this audience
	Passed  int    `json:"passed,omitempty"`   // refused commands that are hidden, and changed nothing
	End     End    `json:"end"`
}

// kinds are the rules by the kind of a case.
var kinds = map[string]casefile.Kind{casefile.KindOrder: protection.Kind, casefile.KindDispute: dispute.Kind}

// Replay decides every case of a bundle again by the rules, from the commands and the deadlines that came, and holds the result
// against what was recorded: each event, each answer, the end of each case with its deadlines, the ledger, and what the cases
// told each other. It takes a bundle for what it says; Verify says whether it says what was recorded. The error is a *Fault
// that names the first difference.
func Replay(r *Reader) (Replayed, error) {
	out := Replayed{Case: r.Manifest.Case}
	letters := newLetters(r.Manifest.Cases)
	for _, place := range r.Manifest.Cases {
		run, err := load(r, place)
		if err != nil {
			return out, err
		}
		if err := letters.arrive(run); err != nil {
			return out, err
		}
		if err := run.Do(); err != nil {
			return out, different(err)
		}
		end := EndOf(run.State)
		recorded, err := one[End](r, partOf(place.ID, endFile))
		if err != nil {
			return out, err
		}
		if key := differs(recorded, end); key != "" {
			return out, fault(partOf(place.ID, endFile), "by the rules the case ends otherwise: %s", key)
		}
		if place.Kind == casefile.KindOrder {
			if err := posted(r, run); err != nil {
				return out, err
			}
		}
		if err := letters.leave(run); err != nil {
			return out, err
		}
		out.Cases = append(out.Cases, Rerun{Case: place.ID, Decided: run.Decided, StoodIn: run.StoodIn, Passed: run.Passed, End: end})
	}
	return out, letters.delivered()
}

func different(err error) error {
	if d, ok := errors.AsType[*rerun.Difference](err); ok {
		return fault(d.Case, "by the rules it went otherwise: %s", d.What)
	}
	return err
}

// load reads a case as it is decided again.
func load(r *Reader, place Place) (*rerun.Run, error) {
	kind, known := kinds[place.Kind]
	if !known {
		return nil, fault(manifestPart, "there are no rules here for a case of the kind %.40q", place.Kind)
	}
	run := &rerun.Run{Kind: kind, Case: place.ID, StandIns: standIns}
	err := rows(r, partOf(place.ID, timelineFile), func(_ int, e Event) error {
		record := casefile.Record{Case: e.Case, Event: e.event(), PrevHash: e.PrevHash, Hash: e.Hash}
		for name, f := range e.Fields {
			if !f.Shown() {
				if record.Seals.Gone == nil {
					record.Seals.Gone = map[string]casefile.Hash{}
				}
				record.Seals.Gone[name] = f.Commitment
			}
		}
		run.Recorded = append(run.Recorded, record)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = rows(r, partOf(place.ID, commandsFile), func(n int, c Command) error {
		command, hidden, err := c.command()
		if err != nil {
			return fault(partOf(place.ID, commandsFile), "row %d: %v", n, err)
		}
		again := rerun.Command{Command: command, Answer: c.Answer, Hidden: hidden}
		if c.Facts != nil {
			again.Facts = *c.Facts
		}
		run.Commands = append(run.Commands, again)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return run, rows(r, partOf(place.ID, deadlinesFile), func(_ int, d Deadline) error {
		taking := rerun.Taking{Name: d.Name, Due: d.Due, Noticed: d.Noticed, Moved: d.Moved}
		if d.Facts != nil {
			taking.Facts = *d.Facts
		}
		run.Takings = append(run.Takings, taking)
		return nil
	})
}

// posted holds the ledger against the transfers that the rules made.
func posted(r *Reader, run *rerun.Run) error {
	var list []ledger.Transfer
	err := rows(r, ledgerPart, func(_ int, t Transfer) error {
		if t.Case == run.Case {
			list = append(list, t.Transfer)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := rerun.Posted(run.Transfers, list); err != nil {
		return fault(ledgerPart, "%v", err)
	}
	return nil
}
