package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
	"recourse/domain/review"
	"recourse/internal/identifier"
)

// recount is the command by which a review is counted anew.
const recount = "recount"

// recountRow is a change of who is one person, until all reviews that it concerns have been counted anew.
type recountRow struct {
	ID        string `gorm:"primaryKey"`
	ClockID   optional
	Accounts  document // of the person that came to be, or that came apart
	CursorAt  instant  // the reviews that were published up to here have been counted anew, or are older than anything counts
	CursorID  string
	CreatedAt instant `gorm:"autoCreateTime:false"`
	DoneAt    instant
}

// TableName is where the rows are.
func (recountRow) TableName() string { return "recounts" }

// recountLater keeps that the reviews of some accounts must be counted anew, of those only that were published within a window, because
// they are one person now, or because that came apart. Each test clock has its own time, and no review is about another's: so has each
// its own recount.
func (s *Store) recountLater(tx *gorm.DB, accounts []string, window time.Duration) error {
	var rows []accountRow
	if err := tx.Where("id IN ?", accounts).Order("id").Find(&rows).Error; err != nil {
		return err
	}
	scopes := map[optional][]string{}
	for _, r := range rows {
		scopes[r.ClockID] = append(scopes[r.ClockID], r.ID)
	}
	for _, clock := range slices.Sorted(maps.Keys(scopes)) {
		if err := s.recountOn(tx, clock, scopes[clock], window); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) recountOn(tx *gorm.DB, clock optional, accounts []string, window time.Duration) error {
	names, err := json.Marshal(accounts)
	if err != nil {
		return err
	}
	real, err := s.realNow(tx)
	if err != nil {
		return err
	}
	row := recountRow{ID: identifier.New("rct"), ClockID: clock, Accounts: names, CreatedAt: real}
	if window > 0 {
		now, err := s.boardNow(tx, string(clock))
		if err != nil {
			return err
		}
		row.CursorAt = at(now.Add(-window))
	}
	return tx.Create(&row).Error
}

// Recounts are those that are not done, the oldest first.
func (s *Store) Recounts(ctx context.Context, limit int) ([]string, error) {
	var ids []string
	err := s.from(ctx).Model(&recountRow{}).Where("done_at IS NULL").Order("created_at").Limit(limit).Pluck("id", &ids).Error
	return ids, doing("list open recounts", err)
}

// SpreadRecount has the reviews of a person counted anew, through their doors, one after the other in the order in which they were
// published: which of two that came too soon one after the other counts depends on that. It returns the one that it waits for, whose
// step must come first, or that all are done. It goes on where it, or somebody else, stopped.
func (s *Store) SpreadRecount(ctx context.Context, id string) (waits CaseRef, done bool, err error) {
	what := "spread recount " + id
	var row recountRow
	if err := s.db.WithContext(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return CaseRef{}, false, doing(what, err)
	}
	var accounts []string
	if err := json.Unmarshal(row.Accounts, &accounts); err != nil {
		return CaseRef{}, false, doing(what, err)
	}
	for row.DoneAt.IsZero() {
		next, found, err := s.nextRecounted(ctx, row, accounts)
		if err != nil {
			return CaseRef{}, false, doing(what, err)
		}
		if !found {
			return CaseRef{}, true, doing(what, s.db.WithContext(ctx).Model(&recountRow{}).Where("id = ? AND done_at IS NULL", id).
				Updates(map[string]any{"done_at": at(s.now())}).Error)
		}
		ref, applied, err := s.recountOne(ctx, row.ID, next)
		if err != nil || !applied {
			return ref, false, doing(what, err)
		}
		was := row.CursorID
		row.CursorAt, row.CursorID = next.PublishedAt, next.ID
		err = s.db.WithContext(ctx).Model(&recountRow{}).Where("id = ? AND cursor_id = ?", id, was).
			Updates(map[string]any{"cursor_at": row.CursorAt, "cursor_id": row.CursorID}).Error
		if err != nil {
			return CaseRef{}, false, doing(what, err)
		}
	}
	return CaseRef{}, true, nil
}

// published is a review that may have to be counted anew.
type published struct {
	ID          string
	Kind        string
	PublishedAt instant
}

// nextRecounted is the review of the accounts that was published first after the cursor.
func (s *Store) nextRecounted(ctx context.Context, r recountRow, accounts []string) (next published, found bool, err error) {
	query := s.db.WithContext(ctx).Table("cases").Select("cases.id, cases.kind, review_figures.published_at").
		Joins("JOIN review_figures ON review_figures.id = cases.id").
		Where("cases.kind = ? AND cases.buyer IN ? AND review_figures.public", casefile.KindReview, accounts)
	if !r.CursorAt.IsZero() {
		query = query.Where("review_figures.published_at > ? OR review_figures.published_at = ? AND cases.id > ?", r.CursorAt, r.CursorAt, r.CursorID)
	}
	res := query.Order("review_figures.published_at, cases.id").Limit(1).Scan(&next)
	return next, res.RowsAffected > 0, res.Error
}

// recountOne knocks at the door of a review, once however often it is tried, and says whether it has been counted anew. It is asked
// again and again until it has, so it looks first: a knock, also one that comes to nothing, takes the row that the step needs.
func (s *Store) recountOne(ctx context.Context, change string, next published) (ref CaseRef, applied bool, err error) {
	id := derived("cmd", change, next.ID, recount)
	var known []commandRow
	if err := s.db.WithContext(ctx).Select("sequence", "applied_at").Where("id = ?", id).Limit(1).Find(&known).Error; err != nil {
		return ref, false, err
	}
	if len(known) == 1 {
		return CaseRef{ID: next.ID, Kind: next.Kind, Sequence: known[0].Sequence}, !known[0].AppliedAt.IsZero(), nil
	}
	data, err := json.Marshal(review.Recount{Change: change})
	if err != nil {
		return ref, false, err
	}
	receipt, err := s.Knock(ctx, Knock{ID: id, Case: next.ID, Name: recount, By: casefile.Links, Data: data, Internal: true})
	return CaseRef{ID: next.ID, Kind: next.Kind, Sequence: receipt.Sequence}, false, err
}

// recounting says that there are reviews on a test clock to count anew.
func recounting(tx *gorm.DB, clock string) (bool, error) {
	var open []string
	err := tx.Model(&recountRow{}).Where("clock_id = ? AND done_at IS NULL", clock).Limit(1).Pluck("id", &open).Error
	return len(open) > 0, err
}

// recountsOn are the reviews on a test clock that must be counted anew before it moves on.
func (s *Store) recountsOn(ctx context.Context, clock string) ([]CaseRef, error) {
	var open []string
	err := s.db.WithContext(ctx).Model(&recountRow{}).Where("clock_id = ? AND done_at IS NULL", clock).Order("created_at").Pluck("id", &open).Error
	if err != nil {
		return nil, fmt.Errorf("list its recounts: %w", err)
	}
	var waits []CaseRef
	for _, id := range open {
		ref, done, err := s.SpreadRecount(ctx, id)
		if err != nil {
			return nil, err
		}
		if !done {
			waits = append(waits, ref)
		}
	}
	return waits, nil
}
