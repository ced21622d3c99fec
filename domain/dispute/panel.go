package dispute

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

// Plea is a party's appeal from a decision: what is new, or what was wrong.
type Plea struct {
	By       casefile.Role `json:"by"`
	Decision string        `json:"decision"`
	Text     string        `json:"text"`
	At       time.Time     `json:"at"`
}

// Panel decides an appeal: three reviewers, or five, none from before. Votes are hidden until all are in.
type Panel struct {
	Members    []string  `json:"members,omitempty"`
	SatAt      time.Time `json:"sat_at"`
	Votes      []Vote    `json:"votes,omitempty"`
	Failed     bool      `json:"failed,omitempty"` // a supervisor decides instead
	Supervisor string    `json:"supervisor,omitempty"`
	// The decision that was appealed from.
	Over   Outcome     `json:"over,omitempty"`
	Refund money.Minor `json:"refund,omitempty"`
}

// byPanel is who decided where a panel did.
const byPanel = "panel"

// Vote is one member's answer.
type Vote struct {
	By      string      `json:"by"`
	Outcome Outcome     `json:"outcome"`
	Refund  money.Minor `json:"refund"`
	Release money.Minor `json:"release"`
	Reasons string      `json:"reasons"`
	At      time.Time   `json:"at"`
}

// VotesOpen says whether the votes of the panel are known: all are in, its time is up, or it was never asked.
func (d Dispute) VotesOpen() bool {
	p := d.Panel
	return p == nil || p.Failed || len(p.Members) > 0 && len(p.Votes) == len(p.Members) || d.Status != PanelReview
}

func (p Panel) sits(id string) bool { return slices.Contains(p.Members, id) }

func (p Panel) clone() *Panel {
	p.Members, p.Votes = slices.Clone(p.Members), slices.Clone(p.Votes)
	return &p
}

func (t *turn) mayAppeal() casefile.Answer {
	used := slices.ContainsFunc(t.Appeals, func(p Plea) bool { return p.By == t.By().Role })
	switch {
	case used && (t.Status == AppealWindow || t.Status == PanelReview):
		return casefile.Refuse(casefile.AppealUsed, "You have appealed already.")
	case t.Status != AppealWindow:
		return casefile.Refuse(casefile.WrongStage, "There is no decision that could be appealed now.")
	}
	return casefile.Answer{}
}

type grounds struct {
	Text string `json:"text"`
}

func (g grounds) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", g.Text, t.Terms.Limits.TextRunes)
}

// appeal asks for a panel. It sits when the window ends, or at once when both parties have appealed.
func (t *turn) appeal(g grounds) casefile.Answer {
	t.Appeals = append(t.Appeals, Plea{By: t.By().Role, Decision: t.Decision.ID, Text: g.Text, At: t.At()})
	t.Event(casefile.DisputeAppealed, map[string]any{"text": g.Text})
	if t.appealed() == 2 {
		t.Clocks.Remove(dueAppealWindow)
		t.sit()
	}
	return casefile.Answer{}
}

// appealed counts the appeals from the decision that stands. An earlier one, which a contested return has undone, is over
// with its appeals; but a party that used its one appeal then has none left.
func (d Dispute) appealed() int {
	n := 0
	for _, p := range d.Appeals {
		if p.Decision == d.Decision.ID {
			n++
		}
	}
	return n
}

// sit draws the panel and gives the parties the evidence period to say what they have about the appeal.
func (t *turn) sit() {
	terms := t.Terms
	size := terms.Appeal.PanelSize
	if t.Claim.Value > terms.Appeal.LargePanel.For(t.Currency) {
		size = terms.Appeal.LargeSize
	}
	draw := t.draw()
	if len(draw.Candidates) < size {
		size = terms.Appeal.PanelSize // three or four sit as three
	}
	t.Status = PanelReview
	t.Panel = &Panel{SatAt: t.At(), Over: t.Decision.Outcome, Refund: t.Decision.Refund}
	t.beginEvidence("dispute.appealed")
	if len(draw.Candidates) < size {
		t.failPanel("too_few_reviewers")
		return
	}
	t.Panel.Members = slices.Clone(draw.Candidates[:size])
	for _, member := range t.Panel.Members {
		t.onDuty(member, "panel")
	}
	t.drawn(draw)
	t.start(duePanel, "panel.drawn", "dispute.panel_decision", terms.Dispute.PanelDecision.Std())
}

// replaceMember puts the next of the same draw in the place of a member who was set aside: another nonce would be another chance
// for whoever draws it. A panel that becomes too small is none.
func (t *turn) replaceMember(id string) {
	t.Panel.Members = slices.DeleteFunc(t.Panel.Members, func(m string) bool { return m == id })
	t.Panel.Votes = slices.DeleteFunc(t.Panel.Votes, func(v Vote) bool { return v.By == id })
	t.Bench.Lapsed = append(t.Bench.Lapsed, id)
	t.offDuty(id, "set_aside")
	draw := t.draw()
	switch {
	case len(draw.Candidates) > 0:
		draw.Replaces = id
		t.Panel.Members = append(t.Panel.Members, draw.Candidates[0])
		t.onDuty(draw.Candidates[0], "panel")
		t.drawn(draw)
	case len(t.Panel.Members) < t.Terms.Appeal.PanelSize:
		t.failPanel("too_few_reviewers")
	case len(t.Panel.Votes) == len(t.Panel.Members):
		t.count()
	}
}

