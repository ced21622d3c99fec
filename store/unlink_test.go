package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestALinkThatWasWrongIsTakenBackOnceAndKeptOnRecord(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for _, id := range []string{"acc_ada", "acc_cleo"} {
			_, err := f.CreateAccount(f.ctx, Account{ID: id, Role: casefile.Reviewer}, Once{})
			require.NoError(f.t, err)
		}
		link := func(kind string) {
			_, err := f.LinkAccounts(f.ctx, "acc_ada", Link{Account: "acc_cleo", Kind: kind, By: "acc_op"}, Once{})
			require.NoError(f.t, err)
		}
		link("device")
		link("address")
		unlink := func(account, other, key string) (Account, error) {
			removal := Unlinked{Link: Link{Account: other, Kind: "device"}, RemovedBy: "acc_platform", Why: "It was the shop's phone."}
			return f.UnlinkAccounts(f.ctx, account, removal, Once{Caller: "acc_platform", Key: key, BodyHash: []byte("a")})
		}
		// From the other side than it was made: a link has no direction.
		_, err := unlink("acc_cleo", "acc_ada", "k1")
		require.NoError(f.t, err)
		again, err := unlink("acc_cleo", "acc_ada", "k1")
		require.NoError(f.t, err, "the same request has the same answer")
		require.Len(f.t, again.Unlinked, 1)
		_, err = unlink("acc_cleo", "acc_ada", "k2")
		require.ErrorIs(f.t, err, ErrNotFound)

		for id, other := range map[string]string{"acc_ada": "acc_cleo", "acc_cleo": "acc_ada"} {
			a, err := f.Account(f.ctx, id)
			require.NoError(f.t, err)
			require.Len(f.t, a.Ties, 1)
			require.Equal(f.t, "address", a.Ties[0].Kind)
			require.Len(f.t, a.Unlinked, 1)
			was := a.Unlinked[0]
			require.False(f.t, was.At.IsZero())
			require.False(f.t, was.RemovedAt.Before(was.At))
			require.Equal(f.t, Link{Account: other, Kind: "device", By: "acc_op", At: was.At}, was.Link)
			require.Equal(f.t, [2]string{"acc_platform", "It was the shop's phone."}, [2]string{was.RemovedBy, was.Why})
		}

		link("device")
		back, err := f.Account(f.ctx, "acc_ada")
		require.NoError(f.t, err)
		require.Len(f.t, back.Ties, 2, "what was taken back can be said again")
		require.Len(f.t, back.Unlinked, 1)
		require.ErrorContains(f.t, f.db.Exec("UPDATE link_removals SET text = 'x'").Error, "append-only")
		require.ErrorContains(f.t, f.db.Exec("DELETE FROM link_removals").Error, "append-only")
	})
}

func TestALinkThatWasTakenBackKeepsNobodyFromACase(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		dispute := f.dispute(f.order(""))
		for _, a := range []Account{{ID: "acc_1", Role: casefile.Reviewer}, {ID: "acc_seller", Role: casefile.Seller}} {
			_, err := f.CreateAccount(f.ctx, a, Once{})
			require.NoError(f.t, err)
		}
		_, err := f.LinkAccounts(f.ctx, "acc_seller", Link{Account: "acc_1", Kind: "device", By: "acc_op"}, Once{})
		require.NoError(f.t, err)
		linked := func() []string {
			f.knock(dispute, "see_reviewers", toyData{})
			f.step(dispute)
			require.Len(f.t, f.toy(dispute).Saw.Reviewers, 1)
			return f.toy(dispute).Saw.Reviewers[0].Linked
		}
		require.Equal(f.t, []string{"acc_1", "acc_seller"}, linked())
		_, err = f.UnlinkAccounts(f.ctx, "acc_seller", Unlinked{Link: Link{Account: "acc_1", Kind: "device"}, RemovedBy: "acc_op", Why: "Another Li."}, Once{})
		require.NoError(f.t, err)
		require.Equal(f.t, []string{"acc_1"}, linked())
	})
}
