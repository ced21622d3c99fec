package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// View is one consistent look at all rows, for checks. It reads only; on a live database nothing changes under it.
type View struct {
	tx    *gorm.DB
	store *Store
	now   time.Time
}

// Inspect gives a check a view of the database.
func (s *Store) Inspect(ctx context.Context, check func(View) error) error {
	return s.read(ctx, "inspect", func(tx *gorm.DB) error {
		now, err := s.realNow(tx)
		if err != nil {
			return err
		}
		return check(View{tx: tx, store: s, now: now.Time})
	})
}

// Now is the database's clock at the beginning of the view.
func (v View) Now() time.Time { return v.now }

// Query reads rows into a slice of structs, whose fields are named like the columns.
func (v View) Query(into any, sql string, args ...any) error {
	return translate(v.tx.Raw(sql, args...).Scan(into).Error)
}

// EachCase calls f with every case and its state, by their identifiers.
func (v View) EachCase(f func(CaseRecord) error) error {
	const batch = 100
	for after := ""; ; {
		var rows []caseRow
		if err := v.tx.Where("id > ?", after).Order("id").Limit(batch).Find(&rows).Error; err != nil {
			return doing("read cases", err)
		}
		for _, row := range rows {
			record := row.record()
			var err error
			if record.State, err = v.store.decode(row); err != nil {
				return fmt.Errorf("read case %s: %w", row.ID, err)
			}
			if err := f(record); err != nil {
				return err
			}
			after = row.ID
		}
		if len(rows) < batch {
			return nil
		}
	}
}

// Trigger is one thing that a case was asked to decide: a command, or a deadline, with the facts that the rules were given.
type Trigger struct {
	Command casefile.Command
	Stored  time.Time // in real time
	Applied bool
	Answer  json.RawMessage
	Facts   casefile.Facts
}

// Taking is a deadline that came.
type Taking struct {
	Name    string
	Due     time.Time
	Noticed time.Time
	Moved   bool
	Facts   casefile.Facts
}

// Commands are all commands at a case's door, in their sequence.
func (v View) Commands(caseID string) ([]Trigger, error) {
	var rows []commandRow
	if err := v.tx.Where("case_id = ?", caseID).Order("sequence").Find(&rows).Error; err != nil {
		return nil, doing("read commands of "+caseID, err)
	}
	list := make([]Trigger, len(rows))
	for i, r := range rows {
		list[i] = Trigger{Command: r.command(), Stored: r.StoredAt.Time, Applied: !r.AppliedAt.IsZero(), Answer: json.RawMessage(r.Answer)}
		if err := given(r.Facts, &list[i].Facts); err != nil {
			return nil, fmt.Errorf("facts of %s: %w", r.ID, err)
		}
	}
	return list, nil
}

// Takings are all deadlines of a case that came, in the order in which they were taken.
func (v View) Takings(caseID string) ([]Taking, error) {
	var rows []takingRow
	if err := v.tx.Where("case_id = ?", caseID).Order("position").Find(&rows).Error; err != nil {
		return nil, doing("read deadlines of "+caseID, err)
	}
	list := make([]Taking, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.taking(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func given(doc document, facts *casefile.Facts) error {
	if len(doc) == 0 {
		return nil
	}
	return json.Unmarshal(doc, facts)
}

// Timeline is the whole log of one case.
func (v View) Timeline(caseID string) ([]casefile.Record, error) {
	var rows []eventRow
	if err := v.tx.Where("case_id = ?", caseID).Order("sequence").Find(&rows).Error; err != nil {
		return nil, doing("read timeline of "+caseID, err)
	}
	return records(rows)
}

// Transfers are the movements that a case, or for a payout or a reserve an account, made.
func (v View) Transfers(caseID string) ([]TransferRecord, error) {
	var transfers []transferRow
	var postings []postingRow
	if err := v.tx.Where("case_id = ?", caseID).Order("step, verb").Find(&transfers).Error; err != nil {
		return nil, doing("read transfers of "+caseID, err)
	}
	if err := v.tx.Where("case_id = ?", caseID).Order("step, verb, position").Find(&postings).Error; err != nil {
		return nil, doing("read postings of "+caseID, err)
	}
	list := make([]TransferRecord, len(transfers))
	for i, t := range transfers {
		list[i] = t.record(postings)
	}
	return list, nil
}

// Kind is the rules of a kind of case.
func (v View) Kind(name string) (casefile.Kind, bool) {
	kind, known := v.store.kinds[name]
	return kind, known
}

// LateAfter is the lateness from which a deadline is moved.
func (v View) LateAfter() time.Duration { return v.store.lateAfter }

// Blobs is where the bytes of files are; nil where none is set up.
func (v View) Blobs() Blobs { return v.store.blobs }
