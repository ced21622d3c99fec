package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"recourse/internal/session"
)

// soon is how long before its end a token is no longer relied on, for a page asks the API more than once; renewTime is how long its
// successor is waited for.
const (
	soon      = time.Minute
	renewTime = 10 * time.Second
)

// renewals lets one request of a session at a time ask for its next token: what the token before is given for works once.
type renewals struct {
	mu      sync.Mutex
	waiting map[string]*renewal
}

type renewal struct {
	sync.Mutex
	users int
}

// alone runs the function while nobody else does for the same session in this process.
func (r *renewals) alone(id string, do func() error) error {
	r.mu.Lock()
	if r.waiting == nil {
		r.waiting = map[string]*renewal{}
	}
	own := r.waiting[id]
	if own == nil {
		own = &renewal{}
		r.waiting[id] = own
	}
	own.users++
	r.mu.Unlock()
	own.Lock()
	defer func() {
		own.Unlock()
		r.mu.Lock()
		defer r.mu.Unlock()
		if own.users--; own.users == 0 {
			delete(r.waiting, id)
		}
	}()
	return do()
}

// errOver is a session whose token has ended and has no successor.
var errOver = errors.New("the issuer gives no further token")

func (v *Visit) ends(s session.Session) bool {
	return s.Refresh != "" && !s.TokenEnds.IsZero() && !v.console.sessions.Now().Before(s.TokenEnds.Add(-soon))
}

// renew has the next token, where the session's is about to end and the issuer gave something for that. An issuer that refuses ends
// the session; one that does not answer only once the token has ended too.
func (v *Visit) renew() error {
	if !v.ends(v.Session) {
		return nil
	}
	return v.console.signIn.renewals.alone(v.sessionID, func() error {
		// Whoever closes the page meanwhile must not lose the token that the issuer gives only once.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.R.Context()), renewTime)
		defer cancel()
		now, err := v.console.sessions.Find(ctx, v.sessionID) // another request may have been faster
		switch {
		case errors.Is(err, session.ErrNone):
			return errOver
		case err != nil:
			return fmt.Errorf("find the session: %w", err)
		}
		if v.Session = now; !v.ends(now) {
			return nil
		}
		next, err := v.console.signIn.next(ctx, now)
		switch {
		case errors.Is(err, errOver):
			return v.overtaken(ctx, now)
		case err != nil && v.console.sessions.Now().Before(now.TokenEnds):
			v.console.log.WarnContext(ctx, "A token was not renewed; the one before is still worth something.", "error", err)
			return nil
		case err != nil:
			v.console.log.ErrorContext(ctx, "The issuer does not answer.", "error", err)
			return &refusal{http.StatusBadGateway, "issuer"}
		}
		v.Session = next
		return v.console.sessions.Renew(ctx, v.sessionID, next)
	})
}

// overtaken ends a session of which the issuer gives no further token, unless another process has had one meanwhile.
func (v *Visit) overtaken(ctx context.Context, was session.Session) error {
	switch now, err := v.console.sessions.Find(ctx, v.sessionID); {
	case errors.Is(err, session.ErrNone):
		return errOver
	case err != nil:
		return fmt.Errorf("find the session: %w", err)
	case now.Refresh != was.Refresh:
		v.Session = now
		return nil
	}
	if err := v.console.sessions.End(ctx, v.sessionID); err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return errOver
}

// next asks the issuer for the tokens after those of the session. They must be of the same person.
func (s *signIn) next(ctx context.Context, was session.Session) (session.Session, error) {
	provider, err := s.found(ctx)
	if err != nil {
		return session.Session{}, err
	}
	tokens, err := s.flow(provider).TokenSource(ctx, &oauth2.Token{RefreshToken: was.Refresh}).Token()
	if refused, is := errors.AsType[*oauth2.RetrieveError](err); is && refused.Response.StatusCode < http.StatusInternalServerError && refused.Response.StatusCode != http.StatusTooManyRequests {
		return session.Session{}, fmt.Errorf("%w: %s", errOver, refused.ErrorCode)
	}
	if err != nil {
		return session.Session{}, fmt.Errorf("ask for the next token: %w", err)
	}
	next := was
	if raw, _ := tokens.Extra("id_token").(string); raw != "" {
		if next, _, err = s.read(ctx, provider, tokens); err != nil {
			return session.Session{}, err
		}
		if next.Subject != was.Subject {
			return session.Session{}, fmt.Errorf("%w: the next token is somebody else's", errOver)
		}
		next.BeganAt, next.EndsAt = was.BeganAt, was.EndsAt
	}
	next.Token, next.TokenEnds = tokens.AccessToken, tokens.Expiry
	if tokens.RefreshToken != "" {
		next.Refresh = tokens.RefreshToken
	}
	return next, nil
}
