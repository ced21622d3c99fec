package audit

import (
	"time"

	"recourse/store"
)

// question is a check that the database answers by itself: every row is something wrong.
type question struct {
	invariant, name string
	count           string // how many were looked at
	wrong           string // columns place and what
	args            []any
}

func (q question) ask(v store.View) (*Check, error) {
	c := &Check{Invariant: q.invariant, Name: q.name}
	var looked []struct{ N int64 }
	if err := v.Query(&looked, "SELECT count(*) AS n FROM "+q.count); err != nil {
		return nil, err
	}
	if len(looked) == 1 {
		c.Looked = looked[0].N
	}
	var rows []struct{ Place, What string }
	if err := v.Query(&rows, q.wrong, q.args...); err != nil {
		return nil, err
	}
	for _, r := range rows {
		c.Find(r.Place, "%s", r.What)
	}
	return c, nil
}

// questions are those that cost a few statements however many cases there are. The order is that of the invariants.
func questions(v store.View, o Options) []question {
	waited := v.Now().Add(-o.Grace)
	late := v.Now().Add(-max(o.Grace, v.LateAfter()))
	return []question{
		{invariant: "I1", name: "both sides of every transfer are equal", count: "transfers", wrong: `
			SELECT case_id AS place, 'the postings of step ' || step || ' ' || verb || ' add up to ' || sum(amount_minor) AS what
			FROM postings GROUP BY case_id, step, verb, currency HAVING sum(amount_minor) <> 0`},
		{invariant: "I1", name: "no transfer is without postings", count: "transfers", wrong: `
			SELECT transfers.case_id AS place, 'step ' || transfers.step || ' ' || transfers.verb || ' moves nothing' AS what FROM transfers
			LEFT JOIN postings ON postings.case_id = transfers.case_id AND postings.step = transfers.step AND postings.verb = transfers.verb
			WHERE postings.case_id IS NULL`},
		{invariant: "I1", name: "held + refunded + released + fees = captured", count: "orders", wrong: `
			SELECT order_id AS place, 'out of place: ' || sum(amount_minor) AS what FROM postings
			WHERE order_id <> '' AND verb IN ('hold', 'refund', 'release', 'split', 'confirm', 'return', 'chargeback') AND (account IN ('capture', 'fees')
				OR account LIKE 'escrow:%' OR account LIKE 'transit:%' OR account LIKE 'buyer:%' OR account LIKE 'payable:%')
			GROUP BY order_id, currency HAVING sum(amount_minor) <> 0`},
		{invariant: "I1", name: "no account is below zero", count: "(SELECT DISTINCT account, currency FROM postings) AS accounts", wrong: `
			SELECT account AS place, sum(amount_minor) || ' ' || currency AS what FROM postings
			WHERE account NOT IN ('capture', 'goodwill', 'claims') AND account NOT LIKE 'deposit:%'
			GROUP BY account, currency HAVING sum(amount_minor) < 0`},
		{invariant: "I1", name: "stored balances are the sums of their postings", count: "balances", wrong: `
			SELECT balances.account AS place, 'stored ' || balances.balance_minor || ', posted ' || coalesce(sums.total, 0) AS what FROM balances
			LEFT JOIN (SELECT account, currency, sum(amount_minor) AS total FROM postings GROUP BY account, currency) AS sums
				ON sums.account = balances.account AND sums.currency = balances.currency
			WHERE balances.balance_minor <> coalesce(sums.total, 0)
			UNION ALL
			SELECT postings.account, 'posted ' || sum(amount_minor) || ', and no balance is kept' FROM postings
			LEFT JOIN balances ON balances.account = postings.account AND balances.currency = postings.currency
			WHERE balances.account IS NULL AND (postings.account LIKE 'escrow:%' OR postings.account LIKE 'transit:%'
				OR postings.account LIKE 'payable:%' OR postings.account LIKE 'reserve:%')
			GROUP BY postings.account, postings.currency HAVING sum(amount_minor) <> 0`},
		{invariant: "I2", name: "a payment is confirmed or returned, once", count: "transfers", wrong: `
			SELECT case_id AS place, 'step ' || step || ' ended ' || count(*) || ' times' AS what FROM transfers
			WHERE verb IN ('confirm', 'return') GROUP BY case_id, step HAVING count(*) > 1
			UNION ALL
			SELECT case_id, 'step ' || step || ' was asked for ' || count(*) || ' times' FROM transfers
			WHERE verb IN ('refund', 'release', 'split') GROUP BY case_id, step HAVING count(*) > 1
			UNION ALL
			SELECT ended.case_id, 'step ' || ended.step || ' ended and was never asked for' FROM transfers AS ended
			WHERE ended.verb IN ('confirm', 'return') AND NOT EXISTS (SELECT 1 FROM transfers AS asked WHERE asked.case_id = ended.case_id
				AND asked.step = ended.step AND asked.verb IN ('refund', 'release', 'split'))`},
		{invariant: "I2", name: "a dispute has one outcome", count: "(SELECT 1 FROM cases WHERE kind = 'dispute') AS disputes", wrong: `
			SELECT case_id AS place, 'it was closed ' || sum(CASE WHEN type = 'dispute.closed' THEN 1 ELSE 0 END) || ' times and reopened '
				|| sum(CASE WHEN type = 'dispute.reopened' THEN 1 ELSE 0 END) || ' times' AS what FROM events
			WHERE type = 'dispute.reopened' OR type = 'dispute.closed' AND data ->> 'outcome' <> 'superseded_by_chargeback' GROUP BY case_id
			HAVING sum(CASE WHEN type = 'dispute.closed' THEN 1 ELSE 0 END) > 1 + sum(CASE WHEN type = 'dispute.reopened' THEN 1 ELSE 0 END)`},
		{invariant: "I3", name: "doors have no gaps, and what was applied is answered", count: "commands", wrong: `
			SELECT cases.id AS place, 'the door says ' || cases.sequence || ' and has ' || count(commands.id) || ' commands' AS what FROM cases
			LEFT JOIN commands ON commands.case_id = cases.id GROUP BY cases.id, cases.sequence
			HAVING count(commands.id) <> cases.sequence OR coalesce(max(commands.sequence), 0) <> cases.sequence
			UNION ALL
			SELECT commands.id, 'sequence ' || commands.sequence || ' of ' || cases.id || ', whose row is at ' || cases.applied FROM commands
			JOIN cases ON cases.id = commands.case_id WHERE (commands.applied_at IS NULL) = (commands.sequence <= cases.applied)`},
		{invariant: "I3", name: "evidence is there, with its file", count: "evidence", wrong: `
			SELECT evidence.id AS place, 'no file ' || evidence.file_id AS what FROM evidence
			LEFT JOIN files ON files.id = evidence.file_id WHERE evidence.file_id IS NOT NULL AND files.id IS NULL
			UNION ALL
			SELECT evidence.id, 'event ' || evidence.sequence || ' of ' || evidence.case_id || ' does not record it' FROM evidence
			LEFT JOIN events ON events.case_id = evidence.case_id AND events.sequence = evidence.sequence
			WHERE events.type IS NULL OR events.type <> 'evidence.received'`},
		{invariant: "I4", name: "no deadline was taken early", count: "takings", wrong: `
			SELECT case_id AS place, name || ' was taken before it was due' AS what FROM takings WHERE noticed_at < due_at`},
		{invariant: "I4", name: "no deadline waits", count: "(SELECT 1 FROM cases WHERE next_due IS NOT NULL) AS due", wrong: `
			SELECT id AS place, next_name || ' is due and nobody has come' AS what FROM cases WHERE clock_id IS NULL AND next_due < ?
			UNION ALL
			SELECT cases.id, cases.next_name || ' was due before the test clock''s time' FROM cases JOIN clocks ON clocks.id = cases.clock_id
			WHERE clocks.status = 'ready' AND cases.next_due < clocks.now_at`, args: []any{moment(late)}},
		{invariant: "I7", name: "nothing lies undelivered", count: "commands", wrong: `
			SELECT commands.id AS place, commands.name || ' waits at the door of ' || commands.case_id AS what FROM commands
			WHERE applied_at IS NULL AND stored_at < ?`, args: []any{moment(waited)}},
		{invariant: "I7", name: "reviews are counted anew when links have changed", count: "recounts", wrong: `
			SELECT id AS place, 'the reviews of ' || CAST(accounts AS text) || ' are not all counted anew' AS what FROM recounts
			WHERE done_at IS NULL AND created_at < ?`, args: []any{moment(late)}},
		{invariant: "I7", name: "no case is over with something open", count: "(SELECT 1 FROM cases WHERE closed) AS over", wrong: `
			SELECT id AS place, 'it is closed, with ' || effects_open || ' effects open' AS what FROM cases
			WHERE closed AND (effects_open > 0 OR next_due IS NOT NULL)`},
		{invariant: "I10", name: "every case's log is as long as its row says", count: "events", wrong: `
			SELECT cases.id AS place, 'the row says ' || cases.recorded || ' and the log has ' || count(events.case_id) AS what FROM cases
			LEFT JOIN events ON events.case_id = cases.id GROUP BY cases.id, cases.recorded
			HAVING count(events.case_id) <> cases.recorded OR coalesce(max(events.sequence), 0) <> cases.recorded`},
	}
}

// moment is how an instant is compared with a column in either database.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
