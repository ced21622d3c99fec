package review

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

func (t *turn) asked(why string) bool {
	return slices.ContainsFunc(t.Asked, func(a Asking) bool { return a.Why == why && a.By == t.By().ID })
}

// mayReportReview: anybody but its author, once. A report removes nothing; it asks a moderator to look.
func (t *turn) mayReportReview() casefile.Answer {
	switch {
	case t.By().ID == t.Buyer:
		return casefile.Refuse(casefile.NotAllowed, "Nobody reports its own review.")
	case t.asked(becauseReported):
		return casefile.Refuse(casefile.WrongStage, "You have reported this review.")
	}
	return casefile.Answer{}
}

// reportReview asks a moderator to look at a published review, which stays public meanwhile, and counted as it was.
func (t *turn) reportReview(w words) casefile.Answer {
	t.ask(becauseReported, w.Text)
	t.Start(dueModeration, "review.reported", "review.moderation", t.Terms.Review.Moderation.Std())
	return casefile.Answer{}
}

func (t *turn) ask(why, text string) {
	t.Asked = append(t.Asked, Asking{Why: why, By: t.By().ID, Text: text, At: t.At()})
	t.Status = Moderation
	t.Event(casefile.ReviewHeld, map[string]any{"why": why, "text": text, "public": t.Public()})
}

// AppealUntil is until when a party may appeal from the last verdict; zero when there is none.
func (r Review) AppealUntil() time.Time {
	if len(r.Moderated) == 0 {
		return time.Time{}
	}
	return r.Moderated[len(r.Moderated)-1].At.Add(r.Terms.Review.Appeal.Std())
}

// mayAppeal: each party once, in some time after a verdict.
func (t *turn) mayAppeal() casefile.Answer {
	id := t.By().ID
	until := t.AppealUntil()
	switch {
	case id != t.Buyer && id != t.Seller:
		return casefile.Refuse(casefile.NotAllowed, "Only the parties of a review appeal.")
	case until.IsZero():
		return casefile.Refuse(casefile.WrongStage, "No moderator has said anything from which to appeal.")
	case t.At().After(until):
		return casefile.Refuse(casefile.DeadlinePassed, "The time to appeal is over.")
	case t.asked(becauseAppealed):
		return casefile.Refuse(casefile.AppealUsed, "You have appealed already.")
	}
	return casefile.Answer{}
}

// appeal asks another moderator. Until it is answered everything stays as it is.
func (t *turn) appeal(w words) casefile.Answer {
	t.ask(becauseAppealed, w.Text)
	t.Start(dueAppeal, "review.moderated", "review.moderation", t.Terms.Review.Moderation.Std())
	return casefile.Answer{}
}

// dismissAppeal: silence leaves what a moderator has said.
func (t *turn) dismissAppeal() {
	t.Notice("supervisors", "moderation_overdue")
	last := t.Moderated[len(t.Moderated)-1].Verdict
	if last == Removed {
		t.Status = Removed
	} else {
		t.publish()
	}
	t.EventBy(casefile.ByItself, casefile.ReviewModerated, map[string]any{"verdict": last, "why": "silence"})
	t.tell()
}
