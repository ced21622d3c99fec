package store

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"recourse/domain/casefile"
)

// exportBatch is how many rows of a case are held at a time.
const exportBatch = 500

// pages calls read with the place after which to go on, until it gives less than a batch.
func pages[R, T any](read func(after int64, limit int) ([]R, error), place func(R) int64, turn func(R) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var after int64
		for {
			rows, err := read(after, exportBatch)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range rows {
				out, err := turn(row)
				if !yield(out, err) || err != nil {
					return
				}
				after = place(row)
			}
			if len(rows) < exportBatch {
				return
			}
		}
	}
}

// Case is one case with its state, in the view.
func (v View) Case(id string) (CaseRecord, error) {
	var row caseRow
	if err := v.tx.Where("id = ?", id).Take(&row).Error; err != nil {
		return CaseRecord{}, doing("read case "+id, err)
	}
	record := row.record()
	var err error
	record.State, err = v.store.decode(row)
	return record, doing("read case "+id, err)
}

// CaseTime is what a case takes for now: its test clock's time or the database's, never before its last event.
func (v View) CaseTime(c CaseRecord) (time.Time, error) {
	now := v.now
	if c.Clock != "" {
		var row clockRow
		if err := v.tx.Where("id = ?", c.Clock).Take(&row).Error; err != nil {
			return now, doing("read clock "+c.Clock, err)
		}
		now = row.NowAt.Time
	}
	return later(now, c.LastAt), nil
}

// EachEvent reads the log of a case piece by piece.
func (v View) EachEvent(caseID string) iter.Seq2[casefile.Record, error] {
	return pages(func(after int64, limit int) (rows []eventRow, err error) {
		err = v.tx.Where("case_id = ? AND sequence > ?", caseID, after).Order("sequence").Limit(limit).Find(&rows).Error
		return rows, doing("read timeline of "+caseID, err)
	}, func(r eventRow) int64 { return r.Sequence }, eventRow.record)
}

// Applied is a command that was applied, with everything that was kept of it. Facts is nil where the rules asked for none.
type Applied struct {
	CommandRecord
	Text   json.RawMessage // of the answer, as it was written
	Facts  *casefile.Facts
	Events int64
}

// EachApplied reads the commands of a case that were applied, in their sequence, piece by piece.
func (v View) EachApplied(caseID string) iter.Seq2[Applied, error] {
	return pages(func(after int64, limit int) (rows []commandRow, err error) {
		err = v.tx.Where("case_id = ? AND sequence > ? AND applied_at IS NOT NULL", caseID, after).Order("sequence").Limit(limit).Find(&rows).Error
		return rows, doing("read commands of "+caseID, err)
	}, func(r commandRow) int64 { return r.Sequence }, commandRow.applied)
}

func (r commandRow) applied() (Applied, error) {
	record, err := r.record("")
	if err != nil {
		return Applied{}, err
	}
	a := Applied{CommandRecord: record, Text: json.RawMessage(r.Answer), Events: r.Events}
	a.Facts, err = facts(r.Facts)
	if err != nil {
		return a, fmt.Errorf("facts of %s: %w", r.ID, err)
	}
	return a, nil
}

func facts(doc document) (*casefile.Facts, error) {
	if len(doc) == 0 {
		return nil, nil
	}
	var f casefile.Facts
	return &f, given(doc, &f)
}

// EachTaking reads the deadlines of a case that came, in the order in which they were taken, piece by piece.
func (v View) EachTaking(caseID string) iter.Seq2[Taking, error] {
	return pages(func(after int64, limit int) (rows []takingRow, err error) {
		err = v.tx.Where("case_id = ? AND position > ?", caseID, after).Order("position").Limit(limit).Find(&rows).Error
		return rows, doing("read deadlines of "+caseID, err)
	}, func(r takingRow) int64 { return r.Position }, takingRow.taking)
}

func (r takingRow) taking() (Taking, error) {
	t := Taking{Name: r.Name, Due: r.DueAt.Time, Noticed: r.NoticedAt.Time, Moved: r.Moved}
	if err := given(r.Facts, &t.Facts); err != nil {
		return t, fmt.Errorf("facts of %s of %s: %w", r.Name, r.CaseID, err)
	}
	return t, nil
}

// Handed is a file that was handed in as evidence of a case. Of one that is not known any more Hash is empty; where no image was
// made of it ShownHash is.
type Handed struct {
	Evidence, Case, Hash, Type, ShownHash, ShownType string
	Size, ShownSize                                  int64
	ByID, ByRole                                     string // who handed it in
}

// Handed are the files that were handed in in a case, in their order.
func (v View) Handed(caseID string) ([]Handed, error) {
	var rows []Handed
	err := v.tx.Raw(handedStatement+` WHERE evidence.case_id = ? AND evidence.file_id IS NOT NULL ORDER BY evidence.sequence, evidence.id`, Shown, caseID).Scan(&rows).Error
	return rows, doing("read evidence of "+caseID, err)
}

// HandedAs is the file of an item of evidence, which is named by the item's identifier or by the file's; false where there is no such.
// A file that was handed in more than once is the item that came first.
func (v View) HandedAs(id string) (Handed, bool, error) {
	var rows []Handed
	err := v.tx.Raw(handedStatement+` WHERE evidence.file_id IS NOT NULL AND (evidence.id = ? OR evidence.file_id = ?)
		ORDER BY evidence.received_at, evidence.id LIMIT 1`, Shown, id, id).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Handed{}, false, doing("look for the file of "+id, err)
	}
	return rows[0], true, nil
}

const handedStatement = `SELECT evidence.id AS evidence, evidence.case_id AS "case", coalesce(files.hash, '') AS hash,
		coalesce(files.content_type, '') AS type, coalesce(files.size, 0) AS size, coalesce(renditions.hash, '') AS shown_hash,
		coalesce(renditions.content_type, '') AS shown_type, coalesce(renditions.size, 0) AS shown_size, evidence.by_id, evidence.by_role
	FROM evidence LEFT JOIN files ON files.id = evidence.file_id
		LEFT JOIN renditions ON renditions.file_id = evidence.file_id AND renditions.purpose = ?`

// Policy is a stored policy, in the view; false where it is not kept.
func (v View) Policy(version string) (Policy, bool, error) {
	var rows []policyRow
	err := v.tx.Where("version = ?", version).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return Policy{}, false, doing("read policy "+version, err)
	}
	return rows[0].policy(), true, nil
}
