package bundle_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/ledger"
	"recourse/domain/protection"
)

// TestWhatDoesNotFollowFromTheRulesIsNamed: what no hash covers, or what somebody recorded who has every key, is found by deciding
// the case again, also from a redacted bundle.
func TestWhatDoesNotFollowFromTheRulesIsNamed(t *testing.T) {
	for _, role := range []casefile.Role{casefile.Buyer, casefile.Seller, casefile.Operator, casefile.Auditor} {
		_, d, whole := decidedCase(t, role)
		commands, deadlines, end := "cases/"+d.ID+"/commands.jsonl", "cases/"+d.ID+"/deadlines.jsonl", "cases/"+d.ID+"/case.json"
		for _, c := range []struct {
			what  string
			harm  func(p *parts)
			where string
			says  string
		}{
			{"an answer", func(p *parts) {
				p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { at(row, "answer", "result")["version"] = json.Number("2") })
			}, d.ID, "offer cmd_000007 was answered"},
			{"a deadline that came", func(p *parts) {
				p.rows(deadlines, func(rows []string) []string { return rows[1:] })
			}, d.ID, "by the rules it went otherwise"},
			{"what a deadline was", func(p *parts) {
				p.edit(deadlines, []string{`"evidence_period"`}, func(row map[string]any) { row["name"] = "max_age" })
			}, d.ID, "max_age"},
			{"who could have had the case", func(p *parts) {
				p.edit(deadlines, []string{`"assignment"`}, func(row map[string]any) {
					at(row, "facts")["reviewers"].([]any)[0].(map[string]any)["id"] = "somebody"
				})
			}, d.ID, "reviewer is not what the rules say"},
			{"what was left of the lines", func(p *parts) {
				p.edit(commands, []string{`"name":"decide"`}, func(row map[string]any) { at(row, "facts", "order")["remaining"] = json.Number("4549") })
			}, d.ID, "decide"},
			{"how it ended", func(p *parts) { p.edit(end, nil, func(row map[string]any) { row["outcome"] = "decided_for_seller" }) }, end, "/outcome"},
			{"what money came of it", func(p *parts) {
				p.edit("cases/ord_1/case.json", nil, func(row map[string]any) {
					row["claims"].([]any)[0].(map[string]any)["refunded"] = json.Number("1")
				})
			}, "cases/ord_1/case.json", "/claims/0/refunded"},
			{"who got the money", func(p *parts) {
				p.edit("ledger.jsonl", []string{`"verb":"confirm"`}, func(row map[string]any) {
					row["postings"].([]any)[1].(map[string]any)["account"] = "buyer:somebody"
				})
			}, "ledger.jsonl", "confirm of step"},
		} {
			t.Run(string(role)+"/"+c.what, func(t *testing.T) {
				p := takeApart(t, whole)
				c.harm(p)
				_, err := bundle.Replay(open(t, p.zipped(true)))
				var fault *bundle.Fault
				require.ErrorAs(t, err, &fault)
				require.Equal(t, c.where, fault.Where, err)
				require.ErrorContains(t, err, c.says)
			})
		}
	}
}

// TestAnOrderThatEnforcedAnotherOutcomeIsNamed puts a dispute beside an order that was told something else. Each is sound by itself.
func TestAnOrderThatEnforcedAnotherOutcomeIsNamed(t *testing.T) {
	one, d, _ := decidedCase(t, casefile.Auditor)
	source := one.source(d.ID)
	commands := one.commands["ord_1"]
	for i := range commands {
		if commands[i].Command.Name == "enforce_outcome" {
			require.Contains(t, string(commands[i].Command.Data), `"refund":4550`)
		}
	}
	// The order's own story again, with an outcome of half the money.
	var state casefile.Case
	var err error
	state, err = protection.Kind.Decode(nil)
	require.NoError(t, err)
	var again []bundle.Trigger
	var events []casefile.Record
	var transfers []bundle.Transfer
	for _, c := range commands {
		command := c.Command
		if command.Name == "enforce_outcome" {
			command.Data = bytes.Replace(command.Data, []byte(`"refund":4550`), []byte(`"refund":2275,"release":2275`), 1)
		}
		for due, running := state.Next(); running && due.DueAt.Before(command.At); due, running = state.Next() {
			require.Fail(t, "the story has a deadline before its end: "+due.Name)
		}
		if command.Name == "confirm_transfer" {
			command.Data, err = json.Marshal(map[string]any{"step": state.Effects()[0].Step})
			require.NoError(t, err)
		}
		next, change, answer := state.Decide(command, *c.Facts)
		for _, e := range change.Events {
			var prev casefile.Hash
			if n := len(events); n > 0 {
				prev = events[n-1].Hash
			}
			r, err := casefile.Seal("ord_1", prev, e, one.entropy)
			require.NoError(t, err)
			events = append(events, r)
		}
		for _, tr := range change.Transfers {
			transfers = append(transfers, bundle.Transfer{Case: "ord_1", At: command.At, Transfer: tr})
		}
		text, err := json.Marshal(answer)
		require.NoError(t, err)
		again = append(again, bundle.Trigger{Command: command, Salt: c.Salt, Answer: text, Facts: c.Facts, Events: int64(len(change.Events)),
			Head: events[len(events)-1].Hash, HeadPlace: int64(len(events))})
		encoded, err := json.Marshal(next)
		require.NoError(t, err)
		state, err = protection.Kind.Decode(encoded)
		require.NoError(t, err)
	}
	source.Proofs = nil
	source.Cases[1] = bundle.Case{ID: "ord_1", State: state, Head: events[len(events)-1].Hash, At: one.world.Now, Events: seq(events), Commands: seq(again),
		Deadlines: seq(one.deadlines["ord_1"][:0])}
	source.Transfers = seq(transfers)
	var out bytes.Buffer
	require.NoError(t, bundle.Write(&out, source, bundle.Options{Eyes: eyes(casefile.Actor{ID: "ann", Role: casefile.Auditor}), Signer: signer}))
	require.NoError(t, verify(t, out.Bytes()), "each case is sound by itself, and so is the money")
	_, err = bundle.Replay(open(t, out.Bytes()))
	var fault *bundle.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, "ord_1", fault.Where)
	require.ErrorContains(t, err, "enforce_outcome")
	require.Contains(t, []ledger.Verb{ledger.Split}, transfers[1].Verb)
}
