package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/detect"
)

// Detection is what a detector found about an account, with the report that it opened.
type Detection struct {
	ID      string
	Clock   string
	Finding detect.Finding
	FoundAt time.Time
	Policy  string    // version of the thresholds
	Report  string    // the case that it opened
	EndedAt time.Time // zero: the report is not answered
	Outcome string    // the report's finding
}

// detectionRow is one detection.
type detectionRow struct {
	ID       string `gorm:"primaryKey"`
	ClockID  optional
	Detector string
	Subject  string
	SinceAt  instant
	UntilAt  instant
	FoundAt  instant
	Policy   string
	Finding  document
	ReportID string
	EndedAt  instant
	Outcome  string
}

// TableName is where the rows are.
func (detectionRow) TableName() string { return "detections" }

func (r detectionRow) detection() (Detection, error) {
	d := Detection{ID: r.ID, Clock: string(r.ClockID), FoundAt: r.FoundAt.Time, Policy: r.Policy, Report: r.ReportID, EndedAt: r.EndedAt.Time, Outcome: r.Outcome}
	return d, json.Unmarshal(r.Finding, &d.Finding)
}

func detectionsOf(rows []detectionRow) ([]Detection, error) {
	all := make([]Detection, len(rows))
	for i, r := range rows {
		var err error
		if all[i], err = r.detection(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// markRow says up to where the log of a scope was read.
type markRow struct {
	Scope   string `gorm:"primaryKey"`
	Settled int64
	Seen    int64
	SeenAt  instant
}

// TableName is where the rows are.
func (markRow) TableName() string { return "detector_marks" }

// settles is how long after it was seen a position has no earlier one on its way any more: much longer than a step or a knock
// may take.
const settles = time.Minute

// DetectorMark is the position after which a pass of the detectors reads the log of a scope: where the last one ended, or, while
// something before that may still have been on its way, where the one before it did.
func (s *Store) DetectorMark(ctx context.Context, clock string) (int64, error) {
	var rows []markRow
	err := s.from(ctx).Where("scope = ?", clock).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, doing("read the detectors' mark", err)
	}
	now, err := s.realNow(s.from(ctx))
	if err != nil {
		return 0, doing("read the clock", err)
	}
	if rows[0].SeenAt.After(now.Add(-settles)) {
		return rows[0].Settled, nil
	}
	return rows[0].Seen, nil
}

// MoveDetectorMark says that a pass has judged everything up to a position. A mark never moves back.
func (s *Store) MoveDetectorMark(ctx context.Context, clock string, seen int64) error {
	return s.write(ctx, "move the detectors' mark", func(tx *gorm.DB) error {
		now, err := s.realNow(tx)
		if err != nil {
			return err
		}
		err = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&markRow{Scope: clock, Seen: seen, SeenAt: now}).Error
		if err != nil {
			return err
		}
		return tx.Model(&markRow{}).Where("scope = ? AND seen_at <= ? AND seen <= ?", clock, at(now.Add(-settles)), seen).
			Updates(map[string]any{"settled": gorm.Expr("seen"), "seen": seen, "seen_at": now}).Error
	})
}

// LastDetected says up to which instant rows are behind a finding of the detector about the account, and whether its case is
// open.
func (s *Store) LastDetected(ctx context.Context, by detect.Detector, subject string) (until time.Time, open bool, err error) {
	var rows []detectionRow
	err = s.from(ctx).Where("subject = ? AND detector = ?", subject, string(by)).Order("until_at DESC").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return time.Time{}, false, doing("look for detections of "+subject, err)
	}
	for _, r := range rows {
		open = open || r.EndedAt.IsZero()
	}
	return rows[0].UntilAt.Time, open, nil
}

