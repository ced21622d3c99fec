package store

import (
	"bytes"
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Once makes a request that is not a command harmless to repeat: the same key of the same caller finds what the first
// request made. Without a key every request is a new one.
type Once struct {
	Caller   string
	Key      string
	BodyHash []byte
}

type receiptRow struct {
	Caller         string `gorm:"primaryKey"`
	IdempotencyKey string `gorm:"primaryKey"`
	BodyHash       []byte
	Made           string
	CreatedAt      instant `gorm:"autoCreateTime:false"`
}

// TableName is where the rows are.
func (receiptRow) TableName() string { return "receipts" }

// once runs do unless the request was made before, and returns the ID of what the first one made.
func (s *Store) once(tx *gorm.DB, o Once, id string, do func() error) (string, error) {
	if o.Key == "" {
		return id, do()
	}
	row := receiptRow{Caller: o.Caller, IdempotencyKey: o.Key, BodyHash: o.BodyHash, Made: id, CreatedAt: at(s.now())}
	res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if res.Error != nil {
		return "", res.Error
	}
	if res.RowsAffected == 1 {
		if err := noCommand(tx, o); err != nil {
			return "", err
		}
		return id, do()
	}
	var first receiptRow
	if err := tx.Where("caller = ? AND idempotency_key = ?", o.Caller, o.Key).Take(&first).Error; err != nil {
		return "", err
	}
	if !bytes.Equal(first.BodyHash, o.BodyHash) {
		return "", ErrIdempotencyMismatch
	}
	return first.Made, nil
}

// Remember keeps the key of a request that is harmless to repeat by itself, so that the key is refused for any other. It returns
// what the first request made.
func (s *Store) Remember(ctx context.Context, o Once, made string) (string, error) {
	if o.Key == "" {
		return made, nil
	}
	err := s.write(ctx, "remember a request", func(tx *gorm.DB) error {
		var err error
		made, err = s.once(tx, o, made, func() error { return nil })
		return err
	})
	return made, err
}

// noCommand refuses a key that a command was stored under: a key has one effect.
func noCommand(tx *gorm.DB, o Once) error {
	var n int64
	err := tx.Model(&commandRow{}).Where("by_id = ? AND idempotency_key = ?", o.Caller, o.Key).Count(&n).Error
	if err == nil && n > 0 {
		err = ErrIdempotencyMismatch
	}
	return err
}

// Used says whether a request of this caller with this key is stored, as a command or as anything else. Whatever comes under
// the key again is the repeat of that one, and not asked for anew.
func (s *Store) Used(ctx context.Context, caller, key string) (bool, error) {
	var used bool
	err := s.from(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM commands WHERE by_id = @caller AND idempotency_key = @key)
		OR EXISTS (SELECT 1 FROM receipts WHERE caller = @caller AND idempotency_key = @key)`, map[string]any{"caller": caller, "key": key}).Scan(&used).Error
	return used, doing("look for a request of "+caller, err)
}
