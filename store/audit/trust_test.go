package audit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
	"recourse/store/audit"
)

// begin stores the first command of a case and returns its answer.
func (m *market) begin(id, kind, order, name string, by casefile.Actor, data any) casefile.Answer {
	m.Helper()
	command := identifier.New("cmd")
	_, err := m.store.Begin(m.Context(), store.NewCase{ID: id, Kind: kind, Order: order, Clock: m.clock, Command: store.Knock{ID: command, Case: id,
		Name: name, By: by, Data: m.json(data)}})
	require.NoError(m, err)
	m.settle()
	c, err := m.store.Command(m.Context(), command)
	require.NoError(m, err)
	require.True(m, c.Applied)
	return c.Answer
}

// accuse is a report of the buyer about the seller.
func (m *market) accuse(order string, change ...func(*report.Submission)) (string, casefile.Answer) {
	m.Helper()
	s := report.Submission{Against: "acc_seller", Behaviour: report.ExtraCharge, Order: order, Text: "More money.", Affirm: true,
		Terms: policies.Default().ForReport()}
	for _, c := range change {
		c(&s)
	}
	id := identifier.New("rep")
	if order == "" {
		order = id
	}
	return id, m.begin(id, casefile.KindReport, order, "submit_report", casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}, s)
}

func (m *market) reportOf(id string) report.Report {
	m.Helper()
	record, err := m.store.Case(m.Context(), id)
	require.NoError(m, err)
	return record.State.(report.Report)
}

func (m *market) now() time.Time {
	m.Helper()
	clock, err := m.store.Clock(m.Context(), m.clock)
	require.NoError(m, err)
	return clock.Now
}

func (m *market) standingOf(account string) standing.Standing {
	m.Helper()
	record, err := m.store.Case(m.Context(), standing.CaseID(account))
	require.NoError(m, err)
	return record.State.(standing.Standing)
}

// staff are a reviewer and a supervisor of the market.
func (m *market) staff() (reviewer, supervisor casefile.Actor) {
	m.Helper()
	reviewer = casefile.Actor{ID: "acc_reviewer", Role: casefile.Reviewer}
	supervisor = casefile.Actor{ID: "acc_supervisor", Role: casefile.Supervisor}
	for _, a := range []casefile.Actor{reviewer, supervisor} {
		_, err := m.store.CreateAccount(m.Context(), store.Account{ID: a.ID, Role: a.Role, Clock: m.clock}, store.Once{})
		require.NoError(m, err)
	}
	return reviewer, supervisor
}

// healthy examines everything.
func (m *market) healthy() {
	m.Helper()
	found, err := audit.Run(m.Context(), m.store, audit.Options{Deep: true})
	require.NoError(m, err)
	for _, c := range found.Checks {
		require.Empty(m, c.Findings, c.Name)
	}
}

func TestAReportGoesThroughTheDatabaseWithItsHoldAndItsPoints(t *testing.T) {
	eachDatabase(t, func(m *market) {
		reviewer, supervisor := m.staff()
		id, answer := m.accuse(m.order)
		require.True(m, answer.Accepted(), "%+v", answer)
		m.advance(m.now().Add(time.Minute))
		require.Equal(m, reviewer.ID, m.reportOf(id).Bench.Reviewer)
		m.knock(id, "admit_report", reviewer, map[string]any{})
		m.knock(id, "propose_hold", reviewer, map[string]any{"reasons": "It is about to leave."})
		m.knock(id, "second", supervisor, map[string]any{})
		record, err := m.store.Case(m.Context(), m.order)
		require.NoError(m, err)
		require.Equal(m, id, record.State.(protection.Order).Hold.Report)
		m.knock(id, "find", reviewer, map[string]any{"finding": "substantiated", "measures": []map[string]any{{"scope": "list", "for": "30d"}}})
		seller := m.standingOf("acc_seller")
		require.Equal(m, id, seller.Entries[len(seller.Entries)-1].Cause)
		_, muted := seller.MutedFor(standing.List, m.now())
		require.True(m, muted)
		_, err = m.store.CreateAccount(m.Context(), store.Account{ID: "acc_other", Role: casefile.Reviewer, Clock: m.clock}, store.Once{})
		require.NoError(m, err)
		second, answer := m.accuse(m.order, func(s *report.Submission) { s.Behaviour = report.Phishing })
		require.True(m, answer.Accepted())
		m.advance(m.now().Add(25 * time.Hour))
		require.Equal(m, report.UnderReview, m.reportOf(second).Status)
		other := casefile.Actor{ID: "acc_other", Role: casefile.Reviewer}
		require.Equal(m, other.ID, m.reportOf(second).Bench.Reviewer, "the first reviewer has had a case with both sides")
		require.Equal(m, casefile.WrongStage, m.refusal(second, "propose_hold", other, map[string]any{"reasons": "Again."}), "an order has one hold")
		m.healthy()
	})
}

// refusal is why a command is refused.
func (m *market) refusal(caseID, name string, by casefile.Actor, data any) casefile.Code {
	m.Helper()
	r, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: caseID, Name: name, By: by, Data: m.json(data)})
	require.NoError(m, err)
	m.settle()
	c, err := m.store.Command(m.Context(), r.ID)
	require.NoError(m, err)
	return c.Answer.Refused
}

