package play

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

func TestEveryVerbIsSent(t *testing.T) {
	for _, v := range verbs {
		_, sent := calls[v.name]
		require.True(t, sent, v.name)
	}
	require.Len(t, calls, len(verbs))
}

// Every verb is sent once, and the fake server holds each request against the contract.
func TestTheRequestsKeepToTheContract(t *testing.T) {
	f := newFakeAPI(t)
	f.order = func(string) client.Order {
		return client.Order{Escrow: client.Escrow{Held: client.Money{Amount: 0, Currency: "EUR"}}}
	}
	story := mustParse(t, "testdata/every-verb.yaml", contentOf(t, "testdata/every-verb.yaml"))
	result := f.play(story)
	require.Empty(t, result.Misses, "%s", result.Misses)
	require.Equal(t, Passed, result.Verdict)
	done := map[string]bool{}
	for _, s := range story.Steps {
		done[s.Do] = true
	}
	for name := range calls {
		require.True(t, done[name], "%s is not in the file", name)
	}
}

func TestEachCaseFileKeepsToTheContract(t *testing.T) {
	stories, _, err := Load([]string{casesFolder})
	require.NoError(t, err)
	for _, story := range stories {
		f := newFakeAPI(t)
		result := f.play(story)
		for _, miss := range result.Misses {
			require.NotContains(t, miss.Text, "got 422 validation_failed", "%s", miss)
			require.NotContains(t, miss.Text, "never", "%s", miss)
		}
		require.Equal(t, len(story.Steps), result.Steps)
	}
}

func TestTheClockStandsAtEachStepsInstant(t *testing.T) {
	f := newFakeAPI(t)
	f.play(mustParse(t, "a.yaml", strings.Replace(minimal("a", `
  - {at: 2d, by: bolt, do: ship, carrier: upu, tracking: X1}
  - {at: 2d, by: carrier, do: deliver, strength: weak}
  - {at: 19d0h1m, by: ada, do: confirm_receipt}`), "expect:", "expect:\n  at: 20d", 1)))
	var turns []string
	for _, r := range f.sent("advanceTestClock") {
		turns = append(turns, instantOf(t, r.body["to"]).Sub(start).String())
	}
	require.Equal(t, []string{"48h0m0s", "48h0m0s", "456h1m0s", "480h0m0.000001s"}, turns)
	steps := f.sent("shipOrder", "recordDelivery", "confirmReceipt")
	require.Equal(t, []string{"2d acc_2", "2d carrier", "19d0h1m acc_1"}, []string{
		steps[0].now + " " + steps[0].as, steps[1].now + " " + steps[1].as, steps[2].now + " " + steps[2].as})
}

func TestAccountsComeInTheOrderOfTheParties(t *testing.T) {
	f := newFakeAPI(t)
	f.play(mustParse(t, "b.yaml", `case: b
title: Two shops
source: a test
policy: {dispute.seller_response: 3d, dispute.seller_response_reminders: [2d, 12h]}
parties:
  zoe: {role: reviewer}
  bolt: {role: seller, country: CN, reserve: 60.000}
  ada: {role: buyer, country: KW}
orders:
  - {as: first, buyer: ada, seller: bolt, currency: KWD, lines: [{sku: A, title: A, quantity: 2, price: 36.500}], shipping: 3.250, ship_by: 5d, guaranteed_by: 30d, programmes: [choice], postcode: "04109"}
  - {as: second, buyer: ada, seller: kite, currency: JPY, lines: [{sku: B, title: B, quantity: 1, price: 600}], ship_by: 5d, guaranteed_by: 30d}
steps:
  - {at: 0d, by: kite, do: ship, order: second, carrier: upu, tracking: X1}
expect: {order: {first: {state: closed}}}
`))
	var accounts []string
	for _, r := range f.sent("createAccount") {
		accounts = append(accounts, fmt.Sprint(r.body["role"], " ", r.body["name"], " ", r.body["clock"]))
	}
	require.Equal(t, []string{"reviewer zoe clk_1", "seller bolt clk_1", "buyer ada clk_1", "seller kite clk_1"}, accounts)
	require.Equal(t, map[string]any{"amount": 60000.0, "currency": "KWD"}, f.sent("createAccount")[1].body["reserve"])
	require.Equal(t, map[string]any{"overrides": map[string]any{"dispute.seller_response": "3d",
		"dispute.seller_response_reminders": []any{"2d", "12h"}}}, f.sent("createPolicy")[0].body)
	first := f.sent("registerOrder")[0].body
	require.Equal(t, "04109", first["postcode"])
	require.Equal(t, "special", first["policy"])
	require.Equal(t, "2026-01-10T00:00:00Z", first["ship_by"])
	require.Equal(t, map[string]any{"amount": 3250.0, "currency": "KWD"}, first["shipping"])
	require.Equal(t, "ord_2", f.sent("shipOrder")[0].params["order"])
}

