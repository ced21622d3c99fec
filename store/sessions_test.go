package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/session"
)

func TestSessionsAreKeptAndEnded(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		now := zero
		book := session.Book{Keeper: f.Store, Idle: time.Hour, Length: 8 * time.Hour, Now: func() time.Time { return now }}
		begin := func(subject string) string {
			id, err := book.Begin(f.ctx, session.Session{Subject: subject, Role: "buyer", Token: "t." + subject})
			require.NoError(f.t, err)
			return id
		}
		found := func(id string) bool {
			_, err := book.Find(f.ctx, id)
			if err != nil {
				require.ErrorIs(f.t, err, session.ErrNone)
			}
			return err == nil
		}
		ada, again, bolt := begin("acc_ada"), begin("acc_ada"), begin("acc_bolt")
		kept, err := book.Find(f.ctx, ada)
		require.NoError(f.t, err)
		require.Equal(f.t, "t.acc_ada", kept.Token)
		require.Equal(f.t, zero.Add(8*time.Hour), kept.EndsAt)

		kept.Token = "next"
		require.NoError(f.t, book.Renew(f.ctx, ada, kept))
		kept, err = book.Find(f.ctx, ada)
		require.NoError(f.t, err)
		require.Equal(f.t, "next", kept.Token)
		require.Equal(f.t, zero.Add(8*time.Hour), kept.EndsAt, "no longer for that")

		now = zero.Add(50 * time.Minute)
		require.True(f.t, found(bolt), "used, and that is noted")
		now = zero.Add(100 * time.Minute)
		begin("acc_cleo") // forgets what was not used
		var rows int64
		require.NoError(f.t, f.db.Model(&sessionRow{}).Count(&rows).Error)
		require.EqualValues(f.t, 2, rows)
		require.True(f.t, found(bolt))
		require.False(f.t, found(ada))
		require.False(f.t, found(again))

		one, two := begin("acc_ada"), begin("acc_ada")
		require.NoError(f.t, book.End(f.ctx, one))
		require.False(f.t, found(one))
		require.True(f.t, found(two))
		require.NoError(f.t, book.EndAll(f.ctx, "acc_ada"))
		require.False(f.t, found(two))
		require.True(f.t, found(bolt))
	})
}
