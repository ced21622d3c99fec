package store

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func said(carrier, id, number string, happened time.Duration) CarrierEvent {
	return CarrierEvent{Carrier: carrier, ID: id, Number: number, HappenedAt: zero.Add(happened), Data: json.RawMessage(`{"status":"in_transit"}`)}
}

// untold are the identifiers of what is to be told, by number.
func (f *fixture) untold() map[string][]string {
	f.t.Helper()
	heard, err := f.UntoldCarrierEvents(f.ctx, 10)
	require.NoError(f.t, err)
	out := map[string][]string{}
	for _, h := range heard {
		for _, e := range h.Events {
			out[h.Number] = append(out[h.Number], e.ID)
		}
	}
	return out
}

func TestWhatACarrierSaidIsKeptOnceUntilItIsTold(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		keep := func(want int64, events ...CarrierEvent) {
			f.t.Helper()
			kept, err := f.KeepCarrierEvents(f.ctx, events)
			require.NoError(f.t, err)
			require.Equal(f.t, want, kept)
		}
		keep(0)
		keep(2, said("UPU", "b", "rb-1", 2*time.Hour), said("upu", "a", "RB1", time.Hour))
		keep(1, said("upu", "a", "RB1", 0), said("upu", "c", "RB 2", 0), said("upu", "c", "RB 2", 0))
		keep(1, said("dhl", "a", "RB1", 0)) // another carrier's own
		_, err := f.KeepCarrierEvents(f.ctx, []CarrierEvent{{Carrier: "upu", ID: "x", Number: "1", Data: json.RawMessage("{")}})
		require.ErrorIs(f.t, err, ErrMalformed)

		heard, err := f.UntoldCarrierEvents(f.ctx, 10)
		require.NoError(f.t, err)
		require.Len(f.t, heard, 3)
		few, err := f.UntoldCarrierEvents(f.ctx, 1)
		require.NoError(f.t, err)
		require.Len(f.t, few, 1)
		for _, h := range heard {
			require.Empty(f.t, h.Cases, "nobody has shipped under it")
			if h.Carrier == "UPU" && h.Number == "RB1" {
				require.Equal(f.t, []string{"a", "b"}, []string{h.Events[0].ID, h.Events[1].ID}, "in the order in which it happened")
				require.JSONEq(f.t, `{"status":"in_transit"}`, string(h.Events[0].Data))
				require.True(f.t, h.Events[0].HappenedAt.Equal(zero.Add(time.Hour)))
				require.NoError(f.t, f.RestCarrierNumber(f.ctx, h, time.Hour))
			}
		}
		require.Equal(f.t, map[string][]string{"RB1": {"a"}, "RB2": {"c"}}, f.untold(), "what rests is not looked at")
		keep(1, said("upu", "d", "RB1", 3*time.Hour))
		require.Equal(f.t, map[string][]string{"RB1": {"a", "a", "b", "d"}, "RB2": {"c"}}, f.untold(), "with news, everything of the number is told")
		require.NoError(f.t, f.CarrierEventTold(f.ctx, "UPU", "a"))
		require.ElementsMatch(f.t, []string{"a", "b", "d"}, f.untold()["RB1"])
		keep(0, said("upu", "a", "RB1", 0)) // told is not forgotten
	})
}

func TestACarrierIsHeardByThoseWhoShippedUnderTheNumber(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.newClock("clk_1", zero)
		order, other, bound := f.order(""), f.order(""), f.order("clk_1")
		for _, id := range []string{order, other, bound} {
			f.knock(id, "ship", toyData{Carrier: "upu", Tracking: "RB 1"})
			f.step(id)
		}
		onClock := said("upu", "b", "RB1", 0)
		onClock.Clock = "clk_1"
		_, err := f.KeepCarrierEvents(f.ctx, []CarrierEvent{said("upu", "a", "RB1", 0), onClock})
		require.NoError(f.t, err)
		heard, err := f.UntoldCarrierEvents(f.ctx, 10)
		require.NoError(f.t, err)
		require.Len(f.t, heard, 2)
		cases := map[string][]string{}
		for _, h := range heard {
			require.Len(f.t, h.Events, 1)
			for _, c := range h.Cases {
				require.Equal(f.t, []any{casefile.KindOrder, "out"}, []any{c.Kind, c.Leg})
				cases[h.Clock] = append(cases[h.Clock], c.ID)
			}
		}
		require.ElementsMatch(f.t, []string{order, other}, cases[""])
		require.Equal(f.t, []string{bound}, cases["clk_1"], "another clock is another world")
	})
}

