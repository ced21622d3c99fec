package console

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"recourse/api/client"
)

// deskCase is a dispute as those who decide it see it: both sides beside each other, who has it, and what can be done.
type deskCase struct {
	Case      *Case
	Dispute   *client.Dispute
	Turn      string
	Due       *client.Deadline
	Moves     []Move
	Sides     []deskSide
	Sees      bool           // the reader may see the file
	Record    *client.Record // nil: it is not the reader's to see
	Has       string         // the name of who has it
	Mine      bool
	Looking   bool // whoever has it works on it now
	Passed    []passedOver
	Panel     []panelSeat
	Undrawn   []passedOver // of the panel's draws
	Timeline  []told
	Objection []objectionView
	Decided   string // the name of who decided or proposed
	Run       string // in the Temporal UI, for who oversees the platform
}

// deskSide is what one party has brought.
type deskSide struct {
	Party     client.Party
	Items     []itemView
	Checklist []client.ChecklistItem
	Requests  []client.EvidenceRequest
}

// passedOver is somebody who was not given the case, and why.
type passedOver struct {
	Name  string
	Why   client.ExclusionWhy
	Links []string
}

// panelSeat is a member of the panel with the vote, once it can be seen.
type panelSeat struct {
	Name   string
	Voted  bool
	Silent bool // did not vote in time
	Vote   *client.Vote
	Reader bool
}

type objectionView struct {
	client.ObjectionRecord
	Name string
}

func showDeskCase(v *Visit) error {
	c, err := v.Case("dispute", v.R.PathValue("dispute"))
	if err != nil {
		return err
	}
	data, err := v.deskCase(c)
	if err != nil {
		return err
	}
	v.Follow(c.Kind, c.ID, c.Revision)
	return v.Show(v.T("dispute.title", "Reason", v.Word("reason", c.Dispute.Claim.Reason)), data)
}

func (v *Visit) deskCase(c *Case) (deskCase, error) {
	d := c.Dispute
	data := deskCase{Case: c, Dispute: d, Turn: v.turn(d), Due: nextDue(d.Deadlines, d.IfNothingHappens), Moves: v.Moves(c), Run: v.runPath(d.Run),
		Mine: d.Reviewer == v.Session.Subject}
	data.Moves = decidingFirst(data.Moves)
	names, _, err := v.bench(d.Clock)
	if err != nil {
		return data, err
	}
	timeline, err := client.Result[client.Timeline](v.API.GetDisputeTimeline(v.R.Context(), c.ID, &client.GetDisputeTimelineParams{Limit: new(client.Limit(onTimeline))}))
	if err != nil {
		return data, err
	}
	data.Timeline = v.told(timeline.Data, c.Currency)
	record, err := client.Result[client.Record](v.API.GetRecord(v.R.Context(), c.ID))
	switch {
	case err == nil:
		data.Record, data.Sees = &record, true
	case !notTheirs(err):
		return data, err
	}
	for _, party := range partyValues {
		data.Sides = append(data.Sides, deskSideOf(d, party))
	}
	if d.Reviewer != "" {
		data.Has = names.Name(d.Reviewer)
	}
	if a := d.Assignment; a != nil {
		data.Looking, data.Passed = !a.ClaimedUntil.IsZero(), passed(names, a.Excluded)
	}
	if d.Decision != nil && d.Decision.By != "" {
		data.Decided = names.Name(d.Decision.By)
	}
	if d.YourMove && data.Has != "" && !data.Mine && len(data.Moves) == 0 {
		data.Turn = v.T("desk.has", "Name", data.Has) // the move of a reviewer, and not of this one
	}
	for _, o := range d.Objections {
		data.Objection = append(data.Objection, objectionView{o, names.Name(o.Reviewer)})
	}
	return data, v.seatPanel(&data, names)
}

// decidingFirst puts what ends the case before what goes on with it, and says an end that all moves share once.
func decidingFirst(moves []Move) []Move {
	rank := func(m Move) int {
		if slices.Contains([]string{"decide", "vote", "second"}, m.Name) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return cmp.Compare(rank(a), rank(b)) })
	for i := len(moves) - 1; i > 0; i-- {
		if moves[i].Until.Equal(moves[0].Until) {
			moves[i].Until = time.Time{}
		}
	}
	return moves
}

// notTheirs says that the API shows something to others only.
func notTheirs(err error) bool {
	problem, is := errors.AsType[*client.ProblemError](err)
	return is && (problem.Code == client.ProblemCodeNotAllowed || problem.Code == client.ProblemCodeNotFound)
}

func deskSideOf(d *client.Dispute, party client.Party) deskSide {
	side := deskSide{Party: party, Items: itemViews(d, party)}
	for _, item := range d.Checklist {
		if item.Party == party {
			side.Checklist = append(side.Checklist, item)
		}
	}
	for _, request := range d.Requests {
		if request.From == party {
			side.Requests = append(side.Requests, request)
		}
	}
	return side
}

func passed(names bench, excluded []client.Exclusion) []passedOver {
	var over []passedOver
	for _, e := range excluded {
		over = append(over, passedOver{Name: names.Name(e.Reviewer), Why: e.Why, Links: e.Links})
	}
	return over
}

// seatPanel shows who sits, and of the votes what the API shows: before all are in, only the reader's own.
func (v *Visit) seatPanel(data *deskCase, names bench) error {
	p := data.Dispute.Panel
	if p == nil {
		return nil
	}
	for _, member := range p.Members {
		seat := panelSeat{Name: names.Name(member), Silent: slices.Contains(p.Missing, member), Reader: member == v.Session.Subject}
		for i := range p.Votes {
			if p.Votes[i].By == member {
				seat.Voted, seat.Vote = true, &p.Votes[i]
			}
		}
		data.Panel = append(data.Panel, seat)
	}
	draws, err := client.Result[client.PanelDraw](v.API.GetPanelDraw(v.R.Context(), data.Case.ID))
	if err != nil && !notTheirs(err) {
		return err
	}
	for _, draw := range draws.Draws {
		data.Undrawn = append(data.Undrawn, passed(names, draw.Excluded)...)
	}
	return nil
}
