package store

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

// queued is a dispute that waits for the platform's people, so urgent.
func (f *fixture) queued(order string, urgent time.Time, reviewer string) string {
	f.t.Helper()
	id := f.dispute(order)
	f.knock(id, "queue", toyData{Due: urgent, Reviewer: reviewer})
	f.step(id)
	return id
}

// queue pages through what a query shows, and sees that it is counted so.
func (f *fixture) queue(q QueueQuery) (ids []string) {
	f.t.Helper()
	found, err := f.QueueCount(f.ctx, QueueQuery{Reviewer: q.Reviewer, Unassigned: q.Unassigned, Status: q.Status, Reason: q.Reason, Overdue: q.Overdue, Snoozed: q.Snoozed, Clock: q.Clock})
	require.NoError(f.t, err)
	defer func() { require.Equal(f.t, Amount{N: int64(len(ids))}, found) }()
	for {
		page, err := f.Queue(f.ctx, q)
		require.NoError(f.t, err)
		for _, c := range page.Data {
			require.NotNil(f.t, c.State)
			ids = append(ids, c.ID)
		}
		require.Equal(f.t, page.HasMore, page.Next != "")
		if q.After = page.Next; !page.HasMore {
			return ids
		}
	}
}

func TestTheQueueIsByUrgencyAndPagesWithoutGaps(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		var all []string
		for i := range 9 {
			all = append(all, f.queued(order, zero.Add(-time.Duration(i/2)*time.Hour), "acc_cleo"))
		}
		f.dispute(order) // waits for a party
		slices.SortStableFunc(all, func(a, b string) int {
			return f.toy(a).Urgent.Compare(f.toy(b).Urgent)
		})
		require.Equal(f.t, all, f.queue(QueueQuery{Limit: 2}), "of equal ones by their IDs")
		found, err := f.QueueCount(f.ctx, QueueQuery{Limit: 2})
		require.NoError(f.t, err)
		require.Equal(f.t, Amount{N: 2, More: true}, found, "no further than it was asked")
		_, err = f.Queue(f.ctx, QueueQuery{After: "nonsense"})
		require.ErrorIs(f.t, err, ErrCursor)

		f.knock(all[0], "decide", toyData{})
		f.step(all[0])
		require.Equal(f.t, all[1:], f.queue(QueueQuery{}), "what is decided leaves it")
	})
}

func TestEachFilterOfTheQueue(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.newClock("clk_queue", zero)
		order, onClock := f.order(""), f.order("clk_queue")
		cleos, nobodys := f.queued(order, zero, "acc_cleo"), f.queued(order, zero.Add(time.Hour), "")
		clocked := f.queued(onClock, zero.Add(2*time.Hour), "acc_dora")
		f.knock(nobodys, "add", toyData{}) // a toy that has counted is overdue
		f.step(nobodys)
		f.knock(clocked, "snooze", toyData{Due: zero.Add(time.Hour)})
		f.step(clocked)
		require.Equal(f.t, []string{cleos, nobodys}, f.queue(QueueQuery{}), "what is put off is not shown")
		require.Equal(f.t, []string{cleos, nobodys, clocked}, f.queue(QueueQuery{Snoozed: true}))
		require.Equal(f.t, []string{cleos}, f.queue(QueueQuery{Reviewer: "acc_cleo"}))
		require.Equal(f.t, []string{nobodys}, f.queue(QueueQuery{Unassigned: true}))
		require.Equal(f.t, []string{nobodys}, f.queue(QueueQuery{Overdue: true}))
		require.Empty(f.t, f.queue(QueueQuery{Clock: "clk_queue"}))
		require.Empty(f.t, f.queue(QueueQuery{Status: "closed"}))
		require.Empty(f.t, f.queue(QueueQuery{Reason: "counterfeit"}))
		require.NoError(f.t, f.db.Exec("UPDATE clocks SET now_at = ?, target_at = ? WHERE id = 'clk_queue'", at(zero.Add(time.Hour)), at(zero.Add(time.Hour))).Error)
		require.Equal(f.t, []string{clocked}, f.queue(QueueQuery{Clock: "clk_queue"}), "until then, by its own clock")
	})
}

