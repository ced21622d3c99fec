package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
	"recourse/domain/disclosure"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/domain/receipt"
)

// Write writes the bundle of a source for an audience. The same source and the same audience give the same bytes.
func Write(to io.Writer, from Source, o Options) error {
	w := &writer{pack: newPack(to), from: from, eyes: o.Eyes, signer: o.Signer, forms: map[string]disclosure.Form{}}
	if err := w.write(); err != nil {
		return fmt.Errorf("write the bundle of %s: %w", from.About, err)
	}
	return nil
}

type writer struct {
	*pack
	from   Source
	eyes   disclosure.Eyes
	signer receipt.Signer

	manifest  Manifest
	decisions []Decision
	forms     map[string]disclosure.Form // in which this audience gets the files of evidence
	order     protection.Order
}

// taken is what the commands of an order took from its seller, by the sequence of the event that says so.
type taken map[int64]disclosure.Taken

// told is what the log of a case tells of its triggers beside their facts.
type told struct {
	funds  taken
	waived map[string]bool // reviewers who were given the case in spite of an earlier one
	window time.Duration   // how long an earlier case keeps a reviewer away
}

func toldOf(state casefile.Case) told {
	t := told{funds: taken{}, waived: map[string]bool{}}
	if d, ok := state.(dispute.Dispute); ok {
		t.window = d.Terms.Dispute.ConflictWindow.Std()
	}
	return t
}

