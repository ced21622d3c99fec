package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// carrierPollRow is when a number is asked about next; never, where it is over.
type carrierPollRow struct {
	Carrier  string `gorm:"primaryKey"`
	Tracking string `gorm:"primaryKey"`
	DueAt    instant
}

// TableName is where the rows are.
func (carrierPollRow) TableName() string { return "carrier_polls" }

// DuePolls are the numbers of a carrier that may be asked about now: of orders in real time that are not over. Those that nobody
// has asked about come first.
func (s *Store) DuePolls(ctx context.Context, carrier string, limit int) ([]string, error) {
	args := s.aged(0, limit)
	args["carrier"] = plain(carrier)
	var numbers []string
	err := s.from(ctx).Raw(`SELECT s.tracking FROM shipments s JOIN cases c ON c.id = s.order_id
		LEFT JOIN carrier_polls p ON p.carrier = s.carrier AND p.tracking = s.tracking
		WHERE s.carrier = @carrier AND s.clock_id IS NULL AND NOT c.closed AND (p.tracking IS NULL OR p.due_at <= `+s.dialect.ago+`)
		GROUP BY s.tracking, p.due_at ORDER BY p.due_at IS NOT NULL, p.due_at, s.tracking LIMIT @limit`, args).Scan(&numbers).Error
	return numbers, doing("look for numbers of "+carrier, err)
}

// TakePoll takes a number to ask about, unless another worker has. It is due again after a while, whatever becomes of the asking.
func (s *Store) TakePoll(ctx context.Context, carrier, number string, again time.Duration) (bool, error) {
	taken := false
	err := s.write(ctx, "take a number of "+carrier, func(tx *gorm.DB) error {
		now, err := s.realNow(tx)
		if err != nil {
			return err
		}
		res := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "carrier"}, {Name: "tracking"}}, DoUpdates: clause.AssignmentColumns([]string{"due_at"}),
			Where: clause.Where{Exprs: []clause.Expression{clause.Lte{Column: "carrier_polls.due_at", Value: now}}}}).
			Create(&carrierPollRow{Carrier: plain(carrier), Tracking: plain(number), DueAt: at(now.Add(again))})
		taken = res.RowsAffected == 1
		return res.Error
	})
	return taken, err
}

// SetPoll sets when a number is asked about next; zero: never again.
func (s *Store) SetPoll(ctx context.Context, carrier, number string, again time.Duration) error {
	return s.write(ctx, "set when a number of "+carrier+" is asked about", func(tx *gorm.DB) error {
		now, err := s.realNow(tx)
		if err != nil {
			return err
		}
		due := at(now.Add(again))
		if again == 0 {
			due = instant{}
		}
		res := tx.Model(&carrierPollRow{}).Where("carrier = ? AND tracking = ?", plain(carrier), plain(number)).Update("due_at", due)
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrNotFound // nobody has taken it
		}
		return res.Error
	})
}
