package disclosure_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/dispute"
	"recourse/domain/protection"
)

var (
	now    = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ada    = casefile.Actor{ID: "ada", Role: casefile.Buyer}
	bolt   = casefile.Actor{ID: "bolt", Role: casefile.Seller}
	cleo   = casefile.Actor{ID: "cleo", Role: casefile.Reviewer}
	dara   = casefile.Actor{ID: "dara", Role: casefile.Reviewer}
	gwen   = casefile.Actor{ID: "gwen", Role: casefile.Supervisor}
	otto   = casefile.Actor{ID: "otto", Role: casefile.Operator}
	ann    = casefile.Actor{ID: "ann", Role: casefile.Auditor}
	system = casefile.Actor{Role: casefile.System}
)

func eyes(by casefile.Actor) disclosure.Eyes {
	return disclosure.Eyes{By: by, Evidence: by.Role != casefile.Operator}
}

func fields(t *testing.T, text string) map[string]casefile.Field {
	f, err := casefile.CommandFields(json.RawMessage(text), casefile.Salt{1})
	require.NoError(t, err)
	return f
}

func TestWhoReadsWhatOfAnEvent(t *testing.T) {
	of := disclosure.Of(dispute.Dispute{Items: []dispute.Item{{ID: "evd_scanned", By: casefile.Buyer, File: "fil_1", Scan: dispute.ScanClean, VisibleAt: now},
		{ID: "evd_later", By: casefile.Buyer, VisibleAt: now.Add(1)}, {ID: "evd_never", By: casefile.Buyer},
		{ID: "evd_waits", By: casefile.Buyer, File: "fil_1", Scan: dispute.ScanPending}, {ID: "evd_virus", By: casefile.Buyer, File: "fil_1", Scan: dispute.ScanInfected}}}, now)
	received := func(id string) casefile.Record {
		return casefile.Record{Event: casefile.Event{Type: casefile.EvidenceReceived, By: ada, Data: map[string]any{"evidence": id, "file": "fil_1", "sha256": "x"}}}
	}
	notice := casefile.Record{Event: casefile.Event{Type: casefile.NoticeSent, By: system, Data: map[string]any{"to": "bolt", "about": "x"}}}
	proposed := casefile.Record{Event: casefile.Event{Type: casefile.DecisionProposed, By: cleo, Data: map[string]any{"decision": "dec_1", "outcome": "x", "reasons": "y"}}}
	told := casefile.Record{Event: casefile.Event{Type: casefile.NoticeSent, By: system, Data: map[string]any{"to": "supervisors", "about": "claimed", "reviewer": "cleo", "until": "x"}}}
	assigned := casefile.Record{Event: casefile.Event{Type: casefile.DisputeAssigned, By: system, Data: map[string]any{"reviewer": "cleo", "excluded": "x"}}}
	drawn := casefile.Record{Event: casefile.Event{Type: casefile.PanelDrawn, By: system, Data: map[string]any{"members": "x", "excluded": "x", "conflicts": "x"}}}
	for _, c := range []struct {
		by     casefile.Actor
		event  casefile.Record
		hidden []string
	}{
		{ada, received("evd_later"), nil}, {bolt, received("evd_scanned"), nil}, {bolt, received("evd_later"), []string{"file"}}, {bolt, received("evd_never"), []string{"file"}},
		{cleo, received("evd_later"), nil}, {otto, received("evd_scanned"), []string{"file"}}, {ann, received("evd_never"), nil},
		{bolt, notice, nil}, {ada, notice, []string{"to", "about"}}, {otto, notice, nil},
		{ada, told, []string{"to", "about", "reviewer", "until"}}, {gwen, told, nil},
		{ada, assigned, []string{"excluded"}}, {bolt, assigned, []string{"excluded"}}, {cleo, assigned, nil}, {ann, assigned, nil},
		{ada, drawn, []string{"conflicts"}}, {bolt, drawn, []string{"conflicts"}}, {cleo, drawn, nil}, {otto, drawn, nil}, {ann, drawn, nil},
		{ada, proposed, []string{"outcome", "reasons"}}, {bolt, proposed, []string{"outcome", "reasons"}}, {gwen, proposed, nil}, {otto, proposed, nil},
	} {
		require.Equal(t, c.hidden, eyes(c.by).Event(c.event, of), "%s of %s", c.event.Type, c.by.Role)
	}
	require.Equal(t, disclosure.Original, eyes(ada).File(received("evd_scanned"), of))
	for _, by := range []casefile.Actor{bolt, cleo, gwen, ann, {Role: casefile.Auditor}} {
		require.Equal(t, disclosure.Shown, eyes(by).File(received("evd_scanned"), of), "nobody but its owner takes an original away: %s", by.Role)
	}
	require.Equal(t, disclosure.Hash, eyes(otto).File(received("evd_scanned"), of))
	require.Equal(t, disclosure.Hash, eyes(bolt).File(received("evd_later"), of), "it is not shown to the other party yet")
	require.Equal(t, disclosure.Shown, eyes(cleo).File(received("evd_later"), of))
	for _, by := range []casefile.Actor{ada, bolt, cleo, ann} {
		require.Equal(t, disclosure.Hash, eyes(by).File(received("evd_waits"), of), "nobody has looked at it yet, so %s does not get it", by.Role)
		require.Equal(t, disclosure.Hash, eyes(by).File(received("evd_virus"), of), by.Role)
	}
}

