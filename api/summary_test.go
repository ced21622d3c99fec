package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/identity"
	"recourse/api/wire"
	"recourse/domain/protection"
	"recourse/store"
)

func TestAListOfOrdersTellsGoodsAndClockAsThePageDoes(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	var page wire.OrderPage
	s.get(s.aBuyer(), "/v1/orders").is(http.StatusOK).into(&page)
	var order wire.Order
	s.get(s.aBuyer(), "/v1/orders/"+d.Order).is(http.StatusOK).into(&order)
	require.Len(t, page.Data, 1)
	require.Equal(t, []wire.OrderedLine{{Sku: "LAMP-7", Title: "Desk lamp", Quantity: 1}}, page.Data[0].Lines)
	require.True(t, page.Data[0].Protection.Paused, "a dispute is open")
	require.Equal(t, order.Protection.Remaining, page.Data[0].Protection.Remaining)
}

func TestAnOrderWithoutAClockShowsNone(t *testing.T) {
	require.Nil(t, orderSummary(store.CaseRecord{State: protection.Order{}}, identity.Caller{}, time.Now()).Protection)
}

func TestEveryCaseTellsItsOwnNow(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	const clock = "clk_0000000000000000000000000A"
	now := s.world.now.Add(5 * 24 * time.Hour).UTC().Truncate(time.Microsecond)
	func() {
		defer s.world.lock()()
		s.world.clocks[clock] = store.Clock{ID: clock, Now: now, Status: store.Ready}
		for _, c := range s.world.cases {
			c.record.Clock = clock
		}
	}()
	var order wire.Order
	s.get(s.aBuyer(), "/v1/orders/"+d.Order).is(http.StatusOK).into(&order)
	require.Equal(t, now, order.Now, "that of its test clock")
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID).is(http.StatusOK).into(&d)
	require.Equal(t, now, d.Now)

	var page wire.OrderPage
	s.get(s.aBuyer(), "/v1/orders").is(http.StatusOK).into(&page)
	require.Equal(t, order.Protection.EndsAt, page.Data[0].Protection.EndsAt, "a list goes by the same clock")
	require.Equal(t, now.Add(15*24*time.Hour).Truncate(24*time.Hour), order.Protection.EndsAt.Truncate(24*time.Hour), "it stands still with 15 days left")

	func() {
		defer s.world.lock()()
		for _, c := range s.world.cases {
			c.record.LastAt = now.Add(time.Hour)
		}
	}()
	s.get(s.aBuyer(), "/v1/orders/"+d.Order).is(http.StatusOK).into(&order)
	require.Equal(t, now.Add(time.Hour), order.Now, "never before the last event")
	s.get(s.aBuyer(), "/v1/orders").is(http.StatusOK).into(&page)
	require.Equal(t, order.Protection.EndsAt, page.Data[0].Protection.EndsAt)
}

func TestWhoHandsInEvidenceFindsItsReceiptAgain(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID
	var item, seen wire.Evidence
	a := s.post(s.aBuyer(), at+"/evidence", `{"type":"statement","text":"A crack."}`).is(http.StatusCreated)
	a.into(&item)
	s.get(s.aBuyer(), at+"/evidence/"+item.ID).is(http.StatusOK).into(&seen)
	require.Equal(t, item.Command, seen.Command)
	var kept wire.CommandReceipt
	s.get(s.aBuyer(), "/v1/commands/"+seen.Command+"/receipt").is(http.StatusOK).into(&kept)
	require.Equal(t, "submit_evidence", kept.Command.Name)
	require.Equal(t, item.Sequence, kept.Receipt.Sequence)
	var other wire.Evidence
	s.get(s.aSeller(), at+"/evidence/"+item.ID).is(http.StatusOK).into(&other)
	require.Empty(t, other.Command, "the receipt is for who handed it in")
}
