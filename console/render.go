package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"recourse/api/client"
)

//go:embed templates
var templateFiles embed.FS

//go:embed static/htmx.min.js static/app.js static/style.css static/centre.css static/centre.js static/board.css static/desk.css static/desk.js static/mark.svg static/htmx.LICENSE
var staticContent embed.FS

// sets are the templates, one set for each language and zone: what a phrase or an instant looks like depends on them.
type sets struct {
	phrases *phrases
	mu      sync.Mutex
	made    map[prefs]*set
}

// maxSets bounds how many are kept: more languages and zones than that are rare at once.
const maxSets = 100

type set struct{ pages map[string]*template.Template }

// newSets makes the first set at once, so that a template that cannot be read stops the start.
func newSets(p *phrases) (*sets, error) {
	s := &sets{phrases: p, made: map[prefs]*set{}}
	_, err := s.of(prefs{language: Languages[0].Tag, zone: "UTC"})
	return s, err
}

func (s *sets) of(p prefs) (*set, error) {
	p.theme = ""
	s.mu.Lock()
	defer s.mu.Unlock()
	if made, there := s.made[p]; there {
		return made, nil
	}
	zone, err := time.LoadLocation(p.zone)
	if err != nil {
		return nil, fmt.Errorf("find the zone: %w", err)
	}
	made, err := parse(functions(s.phrases.in(p.language), zone))
	if err != nil {
		return nil, err
	}
	if len(s.made) >= maxSets {
		clear(s.made)
	}
	s.made[p] = made
	return made, nil
}

// parse reads every page's template with the frame and the parts that all share.
func parse(functions template.FuncMap) (*set, error) {
	shared, err := template.New("frame").Funcs(functions).ParseFS(templateFiles, "templates/*.html", "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the frame: %w", err)
	}
	pages, err := fs.Glob(templateFiles, "templates/pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the pages: %w", err)
	}
	s := &set{pages: map[string]*template.Template{}}
	for _, name := range pages {
		own, err := shared.Clone()
		if err != nil {
			return nil, fmt.Errorf("copy the frame: %w", err)
		}
		if _, err := own.ParseFS(templateFiles, name); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".html")] = own
	}
	return s, nil
}

func (s *set) execute(w io.Writer, page string, frame Frame) error {
	own, there := s.pages[page]
	if !there {
		return fmt.Errorf("there is no template %s", page)
	}
	return own.ExecuteTemplate(w, "frame", frame)
}

// functions are what templates can say.
func functions(w *words, zone *time.Location) template.FuncMap {
	return template.FuncMap{
		"t":       w.phrase,
		"has":     w.has,
		"word":    w.word,
		"becomes": w.becomes,
		"money":   func(m any) string { return w.anyMoney(m) },
		"when":    func(at time.Time) template.HTML { return w.moment(at, zone) },
		"day":     func(at time.Time) template.HTML { return w.day(at, zone) },
		"length":  w.length,
		"size":    w.size,
		"left":    w.left,
		"static":  staticPath,
		"join":    strings.Join,
		"titles":  w.titles,
		"sooner":  sooner,
		"dict":    dict,
		"initial": initial,
	}
}

// sooner are the dates of a case in the order in which they come.
func sooner(all []client.Deadline) []client.Deadline {
	return slices.SortedStableFunc(slices.Values(all), func(a, b client.Deadline) int { return a.DueAt.Compare(b.DueAt) })
}

// initial is the first letter of a name, in whichever script.
func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if first == utf8.RuneError {
		return ""
	}
	return string(first)
}

// anyMoney takes an amount, or a pointer to one, which may be nil.
func (w *words) anyMoney(m any) string {
	switch m := m.(type) {
	case client.Money:
		return w.money(m)
	case *client.Money:
		if m != nil {
			return w.money(*m)
		}
	}
	return ""
}

// dict makes the data of a part: {{template "part" dict "Frame" $ "Order" .}}.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d values are not pairs", len(pairs))
	}
	made := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		made[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return made, nil
}

// stamps tell one state of a file from the next, so that browsers may keep it for ever.
var stamps = func() map[string]string {
	made := map[string]string{}
	entries, err := staticContent.ReadDir("static")
	if err != nil {
		panic(fmt.Sprintf("console: %v", err)) // it is embedded
	}
	for _, e := range entries {
		content, err := staticContent.ReadFile("static/" + e.Name())
		if err != nil {
			panic(fmt.Sprintf("console: %v", err))
		}
		sum := sha256.Sum256(content)
		made[e.Name()] = hex.EncodeToString(sum[:6])
	}
	return made
}()

func staticPath(name string) string { return "/static/" + name + "?" + stamps[name] }

// staticFiles serves our own files. An address with the right stamp is good for ever.
func staticFiles() http.Handler {
	files := http.FileServerFS(staticContent)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stamp, there := stamps[strings.TrimPrefix(r.URL.Path, "/static/")]
		if !there {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if r.URL.RawQuery == stamp {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		files.ServeHTTP(w, r)
	})
}
