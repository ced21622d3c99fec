package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for _, a := range []Account{
			{ID: "acc_buyer", Role: casefile.Buyer}, {ID: "acc_1", Role: casefile.Reviewer, Links: []string{"acc_buyer"}}, {ID: "acc_2", Role: casefile.Reviewer},
			{ID: "acc_3", Role: casefile.Supervisor}, {ID: "acc_4", Role: casefile.Operator}, {ID: "acc_seller", Role: casefile.Seller},
		} {
			_, err := f.CreateAccount(f.ctx, a, Once{})
			require.NoError(f.t, err)
		}
		f.newClock("clk_1", zero)
		_, err := f.CreateAccount(f.ctx, Account{ID: "acc_5", Role: casefile.Reviewer, Clock: "clk_1"}, Once{})
		require.NoError(f.t, err)

		for _, kind := range []string{"device", "instrument", "device"} {
			_, err := f.LinkAccounts(f.ctx, "acc_seller", Link{Account: "acc_1", Kind: kind, By: "acc_4"}, Once{})
			require.NoError(f.t, err)
		}

		order := f.order("")
		dispute := f.dispute(order)
		f.knock(dispute, "assign", toyData{To: "acc_2"})
		f.step(dispute)
		f.knock(order, "add", toyData{N: 7})
		f.step(order)

		second := f.dispute(order)
		f.knock(second, "see_reviewers", toyData{})
		f.step(second)
		saw := f.toy(second).Saw
		require.Len(f.t, saw.Reviewers, 3)
		require.Equal(f.t, []string{"acc_1", "acc_buyer", "acc_seller"}, saw.Reviewers[0].Linked, "each once")
		require.Equal(f.t, map[string][]string{"acc_buyer": {"person"}, "acc_seller": {"device", "instrument"}}, saw.Reviewers[0].Kinds)
		require.Equal(f.t, "acc_2", saw.Reviewers[1].ID)
		require.Equal(f.t, 1, saw.Reviewers[1].Load)
		require.Len(f.t, saw.Reviewers[1].Duties, 2)
		require.Equal(f.t, dispute, saw.Reviewers[1].Duties[0].Case)
		require.Equal(f.t, casefile.Supervisor, saw.Reviewers[2].Role)
		require.Empty(f.t, saw.Nonce, "who asks for reviewers has asked for no number")
		f.knock(second, "see_nonce", toyData{})
		f.step(second)
		saw = f.toy(second).Saw
		require.Regexp(f.t, "^[0-9a-f]{32}$", saw.Nonce, "128 bits")
		require.Empty(f.t, saw.Reviewers)
		c := f.knock(second, "see_nonce", toyData{})
		f.step(second)
		require.NotEqual(f.t, saw.Nonce, f.toy(second).Saw.Nonce, "each step has its own")
		var committed commandRow
		require.NoError(f.t, f.db.Where("id = ?", c.ID).Take(&committed).Error)
		require.Contains(f.t, string(committed.Facts), f.toy(second).Saw.Nonce, "it is kept with its command, so that the rules can be run again")

		c = f.knock(second, "see_order", toyData{})
		f.step(second)
		require.Equal(f.t, int64(7), int64(f.toy(second).Saw.Order.Remaining))
		require.True(f.t, f.toy(second).Saw.Order.Delivered, "the dispute was named")
		var kept commandRow
		require.NoError(f.t, f.db.Where("id = ?", c.ID).Take(&kept).Error)
		require.Contains(f.t, string(kept.Facts), `"remaining":7`)

		f.knock(order, "ship", toyData{Carrier: "upu", Tracking: "RB 123"})
		f.step(order)
		require.False(f.t, f.toy(order).Saw.Reused)
		f.knock(order, "ship", toyData{Carrier: "upu", Tracking: "RB123"})
		f.step(order)
		require.False(f.t, f.toy(order).Saw.Reused, "the same order may")
		other := f.order("")
		f.knock(other, "ship", toyData{Carrier: "UPU", Tracking: "rb123"})
		f.step(other)
		require.True(f.t, f.toy(other).Saw.Reused)
		hidden := f.order("")
		f.knock(hidden, "ship", toyData{Carrier: "upu", Tracking: "RB\u00a012\u200b3."})
		f.step(hidden)
		require.True(f.t, f.toy(hidden).Saw.Reused, "nothing unseen makes it another number")
		bound := f.order("clk_1")
		f.knock(bound, "ship", toyData{Carrier: "upu", Tracking: "RB123"})
		f.step(bound)
		require.False(f.t, f.toy(bound).Saw.Reused, "another clock is another world")

		uses, err := f.Uses(f.ctx, "", "UPU", "rb-123")
		require.NoError(f.t, err)
		require.ElementsMatch(f.t, []string{order, other, hidden}, uses, "each once")
		uses, err = f.Uses(f.ctx, "clk_1", "upu", "RB123")
		require.NoError(f.t, err)
		require.Equal(f.t, []string{bound}, uses)

		f.knock(order, "deposit", toyData{Held: 900})
		f.knock(order, "see_funds", toyData{})
		f.step(order)
		require.Equal(f.t, casefile.Funds{Reserve: 900}, f.toy(order).Saw.Funds, "with what the same step has moved")
		f.knock(order, "recover", toyData{Held: 300})
		f.knock(order, "see_funds", toyData{})
		f.step(order)
		require.Equal(f.t, casefile.Funds{Reserve: 600}, f.toy(order).Saw.Funds)
		f.knock(order, "recover", toyData{Held: 601})
		_, err = f.Step(f.ctx, order)
		require.ErrorIs(f.t, err, ErrInsufficient, "the database itself refuses what the rules got wrong")
		balance, err := f.Balance(f.ctx, ledger.ReserveOf("acc_seller"), "EUR")
		require.NoError(f.t, err)
		require.Equal(f.t, int64(600), int64(balance))
	})
}
