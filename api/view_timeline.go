package api

import (
	"context"
	"fmt"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
)

// timeline is a piece of a log for one caller. What is not for a party's eyes is redacted, and the chain holds all the same.
func (h *handlers) timeline(ctx context.Context, records []casefile.Record, limit int) (wire.Timeline, error) {
	known := map[string]reader{}
	out := wire.Timeline{Data: make([]wire.Event, 0, len(records)), HasMore: len(records) == limit}
	for _, r := range records {
		by, found := known[r.Case]
		if !found {
			var err error
			if by, err = h.reader(ctx, r.Case); err != nil {
				return out, err
			}
			known[r.Case] = by
		}
		seen, err := see(by.eyes, r, by.of)
		if err != nil {
			return out, err
		}
		out.Data = append(out.Data, eventView(seen))
	}
	return out, nil
}

// reader is the caller as one case knows it, and what must be known of that case to say what is hidden of it now.
type reader struct {
	eyes disclosure.Eyes
	of   *disclosure.Case
}

// reader looks at the case that an event is of. An order's log has those of its disputes too, and who judges one of them is a
// stranger to the others.
func (h *handlers) reader(ctx context.Context, id string) (reader, error) {
	call := callOf(ctx)
	record := call.record
	if record.ID != id {
		var err error
		if record, err = h.store.Case(ctx, id); err != nil {
			return reader{}, fmt.Errorf("read whose log this is: %w", err)
		}
	}
	to, err := h.toCase(ctx, call.actor, record)
	if err != nil {
		return reader{}, err
	}
	at, err := h.caseTime(ctx, record)
	eyes := disclosure.Eyes{By: call.actor, Evidence: access.Refusal("view_evidence", call.actor.Role, to) == ""}
	return reader{eyes: eyes, of: disclosure.Of(record.State, at)}, err
}

// see redacts what is not for these eyes.
func see(eyes disclosure.Eyes, r casefile.Record, of *disclosure.Case) (casefile.Record, error) {
	hidden := eyes.Event(r, of)
	if len(hidden) == 0 {
		return r, nil
	}
	redacted, err := casefile.Redact(r, hidden...)
	if err != nil {
		return r, fmt.Errorf("show event %d of %s to %s: %w", r.Sequence, r.Case, eyes.By.Role, err)
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
