package report_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/report"
)

// words are the answers as the table writes them.
var words = map[string]casefile.Code{
	"ok": "", "ws": casefile.WrongStage, "cc": casefile.CaseClosed, "na": casefile.NotAllowed, "late": casefile.DeadlinePassed,
	"lapsed": casefile.AssignmentLapsed, "open": casefile.EvidenceRequestOpen, "conflict": casefile.ConflictOfInterest,
}

type row struct {
	command, situation, by string
	answers                []string // by status, in the order of report.Statuses
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
			require.Equal(t, strings.Fields("command by SU SC UR NI AN CO CL"), columns)
			header = true
			continue
		}
		require.Len(t, columns, 2+len(report.Statuses), "a cell is missing: %s", line)
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
	commands := report.Commands()
	slices.Sort(commands)
	require.Equal(t, commands, slices.Compact(listed))
	require.Len(t, report.Statuses, 7)
}

func TestStatusByCommand(t *testing.T) {
	for _, r := range readTable(t) {
		for i, status := range report.Statuses {
			if r.answers[i] == "." {
				continue
			}
			want, known := words[r.answers[i]]
			require.True(t, known, "%s: %q is no answer", r.name(), r.answers[i])
			t.Run(r.name()+"/"+string(status), func(t *testing.T) { meet(t, r, status, want) })
		}
	}
}

// ways lead into each status. In contested the reported account has contested, and nobody has the report.
var ways = map[report.Status]func(tester, row) *scene{
	report.Submitted: func(t tester, _ row) *scene { return submitted(t) },
	report.Screening: func(t tester, _ row) *scene { return screening(t) },
	report.UnderReview: func(t tester, r row) *scene {
		s := underReview(t)
		if r.situation == "lapsed" {
			s.askAndWait()
		}
		return s
	},
	report.NeedInfo: func(t tester, _ row) *scene {
		s := underReview(t)
		s.do("need_info", cleo, fields{"text": "When?"})
		return s
	},
	report.Answered: func(t tester, r row) *scene {
		s := underReview(t)
		if r.situation == "lapsed" {
			s.askAndWait()
		}
		finding := report.Substantiated
		if r.situation == "unsubstantiated" {
			finding = report.Unsubstantiated
		}
		s.find(cleo, finding)
		if r.situation == "referred" {
			s.do("refer", cleo, fields{"to": "product safety"})
		}
		return s
	},
}

func init() {
	ways[report.Contested] = func(t tester, r row) *scene {
		s := ways[report.Answered](t, r)
		s.do("contest", bolt, fields{"text": "No."})
		return s
	}
	ways[report.Closed] = func(t tester, r row) *scene {
		if r.situation == "muted" {
			s := newScene(t)
			s.facts.Muted = true
			s.do("submit_report", ada, form())
			return s
		}
		s := ways[report.Answered](t, r)
		s.wait(30*day + micro)
		return s
	}
}

// askAndWait: the reporter was asked and said nothing.
func (s *scene) askAndWait() {
	s.Helper()
	s.do("need_info", cleo, fields{"text": "When?"})
	s.wait(5*day + micro)
}

// meet sends the row's command in the status and looks at the answer. What the list of actions says must agree with it.
func meet(t *testing.T, r row, status report.Status, want casefile.Code) {
	s := ways[status](t, r)
	s.status(status)
	by, data := r.prepare(s)
	check := s.state.Check(r.command, by, s.now, s.factsFor(r.command))
	answer := s.send(r.command, by, data)
	require.Equal(t, want, answer.Refused, "%+v", answer)
	switch {
	case r.command == "find" && r.situation != "early" && status == report.Screening: // it depends on what is found
	case r.command == "second" && r.situation == "released": // on what is signed
	default:
		require.Equal(t, want, check.Refused, "what is offered is what is accepted")
	}
}

// prepare sets up the row's situation, and gives the sender with good data.
func (r row) prepare(s *scene) (casefile.Actor, any) {
	by := map[string]casefile.Actor{"reporter": ada, "reported": bolt, "stranger": carl, "reviewer": cleo, "supervisor": sue, "operator": operator}[r.by]
	switch r.situation {
	case "stranger":
		by = dora
	case "replaced":
		s.do("assign", sue, fields{"to": "dora"})
	case "linked":
		s.desk[0].Linked = append(s.desk[0].Linked, bolt.ID)
	case "held":
		s.facts.Held = true
	case "proposed", "own", "released":
		s.do("propose_hold", cleo, fields{"reasons": "The money is about to leave."})
		if r.situation == "released" {
			s.facts.Holds = false
		}
	}
	switch r.command {
	case "submit_report":
		return by, form()
	case "assign":
		return by, fields{"to": "emil"}
	case "find":
		if r.situation == "early" {
			return by, fields{"finding": report.Inadmissible}
		}
		return by, fields{"finding": report.Substantiated}
	case "need_info", "give_info", "contest", "answer_referral":
		return by, fields{"text": "So it is."}
	case "propose_hold":
		return by, fields{"reasons": "The money is about to leave."}
	case "refer":
		return by, fields{"to": "product safety", "text": "Please look."}
	case "end_incident":
		return by, fields{"from": s.now, "until": s.now.Add(time.Hour), "at": s.now}
	case "declare_incident":
		return by, fields{"from": s.now, "until": s.now.Add(time.Hour), "text": "Flood."}
	}
	return by, nil
}
