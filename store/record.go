package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// batch is what a step writes, collected while the rules run and written in one go, so that a step costs the same few
// statements however much it decides.
type batch struct {
	events    []eventRow
	answers   []commandRow
	takings   []takingRow
	sends     []casefile.Send
	tells     []casefile.Tell
	openings  []opening
	shipments []casefile.Shipment
	duties    []casefile.Duty
	transfers []transferRow
	postings  []postingRow
	moved     map[balanceKey]int64
	evidence  []evidenceRow
}

// opening is a new case and when its first command was received.
type opening struct {
	casefile.Opening
	at instant
}

func (b *batch) answer(id string, answer casefile.Answer, facts casefile.Facts, need casefile.Need) error {
	row := commandRow{ID: id}
	var err error
	if row.Answer, err = json.Marshal(answer); err != nil {
		return err
	}
	if row.Facts, err = kept(facts, need); err != nil {
		return err
	}
	b.answers = append(b.answers, row)
	return nil
}

// stood notes how the case's log stood when the last command that was answered had been applied.
func (b *batch) stood(head string, sequence int64, events int) {
	last := &b.answers[len(b.answers)-1]
	last.Head, last.HeadSequence, last.Events = head, sequence, int64(events)
}

func (b *batch) taking(w *work, d clock.Deadline, moved bool, facts casefile.Facts, need casefile.Need) error {
	doc, err := kept(facts, need)
	b.takings = append(b.takings, takingRow{CaseID: w.own.ID, Name: d.Name, DueAt: at(d.DueAt), NoticedAt: at(w.now), Moved: moved, Facts: doc})
	return err
}

// kept is how facts are stored: not at all when the rule asked for none.
func kept(facts casefile.Facts, need casefile.Need) (document, error) {
	if need == 0 {
		return nil, nil
	}
	return json.Marshal(facts)
}

// save writes the step: other cases' doors first, because of the lock order, then the record, the money and the case's
// own row, and at last what follows from where the case stands now.
func (w *work) save() error {
	if !w.wrote {
		return nil
	}
	for _, part := range []struct {
		what string
		do   func() error
	}{
		{"knock", w.knock},
		{"record events", w.recordEvents},
		{"record deadlines", w.recordTakings},
		{"answer commands", w.recordAnswers},
		{"record shipments", w.recordShipments},
		{"record duties", w.recordDuties},
		{"record evidence", w.recordEvidence},
		{"move money", w.moveMoney},
		{"tell others", w.tell},
		{"write the case", w.recordCase},
		{"drop drafts", w.dropDrafts},
		{"keep the purchase", w.recordPurchase},
		{"keep the figures", w.recordFigures},
		{"keep the report", w.recordReport},
		{"tell of incidents", w.learn},
	} {
		err := part.do()
		if errors.Is(err, ErrNotFound) || errors.Is(err, gorm.ErrForeignKeyViolated) {
			// The rules named something that is not there. The case itself is: this is not the caller's ErrNotFound.
			return fmt.Errorf("%w: %s of %s: %v", ErrRules, part.what, w.own.ID, err) //nolint:errorlint // cut off on purpose
		}
		if err != nil {
			return fmt.Errorf("%s of %s: %w", part.what, w.own.ID, err)
		}
	}
	return nil
}

