package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// CarrierEvent is what a carrier said of a number, as it is kept until the cases that were shipped under it have heard.
type CarrierEvent struct {
	Carrier    string
	ID         string // the carrier's own, by which a repeat is known
	Clock      string // empty: real time
	Number     string
	Data       json.RawMessage
	HappenedAt time.Time // as the carrier says; zero: it does not
}

// Shipped is a case that was shipped under a number: an order, or a dispute of it with goods on their way.
type Shipped struct {
	CaseRef
	Leg string // outward, replacement or return
}

// Heard is what is known of one number of one carrier: what was not told yet, the earliest first, and whom it concerns.
type Heard struct {
	Carrier, Clock, Number string
	Events                 []CarrierEvent
	Cases                  []Shipped
}

type carrierEventRow struct {
	Carrier    string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	ClockID    optional
	Tracking   string
	Data       document
	HappenedAt instant
	ReceivedAt instant
	LookAt     instant
}

// TableName is where the rows are.
func (carrierEventRow) TableName() string { return "carrier_events" }

// KeepCarrierEvents keeps what was not kept before, and returns how many that were. It asks for no order: whoever tells of a
// number learns nothing about it.
func (s *Store) KeepCarrierEvents(ctx context.Context, events []CarrierEvent) (kept int64, err error) {
	if len(events) == 0 {
		return 0, nil
	}
	err = s.write(ctx, "keep what a carrier said", func(tx *gorm.DB) error {
		now, err := s.realNow(tx)
		if err != nil {
			return err
		}
		rows := make([]carrierEventRow, len(events))
		for i, e := range events {
			data, err := checked(e.Data)
			if err != nil {
				return err
			}
			rows[i] = carrierEventRow{Carrier: plain(e.Carrier), ID: e.ID, ClockID: optional(e.Clock), Tracking: plain(e.Number), Data: data,
				HappenedAt: at(e.HappenedAt), ReceivedAt: now, LookAt: now}
		}
		res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows)
		kept = res.RowsAffected
		return res.Error
	})
	return kept, err
}

// UntoldCarrierEvents are the numbers of which something is to be told now, at most so many, each with everything that was not
// told of it.
func (s *Store) UntoldCarrierEvents(ctx context.Context, numbers int) ([]Heard, error) {
	const what = "look for what carriers said"
	var due []struct {
		Carrier, Tracking string
		ClockID           optional
	}
	err := s.from(ctx).Raw(`SELECT carrier, tracking, clock_id FROM carrier_events WHERE look_at <= `+s.dialect.ago+`
		GROUP BY carrier, tracking, clock_id ORDER BY min(look_at), carrier, tracking LIMIT @limit`, s.aged(0, numbers)).Scan(&due).Error
	if err != nil {
		return nil, doing(what, err)
	}
	all := make([]Heard, 0, len(due))
	for _, n := range due {
		h := Heard{Carrier: n.Carrier, Clock: string(n.ClockID), Number: n.Tracking}
		var rows []carrierEventRow
		err := inScope(s.from(ctx), n.ClockID).Where("carrier = ? AND tracking = ? AND look_at IS NOT NULL", n.Carrier, n.Tracking).
			Order("coalesce(happened_at, received_at), id").Limit(MaxPage).Find(&rows).Error
		if err != nil {
			return nil, doing(what, err)
		}
		for _, r := range rows {
			h.Events = append(h.Events, CarrierEvent{Carrier: r.Carrier, ID: r.ID, Clock: string(r.ClockID), Number: r.Tracking,
				Data: json.RawMessage(r.Data), HappenedAt: r.HappenedAt.Time})
		}
		if h.Cases, err = s.shippedUnder(ctx, n.ClockID, n.Carrier, n.Tracking); err != nil {
			return nil, doing(what, err)
		}
		all = append(all, h)
	}
	return all, nil
}

func (s *Store) shippedUnder(ctx context.Context, clock optional, carrier, number string) ([]Shipped, error) {
	var cases []Shipped
	scope, args := "s.clock_id IS NULL", []any{carrier, number}
	if clock != "" {
		scope, args = "s.clock_id = ?", append(args, string(clock))
	}
	err := s.from(ctx).Raw(`SELECT c.id, c.kind, c.sequence, s.leg FROM shipments s JOIN cases c ON c.id = s.case_id
		WHERE s.carrier = ? AND s.tracking = ? AND `+scope+` ORDER BY c.id, s.leg`, args...).Scan(&cases).Error
	return cases, err
}

// CarrierEventTold says that the cases of an event have heard of it.
func (s *Store) CarrierEventTold(ctx context.Context, carrier, id string) error {
	return s.write(ctx, "mark what a carrier said", func(tx *gorm.DB) error {
		return tx.Model(&carrierEventRow{}).Where("carrier = ? AND id = ?", plain(carrier), id).Update("look_at", nil).Error
	})
}

// RestCarrierNumber looks at what is kept of a number again after a while.
func (s *Store) RestCarrierNumber(ctx context.Context, h Heard, length time.Duration) error {
	return s.write(ctx, "keep what a carrier said for later", func(tx *gorm.DB) error {
		now, err := s.realNow(tx)
		if err != nil {
			return err
		}
		return inScope(tx.Model(&carrierEventRow{}), optional(h.Clock)).Where("carrier = ? AND tracking = ? AND look_at IS NOT NULL", h.Carrier, h.Number).
			Update("look_at", at(now.Add(length))).Error
	})
}

// ForgetCarrierEvents drops what was received longer ago, told or not, at most so many, and returns how many that were. What
// was told is in the logs of its cases; a repeat of it finds its command there.
func (s *Store) ForgetCarrierEvents(ctx context.Context, age time.Duration, limit int) (dropped int64, err error) {
	err = s.write(ctx, "forget what carriers said", func(tx *gorm.DB) error {
		res := tx.Exec(`DELETE FROM carrier_events WHERE (carrier, id) IN (SELECT carrier, id FROM carrier_events WHERE received_at < `+
			s.dialect.ago+` ORDER BY received_at LIMIT @limit)`, s.aged(age, limit))
		dropped = res.RowsAffected
		return res.Error
	})
	return dropped, err
}
