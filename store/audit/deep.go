package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/domain/protection"
	"recourse/domain/rerun"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/store"
)

// deep looks at each case by itself.
type deep struct {
	view store.View

	chain, rules, drawn, clocks, money, sent, doors, bytes, images, stands Check

	sends    map[string]int // what cases sent to others, less what is at their doors
	openings map[string]string
}

func newDeep(v store.View) *deep {
	return &deep{view: v, sends: map[string]int{}, openings: map[string]string{},
		money:  Check{Invariant: "I1", Name: "the ledger says of each order what its state says"},
		sent:   Check{Invariant: "I2", Name: "what one case told another arrived, once"},
		doors:  Check{Invariant: "I3", Name: "the sequence of a door is the order of receipt"},
		bytes:  Check{Invariant: "I3", Name: "bytes of evidence have their hash"},
		images: Check{Invariant: "I3", Name: "bytes of what is shown instead have their hash"},
		clocks: Check{Invariant: "I4", Name: "late deadlines were moved"},
		stands: Check{Invariant: "I6", Name: "points are what the entries leave"},
		rules:  Check{Invariant: "I6", Name: "the rules say again what was recorded"},
		drawn:  Check{Invariant: "I6", Name: "each timeline is a path of the drawing"},
		chain:  Check{Invariant: "I10", Name: "chains hold from the first event to the head"},
	}
}

func (d *deep) checks() []*Check {
	return []*Check{&d.money, &d.sent, &d.doors, &d.bytes, &d.images, &d.clocks, &d.stands, &d.rules, &d.drawn, &d.chain}
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
	if s, ok := c.State.(standing.Standing); ok {
		d.points(c, s, events)
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
		switch {
		case t.Command.By == casefile.Detectors:
			d.detectors(c.ID, t.Command)
		case t.Command.By == casefile.Links:
			d.links(c, t.Command)
		case t.Command.By.Role == casefile.System && !casefile.IsResult(t.Command.Name):
			d.sends[letter(c.ID, t.Command.Name, t.Command.Data)]--
		}
	}
}

// detectors: what they tell a case they have found.
func (d *deep) detectors(id string, c casefile.Command) {
	d.sent.Looked++
	var told struct{ Detection string }
	var found []struct{ ID, ReportID string }
	err := json.Unmarshal(c.Data, &told)
	if err == nil {
		err = d.view.Query(&found, `SELECT id, report_id FROM detections WHERE id = ?`, told.Detection)
	}
	switch {
	case err != nil:
		d.sent.Find(id, "%s by a detector cannot be read: %v", c.Name, err)
	case len(found) == 0:
		d.sent.Find(id, "%s by a detector, which has found nothing of the kind", c.Name)
	case c.Name == "submit_report" && found[0].ReportID != id:
		d.sent.Find(id, "the detection %s has opened another report", told.Detection)
	}
}

