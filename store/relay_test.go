package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestRelayFindsWhatWasForgotten(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		none, err := f.Undelivered(f.ctx, 0, 10)
		require.NoError(f.t, err)
		require.Empty(f.t, none)

		f.knock(order, "arm", toyData{Name: "soon", Due: f.step(order).Now.Add(2 * time.Second)})
		f.knock(order, "effect", toyData{})
		other := f.order("")
		f.knock(other, "add", toyData{})
		found := func(look func(time.Duration, int) ([]CaseRef, error), age time.Duration) []string {
			refs, err := look(age, 10)
			require.NoError(f.t, err)
			var ids []string
			for _, r := range refs {
				ids = append(ids, r.ID)
			}
			return ids
		}
		undelivered := func(age time.Duration, limit int) ([]CaseRef, error) { return f.Undelivered(f.ctx, age, limit) }
		overdue := func(age time.Duration, limit int) ([]CaseRef, error) { return f.Overdue(f.ctx, age, limit) }
		effects := func(age time.Duration, limit int) ([]CaseRef, error) { return f.OpenEffects(f.ctx, age, limit) }

		require.Equal(f.t, []string{order, other}, found(undelivered, 0), "the oldest first")
		require.Empty(f.t, found(undelivered, time.Hour))
		first, err := f.Undelivered(f.ctx, 0, 1)
		require.NoError(f.t, err)
		require.Equal(f.t, []CaseRef{{ID: order, Kind: casefile.KindOrder, Sequence: 3}}, first)
		f.step(order)
		f.step(other)
		require.Empty(f.t, found(undelivered, 0))
		require.Equal(f.t, []string{order}, found(effects, 0))
		require.Empty(f.t, found(effects, time.Hour))
		require.Eventually(f.t, func() bool {
			if f.hands != nil {
				f.hands.add(time.Second)
			}
			return len(found(overdue, 0)) == 1
		}, 20*time.Second, 5*time.Millisecond)
		require.Empty(f.t, found(overdue, time.Hour))
		f.step(order)
		require.Empty(f.t, found(overdue, 0))

		clock := fresh("clk")
		f.newClock(clock, zero)
		bound := f.order(clock)
		f.knock(bound, "arm", toyData{Name: "end", Due: zero.Add(time.Hour)})
		require.Equal(f.t, []string{bound}, found(undelivered, 0), "commands on a test clock wait in real time")
		f.step(bound)
		require.NoError(f.t, f.BeginAdvance(f.ctx, clock, zero.Add(2*time.Hour)))
		_, err = f.StepClock(f.ctx, clock)
		require.NoError(f.t, err)
		require.Empty(f.t, found(overdue, 0), "a test clock has no timers")
		clocks, err := f.AdvancingClocks(f.ctx, 0)
		require.NoError(f.t, err)
		require.Equal(f.t, []string{clock}, clocks)
		clocks, err = f.AdvancingClocks(f.ctx, time.Hour)
		require.NoError(f.t, err)
		require.Empty(f.t, clocks)
	})
}

func TestIncidentReachesEveryOpenCaseOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		var concerned []string
		for range 3 {
			order := f.order(clock)
			concerned = append(concerned, order, f.dispute(order))
		}
		closed, elsewhere := f.order(clock), f.order("")
		f.knock(closed, "close", toyData{})
		f.step(closed)
		incident := Incident{ID: fresh("inc"), Clock: clock, From: zero, Until: zero.Add(time.Hour), Text: "flood", By: casefile.Actor{ID: "acc_op", Role: casefile.Operator}}
		once := Once{Caller: "acc_op", Key: "k", BodyHash: []byte("a")}
		_, err := f.Declare(f.ctx, incident, once)
		require.NoError(f.t, err)
		again := incident
		again.ID = fresh("inc")
		found, err := f.Declare(f.ctx, again, once)
		require.NoError(f.t, err)
		require.Equal(f.t, incident.ID, found.ID)

		spreading, err := f.Spreading(f.ctx, 10)
		require.NoError(f.t, err)
		require.Equal(f.t, []string{incident.ID}, spreading)
		reached, done, err := f.SpreadIncident(f.ctx, incident.ID)
		require.NoError(f.t, err)
		require.True(f.t, done)
		require.Len(f.t, reached, 6)
		require.NoError(f.t, f.db.Exec("UPDATE incidents SET spread_at = NULL, cursor_id = ''").Error)
		_, done, err = f.SpreadIncident(f.ctx, incident.ID)
		require.NoError(f.t, err)
		require.True(f.t, done, "spread again, as after a crash before its end was written")
		for _, id := range concerned {
			f.step(id)
			log := f.toy(id).Log
			require.Equal(f.t, "declare_incident", log[len(log)-1].What)
			n := 0
			for _, e := range log {
				if e.What == "declare_incident" {
					n++
				}
			}
			require.Equal(f.t, 1, n)
		}
		for _, id := range []string{closed, elsewhere} {
			record, err := f.Case(f.ctx, id)
			require.NoError(f.t, err)
			require.Equal(f.t, record.Sequence, record.Applied)
		}

		late := f.order(clock)
		require.Equal(f.t, []string{"begin@0", "declare_incident@0"}, f.log(late), "an order that begins within it knows at once")
		list, now, err := f.Incidents(f.ctx, clock)
		require.NoError(f.t, err)
		require.Len(f.t, list, 1)
		require.True(f.t, list[0].Spread)
		require.Equal(f.t, zero, now)
	})
}

