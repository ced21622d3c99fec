package api

import (
	"slices"
	"strings"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// isParty says that the caller is the buyer or the seller: who decides sees more of the file than those it is about.
func (v *view) isParty() bool {
	return v.actor.Role == casefile.Buyer || v.actor.Role == casefile.Seller
}

// evidence is what was handed in, as far as the caller can see it yet.
func (v *view) evidence() []wire.Evidence {
	out := make([]wire.Evidence, 0, len(v.dispute.Items))
	if !v.may("view_evidence") {
		return out
	}
	for _, item := range v.dispute.Items {
		if v.isParty() && v.actor.Role != item.By && !item.Visible(v.at) {
			continue
		}
		out = append(out, v.item(item))
	}
	return out
}

func (v *view) item(i dispute.Item) wire.Evidence {
	by := v.dispute.Buyer
	if i.By == casefile.Seller {
		by = v.dispute.Seller
	}
	shown := wire.Evidence{ID: i.ID, By: wire.Actor{ID: by, Role: wire.Role(i.By)}, Type: wire.EvidenceType(i.Type), Text: i.Text, Request: i.Request,
		ReceivedAt: i.At, Late: i.Late, Admitted: !i.Late || !i.AdmittedAt.IsZero()}
	if i.File != "" {
		shown.File = fileView(v.files[i.File], v.dispute.ID, i, i.Visible(v.at))
		shown.Scan = wire.EvidenceScan(i.Scan)
	}
	if v.actor.Role == i.By && v.isParty() {
		shown.Command = commandOf(i.ID)
	}
	for _, r := range v.log {
		if id, _ := r.Data["evidence"].(string); r.Type == casefile.EvidenceReceived && id == i.ID {
			shown.Sequence = r.Sequence
		}
	}
	return shown
}

// commandOf is the command that an item was handed in or announced with: the item's identifier is made of the command's.
func commandOf(item string) string { return "cmd_" + strings.TrimPrefix(item, "evd_") }

func (v *view) requests() []wire.EvidenceRequest {
	out := make([]wire.EvidenceRequest, 0, len(v.dispute.Requests))
	for _, q := range v.dispute.Requests {
		out = append(out, v.request(q))
	}
	return out
}

func (v *view) request(q dispute.Request) wire.EvidenceRequest {
	state := wire.EvidenceRequestStateOpen
	switch {
	case q.Answered:
		state = wire.EvidenceRequestStateAnswered
	case q.Expired:
		state = wire.EvidenceRequestStateExpired
	}
	return wire.EvidenceRequest{ID: q.ID, From: wire.Party(q.From), Type: wire.EvidenceType(q.Type), DueAt: v.dispute.RequestDue(q), Mandatory: q.Mandatory, State: state}
}

func (v *view) objections() []wire.ObjectionRecord {
	var out []wire.ObjectionRecord
	for _, o := range v.dispute.Bench.Objections {
		state := wire.ObjectionRecordStateOpen
		switch {
		case o.Upheld:
			state = wire.ObjectionRecordStateUpheld
		case o.Ruled:
			state = wire.ObjectionRecordStateDismissed
		}
		out = append(out, wire.ObjectionRecord{By: wire.Party(o.By), Reviewer: o.Reviewer, Text: o.Text, MadeAt: o.At, State: state})
	}
	return out
}

// decision is the ruling; a proposal is seen by those who may sign it, never by the parties.
func (v *view) decision() *wire.Decision {
	d, state := v.dispute.Decision, wire.DecisionStateDecided
	switch {
	case d == nil && v.dispute.Proposal != nil && !v.isParty():
		d, state = v.dispute.Proposal, wire.DecisionStateProposed
	case d == nil:
		return nil
	case v.dispute.Stage == dispute.Final:
		state = wire.DecisionStateFinal
	}
	out := &wire.Decision{ID: d.ID, State: state, Outcome: wire.Outcome(d.Outcome), Refund: v.money(d.Refund), Release: v.money(d.Release),
		Return: d.Return, Reasons: d.Reasons, RecordHash: d.RecordHash, By: d.By, SecondBy: d.SecondedBy, DecidedAt: d.At}
	switch {
	case state == wire.DecisionStateProposed:
		out.ProposedAt, out.DecidedAt = d.At, wire.Instant{}
	case !d.SecondedAt.IsZero():
		out.ProposedAt, out.DecidedAt = d.At, d.SecondedAt
	}
	for _, f := range d.Findings {
		out.Findings = append(out.Findings, wire.FindingRecord{Claim: f.Claim, Holds: f.Holds, Evidence: f.Evidence, Rule: f.Rule})
	}
	for _, r := range v.log {
		if r.Type == casefile.DecisionFinal && state == wire.DecisionStateFinal {
			out.FinalAt = r.At
		}
	}
	return out
}

// panel shows who sits and how many have voted. The votes themselves are hidden until all are in or the time is up.
func (v *view) panel() *wire.Panel {
	p := v.dispute.Panel
	if p == nil {
		return nil
	}
	out := &wire.Panel{Size: len(p.Members), Cast: len(p.Votes), SatAt: p.SatAt, Failed: p.Failed, Supervisor: p.Supervisor, Members: p.Members}
	open := v.dispute.VotesOpen()
	out.Missing = v.dispute.Missing()
	for _, vote := range p.Votes {
		own := vote.By == v.actor.ID && slices.Contains(p.Members, v.actor.ID)
		if open || own {
			out.Votes = append(out.Votes, wire.Vote{By: vote.By, Outcome: wire.Verdict(vote.Outcome), Refund: v.money(vote.Refund),
				Release: v.money(vote.Release), Reasons: vote.Reasons, Minority: v.dispute.Minority(vote), At: vote.At})
		}
	}
	return out
}

// asRecord is what a decision rests on.
func (v *view) asRecord() (wire.Record, error) {
	if v.record.Kind != casefile.KindDispute || v.dispute.ID == "" {
		return wire.Record{}, notFound()
	}
	record := v.dispute.Record()
	out := wire.Record{Dispute: v.dispute.ID, RecordHash: v.dispute.RecordHash(), Revision: v.dispute.Revision, Claim: v.claim(),
		Offers: []wire.Offer{}, Evidence: []wire.Evidence{}, Requests: []wire.EvidenceRequest{}, Formula: v.formula()}
	if !v.isParty() {
		out.Rules = dispute.Rules()
	}
	for _, o := range record.Offers {
		out.Offers = append(out.Offers, v.offer(o))
	}
	for _, i := range record.Items {
		out.Evidence = append(out.Evidence, v.item(i))
	}
	for _, q := range record.Requests {
		out.Requests = append(out.Requests, v.request(q))
	}
	return out, nil
}
