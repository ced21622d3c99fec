package stack

import (
	"context"
	"log/slog"
)

// errorsOnly lets nothing but errors through. The engine warns of what is not set up in it, which here is on purpose.
type errorsOnly struct{ slog.Handler }

// Enabled says whether a line is written.
func (h errorsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the limit.
func (h errorsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return errorsOnly{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the limit.
func (h errorsOnly) WithGroup(name string) slog.Handler { return errorsOnly{h.Handler.WithGroup(name)} }
