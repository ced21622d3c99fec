package bundle

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
)

// End is where a case stood when the bundle was written: what deciding it again must come to.
type End struct {
	Kind      string             `json:"kind"`
	Stage     string             `json:"stage"`
	Status    string             `json:"status"`
	Reason    string             `json:"reason,omitempty"`
	Outcome   string             `json:"outcome,omitempty"`
	Closed    bool               `json:"closed"`
	Revision  int64              `json:"revision"`
	Recorded  int64              `json:"recorded"` // sequence of the last event
	Amount    money.Amount       `json:"amount"`
	Deadlines []Due              `json:"deadlines,omitempty"`
	Escrow    *protection.Escrow `json:"escrow,omitempty"` // of an order
	Claims    []Claim            `json:"claims,omitempty"` // of an order: its disputes
	Goodwill  map[string]int64   `json:"goodwill,omitempty"`
}

// Due is a deadline that is set. One that stands still has the time that it has left.
type Due struct {
	Name  string        `json:"name"`
	DueAt time.Time     `json:"due_at,omitzero"`
	Left  time.Duration `json:"left,omitempty"`
}

// Claim is what a dispute came to in money.
type Claim struct {
	Dispute   string      `json:"dispute"`
	Outcome   string      `json:"outcome,omitempty"`
	Open      bool        `json:"open,omitempty"`
	Refunded  money.Minor `json:"refunded"`
	Released  money.Minor `json:"released"`
	Recovered money.Minor `json:"recovered"`
	Claimed   money.Minor `json:"claimed"`
}

// EndOf is where a case stands.
func EndOf(state casefile.Case) End {
	s, head := state.Summary(), state.Head()
	end := End{Kind: s.Kind, Stage: s.Stage, Status: s.Status, Reason: s.Reason, Outcome: s.Outcome, Closed: state.Closed(),
		Revision: head.Revision, Recorded: head.Recorded, Amount: s.Amount}
	switch c := state.(type) {
	case dispute.Dispute:
		end.Deadlines = dues(c.Deadlines())
	case protection.Order:
		end.Deadlines = dues(c.Clocks.Deadlines)
		escrow := c.Escrow()
		end.Escrow = &escrow
		for _, claim := range c.Claims {
			end.Claims = append(end.Claims, Claim{Dispute: claim.ID, Outcome: string(claim.Outcome), Open: claim.Open, Refunded: claim.Refunded,
				Released: claim.Released, Recovered: claim.Recovered, Claimed: claim.Claimed})
		}
		for party, given := range c.Goodwill {
			if end.Goodwill == nil {
				end.Goodwill = map[string]int64{}
			}
			end.Goodwill[party] = int64(given)
		}
	}
	return end
}

func dues(deadlines []clock.Deadline) []Due {
	var list []Due
	for _, d := range deadlines {
		due := Due{Name: d.Name, DueAt: d.DueAt.UTC()}
		if !d.Runs() {
			due = Due{Name: d.Name, Left: d.Remaining(d.StoppedAt)}
		}
		list = append(list, due)
	}
	return list
}