func TestWhatAReportRefersToIsLookedUp(t *testing.T) {
	eachDatabase(t, func(m *market) {
		first, answer := m.accuse(m.order)
		require.True(m, answer.Accepted())
		again, answer := m.accuse(m.order)
		require.True(m, answer.Accepted(), "it is taken")
		require.Equal(m, report.Duplicate, m.reportOf(again).Finding())
		require.Equal(m, first, m.reportOf(again).Rulings[0].Of)
		_, answer = m.accuse("", func(s *report.Submission) { s.Against = "acc_nobody" })
		require.Equal(m, "/against", answer.Pointer)
		_, answer = m.accuse("", func(s *report.Submission) { s.Dispute = "dsp_none" })
		require.Equal(m, "/order", answer.Pointer)
		theirs := identifier.New("ord")
		m.begin(theirs, casefile.KindOrder, theirs, "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, protection.Registration{
			Buyer: "acc_stranger", Seller: "acc_seller", Currency: "EUR", PaidAt: m.now(), ShipBy: m.now().Add(time.Hour), GuaranteedBy: m.now().Add(48 * time.Hour),
			Terms: policies.Default().ForOrder(), Lines: []protection.RegistrationLine{{SKU: "CUP-1", Title: "Cup", Quantity: 1, Price: 500}}})
		_, answer = m.accuse("", func(s *report.Submission) { s.Order = theirs })
		require.Equal(m, "/order", answer.Pointer, "an order of others")
		_, answer = m.accuse("", func(s *report.Submission) { s.Behaviour = report.Other })
		require.True(m, answer.Accepted(), "it need not be about an order")
		for range policies.Default().Report.PerDay {
			_, answer = m.accuse("", func(s *report.Submission) { s.Behaviour = report.Other })
		}
		require.Equal(m, casefile.TooManyItems, answer.Refused)
		page, err := m.store.Reports(m.Context(), store.ReportQuery{CaseQuery: store.CaseQuery{Kind: casefile.KindReport}, Side: "acc_buyer"})
		require.NoError(m, err)
		require.Len(m, page.Data, policies.Default().Report.PerDay)
		page, err = m.store.Reports(m.Context(), store.ReportQuery{CaseQuery: store.CaseQuery{Kind: casefile.KindReport, Status: "submitted"}, Side: "acc_seller"})
		require.NoError(m, err)
		require.Empty(m, page.Data, "nobody is told of a report before there is a finding")
		m.healthy()
	})
}

func TestAMutedReporterIsKnownFromItsStanding(t *testing.T) {
	eachDatabase(t, func(m *market) {
		reviewer, _ := m.staff()
		for _, behaviour := range []report.Behaviour{report.Brushing, report.Phishing} {
			id, answer := m.accuse("", func(s *report.Submission) { s.Behaviour = behaviour })
			require.True(m, answer.Accepted())
			m.advance(m.now().Add(time.Minute))
			m.knock(id, "admit_report", reviewer, map[string]any{})
			m.knock(id, "find", reviewer, map[string]any{"finding": "fabricated"})
			m.advance(m.now().Add(time.Minute))
		}
		require.Equal(m, standing.ReporterSuspended, m.standingOf("acc_buyer").ReporterAt(m.now()))
		id, answer := m.accuse("")
		require.True(m, answer.Accepted())
		require.Equal(m, report.Inadmissible, m.reportOf(id).Finding())
		m.advance(m.now().Add(31 * 24 * time.Hour))
		id, _ = m.accuse("")
		require.Equal(m, report.Submitted, m.reportOf(id).Status, "the mute is over")
		m.healthy()
	})
}

func TestAReviewIsScreenedAndKnowsTheDisputesOfItsOrder(t *testing.T) {
	eachDatabase(t, func(m *market) {
		reviewer, _ := m.staff()
		buyer := casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}
		submit := func(text string) (string, casefile.Answer) {
			id := identifier.New("rev")
			s := review.Submission{Order: m.order, Marks: review.Marks{Stars: 1}, Text: text, Terms: policies.Default().ForReview()}
			return id, m.begin(id, casefile.KindReview, m.order, "submit_review", buyer, s)
		}
		id, answer := submit("Write to me at ada@example.org and I tell you more.")
		require.True(m, answer.Accepted(), "%+v", answer)
		_, answer = submit("Once more.")
		require.Equal(m, casefile.AlreadyReviewed, answer.Refused)
		require.Equal(m, id, answer.Result["review"])
		m.knock(m.order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.quality", "remedy": "refund_full", "text": "Dull.",
			"lines": []map[string]any{{"sku": "JUG-1"}}})
		page, err := m.store.Cases(m.Context(), store.CaseQuery{Kind: casefile.KindDispute, Open: new(true)})
		require.NoError(m, err)
		of := func() review.Review {
			record, err := m.store.Case(m.Context(), id)
			require.NoError(m, err)
			return record.State.(review.Review)
		}
		m.advance(m.now().Add(4 * 24 * time.Hour))
		require.Equal(m, review.Sealed, of().Status)
		m.knock(page.Data[0].ID, "concede", casefile.Actor{ID: "acc_seller", Role: casefile.Seller}, map[string]any{})
		m.advance(m.now().Add(3*24*time.Hour + time.Minute))
		require.Equal(m, review.Moderation, of().Status)
		require.Equal(m, review.ContactData, of().Flags[0].Rule)
		m.knock(id, "moderate", reviewer, map[string]any{"verdict": "redacted", "text": "Write to me […] and I tell you more."})
		require.Equal(m, []any{true, true, review.Reason("")}, []any{of().Public(), of().Counted, of().Reason})
		all, err := m.store.States(m.Context(), store.CaseQuery{Kind: casefile.KindReview, Seller: "acc_seller", Published: true})
		require.NoError(m, err)
		require.Len(m, all, 1)
		m.healthy()
	})
}
