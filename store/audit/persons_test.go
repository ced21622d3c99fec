package audit_test

import (
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/review"
	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
	"recourse/store"
	"recourse/store/audit"
)

// buyers are new accounts.
func (m *market) buyers(ids ...string) {
	m.Helper()
	for _, id := range ids {
		_, err := m.store.CreateAccount(m.Context(), store.Account{ID: id, Role: casefile.Buyer, Clock: m.clock}, store.Once{})
		require.NoError(m, err)
	}
}

// window is longer than anything here takes.
const window = 180 * 24 * time.Hour

func (m *market) link(a, b string, within time.Duration) {
	m.Helper()
	_, err := m.store.LinkAccounts(m.Context(), a, store.Link{Account: b, Kind: store.LinkPerson, By: "operator", Window: within}, store.Once{})
	require.NoError(m, err)
}

func (m *market) unlink(a, b string) {
	m.Helper()
	_, err := m.store.UnlinkAccounts(m.Context(), a, store.Unlinked{Link: store.Link{Account: b, Kind: store.LinkPerson, Window: window}, RemovedBy: "operator", Why: "No."}, store.Once{})
	require.NoError(m, err)
}

// recounted has all that is to be counted anew counted, as the relay does.
func (m *market) recounted() {
	m.Helper()
	for { // there may be more than one look shows
		open, err := m.store.Recounts(m.Context(), 10)
		require.NoError(m, err)
		if len(open) == 0 {
			return
		}
		for _, id := range open {
			m.drain(id)
		}
	}
}

// drain ends one recount.
func (m *market) drain(id string) {
	m.Helper()
	for {
		waits, done, err := m.store.SpreadRecount(m.Context(), id)
		require.NoError(m, err)
		if done {
			return
		}
		_, err = m.store.Step(m.Context(), waits.ID)
		require.NoError(m, err)
	}
}

func (m *market) reasons(ids ...string) []review.Reason {
	m.Helper()
	all := make([]review.Reason, len(ids))
	for i, id := range ids {
		r := m.reviewOf(id)
		require.True(m, r.Public())
		require.Equal(m, r.Counted, r.Reason == "")
		all[i] = r.Reason
	}
	return all
}

// TestALinkAfterPublicationCountsThePersonOnce: of what was published, the first counts, whichever account wrote it; and those that
// came too soon after one that does not count any more count.
func TestALinkAfterPublicationCountsThePersonOnce(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.buyers("acc_one", "acc_two", "acc_three")
		var all []string
		for _, by := range []string{"acc_one", "acc_two", "acc_three"} { // 20 days apart: the third is 40 days after the first
			all = append(all, m.reviewed(by).ID)
			m.advance(m.now().Add(13 * 24 * time.Hour))
		}
		require.Equal(m, []review.Reason{"", "", ""}, m.reasons(all...))
		m.link("acc_one", "acc_two", window)
		m.recounted()
		require.Equal(m, []review.Reason{"", review.RepeatBuyer, ""}, m.reasons(all...))
		m.link("acc_three", "acc_two", window) // and so the first, over two links
		m.recounted()
		require.Equal(m, []review.Reason{"", review.RepeatBuyer, ""}, m.reasons(all...), "the third is near the second only, which does not count")
		m.unlink("acc_two", "acc_one")
		m.recounted()
		require.Equal(m, []review.Reason{"", "", review.RepeatBuyer}, m.reasons(all...), "the second was published before the third")
		m.unlink("acc_two", "acc_three")
		m.recounted()
		require.Equal(m, []review.Reason{"", "", ""}, m.reasons(all...))
		m.healthy()
	})
}

// TestALinkWithTheShopUncountsWhatWasPublished: over two links, and back.
func TestALinkWithTheShopUncountsWhatWasPublished(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.buyers("acc_own", "acc_between")
		id := m.reviewed("acc_own").ID
		m.link("acc_between", "acc_seller", window)
		m.recounted()
		require.Equal(m, []review.Reason{""}, m.reasons(id))
		m.link("acc_between", "acc_own", window)
		// An advance of the clock counts it first, at the instant of the link.
		linked := m.now()
		m.advance(linked.Add(24 * time.Hour))
		require.Equal(m, []review.Reason{review.SamePerson}, m.reasons(id))
		events, err := m.store.Timeline(m.Context(), id, 0, 100)
		require.NoError(m, err)
		require.Equal(m, casefile.ReviewUncounted, events[len(events)-1].Type)
		require.True(m, linked.Equal(events[len(events)-1].At))
		m.unlink("acc_seller", "acc_between")
		m.recounted()
		require.Equal(m, []review.Reason{""}, m.reasons(id))
		m.healthy()
	})
}

