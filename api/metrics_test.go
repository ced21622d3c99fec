package api

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
	figures "recourse/domain/standing/metrics"
	"recourse/store"
)

func metricsAt(account string) string { return "/v1/accounts/" + account + "/metrics" }

func (s *stage) metricsOf(by who, account, query string) wire.SellerMetrics {
	s.t.Helper()
	var seen wire.SellerMetrics
	s.get(by, metricsAt(account)+query).is(http.StatusOK).into(&seen)
	return seen
}

// trades gives the seller some orders, one of which is disputed.
func (s *stage) trades(n int) {
	s.t.Helper()
	defer s.world.lock()()
	for i := range n {
		paid := s.world.now.Add(-time.Duration(i+1) * 24 * time.Hour)
		s.world.trade.orders = append(s.world.trade.orders, figures.Order{ID: fmt.Sprint("ord_", i), Buyer: s.buyer, PaidAt: paid, Items: 2})
		if i == 0 {
			s.world.trade.disputes = append(s.world.trade.disputes, figures.Conduct{Dispute: figures.Dispute{ID: "dsp_1", Order: "ord_0", OpenedAt: paid,
				Excused: true, Reason: string(conduct.CarrierFault)}, AnswerAt: paid.Add(time.Hour), Waited: time.Hour})
		}
	}
}

func TestThePageOfASellerIsEverybodys(t *testing.T) {
	s := newStage(t)
	s.trades(40)
	seen := s.metricsOf(s.aBuyer(), s.seller, "")
	require.Equal(t, s.seller, seen.Account)
	require.Len(t, seen.Figures, 14)
	byName := map[wire.FigureName]wire.Figure{}
	for _, f := range seen.Figures {
		require.NotEmpty(t, f.Formula)
		require.True(t, f.Until.Equal(seen.AsOf))
		byName[f.Name] = f
	}
	require.EqualValues(t, 40, byName["store_age"].Value)
	require.EqualValues(t, []int64{80, 40}, []int64{byName["items_sold"].Value, byName["items_sold"].Sample})
	require.False(t, byName["median_response"].Known, "it was the carrier's fault")
	require.Equal(t, []wire.FigureExclusion{{Kind: "dispute", Reason: "carrier_fault", Count: 1}}, seen.Exclusions)
	require.True(t, seen.PromotionEligible)
	require.Empty(t, seen.Reasons)

	for range 2 {
		s.enter(s.seller, conduct.Counterfeit, fmt.Sprint("dsp_", len(s.standingOf(anOperator(), s.seller).Entries)), "")
	}
	s.past(s.seller, 8*24*time.Hour) // they are final
	judged := s.metricsOf(s.aBuyer(), s.seller, "")
	require.False(t, judged.PromotionEligible)
	require.Equal(t, []wire.PromotionReason{{Code: "standing", State: wire.StandingStateSuspended}}, judged.Reasons)
	for _, e := range s.standingOf(anOperator(), s.seller).Entries {
		s.told(s.seller, "void_entry", standing.Found{Entry: e.ID, Why: "decided_otherwise"})
	}
	require.True(t, s.metricsOf(s.aBuyer(), s.seller, "").PromotionEligible, "what is voided makes whole")

	for _, by := range []who{s.aSeller(), s.aReviewer(), anOperator(), {id: s.otherSeller, role: casefile.Seller}} {
		s.metricsOf(by, s.seller, "")
	}
	s.get(aCarrier(), metricsAt(s.seller)).refused(wire.ProblemCodeNotAllowed)
	s.get(s.aSeller(), metricsAt(s.buyer)).refused(wire.ProblemCodeNotFound)
	s.get(s.aSeller(), metricsAt("nobody")).refused(wire.ProblemCodeNotFound)
}

func TestThePageIsSentAgainOnlyWhenItsNumbersHaveChanged(t *testing.T) {
	s := newStage(t)
	s.trades(2)
	first := s.get(s.aBuyer(), metricsAt(s.seller)).is(http.StatusOK)
	tag := first.header.Get("ETag")
	require.Regexp(t, `^W/"[0-9a-f]{16}"$`, tag)
	require.Equal(t, []string{"private, no-cache", "Authorization, Recourse-Act-As"}, []string{first.header.Get("Cache-Control"), first.header.Get("Vary")})
	ask := func() answer {
		return s.send(s.aBuyer(), http.MethodGet, metricsAt(s.seller), nil, "If-None-Match", tag)
	}
	require.Equal(t, tag, ask().is(http.StatusNotModified).header.Get("ETag"))
	s.world.trade.orders[1].Returned = 1
	require.NotEqual(t, tag, ask().is(http.StatusOK).header.Get("ETag"))
}

