package carriers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"recourse/domain/tracking"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 512 << 10

// plainNumber is a number as carriers are asked about it.
func plainNumber(number string) string { return tracking.Normalize(number) }

// asked is a carrier that answers questions over HTTP in the generic form.
type asked struct {
	poll     Poll
	statuses map[string]string
	client   *http.Client
	anywhere bool
}

// NewFeed is a carrier that is asked. Anywhere lets it be on this machine, in development.
func NewFeed(c Carrier, anywhere bool) (Feed, error) {
	if c.Poll == nil {
		return nil, errors.New("this carrier is not asked")
	}
	return &asked{poll: *c.Poll, statuses: c.Statuses, client: newClient(c.Poll.Timeout, anywhere), anywhere: anywhere}, nil
}

// BusyError says that a carrier does not answer now, and when to ask again if it has said so.
type BusyError struct {
	Why   string
	After time.Duration
	Cause error
}

func (e *BusyError) Error() string {
	if e.Cause != nil {
		return e.Why + ": " + e.Cause.Error()
	}
	return e.Why
}

func (e *BusyError) Unwrap() error { return e.Cause }

// Fetch asks about one number.
func (a *asked) Fetch(ctx context.Context, number string) (events []Event, err error) {
	at, err := a.poll.address(number, a.anywhere)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("ask about a number: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	for name, value := range a.poll.Headers {
		request.Header.Set(name, value)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return nil, &BusyError{Why: "the carrier does not answer", Cause: err}
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	switch code := response.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusNoContent || code == http.StatusGone:
		return nil, nil
	case code == http.StatusTooManyRequests || code >= http.StatusInternalServerError || code == http.StatusUnauthorized || code == http.StatusForbidden:
		return nil, &BusyError{Why: "the carrier answers " + strconv.Itoa(code), After: retryAfter(response.Header)}
	case code != http.StatusOK:
		return nil, fmt.Errorf("%w: the carrier answers %d", ErrMalformed, code)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &BusyError{Why: "the carrier's answer broke off", Cause: err}
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("%w: it is longer than %d bytes", ErrMalformed, maxAnswer)
	}
	return Parse(body, a.statuses, number)
}

// retryAfter is how long a carrier asks to be left alone, in seconds; a date is not asked for by any that we know.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, longestBackoff)
}
