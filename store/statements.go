package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slow is when a statement is worth a line in the log.
const slow = 500 * time.Millisecond

type countKey struct{}

// CountStatements returns a context under which statements are counted, and the count. Tests and the bench hold the
// number of each operation still.
func CountStatements(ctx context.Context) (context.Context, *atomic.Int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, n), n
}

// statementLog is gorm's logger: it counts, and tells slow and failed statements without their values, which are what
// people wrote.
type statementLog struct{ log *slog.Logger }

// LogMode is fixed: the level belongs to the logger behind.
func (l statementLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info passes gorm's own words on.
func (l statementLog) Info(ctx context.Context, s string, about ...any) {
	l.log.InfoContext(ctx, inWords(s, about))
}

// Warn passes gorm's own words on.
func (l statementLog) Warn(ctx context.Context, s string, about ...any) {
	l.log.WarnContext(ctx, inWords(s, about))
}

// Error passes gorm's own words on.
func (l statementLog) Error(ctx context.Context, s string, about ...any) {
	l.log.ErrorContext(ctx, inWords(s, about))
}

// inWords is what gorm says of itself, on one line. It names callbacks and errors, and no values: those are in statements.
func inWords(s string, about []any) string {
	if len(about) > 0 {
		s = fmt.Sprintf(s, about...)
	}
	return strings.TrimSpace(s)
}

// Trace sees every statement.
func (l statementLog) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
	took := time.Since(begin)
	switch {
	case err != nil && !errors.Is(err, gorm.ErrRecordNotFound) && !errors.Is(err, gorm.ErrDuplicatedKey) && !errors.Is(err, context.Canceled):
		sql, _ := statement()
		l.log.WarnContext(ctx, "statement failed", "sql", sql, "error", err)
	case took > slow:
		sql, rows := statement()
		l.log.WarnContext(ctx, "slow statement", "sql", sql, "rows", rows, "took", took)
	}
}

// ParamsFilter keeps values out of the log.
func (l statementLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
