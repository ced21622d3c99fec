package rerun

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
)

// What is made from texts: it cannot be made again where one of them is hidden. The chain still covers it.
const (
	recordHash = "record_hash" // of a decision
	promise    = "promise"     // the seller's last words, quoted back in the answer to a withdrawal
)

// fits says what differs between what is decided now and what was recorded then.
func (r *Run) fits(d decided) error {
	blind := r.blind || d.stoodIn
	if d.answer != nil {
		c := r.Commands[0]
		same, err := sameAnswer(c.Answer, d.answer, blind)
		if err != nil {
			return fmt.Errorf("%s %s: its answer: %w", d.trigger, c.ID, err)
		}
		if !same {
			return fmt.Errorf("%s %s was answered %s, and the rules say %s", d.trigger, c.ID, compact(c.Answer), compact(d.answer))
		}
	}
	for i, e := range d.change.Events {
		if r.told+i >= len(r.Recorded) {
			return fmt.Errorf("%s: event %d, %s, is not recorded", d.trigger, e.Sequence, e.Type)
		}
		if err := sameEvent(r.Recorded[r.told+i], e, blind); err != nil {
			return fmt.Errorf("%s: event %d: %w", d.trigger, e.Sequence, err)
		}
	}
	return nil
}

func sameAnswer(was, is []byte, blind bool) (bool, error) {
	if !blind {
		return bytes.Equal(compact(was), compact(is)), nil
	}
	var recorded, decided casefile.Answer
	if err := errors.Join(json.Unmarshal(was, &recorded), json.Unmarshal(is, &decided)); err != nil {
		return false, err
	}
	delete(recorded.Result, promise)
	delete(decided.Result, promise)
	return reflect.DeepEqual(recorded, decided), nil
}

// sameEvent compares a recorded event with one that was decided again. Fields that are redacted are passed over.
func sameEvent(was casefile.Record, is casefile.Event, blind bool) error {
	at := micro(is.At)
	if was.Sequence != is.Sequence || was.Type != is.Type || was.By != is.By || !was.At.Equal(at) {
		return fmt.Errorf("recorded is %s by %s at %s, and the rules say %s by %s at %s", was.Type, was.By.Role, was.At.Format(stamp),
			is.Type, is.By.Role, at.Format(stamp))
	}
	passed := func(name string, _ any) bool {
		_, gone := was.Seals.Gone[name]
		return gone || blind && name == recordHash
	}
	before, now := maps.Clone(was.Data), maps.Clone(is.Data)
	maps.DeleteFunc(before, passed)
	maps.DeleteFunc(now, passed)
	for _, name := range slices.Sorted(maps.Keys(union(before, now))) {
		same, err := sameValue(before, now, name)
		if err != nil {
			return err
		}
		if !same {
			return fmt.Errorf("its %s is not what the rules say", name) // the value may be personal
		}
	}
	return nil
}

func union(a, b map[string]any) map[string]any {
	all := map[string]any{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

func sameValue(was, is map[string]any, name string) (bool, error) {
	before, wasThere := was[name]
	now, isThere := is[name]
	if wasThere != isThere {
		return false, nil
	}
	a, err := casefile.Canonical(before)
	if err != nil {
		return false, err
	}
	b, err := casefile.Canonical(now)
	return bytes.Equal(a, b), err
}

// Posted compares the transfers that the rules made with those in the ledger, whatever their order. The error is ErrLedger.
func Posted(made, posted []ledger.Transfer) error {
	type key struct {
		step int64
		verb ledger.Verb
	}
	moved := map[key]ledger.Transfer{}
	for _, t := range made {
		moved[key{t.Step, t.Verb}] = t
	}
	if len(moved) != len(made) || len(moved) != len(posted) {
		return fmt.Errorf("%w: %d transfers by the rules, %d in the ledger", ErrLedger, len(made), len(posted))
	}
	for _, p := range posted {
		if t, there := moved[key{p.Step, p.Verb}]; !there || !reflect.DeepEqual(t, p) {
			return fmt.Errorf("%w: %s of step %d", ErrLedger, p.Verb, p.Step)
		}
	}
	return nil
}

func compact(text []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, text) != nil {
		return text
	}
	return out.Bytes()
}
