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
	order, id := identifier.New("ord"), identifier.New("rev")
	m.begin(order, casefile.KindOrder, order, "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, protection.Registration{
		Buyer: by, Seller: "acc_seller", Currency: "EUR", PaidAt: m.now(), ShipBy: m.now().Add(time.Hour), GuaranteedBy: m.now().Add(48 * time.Hour),
		Terms: policies.Default().ForOrder(), Lines: []protection.RegistrationLine{{SKU: "CUP-1", Title: "Cup", Quantity: 1, Price: 5000}}})
	m.knock(order, "ship", casefile.Actor{ID: "acc_seller", Role: casefile.Seller}, map[string]any{"carrier": "courier", "tracking": order})
	m.knock(order, "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, map[string]any{"strength": "strong"})
	answer := m.begin(id, casefile.KindReview, order, "submit_review", casefile.Actor{ID: by, Role: casefile.Buyer},
		review.Submission{Order: order, Marks: review.Marks{Stars: 5}, Terms: policies.Default().ForReview()})
	require.True(m, answer.Accepted(), "%+v", answer)
	m.advance(m.now().Add(7*24*time.Hour + time.Minute))
	record, err := m.store.Case(m.Context(), id)
	require.NoError(m, err)
	require.True(m, record.State.(review.Review).Public())
	return record.State.(review.Review)
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
