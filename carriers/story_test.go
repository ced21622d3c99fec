package carriers

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/kinds"
	"recourse/domain/protection"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

// shop is a marketplace on a real store, with the carrier's words brought to its cases.
type shop struct {
	*testing.T
	*store.Store
	teller *Teller
	paid   time.Time
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite::memory:", store.Options{Kinds: kinds.All()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	return &shop{T: t, Store: s, paid: time.Now().Add(-48 * time.Hour).UTC().Truncate(time.Second),
		teller: &Teller{Inbox: s, Keep: time.Hour, Logger: slog.New(slog.DiscardHandler)}}
}

func (s *shop) do(order, name string, by casefile.Role, data any) {
	s.Helper()
	raw, err := json.Marshal(data)
	require.NoError(s, err)
	knock := store.Knock{ID: identifier.New("cmd"), Case: order, Name: name, By: casefile.Actor{ID: "acc_" + string(by), Role: by}, Data: raw}
	if name == "register_order" {
		_, err = s.Begin(s.Context(), store.NewCase{ID: order, Kind: casefile.KindOrder, Command: knock})
	} else {
		_, err = s.Knock(s.Context(), knock)
	}
	require.NoError(s, err)
	_, err = s.Step(s.Context(), order)
	require.NoError(s, err)
	answer, err := s.Command(s.Context(), knock.ID)
	require.NoError(s, err)
	require.True(s, answer.Answer.Accepted(), "%+v", answer.Answer)
}

func (s *shop) sell() string {
	s.Helper()
	order := identifier.New("ord")
	s.do(order, "register_order", casefile.Platform, protection.Registration{Buyer: "acc_buyer", Seller: "acc_seller", Currency: "EUR", Country: "FR", Postcode: "75011",
		Lines: []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Desk lamp", Quantity: 1, Price: 4200}}, PaidAt: s.paid,
		ShipBy: s.paid.Add(7 * 24 * time.Hour), GuaranteedBy: s.paid.Add(30 * 24 * time.Hour), Terms: policies.Default().ForOrder()})
	return order
}

func (s *shop) ship(order, number string) {
	s.Helper()
	s.do(order, "ship", casefile.Seller, map[string]string{"carrier": "upu", "tracking": number})
}

// heard tells what is in the inbox, and returns the order after it.
func (s *shop) heard(order string) protection.Order {
	s.Helper()
	_, err := s.teller.Tell(s.Context())
	require.NoError(s, err)
	_, err = s.Step(s.Context(), order)
	require.NoError(s, err)
	record, err := s.Case(s.Context(), order)
	require.NoError(s, err)
	state, ok := record.State.(protection.Order)
	require.True(s, ok)
	return state
}

func (s *shop) say(events ...Event) {
	s.Helper()
	for _, e := range events {
		kept, err := e.named().Kept("upu", "")
		require.NoError(s, err)
		_, err = s.KeepCarrierEvents(s.Context(), []store.CarrierEvent{kept})
		require.NoError(s, err)
	}
}

func TestAPolledCarrierBringsAnOrderToItsInspection(t *testing.T) {
	s := newShop(t)
	order, other := s.sell(), s.sell()
	s.ship(order, "RB123456785US")
	s.ship(other, "RB845230408CN")
	asked := map[string]int{}
	p := peer(t, func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		if r.URL.Path != "/RB123456785US" {
			http.NotFound(w, r)
			return
		}
		at := s.paid.Add(30 * time.Hour).Format(time.RFC3339)
		_, _ = io.WriteString(w, `{"events":[{"status":"delivered","at":"`+at+`","country":"FR","postcode":"75 011"},
			{"status":"picked up","at":"`+s.paid.Add(time.Hour).Format(time.RFC3339)+`","country":"FR","postcode":"75011"}]}`)
	})
	poller := &Poller{Carrier: "upu", Feed: feedOf(t, p.URL+"/{tracking}", true), Poll: Poll{Every: time.Hour}, Numbers: s, Logger: slog.New(slog.DiscardHandler)}
	for range 3 { // as other workers would
		_, err := poller.Round(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, map[string]int{"/RB123456785US": 1, "/RB845230408CN": 1}, asked, "each number once in its time")
	state := s.heard(order)
	require.Equal(t, protection.Inspection, state.State())
	require.Equal(t, protection.Strong, state.Lines[0].Strength)
	require.True(t, state.Parcels[0].Verified, "what happened first was told first")
	require.Equal(t, protection.InTransit, s.heard(other).State())
	require.NoError(t, s.SetPoll(t.Context(), "upu", "RB845230408CN", time.Nanosecond))
	due, err := s.DuePolls(t.Context(), "upu", 10)
	require.NoError(t, err)
	require.NotContains(t, due, "RB123456785US", "nothing more is expected of it")
}

func TestAScanFromBeforeTheSellerGaveTheNumberIsThere(t *testing.T) {
	s := newShop(t)
	order := s.sell()
	s.say(Event{Number: "RB123456785US", Status: "accepted", At: s.paid.Add(-24 * time.Hour), Country: "FR", Postcode: "75011"})
	require.Equal(t, protection.Funded, s.heard(order).State())
	s.ship(order, "RB123456785US")
	s.say(Event{Number: "RB123456785US", Status: "in_transit", At: s.paid.Add(time.Hour), Country: "PL"})
	state := s.heard(order)
	require.Equal(t, []string{"predates_payment", "foreign_destination"}, state.Parcels[0].Suspect, "the number was used for something else before")
}

func TestWhatACarrierRepeatsIsToldOnce(t *testing.T) {
	s := newShop(t)
	order := s.sell()
	s.ship(order, "RB123456785US")
	for range 3 {
		s.say(Event{ID: "7", Number: "RB123456785US", Status: "in_transit", Country: "FR"})
		s.heard(order)
	}
	record, err := s.Case(t.Context(), order)
	require.NoError(t, err)
	require.EqualValues(t, 3, record.Sequence, "registered, shipped, tracked")
}
