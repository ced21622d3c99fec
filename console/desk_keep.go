package console

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
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
	return v.stream("counts", slower*v.console.live.every, func() (string, error) {
		counts, err := v.queueCounts(v.R.Context())
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(counts)
		return string(text), err
	})
}

// slower is how many times less often the counts are asked for than one case: there are five of them.
const slower = 5