func (w *writer) write() error {
	if len(w.from.Cases) == 0 || w.from.Cases[0].ID != w.from.About {
		return errors.New("the case that it is about comes first")
	}
	for _, c := range w.from.Cases {
		if o, ok := c.State.(protection.Order); ok {
			w.order = o
		}
	}
	w.manifest = Manifest{Format: Format, Case: w.from.About, Audience: w.eyes.By, Policy: w.order.Terms.Version}
	for _, c := range w.from.Cases {
		if err := w.writeCase(c); err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
	}
	for _, do := range []func() error{w.writeLedger, w.writeDecisions, w.writePolicy, w.writeEvidence, w.writeProofs, w.writeReadme, w.seal} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// lines writes a part of one JSON document a line.
func lines[T any](p *pack, path string, rows iter.Seq2[T, error]) error {
	return p.add(path, func(to io.Writer) error {
		encoder := json.NewEncoder(to)
		encoder.SetEscapeHTML(false)
		if rows == nil {
			return nil
		}
		for row, err := range rows {
			if err == nil {
				err = encoder.Encode(row)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func document(p *pack, path string, v any) error {
	return lines(p, path, func(yield func(any, error) bool) { yield(v, nil) })
}

// each changes rows on their way.
func each[A, B any](rows iter.Seq2[A, error], change func(A) (B, error)) iter.Seq2[B, error] {
	return func(yield func(B, error) bool) {
		if rows == nil {
			return
		}
		for row, err := range rows {
			var out B
			if err == nil {
				out, err = change(row)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

func (w *writer) writeCase(c Case) error {
	of, log := disclosure.Of(c.State, c.At), toldOf(c.State)
	place := Place{ID: c.ID, Kind: c.State.Summary().Kind, Head: c.Head, Sequence: c.State.Head().Recorded}
	events := each(c.Events, func(r casefile.Record) (Event, error) {
		of.Announce(r.Event)
		w.note(r, log)
		return w.event(r, of)
	})
	if err := lines(w.pack, partOf(c.ID, timelineFile), events); err != nil {
		return err
	}
	commands := each(c.Commands, func(t Trigger) (Command, error) { return w.command(c.ID, t, of, log) })
	if err := lines(w.pack, partOf(c.ID, commandsFile), commands); err != nil {
		return err
	}
	deadlines := each(c.Deadlines, func(d Deadline) (Deadline, error) {
		d.Facts = w.facts(of, d.Facts, disclosure.Taken{}, disclosure.Choice{Case: c.ID, Since: d.Due, Until: d.Noticed}, log)
		return d, nil
	})
	if err := lines(w.pack, partOf(c.ID, deadlinesFile), deadlines); err != nil {
		return err
	}
	w.manifest.Cases = append(w.manifest.Cases, place)
	return document(w.pack, partOf(c.ID, endFile), EndOf(c.State))
}

// note keeps what later parts are made of: decisions, what was taken from the seller, and who was given the case in spite of an
// earlier one.
func (w *writer) note(r casefile.Record, log told) {
	switch r.Type {
	case casefile.DisputeDecided:
		w.decisions = append(w.decisions, decisionOf(Event{Case: r.Case, Sequence: r.Sequence, At: r.At}, r.Data))
	case casefile.EscrowRecovered:
		log.funds[r.Sequence] = disclosure.Taken{Reserve: minor(r.Data["reserve"]), Payable: minor(r.Data["payable"])}
	case casefile.DisputeAssigned:
		if reviewer, _ := r.Data["reviewer"].(string); r.Data["conflict_waived"] == true {
			log.waived[reviewer] = true
		}
	}
}

func (w *writer) event(r casefile.Record, of *disclosure.Case) (Event, error) {
	fields, err := r.Fields()
	if err != nil {
		return Event{}, err
	}
	for _, name := range w.eyes.Event(r, of) {
		fields[name] = fields[name].Hidden()
	}
	if id, ok := r.Data["evidence"].(string); ok && r.Type == casefile.EvidenceReceived {
		w.forms[id] = w.eyes.File(r, of)
	}
	return Event{Case: r.Case, Sequence: r.Sequence, Type: r.Type, By: r.By, At: r.At.UTC(), Fields: fields, PrevHash: r.PrevHash, Hash: r.Hash}, nil
}

func (w *writer) command(caseID string, t Trigger, of *disclosure.Case, log told) (Command, error) {
	var answer casefile.Answer
	if err := json.Unmarshal(t.Answer, &answer); err != nil {
		return Command{}, fmt.Errorf("answer of %s: %w", t.Command.ID, err)
	}
	c := t.Command
	out := Command{ID: c.ID, Case: c.Case, Sequence: c.Sequence, Name: c.Name, By: c.By, At: c.At.UTC(), IfRevision: c.IfRevision, Answer: t.Answer,
		Events: t.Events, Head: t.Head, HeadPlace: t.HeadPlace}
	fields, err := casefile.CommandFields(c.Data, t.Salt)
	changed := answer.Accepted() || t.Events > 0
	switch {
	case err != nil && changed:
		return out, fmt.Errorf("data of %s: %w", c.ID, err)
	case err != nil:
		fields, out.Unreadable = nil, true
	}
	out.Fields = fields
	if answer.Accepted() {
		given, err := receipt.Of(c, fields, t.Head, t.HeadPlace, w.signer)
		if err != nil {
			return out, err
		}
		out.Receipt = &given
	}
	hidden := w.eyes.Command(c, fields, changed, of)
	for _, name := range hidden {
		out.Fields[name] = fields[name].Hidden()
	}
	out.Withheld = w.eyes.Attempt(c, changed)
	if out.Withheld || !changed && (len(hidden) > 0 || out.Unreadable) { // it is not decided again, and its answer may say what was asked
		out.Answer, err = json.Marshal(casefile.Answer{Refused: answer.Refused})
		return out, err
	}
	out.Facts = w.facts(of, t.Facts, log.funds.within(t.HeadPlace-t.Events, t.HeadPlace),
		disclosure.Choice{Case: caseID, Sender: c.By.ID, Since: c.At, Until: c.At}, log)
	w.find(c, out.Fields)
	return out, nil
}

// facts leaves out of the facts what the rules did not need, and what this audience may not know.
func (w *writer) facts(of *disclosure.Case, f *casefile.Facts, t disclosure.Taken, c disclosure.Choice, log told) *casefile.Facts {
	if f == nil {
		return nil
	}
	c.Buyer, c.Seller, c.Window, c.Waived = w.order.Buyer, w.order.Seller, log.window, log.waived
	least := of.Facts(*f, c.Case, c.Buyer, c.Seller, t)
	least.Reviewers = w.eyes.Candidates(least.Reviewers, c)
	return &least
}

// within adds up what events after the first sequence and up to the last took.
func (t taken) within(after, last int64) disclosure.Taken {
	var sum disclosure.Taken
	for sequence, took := range t {
		if sequence > after && sequence <= last {
			sum.Reserve += took.Reserve
			sum.Payable += took.Payable
		}
	}
	return sum
}

// find adds the findings of a decision that was made known, which only its command has.
func (w *writer) find(c casefile.Command, fields map[string]casefile.Field) {
	f, there := fields["findings"]
	if c.Name != "decide" || !there || !f.Shown() {
		return
	}
	for i := range w.decisions {
		if w.decisions[i].ID == casefile.Derive("dec", c.ID) {
			w.decisions[i].Findings = findingsOf(f.Value)
		}
	}
}

func findingsOf(v any) []dispute.Finding {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var list []dispute.Finding
	if json.Unmarshal(text, &list) != nil {
		return nil // the rules have read it, so it has this form
	}
	return list
}

// decisionOf is a decision as the event has it that made it known.
func decisionOf(e Event, data map[string]any) Decision {
	text := func(name string) string { s, _ := data[name].(string); return s }
	back, _ := data["return"].(bool)
	return Decision{Case: e.Case, Sequence: e.Sequence, At: e.At.UTC(), ID: text("decision"), By: text("by"), Outcome: text("outcome"),
		Refund: minor(data["refund"]), Release: minor(data["release"]), Return: back, Reasons: text("reasons"), RecordHash: text("record_hash")}
}

// minor reads an amount of an event, whose numbers are as they were written.
func minor(v any) money.Minor {
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	amount, err := n.Int64()
	if err != nil {
		return 0 // no event has one: they are sealed as integers
	}
	return money.Minor(amount)
}

func (w *writer) writeLedger() error { return lines(w.pack, ledgerPart, w.from.Transfers) }

func (w *writer) writeDecisions() error { return lines(w.pack, decisionsPart, all(w.decisions)) }

func (w *writer) writeProofs() error {
	return lines(w.pack, proofsPart, all[merkle.Proof](w.from.Proofs))
}

func all[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (w *writer) writePolicy() error {
	if err := document(w.pack, policyPart, Policy{Version: w.order.Terms.Version, Terms: w.order.Terms}); err != nil || w.from.Policy == nil {
		return err
	}
	return w.add(documentPart, func(to io.Writer) error {
		_, err := to.Write(w.from.Policy)
		return err
	})
}
