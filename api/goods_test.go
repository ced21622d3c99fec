package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
	"recourse/store"
)

func TestAListOfDisputesNamesTheGoodsAndWhatIsAwaited(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.aDispute()
	lines := []wire.OrderedLine{{Sku: d.Claim.Lines[0].Sku, Title: d.Claim.Lines[0].Title, Quantity: d.Claim.Lines[0].Quantity}}
	require.NotEmpty(t, lines[0].Title)
	var due wire.Deadline
	for _, one := range d.Deadlines {
		if !one.Reminder && (due.Name == "" || one.DueAt.Before(due.DueAt)) {
			due = one
		}
	}
	require.Equal(t, "seller_response", due.Name)
	for _, by := range []who{s.aBuyer(), s.aSeller(), s.aSupervisor()} {
		var page wire.DisputePage
		s.get(by, "/v1/disputes").is(http.StatusOK).into(&page)
		require.Len(t, page.Data, 1)
		require.Equal(t, lines, page.Data[0].Lines)
		require.Equal(t, due.Name, page.Data[0].Deadline, "a reminder comes before it, and nobody waits for that")
		require.True(t, due.DueAt.Equal(page.Data[0].DueAt))
	}
	var board wire.BoardCasePage
	s.get(anOperator(), "/v1/board/cases?within=30d").is(http.StatusOK).into(&board)
	found := map[string]wire.BoardCase{}
	for _, c := range board.Data {
		found[c.ID] = c
	}
	require.Equal(t, lines, found[d.ID].Lines)
	require.Equal(t, string(d.Claim.Reason), found[d.ID].Reason)
}

func TestOnlyThePartThatIsDisputedIsNamed(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	record := s.world.cases[d.ID].record
	about, err := (&handlers{s.server}).goods(t.Context(), append(s.pageOf(d.Order), s.pageOf(d.ID)...))
	require.NoError(t, err)
	order := about[d.Order]
	whole := len(order.Lines)
	other := order.Lines[0]
	other.SKU, other.Title = "OTHER", "Another thing"
	order.Lines = append(order.Lines, other)
	about[d.Order] = order
	require.Len(t, about.lines(record), whole, "of the dispute")
	require.Len(t, about.lines(s.pageOf(d.Order)[0]), whole+1, "of the order, all of it")
}

func (s *stage) pageOf(id string) []store.CaseRecord {
	return []store.CaseRecord{s.world.cases[id].record}
}

func TestTheRunOfACaseIsToldToThoseWhoOverseeThePlatform(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.aDispute()
	for role, by := range map[casefile.Role]who{casefile.Operator: anOperator(), casefile.Supervisor: s.aSupervisor(), casefile.Auditor: anAuditor(), casefile.Platform: thePlatform(),
		casefile.Buyer: s.aBuyer(), casefile.Seller: s.aSeller(), casefile.Reviewer: s.aReviewer()} {
		var order wire.Order
		var dispute wire.Dispute
		s.get(by, "/v1/orders/"+d.Order).is(http.StatusOK).into(&order)
		s.get(by, "/v1/disputes/"+d.ID).is(http.StatusOK).into(&dispute)
		if role == casefile.Buyer || role == casefile.Seller || role == casefile.Reviewer {
			require.Empty(t, order.Run+dispute.Run, role)
			continue
		}
		require.Equal(t, "order/"+d.Order, order.Run, role)
		require.Equal(t, "dispute/"+d.ID, dispute.Run, role)
	}
}

func TestTheRunsOfReportsReviewsAndStandingsAreToldToTheSame(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	order := s.aDispute().Order
	rep, rev := s.aReport(order), s.aReview(order)
	require.Empty(t, s.standingOf(anOperator(), s.seller).Run, "nothing is recorded, and nothing runs")
	s.enter(s.seller, conduct.Counterfeit, order, s.reviewer)
	for by, told := range map[who]bool{anOperator(): true, s.aSupervisor(): true, anAuditor(): true, s.aBuyer(): false, s.aSeller(): false, s.aReviewer(): false} {
		var report wire.Report
		var review wire.Review
		s.get(by, "/v1/reports/"+rep).is(http.StatusOK).into(&report)
		s.get(by, "/v1/reviews/"+rev).is(http.StatusOK).into(&review)
		runs := []string{report.Run, review.Run}
		if by != s.aBuyer() { // whose it is not
			runs = append(runs, s.standingOf(by, s.seller).Run)
		}
		for i, run := range []string{"report/" + rep, "review/" + rev, "standing/" + standing.CaseID(s.seller)}[:len(runs)] {
			if !told {
				run = ""
			}
			require.Equal(t, run, runs[i], by.role)
		}
	}
}