// TestAReviewThatWasReadAsOneOfAPersonStaysSoWhenTheLinkGoes: it was right by what was known; what comes later counts.
func TestAReviewThatWasReadAsOneOfAPersonStaysSoWhenTheLinkGoes(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.buyers("acc_own")
		m.link("acc_own", "acc_seller", window)
		read := m.reviewed("acc_own").ID
		require.Equal(m, []review.Reason{review.SamePerson}, m.reasons(read))
		m.unlink("acc_seller", "acc_own")
		m.recounted()
		later := m.reviewed("acc_own").ID
		require.Equal(m, []review.Reason{review.SamePerson, ""}, m.reasons(read, later))
		m.healthy()
	})
}

// TestOnlyWhatCountsSomewhereIsCountedAnew: not what was published before any window, and nothing where nobody's person changes.
func TestOnlyWhatCountsSomewhereIsCountedAnew(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.buyers("acc_one", "acc_two", "acc_three")
		old := m.reviewed("acc_one").ID
		m.advance(m.now().Add(10 * 24 * time.Hour))
		young := m.reviewed("acc_one").ID
		require.Equal(m, []review.Reason{"", review.RepeatBuyer}, m.reasons(old, young))
		asked := func(id string) int {
			before, err := m.store.Case(m.Context(), id)
			require.NoError(m, err)
			return int(before.Sequence)
		}
		before := [2]int{asked(old), asked(young)}
		m.link("acc_one", "acc_two", 7*24*time.Hour)
		m.recounted()
		require.Equal(m, [2]int{before[0], before[1] + 1}, [2]int{asked(old), asked(young)})

		m.link("acc_two", "acc_three", window)
		m.recounted()
		before = [2]int{asked(old), asked(young)}
		m.link("acc_one", "acc_three", window) // one person before it, and after it
		m.unlink("acc_one", "acc_two")
		for _, kind := range []string{"device", "address", "instrument"} {
			_, err := m.store.LinkAccounts(m.Context(), "acc_one", store.Link{Account: "acc_seller", Kind: kind, By: "operator"}, store.Once{})
			require.NoError(m, err)
		}
		open, err := m.store.Recounts(m.Context(), 10)
		require.NoError(m, err)
		require.Empty(m, open)
		require.Equal(m, before, [2]int{asked(old), asked(young)})

		_, err = m.store.CreateAccount(m.Context(), store.Account{ID: "acc_four", Role: casefile.Buyer, Clock: m.clock, Links: []string{"acc_one"}}, store.Once{})
		require.NoError(m, err)
		open, err = m.store.Recounts(m.Context(), 10)
		require.NoError(m, err)
		require.Empty(m, open, "who is new has no reviews")
		_, err = m.store.CreateAccount(m.Context(), store.Account{ID: "acc_five", Role: casefile.Buyer, Clock: m.clock, Links: []string{"acc_one", "acc_seller"}}, store.Once{})
		require.NoError(m, err)
		m.recounted()
		require.Equal(m, []review.Reason{review.SamePerson}, m.reasons(old), "but may be whom two others are")
		m.healthy()
	})
}

// TestACountingThatNoLinkAskedForIsFound by who examines the database.
func TestACountingThatNoLinkAskedForIsFound(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.buyers("acc_one", "acc_two")
		id := m.reviewed("acc_buyer").ID
		m.link("acc_one", "acc_two", window)
		others, err := m.store.Recounts(m.Context(), 1)
		require.NoError(m, err)
		for _, change := range []string{"rct_none", others[0]} {
			m.knock(id, "recount", casefile.Links, review.Recount{Change: change})
		}
		_, err = m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: id, Name: "recount", By: casefile.Links})
		require.NoError(m, err)
		m.recounted()
		m.settle()
		found, err := audit.Run(m.Context(), m.store, audit.Options{Deep: true})
		require.NoError(m, err)
		var said []string
		for _, c := range found.Checks {
			for _, f := range c.Findings {
				said = append(said, f.Where+": "+f.What)
			}
		}
		require.Len(m, said, 3)
	})
}

