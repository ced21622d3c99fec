package carriers

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/store"
)

// inbox remembers what it was told, in the place of the store.
type inbox struct {
	kept    map[string]store.CarrierEvent
	told    map[string]bool
	cases   map[string][]store.Shipped // by number
	rested  map[string]time.Duration
	stored  map[string]store.Knock
	due     map[string]time.Duration // number → until it is asked about again; zero: never
	numbers []string
	drops   []int64
	dropAge time.Duration
	closed  error // the doors are closed
}

func newInbox() *inbox {
	return &inbox{kept: map[string]store.CarrierEvent{}, told: map[string]bool{}, cases: map[string][]store.Shipped{}, rested: map[string]time.Duration{},
		stored: map[string]store.Knock{}, due: map[string]time.Duration{}}
}

func (b *inbox) KeepCarrierEvents(_ context.Context, events []store.CarrierEvent) (kept int64, err error) {
	for _, e := range events {
		if _, known := b.kept[e.ID]; !known {
			b.kept[e.ID] = e
			kept++
		}
	}
	return kept, nil
}

func (b *inbox) UntoldCarrierEvents(context.Context, int) ([]store.Heard, error) {
	var heard []store.Heard
	for _, e := range b.kept {
		if b.told[e.ID] {
			continue
		}
		i := slices.IndexFunc(heard, func(h store.Heard) bool { return h.Number == e.Number })
		if i < 0 {
			i = len(heard)
			heard = append(heard, store.Heard{Carrier: e.Carrier, Number: e.Number, Cases: b.cases[e.Number]})
		}
		heard[i].Events = append(heard[i].Events, e)
	}
	return heard, nil
}

func (b *inbox) CarrierEventTold(_ context.Context, _, id string) error {
	b.told[id] = true
	return nil
}

func (b *inbox) RestCarrierNumber(_ context.Context, h store.Heard, length time.Duration) error {
	b.rested[h.Number] = length
	return nil
}

func (b *inbox) ForgetCarrierEvents(_ context.Context, age time.Duration, _ int) (int64, error) {
	b.dropAge = age
	n := b.drops[0]
	b.drops = b.drops[1:]
	return n, nil
}

func (b *inbox) Knock(_ context.Context, k store.Knock) (store.Receipt, error) {
	if b.closed != nil {
		return store.Receipt{}, b.closed
	}
	_, again := b.stored[k.ID]
	b.stored[k.ID] = k
	return store.Receipt{ID: k.ID, Case: k.Case, Sequence: int64(len(b.stored)), Repeated: again}, nil
}

func (b *inbox) DuePolls(context.Context, string, int) ([]string, error) { return b.numbers, nil }

func (b *inbox) TakePoll(_ context.Context, _, number string, again time.Duration) (bool, error) {
	if _, taken := b.due[number]; taken {
		return false, nil
	}
	b.due[number] = again
	return true, nil
}

func (b *inbox) SetPoll(_ context.Context, _, number string, again time.Duration) error {
	b.due[number] = again
	return nil
}

func shipped(id, kind, leg string) store.Shipped {
	return store.Shipped{CaseRef: store.CaseRef{ID: id, Kind: kind}, Leg: leg}
}

func said(t *testing.T, e Event) store.CarrierEvent {
	t.Helper()
	kept, err := e.named().Kept("acme", "")
	require.NoError(t, err)
	return kept
}

