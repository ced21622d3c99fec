package standing_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// words are the answers as the table writes them.
var words = map[string]casefile.Code{"ok": "", "ws": casefile.WrongStage, "cc": casefile.CaseClosed, "nf": casefile.NotFound,
	"na": casefile.NotAllowed, "late": casefile.DeadlinePassed}

var actors = map[string]casefile.Actor{"system": anybody, "seller": bolt, "buyer": ada, "supervisor": sol, "reviewer": cleo, "operator": otto}

// stands bring an account to each state, with a first entry that carries it there, final, and a measure that does not matter.
var stands = map[string]func(*scene){
	"none":       func(*scene) {},
	"good":       func(s *scene) { s.stand(1) },
	"warned":     func(s *scene) { s.stand(4) },
	"limited":    func(s *scene) { s.stand(6) },
	"restricted": func(s *scene) { s.stand(9) },
	"suspended":  func(s *scene) { s.stand(12) },
	"removed": func(s *scene) {
		s.stand(12)
		s.ok(sol, "rule_removal", is{"remove": true, "reasons": "Copies."})
	},
	"closed": func(s *scene) { s.stand(1); s.past(400 * day) },
	"gone": func(s *scene) {
		s.stand(12)
		s.ok(sol, "rule_removal", is{"remove": true, "reasons": "Copies."})
		s.past(400 * day)
	},
}

// stand takes points with one entry that is final, and starts a measure that lasts for 100 days.
func (s *scene) stand(points int) {
	s.Helper()
	s.terms.Standing.Counterfeit = points
	s.enter("dsp_1", conduct.Counterfeit)
	s.measure("rep_1", standing.Scope(standing.MessageFunction), "100d")
	s.past(7 * day)
}

// valid is the data of each command.
func (s *scene) valid(command string) is {
	switch command {
	case "enter_points":
		return is{"account": bolt.ID, "rule": conduct.Phishing, "cause": "rep_9", "terms": s.terms}
	case "start_measure":
		return is{"account": bolt.ID, "scope": standing.Sell, "cause": "rep_9", "for": 3 * policy.Day, "terms": s.terms}
	case "excuse_cause":
		return is{"account": bolt.ID, "cause": "dsp_9", "report": "rep_9", "terms": s.terms}
	case "end_excuse":
		return is{"account": bolt.ID, "cause": "dsp_9", "report": "rep_9"}
	case "finalise_entry", "void_entry":
		return is{"cause": "dsp_1"}
	case "end_incident":
		return is{"from": s.now, "until": s.now.Add(day), "at": s.now}
	case "end_measure":
		return is{"cause": "rep_1"}
	case "contest":
		entry := "ent_000001"
		if n := len(s.s.Entries); n > 0 {
			entry = s.s.Entries[n-1].ID
		}
		return is{"entry": entry, "text": "It was not me."}
	case "rule_contest":
		contest := "cts_9"
		if n := len(s.s.Contests); n > 0 {
			contest = s.s.Contests[n-1].ID
		}
		return is{"contest": contest, "upheld": false, "reasons": "Seen again."}
	case "rule_removal":
		return is{"remove": true, "reasons": "Copies."}
	}
	return is{"from": s.now, "until": s.now.Add(day), "text": "Flood."}
}

// prepare brings about the situation that a row is about: something to contest, and a contest that waits.
func (s *scene) prepare(command, situation string) {
	if command == "end_excuse" && s.s.Account != "" {
		s.ok(anybody, "excuse_cause", s.valid("excuse_cause"))
	}
	if s.s.Account == "" || s.s.Closed() || situation == "late" {
		return
	}
	if command == "contest" || situation == "waits" {
		id := s.enter("rep_8", conduct.FabricatedReport) // takes no points
		if situation == "waits" {
			s.contest(id)
		}
	}
}

type row struct {
	command, situation, by string
	answers                []string
}

