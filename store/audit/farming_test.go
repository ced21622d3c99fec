package audit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

// reviewed has an account buy from the seller, get it and review it, and waits until the review is published.
func (m *market) reviewed(by string) review.Review {
	m.Helper()
	id := m.praised(by, "")
	m.advance(m.now().Add(7*24*time.Hour + time.Minute))
	require.True(m, m.reviewOf(id).Public())
	return m.reviewOf(id)
}

func (m *market) reviewOf(id string) review.Review {
	m.Helper()
	record, err := m.store.Case(m.Context(), id)
	require.NoError(m, err)
	return record.State.(review.Review)
}

// praised has an account buy from the seller, get it and review it.
func (m *market) praised(by, text string) string {
	m.Helper()
	order, id := identifier.New("ord"), identifier.New("rev")
	m.begin(order, casefile.KindOrder, order, "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, protection.Registration{
		Buyer: by, Seller: "acc_seller", Currency: "EUR", PaidAt: m.now(), ShipBy: m.now().Add(time.Hour), GuaranteedBy: m.now().Add(48 * time.Hour),
		Terms: policies.Default().ForOrder(), Lines: []protection.RegistrationLine{{SKU: "CUP-1", Title: "Cup", Quantity: 1, Price: 5000}}})
	m.knock(order, "ship", casefile.Actor{ID: "acc_seller", Role: casefile.Seller}, map[string]any{"carrier": "courier", "tracking": order})
	m.knock(order, "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, map[string]any{"strength": "strong"})
	answer := m.begin(id, casefile.KindReview, order, "submit_review", casefile.Actor{ID: by, Role: casefile.Buyer},
		review.Submission{Order: order, Marks: review.Marks{Stars: 5}, Text: text, Terms: policies.Default().ForReview()})
	require.True(m, answer.Accepted(), "%+v", answer)
	return id
}

// TestAThreatIsUnderInvestigationUntilItsReportIsAnswered: also where the seller's report names the order and not the review. Else a
// seller could keep a review from counting for ever by reporting its author.
func TestAThreatIsUnderInvestigationUntilItsReportIsAnswered(t *testing.T) {
	eachDatabase(t, func(m *market) {
		reviewer, _ := m.staff()
		buyer, seller := casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}, casefile.Actor{ID: "acc_seller", Role: casefile.Seller}
		m.knock(m.order, "post_message", buyer, map[string]any{"text": "Let me have a 40% discount or I'll post a terrible review."})
		id, accusation := identifier.New("rev"), identifier.New("rep")
		answer := m.begin(id, casefile.KindReview, m.order, "submit_review", buyer, review.Submission{Order: m.order, Marks: review.Marks{Stars: 1}, Terms: policies.Default().ForReview()})
		require.True(m, answer.Accepted(), "%+v", answer)
		m.advance(m.now().Add(5 * 24 * time.Hour))
		answer = m.begin(accusation, casefile.KindReport, m.order, "submit_report", seller, report.Submission{Against: "acc_buyer", Behaviour: report.Extortion, Order: m.order,
			Text: "A discount for stars.", Affirm: true, Terms: policies.Default().ForReport()})
		require.True(m, answer.Accepted(), "%+v", answer)
		of := func() review.Review {
			record, err := m.store.Case(m.Context(), id)
			require.NoError(m, err)
			return record.State.(review.Review)
		}
		m.advance(m.now().Add(2*24*time.Hour + time.Minute))
		require.Equal(m, []any{true, review.UnderInvestigation}, []any{of().Public(), of().Reason})
		require.Equal(m, []review.Threat{{Report: accusation}}, of().Reports, "no second report is opened")
		m.knock(accusation, "find", reviewer, map[string]any{"finding": "unsubstantiated"})
		require.Equal(m, []any{true, review.Reason("")}, []any{of().Counted, of().Reason})
		m.healthy()
	})
}

// TestAPersonWithTwoAccountsIsOneBuyer: whoever is known to be the same person does not count twice in 30 days by another account.
// Two people who share a device do, each for itself.
func TestAPersonWithTwoAccountsIsOneBuyer(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for account, kind := range map[string]string{"acc_second": "person", "acc_flatmate": "device"} {
			_, err := m.store.CreateAccount(m.Context(), store.Account{ID: account, Role: casefile.Buyer, Clock: m.clock}, store.Once{})
			require.NoError(m, err)
			_, err = m.store.LinkAccounts(m.Context(), "acc_buyer", store.Link{Account: account, Kind: kind, By: "operator"}, store.Once{})
			require.NoError(m, err)
		}
		require.True(m, m.reviewed("acc_buyer").Counted)
		require.Equal(m, review.RepeatBuyer, m.reviewed("acc_second").Reason)
		require.True(m, m.reviewed("acc_flatmate").Counted)
		require.Equal(m, review.RepeatBuyer, m.reviewed("acc_buyer").Reason, "21d after the first")
		require.Equal(m, review.RepeatBuyer, m.reviewed("acc_second").Reason, "28d")
		require.True(m, m.reviewed("acc_second").Counted, "35d: what did not count is no reason for the next not to")
	})
}

// TestASellerDoesNotCountInItsOwnShop: an account that is the seller's own is no buyer, and it is told why.
func TestASellerDoesNotCountInItsOwnShop(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for account, kind := range map[string]string{"acc_own": "person", "acc_sister": "address"} {
			_, err := m.store.CreateAccount(m.Context(), store.Account{ID: account, Role: casefile.Buyer, Clock: m.clock}, store.Once{})
			require.NoError(m, err)
			_, err = m.store.LinkAccounts(m.Context(), account, store.Link{Account: "acc_seller", Kind: kind, By: "operator"}, store.Once{})
			require.NoError(m, err)
		}
		own := m.reviewed("acc_own")
		require.Equal(m, []any{false, review.SamePerson}, []any{own.Counted, own.Reason})
		require.True(m, m.reviewed("acc_sister").Counted)
		m.healthy()
	})
}

// TestOneOfTwoReviewsCountsHoweverLongOneIsHeld: the second was published while a moderator looked at the first.
func TestOneOfTwoReviewsCountsHoweverLongOneIsHeld(t *testing.T) {
	eachDatabase(t, func(m *market) {
		reviewer, _ := m.staff()
		first := m.praised("acc_buyer", "Write to me at ada@example.net.")
		m.advance(m.now().Add(24 * time.Hour))
		second := m.praised("acc_buyer", "")
		m.advance(m.now().Add(7*24*time.Hour + time.Minute))
		require.Equal(m, review.Moderation, m.reviewOf(first).Status)
		require.True(m, m.reviewOf(second).Counted)
		m.knock(first, "moderate", reviewer, map[string]any{"verdict": "published"})
		require.Equal(m, []any{true, review.RepeatBuyer}, []any{m.reviewOf(first).Public(), m.reviewOf(first).Reason})
		require.True(m, m.reviewOf(second).Counted)
		for _, again := range []string{first, second, second, first} { // however often they are counted anew, as after a flagged message
			m.knock(m.reviewOf(again).Order, "post_message", casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}, map[string]any{"text": "It is ada@example.net."})
		}
		require.Equal(m, []bool{false, true}, []bool{m.reviewOf(first).Counted, m.reviewOf(second).Counted})
		m.healthy()
	})
}
