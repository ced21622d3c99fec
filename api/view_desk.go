package api

import (
	"encoding/json"
	"fmt"
	"slices"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// assignment is how the case came to who has it, for those who work with cases.
func (v *view) assignment() (*wire.CaseAssignment, error) {
	b := v.dispute.Bench
	if v.isParty() || b.Reviewer == "" {
		return nil, nil
	}
	out := &wire.CaseAssignment{AssignedAt: b.AssignedAt, ConflictWaived: b.Waived, OverdueSince: b.OverdueAt, Excluded: []wire.Exclusion{},
		ClaimedUntil: v.dispute.ClaimedUntil()}
	if b.Snooze != nil {
		out.SnoozedUntil, out.SnoozedBecause = b.Snooze.Until, b.Snooze.Text
	}
	for _, r := range v.log {
		if r.Type != casefile.DisputeAssigned {
			continue
		}
		var told struct {
			Excluded []dispute.Exclusion `json:"excluded"`
		}
		if err := recorded(r, &told); err != nil {
			return nil, err
		}
		out.Excluded = exclusionViews(told.Excluded)
	}
	return out, nil
}

// recorded reads the data of an event into what the rules wrote there.
func recorded(r casefile.Record, into any) error {
	text, err := json.Marshal(r.Data)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("read event %d of %s: %w", r.Sequence, r.Case, err)
	}
	return nil
}

func exclusionViews(excluded []dispute.Exclusion) []wire.Exclusion {
	out := make([]wire.Exclusion, 0, len(excluded))
	for _, e := range excluded {
		out = append(out, wire.Exclusion{Reviewer: e.Reviewer, Why: wire.ExclusionWhy(e.Why), Links: e.Links})
	}
	return out
}

// drawView is a draw as its event records it, with the rank of each candidate. A party is told of nobody how it has to do with one
// of the two.
func drawView(r casefile.Record, party bool) (wire.Draw, error) {
	var d dispute.Draw
	if err := recorded(r, &d); err != nil {
		return wire.Draw{}, err
	}
	out := wire.Draw{Sequence: r.Sequence, At: r.At, Seed: d.Seed, Nonce: d.Nonce, Commitment: d.Commitment, Appeals: d.Appeals, Members: d.Members, Replaces: d.Replaces,
		Candidates: make([]wire.DrawCandidate, 0, len(d.Candidates)), Excluded: exclusionViews(d.Excluded)}
	for i, e := range d.Conflicts {
		if at := slices.IndexFunc(d.Excluded, func(told dispute.Exclusion) bool { return told.Reviewer == e.Reviewer }); !party && at >= 0 {
			out.Excluded[at] = exclusionViews(d.Conflicts[i : i+1])[0]
		}
	}
	for _, id := range d.Candidates {
		out.Candidates = append(out.Candidates, wire.DrawCandidate{Reviewer: id, Rank: dispute.Rank(d.Seed, id), Drawn: slices.Contains(d.Members, id)})
	}
	return out, nil
}
