package dispute

import (
	"slices"
	"time"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
)

// Bench is who decides the case, and who may not.
type Bench struct {
	Reviewer   string      `json:"reviewer,omitempty"`
	AssignedAt time.Time   `json:"assigned_at,omitzero"`
	Waived     bool        `json:"waived,omitempty"` // nobody was free of earlier cases with a party
	Lapsed     []string    `json:"lapsed,omitempty"` // had it before
	Barred     []string    `json:"barred,omitempty"` // an objection was upheld, or decided in an earlier round
	Ruled      []string    `json:"ruled,omitempty"`  // supervisors who have ruled or signed in this case
	Objections []Objection `json:"objections,omitempty"`
	OverdueAt  time.Time   `json:"overdue_at,omitzero"` // since when a decision is due that nobody has made
	Snooze     *Snooze     `json:"snooze,omitempty"`
	Detected   []Detected  `json:"detected,omitempty"` // what makes the case more urgent (PROCEDURE 11)
}

func (b Bench) clone() Bench {
	b.Lapsed, b.Barred, b.Ruled = slices.Clone(b.Lapsed), slices.Clone(b.Barred), slices.Clone(b.Ruled)
	b.Objections, b.Snooze, b.Detected = slices.Clone(b.Objections), clonePointer(b.Snooze), slices.Clone(b.Detected)
	return b
}

// matter is the case as its assignment must know it.
func (t *turn) matter() assignment.Matter {
	return assignment.Matter{Case: t.ID, Parties: []string{t.Buyer, t.Seller}, Barred: t.Bench.Barred, Lapsed: t.Bench.Lapsed,
		Window: t.Terms.Dispute.ConflictWindow.Std(), At: t.At()}
}

// assignFirst gives the case to the first reviewer without a conflict. Who had it before gets it again when nobody else may.
func (t *turn) assignFirst() {
	if t.Bench.Reviewer != "" {
		return
	}
	if id, waived, found := t.matter().Reviewer(t.facts.Reviewers); found {
		t.give(id, waived)
		return
	}
	t.tellSupervisors("nobody_free", withExcluded(map[string]any{}, t.excluded(casefile.Reviewer, t.setAsideBefore)))
	t.start(dueAssignment, "dispute.escalated", "dispute.assignment_retry", t.Terms.Dispute.AssignmentRetry.Std())
}

// onDuty records that somebody has the case from now on, and offDuty that nobody waits for that person any more.
func (t *turn) onDuty(reviewer, kind string) {
	t.Duties = append(t.Duties, casefile.Duty{Reviewer: reviewer, Kind: kind, Parties: []string{t.Buyer, t.Seller}, At: t.At()})
}

func (t *turn) offDuty(reviewer, kind string) {
	t.Duties = append(t.Duties, casefile.Duty{Reviewer: reviewer, Kind: kind, Parties: []string{t.Buyer, t.Seller}, At: t.At(), Until: t.At()})
}

// dismissBench ends the duties of everybody who has the case.
func (t *turn) dismissBench(kind string) {
	if t.Bench.Reviewer != "" {
		t.offDuty(t.Bench.Reviewer, kind)
	}
	if t.Panel == nil {
		return
	}
	for _, member := range t.Panel.Members {
		t.offDuty(member, kind)
	}
	if t.Panel.Supervisor != "" {
		t.offDuty(t.Panel.Supervisor, kind)
	}
}

func (t *turn) give(reviewer string, waived bool) {
	t.Bench.Reviewer, t.Bench.AssignedAt, t.Bench.Waived = reviewer, t.At(), waived
	t.Clocks.Remove(dueAssignment)
	t.onDuty(reviewer, "assigned")
	t.Event(casefile.DisputeAssigned, withExcluded(map[string]any{"reviewer": reviewer, "conflict_waived": waived},
		t.excluded(casefile.Reviewer, t.setAsideBefore)))
}

// mayAssign: a panel is drawn, not chosen.
func (t *turn) mayAssign() casefile.Answer {
	if t.Status == PanelReview && !t.Panel.Failed {
		return casefile.Refuse(casefile.WrongStage, "The panel has the case.")
	}
	return casefile.Answer{}
}

type appointment struct {
	To string `json:"to"`
}

func (t *turn) candidate(id string) (casefile.Candidate, bool) {
	return assignment.Named(t.facts.Reviewers, id)
}

