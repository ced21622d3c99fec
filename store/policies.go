package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Policy is a policy's document, named by the hash of its content.
type Policy struct {
	Version   string
	Document  string
	By        string // account
	CreatedAt time.Time
}

type policyRow struct {
	Version   string `gorm:"primaryKey"`
	Document  string
	ByID      string
	CreatedAt instant `gorm:"autoCreateTime:false"`
}

// TableName is where the rows are.
func (policyRow) TableName() string { return "policies" }

func (r policyRow) policy() Policy {
	return Policy{Version: r.Version, Document: r.Document, By: r.ByID, CreatedAt: r.CreatedAt.Time}
}

type publicationRow struct {
	Position    int64 `gorm:"->"` // the database gives it
	Version     string
	ClockID     optional
	ByID        string
	PublishedAt instant
}

// TableName is where the rows are.
func (publicationRow) TableName() string { return "publications" }

// KeepPolicy stores a policy. The same version again changes nothing: the version is the content.
func (s *Store) KeepPolicy(ctx context.Context, p Policy) error {
	row := policyRow{Version: p.Version, Document: p.Document, ByID: p.By, CreatedAt: at(s.now())}
	return doing("keep policy "+p.Version, s.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// PublishPolicy puts a stored policy into force for what begins from now on, everywhere or on one test clock.
func (s *Store) PublishPolicy(ctx context.Context, version, clock, by string) error {
	row := publicationRow{Version: version, ClockID: optional(clock), ByID: by, PublishedAt: at(s.now())}
	return s.write(ctx, "publish policy "+version, func(tx *gorm.DB) error {
		current, err := inForce(tx, clock)
		if err != nil || current.Version == version {
			return err
		}
		return tx.Create(&row).Error
	})
}

// Policy is a stored policy.
func (s *Store) Policy(ctx context.Context, version string) (Policy, error) {
	var row policyRow
	err := s.from(ctx).Where("version = ?", version).Take(&row).Error
	return row.policy(), doing("read policy "+version, err)
}

// PolicyInForce is the policy that was published last for a test clock or, where it has none of its own, for everybody.
func (s *Store) PolicyInForce(ctx context.Context, clock string) (Policy, error) {
	for _, scope := range []string{clock, ""} {
		row, err := inForce(s.from(ctx), scope)
		if err != nil {
			return Policy{}, doing("look for the policy in force", err)
		}
		if row.Version != "" {
			return row.policy(), nil
		}
	}
	return Policy{}, doing("look for the policy in force", ErrNotFound)
}

func inForce(tx *gorm.DB, clock string) (policyRow, error) {
	var row policyRow
	err := inScope(tx.Table("publications"), optional(clock)).Select("policies.*").
		Joins("JOIN policies ON policies.version = publications.version").Order("position DESC").Limit(1).Scan(&row).Error
	return row, err
}
