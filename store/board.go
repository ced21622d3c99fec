package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

// boardBound is how many rows one number of the board reads at most, and boardStages how many pairs of kind and stage. What is beyond
// a bound is told as more.
const (
	boardBound  = 10_000
	boardStages = 200
)

// Amount of something, up to a bound.
type Amount struct {
	N    int64
	More bool // there are at least so many
}

func upTo(bound, n int64) Amount { return Amount{N: min(n, bound), More: n > bound} }

// BoardQuery says of which time the board is, and over what its rates are.
type BoardQuery struct {
	Clock  string        // test clock; empty: real time
	Window time.Duration // of the rates, back from now
	Sample int           // how many disputes the time in each court is summed over, at most
	Edges  []time.Duration
}

// StageCount is how many open cases of a kind are at a stage.
type StageCount struct {
	Kind, Stage string
	Cases       Amount
}

// DueCount is how many open cases have their next deadline within an edge of the query and beyond the one before, by whose move it is. Edge 0
// holds what has passed.
type DueCount struct {
	Edge int
	Move casefile.Role
	N    int64
}

// OutcomeCount is how many disputes ended so.
type OutcomeCount struct {
	Outcome string
	N       int64
}

// Board is what an operator looks at, all of it of one state of the database.
type Board struct {
	Now    time.Time // of the clock that the board is of
	Stages []StageCount

	Due     []DueCount
	DueMore bool   // beyond the bound: the numbers of the last edges are at least so
	Late    Amount // decisions that were not made in time
	Waits   map[casefile.Wait]Amount

	Outcomes     []OutcomeCount // of disputes that were opened within the window and are over
	OutcomesMore bool           // only the latest are counted
	Since        time.Time

	Decided, Appealed, Overturned int64
	DecidedMore                   bool

	Sample []CaseRecord // the latest disputes with their states

	Door       Amount    // commands that are stored and not applied
	DoorOldest time.Time // zero: none; in real time
	Effects    Amount    // cases that wait for a payment or a scan
	Stalled    Amount    // cases in real time whose deadline passed longer ago than anything takes, and which nobody has stepped
	Incidents  int64     // that are running
	Clocks     []string  // the test clocks that were made last
}

// stalledAfter is how long after its deadline a case that nobody has stepped is without a run, as far as rows tell.
const stalledAfter = time.Minute

