package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

// log is what the toy did, as "what@offset" with the offset from zero in seconds.
func (f *fixture) log(id string) []string {
	f.t.Helper()
	var lines []string
	for _, e := range f.toy(id).Log {
		lines = append(lines, fmt.Sprintf("%s@%d", e.What, int(e.At.Sub(zero).Seconds())))
	}
	return lines
}

// R1, R2: what was received at or before the due goes first, in the door's order; then the default; then the rest.
func TestCommandsInTimeGoBeforeTheDefault(t *testing.T) {
	t.Parallel()
	f := open(t, "sqlite::memory:")
	id := f.order("")
	f.knock(id, "arm", toyData{Name: "answer", Due: zero.Add(60 * time.Second)})
	f.step(id)
	f.hands.set(zero.Add(50 * time.Second))
	f.knock(id, "add", toyData{})
	f.hands.set(zero.Add(60*time.Second - 2*time.Microsecond))
	in := f.knock(id, "refuse", toyData{})
	require.True(t, in.ReceivedAt.Before(zero.Add(60*time.Second)))
	f.hands.set(zero.Add(60*time.Second - time.Microsecond))
	exact := f.knock(id, "add", toyData{})
	require.True(t, exact.ReceivedAt.Equal(zero.Add(60*time.Second)), "received at the due itself")
	late := f.knock(id, "add", toyData{})
	require.True(t, late.ReceivedAt.After(zero.Add(60*time.Second)))
	f.step(id)
	require.Equal(t, []string{"begin@0", "arm@0", "add@50", "add@60", "answer@60", "add@60"}, f.log(id))

	var taken takingRow
	require.NoError(t, f.db.Take(&taken).Error)
	require.Equal(t, "answer", taken.Name)
	require.False(t, taken.Moved)
}

// R3: a deadline that is noticed too late moves by its lateness, and what was received meanwhile is in time again.
func TestLateDeadlineMoves(t *testing.T) {
	t.Parallel()
	f := open(t, "sqlite::memory:")
	id := f.order("")
	f.knock(id, "arm", toyData{Name: "answer", Due: zero.Add(time.Minute)})
	f.knock(id, "arm", toyData{Name: "reminder", Due: zero.Add(50 * time.Second), Reminder: true})
	f.step(id)
	f.hands.set(zero.Add(4 * time.Minute))
	f.knock(id, "add", toyData{})
	f.hands.set(zero.Add(11 * time.Minute))
	r := f.step(id)
	require.Equal(t, []string{"begin@0", "arm@0", "arm@0", "reminder@50", "moved answer@60", "add@240"}, f.log(id))
	require.Equal(t, 21*time.Minute, r.NextDue.Sub(zero).Round(time.Second), "noticed at 11m, 10m late")
	f.hands.set(zero.Add(21*time.Minute + time.Second))
	f.step(id)
	require.Equal(t, "answer@1260", f.log(id)[6], "taken in time now")

	f.knock(id, "arm", toyData{Name: "other", Due: zero.Add(30 * time.Minute)})
	f.step(id)
	f.hands.set(zero.Add(35*time.Minute - time.Millisecond))
	f.step(id)
	require.Equal(t, "other@1800", f.log(id)[8], "five minutes is not too late")
}

func TestLateDeadlineMovesOnPostgres(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t), func(o *Options) { o.LateAfter = time.Millisecond })
	id := f.order("")
	due := time.Now().Add(-time.Minute)
	f.knock(id, "arm", toyData{Name: "answer", Due: due})
	f.knock(id, "arm", toyData{Name: "reminder", Due: due.Add(-time.Second), Reminder: true})
	r := f.step(id)
	require.True(t, r.NextDue.After(r.Now), "it moved into the future")
	log := f.toy(id).Log
	require.Equal(t, []string{"begin", "arm", "moved answer", "arm", "reminder"}, []string{log[0].What, log[1].What, log[2].What, log[3].What, log[4].What})
}

