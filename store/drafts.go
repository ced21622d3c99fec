package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// Draft is what a reviewer has written of a decision so far.
type Draft struct {
	Case     string
	Reviewer string
	Body     json.RawMessage
	SavedAt  time.Time
}

type draftRow struct {
	CaseID   string `gorm:"primaryKey"`
	Reviewer string `gorm:"primaryKey"`
	Body     document
	SavedAt  instant
}

// TableName is where the rows are.
func (draftRow) TableName() string { return "drafts" }

func (r draftRow) draft() Draft {
	return Draft{Case: r.CaseID, Reviewer: r.Reviewer, Body: json.RawMessage(r.Body), SavedAt: r.SavedAt.Time}
}

// SaveDraft keeps the reviewer's draft in the place of an earlier one. A case that waits for no decision takes none:
// ErrNotFound. It waits for a step under way, so that no draft outlives the decision.
func (s *Store) SaveDraft(ctx context.Context, d Draft) (Draft, error) {
	err := s.write(ctx, "save draft of "+d.Case, func(tx *gorm.DB) error {
		res := tx.Exec(`INSERT INTO drafts (case_id, reviewer, body, saved_at)
			SELECT id, @reviewer, CAST(@body AS `+s.dialect.json+`), `+s.dialect.clock+` FROM cases WHERE id = @case AND urgent_at IS NOT NULL `+s.dialect.lock+`
			ON CONFLICT (case_id, reviewer) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at`,
			s.args("case", d.Case, "reviewer", d.Reviewer, "body", document(d.Body)))
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrNotFound
		}
		return res.Error
	})
	if err != nil {
		return Draft{}, err
	}
	return s.draft(s.db.WithContext(ctx), d.Case, d.Reviewer)
}

// Draft is the reviewer's own draft; ErrNotFound when there is none.
func (s *Store) Draft(ctx context.Context, caseID, reviewer string) (Draft, error) {
	return s.draft(s.from(ctx), caseID, reviewer)
}

func (s *Store) draft(tx *gorm.DB, caseID, reviewer string) (Draft, error) {
	var row draftRow
	err := tx.Where("case_id = ? AND reviewer = ?", caseID, reviewer).Take(&row).Error
	return row.draft(), doing("read draft of "+caseID, err)
}

// dropDrafts ends the drafts of a case that was decided in this step, or that waits for nobody any more.
func (w *work) dropDrafts() error {
	decided := slices.ContainsFunc(w.batch.events, func(e eventRow) bool { return e.Type == string(casefile.DisputeDecided) })
	if left := !w.was.UrgentAt.IsZero() && w.own.UrgentAt.IsZero() && w.own.Closed; !decided && !left {
		return nil
	}
	return w.tx.Where("case_id = ?", w.own.ID).Delete(&draftRow{}).Error
}
