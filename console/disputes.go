package console

import (
	"slices"

	"recourse/api/client"
)

func showDisputes(v *Visit) error {
	show, tabs := v.part("/disputes")
	page, err := client.Result[client.DisputePage](v.API.ListDisputes(v.R.Context(), &client.ListDisputesParams{Limit: new(client.Limit(perPage)),
		After: v.R.URL.Query().Get("after"), Open: shows[show]}))
	if err != nil {
		return err
	}
	return v.Show(v.T("disputes.title"), listData[client.DisputeSummary]{Rows: page.Data, Tabs: tabs, Next: next("/disputes", show, page.Next, page.HasMore)})
}

// disputeData is the page of a dispute.
type disputeData struct {
	Case      *Case
	Dispute   *client.Dispute
	Turn      string // whose move it is, in words
	Due       *client.Deadline
	Said      *statement  // what was decided; nil: nothing yet
	Theirs    *offerView  // the other side's offer that stands
	Mine      *offerView  // the reader's own
	Past      []offerView // those that stand no more, the latest first
	Moves     []Move      // about the case itself
	Messages  []messageView
	Evidence  []evidenceView
	Asks      []Move // to hand in evidence, to write: beside what they are about
	Timeline  []told
	Leg       []legStep // of a return
	MayReport bool
	Run       string // in the Temporal UI, for who oversees the platform
}

// offerView is an offer with what the reader may do about it.
type offerView struct {
	client.Offer
	Mine    bool
	Moves   []Move
	Counter string // the way to another offer, filled in with this one
}

func showDispute(v *Visit) error {
	if v.Is(deciders...) {
		return v.toDesk()
	}
	c, err := v.Case("dispute", v.R.PathValue("dispute"))
	if err != nil {
		return err
	}
	timeline, err := client.Result[client.Timeline](v.API.GetDisputeTimeline(v.R.Context(), c.ID, &client.GetDisputeTimelineParams{Limit: new(client.Limit(onTimeline))}))
	if err != nil {
		return err
	}
	d, moves := c.Dispute, v.Moves(c)
	data := disputeData{Case: c, Dispute: d, Turn: v.turn(d), Due: nextDue(d.Deadlines, d.IfNothingHappens), Moves: MovesOn(moves, ""),
		Messages: v.messagesOf(d, moves), Evidence: evidenceOf(d), Timeline: v.told(timeline.Data, c.Currency), Leg: legOf(d.Return),
		MayReport: v.Is(parties...), Run: v.runPath(d.Run)}
	if d.Statement != nil {
		said, err := v.statementOf(d)
		if err != nil {
			return err
		}
		data.Said = &said
	}
	for _, move := range moves {
		if move.On != "" && c.Offer(move.On) == nil { // goods that are owed without an offer
			data.Moves = append([]Move{move}, data.Moves...)
		}
	}
	for i := len(d.Offers) - 1; i >= 0; i-- {
		offer := d.Offers[i]
		shown := offerView{Offer: offer, Mine: string(offer.By) == string(d.YourRole), Moves: MovesOn(moves, offer.ID)}
		switch {
		case offer.State != client.OfferStateStanding:
			data.Past = append(data.Past, shown)
		case shown.Mine:
			data.Mine = &shown
		default:
			if slices.ContainsFunc(data.Moves, func(m Move) bool { return m.Name == "offer" }) {
				shown.Counter = offerPath(d, offer.Remedy, offer.Amount)
			}
			data.Theirs = &shown
		}
	}
	data.Moves, data.Asks = beside(data.Moves, data.Theirs != nil && data.Theirs.Counter != "")
	v.Follow(c.Kind, c.ID, c.Revision)
	return v.Show(v.T("dispute.title", "Reason", v.Word("reason", d.Claim.Reason)), data)
}

// beside takes the moves out that have a place of their own on the page: by the messages, by the evidence, and by the offer
// that another one would answer.
func beside(moves []Move, countered bool) (rest, own []Move) {
	for _, m := range moves {
		switch {
		case m.Name == "post_message" || m.Name == "submit_evidence":
			m.Primary = false
			own = append(own, m)
		case m.Name == "offer" && countered:
		default:
			rest = append(rest, m)
		}
	}
	return rest, own
}

// turn says whose move it is, or what runs out where nobody has to move.
func (v *Visit) turn(d *client.Dispute) string {
	switch {
	case d.Status == client.StatusClosed:
		return v.T("turn.nobody")
	case d.Frozen:
		return v.T("turn.frozen")
	case d.Status == client.StatusWithdrawing:
		return v.T("turn.withdrawing")
	case d.Status == client.StatusAppealWindow && v.Is(parties...) && !slices.ContainsFunc(d.Actions, func(a client.Action) bool { return a.Name == "appeal" }):
		return v.T("turn.appealed")
	case d.Status == client.StatusAppealWindow:
		return v.T("turn.appeal_window")
	case d.YourMove:
		return v.T("turn.yours")
	case d.BallInCourt != nil && d.BallInCourt.With != "":
		return v.Word("turn", d.BallInCourt.With)
	}
	return v.T("turn.others")
}

// nextDue is the deadline that decides what happens if nobody does anything, or the next one.
func nextDue(all []client.Deadline, nothing *client.NothingHappens) *client.Deadline {
	var first *client.Deadline
	for i := range all {
		switch d := &all[i]; {
		case d.Reminder:
		case nothing != nil && d.Name == nothing.Deadline:
			return d
		case first == nil || d.DueAt.Before(first.DueAt):
			first = d
		}
	}
	return first
}
