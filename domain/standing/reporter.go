package standing

import (
	"slices"
	"time"

	"recourse/domain/standing/conduct"
)

// Reporter is how an account stands as one that reports others (PROCEDURE 9).
type Reporter string

// The states of a reporter.
const (
	ReporterGood      Reporter = "good"
	ReporterWarned    Reporter = "warned"
	ReporterSuspended Reporter = "suspended"
)

// ReporterAt is how the account stands as a reporter at an instant: suspended while its reports are not processed, warned
// while an invented one is remembered.
func (s Standing) ReporterAt(at time.Time) Reporter {
	if _, muted := s.MutedFor(ReportFunction, at); muted {
		return ReporterSuspended
	}
	for _, e := range s.Entries {
		if e.Rule == conduct.FabricatedReport && e.Status != Voided && !at.Before(e.Effective) && at.Before(e.Expires) {
			return ReporterWarned
		}
	}
	return ReporterGood
}

// fabrications returns the step of the ladder that each invented report reached: 1 is a warning, 2 the first pause, more the
// longer one. A step is taken only by a report that was sent after the step before it was told: "always after a warning"
// (PROCEDURE 9). Unlike points this counts at once, because reports are sent faster than a contest is answered.
func (t *turn) fabrications() map[string]int {
	var order []Entry
	for _, e := range t.Entries {
		if e.Rule == conduct.FabricatedReport && e.Status != Voided {
			order = append(order, e)
		}
	}
	slices.SortFunc(order, before)
	levels := map[string]int{}
	level, told, until := 0, time.Time{}, time.Time{}
	for _, e := range order {
		sent := e.Submitted
		if sent.IsZero() {
			sent = e.Effective
		}
		switch {
		case !e.Effective.Before(until): // the first, or the one before it is forgotten by now
			level = 1
			levels[e.ID] = level
		case sent.After(told):
			level++
			levels[e.ID] = level
		}
		told, until = e.Effective, e.Expires
	}
	return levels
}
