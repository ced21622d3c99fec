package bundle

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"recourse/domain/casefile"
	"recourse/domain/rerun"
)

// letters are what the cases of a bundle told each other: what one sent, the other must have at its door, once. So the money
// that an order moved is the money that its dispute ended with.
type letters struct {
	here map[string]bool
	open map[string]int // what was sent, less what arrived
}

func newLetters(places []Place) *letters {
	l := &letters{here: map[string]bool{}, open: map[string]int{}}
	for _, p := range places {
		l.here[p.ID] = true
	}
	return l
}

// leave counts what a case sent to the others of the bundle.
func (l *letters) leave(run *rerun.Run) error {
	for _, s := range run.Sends {
		if err := l.count(s.Case, s.Name, s.Data, 1); err != nil {
			return err
		}
	}
	for _, o := range run.Openings {
		if err := l.count(o.ID, o.Name, o.Data, 1); err != nil {
			return err
		}
	}
	return nil
}

// arrive counts what is at a case's door and came from another case of the bundle: at a dispute's, its opening and all that the
// system says but the results of effects and what detectors saw; at an order's, what the system says of a dispute of the bundle.
func (l *letters) arrive(run *rerun.Run) error {
	for _, c := range run.Commands {
		if casefile.IsResult(c.Name) || c.By == casefile.Detectors {
			continue
		}
		var about struct {
			Dispute string `json:"dispute"`
			Order   string `json:"order"`
		}
		if len(c.Data) > 0 && json.Unmarshal(c.Data, &about) != nil {
			continue // a letter has this form; the rules refuse what has not
		}
		told := c.By.Role == casefile.System && (run.Kind.Name == casefile.KindDispute && len(l.here) > 1 || l.here[about.Dispute])
		if told || c.Name == "open" && l.here[about.Order] {
			if err := l.count(run.Case, c.Name, c.Data, -1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *letters) count(to, name string, data any, by int) error {
	if !l.here[to] {
		return nil
	}
	text, err := casefile.Canonical(data)
	if err != nil {
		return fault(to, "%s has data without a canonical form", name)
	}
	l.open[to+"\n"+name+"\n"+string(text)] += by
	return nil
}

// delivered says which letter was sent and did not arrive, or the other way round.
func (l *letters) delivered() error {
	for _, letter := range slices.Sorted(maps.Keys(l.open)) {
		to, rest, _ := strings.Cut(letter, "\n")
		name, _, _ := strings.Cut(rest, "\n")
		switch n := l.open[letter]; {
		case n > 0:
			return fault(to, "%s was sent to it by the rules, and did not arrive like this", name)
		case n < 0:
			return fault(to, "%s arrived, and by the rules nobody sent it like this", name)
		}
	}
	return nil
}
