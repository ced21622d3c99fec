package report

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// Side is one of the two whom a report is between.
type Side string

// The sides.
const (
	ReporterSide Side = "reporter"
	ReportedSide Side = "reported"
)

// Contest is a side's word against a finding.
type Contest struct {
	By    Side      `json:"by"`
	Round int       `json:"round"` // of the finding
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
}

// side says which side somebody is.
func (r Report) side(a casefile.Actor) (Side, bool) {
	switch a.ID {
	case "":
		return "", false
	case r.Reporter:
		return ReporterSide, true
	case r.Reported:
		return ReportedSide, true
	}
	return "", false
}

func (r Report) account(s Side) string {
	if s == ReporterSide {
		return r.Reporter
	}
	return r.Reported
}

func (r Report) hasContested(s Side) bool {
	return slices.ContainsFunc(r.Contests, func(c Contest) bool { return c.By == s })
}

// contestable says that a side could still contest the last finding. One that follows from a rule alone, before anybody has
// looked at the report, is contested where the rule comes from: the mute, or the report that goes on.
func (r Report) contestable() bool {
	return !r.Final && !((r.Reporter == "" || r.hasContested(ReporterSide)) && r.hasContested(ReportedSide))
}

// contestOpen says that the time to contest the last finding is not over. It goes on while the contest of one side is examined.
func (t *turn) contestOpen() bool {
	_, open := t.Clocks.Get(dueContest)
	return open
}

// mayContest: each side once, in the time after a finding.
func (t *turn) mayContest() casefile.Answer {
	side, is := t.side(t.By())
	switch {
	case !is:
		return casefile.Refuse(casefile.NotAllowed, "You are no side of this report.")
	case t.Status == Closed && (t.Final || t.hasContested(side)):
		return casefile.Refuse(casefile.CaseClosed, "This report is closed.")
	case len(t.Rulings) == 0 || t.hasContested(side):
		return casefile.Refuse(casefile.WrongStage, "Each side can contest a finding, once.")
	case !t.contestOpen():
		return casefile.Refuse(casefile.DeadlinePassed, "The time to contest this finding is over.")
	}
	return casefile.Answer{}
}

type grounds struct {
	Text string `json:"text"`
}

func (g grounds) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", g.Text, t.Terms.Limits.TextRunes)
}

// contest begins another round before another reviewer, or joins the round that the other side has begun.
func (t *turn) contest(g grounds) casefile.Answer {
	side, _ := t.side(t.By())
	t.Contests = append(t.Contests, Contest{By: side, Round: len(t.Rulings), Text: g.Text, At: t.At()})
	t.Event(casefile.ReportContested, map[string]any{"side": side, "text": g.Text})
	if !t.contestable() {
		t.Clocks.Remove(dueContest)
	}
	if t.Status != Answered {
		return casefile.Answer{}
	}
	t.Status = Contested
	t.reopen(t.Rulings[len(t.Rulings)-1])
	t.beginRound("report.contested")
	return casefile.Answer{}
}
