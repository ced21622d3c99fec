package review_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/domain/review"
)

// words are the answers as the table writes them.
var words = map[string]casefile.Code{
	"ok": "", "ws": casefile.WrongStage, "cc": casefile.CaseClosed, "na": casefile.NotAllowed, "late": casefile.DeadlinePassed,
	"used": casefile.AppealUsed, "conflict": casefile.ConflictOfInterest,
}

type row struct {
	command, situation, by string
	answers                []string // by status, in the order of review.Statuses
}

func (r row) name() string { return strings.TrimSuffix(r.command+"@"+r.situation, "@") + "/" + r.by }

func readTable(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("testdata/table.txt")
	require.NoError(t, err)
	var rows []row
	header := false
	for _, line := range strings.Split(string(text), "\n") {
		columns := strings.Fields(line)
		if len(columns) == 0 || columns[0] == "#" {
			continue
		}
		if !header {
			require.Equal(t, strings.Fields("command by SE SC MO ED PU RE RM"), columns)
			header = true
			continue
		}
		require.Len(t, columns, 2+len(review.Statuses), "a cell is missing: %s", line)
		command, situation, _ := strings.Cut(columns[0], "@")
		rows = append(rows, row{command, situation, columns[1], columns[2:]})
	}
	return rows
}

func TestEveryCommandHasAnAnswerInEveryStatus(t *testing.T) {
	var listed []string
	for _, r := range readTable(t) {
		listed = append(listed, r.command)
		if r.situation == "" {
			require.NotContains(t, r.answers, ".", "%s: only a situation may leave a status out", r.name())
		}
	}
	slices.Sort(listed)
	commands := review.Commands()
	slices.Sort(commands)
	require.Equal(t, commands, slices.Compact(listed))
	require.Len(t, review.Statuses, 7)
}

func TestStatusByCommand(t *testing.T) {
	for _, r := range readTable(t) {
		for i, status := range review.Statuses {
			if r.answers[i] == "." {
				continue
			}
			want, known := words[r.answers[i]]
			require.True(t, known, "%s: %q is no answer", r.name(), r.answers[i])
			t.Run(r.name()+"/"+string(status), func(t *testing.T) { meet(t, r, status, want) })
		}
	}
}

// ways lead into each status.
var ways = map[review.Status]func(tester, row) *scene{
	review.Sealed: func(t tester, _ row) *scene { return sealed(t) },
	review.Screening: func(t tester, _ row) *scene {
		s := sealed(t)
		s.facts.Scanned = false
		s.wait(7*day + micro)
		return s
	},
	review.Moderation: func(t tester, _ row) *scene { return held(t) },
	review.EditRequested: func(t tester, _ row) *scene {
		s := held(t)
		s.do("moderate", cleo, fields{"verdict": "edit_requested", "text": "No numbers, please."})
		return s
	},
	review.Published: func(t tester, r row) *scene {
		switch r.situation {
		case "unmoderated":
			return published(t)
		case "silent":
			s := held(t)
			s.wait(2*day + micro)
			return s
		}
		s := held(t)
		s.do("moderate", cleo, fields{"verdict": "published"})
		return s
	},
	review.Redacted: func(t tester, _ row) *scene {
		s := held(t)
		s.redact(cleo)
		return s
	},
	review.Removed: func(t tester, _ row) *scene {
		s := held(t, review.Unlawful)
		s.do("moderate", cleo, fields{"verdict": "removed", "text": "Unlawful from end to end."})
		return s
	},
}

// meet sends the row's command in the status and looks at the answer. What the list of actions says must agree with it.
func meet(t *testing.T, r row, status review.Status, want casefile.Code) {
	s := ways[status](t, r)
	s.status(status)
	by, data := r.prepare(s)
	check := s.state.Check(r.command, by, s.now, s.factsFor(r.command))
	answer := s.send(r.command, by, data)
	require.Equal(t, want, answer.Refused, "%+v", answer)
	if r.situation != "removal" { // which depends on what is said
		require.Equal(t, want, check.Refused, "what is offered is what is accepted")
	}
}

// prepare sets up the row's situation, and gives the sender with good data.
func (r row) prepare(s *scene) (casefile.Actor, any) {
	by := map[string]casefile.Actor{"buyer": ada, "seller": bolt, "stranger": carl, "reviewer": cleo, "other": dora, "operator": operator, "system": system}[r.by]
	text := fields{"text": "So it is."}
	switch r.situation {
	case "linked":
		s.desk[0].Linked = []string{bolt.ID}
	case "appealed":
		s.do("appeal", ada, text)
	case "reported":
		s.do("report_review", bolt, text)
	case "late":
		s.wait(30*day + micro)
	case "again":
		s.do(r.command, by, text)
		if s.state.Status == review.Moderation { // and it was answered
			s.do("moderate", dora, fields{"verdict": "published"})
		}
	case "removal":
		return by, fields{"verdict": "removed"}
	}
	switch r.command {
	case "submit_review":
		return by, form()
	case "moderate":
		return by, fields{"verdict": "published"}
	case "report_answered":
		return by, report.ReviewAnswer{Report: "rep_1", Finding: report.Unsubstantiated}
	case "end_incident":
		return by, fields{"from": s.now, "until": s.now.Add(time.Hour), "at": s.now}
	case "declare_incident":
		return by, fields{"from": s.now, "until": s.now.Add(time.Hour), "text": "Flood."}
	case "edit_review", "reply", "report_review", "appeal":
		return by, text
	}
	return by, nil
}
