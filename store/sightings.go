package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/casefile"
	"recourse/domain/detect"
)

// sightingRow is one thing that happened, as far as a detector asks.
type sightingRow struct {
	ID      string `gorm:"primaryKey"`
	ClockID optional
	Kind    string
	OrderID string
	Buyer   string
	Seller  string
	Author  string
	At      instant
	Code    string
	Stars   int
	Early   bool
}

// TableName is where the rows are.
func (sightingRow) TableName() string { return "sightings" }

func (r sightingRow) row() detect.Row {
	return detect.Row{ID: r.ID, Kind: detect.Kind(r.Kind), OrderID: r.OrderID, Buyer: r.Buyer, Seller: r.Seller, Author: r.Author, At: r.At.Time,
		Code: r.Code, Stars: r.Stars, Early: r.Early}
}

// watched are the events that detectors ask for, as the index on them says it: no parameter, or no planner would use it.
const watched = `events.type IN ('order.funded', 'dispute.opened', 'dispute.closed', 'tracking.suspect', 'message.flagged', 'review.submitted')`

// sightBatch is how many events are read and written at a time: so many that those of one shop lie beside each other in its index also where
// there are a thousand shops, and few enough to be held in memory and written within a second.
const sightBatch = 20_000

// happening is an event that a detector asks for, with its case.
type happening struct {
	Position int64
	CaseID   string
	Sequence int64
	Type     string
	At       instant
	Data     document
	Kind     string
	OrderID  string
	Buyer    string
	Seller   string
	Reason   string
}

// Sight reads the log of a scope after a position and keeps what detectors ask for. It returns what it saw, kept before or
// not, and the position of the last event; nothing when there is no more.
func (s *Store) Sight(ctx context.Context, clock string, after int64) (rows []detect.Row, last int64, err error) {
	what := "look at what happened after " + strconv.FormatInt(after, 10)
	var events []happening
	// SQLite takes the tables of a cross join in their order: real time begins with the log, a test clock with its few cases.
	from, scope, args := "events CROSS JOIN cases", "cases.clock_id IS NULL", []any{after, sightBatch}
	if clock != "" {
		from, scope, args = "cases CROSS JOIN events", "cases.clock_id = ?", []any{clock, after, sightBatch}
	}
	err = s.from(ctx).Raw(`SELECT events.position, events.case_id, events.sequence, events.type, events.at, events.data, cases.kind, cases.order_id, cases.buyer,
			cases.seller, cases.reason
		FROM `+from+` WHERE cases.id = events.case_id AND `+watched+` AND `+scope+` AND events.position > ? ORDER BY events.position LIMIT ?`, args...).Scan(&events).Error
	if err != nil || len(events) == 0 {
		return nil, 0, doing(what, err)
	}
	kept := make([]sightingRow, 0, len(events))
	for _, e := range events {
		seen, err := s.sighting(ctx, e)
		if err != nil {
			return nil, 0, doing(what, fmt.Errorf("%s/%d: %w", e.CaseID, e.Sequence, err))
		}
		for _, row := range seen {
			row.ClockID = optional(clock)
			kept, rows = append(kept, row), append(rows, row.row())
		}
	}
	if len(kept) > 0 {
		// As the index of sellers has them: those of one lie on one page, which is then written once a batch, however many there are.
		slices.SortStableFunc(kept, func(a, b sightingRow) int {
			return cmp.Or(cmp.Compare(a.Seller, b.Seller), cmp.Compare(a.Kind, b.Kind), a.At.Compare(b.At.Time))
		})
		err = s.write(ctx, what, func(tx *gorm.DB) error {
			return tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&kept, 100).Error
		})
	}
	return rows, events[len(events)-1].Position, err
}

// sighting is what an event says to detectors; nothing where it does not concern them.
func (s *Store) sighting(ctx context.Context, e happening) ([]sightingRow, error) {
	row := sightingRow{ID: e.CaseID, OrderID: e.OrderID, Buyer: e.Buyer, Seller: e.Seller, At: e.At}
	at := e.CaseID + "/" + strconv.FormatInt(e.Sequence, 10)
	switch casefile.EventType(e.Type) {
	case casefile.OrderFunded:
		row.Kind = string(detect.Order)
	case casefile.DisputeOpened:
		row.Kind, row.Code = string(detect.Dispute), e.Reason
	case casefile.DisputeClosed:
		var data struct{ Outcome string }
		if err := json.Unmarshal(e.Data, &data); err != nil || data.Outcome != "decided_for_buyer" {
			return nil, err
		}
		row.Kind, row.ID, row.Code = string(detect.Ruling), at, e.Reason
	case casefile.ReviewSubmitted:
		var data struct {
			Stars  int
			Edited bool
		}
		if err := json.Unmarshal(e.Data, &data); err != nil || data.Edited {
			return nil, err
		}
		delivered, err := s.deliveredBefore(ctx, e)
		row.Kind, row.Stars, row.Early = string(detect.Review), data.Stars, !delivered
		return []sightingRow{row}, err
	case casefile.TrackingSuspect:
		return suspicions(row, at, e.Data)
	case casefile.MessageFlagged:
		return s.flagged(ctx, row, at, e)
	}
	return []sightingRow{row}, nil
}

