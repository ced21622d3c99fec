package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// ProblemError is an answer that is a problem document.
type ProblemError struct {
	Problem
}

func (e *ProblemError) Error() string {
	text := fmt.Sprintf("%s (%d): %s", e.Code, e.Problem.Status, e.Detail)
	for _, field := range e.Errors {
		text += fmt.Sprintf("; %s %s", field.Pointer, field.Message)
	}
	return text
}

// CodeOf is the problem code of an error, or empty when it is none.
func CodeOf(err error) ProblemCode {
	if problem, ok := errors.AsType[*ProblemError](err); ok {
		return problem.Code
	}
	return ""
}

// PendingError is an answer that a command was stored and is not carried out yet. Await asks for its result.
type PendingError struct {
	Command
	Location string
}

func (e *PendingError) Error() string {
	return fmt.Sprintf("command %s is stored and not carried out yet", e.ID)
}

// Result reads the answer to any call: the thing, or a ProblemError, or a PendingError.
func Result[T any](resp *http.Response, err error) (T, error) {
	var result T
	if err != nil {
		return result, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return result, fmt.Errorf("read the answer: %w", err)
	}
	switch {
	case resp.StatusCode == http.StatusAccepted:
		pending := &PendingError{Location: resp.Header.Get("Location")}
		if err := json.Unmarshal(body, &pending.Command); err != nil {
			return result, fmt.Errorf("decode a pending command: %w", err)
		}
		return result, pending
	case resp.StatusCode/100 != 2:
		return result, problemOf(resp, body)
	}
	if err := json.Unmarshal(body, &result); err != nil {
		return result, fmt.Errorf("decode the answer: %w", err)
	}
	return result, nil
}

// problemOf is the problem that an answer tells, also when something before the server answered in its own words.
func problemOf(resp *http.Response, body []byte) error {
	problem := &ProblemError{}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") && json.Unmarshal(body, &problem.Problem) == nil && problem.Code != "" {
		return problem
	}
	problem.Problem = Problem{Status: resp.StatusCode, Title: resp.Status, Detail: http.StatusText(resp.StatusCode),
		RequestID: resp.Header.Get("X-Request-Id")}
	return problem
}

// Await asks for the result of a stored command until it is there or the context ends.
func (c *Client) Await(ctx context.Context, command string, editors ...RequestEditorFn) (Command, error) {
	const first, most = 50 * time.Millisecond, 2 * time.Second
	for wait := first; ; wait = min(2*wait, most) {
		result, err := Result[Command](c.GetCommand(ctx, command, editors...)) //nolint:bodyclose // Result closes it
		if err != nil || result.State != CommandStatePending {
			return result, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return result, fmt.Errorf("await command %s: %w", command, ctx.Err())
		case <-timer.C:
		}
	}
}