func TestWhoReadsWhatOfACommand(t *testing.T) {
	sitting := dispute.Dispute{Status: dispute.PanelReview, Panel: &dispute.Panel{Members: []string{"cleo", "dara", "emil"}, Votes: []dispute.Vote{{By: "cleo", At: now}}}}
	counted := sitting
	counted.Panel = &dispute.Panel{Members: []string{"dara"}, Votes: []dispute.Vote{{By: "dara", At: now}}} // cleo was set aside
	announced := disclosure.Of(dispute.Dispute{}, now)
	announced.Announce(casefile.Event{Type: casefile.DisputeDecided, Data: map[string]any{"decision": "dec_1"}})
	waiting := disclosure.Of(dispute.Dispute{Items: []dispute.Item{{ID: "evd_7", By: casefile.Buyer, File: "fil_1", Scan: dispute.ScanPending}}}, now)
	all := []string{"outcome", "reasons"}
	for _, c := range []struct {
		what    string
		by      casefile.Actor
		sender  casefile.Actor
		name    string
		data    string
		changed bool
		of      *disclosure.Case
		hidden  []string
	}{
		{"an attempt of another", ada, bolt, "offer", `{"reasons":1,"outcome":2}`, false, announced, all},
		{"an attempt of one's own", bolt, bolt, "offer", `{"reasons":1,"outcome":2}`, false, announced, nil},
		{"an attempt, to a supervisor", gwen, bolt, "offer", `{"reasons":1,"outcome":2}`, false, announced, all},
		{"an attempt, to an auditor", ann, bolt, "offer", `{"reasons":1,"outcome":2}`, false, announced, nil},
		{"what the system was refused", ada, system, "freeze", `{"reasons":1}`, false, announced, nil},
		{"somebody without a name", casefile.Actor{Role: casefile.Operator}, casefile.Actor{Role: casefile.Operator}, "x", `{"reasons":1,"outcome":2}`, false, announced, all},
		{"a proposal, to a party", ada, cleo, "decide", `{"reasons":1,"outcome":2}`, true, disclosure.Of(dispute.Dispute{}, now), all},
		{"a proposal, to who signs it", gwen, cleo, "decide", `{"reasons":1,"outcome":2}`, true, disclosure.Of(dispute.Dispute{}, now), nil},
		{"a decision that was made known", ada, cleo, "decide", `{"reasons":1,"outcome":2}`, true, announced, nil},
		{"a vote, to another member", dara, cleo, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(sitting, now), all},
		{"a vote, to a supervisor", gwen, cleo, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(sitting, now), all},
		{"a vote, to an auditor", ann, cleo, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(sitting, now), nil},
		{"one's own vote", cleo, cleo, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(sitting, now), nil},
		{"a vote that was counted", ada, dara, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(counted, now), nil},
		{"a vote that was set aside", ada, cleo, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(counted, now), all},
		{"a vote of long ago", ada, cleo, "vote", `{"reasons":1,"outcome":2}`, true, disclosure.Of(dispute.Dispute{}, now), nil},
		{"evidence, to a party", bolt, ada, "submit_evidence", `{"text":1,"file":2,"type":3}`, true, announced, nil},
		{"announced evidence that waits for its scan", bolt, ada, "submit_evidence", `{"text":1,"file":2,"upload":"upl_7"}`, true, waiting, []string{"text", "file"}},
		{"the same to its author", ada, ada, "submit_evidence", `{"text":1,"file":2,"upload":"upl_7"}`, true, waiting, nil},
		{"an announcement", bolt, ada, "announce_upload", `{"sha256":1,"size":2}`, true, waiting, nil},
		{"evidence, to who runs the platform", otto, ada, "submit_evidence", `{"text":1,"file":2,"type":3}`, true, announced, []string{"text", "file"}},
		{"an inspection, to who runs the platform", otto, bolt, "inspect_return", `{"text":1,"file":2,"condition":3}`, true, announced, []string{"text"}},
		{"why a case was given back, to a party", ada, cleo, "release", `{"text":1}`, true, announced, []string{"text"}},
		{"why a case was put off, to a supervisor", gwen, cleo, "snooze", `{"text":1,"until":2}`, true, announced, nil},
		{"which report holds the order back, to a party", bolt, system, "hold_release", `{"report":1,"until":2}`, true, announced, []string{"report"}},
		{"which report held the order back, to a party", ada, system, "lift_hold", `{"report":1,"until":2}`, true, announced, []string{"report"}},
		{"which report holds the order back, to who runs the platform", otto, system, "hold_release", `{"report":1,"until":2}`, true, announced, nil},
		{"a message", otto, bolt, "post_message", `{"text":1}`, true, announced, nil},
		{"an order", ada, otto, "register_order", `{"terms":1}`, true, disclosure.Of(protection.Order{}, now), nil},
	} {
		hidden := eyes(c.by).Command(casefile.Command{ID: "cmd_1", Name: c.name, By: c.sender, At: now}, fields(t, c.data), c.changed, c.of)
		require.Equal(t, c.hidden, hidden, c.what)
	}
}

