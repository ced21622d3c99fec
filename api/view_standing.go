package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/internal/identifier"
	"recourse/store"
)

// standingOf reads the case of an account's standing. Where nothing is recorded yet it is one that has not begun.
func (s *Server) standingOf(ctx context.Context, account string) (store.CaseRecord, error) {
	if !identifier.Valid("acc", account) {
		return store.CaseRecord{}, notFound()
	}
	id := standing.CaseID(account)
	record, err := s.store.Case(ctx, id)
	if !errors.Is(err, store.ErrNotFound) {
		return record, err
	}
	owner, err := s.store.Account(ctx, account)
	return store.CaseRecord{ID: id, Kind: casefile.KindStanding, Order: id, Clock: owner.Clock, State: standing.Standing{}}, err
}

// begun says that there is nothing to command where nothing is recorded, but for what begins a standing.
func (s *Server) begun(call *call) error {
	state, isStanding := call.record.State.(standing.Standing)
	if !isStanding || call.operation.command == "" || call.record.Sequence > 0 {
		return nil
	}
	if state.Check(call.operation.command, call.actor, time.Time{}).Refused == casefile.NotFound {
		return notFound()
	}
	return nil
}

// standingView is an account's standing for one caller at one instant.
type standingView struct {
	standing.Standing
	server   *Server
	actor    casefile.Actor
	relation access.Relation
	account  string
	record   store.CaseRecord
	at       time.Time
	terms    policy.StandingTerms // that it is counted by; where nothing is recorded, the policy in force
	role     casefile.Role        // of the account, for those who work with standings
}

// standing reads an account's standing for the caller of a request.
func (s *Server) standing(ctx context.Context, account string) (*standingView, error) {
	record, err := s.standingOf(ctx, account)
	if err != nil {
		return nil, err
	}
	return s.standingFrom(ctx, record)
}

// standingFrom shows a standing that was read.
func (s *Server) standingFrom(ctx context.Context, record store.CaseRecord) (*standingView, error) {
	state, ok := record.State.(standing.Standing)
	if !ok {
		return nil, fmt.Errorf("show %s: it has a state of another kind", record.ID)
	}
	by := callOf(ctx).actor
	v := &standingView{Standing: state, server: s, actor: by, record: record, account: standing.AccountOf(record.ID), terms: state.Terms}
	v.relation = access.ToOwner(by, v.account)
	var err error
	if v.at, err = s.caseTime(ctx, record); err != nil {
		return nil, err
	}
	if v.staff() {
		roles, err := s.store.Roles(ctx, []string{v.account})
		if err != nil {
			return nil, err
		}
		v.role = roles[v.account]
	}
	if state.Account == "" {
		p, err := s.policies.Policy(ctx, inForce, record.Clock)
		if err != nil {
			return nil, fmt.Errorf("read the policy of %s: %w", record.ID, err)
		}
		v.terms = p.ForStanding()
	}
	return v, nil
}

// staff says that the caller works with standings. A marketplace, which asks before everything that it lets an account do, knows what the
// account is.
func (v *standingView) staff() bool {
	return v.relation != access.Own && access.Allowed("list_standings", v.actor.Role, v.relation)
}

// asStanding is the standing as the caller sees it. It depends on time only where something begins or ends.
func (v *standingView) asStanding() wire.Standing {
	full := v.terms.Standing.Points
	out := wire.Standing{Account: v.account, Role: wire.Role(v.role), Run: v.run(), Points: full, Of: full, State: wire.StandingState(v.StateAt(v.at)), Revision: v.Revision,
		Clock: v.record.Clock, Now: microseconds(v.at), Policy: v.terms.Version, Entries: make([]wire.StandingEntry, 0, len(v.Entries)),
		Measures: make([]wire.Measure, 0, len(v.Measures)), Muted: []wire.MutedFunction{}, RemovedListings: []string{},
		Contests: make([]wire.Contest, 0, len(v.Contests)), Deadlines: deadlineViews(v.Deadlines(), v.at), Actions: v.actions()}
	if v.Account != "" {
		out.Points = v.Balance(v.at)
	}
	for _, e := range v.Entries {
		out.Entries = append(out.Entries, v.entry(e))
	}
	for _, m := range v.Measures {
		out.Measures = append(out.Measures, v.measure(m))
	}
	for _, m := range v.Muted(v.at) {
		out.Muted = append(out.Muted, wire.MutedFunction{Function: wire.AccountFunction(m.Function), Until: m.Until, Measures: m.Measures,
			State: wire.StandingState(m.State)})
	}
	out.RemovedListings = append(out.RemovedListings, v.RemovedListings(v.at)...)
	for _, c := range v.Contests {
		out.Contests = append(out.Contests, contestView(c))
	}
	if r := v.Review; r != nil {
		out.RemovalReview = &wire.RemovalReview{Since: r.Since, Verdict: wire.RemovalReviewVerdict(r.Verdict), By: r.By, At: r.At, Reasons: r.Reasons}
	}
	return out
}

