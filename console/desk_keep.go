package console

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What somebody keeps of the desk is in cookies of their browser: it is nobody's secret, and works without a script.
const (
	viewsCookie = "recourse-views"
	keysCookie  = "recourse-keys"
	mostViews   = 8
	viewName    = 40 // characters
)

// views are the reader's own ways to look at the queue. What cannot be read is none.
func (v *Visit) views() []savedView {
	cookie, err := v.R.Cookie(viewsCookie)
	if err != nil {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var kept []savedView
	if json.Unmarshal(text, &kept) != nil || len(kept) > mostViews {
		return nil
	}
	for i := range kept {
		kept[i].Query = queueQuery(kept[i].Query)
	}
	return kept
}

// keepView saves what is looked at under a name, or forgets it.
func keepView(v *Visit) error {
	name, query := strings.TrimSpace(v.R.PostFormValue("name")), queueQuery(v.R.PostFormValue("query"))
	kept := slices.DeleteFunc(v.views(), func(s savedView) bool { return s.Name == name })
	if v.R.PostFormValue("forget") == "" && name != "" && utf8.RuneCountInString(name) <= viewName && len(kept) < mostViews {
		kept = append(kept, savedView{name, query})
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("keep the views: %w", err)
	}
	v.keep(viewsCookie, base64.RawURLEncoding.EncodeToString(text))
	return v.Go("/desk?" + query)
}

func (v *Visit) keep(name, value string) {
	http.SetCookie(v.W, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: year, SameSite: http.SameSiteLaxMode, Secure: v.console.secure(), HttpOnly: true})
}

// keysOn says whether single keys do something for the reader.
func keysOn(r *http.Request) bool {
	cookie, err := r.Cookie(keysCookie)
	return err != nil || cookie.Value != "off"
}

// keysData is the page of keys and commands.
type keysData struct {
	On       bool
	Keys     []deskKey
	Commands []Link
}

// deskKey is a key and what it does.
type deskKey struct{ Key, Words string }

// deskKeys are all keys of the desk; the phrase desk.key.NAME says what each does.
var deskKeys = []struct{ key, name string }{
	{"J", "next"}, {"K", "previous"}, {"Enter", "open"}, {"A", "take"}, {"R", "release"}, {"H", "snooze"}, {"1 … 5", "filter"}, {"?", "help"}, {"Ctrl K", "palette"},
}

func showKeys(v *Visit) error {
	data := keysData{On: keysOn(v.R)}
	for _, k := range deskKeys {
		data.Keys = append(data.Keys, deskKey{k.key, v.Word("desk.key", k.name)})
	}
	for _, name := range queueFilters {
		data.Commands = append(data.Commands, Link{Path: "/desk?show=" + name, Words: v.T("desk.title") + ": " + v.filterWords(name)})
	}
	for _, s := range v.views() {
		data.Commands = append(data.Commands, Link{Path: s.Path(), Words: v.T("desk.title") + ": " + s.Name})
	}
	data.Commands = append(data.Commands, v.nav()...)
	data.Commands = append(data.Commands, Link{Path: "/preferences", Words: v.T("preferences.title")})
	return v.Show(v.T("desk.keys.title"), data)
}

func keepKeys(v *Visit) error {
	value := "on"
	if v.R.PostFormValue("keys") == "off" {
		value = "off"
	}
	v.keep(keysCookie, value)
	return v.Go("/desk/keys")
}

// followQueue tells an open queue of its counts, whenever they are others.
func followQueue(v *Visit) error {
	if !v.console.live.enter(v.sessionID) {
		return &refusal{http.StatusTooManyRequests, "too_many"}
	}
	defer v.console.live.leave(v.sessionID)
	counts, err := v.queueCounts(v.R.Context())
	if err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/event-stream")
	v.W.Header().Set("X-Accel-Buffering", "no")
	connection, ticker, end := http.NewResponseController(v.W), time.NewTicker(slower*v.console.live.every), time.After(followFor)
	defer ticker.Stop()
	told := ""
	for {
		text, err := json.Marshal(counts)
		if err != nil {
			return fmt.Errorf("tell the counts: %w", err)
		}
		line := ": still here\n\n"
		if string(text) != told {
			told = string(text)
			line = "event: counts\ndata: " + told + "\n\n"
		}
		_ = connection.SetWriteDeadline(time.Now().Add(requestTime)) // a connection without deadlines ends with its request
		if _, err := fmt.Fprint(v.W, line); err != nil {
			return nil // the page was closed
		}
		if err := connection.Flush(); err != nil {
			return nil // the page was closed
		}
		select {
		case <-v.R.Context().Done():
			return nil
		case <-v.console.over.Done():
			return nil
		case <-end:
			return nil
		case <-ticker.C:
		}
		if there, err := v.console.sessions.Lasts(v.R.Context(), v.sessionID); err != nil || !there {
			return nil // signed out: the browser comes back and is told
		}
		if counts, err = v.queueCounts(v.R.Context()); err != nil {
			return nil // the answer has begun: the browser comes back and is told
		}
	}
}

// slower is how many times less often the counts are asked for than one case: five lists are read for them.
const slower = 5
