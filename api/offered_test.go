package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
	"recourse/store"
)

// pass lets the next deadline of a case fall due, as the real step does.
func (s *stage) pass(id string) {
	s.t.Helper()
	c := s.world.cases[id]
	due, set := c.record.State.Next()
	require.True(s.t, set, "nothing is due")
	state, change := c.record.State.Default(due, s.world.facts(c, knockOf(id), due.DueAt))
	c.record.State, c.record.Revision, c.record.Summary = state, state.Head().Revision, state.Summary()
	s.world.seal(c, change.Events)
	s.world.now = due.DueAt
}

// situation brings a fresh stage to a case of a kind.
type situation struct {
	kind, what string
	begin      func(s *stage) string
}

func shippedOrder(s *stage) string {
	order := s.anOrder().ID
	s.post(s.aSeller(), "/v1/orders/"+order+"/shipments", `{"carrier":"upu","tracking":"RB123456785US"}`).is(http.StatusOK)
	return order
}

func deliveredOrder(s *stage) string {
	order := shippedOrder(s)
	s.post(aCarrier(), "/v1/orders/"+order+"/deliveries", `{"strength":"strong","postcode":"75011"}`).is(http.StatusOK)
	return order
}

func publishedReview(s *stage) string {
	id := s.aReview(s.aDispute().Order)
	s.pass(id)
	return id
}

