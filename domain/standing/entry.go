package standing

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
)

// EntryStatus is how far an entry has come.
type EntryStatus string

// Provisional entries count for nothing yet. A voided one never did.
const (
	Provisional EntryStatus = "provisional"
	Final       EntryStatus = "final"
	Voided      EntryStatus = "voided"
)

// Entry is one thing that an account has done, as somebody has found (PROCEDURE 8). Points are what it takes beside the
// other entries; for a provisional one, what it would take if all became final.
type Entry struct {
	ID        string       `json:"id"`
	Subject   string       `json:"subject"`
	Cause     string       `json:"cause"`           // the dispute or the report
	About     string       `json:"about,omitempty"` // the dispute that a report is about: one act counts once
	Order     string       `json:"order,omitempty"` // of a dispute
	Rule      conduct.Rule `json:"rule"`
	Points    int          `json:"points"`
	Repeated  bool         `json:"repeated,omitempty"`
	Status    EntryStatus  `json:"status"`
	EnteredAt time.Time    `json:"entered_at"`
	Effective time.Time    `json:"effective"` // the deciding event
	Expires   time.Time    `json:"expires"`
	Expired   bool         `json:"expired,omitempty"` // its expiry is recorded
	Decision  string       `json:"decision,omitempty"`
	DecidedBy string       `json:"decided_by,omitempty"`
	Decided   bool         `json:"decided,omitempty"`  // the decision is final
	Submitted time.Time    `json:"submitted,omitzero"` // a fabricated report's own time
	Why       string       `json:"why,omitempty"`      // it was voided
}

// ActiveAt says whether the entry counts at an instant.
func (e Entry) ActiveAt(at time.Time) bool { return e.Status == Final && at.Before(e.Expires) }

// act is what the entry is about: of several entries for one act under one rule, only the first takes points.
func (e Entry) act() string {
	if e.About != "" {
		return e.About
	}
	return e.Cause
}

// Points is the data of enter_points: what somebody has found about the account. It may be sent again, also to say that the
// decision has become final, or is open again.
type Points struct {
	Account   string                `json:"account"`
	Rule      conduct.Rule          `json:"rule"`
	Cause     string                `json:"cause"`
	About     string                `json:"about,omitempty"`
	Order     string                `json:"order,omitempty"` // of a dispute
	Decision  string                `json:"decision,omitempty"`
	DecidedBy string                `json:"decided_by,omitempty"`
	Final     bool                  `json:"final,omitempty"`
	Effective time.Time             `json:"effective,omitzero"` // default: when it is received
	Submitted time.Time             `json:"submitted,omitzero"`
	Terms     *policy.StandingTerms `json:"terms,omitempty"` // for a standing that begins with this
}

// Valid says whether the entry can be one.
func (p Points) Valid() casefile.Answer {
	switch {
	case p.Account == "":
		return casefile.Invalid("/account", "An entry names the account that it is about.")
	case p.Cause == "":
		return casefile.Invalid("/cause", "An entry names the case that it comes from.")
	case !known(p.Rule):
		return casefile.Invalid("/rule", "This is not a rule that enters points.")
	}
	return casefile.Answer{}
}

func known(rule conduct.Rule) bool {
	for _, r := range conduct.Rules {
		if r == rule {
			return true
		}
	}
	return false
}

func (t *turn) enterPoints(p Points) casefile.Answer {
	if e := t.entryOf(p.Cause, p.Rule); e != nil && p.Account == t.Account && !e.decidedAnew(p) {
		if p.Final {
			t.decided(e, p.Decision)
		} else {
			e.Decided = e.Decided && e.Status != Provisional // the decision is open again: what is provisional stays so
		}
		return casefile.Answer{Result: map[string]any{"entry": e.ID}}
	}
	if a := t.begin(p.Account, p.Terms); !a.Accepted() {
		return a
	}
	effective := p.Effective
	if effective.IsZero() || effective.After(t.At()) {
		effective = t.At() // another case's clock may be a moment ahead
	}
	e := Entry{ID: casefile.Derive("ent", t.command), Subject: t.Account, Cause: p.Cause, About: p.About, Order: p.Order, Rule: p.Rule, Status: Provisional,
		EnteredAt: t.At(), Effective: effective, Expires: effective.Add(t.Terms.Standing.Expiry.Std()), Decision: p.Decision,
		DecidedBy: p.DecidedBy, Decided: p.Final, Submitted: p.Submitted}
	t.Entries = append(t.Entries, e)
	t.weigh()
	e = *t.entry(e.ID)
	t.Event(casefile.StandingEntered, map[string]any{"entry": e.ID, "subject": e.Subject, "cause": e.Cause, "rule": e.Rule, "points": e.Points,
		"effective": e.Effective, "expires": e.Expires, "decision": e.Decision})
	t.openContest(e.ID, "standing.entered")
	t.Notice(t.Account, "points_entered")
	return casefile.Answer{Result: map[string]any{"entry": e.ID}}
}