// run is where it runs, once something is recorded.
func (v *standingView) run() string {
	if v.record.Sequence == 0 {
		return ""
	}
	return runOf(v.record, v.actor.Role)
}

func (v *standingView) entry(e standing.Entry) wire.StandingEntry {
	until, _ := v.ContestUntil(e.ID, v.at)
	if e.Why == "" {
		e.Why = v.WhyNot(e)
	}
	if v.hides(e.Cause) {
		e.About, e.DecidedBy = "", ""
	}
	return wire.StandingEntry{ID: e.ID, Cause: e.Cause, About: e.About, Rule: wire.StandingRule(e.Rule), Points: e.Points, Repeated: e.Repeated,
		Status: wire.EntryStatus(e.Status), Active: e.ActiveAt(v.at), EnteredAt: e.EnteredAt, Effective: e.Effective, Expires: e.Expires,
		Decision: e.Decision, DecidedBy: e.DecidedBy, ContestUntil: until, Why: e.Why}
}

func (v *standingView) measure(m standing.Measure) wire.Measure {
	until, _ := v.ContestUntil(m.ID, v.at)
	if v.hides(m.Cause) {
		m.By = ""
	}
	return wire.Measure{ID: m.ID, Scope: wire.MeasureScope(m.Scope), Listing: m.Listing, Active: m.ActiveAt(v.at), Start: m.Start, End: m.End,
		EndedAt: m.EndedAt, Cause: m.Cause, Entry: m.Entry, By: m.By, ContestUntil: until}
}

// hides says that the holder is not told everything about a cause: of a report neither which dispute it names, since that would name
// a reporter who wishes to stay unnamed, nor who decided it. What may be told stands in its statement (PROCEDURE 9).
func (v *standingView) hides(cause string) bool {
	return v.relation == access.Own && strings.HasPrefix(cause, prefixes[casefile.KindReport]+"_")
}

func contestView(c standing.Contest) wire.Contest {
	return wire.Contest{ID: c.ID, About: c.About, Text: c.Text, At: c.At, Status: wire.ContestStatus(c.Status), RuledBy: c.RuledBy, RuledAt: c.RuledAt,
		Reasons: c.Reasons}
}

// actions are what the caller may do about the standing now, each as often as there is something that it can be about.
func (v *standingView) actions() []wire.Action {
	out := []wire.Action{}
	for _, op := range v.server.contract.commandsOf(casefile.KindStanding) {
		if !access.Allowed(op.action, v.actor.Role, v.relation) || !v.Check(op.command, v.actor, v.at).Accepted() {
			continue
		}
		names, until := v.subjects(op.command)
		for _, name := range names {
			href := strings.NewReplacer("{account}", v.account, "{contest}", name, "{measure}", name).Replace(op.path)
			out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: href, Until: until})
		}
	}
	return out
}

// subjects are what a command could be about, as its path names it, and until when it may come.
func (v *standingView) subjects(command string) (names []string, until time.Time) {
	switch command {
	case "contest": // its body names what
		for _, id := range v.contested() {
			if end, open := v.ContestUntil(id, v.at); open {
				names = []string{""}
				if end.After(until) {
					until = end
				}
			}
		}
	case "rule_contest":
		for _, c := range v.ContestsFor(v.actor) {
			names = append(names, c.ID)
		}
	case "end_measure":
		for _, m := range v.Measures {
			if m.ActiveAt(v.at) {
				names = append(names, m.ID)
			}
		}
	default:
		names = []string{""}
	}
	return names, until
}

// contested is everything that a contest could be about.
func (v *standingView) contested() []string {
	ids := make([]string, 0, len(v.Entries)+len(v.Measures))
	for _, e := range v.Entries {
		ids = append(ids, e.ID)
	}
	for _, m := range v.Measures {
		ids = append(ids, m.ID)
	}
	return ids
}
