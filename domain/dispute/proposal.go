package dispute

import (
	"cmp"

	"recourse/domain/casefile"
)

// grounds is the record without its offers: what is claimed, and what is there to prove it.
func (d Dispute) grounds() string {
	r := d.Record()
	r.Offers = nil
	return r.hash()
}

// dropOutdated ends a proposal when this turn has changed what it rests on: the claim, the evidence that counts, or the answers to
// requests. Nobody can sign a ruling on another record than the one that was read (PROCEDURE 6.3); the file goes back to the
// reviewer, who is told why, as is the supervisor before whom it lay. An offer ends no proposal: it changes neither what is
// claimed nor what is proved, it settles the case if it is accepted, and either side could hold a ruling up with one a day.
func (t *turn) dropOutdated(before Dispute) {
	if before.Proposal == nil || t.Proposal == nil || t.Status == Closed || before.grounds() == t.grounds() {
		return
	}
	for _, to := range []string{t.Proposal.By, cmp.Or(t.Proposal.Asked, "supervisors")} {
		t.EventBy(casefile.ByItself, casefile.NoticeSent, map[string]any{"to": to, "about": "proposal_lapsed", "why": string(casefile.RecordChanged)})
	}
	t.Proposal = nil
	t.Clocks.Remove(dueSecond)
}
