package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

func TestEveryWriteTwiceIsOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		begin := NewCase{ID: fresh("ord"), Kind: casefile.KindOrder, Command: Knock{ID: identifier.New("cmd"), Name: "begin", By: buyer(),
			Data: body(f.t, toyData{Buyer: "acc_buyer"}), Key: "k1", BodyHash: []byte("a")}}
		first, err := f.Begin(f.ctx, begin)
		require.NoError(f.t, err)
		again := begin
		again.ID, again.Command.ID = fresh("ord"), identifier.New("cmd")
		second, err := f.Begin(f.ctx, again)
		require.NoError(f.t, err)
		require.True(f.t, second.Repeated)
		require.Equal(f.t, first.Case, second.Case, "a repeat names the first order")
		_, err = f.Case(f.ctx, again.ID)
		require.ErrorIs(f.t, err, ErrNotFound)

		again.Command.BodyHash = []byte("b")
		_, err = f.Begin(f.ctx, again)
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch)

		_, err = f.Begin(f.ctx, NewCase{ID: first.Case, Kind: casefile.KindOrder, Command: Knock{ID: identifier.New("cmd"), Name: "begin"}})
		require.ErrorIs(f.t, err, ErrDuplicate, "an ID that is taken")

		k := Knock{ID: identifier.New("cmd"), Case: first.Case, Name: "add", By: buyer(), Key: "k2", BodyHash: []byte("a"), Data: body(f.t, toyData{N: 1})}
		one, err := f.Knock(f.ctx, k)
		require.NoError(f.t, err)
		f.step(first.Case)
		repeat := k
		repeat.ID = identifier.New("cmd")
		two, err := f.Knock(f.ctx, repeat)
		require.NoError(f.t, err)
		require.Equal(f.t, one.ID, two.ID)
		require.True(f.t, one.ReceivedAt.Equal(two.ReceivedAt))
		require.Equal(f.t, one.Sequence, two.Sequence)

		other := repeat
		other.Name = "refuse"
		_, err = f.Knock(f.ctx, other)
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch, "the same key for another command")
		other = repeat
		other.By.ID = "acc_somebody"
		three, err := f.Knock(f.ctx, other)
		require.NoError(f.t, err)
		require.False(f.t, three.Repeated, "keys belong to their callers")

		internal := Knock{ID: "cmd_derived", Case: first.Case, Name: "add", By: casefile.Actor{Role: casefile.System}, Internal: true}
		four, err := f.Knock(f.ctx, internal)
		require.NoError(f.t, err)
		five, err := f.Knock(f.ctx, internal)
		require.NoError(f.t, err)
		require.True(f.t, five.Repeated)
		require.Equal(f.t, four.Sequence, five.Sequence)

		f.step(first.Case)
		f.step(first.Case)
		require.Equal(f.t, 3, f.toy(first.Case).Count)
		require.Equal(f.t, int64(4), f.step(first.Case).Applied, "repeats took no place in the queue")
	})
}

func TestUnknownAndMalformedAreRefused(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		_, err := f.Knock(f.ctx, Knock{ID: "cmd_1", Case: "ord_none", Name: "add"})
		require.ErrorIs(f.t, err, ErrNotFound)
		_, err = f.Step(f.ctx, "ord_none")
		require.ErrorIs(f.t, err, ErrNotFound)
		_, err = f.Command(f.ctx, "cmd_none")
		require.ErrorIs(f.t, err, ErrNotFound)
		id := f.order("")
		_, err = f.Knock(f.ctx, Knock{ID: "cmd_2", Case: id, Name: "add", Data: []byte(`{"text":`)})
		require.ErrorIs(f.t, err, ErrMalformed)
		_, err = f.Knock(f.ctx, Knock{ID: "cmd_3", Case: id, Name: "add", Data: []byte("{\"text\":\"\xff\"}")})
		require.ErrorIs(f.t, err, ErrMalformed)
		r := f.knock(id, "add", toyData{Text: "a zero \x00 and \u202e a turned text 👍"})
		f.step(id)
		require.True(f.t, f.answer(r.ID).Accepted())
		_, err = f.Begin(f.ctx, NewCase{ID: fresh("ord"), Kind: casefile.KindOrder, Clock: "clk_none", Command: Knock{ID: "cmd_4", Name: "begin"}})
		require.ErrorIs(f.t, err, ErrNotFound)
	})
}

