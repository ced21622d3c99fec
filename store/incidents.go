package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// declareIncident is the command by which an incident reaches a case, and endIncident that by which its early end does.
const (
	declareIncident = "declare_incident"
	endIncident     = "end_incident"
)

// Incident is a time that does not count, for the cases in its scope: those of a test clock or of real time and, if
// named, only where a country or a carrier is concerned.
type Incident struct {
	ID        string
	Clock     string
	Country   string // of the order
	Carrier   string // of any of the order's shipments
	From      time.Time
	Until     time.Time
	Text      string
	By        casefile.Actor
	CreatedAt time.Time
	Spread    bool      // every case in scope has it at its door
	EndedAt   time.Time // before its time; zero: it was not ended
	EndedBy   casefile.Actor
}

type incidentRow struct {
	ID        string `gorm:"primaryKey"`
	ClockID   optional
	Country   string
	Carrier   string
	FromAt    instant
	UntilAt   instant
	Text      string
	ByID      string
	ByRole    string
	CreatedAt instant `gorm:"autoCreateTime:false"`
	CursorID  string
	SpreadAt  instant

	EndedAt     instant
	EndedByID   string
	EndedByRole string
}

// TableName is where the rows are.
func (incidentRow) TableName() string { return "incidents" }

func (r incidentRow) incident() Incident {
	return Incident{ID: r.ID, Clock: string(r.ClockID), Country: r.Country, Carrier: r.Carrier, From: r.FromAt.Time, Until: r.UntilAt.Time,
		Text: r.Text, By: casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)}, CreatedAt: r.CreatedAt.Time, Spread: !r.SpreadAt.IsZero(),
		EndedAt: r.EndedAt.Time, EndedBy: casefile.Actor{ID: r.EndedByID, Role: casefile.Role(r.EndedByRole)}}
}

// knock is how the incident reaches a case: the same command again, however often the spreading is begun anew.
func (r incidentRow) knock(caseID string) (Knock, error) {
	data, err := json.Marshal(casefile.Incident{ID: r.ID, From: r.FromAt.Time, Until: r.UntilAt.Time, Text: r.Text})
	return Knock{ID: derived("cmd", r.ID, caseID), Case: caseID, Name: declareIncident, By: casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)},
		Data: data, Internal: true}, err
}

// ended is how the early end of the incident reaches a case, in the same way.
func (r incidentRow) ended(caseID string) (Knock, error) {
	data, err := json.Marshal(casefile.IncidentEnd{ID: r.ID, From: r.FromAt.Time, Until: r.UntilAt.Time, At: r.EndedAt.Time})
	return Knock{ID: derived("cmd", r.ID, caseID, "end"), Case: caseID, Name: endIncident, Data: data, Internal: true,
		By: casefile.Actor{ID: r.EndedByID, Role: casefile.Role(r.EndedByRole)}}, err
}

// knocks are what a case in its scope is told of the incident, in this order.
func (r incidentRow) knocks(caseID string) ([]Knock, error) {
	declared, err := r.knock(caseID)
	if err != nil || r.EndedAt.IsZero() {
		return []Knock{declared}, err
	}
	ended, err := r.ended(caseID)
	return []Knock{declared, ended}, err
}

// Declare keeps an incident. It reaches the cases by SpreadIncident, which whoever declared it calls and the relay ends
// if that one could not. What comes into its scope later (a case that begins or comes back, an order whose goods are shipped)
// learns of it there and then.
func (s *Store) Declare(ctx context.Context, i Incident, once Once) (Incident, error) {
	row := incidentRow{ID: i.ID, ClockID: optional(i.Clock), Country: i.Country, Carrier: plain(i.Carrier), FromAt: at(i.From), UntilAt: at(i.Until),
		Text: i.Text, ByID: i.By.ID, ByRole: string(i.By.Role), CreatedAt: at(s.now())}
	err := s.write(ctx, "declare incident "+i.ID, func(tx *gorm.DB) error {
		made, err := s.once(tx, once, i.ID, func() error {
			if err := s.incidentsStandStill(tx, "pg_advisory_xact_lock"); err != nil {
				return err
			}
			return tx.Create(&row).Error
		})
		if err != nil || made == i.ID {
			return err
		}
		row = incidentRow{} // gorm would look for the key that is in it
		return tx.Where("id = ?", made).Take(&row).Error
	})
	return row.incident(), err
}

