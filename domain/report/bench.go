package report

import (
	"slices"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
)

// matter is the report as its assignment must know it.
func (t *turn) matter() assignment.Matter {
	return assignment.Matter{Case: t.ID, Parties: t.Parties(), Barred: t.Bench.Barred, Lapsed: t.Bench.Lapsed,
		Window: t.Terms.Desk.ConflictWindow.Std(), At: t.At()}
}

// assignFirst gives the report to the first who may have it; where nobody may, somebody is looked for again.
func (t *turn) assignFirst() {
	if t.Bench.Reviewer != "" {
		return
	}
	if reviewer, waived, found := t.matter().Reviewer(t.facts.Reviewers); found {
		t.give(reviewer, waived)
		return
	}
	t.Notice("supervisors", "nobody_free")
	t.Start(dueAssignment, "report.submitted", "dispute.assignment_retry", t.Terms.Desk.AssignmentRetry.Std())
}

func (t *turn) give(reviewer string, waived bool) {
	t.Bench.Reviewer, t.Bench.AssignedAt, t.Bench.Waived = reviewer, t.At(), waived
	t.Clocks.Remove(dueAssignment)
	t.duty("assigned", false)
	t.EventBy(t.By(), casefile.NoticeSent, map[string]any{"to": reviewer, "about": "assigned", "conflict_waived": waived})
}

// duty records that the reviewer has the report, or has it no more.
func (t *turn) duty(kind string, over bool) {
	d := casefile.Duty{Reviewer: t.Bench.Reviewer, Kind: kind, Parties: t.Parties(), At: t.At()}
	if over {
		d.Until = t.At()
	}
	t.Duties = append(t.Duties, d)
}

// dismiss takes the report from its reviewer; whatever it still sends has lapsed.
func (t *turn) dismiss(kind string) {
	if t.Bench.Reviewer == "" {
		return
	}
	t.duty(kind, true)
	t.Bench.Lapsed = append(t.Bench.Lapsed, t.Bench.Reviewer)
	t.Bench.Reviewer = ""
}

type appointment struct {
	To string `json:"to"`
}

// assign is a supervisor's choice, under the same conflicts. A contest may also be given to a supervisor.
func (t *turn) assign(a appointment) casefile.Answer {
	c, found := assignment.Named(t.facts.Reviewers, a.To)
	fit := c.Role == casefile.Reviewer || c.Role == casefile.Supervisor && t.Round > 1
	if !found || !fit {
		return casefile.Invalid("/to", "The report is given to somebody who may decide it.")
	}
	if why := t.matter().Conflict(c); why != "" {
		return casefile.Answer{Refused: casefile.ConflictOfInterest, Detail: "This person may not decide this report.", Result: map[string]any{"why": why}}
	}
	if t.Bench.Reviewer == a.To {
		return casefile.Answer{}
	}
	t.dismiss("set_aside")
	t.dropProposal()
	t.Bench.Lapsed = slices.DeleteFunc(t.Bench.Lapsed, func(id string) bool { return id == a.To })
	t.give(a.To, false)
	return casefile.Answer{}
}

// onBench refuses who does not have the report.
func (t *turn) onBench() casefile.Answer {
	id := t.By().ID
	switch {
	case id != "" && id == t.Bench.Reviewer:
		return casefile.Answer{}
	case slices.Contains(t.Bench.Lapsed, id):
		return casefile.Refuse(casefile.AssignmentLapsed, "This report was given to somebody else.")
	}
	return casefile.Refuse(casefile.NotAllowed, "This report is not yours.")
}

// linked says that somebody is a side, or linked to one, by now.
func (t *turn) linked() bool {
	c, found := assignment.Named(t.facts.Reviewers, t.By().ID)
	return found && t.matter().Conflict(c) == assignment.LinkedToParty
}
