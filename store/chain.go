package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"recourse/domain/casefile"
)

// eventRow is one event in the one log, chained to the one before it.
type eventRow struct {
	Position int64 `gorm:"->"` // the database gives it
	CaseID   string
	Sequence int64
	Type     string
	ByID     string
	ByRole   string
	At       instant
	Data     document
	Seals    document
	PrevHash string
	Hash     string
}

// TableName is where the rows are.
func (eventRow) TableName() string { return "events" }

// rowOf is how a record is stored.
func rowOf(r casefile.Record) (eventRow, error) {
	row := eventRow{CaseID: r.Case, Sequence: r.Sequence, Type: string(r.Type), ByID: r.By.ID, ByRole: string(r.By.Role), At: at(r.At),
		PrevHash: r.PrevHash.String(), Hash: r.Hash.String()}
	if r.Data == nil {
		r.Data = map[string]any{}
	}
	var err error
	if row.Data, err = json.Marshal(r.Data); err != nil {
		return row, fmt.Errorf("data: %w", err)
	}
	if row.Seals, err = json.Marshal(r.Seals); err != nil {
		return row, fmt.Errorf("seals: %w", err)
	}
	return row, nil
}

// record is what was stored. Numbers stay as they were written.
func (r eventRow) record() (casefile.Record, error) {
	record := casefile.Record{Case: r.CaseID, Event: casefile.Event{Sequence: r.Sequence, Type: casefile.EventType(r.Type),
		By: casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)}, At: r.At.Time}}
	var err error
	if record.PrevHash, err = casefile.ParseHash(r.PrevHash); err != nil {
		return record, fmt.Errorf("event %d of %s: %w", r.Sequence, r.CaseID, err)
	}
	if record.Hash, err = casefile.ParseHash(r.Hash); err != nil {
		return record, fmt.Errorf("event %d of %s: %w", r.Sequence, r.CaseID, err)
	}
	d := json.NewDecoder(bytes.NewReader(r.Data))
	d.UseNumber()
	if err = d.Decode(&record.Data); err != nil {
		return record, fmt.Errorf("data of event %d of %s: %w", r.Sequence, r.CaseID, err)
	}
	if len(record.Data) == 0 {
		record.Data = nil
	}
	if err = json.Unmarshal(r.Seals, &record.Seals); err != nil {
		return record, fmt.Errorf("seals of event %d of %s: %w", r.Sequence, r.CaseID, err)
	}
	return record, nil
}

// chain adds events to the case's log, each at the place after the last one and bound to its hash.
func (w *work) chain(events []casefile.Event) error {
	for _, e := range events {
		if e.Sequence != w.own.Recorded+1 {
			return fmt.Errorf("%w: event %d of %s comes after event %d", ErrForked, e.Sequence, w.own.ID, w.own.Recorded)
		}
		prev, err := casefile.ParseHash(w.own.Head)
		if err != nil {
			return fmt.Errorf("%w: head of %s: %w", ErrForked, w.own.ID, err)
		}
		record, err := casefile.Seal(w.own.ID, prev, e, w.store.entropy)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrRules, w.own.ID, err)
		}
		row, err := rowOf(record)
		if err != nil {
			return fmt.Errorf("event %d of %s: %w", e.Sequence, w.own.ID, err)
		}
		w.batch.events = append(w.batch.events, row)
		if item, ok := evidenceIn(w.own.ID, e); ok {
			w.batch.evidence = append(w.batch.evidence, item)
		}
		w.own.Recorded, w.own.Head = record.Sequence, record.Hash.String()
	}
	return nil
}
