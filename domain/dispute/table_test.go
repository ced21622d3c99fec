package dispute_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// words are the answers as the table writes them.
var words = map[string]casefile.Code{
	"ok": "", "ws": casefile.WrongStage, "cc": casefile.CaseClosed, "stale": casefile.StaleOffer, "na": casefile.NotAllowed,
	"open": casefile.EvidenceRequestOpen, "used": casefile.AppealUsed, "voted": casefile.AlreadyVoted, "late": casefile.DeadlinePassed,
	"lapsed": casefile.AssignmentLapsed, "disputed": casefile.DisputeAlreadyOpen,
}

// row is one line of the table.
type row struct {
	command, situation string
	by                 casefile.Role
	answers            []string // by status, in the order of dispute.Statuses
}

func (r row) name() string { return strings.TrimSuffix(r.command+"@"+r.situation, "@") }

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
			require.Equal(t, strings.Fields("command by WS WB PF WR WD AS WE UR SG AW AP CL"), columns)
			header = true
			continue
		}
		require.Len(t, columns, 2+len(dispute.Statuses), "a cell is missing: %s", line)
		command, situation, _ := strings.Cut(columns[0], "@")
		rows = append(rows, row{command, situation, casefile.Role(columns[1]), columns[2:]})
	}
	return rows
}

// TestEveryCommandHasAnAnswerInEveryStatus: no status and no command is left out of the table.
func TestEveryCommandHasAnAnswerInEveryStatus(t *testing.T) {
	rows := readTable(t)
	var listed []string
	for _, r := range rows {
		listed = append(listed, r.command)
		if r.situation == "" {
			require.NotContains(t, r.answers, ".", "%s: only a situation may leave a status out", r.name())
		}
	}
	slices.Sort(listed)
	commands := dispute.Commands()
	slices.Sort(commands)
	require.Equal(t, commands, slices.Compact(listed))
	require.Len(t, dispute.Statuses, 12)
}

func TestStatusByCommand(t *testing.T) {
	for _, r := range readTable(t) {
		for i, status := range dispute.Statuses {
			word := r.answers[i]
			if word == "." {
				continue
			}
			want, known := words[word]
			require.True(t, known, "%s: %q is no answer", r.name(), word)
			t.Run(r.name()+"/"+string(r.by)+"/"+string(status), func(t *testing.T) { meet(t, r, status, want) })
		}
	}
}

// meet sends the row's command in the status and looks at the answer. What the list of actions says must agree with it.
func meet(t *testing.T, r row, status dispute.Status, want casefile.Code) {
	s := r.stand(t, status)
	s.status(status)
	by := r.actor(s)
	before := s.d()
	order := s.Order(s.order).FactsFor(s.id, s.Now)
	check := before.Check(r.command, by, s.Now, casefile.Facts{Order: &order, Reviewers: s.Reviewers})
	answer, err := s.World.Do(s.id, r.command, by, r.data(s))
	require.NoError(t, err)
	require.Equal(t, want, answer.Refused, "%+v", answer)
	if want == "" {
		require.Empty(t, check.Refused, "an action that is accepted is offered")
		if r.command == "open_original" {
			require.Equal(t, before.Revision, s.d().Revision, "looking makes nothing stale")
			return
		}
		require.Greater(t, s.d().Revision, before.Revision)
		return
	}
	require.NotEmpty(t, answer.Detail)
	require.Equal(t, before, s.d(), "a refusal changes nothing")
	if saysMore := want == casefile.StaleOffer || r.command == "second" && r.situation != ""; !saysMore {
		require.Equal(t, want, check.Refused, "an action that is refused is not offered, unless it depends on what it says")
	}
}