// knock stores what the case sends to other cases of its order, at their doors, and begins the cases that it opens. A
// case that is over gets its command too; its rules say what that means.
func (w *work) knock() error {
	var rows []commandRow
	for _, o := range w.batch.openings {
		p := place{ID: o.ID, Kind: o.Kind, OrderID: w.own.OrderID, ClockID: w.own.ClockID, Sequence: 1, LastAt: o.at}
		if err := w.store.insertCase(w.tx, &p, o.Summary, shown{}); err != nil {
			return fmt.Errorf("open %s: %w", o.ID, err)
		}
		row, err := w.sent(p, o.Name, o.By, o.Data)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	for _, send := range w.batch.sends {
		p, err := w.store.place(w.tx, send.Case, shown{})
		if err == nil && p.ID == "" {
			err = ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("send %s to %s: %w", send.Name, send.Case, err)
		}
		if p.OrderID != w.own.OrderID {
			return fmt.Errorf("%w: %s may not send to %s, which belongs to another order", ErrRules, w.own.ID, p.ID)
		}
		if p.ClockID != "" {
			p.LastAt = at(w.clock.Now)
		}
		if p.ID == w.own.ID {
			w.own.Sequence, w.own.LastAt = p.Sequence, p.LastAt
		}
		row, err := w.sent(p, send.Name, casefile.Actor{Role: casefile.System}, send.Data)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil
	}
	return w.tx.Create(&rows).Error
}

// sent is a command from this case to another.
func (w *work) sent(p place, name string, by casefile.Actor, data any) (commandRow, error) {
	id, err := w.store.mint("cmd")
	if err != nil {
		return commandRow{}, err
	}
	doc, err := encode(data)
	if err != nil {
		return commandRow{}, fmt.Errorf("data of %s: %w", name, err)
	}
	if p.ID != w.own.ID {
		w.touched = merge(w.touched, []CaseRef{{ID: p.ID, Kind: p.Kind, Sequence: p.Sequence}})
	}
	salt, err := w.store.salt()
	return commandRow{ID: id, CaseID: p.ID, Sequence: p.Sequence, Name: name, ByID: by.ID, ByRole: string(by.Role),
		ReceivedAt: p.LastAt, StoredAt: w.realNow, Data: doc, Salt: salt}, err
}

func (w *work) recordEvents() error {
	if len(w.batch.events) == 0 {
		return nil
	}
	return w.tx.Create(&w.batch.events).Error
}

func (w *work) recordTakings() error {
	if len(w.batch.takings) == 0 {
		return nil
	}
	return w.tx.Create(&w.batch.takings).Error
}

// recordAnswers writes all results in one statement.
func (w *work) recordAnswers() error {
	if len(w.batch.answers) == 0 {
		return nil
	}
	cast := w.store.dialect.json
	values, args := make([]string, len(w.batch.answers)), []any{w.realNow}
	for i, a := range w.batch.answers {
		values[i] = "(CAST(? AS text), CAST(? AS " + cast + "), CAST(? AS " + cast + "), CAST(? AS text), CAST(? AS bigint), CAST(? AS bigint))"
		args = append(args, a.ID, a.Answer, a.Facts, a.Head, a.HeadSequence, a.Events)
	}
	res := w.tx.Exec("UPDATE commands SET applied_at = ?, answer = v.column2, facts = v.column3, head = v.column4, head_sequence = v.column5, "+
		"events = v.column6 FROM (VALUES "+strings.Join(values, ", ")+") AS v WHERE id = v.column1 AND applied_at IS NULL", args...)
	if res.Error == nil && res.RowsAffected != int64(len(w.batch.answers)) {
		return fmt.Errorf("%w: %d of %d commands had no answer yet", ErrForked, res.RowsAffected, len(w.batch.answers))
	}
	return res.Error
}

func (w *work) recordShipments() error {
	if len(w.batch.shipments) == 0 {
		return nil
	}
	rows := make([]shipmentRow, len(w.batch.shipments))
	for i, s := range w.batch.shipments {
		rows[i] = shipmentRow{Carrier: plain(s.Carrier), Tracking: plain(s.Tracking), CaseID: w.own.ID, Leg: s.Leg, OrderID: w.own.OrderID,
			ClockID: w.own.ClockID}
	}
	return w.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

func (w *work) recordDuties() error {
	var rows []dutyRow
	for _, d := range w.batch.duties {
		for _, party := range d.Parties {
			row := dutyRow{CaseID: w.own.ID, Reviewer: d.Reviewer, Kind: d.Kind, Party: party, At: at(d.At), UntilAt: at(d.Until)}
			rows = replaceDuty(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return w.tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "case_id"}, {Name: "reviewer"}, {Name: "kind"}, {Name: "party"}},
		DoUpdates: clause.AssignmentColumns([]string{"at", "until_at"}),
	}).Create(&rows).Error
}

// replaceDuty keeps the last word about a duty: one statement may not write the same row twice.
func replaceDuty(rows []dutyRow, row dutyRow) []dutyRow {
	for i, r := range rows {
		if r.Reviewer == row.Reviewer && r.Kind == row.Kind && r.Party == row.Party {
			rows[i] = row
			return rows
		}
	}
	return append(rows, row)
}

// recordCase writes the case's own row, which nobody else can have changed since it was locked. last_at becomes the time
// of this step: who knocks from here on is later than what it did.
func (w *work) recordCase() error {
	state, err := json.Marshal(w.state)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	w.own.State, w.own.ChangedAt, w.own.LastAt = state, w.realNow, at(later(w.own.LastAt.Time, w.now))
	return w.own.write(w.tx, w.was)
}

// write updates every column that a step may change, guarded by what the row was when it was locked.
func (r caseRow) write(tx *gorm.DB, was caseRow) error {
	res := tx.Model(&caseRow{}).Where("id = ? AND applied = ? AND recorded = ?", r.ID, was.Applied, was.Recorded).Updates(map[string]any{
		"revision": r.Revision, "last_at": r.LastAt, "applied": r.Applied, "recorded": r.Recorded, "next_due": r.NextDue,
		"next_name": r.NextName, "effects_open": r.EffectsOpen, "head": r.Head, "state": r.State, "stage": r.Stage, "status": r.Status,
		"reason": r.Reason, "outcome": r.Outcome, "buyer": r.Buyer, "seller": r.Seller, "reviewer": r.Reviewer, "move": r.Move,
		"amount_minor": r.AmountMinor, "currency": r.Currency, "opened_at": r.OpenedAt, "closed": r.Closed, "changed_at": r.ChangedAt,
		"urgent_at": r.UrgentAt, "snoozed_until": r.SnoozedUntil, "overdue": r.Overdue,
		"awaited_at": r.AwaitedAt, "awaited_name": r.AwaitedName, "waits": r.Waits,
	})
	if res.Error == nil && res.RowsAffected != 1 {
		return fmt.Errorf("%w: the row of %s changed under its lock", ErrForked, r.ID)
	}
	return res.Error
}
