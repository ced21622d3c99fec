package standing

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
)

// Scope is what a measure reaches: the whole account, one listing, or one function.
type Scope string

// The scopes of PROCEDURE 8 that are no function.
const (
	ScopeAccount Scope = "account"
	ScopeListing Scope = "listing"
)

// Measure is something that an account may not do for a time, or a listing that is gone. Several may overlap; each has its
// own cause and its own end.
type Measure struct {
	ID      string    `json:"id"`
	Scope   Scope     `json:"scope"`
	Listing string    `json:"listing,omitempty"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end,omitzero"`      // zero: until it is ended
	EndedAt time.Time `json:"ended_at,omitzero"` // its end is recorded
	Ended   string    `json:"ended,omitempty"`   // why
	Cause   string    `json:"cause"`
	Decided string    `json:"decided,omitempty"` // by which decision of the cause
	Entry   string    `json:"entry,omitempty"`   // it came with an entry
	Policy  string    `json:"policy,omitempty"`
	By      string    `json:"by,omitempty"`
}

func (m Measure) open() bool { return m.EndedAt.IsZero() }

// ActiveAt says whether the measure is in force at an instant.
func (m Measure) ActiveAt(at time.Time) bool {
	return !at.Before(m.Start) && (m.EndedAt.IsZero() || at.Before(m.EndedAt)) && (m.End.IsZero() || at.Before(m.End))
}

// Start is the data of start_measure. For is how long; none: until it is ended.
type Start struct {
	Account  string                `json:"account"`
	Scope    Scope                 `json:"scope"`
	Listing  string                `json:"listing,omitempty"`
	For      *policy.Duration      `json:"for,omitempty"`
	Cause    string                `json:"cause"`
	Decision string                `json:"decision,omitempty"` // of the cause: another may start again what was ended
	By       string                `json:"by,omitempty"`       // the reviewer; default: who sends it
	Terms    *policy.StandingTerms `json:"terms,omitempty"`    // for a standing that begins with this
}

// Valid says whether the measure can be one.
func (s Start) Valid() casefile.Answer {
	switch {
	case s.Account == "":
		return casefile.Invalid("/account", "A measure names the account that it is about.")
	case s.Cause == "":
		return casefile.Invalid("/cause", "A measure names the case that it comes from.")
	case s.Scope != ScopeAccount && s.Scope != ScopeListing && !slices.Contains(Functions, Function(s.Scope)):
		return casefile.Invalid("/scope", "A measure reaches the account, a listing, or a function.")
	case (s.Scope == ScopeListing) != (s.Listing != ""):
		return casefile.Invalid("/listing", "A listing is named by a measure about a listing, and only there.")
	case s.For != nil && *s.For <= 0:
		return casefile.Invalid("/for", "A measure lasts for some time.")
	}
	return casefile.Answer{}
}

func (t *turn) startMeasure(s Start) casefile.Answer {
	for _, m := range t.Measures {
		if m.Entry == "" && m.Cause == s.Cause && m.Decided == s.Decision && m.Scope == s.Scope && m.Listing == s.Listing && s.Account == t.Account {
			return casefile.Answer{Result: map[string]any{"measure": m.ID}}
		}
	}
	if a := t.begin(s.Account, s.Terms); !a.Accepted() {
		return a
	}
	m := Measure{ID: casefile.Derive("msr", t.command), Scope: s.Scope, Listing: s.Listing, Cause: s.Cause, Decided: s.Decision, By: s.By}
	if m.By == "" {
		m.By = t.By().ID
	}
	if s.For != nil {
		m.End = t.At().Add(s.For.Std())
	}
	t.begun(m)
	return casefile.Answer{Result: map[string]any{"measure": m.ID}}
}

func (t *turn) begun(m Measure) {
	m.Start = t.At()
	t.Measures = append(t.Measures, m)
	data := map[string]any{"measure": m.ID, "scope": m.Scope, "cause": m.Cause, "start": m.Start}
	if m.Listing != "" {
		data["listing"] = m.Listing
	}
	if !m.End.IsZero() {
		data["end"] = m.End
	}
	t.Event(casefile.MeasureStarted, data)
	t.openContest(m.ID, "measure.started")
	t.Notice(t.Account, "measure_started")
}

// Ended names measures: one by its identifier, or those of a cause.
type Ended struct {
	Measure string `json:"measure,omitempty"`
	Cause   string `json:"cause,omitempty"`
	Why     string `json:"why,omitempty"`
}

// Valid says whether it names anything.
func (e Ended) Valid() casefile.Answer {
	if e.Measure == "" && e.Cause == "" {
		return casefile.Invalid("/measure", "Name a measure, or the case that it comes from.")
	}
	return casefile.Answer{}
}