func TestAnAnswerThatIsNotExpectedIsAMissOnItsLine(t *testing.T) {
	f := newFakeAPI(t)
	f.script = func(r request) (answer, bool) {
		switch r.operation {
		case "shipOrder":
			return problem(409, "wrong_stage"), true
		case "cancelOrder":
			return answer{201, map[string]any{}, ""}, true
		}
		return answer{}, false
	}
	result := f.play(mustParse(t, "c.yaml", minimal("c", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1, refused: case_closed}
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1, refused: wrong_stage}
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1, answer: 409}
  - {at: 1d, by: bolt, do: cancel_order, answer: 200}
  - {at: 1d, by: bolt, do: cancel_order, refused: wrong_stage}
  - {at: 1d, by: bolt, do: post_message, to: order, text: It goes on all the same.}`)))
	require.Equal(t, `c.yaml:18 ship expected 2xx got 409 wrong_stage (So it is.)
c.yaml:19 ship expected case_closed got 409 wrong_stage (So it is.)
c.yaml:22 cancel_order expected 200 got 201
c.yaml:23 cancel_order expected wrong_stage got 201
c.yaml:26 order state expected closed got nothing`, result.Misses.Error())
	require.Len(t, f.sent("postOrderMessage"), 1)
}

func TestWhatIsAnsweredLaterIsWaitedFor(t *testing.T) {
	f := newFakeAPI(t)
	asked := 0
	f.script = func(r request) (answer, bool) {
		switch {
		case r.operation == "registerOrder" || r.operation == "shipOrder" || r.operation == "cancelOrder":
			return answer{202, client.Command{ID: "cmd_1", State: client.CommandStatePending}, "/v1/commands/" + r.operation}, true
		case r.operation == "getCommand" && r.params["command"] == "cancelOrder":
			p := client.Problem{Status: 409, Code: client.ProblemCodeWrongStage}
			return answer{200, client.Command{State: client.CommandStateRefused, Problem: &p}, ""}, true
		case r.operation == "getCommand":
			asked++
			if asked%2 == 1 {
				return answer{200, client.Command{State: client.CommandStatePending}, ""}, true
			}
			return answer{200, client.Command{State: client.CommandStateAccepted, Case: "ord_9"}, ""}, true
		}
		return answer{}, false
	}
	f.order = func(string) client.Order { return client.Order{State: client.OrderStateClosed} }
	result := f.play(mustParse(t, "d.yaml", minimal("d", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1, answer: 200}
  - {at: 1d, by: bolt, do: cancel_order, refused: wrong_stage, answer: 409}`)))
	require.Empty(t, result.Misses, "%s", result.Misses)
	require.Equal(t, "ord_9", f.sent("shipOrder")[0].params["order"])
}