// assign is a supervisor's choice, under the same conflicts. In an appeal it names the supervisor who decides where the
// panel could not.
func (t *turn) assign(a appointment) casefile.Answer {
	c, known := t.candidate(a.To)
	appeal := t.Status == PanelReview
	switch {
	case !known || !appeal && c.Role != casefile.Reviewer || appeal && c.Role != casefile.Supervisor:
		return casefile.Invalid("/to", "The case is given to somebody who may decide it.")
	case t.conflict(c) != "" || appeal && t.involved(c.ID) && t.Panel.Supervisor != c.ID:
		return casefile.Answer{Refused: casefile.ConflictOfInterest, Detail: "This person may not decide this case.", Result: map[string]any{"why": t.conflict(c)}}
	case appeal && t.Panel.Supervisor == a.To:
		return casefile.Answer{}
	case appeal:
		t.offDuty(t.Panel.Supervisor, "set_aside")
		t.Bench.Lapsed = append(t.Bench.Lapsed, t.Panel.Supervisor)
		t.Panel.Supervisor = a.To
		t.onDuty(a.To, "assigned")
		t.Event(casefile.DisputeAssigned, map[string]any{"reviewer": a.To})
		return casefile.Answer{}
	case t.Bench.Reviewer == a.To:
		return casefile.Answer{}
	}
	t.setAside()
	t.give(a.To, false)
	return casefile.Answer{}
}

// setAside takes the case from its reviewer; whatever it still sends has lapsed.
func (t *turn) setAside() {
	if t.Bench.Reviewer == "" {
		return
	}
	t.Bench.Lapsed = append(t.Bench.Lapsed, t.Bench.Reviewer)
	t.offDuty(t.Bench.Reviewer, "set_aside")
	t.Bench.Reviewer, t.Bench.Snooze = "", nil
	t.Proposal = nil
	t.Clocks.Remove(dueSecond, dueLease)
}

// HasCase says that somebody may act on the case as it stands: its reviewer, a member of its panel, or the supervisor who
// decides where the panel could not.
func (d Dispute) HasCase(id string) bool {
	if d.Status == PanelReview {
		return id != "" && id == d.Panel.Supervisor || d.Panel.sits(id) && !d.Panel.Failed
	}
	return id != "" && id == d.Bench.Reviewer
}

// Holder is who has the case: its reviewer or, where the panel could not decide, the supervisor who does. Empty while a panel has it, or nobody.
func (d Dispute) Holder() string {
	if d.Status == PanelReview {
		return d.Panel.Supervisor
	}
	return d.Bench.Reviewer
}

// Undecided says that the case waits for a decision or for votes.
func (d Dispute) Undecided() bool { return slices.Contains(hearing, string(d.Status)) }

// notLapsed refuses who had the case, wherever it stands now.
func (t *turn) notLapsed() casefile.Answer {
	if id := t.By().ID; slices.Contains(t.Bench.Lapsed, id) && !t.HasCase(id) {
		return casefile.Refuse(casefile.AssignmentLapsed, "This case was given to somebody else.")
	}
	return casefile.Answer{}
}

// unlinked refuses who turns out to be linked to a party: as a reviewer, a member of the panel, or a supervisor.
func (t *turn) unlinked() casefile.Answer {
	if c, known := t.candidate(t.By().ID); known && t.conflict(c) == assignment.LinkedToParty {
		return casefile.Refuse(casefile.ConflictOfInterest, "You are linked to a party of this case.")
	}
	return casefile.Answer{}
}

// mayJudge refuses who had the case before, and who is linked to a party.
func (t *turn) mayJudge() casefile.Answer {
	if a := t.notLapsed(); !a.Accepted() {
		return a
	}
	return t.unlinked()
}

// onBench refuses who does not have the case.
func (t *turn) onBench() casefile.Answer {
	if !t.HasCase(t.By().ID) {
		return casefile.Refuse(casefile.NotAllowed, "This case is not yours.")
	}
	return casefile.Answer{}
}

// involved says that somebody has acted in this case before.
func (t *turn) involved(id string) bool {
	if id == t.Bench.Reviewer || slices.Contains(t.Bench.Lapsed, id) || slices.Contains(t.Bench.Ruled, id) {
		return true
	}
	return t.Decision != nil && (t.Decision.By == id || t.Decision.SecondedBy == id)
}
