package dispute

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/clock"
	"recourse/domain/money"
)

// Priority is where a case stands among those that wait for the platform's people. The earlier At, the more urgent: it is an
// instant and not a number of points, so that it needs no recomputing while time passes, and two cases keep their order.
type Priority struct {
	At      time.Time
	Grounds []Ground
}

// Ground is one reason of a priority: what was looked at, and what it did.
type Ground struct {
	Why      string        // deadline, age, amount, overdue, detector
	Deadline string        // the name of the deadline
	Detector string        // that saw something about a party
	At       time.Time     // when it is due, since when the case is old, or overdue, or something was seen
	Amount   money.Minor   // value of the disputed lines, in minor units
	Over     money.Minor   // the amount that it is above
	Earlier  time.Duration // by how much the ground makes the case more urgent
}

// The grounds of a priority.
const (
	GroundDeadline = "deadline"
	GroundAge      = "age"
	GroundAmount   = "amount"
	GroundOverdue  = "overdue"
	GroundDetector = "detector"
)

// staffDeadlines are those that the platform's people must meet.
var staffDeadlines = []string{dueAssignment, dueObjection, dueSLA, dueSecond, duePanel, dueSupervisor}

// Priority says how urgent the case is for those who decide; false when it does not wait for them. The base is what is due
// first, or what the age of the case makes due; a large amount, a decision that is overdue, and what a detector has seen about a
// party make it more urgent.
func (d Dispute) Priority() (Priority, bool) {
	if !d.Undecided() {
		return Priority{}, false
	}
	p := Priority{At: d.old()}
	base := Ground{Why: GroundAge, At: p.At}
	if due, found := d.nextForStaff(); found && !due.DueAt.After(p.At) {
		p.At = due.DueAt
		base = Ground{Why: GroundDeadline, Deadline: due.Name, At: due.DueAt}
	}
	p.Grounds = append(p.Grounds, base)
	if over := d.Terms.Decision.SecondSignature.For(d.Currency); d.Claim.Value > over {
		p.add(Ground{Why: GroundAmount, Amount: d.Claim.Value, Over: over, Earlier: d.Terms.Desk.LargeLead.Std()})
	}
	if !d.Bench.OverdueAt.IsZero() {
		p.add(Ground{Why: GroundOverdue, At: d.Bench.OverdueAt, Earlier: d.Terms.Desk.OverdueLead.Std()})
	}
	if seen, found := d.suspected(); found { // once, however much was seen
		p.add(Ground{Why: GroundDetector, Detector: seen.Detector, At: seen.At, Earlier: d.Terms.Desk.DetectorLead.Std()})
	}
	return p, true
}

func (p *Priority) add(g Ground) {
	p.At = p.At.Add(-g.Earlier)
	p.Grounds = append(p.Grounds, g)
}

// old is when the case has been before the platform for so long that it is due for that alone.
func (d Dispute) old() time.Time {
	since := d.OpenedAt
	if aging, found := d.Clocks.Get(dueMaxAge); found {
		since = aging.Since
	}
	return since.Add(d.Terms.Desk.Age.Std())
}

// nextForStaff is the first running deadline that the platform's people must meet; while evidence is gathered, when the
// decision will be due.
func (d Dispute) nextForStaff() (next clock.Deadline, found bool) {
	for _, due := range d.Clocks.Deadlines {
		name, _, _ := strings.Cut(due.Name, "/")
		switch {
		case !due.Runs():
			continue
		case name == dueEvidence:
			due.Name, due.DueAt = dueSLA, due.DueAt.Add(d.Terms.Dispute.DecisionSLA.Std())
		case !slices.Contains(staffDeadlines, name):
			continue
		}
		if !found || due.DueAt.Before(next.DueAt) {
			next, found = due, true
		}
	}
	return next, found
}

// Service says how a case stands with what the platform's people owe it.
type Service string

// The states of service.
const (
	ServiceOverdue Service = "overdue" // what is due first, or the decision, is late
	ServiceSoon    Service = "soon"    // due before a claim that begins now would lapse
	ServiceInTime  Service = "in_time"
)

// Service returns how the case stands at an instant.
func (d Dispute) Service(at time.Time) Service {
	due := d.old()
	if next, found := d.nextForStaff(); found && next.DueAt.Before(due) {
		due = next.DueAt
	}
	switch {
	case !d.Bench.OverdueAt.IsZero() || due.Before(at):
		return ServiceOverdue
	case !due.After(at.Add(d.Terms.Desk.Lease.Std())):
		return ServiceSoon
	}
	return ServiceInTime
}
