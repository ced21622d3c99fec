package browser

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/console"
	"recourse/devstack/seed"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// untaken are forms of which none says that it took the corpus: a reply may have no links, and a view that is kept says nothing. The
// console's own tests send them.
var untaken = []string{"/desk /desk/views", "/reviews/{id}/do/reply /reviews/{id}/do/reply"}

// authors are who writes: those of the scenes, and everybody whom the stories name.
var authors = []string{"Hana", "Kiln", "Saul", "Vera", "Ada", "Iris", "Bolt", "Volt", "Gilt", "Cleo", "Dara", "Emil", "Fay", "Sol", "Otto", "Platform"}

// starts are where somebody begins to look for forms: every example of theirs, and every case of the stories, or of the scenes for those
// of the scenes. Who runs the platform looks at both.
func starts(t *testing.T, places Places, person string) []string {
	t.Helper()
	var role casefile.Role
	for _, p := range places.Seeded.People {
		if p.Name == person {
			role = p.Role
		}
	}
	paths := []string{"/", "/reviews", "/reports", "/standing", "/preferences"}
	if role == casefile.Reviewer || role == casefile.Supervisor {
		paths = append(paths, "/desk/reports", "/desk/reviews?show=all", "/desk/standings?show=all")
	}
	for _, p := range console.Pages() {
		for _, e := range p.Examples {
			if e.As == person && !p.Step {
				path, err := places.Path(t.Context(), e)
				require.NoError(t, err)
				paths = append(paths, path)
			}
		}
	}
	cases, staged := slices.Clone(places.Seeded.Cases), slices.ContainsFunc(places.Scenes.People, func(p seed.Person) bool { return p.Name == person })
	if staged {
		cases = nil
	}
	for _, s := range places.Scenes.All {
		if s.Order != "" && (staged || role == casefile.Operator) {
			cases = append(cases, s.Case)
		}
		if s.Report != "" && role == casefile.Operator {
			paths = append(paths, "/reports/"+s.Report)
		}
	}
	for _, c := range cases {
		paths = append(paths, "/orders/"+c.Order)
		if c.Dispute != "" {
			paths = append(paths, "/disputes/"+c.Dispute)
		}
		if c.Dispute != "" && (role == casefile.Reviewer || role == casefile.Supervisor) {
			paths = append(paths, "/desk/disputes/"+c.Dispute)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// enough is how many forms of a kind are looked for: what is sent into one may end the next.
const enough = 4

// crawl walks from the pages where somebody begins to whatever leads to a form, but for forms of which others have met enough. It
// returns what was found.
func (w *writer) crawl(begin []string, met map[string]int) []found {
	var all []found
	w.t.Helper()
	walked, ahead := map[string]bool{}, begin
	for len(ahead) > 0 { // until nothing new is led to
		var ways []string
		for _, p := range w.look(ahead) {
			walked[p.Path] = true
			all = append(all, p)
			ways = append(ways, p.Ways...)
		}
		ahead = nil
		for _, way := range slices.Compact(slices.Sorted(slices.Values(ways))) {
			key := keyOf(way)
			if walked[way] || met[key] >= enough && !strings.HasSuffix(key, "/{id}") && !strings.HasSuffix(key, "/letter") {
				continue
			}
			met[key]++
			ahead = append(ahead, way)
		}
	}
	return all
}

// unmet are the forms that take words and that are not among those that were found.
func unmet(keys []string) []string {
	var missing []string
	for _, f := range console.Forms() {
		if f.Program || len(f.Typed()) == 0 {
			continue
		}
		offered := slices.ContainsFunc(keys, func(key string) bool {
			return slices.ContainsFunc([]bool{false, true}, func(desk bool) bool { return strings.HasPrefix(key, f.Root(desk)+"{id}/do/"+f.Action+" ") })
		})
		if !offered {
			missing = append(missing, f.Kind+" "+f.Action)
		}
	}
	return missing
}

// Whatever people write is shown as they wrote it, and is nothing but words: in every field that takes words, of every form that a
// page of the seeded stories and scenes offers to somebody, which is every form there is, and on every kind of page that shows it afterwards.
func TestTheCorpusInEveryFieldOfEveryFormStaysWords(t *testing.T) {
	s, err := stack.Start(t.Context(), stack.Options{LookEvery: time.Hour, Scanner: &scans})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	places, err := Seed(t.Context(), s)
	require.NoError(t, err)
	require.NoError(t, places.Stage(t.Context(), s))
	everybody := writers(t, s, places)
	began := time.Now()
	everything := strings.Join(corpus, "\n")

	// Every form that takes words, for each kind of page, wherever somebody finds it.
	forms, met, byName, begin := map[string][]written{}, map[string]int{}, map[string]*writer{}, map[string][]string{}
	for _, w := range everybody {
		byName[w.name], begin[w.name] = w, starts(t, places, w.name)
		for _, p := range w.crawl(begin[w.name], met) {
			for _, action := range p.Forms {
				if key := keyOf(p.Path) + " " + keyOf(action); len(forms[key]) < enough {
					forms[key] = append(forms[key], written{key, w.name, p.Path, action})
				}
			}
		}
	}
	keys := slices.Sorted(maps.Keys(forms))
	require.Empty(t, unmet(keys), "forms into which nobody has typed")

	// Each is sent, where one is taken, with texts that can be told from each other. What is asked for by its address is opened.
	texts, refused := map[int][]string{}, map[string]string{}
	for n, key := range keys {
		refused[key] = "ended by what was sent before"
		for _, f := range forms[key] {
			w := byName[f.who]
			answer := w.write(f, fmt.Sprintf("No %d: %s", n, everything))
			if answer == nil {
				continue
			}
			if answer.At != "" {
				_, err := w.Go(answer.At)
				require.NoError(t, err)
				w.unharmed(answer.At)
			}
			if refused[key] = plain(answer.Said); answer.At == "" && !answer.Done {
				continue
			}
			for _, words := range answer.Typed {
				if answer.Done {
					texts[n] = append(texts[n], plain(words))
				}
			}
			delete(refused, key)
			break
		}
	}
	for key, why := range refused {
		t.Logf("not taken: %s: %s", key, why)
	}

	// And every kind of page that shows a text is opened by somebody who can.
	read, opened, count := map[int]bool{}, map[string]bool{}, 0
	for _, w := range everybody {
		for _, p := range w.crawl(begin[w.name], map[string]int{}) {
			fresh := func(n int) bool { return !opened[fmt.Sprint(keyOf(p.Path), n)] }
			if !slices.ContainsFunc(p.Texts, fresh) {
				continue
			}
			_, err := w.Go(p.Path)
			require.NoError(t, err)
			w.unharmed(p.Path)
			count++
			all := w.text()
			for _, n := range p.Texts {
				opened[fmt.Sprint(keyOf(p.Path), n)] = true
				read[n] = read[n] || slices.ContainsFunc(texts[n], func(words string) bool { return strings.Contains(all, words) })
			}
		}
	}
	var unread []string
	for _, n := range slices.Sorted(maps.Keys(texts)) {
		if !read[n] {
			unread = append(unread, keys[n])
		}
	}
	t.Logf("%s: %d forms, %d texts kept, %d pages opened that show them", time.Since(began).Round(time.Second), len(keys), len(texts), count)
	require.Equal(t, untaken, slices.Sorted(maps.Keys(refused)), "forms that did not take what was typed")
	require.Empty(t, unread, "texts that were kept and that no page shows")
}