func TestACarriersWordBecomesTheCommandsOfTheCarrier(t *testing.T) {
	b := newInbox()
	b.cases["RB1"] = []store.Shipped{shipped("ord_1", casefile.KindOrder, "outward"), shipped("dsp_1", casefile.KindDispute, "return"),
		shipped("dsp_2", casefile.KindDispute, "replacement")}
	var nudged []string
	teller := &Teller{Inbox: b, Keep: time.Hour, Logger: slog.New(slog.DiscardHandler), Nudge: func(ref store.CaseRef) { nudged = append(nudged, ref.ID) }}
	at := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)
	_, err := b.KeepCarrierEvents(t.Context(), []store.CarrierEvent{
		said(t, Event{ID: "1", Number: "RB1", Status: "in_transit", Country: "FR", Postcode: "75011", At: at, Place: "Paris", Text: "Sorted"})})
	require.NoError(t, err)
	stored, err := teller.Tell(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, stored, "of a dispute's parcel only the arrival matters")
	require.Equal(t, []string{"ord_1"}, nudged)
	for _, k := range b.stored {
		require.Equal(t, casefile.Actor{ID: "carrier/acme", Role: casefile.Carrier}, k.By)
		require.Equal(t, "track", k.Name)
		require.JSONEq(t, `{"status":"in_transit","tracking":"RB1","country":"FR","postcode":"75011","at":"2026-03-04T08:00:00Z","text":"Sorted (Paris)"}`, string(k.Data))
	}
	_, err = b.KeepCarrierEvents(t.Context(), []store.CarrierEvent{said(t, Event{ID: "2", Number: "RB1", Status: "delivered", Signature: "addressee", At: at, Country: "FR", Postcode: "75011"})})
	require.NoError(t, err)
	stored, err = teller.Tell(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, stored)
	said := map[string]string{}
	for _, k := range b.stored {
		said[k.Name+" "+k.Case] = string(k.Data)
	}
	require.JSONEq(t, `{"strength":"strong","tracking":"RB1","at":"2026-03-04T08:00:00Z"}`, said["deliver_return dsp_1"])
	require.JSONEq(t, `{"strength":"strong","tracking":"RB1","at":"2026-03-04T08:00:00Z","country":"FR","postcode":"75011"}`, said["deliver_replacement dsp_2"])
	clear(b.told) // the worker ended before it had marked them
	stored, err = teller.Tell(t.Context())
	require.NoError(t, err)
	require.Zero(t, stored, "what is stored is not stored again")
	require.Len(t, b.stored, 4)
}

func TestWhatNobodyHasShippedUnderIsKeptOrDroppedByRule(t *testing.T) {
	b := newInbox()
	_, err := b.KeepCarrierEvents(t.Context(), []store.CarrierEvent{said(t, Event{ID: "1", Number: "RB1", Status: "accepted"})})
	require.NoError(t, err)
	teller := &Teller{Inbox: b, Keep: time.Hour, Logger: slog.New(slog.DiscardHandler)}
	_, err = teller.Tell(t.Context())
	require.NoError(t, err)
	require.False(t, b.told["1"])
	require.Equal(t, restUnknown, b.rested["RB1"])
	b.cases["RB1"] = []store.Shipped{shipped("ord_1", casefile.KindOrder, "outward")}
	stored, err := teller.Tell(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, stored, "the seller has given the number")
	require.True(t, b.told["1"])

	_, err = b.KeepCarrierEvents(t.Context(), []store.CarrierEvent{said(t, Event{ID: "2", Number: "RB2", Status: "accepted"})})
	require.NoError(t, err)
	teller.Keep = 0
	stored, err = teller.Tell(t.Context())
	require.NoError(t, err)
	require.Zero(t, stored)
	require.True(t, b.told["2"], "it is done with")
}

func TestAClosedDoorIsTriedAgain(t *testing.T) {
	b := newInbox()
	b.cases["RB1"] = []store.Shipped{shipped("ord_1", casefile.KindOrder, "outward")}
	_, err := b.KeepCarrierEvents(t.Context(), []store.CarrierEvent{said(t, Event{ID: "1", Number: "RB1", Status: "lost"})})
	require.NoError(t, err)
	b.closed = store.ErrClockAdvancing
	teller := &Teller{Inbox: b, Keep: time.Hour, Logger: slog.New(slog.DiscardHandler)}
	_, err = teller.Tell(t.Context())
	require.ErrorIs(t, err, store.ErrClockAdvancing)
	require.False(t, b.told["1"])
	b.closed = nil
	stored, err := teller.Tell(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, stored)
}

