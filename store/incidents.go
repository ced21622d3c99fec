package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// declareIncident is the command by which an incident reaches a case.
const declareIncident = "declare_incident"

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
	Spread    bool // every case in scope has it at its door
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
}

// TableName is where the rows are.
func (incidentRow) TableName() string { return "incidents" }

func (r incidentRow) incident() Incident {
	return Incident{ID: r.ID, Clock: string(r.ClockID), Country: r.Country, Carrier: r.Carrier, From: r.FromAt.Time, Until: r.UntilAt.Time,
		Text: r.Text, By: casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)}, CreatedAt: r.CreatedAt.Time, Spread: !r.SpreadAt.IsZero()}
}

// knock is how the incident reaches a case: the same command again, however often the spreading is begun anew.
func (r incidentRow) knock(caseID string) (Knock, error) {
	data, err := json.Marshal(map[string]any{"from": r.FromAt.Time, "until": r.UntilAt.Time, "text": r.Text})
	return Knock{ID: derived("cmd", r.ID, caseID), Case: caseID, Name: declareIncident, By: casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)},
		Data: data, Internal: true}, err
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

// Incidents are those of a scope, the latest first.
func (s *Store) Incidents(ctx context.Context, clock string) ([]Incident, error) {
	var rows []incidentRow
	err := inScope(s.from(ctx), optional(clock)).Order("until_at DESC, id DESC").Limit(MaxPage).Find(&rows).Error
	incidents := make([]Incident, len(rows))
	for i, row := range rows {
		incidents[i] = row.incident()
	}
	return incidents, doing("list incidents", err)
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
		k, err := row.knock(c.ID)
		if err != nil {
			return reached, false, doing(what, err)
		}
		receipt, err := s.Knock(ctx, k) // one case at a time: no two rows are held at once
		if err != nil {
			return reached, false, doing(what, err)
		}
		reached = append(reached, CaseRef{ID: c.ID, Kind: c.Kind, Sequence: receipt.Sequence})
	}
	update := map[string]any{"spread_at": at(s.now())}
	if done = len(cases) < spreadBatch; !done {
		last := cases[len(cases)-1]
		update = map[string]any{"cursor_id": last.ID}
	}
	res := s.db.WithContext(ctx).Model(&incidentRow{}).
		Where("id = ? AND spread_at IS NULL AND cursor_id = ?", id, row.CursorID).Updates(update)
	return reached, done, doing(what, res.Error)
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
