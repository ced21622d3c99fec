package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/casefile"
	"recourse/domain/standing"
)

// reportRow is who reported whom, and about what.
type reportRow struct {
	ID          string `gorm:"primaryKey"`
	ClockID     optional
	Reporter    string
	Reported    string
	Victim      string
	Behaviour   string
	Raised      bool
	OrderID     string
	DisputeID   string
	ReviewID    string
	SubmittedAt instant
}

// TableName is where the rows are.
func (reportRow) TableName() string { return "reports" }

// accusing is a report, which knows its sides.
type accusing interface {
	Sides() (reporter, reported string)
	About() (behaviour, order, dispute, review string)
	Victim() string
	RaisedByPlatform() bool
}

// recordReport keeps the sides of a report, once, when it begins.
func (w *work) recordReport() error {
	report, ok := w.state.(accusing)
	if !ok || w.was.Recorded > 0 || w.own.Recorded == 0 {
		return nil
	}
	reporter, reported := report.Sides()
	behaviour, order, dispute, review := report.About()
	return w.tx.Create(&reportRow{ID: w.own.ID, ClockID: w.own.ClockID, Reporter: reporter, Reported: reported, Victim: report.Victim(),
		Behaviour: behaviour, Raised: report.RaisedByPlatform(), OrderID: order, DisputeID: dispute, ReviewID: review, SubmittedAt: w.own.OpenedAt}).Error
}

// submission is what the facts of a report's first command are about.
type submission struct {
	Against   string `json:"against"`
	Behaviour string `json:"behaviour"`
	Order     string `json:"order"`
	Dispute   string `json:"dispute"`
	Review    string `json:"review"`
	Behalf    string `json:"behalf"`
}

// reportFacts is what a report must know. For a submission the reporter's account is locked, so that of two reports at once
// each counts the other.
func (w *work) reportFacts(c casefile.Command) (*casefile.ReportFacts, error) {
	f := &casefile.ReportFacts{}
	if c.Name == "submit_report" {
		var s submission
		if err := json.Unmarshal(c.Data, &s); err != nil {
			return f, nil //nolint:nilerr // the rule refuses such data itself
		}
		reporter := c.By.ID
		if c.By.Role == casefile.System {
			reporter = s.Behalf
		}
		if err := w.submissionFacts(f, s, reporter, c.At); err != nil {
			return nil, err
		}
	}
	order, ok := w.parent().(interface {
		HoldFacts() (had, holds bool)
		ReviewOf() string
	})
	if ok {
		f.Held, f.Holds = order.HoldFacts()
		f.Review = order.ReviewOf()
	}
	return f, w.broken
}

func (w *work) submissionFacts(f *casefile.ReportFacts, s submission, reporter string, when time.Time) error {
	var accounts []accountRow
	locking := w.tx
	if w.store.dialect.lock != "" {
		locking = locking.Clauses(clause.Locking{Strength: "NO KEY UPDATE"})
	}
	if err := inScope(locking, w.own.ClockID).Where("id = ?", reporter).Find(&accounts).Error; err != nil {
		return err
	}
	var known int64
	if err := inScope(w.tx.Model(&accountRow{}), w.own.ClockID).Where("id = ?", s.Against).Count(&known).Error; err != nil {
		return err
	}
	f.Known = known > 0
	if err := w.refers(f, s, reporter); err != nil {
		return err
	}
	if reporter == "" { // a detector, of which one case is open about an account, and which no day counts
		return nil
	}
	var same []string
	err := inScope(w.tx.Table("reports").Joins("JOIN (SELECT id AS of_case, status FROM cases) AS its ON its.of_case = reports.id"), w.own.ClockID).
		Where("reporter = ? AND reported = ? AND behaviour = ? AND order_id = ? AND dispute_id = ? AND review_id = ?", reporter, s.Against, s.Behaviour,
			f.Order, s.Dispute, s.Review).
		Where("its.status NOT IN ('answered', 'closed')").Order("submitted_at, reports.id").Limit(1).Pluck("reports.id", &same).Error
	if err != nil {
		return err
	}
	if len(same) > 0 {
		f.Same = same[0]
	}
	midnight := when.UTC().Truncate(24 * time.Hour)
	var today int64
	err = w.tx.Model(&reportRow{}).Where("reporter = ? AND NOT raised AND submitted_at >= ? AND submitted_at < ?", reporter, at(midnight), at(midnight.Add(24*time.Hour))).
		Count(&today).Error
	if err != nil {
		return err
	}
	f.Today = int(today)
	f.Muted, err = w.mutedFor(reporter, standing.ReportFunction, when)
	return err
}

// refers says whether what is named exists and concerns the reporter, and which order it is about.
func (w *work) refers(f *casefile.ReportFacts, s submission, reporter string) error {
	f.Refers = true
	order := s.Order
	for _, named := range []struct{ kind, id string }{{casefile.KindOrder, s.Order}, {casefile.KindDispute, s.Dispute}, {casefile.KindReview, s.Review}} {
		if named.id == "" {
			continue
		}
		var rows []caseRow
		err := inScope(w.tx, w.own.ClockID).Omit("state").Where("id = ? AND kind = ? AND recorded > 0", named.id, named.kind).Find(&rows).Error
		if err != nil {
			return err
		}
		mine := len(rows) == 1 && (rows[0].Buyer == reporter || rows[0].Seller == reporter) && (order == "" || rows[0].OrderID == order)
		if !mine {
			f.Refers = false
			return nil
		}
		order = rows[0].OrderID
		f.Order, f.Buyer, f.Seller = order, rows[0].Buyer, rows[0].Seller
	}
	return nil
}

// mutedFor says whether a function is taken from an account at an instant, as its standing says.
func (w *work) mutedFor(account string, function standing.Function, when time.Time) (bool, error) {
	var row caseRow
	err := w.tx.Where("id = ?", standing.CaseID(account)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	state, err := w.store.decode(row)
	if err != nil {
		return false, err
	}
	stands, ok := state.(standing.Standing)
	if !ok {
		return false, fmt.Errorf("%w: %s is no standing", ErrRules, row.ID)
	}
	_, muted := stands.MutedFor(function, when)
	return muted, nil
}
