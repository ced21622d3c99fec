package console

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"recourse/api/client"
	"recourse/internal/session"
)

// Visit is one request for one page, and everything that serves it needs.
type Visit struct {
	W       http.ResponseWriter
	R       *http.Request
	Page    Page
	Session session.Session // of whoever is signed in; nothing on open pages without anybody
	API     *client.Client  // asks as whoever is signed in; nil when nobody is

	console   *Console
	sessionID string
	words     *words
	prefs     prefs
	live      *liveCase
}

// Frame is what every page's template is given.
type Frame struct {
	Page     string
	Title    string
	Language Language
	Theme    string
	Person   *session.Session // nil: nobody is signed in
	Token    string           // of the forms
	Nav      []Link
	Here     string // the path, with its query
	Done     string // what was just done, in words
	Next     string // what happens next because of it
	Live     *liveCase
	Desk     bool // the page is one of the desk, which has its commands on each
	Keys     bool // single keys do something
	Data     any
}

// ForParties says that the reader is a party, or may be one: what the pages promise is said to them.
func (f Frame) ForParties() bool {
	return f.Person == nil || slices.Contains(parties, client.Role(f.Person.Role))
}

// Link is a way to another page.
type Link struct {
	Path    string
	Words   string
	Current bool
}

// T is a phrase in the reader's language; the pairs are what is put into it.
func (v *Visit) T(key string, pairs ...any) string { return v.words.phrase(key, pairs...) }

// Word is a value of the contract in words.
func (v *Visit) Word(group string, value any) string { return v.words.word(group, value) }

// Is says whether the reader has one of the roles.
func (v *Visit) Is(roles ...client.Role) bool {
	for _, r := range roles {
		if v.Session.Role == string(r) {
			return true
		}
	}
	return false
}

// Follow makes the page follow its case: it is told when the case has changed.
func (v *Visit) Follow(kind, id string, revision int64) { v.live = &liveCase{kind, id, revision} }

// Show answers with the page: its template with the data, in the frame that all pages share.
func (v *Visit) Show(title string, data any) error {
	return v.show(http.StatusOK, v.Page.Name, title, data)
}

func (v *Visit) show(status int, template, title string, data any) error {
	set, err := v.console.sets.of(v.prefs)
	if err != nil {
		return err
	}
	frame := Frame{Page: template, Title: title, Language: v.words.language, Theme: v.prefs.theme, Here: v.R.URL.RequestURI(), Live: v.live, Data: data,
		Done: v.done(), Next: v.next()}
	if v.sessionID != "" {
		frame.Person, frame.Token, frame.Nav = &v.Session, session.Token(v.sessionID), v.nav()
		frame.Desk, frame.Keys = v.atDesk(), keysOn(v.R)
	}
	if v.R.Method != http.MethodGet {
		frame.Here = "/"
	}
	var page bytes.Buffer
	if err := set.execute(&page, template, frame); err != nil {
		return fmt.Errorf("show the page %s: %w", template, err)
	}
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.W.Header().Set("Content-Language", v.words.language.Tag)
	v.W.WriteHeader(status)
	_, _ = v.W.Write(page.Bytes()) // who has gone needs no answer
	return nil
}

// Go sends the reader to another page of ours, after something was done.
func (v *Visit) Go(path string) error {
	http.Redirect(v.W, v.R, local(path), http.StatusSeeOther)
	return nil
}

// local is the path if it is one of ours, and home otherwise: nobody is sent elsewhere by an address that they were given.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return u.String()
}

// nav are the ways that the reader's role has.
func (v *Visit) nav() []Link {
	var links []Link
	current := -1 // the nearest way to where the reader is: one of them alone
	for _, way := range ways {
		if len(way.roles) > 0 && !v.Is(way.roles...) {
			continue
		}
		here := v.R.URL.Path == way.path || way.path != "/" && strings.HasPrefix(v.R.URL.Path, way.path+"/")
		if here && (current < 0 || len(way.path) > len(links[current].Path)) {
			current = len(links)
		}
		links = append(links, Link{Path: way.path, Words: v.T("nav." + way.name)})
	}
	if current >= 0 {
		links[current].Current = true
	}
	return links
}

// ways is the navigation: what each role finds at the top of every page.
var ways = []struct {
	name, path string
	roles      []client.Role
}{
	{"home", "/", nil},
	{"orders", "/orders", nil},
	{"disputes", "/disputes", nil},
	{"board", "/board", overseers},
	{"incidents", "/incidents", overseers},
	{"reviews", "/reviews", parties},
	{"reports", "/reports", parties},
	{"standing", "/standing", parties},
	{"desk", "/desk", deciders},
	{"desk.reports", "/desk/reports", deciders},
	{"desk.reviews", "/desk/reviews", deciders},
	{"desk.standings", "/desk/standings", deciders},
}

// done says what was just done, when the reader comes from doing it.
func (v *Visit) done() string {
	query := v.R.URL.Query()
	if key := "done." + query.Get("done"); query.Get("done") != "" && v.words.has(key) {
		return v.T(key)
	}
	if f, known := formOf(query.Get("kind"), query.Get("did")); known {
		if query.Get("waits") != "" {
			return v.T("did.waits", "Action", v.actionWords(f, ""))
		}
		return v.T("did.done", "Action", v.actionWords(f, ""))
	}
	return ""
}

// next says what follows from what was just done.
func (v *Visit) next() string {
	query := v.R.URL.Query()
	if key := "done." + query.Get("done") + ".next"; v.words.has(key) {
		return v.T(key)
	}
	if f, known := formOf(query.Get("kind"), query.Get("did")); known {
		return v.T(v.actionKey("next", f, v.Session.Role))
	}
	return ""
}
