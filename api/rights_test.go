package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/internal/identifier"
)

// TestTheMatrixOfRights sends every operation of the contract as every role: as the party of the case, as the other party,
// as a stranger, and to something that is not there. The table of domain/access says what must come back; the case's own
// answers, which carry the command that was stored, are another matter.
func TestTheMatrixOfRights(t *testing.T) {
	s := newStage(t, sandbox)
	d := s.aDispute()
	orderID, reportID, reviewID := d.Order, s.aReport(d.Order), s.aReview(d.Order)
	s.world.clocks["clk_00000000000000000000000001"] = clockAt(s.world.now)
	callers := map[string]who{
		"buyer": s.aBuyer(), "seller": s.aSeller(), "stranger buyer": {id: s.otherBuyer, role: casefile.Buyer},
		"stranger seller": {id: s.otherSeller, role: casefile.Seller}, "seller as buyer": {id: s.seller, role: casefile.Buyer},
		"reviewer": s.aReviewer(), "supervisor": s.aSupervisor(), "operator": {id: "operator", role: casefile.Operator},
		"platform": thePlatform(), "carrier": aCarrier(), "auditor": {id: "auditor", role: casefile.Auditor},
	}
	secrets := []string{"The shade is cracked.", "LAMP-7", s.buyer}
	for _, key := range sortedKeys(s.server.contract.operations) {
		op := s.server.contract.operations[key]
		for name, caller := range callers {
			to := access.To(caller.actor(), s.buyer, s.seller, nil)
			account := s.seller
			if strings.Contains(op.path, "{account}") {
				to = access.ToOwner(caller.actor(), account)
			} else if op.caseAt == "" {
				to = access.Other
			}
			if op.caseAt == casefile.KindReport {
				to = toReport(caller.actor(), s.world.cases[reportID].record.State.(report.Report))
			}
			path := strings.NewReplacer("{order}", orderID, "{dispute}", d.ID, "{account}", account, "{clock}", "clk_00000000000000000000000001",
				"{report}", reportID, "{review}", reviewID).Replace(op.path)
			path = fill(path, "", d.ID)
			a := s.send(caller, op.method, path, []byte(example(t, op)))
			label := fmt.Sprintf("%s as %s: %d %s", key, name, a.status, a.body)
			stored := a.problem.Command != ""
			switch code := access.Refusal(op.action, caller.role, to); {
			case op.caseAt == casefile.KindReview && unread(s.world.cases[reviewID].record, caller.actor(), to):
				require.Equal(t, http.StatusNotFound, a.status, label) // it is sealed
			case strings.Contains(op.path, "{command}"): // there is none of that name
				require.Equal(t, http.StatusNotFound, a.status, label)
			case op.signed: // a token is no signature, not even the carrier's
				require.Equal(t, http.StatusUnauthorized, a.status, label)
				require.False(t, stored, label)
			case code != "":
				require.False(t, stored, label)
				require.Equal(t, string(code), string(a.problem.Code), label)
			default:
				require.True(t, stored || a.status != http.StatusForbidden, label)
				require.NotEqual(t, http.StatusUnauthorized, a.status, label)
			}
			if a.status >= 400 && to == access.Other {
				for _, secret := range secrets {
					require.NotContains(t, string(a.body), secret, label)
				}
			}
		}
	}
}

func (w who) actor() casefile.Actor { return casefile.Actor{ID: w.id, Role: w.role} }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A case of others and no case at all are told apart by nothing.
func TestNobodyLearnsThatACaseOfOthersExists(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	stranger := who{id: s.otherBuyer, role: casefile.Buyer}
	reportID, reviewID := s.aReport(d.Order), s.aReview(d.Order)
	for _, op := range s.server.contract.operations {
		if op.caseAt == "" {
			continue
		}
		real := s.send(stranger, op.method, fill(strings.NewReplacer("{order}", d.Order, "{dispute}", d.ID, "{account}", s.seller,
			"{report}", reportID, "{review}", reviewID).Replace(op.path), "", d.ID), []byte(example(t, op)))
		none := s.send(stranger, op.method, fill(op.path, "", identifier.New(prefixes[op.caseAt])), []byte(example(t, op)))
		real.problem.RequestID, none.problem.RequestID = "", ""
		require.Equal(t, none.problem, real.problem, op.path)
		require.Equal(t, wire.ProblemCodeNotFound, none.problem.Code)
	}
}

