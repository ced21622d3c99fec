package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"recourse/api/client"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// stubborn sends a request until it is answered for good, each time to another API, under one Idempotency-Key: what a careful
// client does. An answer that a command is stored is one to ask again.
type stubborn struct {
	system *system
	ctx    context.Context // of the test
}

// Do is the client's.
func (s stubborn) Do(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPost && req.Header.Get("Idempotency-Key") == "" {
		req.Header.Set("Idempotency-Key", identifier.New("key"))
	}
	ctx, cancel := context.WithTimeout(s.ctx, 2*patience)
	defer cancel()
	var last string
	for {
		resp, err := s.once(ctx, req)
		switch {
		case err != nil:
			last = err.Error()
		case again(resp.StatusCode):
			last = resp.Status
		default:
			return resp, nil
		}
		if !pause(ctx.Done(), 50*time.Millisecond) {
			return nil, fmt.Errorf("%s %s was never answered; the last was: %s", req.Method, req.URL.Path, last)
		}
	}
}

func again(status int) bool {
	return status == http.StatusAccepted || status == http.StatusServiceUnavailable || status == http.StatusBadGateway || status == http.StatusGatewayTimeout
}

// once sends the request to the next API. The answer is read to its end: half of one is none.
func (s stubborn) once(ctx context.Context, req *http.Request) (*http.Response, error) {
	try := req.Clone(ctx)
	base, err := url.Parse(s.system.bases[int(s.system.turn.Add(1))%len(s.system.bases)])
	if err != nil {
		return nil, err
	}
	try.URL.Scheme, try.URL.Host, try.Host = base.Scheme, base.Host, base.Host
	if req.GetBody != nil {
		if try.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	resp, err := s.system.http.Do(try)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// tokenTime is longer than any test.
const tokenTime = 4 * time.Hour

// somebody is a client with a token of its own that never gives up.
func (s *system) somebody(id string, role casefile.Role) (*client.Client, error) {
	token, err := s.ground.issuer.Mint(id, role, tokenTime)
	if err != nil {
		return nil, err
	}
	c, err := client.New(s.bases[0], client.Bearer(token))
	if err != nil {
		return nil, err
	}
	return c.Over(stubborn{s, s.Context()}), nil
}

// plain is a client of one API that asks once.
func (s *system) plain(id string, role casefile.Role, api int) (*client.Client, error) {
	token, err := s.ground.issuer.Mint(id, role, tokenTime)
	if err != nil {
		return nil, err
	}
	c, err := client.New(s.bases[api], client.Bearer(token))
	if err != nil {
		return nil, err
	}
	return c.Over(s.http), nil
}
