package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/detect"
)

// accounts makes accounts of a role.
func (f *fixture) accounts(role casefile.Role, ids ...string) {
	f.t.Helper()
	for _, id := range ids {
		_, err := f.CreateAccount(f.ctx, Account{ID: id, Role: role}, Once{})
		require.NoError(f.t, err)
	}
}

func (f *fixture) tied(a, kind, b string) {
	f.t.Helper()
	_, err := f.LinkAccounts(f.ctx, a, Link{Account: b, Kind: kind, By: "acc_op"}, Once{})
	require.NoError(f.t, err)
}

func (f *fixture) untied(a, kind, b string) {
	f.t.Helper()
	_, err := f.UnlinkAccounts(f.ctx, a, Unlinked{Link: Link{Account: b, Kind: kind}, RemovedBy: "acc_op", Why: "Somebody else."}, Once{})
	require.NoError(f.t, err)
}

// TestALinkOfAnyAccountOfAPersonIsALinkOfThePerson: whether two accounts are one person is followed however far; what people share is
// not, but whose account it is does not matter, on either side.
func TestALinkOfAnyAccountOfAPersonIsALinkOfThePerson(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.accounts(casefile.Buyer, "acc_buyer", "acc_b2", "acc_b3", "acc_hub", "acc_s2", "acc_x")
		f.accounts(casefile.Seller, "acc_seller")
		f.accounts(casefile.Reviewer, "acc_1", "acc_2", "acc_3", "acc_4", "acc_5")
		dispute := f.dispute(f.order(""))
		seen := func() map[string]map[string][]string {
			f.knock(dispute, "see_reviewers", toyData{})
			f.step(dispute)
			kinds := map[string]map[string][]string{}
			for _, c := range f.toy(dispute).Saw.Reviewers {
				require.Equal(f.t, c.ID, c.Linked[0])
				require.Len(f.t, c.Linked, 1+len(c.Kinds))
				for _, party := range []string{"acc_buyer", "acc_seller"} {
					linked, err := f.LinkedTo(f.ctx, c.ID, []string{party, "acc_x"})
					require.NoError(f.t, err)
					require.Equal(f.t, c.Kinds[party] != nil, len(linked) == 1, "the desk and the rules know the same of %s and %s", c.ID, party)
				}
				kinds[c.ID] = c.Kinds
			}
			return kinds
		}
		for _, l := range [][3]string{
			{"acc_1", "person", "acc_b3"}, {"acc_b3", "person", "acc_b2"}, {"acc_b2", "person", "acc_buyer"}, {"acc_buyer", "person", "acc_b3"}, // a circle
			{"acc_2", "person", "acc_s2"}, {"acc_s2", "device", "acc_seller"}, // the reviewer's other account
			{"acc_3", "address", "acc_b2"},                                      // the buyer's other account
			{"acc_4", "device", "acc_hub"}, {"acc_hub", "device", "acc_seller"}, // one step further: two people who share a device with a third
			{"acc_1", "instrument", "acc_2"}, // and so 2 with the buyer, who is 1
		} {
			f.tied(l[0], l[1], l[2])
		}
		want := map[string]map[string][]string{
			"acc_1": {"acc_buyer": {"person"}}, "acc_2": {"acc_buyer": {"instrument"}, "acc_seller": {"device"}}, "acc_3": {"acc_buyer": {"address"}},
			"acc_4": nil, "acc_5": nil,
		}
		require.Equal(f.t, want, seen())

		f.untied("acc_b3", "person", "acc_buyer")
		require.Equal(f.t, want, seen(), "the circle is still a line")
		f.untied("acc_b2", "person", "acc_b3")
		want["acc_1"], want["acc_2"] = nil, map[string][]string{"acc_seller": {"device"}}
		require.Equal(f.t, want, seen())
	})
}

func TestLinksAmongBuyersAreThoseOfTheirPersons(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.accounts(casefile.Buyer, "acc_a", "acc_a2", "acc_b", "acc_c", "acc_d", "acc_d2", "acc_e", "acc_f", "acc_g", "acc_h", "acc_m")
		for _, l := range [][3]string{
			{"acc_a", "person", "acc_m"}, {"acc_m", "person", "acc_b"}, // one person, over an account that bought nothing
			{"acc_a", "person", "acc_a2"}, {"acc_d", "person", "acc_d2"}, {"acc_a2", "device", "acc_d2"}, // two people, by accounts that bought nothing
			{"acc_e", "device", "acc_f"}, {"acc_e", "address", "acc_f"}, // as they are
			{"acc_g", "device", "acc_m"}, {"acc_h", "device", "acc_m"}, // each with the first, and not with each other
		} {
			f.tied(l[0], l[1], l[2])
		}
		links, err := f.LinksAmong(f.ctx, []string{"acc_h", "acc_g", "acc_f", "acc_e", "acc_d", "acc_c", "acc_b", "acc_a"})
		require.NoError(f.t, err)
		require.Equal(f.t, []detect.Link{{A: "acc_a", B: "acc_b", Kind: "person"}, {A: "acc_a", B: "acc_d", Kind: "device"}, {A: "acc_a", B: "acc_g", Kind: "device"},
			{A: "acc_a", B: "acc_h", Kind: "device"}, {A: "acc_e", B: "acc_f", Kind: "address"}, {A: "acc_e", B: "acc_f", Kind: "device"}}, links)
	})
}

