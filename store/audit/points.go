package audit

import (
	"encoding/json"
	"fmt"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/store"
)

// points holds the balance in a standing's row against its entries, summed up once more, and against what was last told.
func (d *deep) points(c store.CaseRecord, s standing.Standing, events []casefile.Record) {
	if s.Account == "" { // nothing has begun
		return
	}
	d.stands.Looked++
	full := s.Terms.Standing.Points
	left := full
	for _, e := range s.Entries {
		if e.Points < 0 {
			d.stands.Find(c.ID, "%s gives %d points", e.ID, -e.Points)
		}
		if e.Status == standing.Final && s.LastAt.Before(e.Expires) {
			left -= e.Points
		}
	}
	if s.Points != max(0, left) {
		d.stands.Find(c.ID, "the row says %d points of %d, and the entries leave %d", s.Points, full, max(0, left))
	}
	points, state := fmt.Sprint(full), string(standing.Good)
	for _, e := range events {
		if e.Type != casefile.StandingChanged {
			continue
		}
		if n, told := e.Data["points"].(json.Number); told {
			points = n.String()
		}
		if text, told := e.Data["state"].(string); told {
			state = text
		}
	}
	if fmt.Sprint(s.Points) != points || string(s.State) != state {
		d.stands.Find(c.ID, "the row says %d points and %s, and what was last told is %s and %s", s.Points, s.State, points, state)
	}
}