// links: what a change of them tells a review is about its buyer.
func (d *deep) links(c store.CaseRecord, k casefile.Command) {
	d.sent.Looked++
	var told review.Recount
	var changes []struct{ Accounts string }
	err := json.Unmarshal(k.Data, &told)
	if err == nil {
		err = d.view.Query(&changes, `SELECT accounts FROM recounts WHERE id = ?`, told.Change)
	}
	var accounts []string
	if err == nil && len(changes) == 1 {
		err = json.Unmarshal([]byte(changes[0].Accounts), &accounts)
	}
	switch {
	case err != nil:
		d.sent.Find(c.ID, "%s after a change of links cannot be read: %v", k.Name, err)
	case !slices.Contains(accounts, c.Summary.Buyer):
		d.sent.Find(c.ID, "%s after a change of links that is none, or does not concern its buyer", k.Name)
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
	r := &rerun.Run{Kind: kind, Case: c.ID, Commands: applied(commands), Takings: taken(takings), Recorded: events,
		Drawn: func(trigger, from, to string) {
			if d.drawn.Looked++; !leads(c.Kind, trigger, from, to) {
				d.drawn.Find(c.ID, "%s leads from %q to %q", trigger, from, to)
			}
		},
		Deadline: func(due clock.Deadline, t rerun.Taking) {
			d.clocks.Looked++
			if late := t.Noticed.Sub(t.Due); c.Clock == "" && !due.Reminder && !t.Moved && late > d.view.LateAfter() {
				d.clocks.Find(c.ID, "%s was taken %s late", due.Name, late)
			}
		}}
	err := r.Do()
	if err == nil {
		err = fits(c, r, posted)
	}
	if err != nil {
		d.rules.Find(c.ID, "%s", strings.TrimPrefix(err.Error(), c.ID+": "))
	}
	for _, s := range r.Sends {
		d.sent.Looked++
		d.sends[letter(s.Case, s.Name, written(s.Data))]++
	}
	for _, t := range r.Tells {
		d.sent.Looked++
		d.sends[letter(t.Case, t.Name, written(t.Data))]++
	}
	for _, o := range r.Openings {
		d.openings[o.ID] = c.ID
		if o.By.Role == casefile.System {
			d.sends[letter(o.ID, o.Name, written(o.Data))]++
		}
	}
}

// applied are the commands that a case has carried out, as they are decided again.
func applied(commands []store.Trigger) []rerun.Command {
	list := make([]rerun.Command, 0, len(commands))
	for _, t := range commands {
		if t.Applied {
			list = append(list, rerun.Command{Command: t.Command, Answer: t.Answer, Facts: t.Facts})
		}
	}
	return list
}

func taken(takings []store.Taking) []rerun.Taking {
	list := make([]rerun.Taking, len(takings))
	for i, t := range takings {
		list[i] = rerun.Taking(t)
	}
	return list
}

// fits compares the end of a rerun with the row and the ledger.
func fits(c store.CaseRecord, r *rerun.Run, posted []store.TransferRecord) error {
	same, err := rerun.SameState(r.State, c.State)
	if err != nil {
		return err
	}
	if !same {
		return errors.New("the state in the row is not the one that the rules come to")
	}
	transfers := make([]ledger.Transfer, len(posted))
	for i, p := range posted {
		transfers[i] = p.Transfer
	}
	return rerun.Posted(r.Transfers, transfers)
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
	var cases []struct{ ID, OrderID, Kind string }
	if err := d.view.Query(&cases, `SELECT id, order_id, kind FROM cases WHERE id <> order_id`); err != nil {
		return err
	}
	for _, c := range cases {
		d.sent.Looked++
		// People begin reviews, and reports but for those that a review opens.
		if parent, opened := d.openings[c.ID]; c.Kind == casefile.KindDispute && (!opened || parent != c.OrderID) {
			d.sent.Find(c.ID, "its order %s has not opened it", c.OrderID)
		}
		delete(d.openings, c.ID)
	}
	for id, parent := range d.openings {
		d.sent.Find(id, "%s opened it, and there is no such case", parent)
	}
	return d.files(ctx)
}

// files reads the bytes of what was handed in, and of the images that are shown instead.
func (d *deep) files(ctx context.Context) error {
	blobs := d.view.Blobs()
	if blobs == nil {
		d.bytes.NotRun = "no blob store is set up"
		d.images.NotRun = d.bytes.NotRun
		return nil
	}
	err := d.stored(ctx, blobs, &d.bytes, `SELECT id, hash, size FROM files ORDER BY id`)
	if err != nil {
		return err
	}
	return d.stored(ctx, blobs, &d.images, `SELECT file_id || ' ' || purpose AS id, hash, size FROM renditions ORDER BY file_id, purpose`)
}

// stored reads the bytes that the rows of a query name.
func (d *deep) stored(ctx context.Context, blobs store.Blobs, check *Check, query string) error {
	var kept []struct {
		ID, Hash string
		Size     int64
	}
	if err := d.view.Query(&kept, query); err != nil {
		return err
	}
	for _, k := range kept {
		check.Looked++
		hash, size, err := hashOf(ctx, blobs, k.Hash)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			check.Find(k.ID, "recorded with %s, and it cannot be read: %v", k.Hash, err)
		case hash != k.Hash:
			check.Find(k.ID, "recorded with %s, and there is %s", k.Hash, hash)
		case size != k.Size:
			check.Find(k.ID, "recorded with %d bytes, and there are %d", k.Size, size)
		}
	}
	return nil
}

func hashOf(ctx context.Context, blobs store.Blobs, hash string) (_ string, size int64, err error) {
	from, err := blobs.Open(ctx, hash)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	sum := sha256.New()
	if size, err = io.Copy(sum, from); err != nil {
		return "", size, fmt.Errorf("read: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), size, nil
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

const stamp = "2006-01-02T15:04:05.000000Z07:00"

func compact(text []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, text) != nil {
		return text
	}
	return out.Bytes()
}
