package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"recourse/api/identity"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
	"recourse/store"
)

// actAs is the header with which, in a sandbox, a token of the platform acts for somebody else.
const actAs = "Recourse-Act-As"

// recognise finds the operation and says who calls, or answers 401.
func (s *Server) recognise(c *gin.Context) {
	op := s.contract.operations[c.Request.Method+" "+c.FullPath()]
	if op == nil {
		send(c, notFound())
		return
	}
	if op.public {
		enter(c, &call{operation: op})
		return
	}
	caller, err := s.caller(c.Request)
	if err != nil {
		s.fail(c, err)
		return
	}
	enter(c, &call{operation: op, caller: caller})
}

func (s *Server) caller(r *http.Request) (identity.Caller, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" || len(r.Header.Values("Authorization")) > 1 {
		return identity.Caller{}, refuse(codeUnauthenticated, "The request has no token. Send one as a bearer token.")
	}
	caller, err := s.tokens.Verify(r.Context(), strings.TrimSpace(token))
	switch {
	case errors.Is(err, identity.ErrKeys):
		return caller, &problem{code: codeStorageUnavailable, detail: "The issuer's keys cannot be read now. Try again.", cause: err}
	case err != nil:
		return caller, &problem{code: codeUnauthenticated, detail: "The request has no valid token. Send a current one as a bearer token.", cause: err}
	}
	return caller, nil
}

// actFor lets a platform's token act for somebody else in a sandbox. It runs after the rate limit, which is the token's own.
func (s *Server) actFor(c *gin.Context) {
	who := c.GetHeader(actAs)
	if who == "" {
		return
	}
	call := callOf(c)
	acting, err := s.acting(c.Request.Context(), call.caller, who)
	if err != nil {
		s.fail(c, err)
		return
	}
	call.caller = acting
}

func (s *Server) acting(ctx context.Context, by identity.Caller, who string) (identity.Caller, error) {
	switch {
	case !s.config.Sandbox:
		return by, refuse(codeNotFound, "Acting for others exists only in a sandbox.")
	case by.Role != casefile.Platform:
		return by, refuse(codeNotAllowed, "Only a token of the platform may act for others.")
	}
	switch role := casefile.Role(who); role {
	case casefile.Carrier, casefile.Platform, casefile.Operator, casefile.Auditor:
		return identity.Caller{ID: who, Role: role, Token: by.ID}, nil
	}
	if !identifier.Valid("acc", who) {
		return by, refuse(codeNotFound, "There is no such account to act for.")
	}
	account, err := s.store.Account(ctx, who)
	if errors.Is(err, store.ErrNotFound) {
		return by, refuse(codeNotFound, "There is no such account to act for.")
	}
	return identity.Caller{ID: account.ID, Role: account.Role, Token: by.ID}, err
}

// admit loads what the request is about and asks whether the caller may do this.
func (s *Server) admit(c *gin.Context) {
	if err := s.admitted(c.Request.Context(), callOf(c), c.Param); err != nil {
		s.fail(c, err)
	}
}
