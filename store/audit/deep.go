package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/domain/protection"
	"recourse/store"
)

// deep looks at each case by itself.
type deep struct {
	view store.View

	chain, rules, drawn, clocks, money, sent, doors, bytes Check

	sends    map[string]int // what cases sent to others, less what is at their doors
	openings map[string]string
}

func newDeep(v store.View) *deep {
	return &deep{view: v, sends: map[string]int{}, openings: map[string]string{},
		money:  Check{Invariant: "I1", Name: "the ledger says of each order what its state says"},
		sent:   Check{Invariant: "I2", Name: "what one case told another arrived, once"},
		doors:  Check{Invariant: "I3", Name: "the sequence of a door is the order of receipt"},
		bytes:  Check{Invariant: "I3", Name: "bytes of evidence have their hash"},
		clocks: Check{Invariant: "I4", Name: "late deadlines were moved"},
		rules:  Check{Invariant: "I6", Name: "the rules say again what was recorded"},
		drawn:  Check{Invariant: "I6", Name: "each timeline is a path of the drawing"},
		chain:  Check{Invariant: "I10", Name: "chains hold from the first event to the head"},
	}
}

func (d *deep) checks() []*Check {
	return []*Check{&d.money, &d.sent, &d.doors, &d.bytes, &d.clocks, &d.rules, &d.drawn, &d.chain}
}

func (d *deep) look(c store.CaseRecord) error {
	commands, err := d.view.Commands(c.ID)
	if err != nil {
		return err
	}
	takings, err := d.view.Takings(c.ID)
	if err != nil {
		return err
	}
	events, err := d.view.Timeline(c.ID)
	if err != nil {
		return err
	}
	transfers, err := d.view.Transfers(c.ID)
	if err != nil {
		return err
	}
	d.verify(c, events)
	d.door(c, commands)
	if order, ok := c.State.(protection.Order); ok {
		d.balance(c, order, transfers)
	}
	d.again(c, commands, takings, events, transfers)
	return nil
}

// verify is I10.
func (d *deep) verify(c store.CaseRecord, events []casefile.Record) {
	d.chain.Looked += int64(len(events))
	head, err := casefile.ParseHash(c.Head)
	if err == nil {
		err = casefile.VerifyHead(events, c.ID, head)
	}
	if err != nil {
		d.chain.Find(c.ID, "%v", err)
	}
}

// door: who knocked later is received later; on a test clock never earlier.
func (d *deep) door(c store.CaseRecord, commands []store.Trigger) {
	var last time.Time
	for _, t := range commands {
		d.doors.Looked++
		at := t.Command.At
		if at.Before(last) || c.Clock == "" && at.Equal(last) {
			d.doors.Find(t.Command.ID, "sequence %d of %s was received at %s, after one at %s", t.Command.Sequence, c.ID, at.Format(stamp), last.Format(stamp))
		}
		last = at
		if t.Command.By.Role == casefile.System && !reported(t.Command.Name) {
			d.sends[letter(c.ID, t.Command.Name, t.Command.Data)]--
		}
	}
}

// balance is I1 for one order.
func (d *deep) balance(c store.CaseRecord, o protection.Order, records []store.TransferRecord) {
	d.money.Looked++
	transfers := make([]ledger.Transfer, len(records))
	for i, r := range records {
		transfers[i] = r.Transfer
	}
	at, err := ledger.PositionOf(transfers)
	if err != nil {
		d.money.Find(c.ID, "%v", err)
		return
	}
	says := o.Escrow()
	has := protection.Escrow{Captured: at.Captured, Held: at.Held, InTransit: at.InTransit, Refunded: at.Refunded, Released: at.Released, Fees: at.Fees}
	if has != says {
		d.money.Find(c.ID, "the ledger has %+v and the order %+v", has, says)
	}
	if !at.Conserved() {
		d.money.Find(c.ID, "not conserved: %+v", at)
	}
	if c.Effects != len(o.Effects()) {
		d.money.Find(c.ID, "%d effects in the row, %d in the state", c.Effects, len(o.Effects()))
	}
}

