package console

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
)

func signOut(v *Visit) error {
	if err := v.console.sessions.End(v.R.Context(), v.sessionID); err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	v.setCookie(v.console.cookieName(), "", 0)
	return v.leave("out")
}

func signOutEverywhere(v *Visit) error {
	if err := v.console.sessions.EndAll(v.R.Context(), v.Session.Subject); err != nil {
		return fmt.Errorf("end all sessions: %w", err)
	}
	v.setCookie(v.console.cookieName(), "", 0)
	return v.leave("everywhere")
}

// signedOut is where the issuer sends back whom it has signed out too, with how that ended.
func signedOut(v *Visit) error {
	ended := "out"
	if v.R.URL.Query().Get("state") == "everywhere" {
		ended = "everywhere"
	}
	return v.Go("/sign-in?ended=" + ended)
}

// leave goes by the issuer, where it has a place to sign out, and to the page of signing in where it has none or does not answer: here
// somebody is signed out already.
func (v *Visit) leave(ended string) error {
	path := "/sign-in?ended=" + ended
	if v.Session.Identity == "" {
		return v.Go(path)
	}
	provider, err := v.console.signIn.found(v.R.Context())
	if err != nil {
		v.console.log.WarnContext(v.R.Context(), "Somebody signed out here and not at the issuer, which does not answer.", "error", err)
		return v.Go(path)
	}
	at, err := url.Parse(leaving(provider))
	if err != nil || at.Host == "" {
		return v.Go(path)
	}
	query := at.Query()
	query.Set("id_token_hint", v.Session.Identity)
	query.Set("client_id", v.console.config.Client)
	query.Set("state", ended)
	query.Set("post_logout_redirect_uri", v.console.link("/signed-out"))
	at.RawQuery = query.Encode()
	http.Redirect(v.W, v.R, at.String(), http.StatusSeeOther)
	return nil
}

// leaving is where the issuer signs people out (OpenID Connect RP-Initiated Logout), or nothing.
func leaving(provider *oidc.Provider) string {
	var document struct {
		At string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&document); err != nil {
		return ""
	}
	return document.At
}