func readTable(t *testing.T) (states []string, rows []row) {
	t.Helper()
	text, err := os.ReadFile("testdata/table.txt")
	require.NoError(t, err)
	for _, line := range strings.Split(string(text), "\n") {
		columns := strings.Fields(line)
		switch {
		case len(columns) == 0 || columns[0] == "#":
		case columns[0] == "command":
			states = columns[2:]
		default:
			require.Len(t, columns, 2+len(states), "a cell is missing: %s", line)
			command, situation, _ := strings.Cut(columns[0], "@")
			rows = append(rows, row{command, situation, columns[1], columns[2:]})
		}
	}
	return states, rows
}

func TestEveryCommandHasAnAnswerInEveryState(t *testing.T) {
	states, rows := readTable(t)
	for _, state := range standing.States {
		require.Contains(t, states, string(state))
	}
	require.Len(t, stands, len(states))
	var listed []string
	for _, r := range rows {
		listed = append(listed, r.command)
		if r.situation == "" {
			require.NotContains(t, r.answers, ".", "%s: only a situation may leave a state out", r.command)
		}
	}
	slices.Sort(listed)
	commands := standing.Commands()
	slices.Sort(commands)
	require.Equal(t, commands, slices.Compact(listed))
}

func TestStateByCommand(t *testing.T) {
	states, rows := readTable(t)
	for _, r := range rows {
		for i, state := range states {
			if r.answers[i] == "." {
				continue
			}
			want, known := words[r.answers[i]]
			require.True(t, known, "%q is no answer", r.answers[i])
			t.Run(strings.TrimSuffix(r.command+"@"+r.situation, "@")+"/"+state, func(t *testing.T) {
				s := begin(t)
				stands[state](s)
				if slices.Contains(standing.States, standing.State(state)) {
					require.Equal(t, standing.State(state), s.s.State)
				}
				require.Equal(t, state == "closed" || state == "gone", s.s.Closed())
				s.prepare(r.command, r.situation)
				by := actors[r.by]
				require.NotEmpty(t, by.Role)
				offered := s.s.Check(r.command, by, s.now)
				s.no(want, by, r.command, s.valid(r.command))
				require.Equal(t, want, offered.Refused, "what is offered is accepted, and the other way round")
			})
		}
	}
}

func TestAnUnknownCommandIsRefused(t *testing.T) {
	s := begin(t)
	s.no(casefile.WrongStage, bolt, "dance", is{})
	s.measure("rep_1", "list", "1d")
	s.no(casefile.WrongStage, bolt, "dance", is{})
	require.Equal(t, casefile.WrongStage, s.s.Check("dance", bolt, s.now).Refused)
}

func TestAStaleRevisionIsRefused(t *testing.T) {
	s := suspended(t)
	old := s.s.Revision - 1
	_, _, answer := s.s.Decide(casefile.Command{Case: s.s.ID, Name: "rule_removal", By: sol, At: s.now, IfRevision: &old,
		Data: []byte(`{"remove": true, "reasons": "Copies."}`)}, casefile.Facts{})
	require.Equal(t, casefile.StaleRevision, answer.Refused)
	require.Equal(t, old+1, answer.Result["revision"])
}

func TestTheKindIsWhatTheStoreNeeds(t *testing.T) {
	require.Equal(t, "standing", standing.Kind.Name)
	empty, err := standing.Kind.Decode(nil)
	require.NoError(t, err)
	require.Equal(t, standing.Standing{}, empty)
	require.False(t, empty.Closed())
	_, err = standing.Kind.Decode([]byte(`{`))
	require.Error(t, err)
	for _, name := range standing.Commands() {
		require.Zero(t, standing.Kind.Needs(name))
	}
	require.Equal(t, "std_bolt", standing.CaseID("acc_bolt"))

	s := suspended(t)
	require.Equal(t, casefile.Summary{Kind: "standing", Stage: "suspended", Status: "suspended", Move: casefile.Supervisor, OpenedAt: paid}, s.s.Summary())
	require.Equal(t, standing.CaseID(bolt.ID), s.s.Head().ID)
	require.Empty(t, s.s.Effects())
	require.Len(t, s.s.Deadlines(), 3, "two entries that expire, and the review")
}