func takenReport(s *stage) string {
	var made wire.Report
	s.post(s.aBuyer(), "/v1/reports", s.accuse(deliveredOrder(s), `,"affirm":true`)).is(http.StatusCreated).into(&made)
	s.post(s.aSupervisor(), "/v1/reports/"+made.ID+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	return made.ID
}

func admittedReport(s *stage) string {
	id := takenReport(s)
	s.post(s.aReviewer(), "/v1/reports/"+id+"/admit", `{}`).is(http.StatusOK)
	return id
}

func (s *stage) took(function, account string) {
	s.t.Helper()
	s.post(anOperator(), standingAt(account)+"/measures", `{"scope":"`+function+`","for":"7d","cause":"A threat."}`).is(http.StatusCreated)
}

var situations = []situation{
	{casefile.KindOrder, "funded", func(s *stage) string { return s.anOrder().ID }},
	{casefile.KindOrder, "shipped", shippedOrder},
	{casefile.KindOrder, "delivered", deliveredOrder},
	{casefile.KindOrder, "disputed", func(s *stage) string { return s.aDispute().Order }},
	{casefile.KindOrder, "reviewed", func(s *stage) string {
		order := deliveredOrder(s)
		id := s.aReview(order)
		c := s.world.cases[order]
		receipt := s.world.keep(c, knockAs(order, "keep_review", `{"review":"`+id+`"}`))
		s.world.step(c, s.world.knocks[receipt.ID])
		return order
	}},
	{casefile.KindOrder, "whose buyer writes no reviews", func(s *stage) string {
		s.took("review", s.buyer)
		s.took("message", s.seller)
		return deliveredOrder(s)
	}},
	{casefile.KindReport, "taken", takenReport},
	{casefile.KindReport, "admitted", admittedReport},
	{casefile.KindReport, "whose reviewer is linked to a side", func(s *stage) string {
		id := admittedReport(s)
		for _, by := range []string{s.reviewer, s.supervisor} {
			a := s.world.accounts[by]
			a.Links = append(a.Links, s.seller)
			s.world.accounts[by] = a
		}
		return id
	}},
	{casefile.KindReport, "with a question", func(s *stage) string {
		id := admittedReport(s)
		s.post(s.aReviewer(), "/v1/reports/"+id+"/need_info", `{"to":"reporter","text":"When?"}`).is(http.StatusOK)
		return id
	}},
	{casefile.KindReport, "with a hold", func(s *stage) string {
		id := admittedReport(s)
		s.post(s.aReviewer(), "/v1/reports/"+id+"/hold", `{"reasons":"Stop."}`).is(http.StatusOK)
		return id
	}},
	{casefile.KindReport, "substantiated", func(s *stage) string {
		id := admittedReport(s)
		s.post(s.aReviewer(), "/v1/reports/"+id+"/find", `{"finding":"substantiated"}`).is(http.StatusOK)
		return id
	}},
	{casefile.KindReview, "sealed", func(s *stage) string { return s.aReview(s.aDispute().Order) }},
	{casefile.KindReview, "published", publishedReview},
	{casefile.KindReview, "reported", func(s *stage) string {
		id := publishedReview(s)
		s.post(s.aSeller(), "/v1/reviews/"+id+"/report", `{"text":"It is false."}`).is(http.StatusOK)
		return id
	}},
	{casefile.KindReview, "judged", func(s *stage) string {
		id := publishedReview(s)
		s.post(s.aSeller(), "/v1/reviews/"+id+"/report", `{"text":"It is false."}`).is(http.StatusOK)
		s.post(s.aReviewer(), "/v1/reviews/"+id+"/moderate", `{"verdict":"published"}`).is(http.StatusOK)
		return id
	}},
	{casefile.KindReview, "reported, whose moderator is linked", func(s *stage) string {
		id := publishedReview(s)
		s.post(s.aSeller(), "/v1/reviews/"+id+"/report", `{"text":"It is false."}`).is(http.StatusOK)
		a := s.world.accounts[s.reviewer]
		a.Links = append(a.Links, s.buyer)
		s.world.accounts[s.reviewer] = a
		return id
	}},
	{casefile.KindReview, "whose seller writes no reviews", func(s *stage) string {
		id := publishedReview(s)
		s.took("review", s.seller)
		return id
	}},
}

// stageCodes are the refusals that say that a command was not possible at all.
var stageCodes = []wire.ProblemCode{wire.ProblemCodeWrongStage, wire.ProblemCodeCaseClosed, wire.ProblemCodeMuted, wire.ProblemCodeNotAllowed, wire.ProblemCodeNotFound,
	wire.ProblemCodeDeadlinePassed, wire.ProblemCodeAlreadyReviewed, wire.ProblemCodeConflictOfInterest, wire.ProblemCodeAppealUsed}

// TestWhatIsOfferedIsTakenAndNothingElseIs tries, of orders, reports and reviews in every situation and as everybody, all that
// is not offered, which is refused, and each thing that is, which is not refused for the situation.
func TestWhatIsOfferedIsTakenAndNothingElseIs(t *testing.T) {
	paths := map[string]string{casefile.KindOrder: "/v1/orders/", casefile.KindReport: "/v1/reports/", casefile.KindReview: "/v1/reviews/"}
	everOffered := map[string]bool{}
	for _, situation := range situations {
		t.Run(situation.kind+" "+situation.what, func(t *testing.T) {
			for _, role := range []string{"buyer", "seller", "reviewer", "supervisor", "operator", "platform"} {
				caller := func(s *stage) who {
					return map[string]who{"buyer": s.aBuyer(), "seller": s.aSeller(), "reviewer": s.aReviewer(), "supervisor": s.aSupervisor(),
						"operator": anOperator(), "platform": thePlatform()}[role]
				}
				s := newStage(t)
				id := situation.begin(s)
				offered := s.offeredTo(caller(s), paths[situation.kind]+id)
				for _, op := range s.trying(situation.kind) {
					if slices.Contains(offered, op.command) {
						everOffered[op.command] = true
						fresh := newStage(t)
						at := situation.begin(fresh)
						a := fresh.post(caller(fresh), within(op, at), fresh.body(op))
						if op.command == "assign" && a.problem.Code == wire.ProblemCodeConflictOfInterest {
							continue // it may be given to somebody else
						}
						require.NotContains(t, stageCodes, a.problem.Code, "%s is offered to the %s: %s", op.command, role, a.body)
						continue
					}
					a := s.post(caller(s), within(op, id), s.body(op))
					require.GreaterOrEqual(t, a.status, http.StatusBadRequest, "%s is not offered to the %s: %s", op.command, role, a.body)
				}
			}
		})
	}
	for _, command := range []string{"submit_review", "ship", "confirm_receipt", "extend_protection", "cancel_order", "post_message", "chargeback", "assign", "admit_report",
		"find", "need_info", "give_info", "propose_hold", "second", "contest", "refer", "moderate", "reply", "report_review", "appeal"} {
		require.True(t, everOffered[command], "%s was never offered, so nothing was shown of it", command)
	}
}

// offeredTo are the names of what somebody is offered; nothing where the case is not shown.
func (s *stage) offeredTo(by who, path string) []string {
	a := s.get(by, path)
	if a.status != http.StatusOK {
		return nil
	}
	var seen struct{ Actions []wire.Action }
	a.into(&seen)
	return names(seen.Actions)
}

// trying are the operations on a case, with what begins a review of an order. The opening of a dispute has rules of its own for
// each reason, and is tried elsewhere.
func (s *stage) trying(kind string) []*operation {
	ops := slices.Clone(s.server.contract.commandsOf(kind))
	for _, op := range s.server.contract.operations {
		if op.caseAt == kind && op.begins == casefile.KindReview {
			ops = append(ops, op)
		}
	}
	return slices.DeleteFunc(ops, func(op *operation) bool { return op.command == "open_dispute" })
}

func within(op *operation, id string) string {
	return strings.NewReplacer("{order}", id, "{report}", id, "{review}", id).Replace(op.path)
}

// body fits the stage, where the example of the contract could not.
func (s *stage) body(op *operation) string {
	switch op.command {
	case "ship":
		return `{"carrier":"upu","tracking":"RB845230408CN"}`
	case "assign":
		return `{"to":"` + s.reviewer + `"}`
	case "find":
		return `{"finding":"inadmissible"}`
	case "second":
		return `{"refuse":true}`
	case "moderate":
		return `{"verdict":"published"}`
	case "extend_protection":
		return `{"by":"1d"}`
	case "submit_review":
		return `{"stars":4}`
	}
	return example(s.t, op)
}

func knockOf(id string) store.Knock { return store.Knock{Case: id} }

func knockAs(id, name, data string) store.Knock {
	return store.Knock{ID: identifier.New("cmd"), Case: id, Name: name, By: casefile.Actor{Role: casefile.System}, Data: json.RawMessage(data), Internal: true}
}