func TestARequestWithoutAnAnswerIsRepeatedUnderItsKey(t *testing.T) {
	f := newFakeAPI(t)
	tries := 0
	f.script = func(r request) (answer, bool) {
		if r.operation == "shipOrder" {
			if tries++; tries < 3 {
				return problem(503, "storage_unavailable"), true
			}
		}
		return answer{}, false
	}
	result := f.play(mustParse(t, "e.yaml", minimal("e", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`)))
	require.Equal(t, 1, result.Steps)
	ships := f.sent("shipOrder")
	require.Len(t, ships, 3)
	require.Equal(t, ships[0].key, ships[2].key)
	keys := map[string]bool{}
	for _, r := range f.requests {
		keys[r.key] = true
	}
	require.Len(t, keys, len(f.requests)-2, "no two requests share a key, but the repeated one")
}

func TestEvidenceIsHandedInFromBesideTheCaseFile(t *testing.T) {
	f := newFakeAPI(t)
	file := filepath.Join(casesFolder, "promise.yaml")
	result := f.play(mustParse(t, file, strings.Replace(minimal("promise", `
  - {at: 1d, by: ada, do: open_dispute, as: d1, reason: counterfeit, remedy: refund_full, text: A copy.}
  - {at: 1d, by: ada, do: submit_evidence, as: report, type: authenticity_report, file: evidence/certificate.pdf}
  - {at: 2d, by: lena, do: request_evidence, as: paper, from: bolt, type: invoice, due: 2d, mandatory: true}
  - {at: 2d, by: bolt, do: submit_evidence, type: invoice, request: paper, text: Lost it.}
  - {at: 3d, by: lena, do: admit_evidence, item: report}
  - {at: 4d, by: bolt, do: inspect_return, condition: empty, file: evidence/empty-box.jpg}`), "parties:", "parties:\n  lena: {role: reviewer}", 1)))
	require.Len(t, result.Misses, 1, "%s", result.Misses)
	handed := f.sent("submitEvidence")
	require.Equal(t, map[string]any{"type": "authenticity_report", "file": "certificate.pdf, 711 bytes"}, handed[0].body)
	require.Equal(t, "seller", f.sent("requestEvidence")[0].body["from"])
	require.Equal(t, map[string]any{"type": "invoice", "text": "Lost it.", "request": "erq_1"}, handed[1].body)
	require.Equal(t, "evd_1", f.sent("admitEvidence")[0].body["item"])
	require.Equal(t, "empty-box.jpg, 19263 bytes", handed[2].body["file"])
	require.Equal(t, "evd_3", f.sent("inspectReturn")[0].body["file"])
}

func TestTheOfferThatIsAnsweredIsTheOtherSidesStandingOne(t *testing.T) {
	f := newFakeAPI(t)
	f.play(mustParse(t, "f.yaml", minimal("f", `
  - {at: 1d, by: ada, do: open_dispute, as: d1, reason: counterfeit, remedy: refund_full, text: A copy.}
  - {at: 2d, by: bolt, do: offer, as: ten, remedy: refund_partial, amount: 10.00}
  - {at: 3d, by: bolt, do: offer, remedy: replacement, due: 10d, fallback: refund_full}
  - {at: 4d, by: ada, do: offer, remedy: refund_partial, amount: 30.00}
  - {at: 5d, by: ada, do: accept_offer, offer: ten, refused: stale_offer}
  - {at: 5d, by: ada, do: accept_offer}
  - {at: 5d, by: bolt, do: reject_offer}
  - {at: 5d, by: bolt, do: withdraw_offer}`)))
	var answered []string
	for _, r := range f.sent("acceptOffer", "rejectOffer", "withdrawOffer") {
		answered = append(answered, fmt.Sprint(r.operation, " ", r.params["offer"], " ", r.body["version"]))
	}
	require.Equal(t, []string{"acceptOffer ofr_1 1", "acceptOffer ofr_2 2", "rejectOffer ofr_3 3", "withdrawOffer ofr_2 <nil>"}, answered)
	require.Equal(t, map[string]any{"remedy": "replacement", "due": "10d", "fallback": "refund_full"}, f.sent("makeOffer")[1].body)
}

func TestADecisionNamesTheRecordThatWasRead(t *testing.T) {
	f := newFakeAPI(t)
	f.play(mustParse(t, "g.yaml", strings.Replace(minimal("g", `
  - {at: 1d, by: ada, do: open_dispute, reason: counterfeit, remedy: refund_full, text: A copy.}
  - {at: 5d, by: ada, do: submit_evidence, as: shot, type: photo_of_item, text: See.}
  - {at: 6d, by: lena, do: decide, outcome: decided_for_buyer, refund: 45.50, release: 0.00, reasons: Old., read: 2d, refused: record_changed}
  - {at: 6d, by: lena, do: decide, outcome: decided_for_buyer, refund: 45.50, release: 0.00, reasons: New., findings: [{claim: It is a copy., holds: true, evidence: [shot], rule: "5"}]}`), "parties:", "parties:\n  lena: {role: reviewer}", 1)))
	decisions := f.sent("decide")
	require.Equal(t, "read at 2d", decisions[0].body["record_hash"])
	require.Equal(t, "read at 6d", decisions[1].body["record_hash"])
	require.Equal(t, 2.0, decisions[0].body["if_revision"], "the revision is that of the day, so that only the record is old")
	require.Equal(t, []any{map[string]any{"claim": "It is a copy.", "holds": true, "evidence": []any{"evd_1"}, "rule": "5"}}, decisions[1].body["findings"])
}

func TestAStoryWhoseClockDoesNotTurnEndsThere(t *testing.T) {
	f := newFakeAPI(t)
	f.script = func(r request) (answer, bool) {
		return problem(500, "internal"), r.operation == "advanceTestClock"
	}
	result := f.play(mustParse(t, "h.yaml", minimal("h", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`)))
	require.Equal(t, "h.yaml:18 advance the clock to 1d: got 500 internal (So it is.)", result.Misses.Error())
	require.Equal(t, Failed, result.Verdict)
}

func TestAnAdvanceThatTakesLongIsAskedForAgain(t *testing.T) {
	f := newFakeAPI(t)
	asked := 0
	f.script = func(r request) (answer, bool) {
		if r.operation != "advanceTestClock" {
			return answer{}, false
		}
		asked++
		return answer{200, client.TestClock{Now: start, Status: client.TestClockStatusAdvancing}, ""}, asked < 4
	}
	result := f.play(mustParse(t, "i.yaml", minimal("i", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`)))
	require.Equal(t, 1, result.Steps)
	require.Equal(t, "1d", f.sent("shipOrder")[0].now)
}

func TestWithoutAnInstantTheFileLooksWhenAllClocksHaveEnded(t *testing.T) {
	f := newFakeAPI(t)
	result := f.play(mustParse(t, "j.yaml", minimal("j", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`)))
	require.Equal(t, 901*24*time.Hour, result.Virtual)
}
