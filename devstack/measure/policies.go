package measure

import "context"

// The policies of the measurements have the shape of the default with seconds in place of days, so that the same timers are
// set, cancelled and fired in the same order, in real time, by the engine itself.
//
// swift is for P1, D1, D2 and D3 played by themselves. Reminders stay where they are: before the deadline that they remind
// of, and after the answers that come in time.
var swift = map[string]any{
	"protection.inspection":             "4s",
	"protection.inspection_reminder":    "2s",
	"protection.release_cooling":        "2s",
	"protection.aftercare":              "2s",
	"dispute.seller_response":           "4s",
	"dispute.seller_response_reminders": []string{"2s", "1s"},
	"dispute.evidence_period":           "2s",
	"dispute.hearing":                   "0s",
	"dispute.appeal_window":             "2s",
}

// crowded is for D1 under load: only what D1 waits for is short, so that nothing else is due when commands take long.
var crowded = map[string]any{
	"dispute.evidence_period": "2s",
	"dispute.hearing":         "0s",
	"dispute.appeal_window":   "1s",
}

// policies are the versions that the system has given them.
type policies struct{ swift, crowded string }

func (c *court) policies(ctx context.Context) (p policies, err error) {
	if p.swift, err = c.policy(ctx, swift); err != nil {
		return p, err
	}
	p.crowded, err = c.policy(ctx, crowded)
	return p, err
}
