package api

import (
	"context"
	"fmt"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
)

// timeline is a piece of a log for one caller. What is not for a party's eyes is redacted, and the chain holds all the same.
func (h *handlers) timeline(ctx context.Context, records []casefile.Record, limit int) (wire.Timeline, error) {
	call := callOf(ctx)
	to, err := h.toCase(ctx, call.actor, call.record)
	if err != nil {
		return wire.Timeline{}, err
	}
	eyes := eyes{actor: call.actor, evidence: access.Refusal("view_evidence", call.actor.Role, to) == ""}
	out := wire.Timeline{Data: make([]wire.Event, 0, len(records)), HasMore: len(records) == limit}
	for _, r := range records {
		seen, err := eyes.see(r)
		if err != nil {
			return out, err
		}
		out.Data = append(out.Data, eventView(seen))
	}
	return out, nil
}

// eyes are a caller's, and what they may read besides what everybody may who is let in.
type eyes struct {
	actor    casefile.Actor
	evidence bool
}

// see redacts what is not for these eyes: of the parties a decision before it is signed and what was told to others, and
// evidence of who only runs the platform.
func (e eyes) see(r casefile.Record) (casefile.Record, error) {
	party := e.actor.Role == casefile.Buyer || e.actor.Role == casefile.Seller
	var hidden []string
	switch {
	case r.Type == casefile.EvidenceReceived && !e.evidence:
		hidden = []string{"text", "file"}
	case r.Type == casefile.DecisionProposed && party:
		hidden = []string{"by", "outcome", "refund", "release", "return", "reasons", "record_hash"}
	case (r.Type == casefile.MeasureStarted || r.Type == casefile.MeasureEnded) && party:
		hidden = []string{"report"} // which holds an order back: the side that is reported need not know of it yet
	case r.Type == casefile.NoticeSent && party:
		if to, _ := r.Data["to"].(string); to != e.actor.ID && to != string(e.actor.Role) && to != "parties" {
			hidden = []string{"to", "about", "why"}
		}
	}
	fields := hidden[:0:0]
	for _, name := range hidden {
		if _, there := r.Data[name]; there {
			fields = append(fields, name)
		}
	}
	if len(fields) == 0 {
		return r, nil
	}
	redacted, err := casefile.Redact(r, fields...)
	if err != nil {
		return r, fmt.Errorf("show event %d of %s to %s: %w", r.Sequence, r.Case, e.actor.Role, err)
	}
	return redacted, nil
}

func eventView(r casefile.Record) wire.Event {
	out := wire.Event{ID: fmt.Sprintf("evt_%s_%d", r.Case[4:], r.Sequence), Case: r.Case, Sequence: r.Sequence, Type: string(r.Type), At: r.At,
		By: actorView(r.By), Data: r.Data, Hash: r.Hash.String(), PrevHash: r.PrevHash.String()}
	if len(r.Data) > 0 || len(r.Seals.Gone) > 0 {
		out.Seals = sealsView(r.Seals)
	}
	return out
}

func sealsView(s casefile.Seals) *wire.Seals {
	out := &wire.Seals{}
	if len(s.Gone) == 0 {
		text, err := s.Salt.MarshalText()
		if err == nil {
			out.Salt = string(text)
		}
		return out
	}
	out.Fields, out.Gone = map[string]string{}, map[string]string{}
	for name, salt := range s.Fields {
		out.Fields[name] = salt.String()
	}
	for name, commitment := range s.Gone {
		out.Gone[name] = commitment.String()
	}
	return out
}
