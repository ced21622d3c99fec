package store

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// advance is what package testclock does, without an engine in between.
func (f *fixture) advance(clock string, target time.Time) {
	f.t.Helper()
	require.NoError(f.t, f.BeginAdvance(f.ctx, clock, target))
	for range 1000 {
		work, err := f.StepClock(f.ctx, clock)
		require.NoError(f.t, err)
		for _, ref := range work.Deliver {
			f.step(ref.ID)
		}
		for _, ref := range work.Effects {
			for _, e := range f.step(ref.ID).Todo {
				f.knockInternal(ref.ID, "confirm_transfer", toyData{Step: e.Step})
			}
		}
		if work.Due != nil {
			f.step(work.Due.ID)
		}
		if work.Done {
			return
		}
	}
	f.t.Fatal("the clock does not get there")
}

func (f *fixture) knockInternal(caseID, name string, data toyData) Receipt {
	f.t.Helper()
	r, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: caseID, Name: name, By: casefile.Actor{Role: casefile.System},
		Data: body(f.t, data), Internal: true})
	require.NoError(f.t, err)
	return r
}

func TestTestClockStepsFromDueToDue(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order := f.order(clock)
		dispute := f.dispute(order)
		day := 24 * time.Hour
		r := f.knock(order, "arm", toyData{Name: "end", Due: zero.Add(10 * day)})
		require.True(f.t, r.ReceivedAt.Equal(zero), "received at the clock's instant")
		f.knock(dispute, "arm", toyData{Name: "tell_order", Due: zero.Add(4 * day)})
		f.knock(dispute, "arm", toyData{Name: "later", Due: zero.Add(10 * day)})
		f.knock(dispute, "effect", toyData{})

		result := f.step(order)
		require.True(f.t, result.NextDue.IsZero(), "no timer on a test clock")
		require.True(f.t, result.Next.DueAt.Equal(zero.Add(10*day)))
		require.True(f.t, result.Now.Equal(zero))

		f.advance(clock, zero.Add(10*day))
		c, err := f.Clock(f.ctx, clock)
		require.NoError(f.t, err)
		require.Equal(f.t, Clock{ID: clock, Now: zero.Add(10 * day), Target: zero.Add(10 * day), Status: Ready}, c)
		require.Equal(f.t, []string{"begin@0", "open@0", "arm@0", "add@345600"}, f.log(order), "what the dispute sent on day four has that instant")
		require.Equal(f.t, []string{"begin@0", "arm@0", "arm@0", "effect@0", "confirm_transfer@0", "tell_order@345600"}, f.log(dispute))

		f.knock(order, "add", toyData{})
		f.step(order)
		require.Equal(f.t, "add@864000", f.log(order)[4], "a command at the instant of the due is in time")
		f.advance(clock, zero.Add(10*day+time.Microsecond))
		require.Equal(f.t, "end@864000", f.log(order)[5])
		require.Equal(f.t, "later@864000", f.log(dispute)[6])
	})
}

func TestOutsidersWaitWhileAClockAdvances(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order := f.order(clock)
		early := Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: "early", BodyHash: []byte("a")}
		first, err := f.Knock(f.ctx, early)
		require.NoError(f.t, err)
		require.NoError(f.t, f.BeginAdvance(f.ctx, clock, zero.Add(time.Hour)))

		k := Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: "k", BodyHash: []byte("a")}
		_, err = f.Knock(f.ctx, k)
		require.ErrorIs(f.t, err, ErrClockAdvancing)
		_, err = f.Begin(f.ctx, NewCase{ID: fresh("ord"), Kind: casefile.KindOrder, Clock: clock, Command: k})
		require.ErrorIs(f.t, err, ErrClockAdvancing)
		early.ID = identifier.New("cmd")
		again, err := f.Knock(f.ctx, early)
		require.NoError(f.t, err, "what was stored before is still found")
		require.Equal(f.t, first.ID, again.ID)
		early.BodyHash = []byte("b")
		_, err = f.Knock(f.ctx, early)
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch, "which comes before clock_advancing")
		f.knockInternal(order, "add", toyData{})

		f.advance(clock, zero.Add(time.Hour))
		r, err := f.Knock(f.ctx, k)
		require.NoError(f.t, err, "the refused key was not used up")
		require.False(f.t, r.Repeated)
		require.Equal(f.t, int64(4), r.Sequence, "a refused knock took no place")
	})
}