func TestADraftIsTheReviewersOwnUntilTheCaseIsDecided(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		id, other := f.queued(order, zero, "acc_cleo"), f.queued(order, zero, "acc_cleo")
		write := func(caseID, reviewer, text string) {
			d, err := f.SaveDraft(f.ctx, Draft{Case: caseID, Reviewer: reviewer, Body: json.RawMessage(text)})
			require.NoError(f.t, err)
			require.JSONEq(f.t, text, string(d.Body))
			require.False(f.t, d.SavedAt.IsZero())
		}
		write(id, "acc_cleo", `{"reasons":"So"}`)
		write(id, "acc_cleo", `{"reasons":"So it is."}`)
		write(id, "acc_dora", `{"reasons":"Not so."}`)
		write(other, "acc_cleo", `{}`)
		d, err := f.Draft(f.ctx, id, "acc_cleo")
		require.NoError(f.t, err)
		require.JSONEq(f.t, `{"reasons":"So it is."}`, string(d.Body))
		_, err = f.Draft(f.ctx, id, "acc_emil")
		require.ErrorIs(f.t, err, ErrNotFound)

		f.knock(id, "add", toyData{})
		f.step(id)
		_, err = f.Draft(f.ctx, id, "acc_cleo")
		require.NoError(f.t, err)
		f.knock(id, "decide", toyData{})
		f.step(id)
		f.knock(other, "close", toyData{})
		f.step(other)
		for _, caseID := range []string{id, other} {
			for _, reviewer := range []string{"acc_cleo", "acc_dora"} {
				_, err = f.Draft(f.ctx, caseID, reviewer)
				require.ErrorIs(f.t, err, ErrNotFound, "gone with the decision, or with the case")
			}
		}
		_, err = f.SaveDraft(f.ctx, Draft{Case: id, Reviewer: "acc_cleo", Body: json.RawMessage(`{}`)})
		require.ErrorIs(f.t, err, ErrNotFound, "nobody waits for a decision any more")
		_, err = f.SaveDraft(f.ctx, Draft{Case: "dsp_none", Reviewer: "acc_cleo", Body: json.RawMessage(`{}`)})
		require.ErrorIs(f.t, err, ErrNotFound)
	})
}

func TestALinkCountsBothWaysOnceAKind(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for _, id := range []string{"acc_ada", "acc_cleo"} {
			_, err := f.CreateAccount(f.ctx, Account{ID: id, Role: casefile.Reviewer}, Once{})
			require.NoError(f.t, err)
		}
		link := func(kind, key, body string) (Account, error) {
			return f.LinkAccounts(f.ctx, "acc_ada", Link{Account: "acc_cleo", Kind: kind, By: "acc_op"}, Once{Caller: "acc_op", Key: key, BodyHash: []byte(body)})
		}
		_, err := link("device", "k1", "a")
		require.NoError(f.t, err)
		_, err = link("device", "k1", "a")
		require.NoError(f.t, err)
		_, err = link("device", "k2", "a")
		require.NoError(f.t, err, "what is linked stays as it is")
		a, err := link("address", "k3", "b")
		require.NoError(f.t, err)
		_, err = link("address", "k3", "c")
		require.ErrorIs(f.t, err, ErrIdempotencyMismatch)
		require.Equal(f.t, []string{"acc_cleo"}, a.Links)
		require.Len(f.t, a.Ties, 2)
		require.Equal(f.t, []string{"address", "device"}, []string{a.Ties[0].Kind, a.Ties[1].Kind})
		require.Equal(f.t, "acc_op", a.Ties[0].By)
		require.False(f.t, a.Ties[0].At.IsZero())
		back, err := f.Account(f.ctx, "acc_cleo")
		require.NoError(f.t, err)
		require.Equal(f.t, []string{"acc_ada"}, back.Links)
		for _, other := range []string{"acc_ada", "acc_none"} {
			_, err = f.LinkAccounts(f.ctx, "acc_ada", Link{Account: other, Kind: "device"}, Once{})
			require.ErrorIs(f.t, err, ErrNotFound)
		}
		_, err = link("rumour", "k4", "d")
		require.Error(f.t, err, "the kinds are a closed list")
	})
}
