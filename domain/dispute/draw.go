package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"recourse/domain/casefile"
)

// Draw is how the members of a panel were drawn, whole enough for anybody to repeat it: the candidates in the order of their
// ranks by the seed, of whom the first are drawn. It is recorded in panel.drawn; docs/decisions/0013 says why this seed.
type Draw struct {
	Seed       string      `json:"seed"`
	Head       string      `json:"head"`          // hash of the last event of the case before the draw
	HeadOf     int64       `json:"head_sequence"` // the sequence of that event
	Nonce      string      `json:"nonce"`         // drawn at random for this draw
	Candidates []string    `json:"candidates"`
	Excluded   []Exclusion `json:"excluded,omitempty"`  // with the reason as far as everybody may know it
	Conflicts  []Exclusion `json:"conflicts,omitempty"` // of them, those whom a link or an earlier case excludes, with which it is; not for the parties
	Members    []string    `json:"members"`             // of the panel after the draw
	Replaces   string      `json:"replaces,omitempty"`  // a member who was set aside, and for whom the first of the candidates sits
}

// Seed is what a draw is made from: the SHA-256 of the head of the case's chain, a slash and the nonce, in hexadecimal. The
// head binds it to the case; the nonce keeps a party from writing messages until the head suits it.
func Seed(head, nonce string) string { return hash(head + "/" + nonce) }

// Rank is a candidate's place in a draw: the SHA-256 of the seed, a slash and the identifier, in hexadecimal. Lower is first.
func Rank(seed, id string) string { return hash(seed + "/" + id) }

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// free are the reviewers who may sit, in the order of the draw, and those who may not.
func (t *turn) free() ([]string, []Exclusion) {
	var free []string
	for _, c := range t.facts.Reviewers {
		if c.Role == casefile.Reviewer && t.conflict(c) == "" && t.before(c) == "" {
			free = append(free, c.ID)
		}
	}
	seed := t.seed()
	slices.SortFunc(free, func(a, b string) int { return strings.Compare(Rank(seed, a), Rank(seed, b)) })
	return free, t.excluded(casefile.Reviewer, t.before)
}

func (t *turn) seed() string { return Seed(t.facts.Seed, t.facts.Nonce) }

// drawn records a draw whose members sit now.
func (t *turn) drawn(d Draw) {
	data := map[string]any{"seed": t.seed(), "head": t.facts.Seed, "head_sequence": t.began, "nonce": t.facts.Nonce, "candidates": d.Candidates, "members": slices.Clone(t.Panel.Members)}
	if d.Replaces != "" {
		data["replaces"] = d.Replaces
	}
	told, kept := t.tellable(d.Excluded)
	if len(kept) > 0 {
		data["conflicts"] = kept
	}
	t.Event(casefile.PanelDrawn, withExcluded(data, told))
}

// Minority says whether a vote was for another outcome than the one that the panel decided.
func (d Dispute) Minority(v Vote) bool {
	return d.Decision != nil && d.Decision.By == byPanel && v.Outcome != d.Decision.Outcome
}

// Missing are the members who had not voted when the panel's time was over: their votes are abstentions.
func (d Dispute) Missing() []string {
	if d.Panel == nil || !d.VotesOpen() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(d.Panel.Members), func(id string) bool {
		return slices.ContainsFunc(d.Panel.Votes, func(v Vote) bool { return v.By == id })
	})
}