func TestFactsHaveWhatTheRulesNeededAndNothingElse(t *testing.T) {
	f := casefile.Facts{Reused: true, Funds: casefile.Funds{Reserve: 987654321, Payable: 123456789},
		Reviewers: []casefile.Candidate{{ID: "cleo", Role: casefile.Reviewer, Linked: []string{"cleo", "bolt", "secret"}, Load: 7,
			Kinds: map[string][]string{"bolt": {"device"}, "secret": {"address"}},
			Duties: []casefile.PastDuty{{Case: "dsp_1", Party: "ada", At: now}, {Case: "dsp_secret", Party: "bolt", At: now},
				{Case: "dsp_2", Party: "secret", At: now}, {Case: "dsp_3", Party: "bolt", At: now}, {Case: "dsp_secret", Party: "ada", At: now}}}}}
	least := disclosure.Of(dispute.Dispute{}, now).Facts(f, "dsp_1", "ada", "bolt", disclosure.Taken{Reserve: 5, Payable: 7})
	require.Equal(t, casefile.Facts{Reused: true, Funds: casefile.Funds{Reserve: 5, Payable: 7},
		Reviewers: []casefile.Candidate{{ID: "cleo", Role: casefile.Reviewer, Linked: []string{"bolt"}, Kinds: map[string][]string{"bolt": {"device"}},
			Duties: []casefile.PastDuty{{Case: "dsp_1", Party: "ada", At: now}, {Case: "1", Party: "bolt", At: now},
				{Case: "2", Party: "bolt", At: now}, {Case: "1", Party: "ada", At: now}}}}}, least, "how many other cases there were, and not which")
	require.EqualValues(t, 987654321, f.Funds.Reserve, "what was given is not changed")
	require.Equal(t, "dsp_secret", f.Reviewers[0].Duties[1].Case)
}

func TestANonceIsACommitmentUntilAPanelIsDrawnWithIt(t *testing.T) {
	f := casefile.Facts{Nonce: "f00d"}
	of := disclosure.Of(dispute.Dispute{}, now)
	facts := func() casefile.Facts { return of.Facts(f, "dsp_1", "ada", "bolt", disclosure.Taken{}) }
	hidden := casefile.Facts{Commitment: dispute.Hash("f00d")}
	require.Equal(t, hidden, facts())
	of.Announce(casefile.Event{Type: casefile.PanelDrawn, Data: map[string]any{"nonce": "beef"}})
	of.Announce(casefile.Event{Type: casefile.DisputeDecided, Data: map[string]any{"nonce": "f00d"}})
	require.Equal(t, hidden, facts(), "another panel was drawn, with another nonce")
	of.Announce(casefile.Event{Type: casefile.PanelDrawn, Data: map[string]any{"nonce": "f00d"}})
	require.Equal(t, f, facts())
	f = casefile.Facts{Reused: true}
	require.Equal(t, f, facts(), "where there is no nonce nothing is committed to")
}
