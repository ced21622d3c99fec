package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"net/url"

	serverpersistence "go.temporal.io/server/common/persistence"
	"go.temporal.io/server/schema"
)

// applySQLiteSchema makes the tables in one transaction, so that a process killed meanwhile leaves an empty file and
// not half a schema. Temporal does not upgrade SQLite schemas; a file of another server version is refused.
func applySQLiteSchema(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	statements, err := sqliteSchema()
	if err != nil {
		return err
	}
	mark := schemaMark(statements)

	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	var found int32
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&found); err != nil {
		return fmt.Errorf("read the schema's mark: %w", err)
	}
	switch found {
	case mark:
		return nil
	case 0:
	default:
		return errors.New("it was made by another version of the Temporal server: delete it, or use that version")
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("apply the schema: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", mark)); err != nil {
		return fmt.Errorf("mark the schema: %w", err)
	}
	return tx.Commit()
}

// uriPath writes a path as it stands in a file: URI, which both we and the server make of it.
func uriPath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// sqliteSchema is the server's own schema, statement by statement.
func sqliteSchema() ([]string, error) {
	var all []string
	for _, name := range []string{"sqlite/v3/temporal/schema.sql", "sqlite/v3/visibility/schema.sql"} {
		file, err := schema.Assets().Open(name)
		if err != nil {
			return nil, fmt.Errorf("open Temporal's schema: %w", err)
		}
		statements, err := splitStatements(file)
		if err != nil {
			return nil, fmt.Errorf("read Temporal's schema %s: %w", name, err)
		}
		all = append(all, statements...)
	}
	return all, nil
}

func splitStatements(file fs.File) ([]string, error) {
	statements, err := serverpersistence.LoadAndSplitQueryFromReaders([]io.Reader{file})
	return statements, errors.Join(err, file.Close())
}

// schemaMark tells schemas apart. It is positive, and 0 is a file without one.
func schemaMark(statements []string) int32 {
	sum := crc32.NewIEEE()
	for _, statement := range statements {
		_, _ = sum.Write([]byte(statement)) // a hash takes everything
	}
	return int32(sum.Sum32()>>2) | 1
}