// endMeasure ends measures before their time. Again it changes nothing.
func (t *turn) endMeasure(e Ended) casefile.Answer {
	var touched []string
	for i := range t.Measures {
		if m := &t.Measures[i]; (e.Measure == "" || e.Measure == m.ID) && (e.Cause == "" || e.Cause == m.Cause) {
			touched = append(touched, m.ID)
			t.end(m, e.Why)
		}
	}
	if len(touched) == 0 {
		return casefile.Refuse(casefile.NotFound, "There is no such measure.")
	}
	return casefile.Answer{Result: map[string]any{"measures": touched}}
}

func (t *turn) end(m *Measure, why string) {
	if !m.open() {
		return
	}
	m.EndedAt, m.Ended = t.At(), why
	t.Clocks.Remove(dueContest + "/" + m.ID)
	t.lapseContest(m.ID)
	t.Event(casefile.MeasureEnded, map[string]any{"measure": m.ID, "scope": m.Scope, "cause": m.Cause, "why": why})
}

// pauses gives entries the measures that come with them, and holds those that run to what the entries are worth now: when an
// earlier entry is voided a repetition is none any more. What has ended is not begun again, unless an excuse had ended it that has
// fallen: then what was left of it is.
func (t *turn) pauses() {
	levels := t.fabrications()
	for _, e := range t.Entries {
		scope, length, key := t.pause(e, levels)
		m := t.measureOf(e.ID)
		switch {
		case t.WhyNot(e) != "":
			if m != nil && m.open() {
				t.end(m, t.WhyNot(e))
			}
		case m != nil && !m.open():
			if rest := length - t.served(e.ID); rest > 0 && t.resumes(e, *m, length) {
				t.begun(Measure{ID: casefile.Derive("msr_"+e.ID, t.command), Scope: scope, Cause: e.Cause, Entry: e.ID, Policy: key, By: e.DecidedBy, End: t.At().Add(rest)})
			}
		case m == nil && length > 0:
			t.begun(Measure{ID: "msr_" + e.ID, Scope: scope, Cause: e.Cause, Entry: e.ID, Policy: key, By: e.DecidedBy, End: t.At().Add(length)})
		case m != nil && !e.Expired:
			end := m.Start.Add(length - t.served(e.ID))
			if end.Equal(m.End) {
				continue
			}
			if m.End, m.Policy = end, key; !end.After(t.At()) {
				t.end(m, noRepetition)
			}
		}
	}
}

// pause is what an entry asks for beside its points: no new listings after a false shipment that has become final; no
// reports after an invented one that followed a warning.
func (t *turn) pause(e Entry, levels map[string]int) (Scope, time.Duration, string) {
	s := t.Terms.Standing
	switch {
	case e.Status == Voided || e.Expired:
	case e.Rule == conduct.FalseShipment && e.Status == Final && t.first(e):
		if e.Repeated {
			return Scope(List), s.ListingPauseRepeated.Std(), "standing.listing_pause_repeated"
		}
		return Scope(List), s.ListingPause.Std(), "standing.listing_pause"
	case e.Rule == conduct.FabricatedReport && levels[e.ID] == 2:
		return Scope(ReportFunction), s.ReportPause.Std(), "standing.report_pause"
	case e.Rule == conduct.FabricatedReport && levels[e.ID] > 2:
		return Scope(ReportFunction), s.ReportPauseRepeated.Std(), "standing.report_pause_repeated"
	}
	return "", 0, ""
}

// first says whether the entry is the first final one about its act under its rule.
func (t *turn) first(e Entry) bool {
	return !slices.ContainsFunc(t.Entries, func(other Entry) bool {
		return other.ID != e.ID && other.Status == Final && other.Rule == e.Rule && other.act() == e.act() && before(other, e) < 0
	})
}

func (s Standing) measure(id string) *Measure {
	if i := slices.IndexFunc(s.Measures, func(m Measure) bool { return m.ID == id }); i >= 0 {
		return &s.Measures[i]
	}
	return nil
}

// served is how long the measures have lasted that came with an entry and have ended.
func (s Standing) served(entry string) time.Duration {
	var lasted time.Duration
	for _, m := range s.Measures {
		if m.Entry == entry && !m.open() {
			lasted += m.EndedAt.Sub(m.Start)
		}
	}
	return lasted
}

// measureOf is the last measure that came with an entry.
func (s Standing) measureOf(entry string) *Measure {
	for i := len(s.Measures) - 1; i >= 0; i-- {
		if s.Measures[i].Entry == entry {
			return &s.Measures[i]
		}
	}
	return nil
}
