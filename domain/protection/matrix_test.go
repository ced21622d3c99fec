package protection_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/protection"
)

// matrix is PROCEDURE 6.6, "Order × command": what a person's command meets in each state, in a form that is valid in itself.
// Columns: funded, in_transit, inspection, disputed, release_pending, aftercare, closed, refunded.
//
//	ok accepted · ws wrong_stage · cc case_closed · ro reason_not_open · cd confirm_before_delivery · do dispute_already_open
const matrix = `
register_order     ws ws ws ws ws ws cc cc
ship               ok ok ws ws ws ws cc cc
deliver            ok ok ok ok ok ok ok ok
track              ws ok ok ok ok ok ok ok
confirm_receipt    ws cd ok ws ws ws cc cc
extend_protection  ws ok ok ws ok ws cc cc
grant_extension    ws ok ok ws ok ws cc cc
refuse_extension   ws ok ok ws ok ws cc cc
open_dispute       ro ok ok do ok ok ro ro
post_message       ok ok ok ok ok ok cc cc
cancel_order       ok ws ws ws ws ws cc cc
chargeback         ok ok ok ok ok ok ok ok
close_chargeback   ok ok ok ok ok ok ok ok
sign_goodwill      ws ws ws ws ws ws ws ws
retry_transfer     ws ws ws ws ws ws ws ws
declare_incident   ok ok ok ok ok ok cc cc
end_incident       ok ok ok ok ok ok cc cc
`

var codes = map[string]casefile.Code{"ok": "", "ws": casefile.WrongStage, "cc": casefile.CaseClosed, "ro": casefile.ReasonNotOpen,
	"cd": casefile.ConfirmBeforeDelivery, "do": casefile.DisputeAlreadyOpen}

// internal are the commands that other cases and the provider send; what they meet is the subject of other tests.
var internal = []string{"enforce_outcome", "grant_time", "dispute_reopened", "reason_changed", "confirm_transfer", "fail_transfer",
	"hold_release", "lift_hold", "keep_review"}

// stands brings an order into each state. The chair comes later than the lamps where something is still on its way.
var stands = map[protection.State]func(*story){
	protection.Funded:    func(s *story) { s.at("1d") },
	protection.InTransit: func(s *story) { s.at("2d"); s.ship("LAMP"); s.at("13d") },
	protection.Inspection: func(s *story) {
		s.at("2d")
		s.ship()
		s.at("10d")
		s.arrive()
		s.at("11d")
	},
	protection.Disputed: func(s *story) {
		s.at("2d")
		s.ship()
		s.at("10d")
		s.arrive()
		s.dispute("not_as_described.quality", "refund_full", 0)
		s.at("11d")
	},
	protection.ReleasePending: func(s *story) {
		s.at("2d")
		s.ship()
		s.at("10d")
		s.arrive()
		s.ok(ada, "confirm_receipt", nil)
		s.at("10d12h")
	},
	protection.Aftercare: func(s *story) {
		s.at("2d")
		s.ship()
		s.at("10d")
		s.arrive()
		s.ok(ada, "confirm_receipt", nil)
		s.at("12d")
	},
	protection.Closed: func(s *story) {
		s.at("2d")
		s.ship()
		s.at("10d")
		s.arrive()
		s.ok(ada, "confirm_receipt", nil)
		s.at("40d")
	},
	protection.Refunded: func(s *story) { s.at("2d"); s.ship(); s.at("60d") },
}

// valid is the data of each command. A request for more time waits wherever one can be made.
func valid(s *story, command string) (by casefile.Actor, data any) {
	switch command {
	case "register_order":
		return shop, registration(func(r *protection.Registration) {
			r.PaidAt = s.Now.Add(-1)
			r.ShipBy = s.Now.Add(days(2))
			r.GuaranteedBy = s.Now.Add(days(9))
		})
	case "ship":
		return bolt, is{"carrier": "other", "tracking": "NEW"}
	case "deliver":
		return post, is{"strength": "weak"}
	case "track":
		return post, is{"status": "in_transit"}
	case "confirm_receipt":
		return ada, is{"acknowledge": true}
	case "extend_protection":
		return ada, is{"by": "3d"}
	case "grant_extension", "refuse_extension":
		s.send(ada, "extend_protection", is{"by": "5d"})
		return bolt, nil
	case "open_dispute":
		reason := "not_as_described.quality"
		if s.order().State() == protection.InTransit {
			reason = "not_received.no_tracking_progress"
		}
		data := is{"reason": reason, "remedy": "refund_full", "text": "Look at it.", "lines": []is{{"sku": "LAMP"}}}
		return ada, data
	case "post_message":
		return ada, is{"text": "Hello."}
	case "chargeback":
		return shop, is{"amount": 1000}
	case "close_chargeback":
		s.ok(shop, "chargeback", is{"amount": 1000})
		return shop, is{"won_by": "seller"}
	case "sign_goodwill":
		return olga, is{"dispute": "dsp_1"}
	case "retry_transfer":
		return olga, is{"step": 1}
	case "end_incident":
		return olga, is{"from": s.Now, "until": s.Now.Add(days(1)), "at": s.Now}
	case "declare_incident":
		return olga, is{"from": s.Now, "until": s.Now.Add(days(1)), "text": "Flood."}
	}
	return bolt, nil // cancel_order
}

