package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/kinds"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/domain/review"
	"recourse/domain/standing/conduct"
	"recourse/domain/standing/metrics"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

// The kinds of case that Recourse has fit the store: an order is registered, disputed and refunded on a test clock.
func TestOrderAndDisputeGoThroughTheStore(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := store.Open(ctx, "sqlite::memory:", store.Options{Kinds: kinds.All()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(ctx))
	paid := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	_, err = s.CreateClock(ctx, "clk_1", paid, store.Once{})
	require.NoError(t, err)

	encode := func(v any) json.RawMessage {
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		return raw
	}
	buyer, seller := casefile.Actor{ID: "acc_ada", Role: casefile.Buyer}, casefile.Actor{ID: "acc_bolt", Role: casefile.Seller}
	order := identifier.New("ord")
	r, err := s.Begin(ctx, store.NewCase{ID: order, Kind: casefile.KindOrder, Clock: "clk_1", Command: store.Knock{
		ID: identifier.New("cmd"), Name: "register_order", By: casefile.Actor{ID: "acc_platform", Role: casefile.Platform},
		Data: encode(protection.Registration{Buyer: buyer.ID, Seller: seller.ID, Currency: "EUR", Shipping: 350, Country: "FR", Postcode: "75011",
			Lines:  []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Desk lamp", Quantity: 1, Price: 4200}},
			ShipBy: paid.Add(7 * 24 * time.Hour), GuaranteedBy: paid.Add(30 * 24 * time.Hour), PaidAt: paid, Terms: policies.Default().ForOrder()}),
	}})
	require.NoError(t, err)
	settle := func(id string) {
		t.Helper()
		for range 20 {
			result, err := s.Step(ctx, id)
			require.NoError(t, err)
			for _, ref := range result.Touched {
				_, err := s.Step(ctx, ref.ID)
				require.NoError(t, err)
			}
			if len(result.Todo) == 0 {
				return
			}
			_, err = s.Knock(ctx, store.Knock{ID: identifier.New("cmd"), Case: id, Name: "confirm_transfer", By: casefile.Actor{Role: casefile.System},
				Data: encode(map[string]int64{"step": result.Todo[0].Step}), Internal: true})
			require.NoError(t, err)
		}
		t.Fatal("effects do not end")
	}
	accepted := func(id string) casefile.Answer {
		t.Helper()
		c, err := s.Command(ctx, id)
		require.NoError(t, err)
		require.True(t, c.Applied)
		require.Truef(t, c.Answer.Accepted(), "%s: %+v", c.Name, c.Answer)
		return c.Answer
	}
	do := func(id, name string, by casefile.Actor, data any) {
		t.Helper()
		r, err := s.Knock(ctx, store.Knock{ID: identifier.New("cmd"), Case: id, Name: name, By: by, Data: encode(data)})
		require.NoError(t, err)
		settle(id)
		accepted(r.ID)
	}
	settle(order)
	accepted(r.ID)
	do(order, "ship", seller, map[string]any{"carrier": "upu", "tracking": "RB123456785US"})
	do(order, "deliver", casefile.Actor{Role: casefile.Carrier}, map[string]any{"strength": "weak"})
	do(order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": "The shade is cracked."})
	page, err := s.Cases(ctx, store.CaseQuery{Order: order, Kind: casefile.KindDispute})
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	open := page.Data[0]
	require.Equal(t, "waiting_seller", open.Summary.Status)
	require.Equal(t, "not_as_described.damaged", open.Summary.Reason)

	p := policies.Default().Metrics
	counts := func() metrics.Counts {
		t.Helper()
		clock, err := s.Clock(ctx, "clk_1")
		require.NoError(t, err)
		c, err := s.SellerCounts(ctx, seller.ID, p, clock.Now)
		require.NoError(t, err)
		return c
	}
	require.Equal(t, metrics.Counts{Since: paid, Orders: 1, Sold: 1, Buyers: 1, Disputed: 1}, counts(), "what the steps have kept for the seller's page")

	do(open.ID, "concede", seller, map[string]any{})
	settle(order)
	excused := metrics.Exclusion{Kind: metrics.OfDispute, Reason: string(conduct.SettledSoon), Count: 1}
	require.Equal(t, metrics.Counts{Since: paid, Orders: 1, Responses: 1, Exclusions: []metrics.Exclusion{excused}}, counts(),
		"it was refunded in full, settled at once and performed")
	position, err := s.EscrowOf(ctx, order)
	require.NoError(t, err)
	require.True(t, position.Conserved())
	require.Equal(t, money.Minor(4550), position.Refunded)
	require.Zero(t, position.InTransit)
	closed, err := s.Case(ctx, open.ID)
	require.NoError(t, err)
	require.Equal(t, "conceded_by_seller", closed.Summary.Outcome)

	quality := 3
	written := identifier.New("rev")
	_, err = s.Begin(ctx, store.NewCase{ID: written, Kind: casefile.KindReview, Order: order, Clock: "clk_1", Command: store.Knock{
		ID: identifier.New("cmd"), Name: "submit_review", By: buyer,
		Data: encode(review.Submission{Order: order, Marks: review.Marks{Stars: 4, Quality: &quality}, Terms: policies.Default().ForReview()})}})
	require.NoError(t, err)
	settle(written)
	require.Zero(t, counts().Reviews, "it is sealed")
	require.NoError(t, s.BeginAdvance(ctx, "clk_1", paid.Add(8*24*time.Hour)))
	for turn := 0; ; turn++ {
		require.Less(t, turn, 100)
		work, err := s.StepClock(ctx, "clk_1")
		require.NoError(t, err)
		if work.Done {
			break
		}
		for _, ref := range append(work.Deliver, work.Effects...) {
			settle(ref.ID)
		}
		if work.Due != nil {
			settle(work.Due.ID)
		}
	}
	read := counts()
	require.EqualValues(t, []any{int64(1), int64(1), metrics.Sum{Sum: 3, Sample: 1}, metrics.Sum{}},
		[]any{read.Reviews, read.Positive, read.Marks.Quality, read.Marks.Communication})

	for _, id := range []string{order, open.ID, written} {
		record, err := s.Case(ctx, id)
		require.NoError(t, err)
		head, err := casefile.ParseHash(record.Head)
		require.NoError(t, err)
		log, err := s.Timeline(ctx, id, 0, 0)
		require.NoError(t, err)
		require.NoError(t, casefile.VerifyHead(log, id, head))
	}
}
