package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/standing"
	"recourse/internal/identifier"
	"recourse/store"
)

// mute refuses what is taken from the account that uses it: the caller's, or the one that the path names (PROCEDURE 13).
// It is asked before anything is stored. A request that comes again is answered as it was the first time.
func (s *Server) mute(c *gin.Context) {
	call := callOf(c)
	if call.operation.takes == "" {
		return
	}
	account := call.actor.ID
	if named := c.Param("account"); named != "" {
		account = named
	}
	muted, err := s.mutedOf(c.Request.Context(), account)
	if err != nil {
		s.fail(c, err)
		return
	}
	at := slices.IndexFunc(muted, func(m standing.Mute) bool { return string(m.Function) == call.operation.takes })
	if at < 0 {
		return
	}
	again, err := s.store.Used(c.Request.Context(), call.caller.ID, c.GetHeader("Idempotency-Key"))
	switch {
	case err != nil:
		s.fail(c, err)
	case !again:
		s.fail(c, refuse(wire.ProblemCodeMuted, taken(muted[at])))
	}
}

// taken says in words what is taken, and until when.
func taken(m standing.Mute) string {
	until := "for now"
	if !m.Until.IsZero() {
		until = "until " + m.Until.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("The function %q is taken from the account %s. Its standing says why.", string(m.Function), until)
}

// mutedOf is what is taken from an account now. Who has no account has no standing either.
func (s *Server) mutedOf(ctx context.Context, account string) ([]standing.Mute, error) {
	if !identifier.Valid("acc", account) {
		return nil, nil
	}
	record, err := s.store.Case(ctx, standing.CaseID(account))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the standing of %s: %w", account, err)
	}
	state, ok := record.State.(standing.Standing)
	if !ok {
		return nil, fmt.Errorf("read the standing of %s: it has a state of another kind", account)
	}
	at, err := s.caseTime(ctx, record)
	return state.Muted(at), err
}

// reporterOf is how an account stands as one that reports others, now.
func (s *Server) reporterOf(ctx context.Context, account string) (standing.Reporter, error) {
	record, err := s.store.Case(ctx, standing.CaseID(account))
	if errors.Is(err, store.ErrNotFound) {
		return standing.ReporterGood, nil
	}
	if err != nil {
		return "", fmt.Errorf("read the standing of %s: %w", account, err)
	}
	state, ok := record.State.(standing.Standing)
	if !ok {
		return "", fmt.Errorf("read the standing of %s: it has a state of another kind", account)
	}
	at, err := s.caseTime(ctx, record)
	return state.ReporterAt(at), err
}

// takenBy says whether a function is among what is taken from an account. What uses none is taken from nobody.
func takenBy(muted []standing.Mute, function string) bool {
	return function != "" && slices.ContainsFunc(muted, func(m standing.Mute) bool { return string(m.Function) == function })
}
