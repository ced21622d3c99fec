package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"recourse/domain/casefile"
)

// Commitment is what the draw of a panel is bound to when the decision is made known that the panel will sit over, before anybody
// has appealed from it. docs/decisions/0013 says why.
type Commitment struct {
	Nonce string   `json:"nonce,omitempty"` // told to nobody before a panel was drawn with it; empty where what is decided again is what a reader has
	Hash  string   `json:"hash"`            // of the nonce, which everybody reads in dispute.decided
	Pool  []string `json:"pool"`            // who was a reviewer then: nobody else is drawn
}

// Draw is how the members of a panel were drawn, whole enough for anybody to repeat it: the candidates in the order of their
// ranks by the seed, of whom the first are drawn. It is recorded in panel.drawn.
type Draw struct {
	Seed       string      `json:"seed"`
	Nonce      string      `json:"nonce"`
	Commitment string      `json:"commitment"` // to the nonce, as dispute.decided has it
	Appeals    []string    `json:"appeals"`    // hashes of the texts of the appeals, in the order in which they were accepted
	Candidates []string    `json:"candidates"`
	Excluded   []Exclusion `json:"excluded,omitempty"`  // with the reason as far as everybody may know it
	Conflicts  []Exclusion `json:"conflicts,omitempty"` // of them, those whom a link or an earlier case excludes, with which it is; not for the parties
	Members    []string    `json:"members"`             // of the panel after the draw
	Replaces   string      `json:"replaces,omitempty"`  // a member who was set aside, and for whom the first of the candidates sits
}

// Hash is the SHA-256 of a text in hexadecimal: of a nonce its commitment, of an appeal what the draw has of it.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Seed is what a draw is made from: the SHA-256 of the nonce and the hashes of the appeals, with slashes between them, in hexadecimal.
// Whoever drew the nonce was bound to it before the appeals were written, and who wrote them did not know it.
func Seed(nonce string, appeals ...string) string {
	return Hash(strings.Join(append([]string{nonce}, appeals...), "/"))
}

// Rank is a candidate's place in a draw: the SHA-256 of the seed, a slash and the identifier, in hexadecimal. Lower is first.
func Rank(seed, id string) string { return Hash(seed + "/" + id) }

// commit binds the draw of a panel over the decision that is made known.
func (t *turn) commit() *Commitment {
	c := Commitment{Nonce: t.facts.Nonce, Hash: t.facts.Commitment, Pool: make([]string, 0, len(t.facts.Reviewers))}
	if c.Nonce != "" {
		c.Hash = Hash(c.Nonce)
	}
	for _, candidate := range t.facts.Reviewers {
		if candidate.Role == casefile.Reviewer {
			c.Pool = append(c.Pool, candidate.ID)
		}
	}
	return &c
}

// draw ranks the reviewers who may sit now, and names those who may not. Every draw of a panel has the same seed.
func (t *turn) draw() Draw {
	d := Draw{Nonce: t.Commitment.Nonce, Commitment: t.Commitment.Hash, Excluded: t.excluded(casefile.Reviewer, t.undrawn)}
	for _, p := range t.Appeals {
		if p.Decision == t.Decision.ID {
			d.Appeals = append(d.Appeals, Hash(p.Text))
		}
	}
	d.Seed = Seed(d.Nonce, d.Appeals...)
	for _, c := range t.facts.Reviewers {
		if c.Role == casefile.Reviewer && t.conflict(c) == "" && t.undrawn(c) == "" {
			d.Candidates = append(d.Candidates, c.ID)
		}
	}
	slices.SortFunc(d.Candidates, func(a, b string) int { return strings.Compare(Rank(d.Seed, a), Rank(d.Seed, b)) })
	return d
}

// drawn records a draw whose members sit now.
func (t *turn) drawn(d Draw) {
	data := map[string]any{"seed": d.Seed, "nonce": d.Nonce, "commitment": d.Commitment, "appeals": d.Appeals, "candidates": d.Candidates,
		"members": slices.Clone(t.Panel.Members)}
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
