package console

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"recourse/api/client"
	"recourse/internal/session"
)

// requestTime bounds a request for a page, and maxForm what a form may send: the largest file, and words beside it.
const (
	requestTime = 30 * time.Second
	uploadTime  = 2 * time.Minute
	maxForm     = 26 << 20
)

// policy is what a browser may do on our pages: nothing but our own files, and forms to us and to the issuer.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// protect sets what every answer says to the browser.
func (c *Console) protect(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy+c.signIn.formTargets(r.Context()))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, HX-Request")
	if c.secure() {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
}

// ServeHTTP answers with a page.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.protect(w, r)
	limit := requestTime
	var read time.Time // none: the server reads on while it answers, and a read that comes to its end ends the connection's context for good
	if r.Method == http.MethodPost {
		limit = uploadTime
		read = time.Now().Add(limit)
	}
	// A connection keeps the end that was set for the request before.
	connection := http.NewResponseController(w)
	err := errors.Join(connection.SetReadDeadline(read), connection.SetWriteDeadline(time.Now().Add(limit)))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		c.log.WarnContext(r.Context(), "A connection has no end set.", "error", err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c.mux.ServeHTTP(w, r)
}

// The ways in which a page is refused before the API is asked.
var (
	errNotFound  = &refusal{http.StatusNotFound, "not_found"}
	errForbidden = &refusal{http.StatusForbidden, "forbidden"}
	errMethod    = &refusal{http.StatusMethodNotAllowed, "method"}
	errForged    = &refusal{http.StatusForbidden, "forged"}
	errTooLarge  = &refusal{http.StatusRequestEntityTooLarge, "too_large"}
	errUnsigned  = errors.New("nobody is signed in")
)

// refusal is a page that could not be shown: its status, and the phrases that say why.
type refusal struct {
	status int
	word   string
}

func (r *refusal) Error() string { return r.word }

// visit answers one request for one page: who is signed in, may they, did a page of ours send this, and then the page.
func (c *Console) visit(w http.ResponseWriter, r *http.Request, p Page) {
	v := &Visit{W: w, R: r, Page: p, console: c, prefs: prefsOf(r)}
	v.words = c.phrases.in(v.prefs.language)
	defer func() {
		if crashed := recover(); crashed != nil {
			c.log.ErrorContext(r.Context(), "A page panicked.", "page", p.Name, "panic", fmt.Sprint(crashed), "stack", string(debug.Stack()))
			v.fail(errors.New("internal error"))
		}
	}()
	err := v.enter()
	if err == nil {
		err = p.Serve(v)
	}
	if err != nil {
		v.fail(err)
	}
}

// enter lets a visit in, or says why not.
func (v *Visit) enter() error {
	cookie, err := v.R.Cookie(v.console.cookieName())
	if err == nil {
		v.sessionID = cookie.Value
		switch v.Session, err = v.console.sessions.Find(v.R.Context(), v.sessionID); {
		case errors.Is(err, session.ErrNone):
			v.sessionID = ""
		case err != nil:
			v.sessionID = "" // nobody knows whose it is: the page that says so shows nobody
			return fmt.Errorf("find the session: %w", err)
		}
	}
	if !v.Page.Open { // an open page asks the API nothing, and signing out needs no issuer
		if err := v.renew(); err != nil {
			return err
		}
	}
	if v.sessionID != "" {
		v.API = v.console.api.With(client.Bearer(v.Session.Token))
	}
	if err := v.proven(); err != nil {
		return err
	}
	switch {
	case v.Page.Open:
		return nil
	case v.sessionID == "":
		return errUnsigned
	case len(v.Page.Roles) > 0 && !slices.Contains(v.Page.Roles, client.Role(v.Session.Role)):
		return errForbidden
	}
	return nil
}

// proven refuses what another page than ours made somebody's browser send.
func (v *Visit) proven() error {
	if v.R.Method == http.MethodGet || v.R.Method == http.MethodHead {
		return nil
	}
	if err := v.console.cross.Check(v.R); err != nil {
		return errForged
	}
	if err := v.readForm(); err != nil {
		return err
	}
	if v.sessionID != "" && !session.IsToken(v.sessionID, v.R.PostFormValue("csrf")) {
		return errForged
	}
	return nil
}

// inMemory is how much of a form is held in memory; the rest of a file waits on disk.
const inMemory = 1 << 20

func (v *Visit) readForm() error {
	err := v.R.ParseMultipartForm(inMemory)
	if errors.Is(err, http.ErrNotMultipart) {
		err = v.R.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case err != nil:
		return &refusal{http.StatusBadRequest, "unreadable"}
	}
	return nil
}