func TestDeadlineOfPostgresIsTakenByItsOwnClock(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		id := f.order("")
		r := f.knock(id, "arm", toyData{Name: "answer", Due: f.step(id).Now.Add(400 * time.Millisecond)})
		f.step(id)
		require.Eventually(f.t, func() bool {
			if f.hands != nil {
				f.hands.add(10 * time.Millisecond)
			}
			return f.step(id).NextDue.IsZero()
		}, 5*time.Second, time.Millisecond)
		log := f.toy(id).Log
		require.Equal(f.t, "answer", log[2].What)
		require.True(f.t, log[2].At.After(r.ReceivedAt))
	})
}

func TestEffectsOpeningsAndSends(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		dispute := fresh("dsp")
		opened := f.knock(order, "open", toyData{To: dispute})
		r := f.step(order)
		require.Equal(f.t, []CaseRef{{ID: dispute, Kind: casefile.KindDispute, Sequence: 1}}, r.Touched)
		record, err := f.Case(f.ctx, dispute)
		require.NoError(f.t, err)
		require.Equal(f.t, order, record.Order)
		require.Equal(f.t, "acc_buyer", record.Summary.Buyer, "a list shows the parties before the first step")
		f.step(dispute)
		require.True(f.t, f.toy(dispute).Log[0].At.Equal(opened.ReceivedAt), "it begins at the instant of the order's command")

		f.knock(dispute, "tell", toyData{To: order})
		f.knock(dispute, "tell", toyData{To: order})
		r = f.step(dispute)
		require.Equal(f.t, []CaseRef{{ID: order, Kind: casefile.KindOrder, Sequence: 4}}, r.Touched)
		require.Equal(f.t, int64(4), f.step(order).Applied)
		require.Equal(f.t, 2, f.toy(order).Count)

		f.knock(order, "close", toyData{})
		require.True(f.t, f.step(order).Closed)
		f.knock(dispute, "tell", toyData{To: order})
		f.step(dispute)
		f.step(order)
		var last commandRow
		require.NoError(f.t, f.db.Where("case_id = ?", order).Order("sequence DESC").Take(&last).Error)
		require.Equal(f.t, casefile.CaseClosed, f.answer(last.ID).Refused, "a case that is over keeps what it is sent, and says so")

		f.knock(dispute, "effect", toyData{})
		r = f.step(dispute)
		require.Len(f.t, r.Todo, 1)
		require.Equal(f.t, r.Todo, f.step(dispute).Todo, "a step without news tells the same")
		f.knock(dispute, "confirm_transfer", toyData{Step: r.Todo[0].Step})
		require.Empty(f.t, f.step(dispute).Todo)
	})
}

func TestStepToStrangersIsRefused(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		one, two := f.order(""), f.order("")
		f.knock(one, "tell", toyData{To: two})
		_, err := f.Step(f.ctx, one)
		require.ErrorIs(f.t, err, ErrRules)
		require.ErrorContains(f.t, err, two)

		f.knock(two, "tell", toyData{To: "dsp_nowhere"})
		_, err = f.Step(f.ctx, two)
		require.ErrorIs(f.t, err, ErrRules)
		require.NotErrorIs(f.t, err, ErrNotFound, "the case itself is there")
	})
}

// everything is a count of all rows that belong to an order and the rows of its cases.
func (f *fixture) everything(order string) string {
	f.t.Helper()
	var all []string
	for _, table := range []string{"events", "commands", "takings", "transfers", "postings", "shipments", "duties"} {
		var n int64
		require.NoError(f.t, f.db.Table(table).Where("case_id IN (SELECT id FROM cases WHERE order_id = ?)", order).Count(&n).Error)
		all = append(all, fmt.Sprintf("%s %d", table, n))
	}
	var rows []caseRow
	require.NoError(f.t, f.db.Where("order_id = ?", order).Order("id").Find(&rows).Error)
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%s %d/%d %d %s %s", r.ID, r.Applied, r.Sequence, r.Recorded, r.Head, r.LastAt))
	}
	return strings.Join(all, "\n")
}