// Board counts what the operators' board shows. Each number comes from an index, by work that is bounded.
func (s *Store) Board(ctx context.Context, q BoardQuery) (b Board, err error) {
	err = s.read(ctx, "count for the board", func(tx *gorm.DB) error {
		now, err := s.boardNow(tx, q.Clock)
		if err != nil {
			return err
		}
		b.Now, b.Since = now.Time, now.Add(-q.Window)
		for _, part := range []func(*gorm.DB, BoardQuery, *Board) error{boardStagesOf, boardDue, boardLate, boardWaits, boardOutcomes, boardDecided,
			s.boardSample, s.boardDoor, boardRest} {
			if err := part(tx, q, &b); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

// boardNow is the time of the test clock, or real time.
func (s *Store) boardNow(tx *gorm.DB, clock string) (instant, error) {
	if clock == "" {
		return s.realNow(tx)
	}
	var row clockRow
	err := tx.Where("id = ?", clock).Take(&row).Error
	return row.NowAt, err
}

func (q BoardQuery) cases(tx *gorm.DB) *gorm.DB {
	return inScope(tx.Model(&caseRow{}), optional(q.Clock))
}

// counted is the size of what the query finds, read up to a bound.
func counted(tx, found *gorm.DB, bound int) (Amount, error) {
	var n int64
	err := tx.Table("(?) AS found", found.Select("1 AS one").Limit(bound+1)).Count(&n).Error
	return upTo(int64(bound), n), err
}

// boardStagesOf steps from one kind and stage to the next, so that what is read does not grow with what is not shown.
func boardStagesOf(tx *gorm.DB, q BoardQuery, b *Board) error {
	var last struct{ Kind, Stage string }
	for range boardStages {
		var next []struct{ Kind, Stage string }
		err := q.cases(tx).Select("kind, stage").Where("NOT closed AND (kind, stage) > (?, ?)", last.Kind, last.Stage).Order("clock_id, kind, stage").Limit(1).Scan(&next).Error
		if err != nil || len(next) == 0 {
			return err
		}
		last = next[0]
		cases, err := counted(tx, q.cases(tx).Where("NOT closed AND kind = ? AND stage = ?", last.Kind, last.Stage), boardBound)
		if err != nil {
			return err
		}
		b.Stages = append(b.Stages, StageCount{last.Kind, last.Stage, cases})
	}
	return nil
}

// boardDue counts deadlines from the earliest on, so that a bound cuts off what is furthest away.
func boardDue(tx *gorm.DB, q BoardQuery, b *Board) error {
	var rows []struct {
		AwaitedAt instant
		Move      string
	}
	last := b.Now
	if n := len(q.Edges); n > 0 {
		last = b.Now.Add(q.Edges[n-1])
	}
	err := q.cases(tx).Select("awaited_at, move").Where("awaited_at IS NOT NULL AND awaited_at <= ?", at(last)).Order("clock_id, awaited_at").Limit(boardBound + 1).Scan(&rows).Error
	if b.DueMore = len(rows) > boardBound; b.DueMore {
		rows = rows[:boardBound]
	}
	edge := 0
	for _, row := range rows {
		for edge < len(q.Edges) && row.AwaitedAt.After(b.Now.Add(q.edge(edge))) {
			edge++
		}
		b.due(edge, casefile.Role(row.Move))
	}
	return err
}

// edge is the end of a stretch of time; the first ends now.
func (q BoardQuery) edge(i int) time.Duration {
	if i == 0 {
		return 0
	}
	return q.Edges[i-1]
}

func (b *Board) due(edge int, move casefile.Role) {
	for i := range b.Due {
		if b.Due[i].Edge == edge && b.Due[i].Move == move {
			b.Due[i].N++
			return
		}
	}
	b.Due = append(b.Due, DueCount{edge, move, 1})
}

func boardLate(tx *gorm.DB, q BoardQuery, b *Board) (err error) {
	waiting := q.cases(tx).Select("overdue").Where("urgent_at IS NOT NULL").Order("urgent_at").Limit(boardBound + 1)
	var found struct{ All, Late int64 }
	err = tx.Table("(?) AS waiting", waiting).Select("count(*) AS \"all\", coalesce(sum(CASE WHEN overdue THEN 1 ELSE 0 END), 0) AS late").Scan(&found).Error
	b.Late = Amount{N: found.Late, More: found.All > boardBound}
	return err
}

func boardWaits(tx *gorm.DB, q BoardQuery, b *Board) (err error) {
	b.Waits = map[casefile.Wait]Amount{}
	for _, wait := range []casefile.Wait{casefile.WaitsForBank, casefile.WaitsForRetry, casefile.WaitsForSignature} {
		if b.Waits[wait], err = counted(tx, q.cases(tx).Where("waits = ? AND waits <> ''", string(wait)), boardBound); err != nil {
			return err
		}
	}
	return nil
}

// latestDisputes are those that were opened within the window, the newest first.
func latestDisputes(tx *gorm.DB, q BoardQuery, since time.Time) *gorm.DB {
	return q.cases(tx).Where("kind = ? AND opened_at > ?", casefile.KindDispute, at(since)).Order("opened_at DESC, id DESC")
}

func boardOutcomes(tx *gorm.DB, q BoardQuery, b *Board) error {
	latest := latestDisputes(tx, q, b.Since).Select("outcome").Limit(boardBound)
	err := tx.Table("(?) AS latest", latest).Select("outcome, count(*) AS n").Group("outcome").Order("outcome").Scan(&b.Outcomes).Error
	var all int64
	kept := b.Outcomes[:0]
	for _, o := range b.Outcomes {
		all += o.N
		if o.Outcome != "" {
			kept = append(kept, o)
		}
	}
	b.Outcomes, b.OutcomesMore = kept, all >= boardBound
	return err
}

// boardDecided joins the figures of disputes with their cases, which know on which clock they are.
func boardDecided(tx *gorm.DB, q BoardQuery, b *Board) error {
	var found struct{ Decided, Appealed, Overturned, Seen int64 }
	err := tx.Raw(`SELECT count(*) AS seen, coalesce(sum(own), 0) AS decided, coalesce(sum(CASE WHEN appealed THEN own ELSE 0 END), 0) AS appealed,
			coalesce(sum(CASE WHEN appealed AND overturned THEN own ELSE 0 END), 0) AS overturned
		FROM (SELECT latest.appealed, latest.overturned, CASE WHEN coalesce(cases.clock_id, '') = @clock THEN 1 ELSE 0 END AS own
			FROM (SELECT id, appealed, overturned FROM dispute_figures WHERE decided_at IS NOT NULL AND decided_at > @since AND decided_at <= @now
				ORDER BY decided_at DESC LIMIT @bound) AS latest JOIN cases ON cases.id = latest.id) AS counted`,
		map[string]any{"clock": q.Clock, "since": at(b.Since), "now": at(b.Now), "bound": boardBound}).Scan(&found).Error
	b.Decided, b.Appealed, b.Overturned, b.DecidedMore = found.Decided, found.Appealed, found.Overturned, found.Seen >= boardBound
	return err
}

func (s *Store) boardSample(tx *gorm.DB, q BoardQuery, b *Board) error {
	var rows []caseRow
	if err := latestDisputes(tx, q, b.Since).Where("state IS NOT NULL").Limit(q.Sample).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		record := row.record()
		var err error
		if record.State, err = s.decode(row); err != nil {
			return err
		}
		b.Sample = append(b.Sample, record)
	}
	return nil
}

func (s *Store) boardDoor(tx *gorm.DB, _ BoardQuery, b *Board) (err error) {
	waiting := tx.Model(&commandRow{}).Where("applied_at IS NULL")
	var oldest []instant
	if err := waiting.Session(&gorm.Session{}).Order("stored_at").Limit(1).Pluck("stored_at", &oldest).Error; err != nil {
		return err
	}
	if len(oldest) > 0 {
		b.DoorOldest = oldest[0].Time
	}
	if b.Door, err = counted(tx, waiting.Session(&gorm.Session{}), boardBound); err != nil {
		return err
	}
	real, err := s.realNow(tx)
	if err != nil {
		return err
	}
	b.Stalled, err = counted(tx, tx.Model(&caseRow{}).Where("clock_id IS NULL AND next_due IS NOT NULL AND next_due < ?", at(real.Add(-stalledAfter))), boardBound)
	return err
}

func boardRest(tx *gorm.DB, q BoardQuery, b *Board) (err error) {
	if b.Effects, err = counted(tx, tx.Model(&caseRow{}).Where("effects_open > 0"), boardBound); err != nil {
		return err
	}
	if err := inScope(tx.Model(&incidentRow{}), optional(q.Clock)).Where("until_at > ? AND from_at <= ? AND ended_at IS NULL", at(b.Now), at(b.Now)).Count(&b.Incidents).Error; err != nil {
		return err
	}
	return tx.Model(&clockRow{}).Order("id DESC").Limit(clocksShown).Pluck("id", &b.Clocks).Error
}

const clocksShown = 5

// Escrow is what the balances of a currency say is held, and what the ledger says.
type Escrow struct {
	Currency     money.Currency
	Held, Ledger money.Minor
	Accounts     int64
	Differ       int64  // accounts whose balance is not the sum of their postings
	Example      string // one of those
}

// EscrowBatch compares the next balances of escrow with the sums of their postings, by currency, and returns where to go on: empty when all are done.
// Walking all of them again and again takes bounded work at a time, however many orders there have been.
func (s *Store) EscrowBatch(ctx context.Context, after string, limit int) (sums []Escrow, next string, err error) {
	from := max(after, "escrow:")
	err = s.reads.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var last []string
		if err := tx.Model(&balanceRow{}).Where("account > ? AND account < 'escrow;'", from).Order("account").Offset(limit-1).Limit(1).Pluck("account", &last).Error; err != nil {
			return err
		}
		upto := "escrow;"
		if len(last) > 0 {
			upto, next = last[0], last[0]
		}
		return tx.Raw(`SELECT currency, sum(held) AS held, sum(ledger) AS ledger, count(*) AS accounts,
				sum(CASE WHEN held <> ledger THEN 1 ELSE 0 END) AS differ, coalesce(max(CASE WHEN held <> ledger THEN account END), '') AS example
			FROM (SELECT account, currency, balance_minor AS held, coalesce((SELECT sum(amount_minor) FROM postings
					WHERE postings.account = balances.account AND postings.currency = balances.currency), 0) AS ledger
				FROM balances WHERE account > @from AND account <= @upto AND account < 'escrow;') AS compared
			GROUP BY currency ORDER BY currency`, map[string]any{"from": from, "upto": upto}).Scan(&sums).Error
	}, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	return sums, next, doing("compare escrow with the ledger", err)
}
