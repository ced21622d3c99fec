package stack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/standing"
)

// glancePath begins the address at which a case can be looked at in a browser, without signing in.
const glancePath = "/cases/"

// glance shows a case as an auditor reads it, with its timeline. It is for whoever develops on this machine: it changes
// nothing and answers under this machine's own names only, so that no page of another origin can have it read for it.
type glance struct {
	api   http.Handler
	stack *Stack
}

// ServeHTTP answers GET /cases/{case} with JSON.
func (g glance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.Host); err != nil || host != loopback && host != "localhost" {
		http.Error(w, "This page is for 127.0.0.1.", http.StatusForbidden)
		return
	}
	id := r.PathValue("case")
	base := "/v1/disputes/" + id
	switch prefix, _, _ := strings.Cut(id, "_"); prefix {
	case "ord":
		base = "/v1/orders/" + id
	case "std":
		base = "/v1/accounts/" + standing.AccountOf(id) + "/standing"
	}
	about, err := g.read(r, base)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	timeline, err := g.read(r, base+"/timeline?limit=100")
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	page, err := json.MarshalIndent(map[string]json.RawMessage{"case": about, "timeline": timeline}, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(page) // whoever went away does not read it
}

// read asks the API as an auditor.
func (g glance) read(r *http.Request, path string) (json.RawMessage, error) {
	token, err := g.stack.Token("glance", casefile.Auditor, time.Minute)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", path, err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer := httptest.NewRecorder()
	g.api.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		return nil, fmt.Errorf("there is no such case here: %s", strings.TrimPrefix(path, "/v1/"))
	}
	return json.RawMessage(bytes.Clone(answer.Body.Bytes())), nil
}