// suspicions are one row a reason for which a number is suspect.
func suspicions(row sightingRow, at string, raw document) ([]sightingRow, error) {
	var data struct{ Reasons []string }
	if err := json.Unmarshal(raw, &data); err != nil {
		return nil, err
	}
	var all []sightingRow
	for _, reason := range data.Reasons {
		row.Kind, row.Code, row.ID = string(detect.Suspect), reason, at+"/"+reason
		all = append(all, row)
	}
	return all, nil
}

// flagged is what the scanner flagged in a message of a party. What it flagged in a review is no message.
func (s *Store) flagged(ctx context.Context, row sightingRow, at string, e happening) ([]sightingRow, error) {
	if e.Kind != casefile.KindOrder && e.Kind != casefile.KindDispute {
		return nil, nil
	}
	var data struct {
		Message int64
		Rule    string
	}
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return nil, err
	}
	var authors []string
	err := s.from(ctx).Model(&eventRow{}).Where("case_id = ? AND sequence = ? AND by_role IN ?", e.CaseID, data.Message,
		[]string{string(casefile.Buyer), string(casefile.Seller)}).Pluck("by_id", &authors).Error
	if err != nil || len(authors) == 0 {
		return nil, err
	}
	row.Kind, row.ID, row.Code, row.Author = string(detect.Message), at, data.Rule, authors[0]
	return []sightingRow{row}, nil
}

// deliveredBefore says whether a delivery of the order was recorded before its review.
func (s *Store) deliveredBefore(ctx context.Context, e happening) (bool, error) {
	var raw []document
	err := s.from(ctx).Model(&eventRow{}).Where("case_id = ? AND type = ? AND at <= ?", e.OrderID, string(casefile.OrderDelivered), e.At).Pluck("data", &raw).Error
	if err != nil {
		return false, err
	}
	for _, r := range raw {
		var data struct{ Strength string }
		if err := json.Unmarshal(r, &data); err != nil {
			return false, err
		}
		if data.Strength != "suspect" {
			return true, nil
		}
	}
	return false, nil
}

// sideColumns are the columns in which an account stands.
var sideColumns = []string{"seller", "buyer", "author"}

// SightingQuery asks for the sightings of one kind that concern one account, of After < at <= Until. Of a buyer there are its
// disputes, and the number of its orders.
type SightingQuery struct {
	Kind    detect.Kind
	Side    string // one of seller, buyer, author
	Account string
	After   time.Time
	Until   time.Time
}

func (q SightingQuery) scope(tx *gorm.DB) (*gorm.DB, error) {
	if !slices.Contains(sideColumns, q.Side) {
		return nil, fmt.Errorf("no account stands as %q", q.Side)
	}
	tx = tx.Model(&sightingRow{}).Where(q.Side+" = ? AND kind = ? AND at > ? AND at <= ?", q.Account, string(q.Kind), at(q.After), at(q.Until))
	switch q.Side { // as the partial indexes say it
	case "author":
		tx = tx.Where("author <> ''")
	case "buyer":
		tx = tx.Where("kind = 'dispute'")
	}
	return tx, nil
}

// Sightings are those of a query, by time.
func (s *Store) Sightings(ctx context.Context, q SightingQuery) ([]detect.Row, error) {
	tx, err := q.scope(s.from(ctx))
	if err != nil {
		return nil, doing("read sightings", err)
	}
	var rows []sightingRow
	if err := tx.Order("at, id").Find(&rows).Error; err != nil {
		return nil, doing("read sightings of "+q.Account, err)
	}
	out := make([]detect.Row, len(rows))
	for i, r := range rows {
		out[i] = r.row()
	}
	return out, nil
}

// CountSightings counts those of a query.
func (s *Store) CountSightings(ctx context.Context, q SightingQuery) (int, error) {
	var n int64
	if q.Kind == detect.Order && q.Side == "buyer" { // few ask for it, so it has no index of its own
		err := s.from(ctx).Model(&caseRow{}).Where("buyer = ? AND opened_at > ? AND opened_at <= ? AND kind = 'order'", q.Account, at(q.After), at(q.Until)).Count(&n).Error
		return int(n), doing("count the orders of "+q.Account, err)
	}
	tx, err := q.scope(s.from(ctx))
	if err != nil {
		return 0, doing("count sightings", err)
	}
	err = tx.Count(&n).Error
	return int(n), doing("count sightings of "+q.Account, err)
}

// CountMarket counts the sightings of one kind in a scope, of after < at <= until.
func (s *Store) CountMarket(ctx context.Context, clock string, kind detect.Kind, after, until time.Time) (int, error) {
	var n int64
	err := inScope(s.from(ctx).Model(&sightingRow{}), optional(clock)).Where("kind = ? AND at > ? AND at <= ?", string(kind), at(after), at(until)).Count(&n).Error
	return int(n), doing("count the market", err)
}
