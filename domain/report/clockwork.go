package report

import (
	"slices"
	"strings"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// The names of a report's deadlines. That of a referral carries which behind a slash.
const (
	dueAssignment    = "assignment"
	dueScreening     = "screening"
	dueFinding       = "finding"
	dueInfo          = "info"
	dueMaxAge        = "max_age"
	dueHoldSignature = "hold_signature"
	dueHold          = "hold"
	dueContest       = "contest"
	dueReferral      = "referral"
)

// due carries out what happens at a deadline that nobody met.
func (t *turn) due(d clock.Deadline) {
	name, _, _ := strings.Cut(d.Name, "/")
	switch name {
	case dueAssignment:
		t.assignFirst()
	case dueScreening: // settleStatus says where the report stands now
		t.admitted("silence")
	case dueFinding:
		t.Overdue = true
		t.Notice("supervisors", "finding_overdue")
	case dueInfo:
		t.lapseQuestion()
	case dueMaxAge:
		t.conclude(Ruling{Finding: Unsubstantiated, Why: "no_finding_in_time"})
	case dueHoldSignature:
		t.lapseHold()
	case dueHold:
		t.endHold("over")
	case dueContest:
		t.closeWhenDone()
	case dueReferral:
		t.Notice("supervisors", "referral_unanswered")
		t.closeWhenDone()
	}
}

// settleStatus says where a report stands that has no finding in this round.
func (t *turn) settleStatus() {
	if t.Status == Answered || t.Status == Closed {
		return
	}
	_, asked := t.Clocks.Get(dueInfo)
	_, screened := t.Clocks.Get(dueScreening)
	switch {
	case t.Bench.Reviewer == "" && t.Round > 1:
		t.Status = Contested
	case t.Bench.Reviewer == "":
		t.Status = Submitted
	case asked:
		t.Status = NeedInfo
	case screened:
		t.Status = Screening
	default:
		t.Status = UnderReview
	}
}

// beginRound starts the time in which a finding is due, and looks for somebody to make it.
func (t *turn) beginRound(base string) {
	t.Round++
	t.Overdue = false
	t.startFinding(base)
	t.Start(dueMaxAge, base, "report.max_age", t.Terms.Report.MaxAge.Std())
	t.Start(dueAssignment, base, "", 0)
}

func (t *turn) startFinding(base string) {
	if t.Safety {
		t.Start(dueFinding, base, "report.finding_safety", t.Terms.Report.FindingSafety.Std())
		return
	}
	t.Start(dueFinding, base, "report.finding", t.Terms.Report.Finding.Std())
}

// closeWhenDone ends a report that has its finding: nobody has contested it in time, or nobody can any more, and no department
// is waited for.
func (t *turn) closeWhenDone() {
	waits := func(d clock.Deadline) bool { return d.Name == dueContest || strings.HasPrefix(d.Name, dueReferral+"/") }
	if t.Status != Answered || slices.ContainsFunc(t.Clocks.Deadlines, waits) {
		return
	}
	t.endHold("over")
	t.Status = Closed
	t.Clocks.Deadlines = nil
	t.Event(casefile.ReportClosed, map[string]any{"finding": t.Finding()})
}
