package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
	"recourse/internal/identifier"
)

// tomorrow moves the clock of SQLite. On Postgres the day is the server's, so rows of an older day are put in its place.
func (f *fixture) tomorrow(day string) {
	f.t.Helper()
	if f.hands != nil {
		f.hands.add(24 * time.Hour)
		return
	}
	var roots int64
	require.NoError(f.t, f.db.Model(&rootRow{}).Count(&roots).Error)
	older := fmt.Sprintf("2020-01-%02d", roots)
	for _, statement := range []string{
		"INSERT INTO roots SELECT '" + older + "', size, root, made_at FROM roots WHERE day = '" + day + "'",
		"UPDATE root_leaves SET day = '" + older + "' WHERE day = '" + day + "'", "UPDATE root_chunks SET day = '" + older + "' WHERE day = '" + day + "'",
		"DELETE FROM roots WHERE day = '" + day + "'",
	} {
		require.NoError(f.t, f.db.Exec(statement).Error)
	}
}

func (f *fixture) proof(id string) (p merkle.Proof, found bool) {
	f.t.Helper()
	require.NoError(f.t, f.Inspect(f.ctx, func(v View) (err error) {
		p, found, err = v.Proof(id)
		return err
	}))
	return p, found
}

func TestTheRootOfADayIsMadeOnceAndCoversEveryCase(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		day, err := f.MakeRoot(f.ctx)
		require.NoError(f.t, err, "a root over no case at all")
		f.tomorrow(day)
		orders := []string{f.order(""), f.order(""), f.order("")}
		_, found := f.proof(orders[0])
		require.False(f.t, found, "the last root is older than the case")

		for range 3 {
			again, err := f.MakeRoot(f.ctx)
			require.NoError(f.t, err)
			day = again
		}
		page, err := f.Roots(f.ctx, "", 1)
		require.NoError(f.t, err)
		require.True(f.t, page.HasMore)
		require.Equal(f.t, day, page.Data[0].Day)
		require.EqualValues(f.t, 3, page.Data[0].Size)
		older, err := f.Roots(f.ctx, page.Next, 1)
		require.NoError(f.t, err)
		require.Len(f.t, older.Data, 1)
		require.Zero(f.t, older.Data[0].Size)
		require.Equal(f.t, merkle.Root(nil), older.Data[0].Root)
		_, err = f.Roots(f.ctx, "yesterday", 1)
		require.ErrorIs(f.t, err, ErrCursor)

		heads := map[string]string{}
		for _, id := range orders {
			c, err := f.Case(f.ctx, id)
			require.NoError(f.t, err)
			p, found := f.proof(id)
			require.True(f.t, found)
			require.NoError(f.t, p.Verify())
			require.Equal(f.t, page.Data[0].Root, p.Root)
			require.Equal(f.t, c.Head, p.Leaf.Head.String())
			heads[id] = c.Head
		}

		f.tomorrow(day)
		f.knock(orders[1], "add", toyData{})
		f.step(orders[1])
		p, _ := f.proof(orders[1])
		require.Equal(f.t, heads[orders[1]], p.Leaf.Head.String(), "until the next root the proof is that of the last")
		if f.hands == nil {
			return // there is only one today
		}
		_, err = f.MakeRoot(f.ctx)
		require.NoError(f.t, err)
		p, _ = f.proof(orders[1])
		require.NotEqual(f.t, heads[orders[1]], p.Leaf.Head.String())
		p, _ = f.proof(orders[0])
		require.Equal(f.t, heads[orders[0]], p.Leaf.Head.String(), "a case that has not moved has no new leaf")
		var leaves int64
		require.NoError(f.t, f.db.Model(&rootLeafRow{}).Count(&leaves).Error)
		require.EqualValues(f.t, 4, leaves)
	})
}

func TestTwoWorkersMakeOneRoot(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.order("")
		together(8, func(int) {
			if _, err := f.MakeRoot(f.ctx); err != nil {
				t.Error(err)
			}
		})
		page, err := f.Roots(f.ctx, "", 10)
		require.NoError(f.t, err)
		require.Len(f.t, page.Data, 1)
		require.EqualValues(f.t, 1, page.Data[0].Size)
	})
}

