package api

import (
	"slices"
	"time"

	"recourse/api/wire"
	engine "recourse/contract"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/standing"
	"recourse/store"
)

// defaulted are the outcomes in which a side did not do what it had to, by whose it was.
var defaulted = []struct {
	side    wire.BoardDefaultSide
	outcome dispute.Outcome
}{
	{wire.BoardDefaultSideSeller, dispute.DefaultSellerSilent},
	{wire.BoardDefaultSideSeller, dispute.PromiseDefaulted},
	{wire.BoardDefaultSidePlatform, dispute.NoDecision},
}

func countView(a store.Amount) wire.Count { return wire.Count{Count: a.N, More: a.More} }

func boardView(b store.Board, clock string) wire.Board {
	out := wire.Board{AsOf: b.Now, Clock: clock, Clocks: b.Clocks, Since: b.Since, Late: countView(b.Late), DeadlinesMore: b.DueMore, Incidents: b.Incidents,
		Stages: make([]wire.BoardStage, 0, len(b.Stages)), Deadlines: make([]wire.BoardDeadlines, 0, len(b.Due)), Court: courtView(b),
		System: wire.BoardSystem{Door: countView(b.Door), Oldest: b.DoorOldest, Effects: countView(b.Effects), Stalled: countView(b.Stalled)}}
	for _, s := range b.Stages {
		out.Stages = append(out.Stages, wire.BoardStage{Kind: s.Kind, Stage: s.Stage, Cases: countView(s.Cases)})
	}
	for _, d := range b.Due {
		move := string(d.Move)
		if move == "" {
			move = "nobody"
		}
		out.Deadlines = append(out.Deadlines, wire.BoardDeadlines{Within: edgeNames[d.Edge], Move: move, Count: d.N})
		if d.Edge <= breachEdges && ours[d.Move] {
			out.Breaching += d.N
		}
	}
	for _, wait := range []casefile.Wait{casefile.WaitsForBank, casefile.WaitsForRetry, casefile.WaitsForSignature} {
		out.Waits = append(out.Waits, wire.BoardWait{Waits: wire.Wait(wait), Cases: countView(b.Waits[wait])})
	}
	ratesView(&out, b)
	return out
}

// ratesView works the rates out of the counts, with their samples.
func ratesView(out *wire.Board, b store.Board) {
	out.Disputes.More = b.OutcomesMore
	for _, o := range b.Outcomes {
		out.Disputes.Count += o.N
	}
	for _, d := range defaulted {
		shown := wire.BoardDefault{Side: d.side, Outcome: wire.Outcome(d.outcome)}
		if i := slices.IndexFunc(b.Outcomes, func(o store.OutcomeCount) bool { return o.Outcome == string(d.outcome) }); i >= 0 {
			shown.Count = b.Outcomes[i].N
		}
		shown.Share = share(shown.Count, out.Disputes.Count)
		out.Defaults = append(out.Defaults, shown)
	}
	out.Decisions = wire.BoardDecisions{Decided: b.Decided, Appealed: b.Appealed, Overturned: b.Overturned, Share: share(b.Overturned, b.Decided), More: b.DecidedMore}
}

func share(part, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(part) / float64(of)
}

// courtView sums up for how long the latest disputes waited for whom.
func courtView(b store.Board) wire.BoardCourt {
	spent := map[dispute.Court]time.Duration{}
	out := wire.BoardCourt{Spent: []wire.CourtTime{}}
	for _, record := range b.Sample {
		if d, is := record.State.(dispute.Dispute); is {
			out.Sample++
			for court, length := range d.BallInCourt(b.Now) {
				spent[court] += length
			}
		}
	}
	for _, court := range dispute.Courts {
		if spent[court] > 0 {
			out.Spent = append(out.Spent, courtTime(court, spent[court]))
		}
	}
	return out
}

// overseers are the roles that may look at the board and at what runs behind a case.
var overseers = []casefile.Role{casefile.Operator, casefile.Supervisor, casefile.Platform, casefile.Auditor}

// runOf is the workflow ID of the case's run for who oversees the platform, and empty for everybody else.
func runOf(r store.CaseRecord, role casefile.Role) string {
	if !slices.Contains(overseers, role) {
		return ""
	}
	return engine.WorkflowID(r.Kind, r.ID)
}

// boardCase is a case in a list of the board.
func boardCase(c store.CaseRecord, about goods) wire.BoardCase {
	s := c.Summary
	out := wire.BoardCase{ID: c.ID, Kind: c.Kind, Order: s.Order, Stage: s.Stage, Status: s.Status, Reviewer: s.Reviewer, Move: string(s.Move), Waits: wire.Wait(s.Waits),
		OpenedAt: s.OpenedAt, DueAt: c.AwaitedAt, Deadline: c.AwaitedName, Lines: about.lines(c), Late: s.Overdue, Run: engine.WorkflowID(c.Kind, c.ID)}
	if s.Amount.Currency != "" {
		out.Amount = moneyView(s.Amount.Minor, s.Amount.Currency)
	}
	if c.Kind == casefile.KindDispute || c.Kind == casefile.KindReport {
		out.Reason = s.Reason
	}
	if c.Kind == casefile.KindStanding {
		out.Account = standing.AccountOf(c.ID)
	}
	return out
}