func TestWhatCarriersSaidIsForgotten(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		_, err := f.KeepCarrierEvents(f.ctx, []CarrierEvent{said("upu", "a", "1", 0), said("upu", "b", "2", 0), said("upu", "c", "3", 0)})
		require.NoError(f.t, err)
		require.NoError(f.t, f.CarrierEventTold(f.ctx, "upu", "c"))
		dropped, err := f.ForgetCarrierEvents(f.ctx, time.Hour, 10)
		require.NoError(f.t, err)
		require.Zero(f.t, dropped)
		if f.hands != nil {
			f.hands.add(time.Second)
		}
		dropped, err = f.ForgetCarrierEvents(f.ctx, 0, 2)
		require.NoError(f.t, err)
		require.EqualValues(f.t, 2, dropped, "a piece at a time")
		dropped, err = f.ForgetCarrierEvents(f.ctx, 0, 2)
		require.NoError(f.t, err)
		require.EqualValues(f.t, 1, dropped)
	})
}

func TestANumberIsAskedAboutByOneAndNotAllTheTime(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		due := func() []string {
			f.t.Helper()
			numbers, err := f.DuePolls(f.ctx, "UPU", 10)
			require.NoError(f.t, err)
			return numbers
		}
		f.newClock("clk_1", zero)
		for i, clock := range []string{"", "", "clk_1"} {
			order := f.order(clock)
			f.knock(order, "ship", toyData{Carrier: "upu", Tracking: []string{"A1", "A2", "A3"}[i]})
			f.step(order)
		}
		require.Equal(f.t, []string{"A1", "A2"}, due(), "no carrier travels on a test clock")
		taken := make([]bool, 8)
		together(8, func(i int) {
			var err error
			if taken[i], err = f.TakePoll(f.ctx, "upu", "a-1", time.Hour); err != nil {
				f.t.Error(err)
			}
		})
		n := 0
		for _, t := range taken {
			if t {
				n++
			}
		}
		require.Equal(f.t, 1, n)
		require.Equal(f.t, []string{"A2"}, due())
		require.NoError(f.t, f.SetPoll(f.ctx, "upu", "A1", time.Microsecond))
		if f.hands != nil {
			f.hands.add(time.Second)
		}
		require.Eventually(f.t, func() bool { return len(due()) == 2 }, 10*time.Second, time.Millisecond)
		require.Equal(f.t, []string{"A2", "A1"}, due(), "what nobody has asked about comes first")
		again, err := f.TakePoll(f.ctx, "upu", "A1", time.Hour)
		require.NoError(f.t, err)
		require.True(f.t, again)
		require.NoError(f.t, f.SetPoll(f.ctx, "upu", "A1", 0))
		require.Equal(f.t, []string{"A2"}, due(), "nothing more is expected of it")
		again, err = f.TakePoll(f.ctx, "upu", "A1", time.Hour)
		require.NoError(f.t, err)
		require.False(f.t, again)
		require.ErrorIs(f.t, f.SetPoll(f.ctx, "upu", "A2", time.Hour), ErrNotFound)
	})
}

func TestCarriersAreLookedUpByIndex(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.explain("kept", "SELECT carrier FROM carrier_events WHERE look_at <= '2026-01-01'", false)
		f.explain("number", "SELECT * FROM carrier_events WHERE clock_id IS NULL AND carrier = 'UPU' AND tracking = '1' AND look_at IS NOT NULL", false)
		f.explain("old", "SELECT carrier, id FROM carrier_events WHERE received_at < '2026-01-01' ORDER BY received_at LIMIT 5", true)
		f.explain("shipped", "SELECT c.id FROM shipments s JOIN cases c ON c.id = s.case_id WHERE s.carrier = 'UPU' AND s.tracking = '1'", false)
	})
}