// EndIncident ends an incident now, by the clock in whose time it lies, and lets it reach the cases once more with its end. Ended once,
// it is as it was; one whose time is over is ErrIncidentOver.
func (s *Store) EndIncident(ctx context.Context, id string, by casefile.Actor) (Incident, error) {
	var row incidentRow
	err := s.write(ctx, "end incident "+id, func(tx *gorm.DB) error {
		if err := s.incidentsStandStill(tx, "pg_advisory_xact_lock"); err != nil {
			return err
		}
		row = incidentRow{}
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil || !row.EndedAt.IsZero() {
			return err
		}
		now, err := s.boardNow(tx, string(row.ClockID))
		if err != nil {
			return err
		}
		if !now.Before(row.UntilAt.Time) {
			return ErrIncidentOver
		}
		row.EndedAt, row.EndedByID, row.EndedByRole, row.SpreadAt, row.CursorID = now, by.ID, string(by.Role), instant{}, ""
		return tx.Model(&incidentRow{}).Where("id = ?", id).Updates(map[string]any{"ended_at": now, "ended_by_id": row.EndedByID,
			"ended_by_role": row.EndedByRole, "spread_at": nil, "cursor_id": ""}).Error
	})
	return row.incident(), err
}

// Incidents are those of a scope, the latest first, and the time of its cases.
func (s *Store) Incidents(ctx context.Context, clock string) (incidents []Incident, now time.Time, err error) {
	err = s.read(ctx, "list incidents", func(tx *gorm.DB) error {
		asOf, err := s.boardNow(tx, clock)
		if err != nil {
			return err
		}
		var rows []incidentRow
		if err := inScope(tx, optional(clock)).Order("until_at DESC, id DESC").Limit(MaxPage).Find(&rows).Error; err != nil {
			return err
		}
		now, incidents = asOf.Time, make([]Incident, len(rows))
		for i, row := range rows {
			incidents[i] = row.incident()
		}
		return nil
	})
	return incidents, now, err
}

// Spreading are the incidents that have not reached every case.
func (s *Store) Spreading(ctx context.Context, limit int) ([]string, error) {
	var ids []string
	err := s.from(ctx).Model(&incidentRow{}).Where("spread_at IS NULL").Order("created_at").Limit(limit).Pluck("id", &ids).Error
	return ids, doing("list spreading incidents", err)
}

// spreadBatch is how many cases get an incident before the cursor is written.
const spreadBatch = 100

// SpreadIncident brings an incident to the doors of the next cases in its scope and says whether it has reached all. It
// goes on where it, or somebody else, stopped.
func (s *Store) SpreadIncident(ctx context.Context, id string) (reached []CaseRef, done bool, err error) {
	what := "spread incident " + id
	var row incidentRow
	if err := s.db.WithContext(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, false, doing(what, err)
	}
	if !row.SpreadAt.IsZero() {
		return nil, true, nil
	}
	var cases []caseRow
	if err := row.scope(s.db.WithContext(ctx)).Find(&cases).Error; err != nil {
		return nil, false, doing(what, err)
	}
	for _, c := range cases {
		sequence, err := s.spread(ctx, row, c.ID)
		if err != nil {
			return reached, false, doing(what, err)
		}
		reached = append(reached, CaseRef{ID: c.ID, Kind: c.Kind, Sequence: sequence})
	}
	update := map[string]any{"spread_at": at(s.now())}
	if done = len(cases) < spreadBatch; !done {
		last := cases[len(cases)-1]
		update = map[string]any{"cursor_id": last.ID}
	}
	res := s.db.WithContext(ctx).Model(&incidentRow{}).
		Where("id = ? AND spread_at IS NULL AND cursor_id = ? AND (ended_at IS NULL) = ?", id, row.CursorID, row.EndedAt.IsZero()).Updates(update)
	return reached, done, doing(what, res.Error)
}

// spread tells one case of the incident and returns the last place at its door. No two cases' rows are held at once.
func (s *Store) spread(ctx context.Context, row incidentRow, caseID string) (sequence int64, err error) {
	knocks, err := row.knocks(caseID)
	if err != nil {
		return 0, err
	}
	for _, k := range knocks {
		receipt, err := s.Knock(ctx, k)
		if err != nil {
			return 0, err
		}
		sequence = receipt.Sequence
	}
	return sequence, nil
}

// scope is the next cases that an incident concerns, by their identifiers. A cursor that somebody else has moved meanwhile only
// means that some cases are knocked at twice, with the same command.
func (r incidentRow) scope(tx *gorm.DB) *gorm.DB {
	tx = inScope(tx, r.ClockID).Select("id", "kind").Where("NOT closed AND id > ?", r.CursorID)
	if r.Country != "" {
		tx = tx.Where("order_id IN (SELECT id FROM orders WHERE country = ? AND country <> '')", r.Country)
	}
	if r.Carrier != "" {
		tx = tx.Where("order_id IN (SELECT order_id FROM shipments WHERE carrier = ?)", r.Carrier)
	}
	return tx.Order("id").Limit(spreadBatch)
}