// TestAProofOfManyCasesReadsOneChunk: with more cases than a chunk holds, every one is proved.
func TestAProofOfManyCasesReadsOneChunk(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		n := 2*merkle.Chunk + 3
		first := f.order("")
		for i := range n - 1 {
			require.NoError(f.t, f.db.Exec(`INSERT INTO cases (id, kind, order_id, sequence, last_at, recorded, head, opened_at, changed_at)
				SELECT ?, 'dispute', id, 1, last_at, 1, head, opened_at, changed_at FROM cases WHERE id = ?`, fmt.Sprintf("ord_m%06d", i), first).Error)
			if i%100 == 0 { // heads differ, as they do
				require.NoError(f.t, f.db.Exec(`UPDATE cases SET head = ? WHERE id = ?`, merkle.Root([]casefile.Hash{{byte(i)}}).String(), fmt.Sprintf("ord_m%06d", i)).Error)
			}
		}
		_, err := f.MakeRoot(f.ctx)
		require.NoError(f.t, err)
		for _, i := range []int{0, 1, 255, 256, 511, 512, 513} {
			p, found := f.proof(fmt.Sprintf("ord_m%06d", i))
			require.True(f.t, found, i)
			require.NoError(f.t, p.Verify())
			require.EqualValues(f.t, n, p.Size)
		}
		_, found := f.proof("ord_m999999")
		require.False(f.t, found)

		require.NoError(f.t, f.db.Exec(`UPDATE root_leaves SET head = ? WHERE case_id = 'ord_m000007'`, merkle.Root(nil).String()).Error)
		err = f.Inspect(f.ctx, func(v View) error { _, _, err := v.Proof("ord_m000008"); return err })
		require.ErrorIs(f.t, err, ErrForked, "a leaf that was changed leads to no root")
	})
}

func TestACommandKeepsWhatItsReceiptSays(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		dispute := f.dispute(order)
		for range exportBatch + 20 {
			f.knock(dispute, "add", toyData{})
		}
		f.step(dispute)
		r := f.knock(dispute, "tell", toyData{To: order})
		f.step(dispute)
		f.step(order)
		c, err := f.Command(f.ctx, r.ID)
		require.NoError(f.t, err)
		require.NotZero(f.t, c.Salt)
		log, err := f.Timeline(f.ctx, dispute, 0, 1000)
		require.NoError(f.t, err)
		require.Equal(f.t, int64(len(log)), c.HeadSequence)
		require.Equal(f.t, log[len(log)-1].Hash, c.Head)

		require.NoError(f.t, f.Inspect(f.ctx, func(v View) error {
			salts := map[casefile.Salt]bool{}
			for _, id := range []string{order, dispute} {
				whole, err := v.Timeline(id)
				require.NoError(f.t, err)
				n, place := 0, int64(0)
				for e, err := range v.EachEvent(id) {
					require.NoError(f.t, err)
					require.Equal(f.t, whole[n].Hash, e.Hash)
					n++
				}
				require.Len(f.t, whole, n)
				commands, err := v.Commands(id)
				require.NoError(f.t, err)
				n = 0
				for c, err := range v.EachApplied(id) {
					require.NoError(f.t, err)
					require.Equal(f.t, commands[n].Command, c.Command())
					require.Equal(f.t, place+c.Events, c.HeadSequence, "nothing else recorded events here")
					if c.HeadSequence > 0 {
						require.Equal(f.t, whole[c.HeadSequence-1].Hash, c.Head)
					}
					place = c.HeadSequence
					require.False(f.t, salts[c.Salt], "each command has a salt of its own")
					salts[c.Salt] = true
					n++
				}
				require.Len(f.t, commands, n)
			}
			return nil
		}))
		k := Knock{ID: identifier.New("cmd"), Case: dispute, Name: "add", By: buyer()}
		first, err := f.Knock(f.ctx, k)
		require.NoError(f.t, err)
		waiting, err := f.Command(f.ctx, first.ID)
		require.NoError(f.t, err)
		require.False(f.t, waiting.Applied)
		require.Zero(f.t, waiting.Head)
	})
}
