package store

import (
	"encoding/json"
	"fmt"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

// caseRow is one case: its door, its state, and what lists filter and sort by.
type caseRow struct {
	ID          string `gorm:"primaryKey"`
	Kind        string
	OrderID     string
	ClockID     optional
	Revision    int64
	Sequence    int64
	LastAt      instant
	Applied     int64
	Recorded    int64
	NextDue     instant
	NextName    string
	EffectsOpen int
	Head        string
	State       document
	Stage       string
	Status      string
	Reason      string
	Outcome     string
	Buyer       string
	Seller      string
	Reviewer    string
	Move        string
	AmountMinor int64
	Currency    string
	OpenedAt    instant
	Closed      bool
	ChangedAt   instant

	UrgentAt     instant // null: not in the queue of the platform's people
	SnoozedUntil instant
	Overdue      bool

	AwaitedAt   instant // when the first deadline is due that is no reminder
	AwaitedName string
	Waits       string
}

// TableName is where the rows are.
func (caseRow) TableName() string { return "cases" }

// summary is the part of a row that lists show.
func (r caseRow) summary() casefile.Summary {
	order := r.OrderID
	if r.Kind != casefile.KindOrder && order == r.ID { // a case of no order stands for itself
		order = ""
	}
	return casefile.Summary{Kind: r.Kind, Stage: r.Stage, Status: r.Status, Reason: r.Reason, Outcome: r.Outcome, Order: order,
		Buyer: r.Buyer, Seller: r.Seller, Reviewer: r.Reviewer, Move: casefile.Role(r.Move), OpenedAt: r.OpenedAt.Time, Closed: r.Closed,
		Urgent: r.UrgentAt.Time, Snoozed: r.SnoozedUntil.Time, Overdue: r.Overdue, Waits: casefile.Wait(r.Waits),
		Amount: money.Amount{Minor: money.Minor(r.AmountMinor), Currency: money.Currency(r.Currency)}}
}

// summarize writes a summary into the row. Kind and order are what the case was begun with and do not change.
func (r *caseRow) summarize(s casefile.Summary) {
	r.Stage, r.Status, r.Reason, r.Outcome = s.Stage, s.Status, s.Reason, s.Outcome
	r.Buyer, r.Seller, r.Reviewer, r.Move = s.Buyer, s.Seller, s.Reviewer, string(s.Move)
	r.AmountMinor, r.Currency = int64(s.Amount.Minor), string(s.Amount.Currency)
	r.Closed = s.Closed
	r.UrgentAt, r.SnoozedUntil, r.Overdue = at(s.Urgent), at(s.Snoozed), s.Overdue
	r.Waits = string(s.Waits)
	if !s.OpenedAt.IsZero() {
		r.OpenedAt = at(s.OpenedAt)
	}
}

// commandRow is one command at a door, and later its answer.
type commandRow struct {
	ID             string `gorm:"primaryKey"`
	CaseID         string
	Sequence       int64
	Name           string
	ByID           string
	ByRole         string
	ReceivedAt     instant
	StoredAt       instant
	IfRevision     *int64
	Data           document
	IdempotencyKey optional
	BodyHash       []byte
	Salt           []byte
	Facts          document
	AppliedAt      instant
	Answer         document
	Head           string
	HeadSequence   int64
	Events         int64
}

// TableName is where the rows are.
func (commandRow) TableName() string { return "commands" }

func (r commandRow) command() casefile.Command {
	return casefile.Command{ID: r.ID, Case: r.CaseID, Sequence: r.Sequence, Name: r.Name, By: r.by(), At: r.ReceivedAt.Time,
		IfRevision: r.IfRevision, Data: json.RawMessage(r.Data)}
}

func (r commandRow) by() casefile.Actor {
	return casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)}
}

func (r commandRow) receipt(kind string) Receipt {
	return Receipt{ID: r.ID, Case: r.CaseID, Kind: kind, Sequence: r.Sequence, ReceivedAt: r.ReceivedAt.Time}
}

func (r commandRow) record(kind string) (CommandRecord, error) {
	c := CommandRecord{Receipt: r.receipt(kind), Name: r.Name, By: r.by(), Applied: !r.AppliedAt.IsZero(), IfRevision: r.IfRevision,
		Data: json.RawMessage(r.Data), HeadSequence: r.HeadSequence}
	copy(c.Salt[:], r.Salt)
	if c.Applied {
		var err error
		if c.Head, err = casefile.ParseHash(r.Head); err != nil {
			return c, fmt.Errorf("head after %s: %w", r.ID, err)
		}
		if err := json.Unmarshal(r.Answer, &c.Answer); err != nil {
			return c, fmt.Errorf("answer of %s: %w", r.ID, err)
		}
	}
	return c, nil
}

// takingRow is one deadline that came.
type takingRow struct {
	Position  int64 `gorm:"->"` // the database gives it
	CaseID    string
	Name      string
	DueAt     instant
	NoticedAt instant
	Moved     bool
	Facts     document
}

// TableName is where the rows are.
func (takingRow) TableName() string { return "takings" }
