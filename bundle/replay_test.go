package bundle_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
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
			}, d.ID, "offer cmd_000008 was answered"},
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

// TestWhatTheCasesToldEachOtherIsTheSame puts a dispute beside an order that was told something else. Each is sound by itself, and
// so is the money.
func TestWhatTheCasesToldEachOtherIsTheSame(t *testing.T) {
	half := func(commands []bundle.Trigger) []bundle.Trigger {
		for i := range commands {
			commands[i].Command.Data = bytes.Replace(commands[i].Command.Data, []byte(`"refund":4550`), []byte(`"refund":2275,"release":2275`), 1)
		}
		return commands
	}
	more := func(commands []bundle.Trigger) []bundle.Trigger {
		i := slices.IndexFunc(commands, func(c bundle.Trigger) bool { return c.Command.Name == "enforce_outcome" })
		extra := commands[i]
		extra.Command.ID, extra.Command.Name = "cmd_extra", "grant_time"
		extra.Command.Data = json.RawMessage(`{"by":3600000000000,` + string(extra.Command.Data[1:]))
		return slices.Insert(commands, i, extra)
	}
	none := func(commands []bundle.Trigger) []bundle.Trigger { return commands }
	for _, c := range []struct {
		what string
		tell func([]bundle.Trigger) []bundle.Trigger
		says string
	}{{"another outcome", half, "enforce_outcome"}, {"a letter that nobody sent", more, "grant_time arrived, and by the rules nobody sent it"}, {"the same", none, ""}} {
		t.Run(c.what, func(t *testing.T) {
			r, d, _ := decidedCase(t, casefile.Auditor)
			source := r.source(d.ID)
			source.Proofs = nil
			source.Cases[1], source.Transfers = r.toldAgain("ord_1", c.tell(slices.Clone(r.commands["ord_1"])))
			var out bytes.Buffer
			require.NoError(t, bundle.Write(&out, source, bundle.Options{Eyes: eyes(casefile.Actor{ID: "ann", Role: casefile.Auditor}), Signer: signer}))
			require.NoError(t, verify(t, out.Bytes()))
			_, err := bundle.Replay(open(t, out.Bytes()))
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			var fault *bundle.Fault
			require.ErrorAs(t, err, &fault)
			require.Equal(t, "ord_1", fault.Where)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// toldAgain is an order as it would be if it had been told these commands. The story has no deadline before its end.
func (r *recorder) toldAgain(id string, commands []bundle.Trigger) (bundle.Case, iter.Seq2[bundle.Transfer, error]) {
	state, err := protection.Kind.Decode(nil)
	require.NoError(r.t, err)
	var events []casefile.Record
	var transfers []bundle.Transfer
	for i := range commands {
		c := &commands[i]
		c.Command.Sequence = int64(i) + 1
		if c.Command.Name == "confirm_transfer" {
			c.Command.Data, err = json.Marshal(map[string]any{"step": state.Effects()[0].Step})
			require.NoError(r.t, err)
		}
		next, change, answer := state.Decide(c.Command, *c.Facts)
		for _, e := range change.Events {
			var prev casefile.Hash
			if n := len(events); n > 0 {
				prev = events[n-1].Hash
			}
			sealed, err := casefile.Seal(id, prev, e, r.entropy)
			require.NoError(r.t, err)
			events = append(events, sealed)
		}
		for _, tr := range change.Transfers {
			transfers = append(transfers, bundle.Transfer{Case: id, At: c.Command.At, Transfer: tr})
		}
		c.Answer, err = json.Marshal(answer)
		require.NoError(r.t, err)
		c.Events, c.Head, c.HeadPlace = int64(len(change.Events)), events[len(events)-1].Hash, int64(len(events))
		encoded, err := json.Marshal(next)
		require.NoError(r.t, err)
		state, err = protection.Kind.Decode(encoded)
		require.NoError(r.t, err)
	}
	return bundle.Case{ID: id, State: state, Head: events[len(events)-1].Hash, At: r.world.Now, Events: seq(events), Commands: seq(commands)}, seq(transfers)
}