func TestClocksGoForwardOnly(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		_, err := f.CreateClock(f.ctx, clock, zero, Once{})
		require.ErrorIs(f.t, err, ErrDuplicate)
		require.ErrorIs(f.t, f.BeginAdvance(f.ctx, clock, zero.Add(-time.Second)), ErrClockBackwards)
		require.ErrorIs(f.t, f.BeginAdvance(f.ctx, "clk_none", zero), ErrNotFound)
		require.NoError(f.t, f.BeginAdvance(f.ctx, clock, zero), "where it stands already")
		work, err := f.StepClock(f.ctx, clock)
		require.NoError(f.t, err)
		require.True(f.t, work.Done)
		_, err = f.StepClock(f.ctx, "clk_none")
		require.ErrorIs(f.t, err, ErrNotFound)
		_, err = f.Clock(f.ctx, "clk_none")
		require.ErrorIs(f.t, err, ErrNotFound)
	})
}

// A due that nobody takes is named again and again, and the clock does not pass it.
func TestClockDoesNotPassADue(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order := f.order(clock)
		f.knock(order, "arm", toyData{Name: "end", Due: zero.Add(time.Hour)})
		f.step(order)
		require.NoError(f.t, f.BeginAdvance(f.ctx, clock, zero.Add(2*time.Hour)))
		for range 3 {
			work, err := f.StepClock(f.ctx, clock)
			require.NoError(f.t, err)
			require.NotNil(f.t, work.Due)
			require.Equal(f.t, order, work.Due.ID)
			require.True(f.t, work.Clock.Now.Equal(zero.Add(time.Hour)))
		}
		f.advance(clock, zero.Add(2*time.Hour))
		require.Equal(f.t, "end@3600", f.log(order)[2])
	})
}

// Advancing and knocking at once: every command is before the advance or after it, never within.
func TestAdvanceAndKnocksExcludeEachOther(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order := f.order(clock)
		f.knock(order, "arm", toyData{Name: "end", Due: zero.Add(time.Hour)})
		f.step(order)
		together(9, func(i int) {
			if i == 0 {
				f.advance(clock, zero.Add(2*time.Hour))
				return
			}
			for range 20 {
				r, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer()})
				if err != nil {
					require.ErrorIs(f.t, err, ErrClockAdvancing)
				} else if !r.ReceivedAt.Equal(zero) && !r.ReceivedAt.Equal(zero.Add(2*time.Hour)) {
					f.t.Errorf("received at %s", r.ReceivedAt)
				}
			}
		})
		f.step(order)
		f.verify(order)
	})
}

func TestCasesThatAreDueAtOneInstantTakeTurns(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		first, second := f.order(clock), f.order(clock)
		if first > second {
			first, second = second, first
		}
		dispute := f.dispute(second)
		for _, id := range []string{first, second, dispute} {
			f.knock(id, "arm", toyData{Name: "end", Due: zero})
			f.step(id)
		}
		require.NoError(f.t, f.BeginAdvance(f.ctx, clock, zero.Add(time.Hour)))
		ended := func(id string) bool { return slices.Contains(f.log(id), "end@0") }
		for _, next := range []string{dispute, first, second} {
			for _, late := range []string{second, first, dispute} {
				if late != next && !ended(late) {
					f.step(late) // woken by somebody else
					require.False(f.t, ended(late), "it is not its turn")
				}
			}
			f.step(next)
			require.True(f.t, ended(next))
		}
		f.advance(clock, zero.Add(time.Hour))
	})
}

func TestADueWhoseCaseHasACommandWaitingDoesNotWaitForItsTurn(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		first, second := f.order(clock), f.order(clock)
		if first > second {
			first, second = second, first
		}
		f.knock(first, "arm", toyData{Name: "end", Due: zero.Add(time.Hour)})
		f.step(first)
		f.advance(clock, zero.Add(time.Hour)) // where the due of the first has come, and is not taken yet
		f.knock(second, "arm", toyData{Name: "end", Due: zero.Add(time.Hour)})
		f.step(second)
		require.NoError(f.t, f.BeginAdvance(f.ctx, clock, zero.Add(2*time.Hour)))
		f.knockInternal(second, "arm", toyData{Name: "past", Due: zero.Add(time.Minute)})
		f.knockInternal(second, "add", toyData{})
		f.step(second)
		require.Equal(f.t, []string{"past@3600", "add@3600"}, f.log(second)[3:])
		f.advance(clock, zero.Add(2*time.Hour))
	})
}