func rows(t *testing.T) map[string][]string {
	table := map[string][]string{}
	for _, row := range strings.Split(strings.TrimSpace(matrix), "\n") {
		cells := strings.Fields(row)
		require.Len(t, cells, 1+len(protection.States), "a state has no cell: %s", row)
		table[cells[0]] = cells[1:]
	}
	return table
}

func TestEveryCommandHasACellForEveryState(t *testing.T) {
	table := rows(t)
	for _, name := range protection.Commands() {
		if !slices.Contains(internal, name) {
			require.Contains(t, table, name, "a command without a row")
		}
	}
	for name := range table {
		require.Contains(t, protection.Commands(), name, "a row without a command")
	}
	require.Len(t, stands, len(protection.States))
}

func TestStateByCommand(t *testing.T) {
	for name, cells := range rows(t) {
		for i, state := range protection.States {
			t.Run(name+"/"+string(state), func(t *testing.T) {
				s := begin(t)
				stands[state](s)
				s.state(state)
				by, data := valid(s, name)
				before, said := encoded(t, s.order()), s.order().Check(name, by, s.Now)
				code, known := codes[cells[i]]
				require.True(t, known, "unknown cell %q", cells[i])
				answer := s.no(code, by, name, data)
				if !answer.Accepted() && code != casefile.ConfirmBeforeDelivery {
					require.Equal(t, before, encoded(t, s.order()), "a refusal changes nothing")
				}
				// The list of actions promises nothing that the command would be refused for by the state.
				if !answer.Accepted() && code != casefile.ConfirmBeforeDelivery && name != "open_dispute" {
					require.False(t, said.Accepted(), "offered and refused")
				}
				if answer.Accepted() {
					require.True(t, said.Accepted(), "accepted and not offered: %+v", said)
				}
			})
		}
	}
}

func TestOrderUnknownCommand(t *testing.T) {
	s := begin(t)
	s.no(casefile.WrongStage, ada, "register_order", registration())
	_, _, answer := protection.Order{}.Decide(casefile.Command{Case: "ord_2", Name: "ship", By: bolt, At: paid}, casefile.Facts{})
	require.Equal(t, casefile.WrongStage, answer.Refused)
	_, _, answer = s.order().Decide(casefile.Command{Case: orderID, Name: "dance", By: bolt, At: paid}, casefile.Facts{})
	require.Equal(t, casefile.WrongStage, answer.Refused)
	require.Equal(t, casefile.WrongStage, s.order().Check("dance", bolt, paid).Refused)
}

func TestStaleRevisionIsRefusedBeforeTheState(t *testing.T) {
	s := begin(t)
	old := s.order().Revision - 1
	_, _, answer := s.order().Decide(casefile.Command{Case: orderID, Name: "confirm_receipt", By: ada, At: paid, IfRevision: &old}, casefile.Facts{})
	require.Equal(t, casefile.StaleRevision, answer.Refused)
	require.Equal(t, old+1, answer.Result["revision"])
	s.past("60d").state(protection.Refunded)
	_, _, answer = s.order().Decide(casefile.Command{Case: orderID, Name: "confirm_receipt", By: ada, At: s.Now, IfRevision: &old}, casefile.Facts{})
	require.Equal(t, casefile.CaseClosed, answer.Refused, "closed comes before stale")
	_, _, answer = s.order().Decide(casefile.Command{Case: orderID, Name: "ship", By: bolt, At: s.Now}, casefile.Facts{})
	require.Equal(t, casefile.ValidationFailed, answer.Refused, "invalid comes before closed")
}
