package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/casefile"
	"recourse/internal/crash"
)

// Knock is one request to a case.
type Knock struct {
	ID         string // of the command, minted by whoever received the request
	Case       string
	Name       string
	By         casefile.Actor
	Data       json.RawMessage
	IfRevision *int64
	Key        string // Idempotency-Key, scoped to By.ID; empty: only the ID makes a repeat
	BodyHash   []byte // of the request, so that a key that comes back with another body is noticed
	Internal   bool   // the system's own: let in while a test clock is being advanced
}

// Receipt says that a command is stored. From here on it is never lost, and it is judged by ReceivedAt.
type Receipt struct {
	ID         string
	Case       string
	Kind       string
	Sequence   int64
	ReceivedAt time.Time
	Repeated   bool // this is the receipt of an earlier request with the same key or ID
}

// CommandRecord is a command and, once it was applied, its answer.
type CommandRecord struct {
	Receipt
	Name    string
	By      casefile.Actor
	Applied bool
	Answer  casefile.Answer

	IfRevision   *int64
	Data         json.RawMessage
	Salt         casefile.Salt // of what the command is committed to by
	Head         casefile.Hash // of the case's log when the command had been applied
	HeadSequence int64         // of the event that it is the hash of
}

// Command is the command as it stands at the door.
func (c CommandRecord) Command() casefile.Command {
	return casefile.Command{ID: c.ID, Case: c.Case, Sequence: c.Sequence, Name: c.Name, By: c.By, At: c.ReceivedAt, IfRevision: c.IfRevision, Data: c.Data}
}

// errRepeat undoes a transaction that found its command stored already.
var errRepeat = errors.New("stored before")

// place is what the door hands out.
type place struct {
	ID       string
	Kind     string
	OrderID  string
	ClockID  optional
	Sequence int64
	LastAt   instant
	RealNow  instant
	Used     bool // the key that was shown belongs to a request that was no command
}

// Knock stores a command at the door of its case. The same key or, without one, the same ID again returns the first
// receipt and stores nothing. A refused knock stores nothing either, so its key can be used again.
func (s *Store) Knock(ctx context.Context, k Knock) (Receipt, error) {
	what := "store " + k.Name + " at the door of " + k.Case
	data, err := checked(k.Data)
	if err != nil {
		return Receipt{}, doing(what, err)
	}
	var receipt Receipt
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		p, err := s.enter(tx, k)
		if err != nil {
			return err
		}
		row, err := s.row(k, p, data)
		if err != nil {
			return err
		}
		receipt = row.receipt(p.Kind)
		err = keep(tx, row)
		crash.At(crash.DoorOpen)
		return err
	})
	crash.At(crash.DoorStored)
	return s.received(ctx, what, k, receipt, err)
}

// row is how a knock is stored.
func (s *Store) row(k Knock, p place, data document) (commandRow, error) {
	salt, err := s.salt()
	return commandRow{ID: k.ID, CaseID: p.ID, Sequence: p.Sequence, Name: k.Name, ByID: k.By.ID, ByRole: string(k.By.Role),
		ReceivedAt: p.LastAt, StoredAt: p.RealNow, IfRevision: k.IfRevision, Data: data, IdempotencyKey: optional(k.Key), BodyHash: k.BodyHash, Salt: salt}, err
}

// salt is the secret of one command.
func (s *Store) salt() ([]byte, error) {
	salt := make([]byte, len(casefile.Salt{}))
	if _, err := io.ReadFull(s.entropy, salt); err != nil {
		return nil, fmt.Errorf("read salt for a command: %w", err)
	}
	return salt, nil
}

// keep inserts a command unless its ID or its key is there already.
func keep(tx *gorm.DB, rows ...commandRow) error {
	res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows)
	if res.Error == nil && res.RowsAffected < int64(len(rows)) {
		return errRepeat
	}
	return res.Error
}

// enter gives out the next place in a case's queue. On a test clock its instant is the clock's; the clock's row is taken
// for reading, so that an advance begins before the knock or after it.
func (s *Store) enter(tx *gorm.DB, k Knock) (place, error) {
	p, err := s.place(tx, k.Case, shown{caller: k.By.ID, key: k.Key})
	switch {
	case err != nil:
		return p, err
	case p.ID == "":
		return p, ErrNotFound
	case p.Used:
		return p, ErrIdempotencyMismatch
	case p.ClockID == "":
		return p, nil
	}
	clock, err := s.holdClock(tx, string(p.ClockID))
	if err != nil {
		return p, err
	}
	if clock.Status == Advancing && !k.Internal {
		return p, ErrClockAdvancing
	}
	p.LastAt = at(clock.Now)
	return p, nil
}