// FoundOtherwise is why a cause takes back what it has found itself, and may find again. What was voided for another reason,
// a contest that was upheld among them, stays so.
const FoundOtherwise = "found_otherwise"

// decidedAnew says that the same cause has decided once more and says again what it took back.
func (e Entry) decidedAnew(p Points) bool {
	return e.Status == Voided && e.Why == FoundOtherwise && p.Decision != "" && p.Decision != e.Decision
}

// Found names entries: one by its identifier, or those of a cause, of one rule or of all.
type Found struct {
	Entry    string       `json:"entry,omitempty"`
	Cause    string       `json:"cause,omitempty"`
	Rule     conduct.Rule `json:"rule,omitempty"`
	Decision string       `json:"decision,omitempty"` // that became final
	Why      string       `json:"why,omitempty"`
}

// Valid says whether it names anything.
func (f Found) Valid() casefile.Answer {
	if f.Entry == "" && f.Cause == "" {
		return casefile.Invalid("/entry", "Name an entry, or the case that it comes from.")
	}
	return casefile.Answer{}
}

func (f Found) names(e Entry) bool {
	return (f.Entry == "" || f.Entry == e.ID) && (f.Cause == "" || f.Cause == e.Cause) && (f.Rule == "" || f.Rule == e.Rule)
}

// finaliseEntry says that the decision behind entries is final. What is voided stays so.
func (t *turn) finaliseEntry(f Found) casefile.Answer {
	return t.each(f, func(e *Entry) { t.decided(e, f.Decision) })
}

// voidEntry undoes entries whose decision was overturned, also final ones. Again it changes nothing.
func (t *turn) voidEntry(f Found) casefile.Answer {
	return t.each(f, func(e *Entry) { t.void(e, f.Why) })
}

func (t *turn) each(f Found, do func(*Entry)) casefile.Answer {
	var touched []string
	for i := range t.Entries {
		if e := &t.Entries[i]; f.names(*e) {
			touched = append(touched, e.ID)
			do(e)
		}
	}
	if len(touched) == 0 {
		return casefile.Refuse(casefile.NotFound, "There is no such entry.")
	}
	return casefile.Answer{Result: map[string]any{"entries": touched}}
}

// decided says that the decision behind an entry is final.
func (t *turn) decided(e *Entry, decision string) {
	if e.Status == Voided {
		return
	}
	e.Decided = true
	if decision != "" {
		e.Decision = decision
	}
	t.finalise(e)
}

// finalise makes an entry count once its decision is final, its time to contest is over, and no contest waits: at the later
// of these (PROCEDURE 8).
func (t *turn) finalise(e *Entry) {
	_, contestable := t.Clocks.Get(dueContest + "/" + e.ID)
	if e.Status != Provisional || !e.Decided || e.Expired || contestable || t.contestOf(e.ID).waits() {
		return
	}
	e.Status = Final
	t.weigh()
	t.Event(casefile.StandingFinalised, map[string]any{"entry": e.ID, "rule": e.Rule, "points": e.Points})
}

// void makes whole: the points, and the measures that came with them.
func (t *turn) void(e *Entry, why string) {
	if e.Status == Voided {
		return
	}
	e.Status, e.Why = Voided, why
	t.Clocks.Remove(dueContest + "/" + e.ID)
	t.lapseContest(e.ID)
	t.Event(casefile.StandingVoided, map[string]any{"entry": e.ID, "rule": e.Rule, "cause": e.Cause, "why": why})
	for i := range t.Measures {
		if m := &t.Measures[i]; m.Entry == e.ID || m.Cause == e.Cause && !t.stands(e.Cause) {
			t.end(m, "entry_voided")
		}
	}
	t.Notice(t.Account, "points_voided")
}

// stands says whether anything that a cause entered is still there.
func (t *turn) stands(cause string) bool {
	for _, e := range t.Entries {
		if e.Cause == cause && e.Status != Voided {
			return true
		}
	}
	return false
}

// expire ends an entry on its day. A contest that nobody answered until then has nothing left to be about.
func (t *turn) expire(e *Entry) {
	e.Expired = true
	t.Clocks.Remove(dueContest + "/" + e.ID)
	t.lapseContest(e.ID)
}

func (s Standing) entry(id string) *Entry {
	for i := range s.Entries {
		if s.Entries[i].ID == id {
			return &s.Entries[i]
		}
	}
	return nil
}

// entryOf is the last entry of a cause under a rule.
func (t *turn) entryOf(cause string, rule conduct.Rule) *Entry {
	for i := len(t.Entries) - 1; i >= 0; i-- {
		if e := &t.Entries[i]; e.Cause == cause && e.Rule == rule {
			return e
		}
	}
	return nil
}
