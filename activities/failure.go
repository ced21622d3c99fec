package activities

import (
	"context"
	"errors"
	"log/slog"

	"go.temporal.io/sdk/temporal"

	"recourse/contract"
	"recourse/store"
)

// failure translates an error at the edge. What it says goes to the log; a history gets the type and what was being done,
// because the text of an error can hold what a party wrote.
func failure(ctx context.Context, logger *slog.Logger, errType, doing string, cause error) error {
	if logger == nil {
		logger = slog.Default()
	}
	options := temporal.ApplicationErrorOptions{}
	message := doing
	switch {
	case errors.Is(cause, store.ErrNotFound):
		errType, message = contract.ErrTypeNoSuchCase, doing+": no such case"
		options.NonRetryable = true
	case errors.Is(cause, store.ErrUnavailable), errors.Is(cause, context.DeadlineExceeded), errors.Is(cause, context.Canceled):
		errType, message = contract.ErrTypeUnavailable, doing+": the database does not answer"
		options.Category = temporal.ApplicationErrorCategoryBenign // an outage alarms by itself, not once a case
	default:
		message += ": see the log"
	}
	logger.ErrorContext(ctx, "An activity failed.", "doing", doing, "type", errType, "error", cause)
	return temporal.NewApplicationErrorWithOptions(message, errType, options)
}
