// Package store keeps the cases: the door where commands are received, the transaction in which the rules are applied
// to them, the log, the ledger, and what lists and pages read. It holds no rule of the procedure; it gives the rules a lock,
// an order and a clock, and writes down what they say, once.
//
// One lock order holds everywhere: an order's row, then that of a dispute, a report or a review of it, then the clock they are
// bound to, then a reporter's account, then the ledger's balances by name, then the doors of standings. The door locks one row for a moment; everything else that changes a case goes through Step.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// Options are what a store needs besides its database. Every field has a default.
type Options struct {
	Kinds     []casefile.Kind  // the kinds of case that Step can decide
	Logger    *slog.Logger     // slow and failed statements, without their values
	Now       func() time.Time // the clock of SQLite; on Postgres it only dates what no rule depends on
	Entropy   io.Reader        // for identifiers and salts; read by many at once
	LateAfter time.Duration    // a deadline that is noticed later than this is moved (PROCEDURE 12, R3)
	MaxConns  int              // connections to Postgres
	Blobs     Blobs            // where files are; whoever opened it closes it
	Hosts     []string         // the marketplace's own, which links in messages and reviews may lead to
	Existing  bool             // a database of SQLite that is not there is ErrNoDatabase, and is not made
}

// The defaults of Options.
const (
	defaultLateAfter = 5 * time.Minute
	defaultMaxConns  = 24
)

// Store is the database. It is safe for concurrent use.
type Store struct {
	db        *gorm.DB // writes, one after the other on SQLite
	reads     *gorm.DB // the same as db on Postgres
	dialect   dialect
	kinds     map[string]casefile.Kind
	now       func() time.Time
	source    *identifier.Source
	entropy   io.Reader
	lateAfter time.Duration
	blobs     Blobs
	hosts     []string
	close     []io.Closer
}

// Open connects to "postgres://…", "sqlite:PATH" or "sqlite::memory:". It does not touch the schema.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	s := &Store{kinds: map[string]casefile.Kind{}, now: opts.Now, entropy: opts.Entropy, lateAfter: opts.LateAfter,
		blobs: opts.Blobs, hosts: opts.Hosts}
	for _, kind := range opts.Kinds {
		s.kinds[kind.Name] = kind
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.entropy == nil {
		s.entropy = rand.Reader
	}
	if s.lateAfter == 0 {
		s.lateAfter = defaultLateAfter
	}
	s.source = identifier.NewSource(s.now, s.entropy)
	if opts.MaxConns == 0 {
		opts.MaxConns = defaultMaxConns
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if err := s.connect(dsn, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", translate(err)), s.Close())
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close lets go of all connections.
func (s *Store) Close() error {
	var errs []error
	for _, c := range s.close {
		errs = append(errs, c.Close())
	}
	s.close = nil
	return errors.Join(errs...)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	db, err := s.db.DB()
	if err == nil {
		err = db.PingContext(ctx)
	}
	return doing("ping", err)
}

// write runs one transaction that changes something. The error says what was being done.
func (s *Store) write(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	return doing(what, s.db.WithContext(ctx).Transaction(f))
}

// read runs several reads that must agree with one another.
func (s *Store) read(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	return doing(what, s.reads.WithContext(ctx).Transaction(f, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}))
}

// from is where single reads go.
func (s *Store) from(ctx context.Context) *gorm.DB { return s.reads.WithContext(ctx) }