// KeepDetection keeps a finding. It says false when it is kept already, or another one of the same detector about the same
// account has an open case: then nothing is changed.
func (s *Store) KeepDetection(ctx context.Context, d Detection) (bool, error) {
	what := "keep a detection of " + d.Finding.Subject
	finding, err := json.Marshal(d.Finding)
	if err != nil {
		return false, doing(what, err)
	}
	row := detectionRow{ID: d.ID, ClockID: optional(d.Clock), Detector: string(d.Finding.Detector), Subject: d.Finding.Subject, SinceAt: at(d.Finding.Since),
		UntilAt: at(d.Finding.Until), FoundAt: at(d.FoundAt), Policy: d.Policy, Finding: finding, ReportID: d.Report}
	res := s.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	return res.Error == nil && res.RowsAffected == 1, doing(what, res.Error)
}

// Unfiled are detections whose report was not stored: whoever found them did not come so far.
func (s *Store) Unfiled(ctx context.Context, clock string) ([]Detection, error) {
	var rows []detectionRow
	err := inScope(s.from(ctx), optional(clock)).Where("ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = detections.report_id)").
		Order("found_at, id").Find(&rows).Error
	if err != nil {
		return nil, doing("look for detections without a report", err)
	}
	return detectionsOf(rows)
}

// OpenDetections are those of a scope whose report is not answered.
func (s *Store) OpenDetections(ctx context.Context, clock string) ([]Detection, error) {
	var rows []detectionRow
	if err := inScope(s.from(ctx), optional(clock)).Where("ended_at IS NULL").Order("found_at, id").Find(&rows).Error; err != nil {
		return nil, doing("read open detections", err)
	}
	return detectionsOf(rows)
}

// Answered are the detections of a scope whose report has a finding, or another one than they know of, with it.
func (s *Store) Answered(ctx context.Context, clock string) ([]Answer, error) {
	var rows []struct {
		Row    detectionRow `gorm:"embedded"`
		Answer string
	}
	err := inScope(s.from(ctx).Table("detections"), optional(clock)).Select("detections.*, its.answer").
		Joins("JOIN (SELECT id AS of_case, outcome AS answer FROM cases WHERE kind = 'report') AS its ON its.of_case = detections.report_id").
		Where("its.answer <> detections.outcome").Order("found_at, id").Scan(&rows).Error
	if err != nil {
		return nil, doing("look for answered detections", err)
	}
	all := make([]Answer, len(rows))
	for i, r := range rows {
		d, err := r.Row.detection()
		if err != nil {
			return nil, doing("read detection "+r.Row.ID, err)
		}
		all[i] = Answer{Detection: d, Finding: r.Answer}
	}
	return all, nil
}

// Answer is a finding of the report that a detection opened. The detection does not know of it yet.
type Answer struct {
	Detection
	Finding string
}

// EndDetection notes the answer.
func (s *Store) EndDetection(ctx context.Context, id, finding string, now time.Time) error {
	return doing("end detection "+id, s.db.WithContext(ctx).Model(&detectionRow{}).Where("id = ?", id).
		Updates(map[string]any{"ended_at": gorm.Expr("coalesce(ended_at, ?)", at(now)), "outcome": finding}).Error)
}

// DetectionQuery says which detections a list shows. Empty fields do not filter.
type DetectionQuery struct {
	Detector string
	Subject  string
	Open     *bool
	Clock    string
	After    string
	Limit    int // at most MaxPage; 0: DefaultPage
}

// Detections is one page, the latest first.
func (s *Store) Detections(ctx context.Context, q DetectionQuery) (Page[Detection], error) {
	page := Page[Detection]{Data: []Detection{}}
	tx, err := q.scope(s.from(ctx))
	if err != nil {
		return page, doing("list detections", err)
	}
	var rows []detectionRow
	limit := pageLimit(q.Limit)
	if err := tx.Limit(limit + 1).Find(&rows).Error; err != nil {
		return page, doing("list detections", err)
	}
	page.HasMore = len(rows) > limit
	rows = rows[:min(limit, len(rows))]
	if page.HasMore {
		page.Next = cursorOf(rows[limit-1].FoundAt.Time, rows[limit-1].ID)
	}
	page.Data, err = detectionsOf(rows)
	return page, doing("list detections", err)
}