// TestALinkThatIsMadeWhileAReviewIsCountedIsSeen: the step has read who the person is and waits for its account. It begins anew, and waits for the
// other account too before it decides.
func TestALinkThatIsMadeWhileAReviewIsCountedIsSeen(t *testing.T) {
	m := open(t, postgrestest.Require(t))
	m.buyers("acc_one", "acc_two")
	first := m.reviewed("acc_one").ID
	m.advance(m.now().Add(24 * time.Hour))
	second := m.reviewed("acc_two").ID
	require.Equal(t, []review.Reason{"", ""}, m.reasons(first, second))

	db, err := sql.Open("pgx", m.dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	hold := func(account string) (tx *sql.Tx, session int) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, tx.QueryRowContext(t.Context(), "SELECT pg_backend_pid() FROM accounts WHERE id = $1 FOR NO KEY UPDATE", account).Scan(&session))
		return tx, session
	}
	waitsFor := func(session int) {
		require.Eventually(t, func() bool {
			var n int
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", session).Scan(&n))
			return n > 0
		}, 10*time.Second, 2*time.Millisecond)
	}
	one, holdsOne := hold("acc_one")
	two, holdsTwo := hold("acc_two")
	_, err = m.store.Knock(t.Context(), store.Knock{ID: identifier.New("cmd"), Case: second, Name: "recount", By: casefile.Links})
	require.NoError(t, err)
	stepped := make(chan error, 1)
	go func() {
		_, err := m.store.Step(t.Context(), second)
		stepped <- err
	}()
	waitsFor(holdsTwo)
	for _, pair := range [][2]string{{"acc_one", "acc_two"}, {"acc_two", "acc_one"}} {
		_, err = two.ExecContext(t.Context(), "INSERT INTO account_links (account_id, linked_id, kind, by_id, created_at) VALUES ($1, $2, 'person', 'operator', now())", pair[0], pair[1])
		require.NoError(t, err)
	}
	require.NoError(t, two.Commit())
	waitsFor(holdsOne)
	require.Empty(t, stepped)
	require.NoError(t, one.Commit())
	require.NoError(t, <-stepped)
	require.Equal(t, []review.Reason{"", review.RepeatBuyer}, m.reasons(first, second))
}

// TestStepsOfLinkedPeopleDoNotLockEachOtherOut: reviews of three accounts are counted at once, again and again, while it changes which of
// them are one person. Nothing locks anything out, and in the end one counts.
func TestStepsOfLinkedPeopleDoNotLockEachOtherOut(t *testing.T) {
	m := open(t, postgrestest.Require(t))
	accounts := []string{"acc_c", "acc_a", "acc_b"}
	m.buyers(accounts...)
	var all []string
	for range 2 {
		for _, by := range accounts {
			all = append(all, m.praised(by, ""))
		}
	}
	m.advance(m.now().Add(7*24*time.Hour + time.Minute))
	m.link("acc_a", "acc_b", window)
	m.link("acc_c", "acc_b", window)
	changes, err := m.store.Recounts(t.Context(), 2)
	require.NoError(t, err)
	again := m.json(review.Recount{Change: changes[1]}) // about all three
	const rounds = 25
	errs := make(chan error, 10_000)
	var work sync.WaitGroup
	for i := range all {
		work.Go(func() {
			for round := range rounds {
				id := all[(i+round)%len(all)]
				_, err := m.store.Knock(t.Context(), store.Knock{ID: identifier.New("cmd"), Case: id, Name: "recount", By: casefile.Links, Data: again})
				errs <- err
				_, err = m.store.Step(t.Context(), id)
				errs <- err
			}
		})
	}
	for _, pair := range [][2]string{{"acc_a", "acc_b"}, {"acc_c", "acc_b"}} {
		work.Go(func() {
			for range rounds {
				_, err := m.store.UnlinkAccounts(t.Context(), pair[1], store.Unlinked{Link: store.Link{Account: pair[0], Kind: store.LinkPerson}, RemovedBy: "operator", Why: "No."}, store.Once{})
				errs <- err
				_, err = m.store.LinkAccounts(t.Context(), pair[0], store.Link{Account: pair[1], Kind: store.LinkPerson, By: "operator"}, store.Once{})
				errs <- err
			}
		})
	}
	work.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	m.recounted()
	m.settle()
	reasons := m.reasons(all...)
	require.Len(t, slices.DeleteFunc(reasons, func(r review.Reason) bool { return r != "" }), 1, fmt.Sprint(m.reasons(all...)))
	m.healthy()
}
