// Package client is the Go client of Recourse. The calls and their shapes are generated from the contract; by hand are
// only the things that a contract cannot say: who calls, how a problem becomes an error, and how a file is sent without
// being held in memory.
//
//	c, err := client.New("http://127.0.0.1:8080", client.Bearer(token))
//	dispute, err := client.Result[client.Dispute](c.Escalate(ctx, id, nil, client.Statement{Text: "…"}))
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// New is a client of the server at the given address. The editors run before every request.
func New(server string, editors ...RequestEditorFn) (*Client, error) {
	c, err := NewClient(server)
	if err != nil {
		return nil, fmt.Errorf("client of %s: %w", server, err)
	}
	c.RequestEditors = append(append(c.RequestEditors, leaveOut), editors...)
	return c, nil
}

// leaveOut takes texts out that were not set: generated code sends them empty. Numbers and truths that were not set are nil.
func leaveOut(_ context.Context, req *http.Request) error {
	query := req.URL.Query()
	for name, values := range query {
		if len(values) == 1 && values[0] == "" {
			query.Del(name)
		}
	}
	req.URL.RawQuery = query.Encode()
	if req.Header.Get("Idempotency-Key") == "" {
		req.Header.Del("Idempotency-Key")
	}
	return nil
}

// Over sends requests through another HTTP client.
func (c *Client) Over(doer HttpRequestDoer) *Client {
	over := *c
	over.Client = doer
	return &over
}

// With is the same client with more editors: another caller, another account to act for.
func (c *Client) With(editors ...RequestEditorFn) *Client {
	with := *c
	with.RequestEditors = append(append([]RequestEditorFn(nil), c.RequestEditors...), editors...)
	return &with
}

// Bearer signs requests in with a token.
func Bearer(token string) RequestEditorFn { return header("Authorization", "Bearer "+token) }

// ActAs makes a token of the platform act, in a sandbox, for an account or as carrier, platform or operator.
func ActAs(who string) RequestEditorFn { return header("Recourse-Act-As", who) }

// Key makes the repeat of a request safe.
func Key(key string) RequestEditorFn { return header("Idempotency-Key", key) }

func header(name, value string) RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.Header.Set(name, value)
		return nil
	}
}

// Do sends a request to a path that the server named, such as the href of an action. A body of nil is sent as none.
func (c *Client) Do(ctx context.Context, method, path string, body any, editors ...RequestEditorFn) (*http.Response, error) {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return nil, fmt.Errorf("encode the body of %s %s: %w", method, path, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Server, "/")+path, &content)
	if err != nil {
		return nil, fmt.Errorf("request %s %s: %w", method, path, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if err := c.applyEditors(ctx, req, editors); err != nil {
		return nil, err
	}
	return c.Client.Do(req)
}