func TestDoorGivesPlacesWithoutGapsAndInstantsThatGrow(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		const knockers, each = 64, 6
		id := f.order("")
		var mu sync.Mutex
		got := map[int64]time.Time{}
		together(knockers, func(int) {
			for range each {
				r, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: id, Name: "add", By: buyer()})
				mu.Lock()
				if err != nil {
					f.t.Error(err)
				}
				got[r.Sequence] = r.ReceivedAt
				mu.Unlock()
			}
		})
		require.Len(f.t, got, knockers*each)
		last := time.Time{}
		for n := int64(2); n <= knockers*each+1; n++ {
			require.Truef(f.t, got[n].After(last), "place %d is after place %d", n, n-1)
			last = got[n]
		}
		result := f.step(id)
		require.Equal(f.t, int64(knockers*each+1), result.Applied, "one call applies them all, in several transactions")
		require.Equal(f.t, knockers*each, f.toy(id).Count)
	})
}

func TestTheSameKeyFromManyAtOnceIsStoredOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		id := f.order("")
		var mu sync.Mutex
		ids := map[string]bool{}
		together(32, func(int) {
			r, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: id, Name: "add", By: buyer(), Key: "same"})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				f.t.Error(err)
			}
			ids[r.ID] = true
		})
		require.Len(f.t, ids, 1)
		require.Equal(f.t, int64(2), f.step(id).Applied)
	})
}

func TestKnockThatWaitedForAStepIsLaterThanTheStep(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t))
	id := f.order("")
	held, err := f.db.DB()
	require.NoError(t, err)
	tx, err := held.BeginTx(f.ctx, nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(f.ctx, "SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", id)
	require.NoError(t, err)

	done := make(chan Receipt)
	go func() {
		r, err := f.Knock(context.WithoutCancel(f.ctx), Knock{ID: identifier.New("cmd"), Case: id, Name: "add"})
		if err != nil {
			t.Error(err)
		}
		done <- r
	}()
	f.waitForLock()
	var stepped time.Time
	require.NoError(t, tx.QueryRowContext(f.ctx, "UPDATE cases SET last_at = clock_timestamp() WHERE id = $1 RETURNING last_at", id).Scan(&stepped))
	require.NoError(t, tx.Commit())
	require.True(t, (<-done).ReceivedAt.After(stepped))
}

func TestStepReadsTheClockAfterItGotItsLocks(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t))
	order := f.order("")
	id := f.dispute(order)
	for _, held := range []string{order, id} {
		pool, err := f.db.DB()
		require.NoError(t, err)
		tx, err := pool.BeginTx(f.ctx, nil)
		require.NoError(t, err)
		_, err = tx.ExecContext(f.ctx, "SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", held)
		require.NoError(t, err)
		done := make(chan StepResult)
		go func() {
			r, err := f.Step(context.WithoutCancel(f.ctx), id)
			if err != nil {
				t.Error(err)
			}
			done <- r
		}()
		f.waitForLock()
		var before time.Time
		require.NoError(t, tx.QueryRowContext(f.ctx, "SELECT clock_timestamp()").Scan(&before))
		require.NoError(t, tx.Commit())
		require.Truef(t, (<-done).Now.After(before), "a step that waited for %s", held)
	}
}

func TestAKeyHasOneEffectWhateverItIsUsedFor(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		knock := Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: "k", BodyHash: []byte("a")}
		_, err := f.Knock(f.ctx, knock)
		require.NoError(f.t, err)
		_, err = f.CreateClock(f.ctx, fresh("clk"), zero, Once{Caller: buyer().ID, Key: "k", BodyHash: []byte("b")})
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch, "a command's key for something else")

		clock := fresh("clk")
		once := Once{Caller: buyer().ID, Key: "other", BodyHash: []byte("b")}
		for range 2 {
			made, err := f.CreateClock(f.ctx, clock, zero, once)
			require.NoError(f.t, err)
			require.Equal(f.t, clock, made.ID)
		}
		_, err = f.Remember(f.ctx, Once{Caller: buyer().ID, Key: "k"}, "anything")
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch)
		for range 2 {
			first, err := f.Remember(f.ctx, Once{Caller: buyer().ID, Key: "kept", BodyHash: []byte("c")}, "first")
			require.NoError(f.t, err)
			require.Equal(f.t, "first", first)
		}
		knock.ID, knock.Key = identifier.New("cmd"), "other"
		_, err = f.Knock(f.ctx, knock)
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch, "something else's key for a command")
		knock.ID, knock.Case = identifier.New("cmd"), fresh("ord")
		_, err = f.Begin(f.ctx, NewCase{ID: knock.Case, Kind: casefile.KindOrder, Command: knock})
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch)
		_, err = f.Case(f.ctx, knock.Case)
		require.ErrorIs(f.t, err, ErrNotFound)
		knock.By.ID, knock.Case = "acc_seller", order
		_, err = f.Knock(f.ctx, knock)
		require.NoError(f.t, err, "another caller's key is another key")
	})
}
