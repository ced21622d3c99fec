package api

import (
	"time"

	"recourse/api/wire"
	"recourse/domain/dispute"
)

// statement is the decision in words for the caller; nil while there is none that the caller may read.
func (v *view) statement() *wire.DecisionStatement {
	said, found := v.dispute.Statement(v.actor.Role)
	if !found {
		return nil
	}
	out := &wire.DecisionStatement{Decision: said.Decision, Audience: wire.DecisionStatementAudience(said.Audience), Verdict: wire.Outcome(said.Verdict),
		Refund: v.money(said.Refund), Release: v.money(said.Release), Outcome: said.Outcome, Reasons: said.Reasons,
		Findings: make([]wire.StatedFinding, 0, len(said.Findings)), Money: said.Money, Appeal: said.Appeal, Text: said.Text()}
	out.Moves.When, out.Moves.At = wire.DecisionStatementMovesWhen(said.Moves.When), said.Moves.At
	out.Moves.AfterReturn, out.Moves.Ended = said.Moves.AfterReturn, wire.Outcome(said.Moves.Ended)
	out.Appealing.State, out.Appealing.Until, out.Appealing.Made = wire.DecisionStatementAppealingState(said.Appealed.State), said.Appealed.Until, said.Appealed.Made
	for _, f := range said.Findings {
		out.Findings = append(out.Findings, wire.StatedFinding{Says: f.Says, Claim: f.Claim, Holds: f.Holds, Evidence: f.Evidence, Rule: f.Rule})
	}
	return out
}

// ballInCourt is for how long the case has waited for whom.
func (v *view) ballInCourt() *wire.BallInCourt {
	out := &wire.BallInCourt{Spent: []wire.CourtTime{}}
	if n := len(v.dispute.Passes); n > 0 {
		out.With, out.Since = string(v.dispute.Passes[n-1].To), v.dispute.Passes[n-1].At
	}
	spent := v.dispute.BallInCourt(v.at)
	for _, court := range dispute.Courts {
		if length := spent[court]; length > 0 {
			out.Spent = append(out.Spent, courtTime(court, length))
		}
	}
	return out
}

func courtTime(who dispute.Court, spent time.Duration) wire.CourtTime {
	return wire.CourtTime{Who: wire.CourtTimeWho(who), Seconds: int64(spent / time.Second), Length: length(spent)}
}

// formula is what the remedy formula gives, for who reads the record.
func (v *view) formula() wire.Formula {
	f := v.dispute.Formula(v.facts)
	return wire.Formula{Value: v.money(f.Value), Asked: v.money(f.Asked), Default: v.money(f.Default), Basis: wire.FormulaBasis(f.Basis),
		Found: v.money(f.Found), Rejected: v.money(0), Discretion: v.money(f.Discretion), SecondAbove: v.money(f.SecondAbove)}
}