// again is I6, and what can only be known by deciding once more.
func (d *deep) again(c store.CaseRecord, commands []store.Trigger, takings []store.Taking, events []casefile.Record, posted []store.TransferRecord) {
	d.rules.Looked++
	kind, known := d.view.Kind(c.Kind)
	if !known {
		d.rules.Find(c.ID, "no rules for cases of kind %q", c.Kind)
		return
	}
	for len(commands) > 0 && !commands[len(commands)-1].Applied {
		commands = commands[:len(commands)-1]
	}
	r := &rerun{kind: kind, caseID: c.ID, commands: commands, takings: takings, recorded: events,
		drawn: func(trigger, from, to string) {
			if d.drawn.Looked++; !leads(c.Kind, trigger, from, to) {
				d.drawn.Find(c.ID, "%s leads from %q to %q", trigger, from, to)
			}
		},
		deadline: func(due clock.Deadline, t store.Taking) {
			d.clocks.Looked++
			if late := t.Noticed.Sub(t.Due); c.Clock == "" && !due.Reminder && !t.Moved && late > d.view.LateAfter() {
				d.clocks.Find(c.ID, "%s was taken %s late", due.Name, late)
			}
		}}
	err := r.run()
	if err == nil {
		err = fits(c, r, posted)
	}
	if err != nil {
		d.rules.Find(c.ID, "%v", err)
	}
	for _, s := range r.sends {
		d.sent.Looked++
		d.sends[letter(s.Case, s.Name, written(s.Data))]++
	}
	for _, o := range r.openings {
		d.openings[o.ID] = c.ID
		if o.By.Role == casefile.System {
			d.sends[letter(o.ID, o.Name, written(o.Data))]++
		}
	}
}

// fits compares the end of a rerun with the row and the ledger.
func fits(c store.CaseRecord, r *rerun, posted []store.TransferRecord) error {
	is, err := json.Marshal(r.state)
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	was, err := json.Marshal(c.State)
	if err != nil {
		return fmt.Errorf("write the stored state: %w", err)
	}
	if string(is) != string(was) {
		return errors.New("the state in the row is not the one that the rules come to")
	}
	type key struct {
		step int64
		verb ledger.Verb
	}
	moved := map[key]ledger.Transfer{}
	for _, t := range r.transfers {
		moved[key{t.Step, t.Verb}] = t
	}
	if len(moved) != len(r.transfers) || len(moved) != len(posted) {
		return fmt.Errorf("%d transfers by the rules, %d in the ledger", len(r.transfers), len(posted))
	}
	for _, p := range posted {
		if t, there := moved[key{p.Step, p.Verb}]; !there || !reflect.DeepEqual(t, p.Transfer) {
			return fmt.Errorf("step %d %s is in the ledger, and by the rules it is %+v", p.Step, p.Verb, t)
		}
	}
	return nil
}

// finish is what can be said when every case was seen.
func (d *deep) finish(ctx context.Context) error {
	for l, n := range d.sends {
		to, name, _ := split(l)
		switch {
		case n > 0:
			d.sent.Find(to, "%s was sent to it %d times more than it arrived", name, n)
		case n < 0:
			d.sent.Find(to, "%s arrived %d times more than anybody sent it", name, -n)
		}
	}
	var cases []struct{ ID, OrderID string }
	if err := d.view.Query(&cases, `SELECT id, order_id FROM cases WHERE id <> order_id`); err != nil {
		return err
	}
	for _, c := range cases {
		d.sent.Looked++
		if parent, opened := d.openings[c.ID]; !opened || parent != c.OrderID {
			d.sent.Find(c.ID, "its order %s has not opened it", c.OrderID)
		}
		delete(d.openings, c.ID)
	}
	for id, parent := range d.openings {
		d.sent.Find(id, "%s opened it, and there is no such case", parent)
	}
	return d.files(ctx)
}

// files reads the bytes of what was handed in.
func (d *deep) files(ctx context.Context) error {
	blobs := d.view.Blobs()
	if blobs == nil {
		d.bytes.NotRun = "no blob store is set up"
		return nil
	}
	var files []struct{ ID, Hash string }
	if err := d.view.Query(&files, `SELECT id, hash FROM files ORDER BY id`); err != nil {
		return err
	}
	for _, f := range files {
		d.bytes.Looked++
		hash, err := hashOf(ctx, blobs, f.Hash)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || hash != f.Hash {
			d.bytes.Find(f.ID, "recorded with %s, and there is %s %v", f.Hash, hash, err)
		}
	}
	return nil
}

func hashOf(ctx context.Context, blobs store.Blobs, hash string) (_ string, err error) {
	from, err := blobs.Open(ctx, hash)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(sum, from); err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// letter is a command from one case to another as both ends see it.
func letter(to, name string, data []byte) string {
	return to + "\n" + name + "\n" + string(compact(data))
}

func split(l string) (to, name, data string) {
	to, rest, _ := strings.Cut(l, "\n")
	name, data, _ = strings.Cut(rest, "\n")
	return to, name, data
}

func written(data any) []byte {
	text, err := json.Marshal(data)
	if err != nil {
		return nil // it could not have been sent
	}
	return text
}

// micro cuts a deadline's due to what the database keeps.
func micro(d clock.Deadline) clock.Deadline {
	d.DueAt = d.DueAt.UTC().Truncate(time.Microsecond)
	return d
}

// reported says that a command of the system brings the result of an effect, and so comes from no case.
func reported(name string) bool {
	return strings.HasSuffix(name, "_transfer") || name == "record_scan"
}
