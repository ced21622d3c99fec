package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"recourse/store/migrations"
)

// Migrate brings the schema up to date. Several processes may do so at once: on Postgres they take turns.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err == nil {
		_, err = p.Up(ctx)
	}
	return doing("migrate", err)
}

// CheckSchema fails when the schema is older than the program. A newer one is fine: migrations only add what an older
// program can live with, so that a release can be taken back.
func (s *Store) CheckSchema(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return doing("check schema", err)
	}
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return doing("check schema", err)
	}
	sources := p.ListSources()
	if wants := sources[len(sources)-1].Version; has < wants {
		return fmt.Errorf("%w: it has version %d, wanted is %d (run `recourse migrate`)", ErrSchema, has, wants)
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	db, err := s.db.DB()
	if err != nil {
		return nil, err
	}
	if s.dialect.name == sqliteDialect.name {
		files, err := fs.Sub(migrations.SQLite, "sqlite")
		if err != nil {
			return nil, err
		}
		return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	}
	files, err := fs.Sub(migrations.Postgres, "postgres")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, errors.Join(errors.New("session lock"), err)
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}
