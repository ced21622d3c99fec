package activities

import (
	"context"
	"errors"
	"log/slog"

	"go.temporal.io/sdk/temporal"

	"recourse/contract"
	"recourse/internal/clamd"
	"recourse/store"
)

// failure translates an error at the edge. What it says goes to the log; a history gets the type and what was being done,
// because the text of an error can hold what a party wrote.
func failure(ctx context.Context, logger *slog.Logger, errType, doing string, cause error) error {
	if logger == nil {
		logger = slog.Default()
	}
	options := temporal.ApplicationErrorOptions{}
	message, level := doing, slog.LevelError
	switch {
	case errType == contract.ErrTypeUnknownTransfer:
		message += ": the provider does not know yet, or does not answer"
		options.Category = temporal.ApplicationErrorCategoryBenign // it is asked again
		level = slog.LevelWarn
	case errors.Is(cause, clamd.ErrUnavailable):
		message += ": the scanner does not answer"
		options.Category = temporal.ApplicationErrorCategoryBenign // it is asked again, and the case knows until when
		level = slog.LevelWarn
	case errors.Is(cause, store.ErrNotFound):
		errType, message = contract.ErrTypeNoSuchCase, doing+": no such case"
		options.NonRetryable = true
	case errors.Is(cause, store.ErrBehind):
		errType, message = contract.ErrTypeBehind, doing+": the row is behind its run: was the database restored?"
	case errors.Is(cause, store.ErrUnavailable), errors.Is(cause, context.DeadlineExceeded), errors.Is(cause, context.Canceled):
		errType, message = contract.ErrTypeUnavailable, doing+": the database does not answer"
		options.Category = temporal.ApplicationErrorCategoryBenign // an outage alarms by itself, not once a case
		level = slog.LevelWarn
	default:
		message += ": see the log"
	}
	logger.Log(ctx, level, "An activity failed.", "doing", doing, "type", errType, "error", cause)
	return temporal.NewApplicationErrorWithOptions(message, errType, options)
}
