package postgrestest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"
)

const statementTimeout = 30 * time.Second

// CreateDatabase makes an empty database and returns its DSN.
func (s *Server) CreateDatabase(name string) (string, error) {
	return s.create(name, "CREATE DATABASE "+quote(name))
}

// CopyDatabase makes a database that holds what another one holds, and returns its DSN. Nobody may use the other one meanwhile.
func (s *Server) CopyDatabase(name, from string) (string, error) {
	return s.create(name, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(from))
}

func (s *Server) create(name, statement string) (string, error) {
	if err := s.admin(statement); err != nil {
		return "", fmt.Errorf("create database %q: %w", name, err)
	}
	s.mu.Lock()
	s.created = append(s.created, name)
	s.mu.Unlock()
	return withDatabase(s.adminDSN, name)
}

// DropDatabase removes a database, and those whose names are its own with an underscore and more (a workflow engine
// makes itself some). Sessions that still use them are ended.
func (s *Server) DropDatabase(name string) error {
	if err := s.drop(name); err != nil {
		return err
	}
	s.mu.Lock()
	s.created = slices.DeleteFunc(s.created, func(n string) bool { return n == name })
	s.mu.Unlock()
	return nil
}

// dropCreated leaves an existing server as it was found. The caller holds s.mu.
func (s *Server) dropCreated() error {
	var errs []error
	for _, name := range s.created {
		errs = append(errs, s.drop(name))
	}
	s.created = nil
	return errors.Join(errs...)
}

func (s *Server) drop(name string) error {
	names, err := s.family(name)
	if err != nil {
		return fmt.Errorf("find database %q and its companions: %w", name, err)
	}
	for _, n := range names {
		if err := s.admin("DROP DATABASE IF EXISTS " + quote(n) + " WITH (FORCE)"); err != nil {
			return fmt.Errorf("drop database %q: %w", n, err)
		}
	}
	return nil
}

// family lists a database and its companions.
func (s *Server) family(name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.adminDSN)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx,
		"SELECT datname FROM pg_database WHERE datname = $1 OR starts_with(datname, $1 || '_')", name)
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return names, errors.Join(err, conn.Close(ctx))
}

// admin runs one statement on a connection of its own, so that nothing is open when the server is killed.
func (s *Server) admin(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	db, err := sql.Open("pgx", s.adminDSN)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// withDatabase is the DSN with another database, in either of PostgreSQL's two forms.
func withDatabase(dsn, name string) (string, error) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " dbname=" + name, nil // the last word on a key counts
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("the DSN is not a URL") // the parser's error would show the password
	}
	u.Path, u.RawPath = "/"+name, ""
	return u.String(), nil
}
