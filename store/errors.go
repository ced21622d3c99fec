package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	sqlitedriver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// What a caller can decide by. Everything else is a failure of the program or of the data, and is shown to operators only.
var (
	ErrNotFound            = errors.New("not found")
	ErrDuplicate           = errors.New("exists already")
	ErrMalformed           = errors.New("not a JSON document")
	ErrClockAdvancing      = errors.New("the test clock is being advanced")
	ErrClockBackwards      = errors.New("a test clock only goes forward")
	ErrIdempotencyMismatch = errors.New("the idempotency key was used for another request")
	ErrIncidentOver        = errors.New("the incident is over")
	ErrInsufficient        = errors.New("the account does not hold that much")
	ErrFull                = errors.New("the account cannot hold that much")
	ErrCrowded             = errors.New("one person would have too many accounts")
	ErrUnavailable         = errors.New("the database does not answer")
	ErrSchema              = errors.New("the schema is older than this program")
	ErrNoDatabase          = errors.New("there is no such database")
	ErrForked              = errors.New("the record does not fit the case")
	ErrRules               = errors.New("the rules of the case failed")
	ErrBehind              = errors.New("the row is behind what was seen of the case: was the database restored?")
)

// doing says what was being done when something failed, and translates the failure once, here.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, translate(err))
}

// translate gives a database's error the name by which callers decide. The original stays in the chain for the log.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case named(err), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case lost(err):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

func named(err error) bool {
	for _, e := range []error{ErrNotFound, ErrDuplicate, ErrMalformed, ErrClockAdvancing, ErrClockBackwards, ErrIncidentOver, ErrIdempotencyMismatch,
		ErrInsufficient, ErrFull, ErrCrowded, ErrUnavailable, ErrSchema, ErrNoDatabase, ErrForked, ErrRules, ErrBehind} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// lost says that the connection is gone or the server does not take requests now: the same request may succeed later, and
// whether this one did is unknown.
func lost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// 08 connection, 57P0x shutdown or start, 53 out of connections, memory or disk, 25006 a standby that took over.
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "53") || pg.Code == "25006"
	}
	var lite *sqlitedriver.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN:
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return pgconn.SafeToRetry(err) || errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
