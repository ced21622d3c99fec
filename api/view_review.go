package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/store"
)

// reviewView is a review for one caller at one instant.
type reviewView struct {
	review.Review
	server   *Server
	actor    casefile.Actor
	relation access.Relation
	record   store.CaseRecord
	at       time.Time
	facts    casefile.Facts
	muted    []standing.Mute
}

// reviewFrom shows a review that was read.
func (s *Server) reviewFrom(ctx context.Context, record store.CaseRecord) (*reviewView, error) {
	state, ok := record.State.(review.Review)
	if !ok {
		return nil, fmt.Errorf("show %s: it has a state of another kind", record.ID)
	}
	by := callOf(ctx).actor
	v := &reviewView{Review: state, server: s, actor: by, record: record, relation: access.To(by, state.Buyer, state.Seller, nil)}
	var err error
	if v.at, err = s.caseTime(ctx, record); err != nil {
		return nil, err
	}
	if v.muted, err = s.mutedOf(ctx, by.ID); err != nil {
		return nil, err
	}
	v.facts.Reviewers, err = s.candidate(ctx, by, []string{state.Buyer, state.Seller})
	return v, err
}

// staff says that the caller is neither a party nor a stranger: it sees what is not published, too.
func (v *reviewView) staff() bool {
	return access.Refusal("view_review_timeline", v.actor.Role, v.relation) == ""
}

// author says that the caller wrote it.
func (v *reviewView) author() bool { return v.relation == access.Own && v.actor.ID == v.Buyer }

// asReview is what the caller may see. Of one that is not published the seller sees that it is there; a stranger is not let in.
func (v *reviewView) asReview() wire.Review {
	out := wire.Review{ID: v.ID, Run: runOf(v.record, v.actor.Role), Seller: v.Seller, Status: wire.ReviewStatus(v.Status), Published: v.Public(), Counted: v.Counted,
		Reason: wire.UncountedReason(v.Reason), SubmittedAt: v.SubmittedAt, PublishedAt: v.PublishedAt, RemovedAt: v.RemovedAt, Text: v.Shown(),
		Revision: v.Revision, Clock: v.record.Clock, Now: microseconds(v.at), Actions: v.actions()}
	if v.staff() || v.author() {
		out.Text = v.Text
	}
	if v.Public() || v.staff() || v.author() {
		out.Marks = marksView(v.Marks)
	}
	if v.staff() || v.relation == access.Own {
		out.Order, out.Buyer, out.Deadlines = v.Order, v.Buyer, deadlineViews(v.Deadlines(), v.at)
		for _, m := range v.Moderated {
			shown := wire.ReviewModerated{Verdict: wire.ReviewVerdict(m.Verdict), Reasons: m.Reasons, At: m.At}
			if v.staff() {
				shown.By = m.By
			}
			out.Moderated = append(out.Moderated, shown)
		}
	}
	if v.staff() || v.author() {
		for _, f := range v.Flags {
			out.Flags = append(out.Flags, flagView(f))
		}
	}
	if v.staff() {
		for _, a := range v.Asked {
			out.Asked = append(out.Asked, wire.ReviewAsking{Why: a.Why, By: a.By, Text: a.Text, At: a.At})
		}
	}
	if r := v.Reply; r != nil && (v.Public() || v.staff()) {
		out.Reply = wire.ReviewReply{Text: r.Text, At: r.At}
	}
	return out
}

func flagView(f casefile.Flag) wire.Flag {
	return wire.Flag{Rule: f.Rule, From: f.From, Until: f.Until}
}

func marksView(m review.Marks) wire.Marks {
	of := func(name string) int {
		mark, _ := m.Of(name)
		return mark
	}
	return wire.Marks{Stars: m.Stars, AsDescribed: of("as_described"), Quality: of("quality"), Communication: of("communication"),
		ShippingSpeed: of("shipping_speed")}
}

// actions are what the caller may do about the review now.
func (v *reviewView) actions() []wire.Action {
	out := []wire.Action{}
	open := func(command string) bool { return v.Check(command, v.actor, v.at, v.facts).Accepted() }
	for _, op := range v.server.offered(casefile.KindReview, v.actor, v.relation, v.muted, open) {
		out = append(out, wire.Action{Name: op.command, Method: wire.ActionMethodPOST, Href: strings.ReplaceAll(op.path, "{review}", v.ID)})
	}
	return out
}