func TestListsShowPartiesTheirOwnCasesOnly(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	for _, c := range []struct {
		by    who
		query string
		found int
	}{
		{s.aBuyer(), "", 1}, {s.aSeller(), "", 1}, {who{id: s.otherBuyer, role: casefile.Buyer}, "", 0},
		{who{id: s.otherBuyer, role: casefile.Buyer}, "?buyer=" + s.buyer, 0}, {who{id: s.otherSeller, role: casefile.Seller}, "?seller=" + s.seller, 0},
		{who{id: s.seller, role: casefile.Buyer}, "", 0}, {thePlatform(), "?buyer=" + s.buyer, 1}, {thePlatform(), "?buyer=" + s.otherBuyer, 0},
		{s.aSupervisor(), "?stage=negotiation&status=waiting_seller&reason=not_as_described.damaged&open=true&order=" + d.Order, 1},
		{s.aSupervisor(), "?stage=final", 0}, {s.aReviewer(), "?reviewer=" + s.reviewer, 0},
	} {
		var page wire.DisputePage
		s.get(c.by, "/v1/disputes"+c.query).is(http.StatusOK).into(&page)
		require.Len(t, page.Data, c.found, "%+v", c)
	}
	var orders wire.OrderPage
	s.get(s.aBuyer(), "/v1/orders?state=disputed").is(http.StatusOK).into(&orders)
	require.Len(t, orders.Data, 1)
	s.get(aCarrier(), "/v1/orders").refused(wire.ProblemCodeNotAllowed)
}

func TestWhoRunsThePlatformDoesNotReadEvidence(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	s.post(s.aBuyer(), at+"/evidence", `{"type":"statement","text":"`+canary+`"}`).is(http.StatusCreated)
	for _, by := range []who{thePlatform(), {id: "operator", role: casefile.Operator}, s.aReviewer()} {
		for _, path := range []string{at, at + "/timeline", "/v1/orders/" + d.Order + "/timeline"} {
			require.NotContains(t, string(s.get(by, path).is(http.StatusOK).body), canary, "%s %s", by.role, path)
		}
		s.get(by, at+"/record").refused(wire.ProblemCodeNotAllowed)
	}
	for _, by := range []who{s.aBuyer(), s.aSeller(), s.aSupervisor()} {
		require.Contains(t, string(s.get(by, at+"/timeline").is(http.StatusOK).body), canary)
		require.Contains(t, string(s.get(by, at+"/record").is(http.StatusOK).body), canary)
	}
}

// TestWhoJudgesOneCaseOfAnOrderDoesNotReadTheEvidenceOfAnother: the log of an order has those of all its disputes.
func TestWhoJudgesOneCaseOfAnOrderDoesNotReadTheEvidenceOfAnother(t *testing.T) {
	s := newStage(t)
	bought := s.registration()
	bought["lines"] = append(bought["lines"].([]any), map[string]any{"sku": "CUP-1", "title": "Cup", "quantity": 1, "price": map[string]any{"amount": 500, "currency": "EUR"}})
	body, err := json.Marshal(bought)
	require.NoError(t, err)
	var order wire.Order
	s.post(thePlatform(), "/v1/orders", string(body)).is(http.StatusCreated).into(&order)
	at := "/v1/orders/" + order.ID
	s.post(s.aSeller(), at+"/shipments", `{"carrier":"upu","tracking":"RB123456785US"}`).is(http.StatusOK)
	s.post(aCarrier(), at+"/deliveries", `{"strength":"strong","postcode":"75011"}`).is(http.StatusOK)
	var lamp, cup wire.Dispute
	for sku, d := range map[string]*wire.Dispute{"LAMP-7": &lamp, "CUP-1": &cup} {
		s.post(s.aBuyer(), at+"/disputes", `{"reason":"not_as_described.damaged","remedy":"refund_full","text":"Broken.","lines":[{"sku":"`+sku+`"}]}`).
			is(http.StatusCreated).into(d)
	}
	var offer wire.Offer
	s.post(s.aSeller(), "/v1/disputes/"+lamp.ID+"/offers", `{"remedy":"refund_partial","amount":{"amount":1000,"currency":"EUR"}}`).is(http.StatusCreated).into(&offer)
	s.post(s.aBuyer(), "/v1/disputes/"+lamp.ID+"/offers/"+offer.ID+"/reject", `{"version":1}`).is(http.StatusOK)
	s.post(s.aBuyer(), "/v1/disputes/"+lamp.ID+"/escalate", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), "/v1/disputes/"+lamp.ID+"/claim", `{}`).is(http.StatusOK)
	s.post(s.aBuyer(), "/v1/disputes/"+lamp.ID+"/evidence", `{"type":"statement","text":"The shade."}`).is(http.StatusCreated)
	s.post(s.aBuyer(), "/v1/disputes/"+cup.ID+"/evidence", `{"type":"statement","text":"`+canary+`"}`).is(http.StatusCreated)
	log := func(by who) string { return string(s.get(by, at+"/timeline?limit=100").is(http.StatusOK).body) }
	require.Contains(t, log(s.aReviewer()), "The shade.")
	require.NotContains(t, log(s.aReviewer()), canary)
	require.Contains(t, log(s.aSeller()), canary)
}