func TestWhatIsOldIsForgottenInPieces(t *testing.T) {
	b := newInbox()
	b.drops = []int64{forgetBatch, 3, 7}
	teller := &Teller{Inbox: b, Keep: time.Hour}
	now := time.Now()
	require.NoError(t, teller.Forget(t.Context(), now))
	require.Equal(t, []int64{7}, b.drops)
	require.Equal(t, leastKept, b.dropAge, "a repeat is known for longer than a carrier repeats")
	require.NoError(t, teller.Forget(t.Context(), now.Add(time.Second)))
	require.Equal(t, []int64{7}, b.drops, "not all the time")
}

// script is a carrier that answers as a test says, by number.
type script map[string]any

func (s script) Fetch(_ context.Context, number string) ([]Event, error) {
	switch answer := s[number].(type) {
	case error:
		return nil, answer
	case []Event:
		return answer, nil
	}
	return nil, nil
}

func TestAPollGoesOnUntilTheParcelHasCome(t *testing.T) {
	b := newInbox()
	b.numbers = []string{"A1", "A2", "A3"}
	p := &Poller{Carrier: "acme", Poll: Poll{Every: time.Hour}, Numbers: b, Logger: slog.New(slog.DiscardHandler), Feed: script{
		"A1": []Event{{ID: "1", Number: "a-1", Status: "in_transit"}, {ID: "x", Number: "B9", Status: "lost"}},
		"A2": []Event{{ID: "2", Number: "A2", Status: "delivered"}},
		"A3": ErrMalformed,
	}}
	rest, err := p.Round(t.Context())
	require.NoError(t, err)
	require.Equal(t, time.Second, rest)
	require.Equal(t, map[string]time.Duration{"A1": time.Hour, "A2": 0, "A3": time.Hour}, b.due)
	require.Len(t, b.kept, 2, "nobody asked about another number")
	var data map[string]any
	require.NoError(t, json.Unmarshal(b.kept["2"].Data, &data))
	require.Equal(t, "delivered", data["status"])
}

func TestACarrierThatFailsIsLeftAloneLongerAndLonger(t *testing.T) {
	b := newInbox()
	feed := script{"A1": &BusyError{Why: "no"}}
	p := &Poller{Carrier: "acme", Feed: feed, Poll: Poll{Every: 6 * time.Hour}, Numbers: b, Logger: slog.New(slog.DiscardHandler)}
	var rests []time.Duration
	for range 10 {
		b.numbers = []string{"A1", "A2"}
		delete(b.due, "A1")
		rest, err := p.Round(t.Context())
		require.ErrorContains(t, err, "no")
		require.Equal(t, rest, b.due["A1"], "it is asked about as soon as the carrier is")
		require.NotContains(t, b.due, "A2", "the others wait with it")
		rests = append(rests, rest)
	}
	require.Equal(t, []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute}, rests[:3])
	require.Equal(t, time.Hour, rests[9])
	feed["A1"] = &BusyError{Why: "no", After: 5 * time.Second}
	delete(b.due, "A1")
	rest, err := p.Round(t.Context())
	require.Error(t, err)
	require.Equal(t, 5*time.Second, rest, "as the carrier wishes")
	delete(feed, "A1")
	delete(b.due, "A1")
	_, err = p.Round(t.Context())
	require.NoError(t, err)
	feed["A1"] = &BusyError{Why: "no"}
	delete(b.due, "A1")
	rest, err = p.Round(t.Context())
	require.Error(t, err)
	require.Equal(t, 30*time.Second, rest, "after an answer it begins anew")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	delete(b.due, "A1")
	_, err = p.Round(ctx)
	require.True(t, errors.Is(err, context.Canceled))
	p.Run(ctx) // and comes back
}
