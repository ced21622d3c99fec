package review

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/report"
)

// The rules of the scanner that hold a review until a person has looked (PROCEDURE 10). What it flags besides is kept and
// holds nothing.
const (
	Insult         = "insult"
	Unlawful       = "unlawful"
	PersonalData   = "payment_identifier"
	ContactData    = "contact_data"
	Link           = "outside_link"
	RewardForStars = "reward_for_stars"
)

var holding = []string{Insult, Unlawful, PersonalData, ContactData, Link, RewardForStars}

// unseal opens a review when its time is over and no dispute about the order is open; else it looks again later.
func (t *turn) unseal() {
	if _, sealed := t.Clocks.Get(dueSeal); t.Status != Sealed || sealed {
		return
	}
	if disputed(*t.facts.Review) {
		t.Start(dueRecheck, "review.sealed", "review.dispute_recheck", t.Terms.Review.DisputeRecheck.Std())
		return
	}
	t.Clocks.Remove(dueRecheck)
	t.Status = Screening
	t.screen(false)
}

// screen reads what the scanner found. Where it has not looked in time, a person does.
func (t *turn) screen(overdue bool) {
	f := t.facts.Review
	switch {
	case !f.Scanned && overdue:
		t.hold("not_scanned")
	case !f.Scanned:
		t.Start(dueScreening, "review.opened", "review.screening_max", t.Terms.Review.ScreeningMax.Std())
	case slices.ContainsFunc(f.Flags, func(x casefile.Flag) bool { return slices.Contains(holding, x.Rule) }):
		t.Clocks.Remove(dueScreening)
		t.Flags = f.Flags
		t.hold("flagged")
	default:
		t.Clocks.Remove(dueScreening)
		t.Flags = f.Flags
		t.publish()
	}
}

func (t *turn) screened(struct{}) casefile.Answer {
	if t.Status == Screening && t.facts.Review.Scanned {
		t.screen(false)
	}
	return casefile.Answer{}
}

func (t *turn) disputeEnded(struct{}) casefile.Answer {
	t.unseal()
	t.recount("dispute_ended")
	return casefile.Answer{}
}

// hold keeps an unpublished review until a moderator has said what becomes of it.
func (t *turn) hold(why string) {
	t.Status = Moderation
	data := map[string]any{"why": why}
	if len(t.Flags) > 0 {
		data["flags"] = t.Flags
	}
	t.EventBy(casefile.ByItself, casefile.ReviewHeld, data)
	t.Asked = append(t.Asked, Asking{Why: why, At: t.At()})
	t.Start(dueModeration, "review.held", "review.moderation", t.Terms.Review.Moderation.Std())
}

// publish shows the review, once, and says whether it counts.
func (t *turn) publish() {
	t.investigate()
	t.Status, t.RemovedAt = Published, time.Time{}
	if t.Redaction != "" {
		t.Status = Redacted
	}
	if !t.PublishedAt.IsZero() {
		t.recount("moderated")
		return
	}
	t.PublishedAt = t.At()
	t.Reason = t.uncounted()
	t.Own, t.Counted = t.Reason == SamePerson, t.Reason == ""
	t.EventBy(casefile.ByItself, casefile.ReviewPublished, map[string]any{"counted": t.Counted, "redacted": t.Redaction != ""})
	if !t.Counted {
		t.EventBy(casefile.ByItself, casefile.ReviewUncounted, map[string]any{"reason": t.Reason})
	}
	t.Notice(t.Buyer, "review_published")
	t.Notice(t.Seller, "review_published")
}

// investigate finds the report about a flagged threat, or opens it: a review that is under investigation is so until
// somebody has answered.
func (t *turn) investigate() {
	f := t.facts.Review
	if !f.Threat || len(t.Reports) > 0 {
		return
	}
	if f.Report != "" {
		t.Reports = append(t.Reports, Threat{Report: f.Report, Finding: report.Finding(f.Answered)})
		return
	}
	id := "rep_" + strings.TrimPrefix(t.ID, "rev_")
	t.Reports = append(t.Reports, Threat{Report: id})
	t.Openings = append(t.Openings, casefile.Opening{ID: id, Kind: casefile.KindReport, Name: "submit_report", By: casefile.ByItself, Order: t.Order,
		Data: report.Submission{Against: t.Buyer, Behaviour: report.Extortion, Order: t.Order, Review: t.ID, Behalf: t.Seller,
			Text: "A message or the review itself was flagged: money is asked under threat of stars.", Terms: t.Terms.Report},
		Summary: casefile.Summary{Kind: casefile.KindReport, Stage: "report", Status: string(report.Submitted), Reason: string(report.Extortion),
			Order: t.Order, Move: casefile.Supervisor, OpenedAt: t.At()}})
}