// shown is what somebody who wants a place shows: a key, and the command that the place is for, if it may be stored already.
type shown struct{ caller, key, command string }

// used is a column that says whether the key belongs to a request that was no command. Those are kept elsewhere, and a key has
// one effect.
func (w shown) used() string {
	if w.key == "" {
		return ", false AS used"
	}
	return ", EXISTS (SELECT 1 FROM receipts WHERE caller = @caller AND receipts.idempotency_key = @key) AS used"
}

// place is the next place in a case's queue and, in real time, its instant, in one statement under the row's lock: a
// knock that had to wait for a step is stamped after what the step wrote. There is no place, and no ID in it, where there is no
// such case, or where the command that it is for is stored already.
func (s *Store) place(tx *gorm.DB, caseID string, by shown) (place, error) {
	var p place
	free := ""
	if by.command != "" {
		free = " AND NOT EXISTS (SELECT 1 FROM commands WHERE commands.id = @command)"
	}
	err := tx.Raw(`UPDATE cases SET sequence = sequence + 1,
			last_at = CASE WHEN clock_id IS NULL THEN `+s.dialect.stamp+` ELSE last_at END
		WHERE id = @id`+free+` RETURNING id, kind, order_id, clock_id, sequence, last_at, `+s.dialect.clock+` AS real_now`+by.used(),
		s.args("id", caseID, "command", by.command, "caller", by.caller, "key", by.key)).Scan(&p).Error
	return p, err
}

// args are named parameters; on SQLite the clock is one of them.
func (s *Store) args(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	if s.dialect.lock == "" {
		m["now"] = at(s.now())
	}
	return m
}

// received turns the end of a knock into its receipt: a repeat finds the first one, also while the clock is advancing.
func (s *Store) received(ctx context.Context, what string, k Knock, first Receipt, err error) (Receipt, error) {
	switch {
	case err == nil:
		return first, nil
	case errors.Is(err, errRepeat), errors.Is(err, ErrClockAdvancing):
		again, found, lookup := s.repeated(ctx, k)
		if lookup != nil {
			return Receipt{}, doing(what, lookup)
		}
		if found {
			return again, nil
		}
		if errors.Is(err, errRepeat) {
			err = ErrDuplicate // an ID that belongs to something else
		}
	}
	return Receipt{}, doing(what, err)
}

// repeated looks for the command that was stored under the knock's key, or under its ID.
func (s *Store) repeated(ctx context.Context, k Knock) (Receipt, bool, error) {
	var found keptCommand
	query := keptCommands(s.db.WithContext(ctx))
	if k.Key != "" {
		query = query.Where("by_id = ? AND idempotency_key = ?", k.By.ID, k.Key)
	} else {
		query = query.Where("commands.id = ?", k.ID)
	}
	res := query.Limit(1).Scan(&found)
	if res.Error != nil || res.RowsAffected == 0 {
		return Receipt{}, false, res.Error
	}
	row := found.Row
	same := row.Name == k.Name && (k.Case == "" || row.CaseID == k.Case)
	if !same || k.Key != "" && !bytes.Equal(row.BodyHash, k.BodyHash) {
		if k.Key == "" {
			return Receipt{}, false, ErrDuplicate
		}
		return Receipt{}, false, ErrIdempotencyMismatch
	}
	receipt := row.receipt(found.Kind)
	receipt.Repeated = true
	return receipt, true, nil
}

// keptCommand is a stored command with the kind of its case.
type keptCommand struct {
	Row  commandRow `gorm:"embedded"`
	Kind string
}

func keptCommands(tx *gorm.DB) *gorm.DB {
	return tx.Table("commands").Select("commands.*, cases.kind").Joins("JOIN cases ON cases.id = commands.case_id")
}

// Command is a stored command with its answer, if it has one yet.
func (s *Store) Command(ctx context.Context, id string) (CommandRecord, error) {
	var row keptCommand
	res := keptCommands(s.from(ctx)).Where("commands.id = ?", id).Limit(1).Scan(&row)
	err := res.Error
	if err == nil && res.RowsAffected == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return CommandRecord{}, doing("read command "+id, err)
	}
	record, err := row.Row.record(row.Kind)
	return record, doing("read command "+id, err)
}
