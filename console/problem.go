package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"recourse/api/client"
)

// fail shows why there is no page. Inner texts go to the log.
func (v *Visit) fail(err error) {
	if errors.Is(err, errOver) {
		v.console.log.InfoContext(v.R.Context(), "A session ended with its token.", "error", err)
		v.signInFirst("expired")
		return
	}
	if errors.Is(err, errUnsigned) {
		v.signInFirst("")
		return
	}
	if refused, ok := errors.AsType[*refusal](err); ok {
		v.problem(refused.status, "refused."+refused.word, "", "")
		return
	}
	if problem, ok := errors.AsType[*client.ProblemError](err); ok {
		v.apiProblem(problem)
		return
	}
	if !errors.Is(err, context.Canceled) {
		v.console.log.ErrorContext(v.R.Context(), "A page failed.", "page", v.Page.Name, "error", err)
	}
	v.problem(http.StatusInternalServerError, "refused.internal", "", "")
}

// apiProblem is the page of what the API said instead of an answer.
func (v *Visit) apiProblem(p *client.ProblemError) {
	if v.misaddressed(p) {
		v.problem(http.StatusNotFound, "refused.not_found", string(p.Code), p.RequestID)
		return
	}
	switch p.Problem.Status {
	case http.StatusUnauthorized: // the token ended before the session
		if err := v.console.sessions.End(v.R.Context(), v.sessionID); err != nil {
			v.console.log.ErrorContext(v.R.Context(), "A session cannot be ended.", "error", err)
		}
		v.signInFirst("expired")
	case http.StatusNotFound:
		v.problem(http.StatusNotFound, "refused.not_found", string(p.Code), p.RequestID)
	case http.StatusForbidden:
		v.problem(http.StatusForbidden, "refused.forbidden", string(p.Code), p.RequestID)
	case http.StatusTooManyRequests:
		v.problem(http.StatusTooManyRequests, "refused.too_many", string(p.Code), p.RequestID)
	case http.StatusServiceUnavailable, http.StatusInsufficientStorage:
		v.problem(http.StatusServiceUnavailable, "refused.unavailable", string(p.Code), p.RequestID)
	default:
		v.console.log.ErrorContext(v.R.Context(), "The API refused what a page asked.", "page", v.Page.Name, "error", p)
		v.problem(http.StatusInternalServerError, "refused.internal", string(p.Code), p.RequestID)
	}
}

// misaddressed says that what the API does not take stood in the address of the page, behind its question mark: anybody can type that
// there, and it is no fault of the page.
func (v *Visit) misaddressed(p *client.ProblemError) bool {
	return v.R.Method == http.MethodGet && v.R.URL.RawQuery != "" && p.Problem.Status == http.StatusUnprocessableEntity && len(p.Problem.Errors) > 0 &&
		!slices.ContainsFunc(p.Problem.Errors, func(e client.FieldError) bool { return !v.R.URL.Query().Has(strings.TrimPrefix(e.Pointer, "/")) })
}

// signInFirst leads to the page of signing in, and from there back to where the reader wanted to be.
func (v *Visit) signInFirst(ended string) {
	to := url.Values{}
	if v.R.Method == http.MethodGet && !v.Page.Step || v.R.Method == http.MethodPost && asksAt(v.Page.Pattern) {
		to.Set("to", v.R.URL.RequestURI())
	}
	if ended != "" {
		to.Set("ended", ended)
	}
	http.Redirect(v.W, v.R, "/sign-in?"+to.Encode(), http.StatusSeeOther)
}

// asksAt says whether the form that is sent here is a page of the same address, to which its reader can come back.
func asksAt(pattern string) bool {
	path, posted := strings.CutPrefix(pattern, "POST ")
	return posted && slices.ContainsFunc(Pages(), func(p Page) bool { return p.Pattern == "GET "+path && !p.Step })
}

func (v *Visit) problem(status int, key, code, request string) {
	data := problemData{Why: v.T(key), Instead: v.T(key + ".instead"), Code: code, Request: request}
	if v.sessionID == "" {
		data.SignIn = true
	}
	if err := v.show(status, "problem", v.T(key+".title"), data); err != nil {
		v.console.log.ErrorContext(v.R.Context(), "The page of a problem cannot be shown.", "error", err)
		http.Error(v.W, http.StatusText(status), status)
	}
}

// problemData is what the page of a failure shows.
type problemData struct {
	Why     string
	Instead string
	Code    string // as the contract spells it
	Request string // what operators find it by
	SignIn  bool   // signing in may help
}