func (q DetectionQuery) scope(tx *gorm.DB) (*gorm.DB, error) {
	for _, f := range []struct{ column, value string }{{"detector", q.Detector}, {"subject", q.Subject}, {"clock_id", q.Clock}} {
		if f.value != "" {
			tx = tx.Where(f.column+" = ?", f.value)
		}
	}
	switch {
	case q.Open == nil:
	case *q.Open:
		tx = tx.Where("ended_at IS NULL")
	default:
		tx = tx.Where("ended_at IS NOT NULL")
	}
	if q.After != "" {
		when, id, err := readCursor(q.After)
		if err != nil {
			return nil, err
		}
		tx = tx.Where("(found_at, id) < (?, ?)", at(when), id)
	}
	return tx.Order("found_at DESC, id DESC"), nil
}

// investigated says whether a detector's case about the praise of a seller concerns a review of that instant: one that is open,
// or one that was substantiated.
func investigated(tx *gorm.DB, seller string, submitted time.Time) (bool, error) {
	var n int64
	err := tx.Table("detections").Joins("LEFT JOIN (SELECT id AS of_case, outcome AS answer FROM cases) AS its ON its.of_case = detections.report_id").
		Where("subject = ? AND detector = ? AND since_at <= ?", seller, string(detect.Brushing), at(submitted)).
		Where("(coalesce(its.answer, '') = '' OR its.answer = 'substantiated' AND coalesce(ended_at, ?) >= ?)", at(submitted), at(submitted)).Limit(1).Count(&n).Error
	return n > 0, err
}

// OpenDisputesOf are the disputes of an account that are not over, as seller or buyer.
func (s *Store) OpenDisputesOf(ctx context.Context, account string) ([]CaseRef, error) {
	var rows []caseRow
	err := s.from(ctx).Select("id", "kind", "sequence").Where("(seller = ? OR buyer = ?) AND kind = 'dispute' AND NOT closed", account, account).
		Order("id").Find(&rows).Error
	return refs(rows), doing("read the open disputes of "+account, err)
}

// DisputesDetected are the disputes of an account that a detector's case concerns: those that are not over, and those that were
// told of one while they were not.
func (s *Store) DisputesDetected(ctx context.Context, account string) ([]CaseRef, error) {
	var rows []caseRow
	err := s.from(ctx).Select("id", "kind", "sequence").Where("(seller = ? OR buyer = ?) AND kind = 'dispute'", account, account).
		Where("(NOT closed OR EXISTS (SELECT 1 FROM commands WHERE commands.case_id = cases.id AND commands.name = 'detected'))").Order("id").Find(&rows).Error
	return refs(rows), doing("read the disputes of "+account, err)
}

// ReviewsSince are the reviews of a seller that were submitted at an instant or later.
func (s *Store) ReviewsSince(ctx context.Context, seller string, since time.Time) ([]CaseRef, error) {
	var rows []caseRow
	err := s.from(ctx).Select("id", "kind", "sequence").Where("seller = ? AND kind = 'review' AND opened_at >= ? AND recorded > 0", seller, at(since)).
		Order("opened_at, id").Find(&rows).Error
	return refs(rows), doing("read the reviews of "+seller, err)
}

func refs(rows []caseRow) []CaseRef {
	all := make([]CaseRef, len(rows))
	for i, r := range rows {
		all[i] = CaseRef{ID: r.ID, Kind: r.Kind, Sequence: r.Sequence}
	}
	return all
}

// ScopeNow is what a scope takes for now: the instant of its test clock, or the database's.
func (s *Store) ScopeNow(ctx context.Context, clock string) (time.Time, error) {
	if clock != "" {
		c, err := s.Clock(ctx, clock)
		return c.Now, err
	}
	now, err := s.realNow(s.from(ctx))
	return now.Time, doing("read the clock", err)
}
