package bundle

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
)

// timeline checks the chain of a case from its first event to the head that the manifest names, of each event every value
// that is shown, and every draw of a panel.
func (c *check) timeline(place Place) error {
	part := partOf(place.ID, timelineFile)
	var prev casefile.Hash
	err := rows(c.Reader, part, func(n int, e Event) error {
		if err := c.event(place, int64(n), prev, e); err != nil {
			return err
		}
		prev = e.Hash
		c.hashes[place.ID] = append(c.hashes[place.ID], e.Hash)
		c.remember(e)
		return c.draw(e)
	})
	if err != nil {
		return err
	}
	c.looked().Events = len(c.hashes[place.ID])
	if last := int64(len(c.hashes[place.ID])); last != place.Sequence {
		return fault(part, "the log ends after event %d, and the manifest says event %d", last, place.Sequence)
	}
	if prev != place.Head {
		return fault(part, "its last event is not the head that the manifest names")
	}
	return nil
}

func (c *check) event(place Place, n int64, prev casefile.Hash, e Event) error {
	where := eventAt(place.ID, n)
	switch {
	case e.Case != place.ID:
		return fault(where, "the row belongs to another case")
	case e.Sequence > n:
		return fault(where, "the row is missing; event %d stands in its place", e.Sequence)
	case e.Sequence < n:
		return fault(where, "event %d stands in its place", e.Sequence)
	case e.PrevHash != prev:
		return fault(where, "it does not follow the row before it")
	case !e.At.Equal(e.At.Truncate(time.Microsecond)):
		return fault(where, "its instant is finer than a microsecond")
	}
	if err := c.fields(where, e.Fields); err != nil {
		return err
	}
	hash, err := casefile.EventHash(e.Case, e.PrevHash, e.event(), e.Fields)
	if err != nil {
		return fault(where, "%v", err)
	}
	if hash != e.Hash {
		return fault(where, "its hash is not that of its type, its time, who did it and its fields")
	}
	return nil
}

// fields checks what is shown, and counts what is not.
func (c *check) fields(where string, fields map[string]casefile.Field) error {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := fields[name].Check(name); err != nil {
			return fault(where, "%v", err)
		}
		if !fields[name].Shown() {
			c.looked().Hidden++
		}
	}
	return nil
}

// remember keeps the events that later parts are held against.
func (c *check) remember(e Event) {
	switch {
	case strings.HasPrefix(string(e.Type), "escrow."):
		c.money[e.Sequence] = e
	case e.Type == casefile.DisputeDecided:
		d := decisionOf(e, e.event().Data)
		c.decided[place(e)] = d
	case e.Type == casefile.EvidenceReceived:
		id, _ := e.event().Data["evidence"].(string)
		if _, file := e.Fields["file"]; file {
			c.evidence[id] = e
		}
	}
}

func place(e Event) string { return fmt.Sprintf("%s/%d", e.Case, e.Sequence) }

// commands checks the queue of a case: no gaps, what is shown of each command, and the receipt of each that was accepted.
func (c *check) commands(place Place) error {
	part := partOf(place.ID, commandsFile)
	var last Command
	err := rows(c.Reader, part, func(n int, cmd Command) error {
		where := fmt.Sprintf("command %d of %s", n, place.ID)
		if err := c.inQueue(where, int64(n), place, last, cmd); err != nil {
			return err
		}
		if err := c.fields(where, cmd.Fields); err != nil {
			return err
		}
		if err := c.answered(where, cmd); err != nil {
			return err
		}
		c.note(cmd)
		last = cmd
		c.looked().Commands++
		return nil
	})
	return err
}

func (c *check) inQueue(where string, n int64, place Place, last, cmd Command) error {
	hashes := c.hashes[place.ID]
	switch {
	case cmd.Case != place.ID:
		return fault(where, "the row belongs to another case")
	case cmd.Sequence > n:
		return fault(where, "the row is missing; command %d stands in its place", cmd.Sequence)
	case cmd.Sequence < n:
		return fault(where, "command %d stands in its place", cmd.Sequence)
	case cmd.At.Before(last.At):
		return fault(where, "it was received before the one that it follows")
	case cmd.Events < 0 || cmd.HeadPlace-cmd.Events < last.HeadPlace || cmd.HeadPlace > int64(len(hashes)):
		return fault(where, "the events that it recorded are not those between the commands around it")
	case cmd.HeadPlace == 0 && cmd.Head != casefile.Hash{}, cmd.HeadPlace > 0 && hashes[cmd.HeadPlace-1] != cmd.Head:
		return fault(where, "the log had another head after it: event %d", cmd.HeadPlace)
	}
	return nil
}

// answered: an accepted command has a receipt that is its own.
func (c *check) answered(where string, cmd Command) error {
	var answer casefile.Answer
	if err := json.Unmarshal(cmd.Answer, &answer); err != nil {
		return fault(where, "its answer cannot be read")
	}
	switch {
	case !answer.Accepted() && cmd.Receipt != nil:
		return fault(where, "it was refused and has a receipt")
	case !answer.Accepted():
		return nil
	case cmd.Receipt == nil:
		return fault(where, "it was accepted and has no receipt")
	}
	r := *cmd.Receipt
	covers, err := r.Covers(casefile.Command{ID: cmd.ID, Case: cmd.Case, Sequence: cmd.Sequence, Name: cmd.Name, By: cmd.By, At: cmd.At,
		IfRevision: cmd.IfRevision}, cmd.Fields)
	switch {
	case err != nil:
		return fault(where, "%v", err)
	case !covers:
		return fault(where, "its receipt is that of another command, or of another content")
	case r.Head != cmd.Head || r.HeadSequence != cmd.HeadPlace:
		return fault(where, "its receipt names another head of the log")
	}
	if c.keys != nil {
		if err := r.Verify(c.keys); err != nil {
			return fault(where, "its receipt: %v", err)
		}
	}
	c.looked().Receipts++
	return nil
}

// note keeps what other parts are held against: the terms that a case was opened with, and what decisions rest on.
func (c *check) note(cmd Command) {
	data := map[string]any{}
	for name, f := range cmd.Fields {
		if f.Shown() {
			data[name] = f.Value
		}
	}
	switch cmd.Name {
	case "register_order", "open":
		if cmd.Receipt != nil {
			c.pinned = append(c.pinned, pinned{where: fmt.Sprintf("command %d of %s", cmd.Sequence, cmd.Case), order: cmd.Name == "register_order", terms: data["terms"]})
		}
	case "decide":
		if findings, shown := data["findings"]; shown {
			c.findings[casefile.Derive("dec", cmd.ID)] = findings
		}
	}
}