func (t *turn) mayVote() casefile.Answer {
	id := t.By().ID
	_, gathering := t.Clocks.Get(dueEvidence)
	switch {
	case !t.Panel.sits(id) && !slices.Contains(t.Bench.Lapsed, id):
		return casefile.Refuse(casefile.NotAllowed, "You do not sit on this panel.")
	case t.Panel.Failed:
		return casefile.Refuse(casefile.DeadlinePassed, "The panel's time is over.")
	case !t.Panel.sits(id):
		return casefile.Refuse(casefile.AssignmentLapsed, "Your place on this panel was given to somebody else.")
	}
	if a := t.unlinked(); !a.Accepted() {
		return a
	}
	switch {
	case slices.ContainsFunc(t.Panel.Votes, func(v Vote) bool { return v.By == id }):
		return casefile.Refuse(casefile.AlreadyVoted, "You have voted.")
	case t.Bench.open() != nil:
		return casefile.Refuse(casefile.WrongStage, "An objection to a member waits for its ruling.")
	case gathering:
		return casefile.Refuse(casefile.EvidenceRequestOpen, "The other side still has time to answer the appeal.")
	}
	return t.heard()
}

func (t *turn) vote(v verdict) casefile.Answer {
	if a := t.amounts(v.Refund, v.Release); !a.Accepted() {
		return a
	}
	t.Panel.Votes = append(t.Panel.Votes, Vote{By: t.By().ID, Outcome: v.Outcome, Refund: v.Refund, Release: v.Release, Reasons: v.Reasons, At: t.At()})
	t.Event(casefile.VoteCast, map[string]any{"votes": len(t.Panel.Votes), "of": len(t.Panel.Members)})
	if len(t.Panel.Votes) == len(t.Panel.Members) {
		t.count()
	}
	return casefile.Answer{}
}

// count ends the panel: a majority of the votes on the outcome decides, and the amount is the median of that majority.
func (t *turn) count() {
	t.Clocks.Remove(duePanel, dueEvidence)
	votes := t.Panel.Votes
	tally := map[Outcome][]money.Minor{}
	for _, v := range votes {
		tally[v.Outcome] = append(tally[v.Outcome], v.Refund)
	}
	for _, outcome := range []Outcome{DecidedForBuyer, DecidedForSeller, DecidedSplit} {
		refunds := tally[outcome]
		if len(votes) < 2 || 2*len(refunds) <= len(votes) {
			continue
		}
		refund := min(median(refunds), t.value())
		release := t.value() - refund
		reasons := make([]string, 0, len(refunds))
		for _, v := range votes {
			if v.Outcome == outcome {
				reasons = append(reasons, v.Reasons)
			}
		}
		t.Decision = &Decision{ID: "dec_" + strings.TrimPrefix(t.ID, "dsp_"), By: byPanel, Outcome: outcome, Refund: refund, Release: release,
			Reasons: strings.Join(reasons, "\n\n"), RecordHash: t.RecordHash(), At: t.At()}
		t.EventBy(casefile.ByItself, casefile.DisputeDecided, t.Decision.data())
		t.makeFinal()
		return
	}
	t.failPanel("no_majority")
}

// median of an even number is the mean of the middle two, rounded half up.
func median(amounts []money.Minor) money.Minor {
	slices.Sort(amounts)
	middle := len(amounts) / 2
	if len(amounts)%2 == 1 {
		return amounts[middle]
	}
	return (amounts[middle-1] + amounts[middle] + 1) / 2
}

// failPanel gives the appeal to a supervisor who has not been involved; without one nobody decides. An evidence period
// that runs goes on, because the other side has not been heard.
func (t *turn) failPanel(why string) {
	t.Panel.Failed = true
	t.Clocks.Remove(duePanel)
	t.closeRequests()
	t.dropObjections()
	id, waived, found := t.matter().First(t.facts.Reviewers, func(c casefile.Candidate) bool { return c.Role == casefile.Supervisor && !t.involved(c.ID) })
	if !found {
		t.noDecision("no_supervisor")
		return
	}
	t.Panel.Supervisor = id
	t.onDuty(id, "assigned")
	t.Event(casefile.DisputeAssigned, withExcluded(map[string]any{"reviewer": id, "why": why, "conflict_waived": waived},
		t.excluded(casefile.Supervisor, t.before)))
	t.start(dueSupervisor, "panel.failed", "dispute.panel_decision", t.Terms.Dispute.PanelDecision.Std())
}
