package engine

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// serverLogger hands the server's lines to slog.
type serverLogger struct {
	out      *slog.Logger
	stopping *atomic.Bool // shared by all that With made
}

var (
	_ log.Logger      = (*serverLogger)(nil)
	_ log.WithLogger  = (*serverLogger)(nil)
	_ log.SLogWrapper = (*serverLogger)(nil)
)

func newServerLogger(out *slog.Logger) *serverLogger {
	if out == nil {
		out = slog.New(slog.DiscardHandler)
	}
	return &serverLogger{out: out, stopping: new(atomic.Bool)}
}

// quiet turns what follows into debug lines.
func (l *serverLogger) quiet() { l.stopping.Store(true) }

func (l *serverLogger) With(tags ...tag.Tag) log.Logger {
	return &serverLogger{out: l.out.With(attributes(tags)...), stopping: l.stopping}
}

// SLog gives the slog.Logger to the parts of the server that use slog themselves.
func (l *serverLogger) SLog() *slog.Logger { return l.out }

func (l *serverLogger) Debug(msg string, tags ...tag.Tag)  { l.write(slog.LevelDebug, msg, tags) }
func (l *serverLogger) Info(msg string, tags ...tag.Tag)   { l.write(slog.LevelInfo, msg, tags) }
func (l *serverLogger) Warn(msg string, tags ...tag.Tag)   { l.write(slog.LevelWarn, msg, tags) }
func (l *serverLogger) Error(msg string, tags ...tag.Tag)  { l.write(slog.LevelError, msg, tags) }
func (l *serverLogger) DPanic(msg string, tags ...tag.Tag) { l.write(slog.LevelError, msg, tags) }

func (l *serverLogger) Panic(msg string, tags ...tag.Tag) {
	l.write(slog.LevelError, msg, tags)
	panic(msg)
}

// Fatal panics: Start turns that into an error, and elsewhere it ends the process as the server wants, but with a
// stack that says where.
func (l *serverLogger) Fatal(msg string, tags ...tag.Tag) {
	l.write(slog.LevelError, msg, tags)
	for _, t := range tags {
		if err, ok := t.Value().(string); ok && t.Key() == "error" {
			msg += ": " + err
		}
	}
	panic(fatal{msg})
}

func (l *serverLogger) write(level slog.Level, msg string, tags []tag.Tag) {
	if l.stopping.Load() {
		level = slog.LevelDebug
	}
	ctx := context.Background()
	if l.out.Enabled(ctx, level) { // a tag's value is costly to get
		l.out.Log(ctx, level, msg, attributes(tags)...)
	}
}

func attributes(tags []tag.Tag) []any {
	attrs := make([]any, len(tags))
	for i, t := range tags {
		attrs[i] = slog.Any(t.Key(), t.Value())
	}
	return attrs
}

// fatal is what Fatal panics with.
type fatal struct{ msg string }

func (f fatal) Error() string { return f.msg }

// recoverFatal is deferred where a fatal fault shall be an error.
func recoverFatal(err *error) {
	switch p := recover().(type) {
	case nil:
	case fatal:
		*err = fmt.Errorf("start the Temporal server: %w", p)
	default:
		panic(p)
	}
}
