package console

import (
	"net/http"
	"slices"
	"time"
	_ "time/tzdata" // zones are known wherever this runs
)

// prefs are how somebody likes to read. They are in cookies, and nobody's secret.
type prefs struct {
	language string // the tag; empty: as the browser says
	theme    string // light, dark, or empty: as the system is set
	zone     string // as the browser says, by a script; UTC without one
}

const (
	themeCookie    = "recourse-theme"
	languageCookie = "recourse-language"
	zoneCookie     = "recourse-zone"
	year           = 365 * 24 * 60 * 60
)

var themes = []string{"system", "light", "dark"}

func prefsOf(r *http.Request) prefs {
	value := func(name string) string {
		if cookie, err := r.Cookie(name); err == nil {
			return cookie.Value
		}
		return ""
	}
	p := prefs{language: value(languageCookie), theme: value(themeCookie), zone: value(zoneCookie)}
	if !slices.Contains(themes, p.theme) || p.theme == "system" {
		p.theme = ""
	}
	if !slices.ContainsFunc(Languages, func(l Language) bool { return l.Tag == p.language }) {
		p.language = preferred(r.Header.Get("Accept-Language"))
	}
	if _, err := time.LoadLocation(p.zone); err != nil || p.zone == "" || p.zone == "Local" {
		p.zone = "UTC"
	}
	return p
}

// preferencesData is what the page of preferences shows.
type preferencesData struct {
	Themes    []Option
	Languages []Option
	Zone      string
	Back      string
}

func showPreferences(v *Visit) error {
	data := preferencesData{Zone: v.prefs.zone, Back: local(v.R.URL.Query().Get("back"))}
	for _, theme := range themes {
		data.Themes = append(data.Themes, Option{Value: theme, Words: v.T("theme." + theme), Chosen: theme == v.prefs.theme || theme == "system" && v.prefs.theme == ""})
	}
	for _, l := range Languages {
		data.Languages = append(data.Languages, Option{Value: l.Tag, Words: l.Name, Chosen: l.Tag == v.words.language.Tag, Language: l.Tag})
	}
	return v.Show(v.T("preferences.title"), data)
}

func keepPreferences(v *Visit) error {
	keep := func(name, value string) {
		http.SetCookie(v.W, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: year, SameSite: http.SameSiteLaxMode, Secure: v.console.secure(), HttpOnly: true})
	}
	if theme := v.R.PostFormValue("theme"); slices.Contains(themes, theme) {
		keep(themeCookie, theme)
	}
	for _, l := range Languages {
		if l.Tag == v.R.PostFormValue("language") {
			keep(languageCookie, l.Tag)
		}
	}
	return v.Go(v.R.PostFormValue("back"))
}