func TestAnIncidentThatEndsEarlyReachesTheCasesOnceMore(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		knew, withdrawn := f.order(clock), f.order(clock)
		operator := casefile.Actor{ID: "acc_op", Role: casefile.Operator}
		incident := Incident{ID: fresh("inc"), Clock: clock, From: zero.Add(-time.Hour), Until: zero.Add(time.Hour), Text: "flood", By: operator}
		_, err := f.Declare(f.ctx, incident, Once{})
		require.NoError(f.t, err)
		_, _, err = f.SpreadIncident(f.ctx, incident.ID)
		require.NoError(f.t, err)
		for _, id := range []string{knew, withdrawn} {
			f.step(id)
		}
		f.knock(withdrawn, "close", toyData{})
		f.step(withdrawn)
		running := func() int64 {
			board, err := f.Board(f.ctx, BoardQuery{Clock: clock, Window: time.Hour, Sample: 1, Edges: boardEdges})
			require.NoError(f.t, err)
			return board.Incidents
		}
		require.EqualValues(f.t, 1, running())

		ended, err := f.EndIncident(f.ctx, incident.ID, operator)
		require.NoError(f.t, err)
		require.Equal(f.t, zero, ended.EndedAt, "now, by its clock")
		require.Equal(f.t, incident.Until, ended.Until, "what it was declared to be stays")
		require.Zero(f.t, running())
		spreading, err := f.Spreading(f.ctx, 10)
		require.NoError(f.t, err)
		require.Contains(f.t, spreading, incident.ID)
		for range 2 {
			again, err := f.EndIncident(f.ctx, incident.ID, operator)
			require.NoError(f.t, err)
			require.Equal(f.t, ended.EndedAt, again.EndedAt)
			_, done, err := f.SpreadIncident(f.ctx, incident.ID)
			require.NoError(f.t, err)
			require.True(f.t, done)
		}
		f.step(knew)
		require.Equal(f.t, []string{declareIncident, endIncident}, f.incidentsOf(knew), "each once")
		began := f.order(clock)
		require.Empty(f.t, f.incidentsOf(began), "it is over for what begins later")
		require.Equal(f.t, []string{declareIncident}, f.incidentsOf(withdrawn))
		f.knock(withdrawn, "reopen", toyData{})
		f.step(withdrawn)
		f.step(withdrawn)
		require.Equal(f.t, []string{declareIncident, endIncident}, f.incidentsOf(withdrawn), "a case that comes back knows it as it was when it left")

		over := Incident{ID: fresh("inc"), Clock: clock, From: zero.Add(-time.Hour), Until: zero, Text: "flood", By: operator}
		_, err = f.Declare(f.ctx, over, Once{})
		require.NoError(f.t, err)
		_, err = f.EndIncident(f.ctx, over.ID, operator)
		require.ErrorIs(f.t, err, ErrIncidentOver)
		_, err = f.EndIncident(f.ctx, fresh("inc"), operator)
		require.ErrorIs(f.t, err, ErrNotFound)
	})
}

func TestIncidentSpreadsInBatches(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		const cases = spreadBatch + 20
		for range cases {
			f.order("")
		}
		incident := Incident{ID: fresh("inc"), From: zero, Until: zero.Add(time.Hour), Text: "flood"}
		_, err := f.Declare(f.ctx, incident, Once{})
		require.NoError(f.t, err)
		reached, done, err := f.SpreadIncident(f.ctx, incident.ID)
		require.NoError(f.t, err)
		require.False(f.t, done)
		require.Len(f.t, reached, spreadBatch)
		reached, done, err = f.SpreadIncident(f.ctx, incident.ID)
		require.NoError(f.t, err)
		require.True(f.t, done)
		require.Len(f.t, reached, cases-spreadBatch)
		reached, done, err = f.SpreadIncident(f.ctx, incident.ID)
		require.NoError(f.t, err)
		require.True(f.t, done)
		require.Empty(f.t, reached)
	})
}

