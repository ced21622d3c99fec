package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/standing"
	"recourse/store"
)

// toReport is what somebody is to a report. Whoever is reported has to do with it from the first finding on, or from the
// first question to that side: before, it is not told that there is one.
func toReport(by casefile.Actor, r report.Report) access.Relation {
	asked := slices.ContainsFunc(r.Questions, func(q report.Question) bool { return q.To == report.ReportedSide })
	switch {
	case by.ID == "":
		return access.Other
	case by.ID == r.Reporter && !r.Raised, by.ID == r.Reporter && len(r.Rulings) > 0, by.ID == r.Reported && (len(r.Rulings) > 0 || asked || by.Role == casefile.Reviewer || by.Role == casefile.Supervisor):
		return access.Own
	case by.ID == r.Bench.Reviewer, slices.Contains(r.Bench.Lapsed, by.ID):
		return access.Bench
	}
	return access.Other
}

// reportView is a report for one caller at one instant.
type reportView struct {
	report.Report
	server   *Server
	actor    casefile.Actor
	relation access.Relation
	record   store.CaseRecord
	at       time.Time
	stands   standing.Reporter
	muted    []standing.Mute
	facts    casefile.Facts
}

// reportFrom shows a report that was read.
func (s *Server) reportFrom(ctx context.Context, record store.CaseRecord) (*reportView, error) {
	state, ok := record.State.(report.Report)
	if !ok {
		return nil, fmt.Errorf("show %s: it has a state of another kind", record.ID)
	}
	by := callOf(ctx).actor
	v := &reportView{Report: state, server: s, actor: by, record: record, relation: toReport(by, state)}
	var err error
	if v.at, err = s.caseTime(ctx, record); err != nil {
		return nil, err
	}
	if v.stands, err = s.reporterOf(ctx, state.Reporter); err != nil {
		return nil, err
	}
	if v.muted, err = s.mutedOf(ctx, by.ID); err != nil {
		return nil, err
	}
	if v.facts.Reviewers, err = s.candidate(ctx, by, state.Parties()); err != nil {
		return nil, err
	}
	v.facts.Report, err = s.holdFacts(ctx, state)
	return v, err
}

// candidate is the caller as a rule knows a reviewer, with those of the parties that it is linked to; none where it is no reviewer.
func (s *Server) candidate(ctx context.Context, by casefile.Actor, parties []string) ([]casefile.Candidate, error) {
	if by.Role != casefile.Reviewer && by.Role != casefile.Supervisor {
		return nil, nil
	}
	account, err := s.store.Account(ctx, by.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // the rules know nobody of that name either
	}
	if err != nil {
		return nil, fmt.Errorf("read the account of %s: %w", by.ID, err)
	}
	linked, err := s.store.LinkedTo(ctx, by.ID, parties)
	if err != nil {
		return nil, fmt.Errorf("read whom %s is linked to: %w", by.ID, err)
	}
	return []casefile.Candidate{{ID: by.ID, Role: account.Role, Linked: append([]string{by.ID}, linked...)}}, nil
}

// holdFacts say whether the order that a report is about could be held.
func (s *Server) holdFacts(ctx context.Context, r report.Report) (*casefile.ReportFacts, error) {
	facts := &casefile.ReportFacts{Known: true, Refers: true}
	if r.Order == "" {
		return facts, nil
	}
	record, err := s.store.Case(ctx, r.Order)
	if err != nil {
		return nil, fmt.Errorf("read the order of %s: %w", r.ID, err)
	}
	if o, ok := record.State.(protection.Order); ok {
		facts.Held, facts.Holds = o.HoldFacts()
	}
	return facts, nil
}

// audience is for whom the report is written: for a side its own statement, for everybody else who is let in the whole.
func (v *reportView) audience() report.Audience {
	switch {
	case v.relation == access.Own && v.actor.ID == v.Reporter:
		return report.ToReporter
	case v.relation == access.Own || v.actor.ID == v.Reported:
		return report.ToReported
	}
	return report.Department
}

func (v *reportView) asReport() wire.Report {
	s := v.Statement(v.audience())
	out := wire.Report{ID: s.Report, Run: runOf(v.record, v.actor.Role), Audience: wire.ReportAudience(s.Audience), Status: wire.ReportStatus(s.Status), Behaviour: wire.Behaviour(s.Behaviour),
		SubmittedAt: s.At, Reporter: s.Reporter, Reported: s.Reported, Order: s.Order, Dispute: s.Dispute, Review: s.Review, Text: s.Text,
		Evidence: s.Evidence, Detector: wire.Detector(s.Detector), Detection: s.Detection, Finding: wire.ReportFinding(s.Finding), FoundAt: s.FoundAt, Reasons: s.Reasons, Of: s.Of, Acted: s.Acted,
		ContestUntil: s.Contest, Referred: s.Referred, Revision: v.Revision, Clock: v.record.Clock, Now: microseconds(v.at), Actions: v.actions()}
	for _, q := range s.Questions {
		out.Questions = append(out.Questions, wire.StatedQuestion{To: wire.ReportSide(q.To), Text: q.Text, Answer: q.Answer})
	}
	for _, m := range s.Measures {
		stated := wire.StatedMeasure{Scope: m.Scope, Listing: m.Listing, Until: m.Until}
		if m.For > 0 {
			stated.For = length(m.For.Std())
		}
		out.Measures = append(out.Measures, stated)
	}
	for _, c := range s.Contests {
		out.Contests = append(out.Contests, wire.StatedContest{By: wire.ReportSide(c.By), Text: c.Text, At: c.At})
	}
	if s.Audience != report.ToReported && v.Reporter != "" {
		out.ReporterState = wire.ReporterState(v.stands)
	}
	if s.Audience == report.Department {
		out.Reviewer, out.Overdue, out.Deadlines = v.Bench.Reviewer, v.Overdue, deadlineViews(v.Deadlines(), v.at)
		out.MeasureMax = length(v.Terms.Report.MeasureMax.Std())
		for _, f := range v.Referrals {
			out.Referrals = append(out.Referrals, wire.ReportReferral{ID: f.ID, To: f.To, Text: f.Text, By: f.By, At: f.At, Export: f.Export,
				Answer: f.Answer, AnsweredAt: f.Answered})
		}
		if h := v.Hold; h != nil {
			out.Hold = wire.ReportHold{Order: h.Order, By: h.By, Reasons: h.Reasons, ProposedAt: h.ProposedAt, SecondedBy: h.SecondedBy,
				Until: h.Until, EndedAt: h.EndedAt}
		}
	}
	return out
}

// actions are what the caller may do about the report now.
func (v *reportView) actions() []wire.Action {
	out := []wire.Action{}
	open := func(command string) bool { return v.Check(command, v.actor, v.at, v.facts).Accepted() }
	for _, op := range v.server.offered(casefile.KindReport, v.actor, v.relation, v.muted, open) {
		out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: strings.ReplaceAll(op.path, "{report}", v.ID)})
	}
	return out
}
