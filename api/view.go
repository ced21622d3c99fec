package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/evidence"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/standing"
	"recourse/store"
)

// view is a case with everything that its answer is made of, for one caller at one instant.
type view struct {
	server   *Server
	actor    casefile.Actor
	relation access.Relation // what the caller is to the case
	at       time.Time       // the case's own time
	record   store.CaseRecord

	muted   []standing.Mute  // what is taken from the caller
	order   protection.Order // the order, or the order of the dispute
	dispute dispute.Dispute
	facts   casefile.Facts
	log     []casefile.Record // of the case itself, as far as it is told from events
	files   map[string]store.File

	orderAhead   []casefile.Later[protection.Order] // what the case comes to by itself, once it was asked for
	disputeAhead []casefile.Later[dispute.Dispute]
	checklists   evidence.Checklists // of the policy that the case has pinned
	reviewTerms  policy.Review       // the same; of an order
	courses      []casefile.Course   // how the disputes of an order went that is not delivered
}

// viewOf reads a case for the caller of a request.
func (s *Server) viewOf(ctx context.Context, id string) (*view, error) {
	call := callOf(ctx)
	record, err := s.store.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	to, err := s.toCase(ctx, call.actor, record)
	if err != nil {
		return nil, err
	}
	v := &view{server: s, actor: call.actor, relation: to, record: record}
	if v.at, err = s.caseTime(ctx, record); err != nil {
		return nil, err
	}
	if v.muted, err = s.mutedOf(ctx, call.actor.ID); err != nil {
		return nil, err
	}
	return v, v.load(ctx)
}

// caseTime is what a case takes for now: its test clock's time or ours, never before its last event.
func (s *Server) caseTime(ctx context.Context, record store.CaseRecord) (time.Time, error) {
	at := time.Now()
	if record.Clock != "" {
		clock, err := s.store.Clock(ctx, record.Clock)
		if err != nil {
			return at, fmt.Errorf("read the clock of %s: %w", record.ID, err)
		}
		at = clock.Now
	}
	if at.Before(record.LastAt) {
		at = record.LastAt
	}
	return at, nil
}

// toldOf are the events of which a view tells something that the state of its kind does not keep: what was said, when
// something was accepted or ended, and what moved beside the escrow.
var toldOf = map[string][]casefile.EventType{
	casefile.KindOrder:   {casefile.MessagePosted, casefile.MessageFlagged, casefile.OrderFunded, casefile.EscrowRecovered, casefile.EscrowClaimed},
	casefile.KindDispute: {casefile.MessagePosted, casefile.MessageFlagged, casefile.OfferAccepted, casefile.EvidenceReceived, casefile.DecisionFinal, casefile.DisputeClosed, casefile.DisputeAssigned},
}

// load reads what the case refers to.
func (v *view) load(ctx context.Context) error {
	var err error
	if v.log, err = v.server.store.Told(ctx, v.record.ID, toldOf[v.record.Kind]...); err != nil {
		return err
	}
	switch state := v.record.State.(type) {
	case protection.Order:
		v.order = state
		if err := v.loadCourses(ctx); err != nil {
			return err
		}
		return v.loadChecklists(ctx, state.Terms.Version)
	case dispute.Dispute:
		v.dispute = state
		return v.loadDispute(ctx)
	}
	return fmt.Errorf("show %s: it has a state of another kind", v.record.ID)
}

// loadCourses reads how the disputes of an order went, where its buyer may review it for the end of one alone.
func (v *view) loadCourses(ctx context.Context) error {
	if v.actor.ID != v.order.Buyer || v.order.Review != "" || !v.order.ReviewFacts().DeliveredAt.IsZero() || len(v.order.Claims) == 0 {
		return nil
	}
	disputes, err := v.server.store.States(ctx, store.CaseQuery{Kind: casefile.KindDispute, Order: v.order.ID})
	if err != nil {
		return fmt.Errorf("read the disputes of %s: %w", v.order.ID, err)
	}
	for _, record := range disputes {
		if d, ok := record.State.(dispute.Dispute); ok {
			v.courses = append(v.courses, d.Course())
		}
	}
	return nil
}

func (v *view) loadDispute(ctx context.Context) error {
	parent, err := v.server.store.Case(ctx, v.record.Order)
	if err != nil {
		return fmt.Errorf("read the order of %s: %w", v.record.ID, err)
	}
	order, ok := parent.State.(protection.Order)
	if !ok {
		return fmt.Errorf("show %s: its order has a state of another kind", v.record.ID)
	}
	v.order = order
	if err := v.loadChecklists(ctx, v.dispute.Terms.Version); err != nil {
		return err
	}
	facts := order.FactsFor(v.dispute.ID, v.at)
	v.facts.Order = &facts
	v.files = map[string]store.File{}
	for _, item := range v.dispute.Items {
		if item.File == "" {
			continue
		}
		file, err := v.server.store.File(ctx, item.File)
		if errors.Is(err, store.ErrNotFound) {
			continue // the item is told without its size: a case is never unreadable for the want of a file
		}
		if err != nil {
			return fmt.Errorf("read a file of %s: %w", v.record.ID, err)
		}
		v.files[item.File] = file
	}
	return nil
}

func (v *view) money(m money.Minor) wire.Money { return moneyView(m, v.order.Currency) }

// some is an amount that is shown only when there is one.
func (v *view) some(m money.Minor) *wire.Money {
	if m == 0 {
		return nil
	}
	shown := v.money(m)
	return &shown
}

func moneyView(m money.Minor, c money.Currency) wire.Money {
	return wire.Money{Amount: int64(m), Currency: string(c)}
}

// messageID is the identifier of a message: its place in the log of its case.
func messageID(caseID string, sequence int64) string {
	return fmt.Sprintf("msg_%s_%d", caseID[4:], sequence)
}

// yourMove says whether the case waits for the caller.
func yourMove(s casefile.Summary, role casefile.Role) bool {
	return !s.Closed && s.Move != "" && s.Move == role
}

func deadlineViews(deadlines []clock.Deadline, at time.Time) []wire.Deadline {
	out := make([]wire.Deadline, 0, len(deadlines))
	for _, d := range deadlines {
		shown := wire.Deadline{Name: d.Name, DueAt: d.DueAt, Reminder: d.Reminder, Paused: !d.Runs(), Why: wire.Derivation{Base: d.Base,
			Since: d.Since, Policy: d.Policy, Length: length(d.Length), Pauses: make([]wire.Pause, 0, len(d.Pauses))}}
		if shown.Paused {
			shown.DueAt = microseconds(at.Add(d.Remaining(at)))
		}
		for _, p := range d.Pauses {
			shown.Why.Pauses = append(shown.Why.Pauses, wire.Pause{Cause: string(p.Cause), From: p.From, Until: p.Until, By: length(p.By)})
		}
		out = append(out, shown)
	}
	return out
}

// length writes a length of time as people type it, and as Go does where it is finer than seconds.
func length(d time.Duration) string {
	if text, err := policy.Duration(d).MarshalText(); err == nil {
		return string(text)
	}
	return d.String()
}