func TestIncidentOfACountryOrACarrier(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		french, german := fresh("ord"), fresh("ord")
		f.begin(french, "", toyData{Buyer: "acc_buyer", Country: "FR", Held: 100})
		f.begin(german, "", toyData{Buyer: "acc_buyer", Country: "DE", Held: 100})
		f.step(french)
		f.step(german)
		var lines []orderLineRow
		require.NoError(f.t, f.db.Where("order_id = ?", french).Find(&lines).Error)
		require.Equal(f.t, []orderLineRow{{OrderID: french, SKU: "LAMP-7", Title: "Lamp", Quantity: 1, PriceMinor: 100}}, lines)
		dispute := f.dispute(french)
		f.knock(german, "ship", toyData{Carrier: "upu", Tracking: "RB1"})
		f.step(german)
		for scope, want := range map[Incident][]string{{Country: "FR"}: {dispute, french}, {Carrier: "UPU"}: {german}, {Country: "IT"}: nil} {
			scope.ID, scope.From, scope.Until, scope.Text = fresh("inc"), zero, zero.Add(time.Hour), "strike"
			_, err := f.Declare(f.ctx, scope, Once{})
			require.NoError(f.t, err)
			reached, done, err := f.SpreadIncident(f.ctx, scope.ID)
			require.NoError(f.t, err)
			require.True(f.t, done)
			var got []string
			for _, r := range reached {
				got = append(got, r.ID)
			}
			require.Equal(f.t, want, got)
		}
	})
}

// incidentsOf are the incidents that a case was told of.
func (f *fixture) incidentsOf(caseID string) (names []string) {
	f.t.Helper()
	for _, e := range f.toy(caseID).Log {
		if e.What == declareIncident || e.What == endIncident {
			names = append(names, e.What)
		}
	}
	return names
}

func TestWhatComesIntoTheScopeOfAnIncidentLaterLearnsOfIt(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		declare := func(i Incident) {
			i.ID, i.From, i.Until, i.Text = fresh("inc"), zero, zero.Add(100*365*24*time.Hour), "strike"
			_, err := f.Declare(f.ctx, i, Once{})
			require.NoError(f.t, err)
			_, done, err := f.SpreadIncident(f.ctx, i.ID)
			require.NoError(f.t, err)
			require.True(f.t, done)
		}
		begun := func(country string) string {
			id := fresh("ord")
			f.begin(id, "", toyData{Buyer: "acc_buyer", Seller: "acc_seller", Country: country, Held: 100})
			f.step(id)
			return id
		}
		withdrawn := f.dispute(begun("DE"))
		f.knock(withdrawn, "close", toyData{})
		f.step(withdrawn)
		declare(Incident{Country: "FR"})
		declare(Incident{Carrier: "u p u"})

		french, german := begun("FR"), begun("DE")
		require.Len(f.t, f.incidentsOf(french), 1, "an order that begins in the country")
		require.Empty(f.t, f.incidentsOf(german))
		require.Len(f.t, f.incidentsOf(f.dispute(french)), 1, "a dispute that begins while it lasts")

		dispute := f.dispute(german)
		f.knock(german, "ship", toyData{Carrier: "UPU", Tracking: "RB1"})
		result := f.step(german)
		f.step(dispute)
		require.Len(f.t, f.incidentsOf(german), 1, "an order whose goods go with the carrier")
		require.Len(f.t, f.incidentsOf(dispute), 1, "and its open dispute")
		require.Contains(f.t, result.Touched, CaseRef{ID: dispute, Kind: casefile.KindDispute, Sequence: 2})
		f.knock(german, "ship", toyData{Carrier: "UPU", Tracking: "RB2"})
		f.step(german)
		require.Len(f.t, f.incidentsOf(german), 1, "once")

		declare(Incident{})
		require.Empty(f.t, f.incidentsOf(withdrawn), "a case that is over is left alone")
		f.knock(withdrawn, "reopen", toyData{})
		f.step(withdrawn)
		require.Len(f.t, f.incidentsOf(withdrawn), 1, "until it comes back")
		for _, id := range []string{french, german, dispute, withdrawn} {
			f.step(id)
			record, err := f.Case(f.ctx, id)
			require.NoError(f.t, err)
			require.Equal(f.t, record.Sequence, record.Applied)
			var n int64
			require.NoError(f.t, f.db.Model(&commandRow{}).Where("case_id = ?", id).Count(&n).Error)
			require.Equal(f.t, record.Sequence, n, "the door has no gap")
		}
	})
}

func TestACaseThatBeginsWhileAnIncidentIsDeclaredIsNotMissed(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t))
	f.order("") // so that a spreading finds something
	begins := f.db.Begin()
	p := place{ID: fresh("ord"), Kind: casefile.KindOrder, Sequence: 1}
	p.OrderID = p.ID
	require.NoError(t, f.insertCase(begins, &p, casefile.Summary{}, shown{}))
	require.NoError(t, f.tellBegun(begins, p), "it has looked, and seen no incident")

	incident := Incident{ID: fresh("inc"), From: zero, Until: zero.Add(100 * 365 * 24 * time.Hour), Text: "flood"}
	declared := make(chan error, 1)
	go func() {
		_, err := f.Declare(f.ctx, incident, Once{})
		declared <- err
	}()
	f.waitForLock()
	require.NoError(t, begins.Commit().Error)
	require.NoError(t, <-declared)
	reached, done, err := f.SpreadIncident(f.ctx, incident.ID)
	require.NoError(t, err)
	require.True(t, done)
	require.Len(t, reached, 2)
}