// verify checks the chain of a case against its row.
func (f *fixture) verify(id string) {
	f.t.Helper()
	record, err := f.Case(f.ctx, id)
	require.NoError(f.t, err)
	head, err := casefile.ParseHash(record.Head)
	require.NoError(f.t, err)
	var all []casefile.Record
	for after := int64(0); ; after = all[len(all)-1].Sequence {
		page, err := f.Timeline(f.ctx, id, after, 7)
		require.NoError(f.t, err)
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
	}
	require.NoError(f.t, casefile.VerifyHead(all, id, head))
	require.Equal(f.t, record.Recorded, int64(len(all)))
	f.chosen(id, all)
}

// chosen checks that a choice of events is what the whole log has of them, in its order.
func (f *fixture) chosen(id string, all []casefile.Record) {
	f.t.Helper()
	if len(all) == 0 {
		return
	}
	chosen := []casefile.EventType{all[0].Type, all[len(all)-1].Type}
	told, err := f.Told(f.ctx, id, chosen...)
	require.NoError(f.t, err)
	require.Equal(f.t, slices.DeleteFunc(slices.Clone(all), func(r casefile.Record) bool { return !slices.Contains(chosen, r.Type) }), told)
}

// Rules that break hold up their own case and nothing else, and the error says which.
func TestBrokenRulesNameTheirCase(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for name, breakIt := range map[string]func(id string){
			"panic": func(id string) { f.knock(id, "panic", toyData{}) },
			"stuck": func(id string) { f.knock(id, "stuck", toyData{}) },
			"state": func(id string) {
				require.NoError(f.t, f.db.Exec(`UPDATE cases SET state = '{"held": "a text"}' WHERE id = ?`, id).Error)
			},
			"fork": func(id string) {
				require.NoError(f.t, f.db.Exec(`UPDATE cases SET recorded = recorded - 1 WHERE id = ?`, id).Error)
			},
		} {
			id, other := f.order(""), f.order("")
			breakIt(id)
			before := f.everything(id)
			_, err := f.Step(f.ctx, id)
			require.Errorf(f.t, err, name)
			require.ErrorContainsf(f.t, err, id, name)
			if name == "fork" {
				require.ErrorIs(f.t, err, ErrForked)
			} else {
				require.ErrorIs(f.t, err, ErrRules)
			}
			require.Equal(f.t, before, f.everything(id))
			f.knock(other, "add", toyData{})
			f.step(other)
		}
	})
}

func TestRowBehindItsLogIsNotContinued(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		id := f.order("")
		old := f.everything(id)
		var row caseRow
		require.NoError(f.t, f.db.Where("id = ?", id).Take(&row).Error)
		f.knock(id, "add", toyData{})
		f.step(id)
		require.NotEqual(f.t, old, f.everything(id))
		require.NoError(f.t, f.db.Exec(`UPDATE cases SET recorded = ?, head = ?, state = ?, applied = 1 WHERE id = ?`, row.Recorded, row.Head, row.State, id).Error)
		require.NoError(f.t, f.db.Exec(`UPDATE commands SET applied_at = NULL, answer = NULL WHERE case_id = ? AND sequence = 2`, id).Error)
		_, err := f.Step(f.ctx, id)
		require.ErrorIs(f.t, err, ErrDuplicate, "the place in the log is taken")
	})
}

func TestAStepSaysWhatAReminderRemindsOf(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order := f.order(clock)
		f.knock(order, "arm", toyData{Name: "end_reminder", Due: zero.Add(time.Hour), Reminder: true})
		require.Zero(f.t, f.step(order).Awaited, "a reminder of nothing")
		f.knock(order, "arm", toyData{Name: "end", Due: zero.Add(2 * time.Hour)})
		result := f.step(order)
		require.Equal(f.t, "end_reminder", result.Next.Name)
		require.Equal(f.t, "end", result.Awaited.Name)
		f.advance(clock, zero.Add(90*time.Minute))
		result = f.step(order)
		require.Equal(f.t, "end", result.Next.Name)
		require.Zero(f.t, result.Awaited, "the next one itself")
	})
}