// crowd makes a person of so many accounts, each linked with the one before, and returns the last.
func (f *fixture) crowd(n int) string {
	f.t.Helper()
	accounts, links := make([]accountRow, n), make([]linkRow, 0, 2*n)
	for i := range accounts {
		accounts[i] = accountRow{ID: fmt.Sprintf("acc_c%04d", i), Role: "buyer", CreatedAt: at(zero)}
		if i > 0 {
			a, b := accounts[i-1].ID, accounts[i].ID
			links = append(links, linkRow{a, b, LinkPerson, "acc_op", at(zero)}, linkRow{b, a, LinkPerson, "acc_op", at(zero)})
		}
	}
	require.NoError(f.t, f.db.Omit("Position").CreateInBatches(&accounts, 200).Error)
	require.NoError(f.t, f.db.CreateInBatches(&links, 200).Error)
	return accounts[n-1].ID
}

func TestOnePersonHasNoMoreAccountsThanTheirBound(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		last := f.crowd(personMax - 1)
		f.accounts(casefile.Buyer, "acc_x", "acc_y")
		f.tied("acc_x", "person", last)
		for _, other := range []string{last, "acc_c0000", "acc_x"} {
			_, err := f.LinkAccounts(f.ctx, "acc_y", Link{Account: other, Kind: LinkPerson, By: "acc_op"}, Once{Caller: "acc_op", Key: "k", BodyHash: []byte("1")})
			require.ErrorIs(f.t, err, ErrCrowded)
		}
		_, err := f.CreateAccount(f.ctx, Account{ID: "acc_z", Role: casefile.Buyer, Links: []string{"acc_x"}}, Once{})
		require.ErrorIs(f.t, err, ErrCrowded)
		_, err = f.Account(f.ctx, "acc_z")
		require.ErrorIs(f.t, err, ErrNotFound)
		y, err := f.Account(f.ctx, "acc_y")
		require.NoError(f.t, err)
		require.Empty(f.t, y.Ties, "nothing of it is kept")
		f.tied("acc_y", "device", "acc_x") // another kind makes nobody one person
	})
}

// Who is one person is read by index, whatever else is linked.
func TestWhoIsOnePersonHasItsIndex(t *testing.T) {
	t.Parallel()
	eachPlanner(t, func(f *fixture) {
		f.crowd(900)
		f.fill(500)
		for name, ask := range map[string]func(context.Context) error{
			"person": func(ctx context.Context) error { _, err := people(f.db.WithContext(ctx), "", "acc_c0007"); return err },
			"ties": func(ctx context.Context) error {
				_, err := f.LinkedTo(ctx, "acc_c0007", []string{"acc_c0008"})
				return err
			},
			"among":   func(ctx context.Context) error { _, err := f.LinksAmong(ctx, []string{"acc_c0007"}); return err },
			"open":    func(ctx context.Context) error { _, err := f.Recounts(ctx, 10); return err },
			"onClock": func(ctx context.Context) error { _, err := f.recountsOn(ctx, "clk_plan"); return err },
			"next": func(ctx context.Context) error {
				_, _, err := f.nextRecounted(ctx, recountRow{CursorAt: at(zero)}, []string{"acc_c0007", "acc_c0008"})
				return err
			},
		} {
			for _, statement := range f.overheard(ask) {
				f.explain(name, statement, false)
			}
		}
	})
}

// A clock that is years ahead says nothing of what was published a week ago elsewhere, and no clock waits for a review of another.
func TestAPersonOnSeveralClocksIsCountedAnewOnEachInItsOwnTime(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		const window = 24 * time.Hour
		f.newClock("clk_ahead", zero.Add(10*365*24*time.Hour))
		f.accounts(casefile.Buyer, "acc_real", "acc_real2")
		_, err := f.CreateAccount(f.ctx, Account{ID: "acc_ahead", Role: casefile.Buyer, Clock: "clk_ahead"}, Once{})
		require.NoError(f.t, err)
		f.tied("acc_real", "person", "acc_real2")
		require.NoError(f.t, f.db.Exec("UPDATE recounts SET done_at = created_at").Error)
		_, err = f.LinkAccounts(f.ctx, "acc_ahead", Link{Account: "acc_real", Kind: LinkPerson, By: "acc_op", Window: window}, Once{})
		require.NoError(f.t, err)
		var rows []recountRow
		require.NoError(f.t, f.db.Where("done_at IS NULL").Order("clock_id").Find(&rows).Error)
		require.Len(f.t, rows, 2)
		slices.SortFunc(rows, func(a, b recountRow) int { return cmp.Compare(a.ClockID, b.ClockID) })
		require.Equal(f.t, []optional{"", "clk_ahead"}, []optional{rows[0].ClockID, rows[1].ClockID})
		require.JSONEq(f.t, `["acc_real","acc_real2"]`, string(rows[0].Accounts))
		require.JSONEq(f.t, `["acc_ahead"]`, string(rows[1].Accounts))
		require.WithinDuration(f.t, rows[0].CreatedAt.Add(-window), rows[0].CursorAt.Time, time.Minute)
		require.True(f.t, rows[1].CursorAt.Equal(zero.Add(10*365*24*time.Hour-window)))
	})
}

// Whoever looks every few milliseconds whether a review was counted anew would else take the row that its step waits for.
func TestLookingWhetherAReviewWasCountedAnewWritesNothing(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		change, next := recountRow{ID: "rct_1"}, published{ID: f.order(""), Kind: casefile.KindOrder}
		asked, applied, err := f.recountOne(f.ctx, change.ID, next)
		require.NoError(f.t, err)
		require.False(f.t, applied)
		look := func(ctx context.Context) error {
			var again CaseRef
			again, applied, err = f.recountOne(ctx, change.ID, next)
			require.Equal(f.t, asked, again)
			return err
		}
		statements := f.overheard(look)
		require.Len(f.t, statements, 1)
		require.False(f.t, applied)
		f.step(next.ID)
		require.Equal(f.t, statements, f.overheard(look))
		require.True(f.t, applied)
	})
}