func TestThePageIsOfTheInstantThatIsAskedFor(t *testing.T) {
	s := newStage(t)
	s.trades(3)
	at := func(when time.Time) string { return "?as_of=" + url.QueryEscape(when.Format(time.RFC3339Nano)) }
	before := s.world.now.Add(-24*time.Hour - time.Microsecond)
	seen := s.metricsOf(s.aBuyer(), s.seller, at(before))
	require.True(t, seen.AsOf.Equal(before))
	require.EqualValues(t, 2, seen.Figures[2].Sample, "the last order was paid a microsecond later")
	s.get(s.aBuyer(), metricsAt(s.seller)+at(time.Now().Add(time.Hour))).refused(wire.ProblemCodeValidationFailed)
	s.get(s.aBuyer(), metricsAt(s.seller)+"?as_of=yesterday").refused(wire.ProblemCodeValidationFailed)

	account := s.world.accounts[s.seller]
	account.Clock = "clk_1"
	s.world.accounts[s.seller] = account
	s.world.clocks["clk_1"] = store.Clock{ID: "clk_1", Now: before}
	require.True(t, s.metricsOf(s.aBuyer(), s.seller, "").AsOf.Equal(before), "the time of a seller on a test clock is the clock's")
	s.get(s.aBuyer(), metricsAt(s.seller)+at(before.Add(time.Microsecond))).refused(wire.ProblemCodeValidationFailed)
}

func TestTheRowsBehindThePageGiveThePage(t *testing.T) {
	s := newStage(t)
	s.trades(12)
	seen := s.metricsOf(s.aSeller(), s.seller, "")
	query := "?as_of=" + url.QueryEscape(seen.AsOf.Format(time.RFC3339Nano))
	for _, by := range []who{s.aSeller(), anOperator(), thePlatform()} {
		a := s.get(by, metricsAt(s.seller)+"/export"+query).is(http.StatusOK)
		require.Equal(t, "application/x-ndjson", a.header.Get("Content-Type"))
		require.Contains(t, a.header.Get("Content-Disposition"), s.seller+"-metrics.jsonl")
		e, err := figures.Read(bytes.NewReader(a.body))
		require.NoError(t, err)
		again := metricsView(seller{account: store.Account{ID: e.Header.Account}, policy: policy.Policy{Version: e.Header.Policy}}, e.Page())
		require.Equal(t, seen, again)
	}
	s.get(s.aBuyer(), metricsAt(s.seller)+"/export").refused(wire.ProblemCodeNotFound)
	s.get(who{id: s.otherSeller, role: casefile.Seller}, metricsAt(s.seller)+"/export").refused(wire.ProblemCodeNotFound)
	s.get(aCarrier(), metricsAt(s.seller)+"/export").refused(wire.ProblemCodeNotFound)
	s.get(anOperator(), metricsAt(s.buyer)+"/export").refused(wire.ProblemCodeNotFound)
}

func TestAProtectedReviewIsNotInTheRating(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	id := s.aReview(order)
	published := s.world.cases[id]
	state := published.record.State.(review.Review)
	state.Status, state.PublishedAt, state.Counted = review.Published, s.world.now.Add(-time.Hour), true
	published.record.State, published.record.Summary = state, state.Summary()
	rating := func() (r wire.Rating) {
		s.get(s.aBuyer(), "/v1/accounts/"+s.seller+"/rating").is(http.StatusOK).into(&r)
		return r
	}
	require.Len(t, rating().Inputs, 1)
	s.world.trade.protections = []store.Protection{{Report: "rep_1", Order: order}}
	seen := rating()
	require.Empty(t, seen.Inputs)
	require.Equal(t, []wire.RatingExclusion{{Review: id, Reason: wire.UncountedReasonMaliciousBuyer}}, seen.Exclusions)
	s.world.trade.protections = nil
	require.Len(t, rating().Inputs, 1)
}
