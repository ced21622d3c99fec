package standing

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// Review is what a supervisor says about a suspended account (PROCEDURE 8). It rests on the entries that were there: what is
// entered later suspends anew, and what is voided later may take the ground from under it.
type Review struct {
	Since   time.Time `json:"since"`
	Verdict Verdict   `json:"verdict,omitempty"` // empty: a supervisor is waited for
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Reasons string    `json:"reasons,omitempty"`
	Entries []string  `json:"entries,omitempty"` // that counted when it was ruled
}

// Verdict is how a removal review ended.
type Verdict string

// The verdicts of PROCEDURE 8.
const (
	VerdictRemoved  Verdict = "removed"
	VerdictRestored Verdict = "restored"
)

func (r *Review) is(v Verdict) bool { return r != nil && r.Verdict == v }

func (r *Review) waits() bool { return r.is("") }

// StateAt is the rung of the ladder at an instant. Expiry and the ends of measures need no step to be true.
func (s Standing) StateAt(at time.Time) State {
	switch {
	case s.Account == "":
		return Good
	case s.Review.is(VerdictRemoved):
		return Removed
	case s.exhausted(at) && !s.forgiven(at):
		return Suspended
	}
	switch balance, ladder := s.Balance(at), s.Terms.Standing; {
	case balance <= ladder.Restricted || s.exhausted(at): // restored, and no further up than its points
		return Restricted
	case balance <= ladder.Limited:
		return Limited
	case balance <= ladder.Warned:
		return Warned
	}
	return Good
}

// exhausted says that the points, or the counterfeits, are enough to suspend.
func (s Standing) exhausted(at time.Time) bool {
	return s.Balance(at) == 0 || s.counterfeits(at) >= s.Terms.Standing.CounterfeitsSuspend
}

// forgiven says that a supervisor has restored the account and nothing that takes points has been added since.
func (s Standing) forgiven(at time.Time) bool {
	return s.Review.is(VerdictRestored) && !slices.ContainsFunc(s.Entries, func(e Entry) bool {
		return e.ActiveAt(at) && e.Points > 0 && !slices.Contains(s.Review.Entries, e.ID)
	})
}

// settle draws the conclusions of what has happened: what entries take, the measures that come with them, a suspension and
// its review, and the state that is told.
func (t *turn) settle() {
	t.weigh()
	t.pauses()
	t.review()
	points, state := t.Balance(t.At()), t.StateAt(t.At())
	if points == t.Points && state == t.State {
		return
	}
	t.EventBy(casefile.ByItself, casefile.StandingChanged, map[string]any{"points": points, "state": state, "points_before": t.Points, "state_before": t.State})
	if state != t.State {
		t.Notice(t.Account, "standing_"+string(state))
	}
	t.Points, t.State = points, state
}

// review opens the review of an account that has become suspended, and forgets one whose ground is gone.
func (t *turn) review() {
	if t.Review.is(VerdictRemoved) && t.founded() {
		return
	}
	switch {
	case !t.exhausted(t.At()):
		t.Review = nil
		t.Clocks.Remove(dueRemovalReview)
	case t.Review == nil || t.Review.Verdict != "" && !t.forgiven(t.At()):
		t.Review = &Review{Since: t.At()}
		t.awaitReview()
	}
}

// founded says whether a removal would still rest on enough, had those of its entries that were voided never been. What
// has expired since had its weight when it was ruled.
func (t *turn) founded() bool {
	then := Standing{Terms: t.Terms}
	for _, e := range t.Entries {
		if slices.Contains(t.Review.Entries, e.ID) {
			then.Entries = append(then.Entries, e)
		}
	}
	return then.exhausted(t.Review.At)
}

// awaitReview asks the supervisors for the review, and asks again when they are silent: nobody is removed by silence, and
// nobody restored.
func (t *turn) awaitReview() {
	if !t.Review.waits() {
		return
	}
	t.Notice("supervisors", dueRemovalReview)
	t.Start(dueRemovalReview, "standing.changed", "standing.removal_review", t.Terms.Standing.RemovalReview.Std())
}

type removal struct {
	Remove  bool   `json:"remove"`
	Reasons string `json:"reasons"`
}

// Fits says whether reasons are given.
func (r removal) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/reasons", r.Reasons, t.Terms.Limits.TextRunes)
}

func (t *turn) ruleRemoval(r removal) casefile.Answer {
	t.Review.Verdict = VerdictRestored
	if r.Remove {
		t.Review.Verdict = VerdictRemoved
	}
	t.Review.By, t.Review.At, t.Review.Reasons = t.By().ID, t.At(), r.Reasons
	for _, e := range t.Entries {
		if e.ActiveAt(t.At()) {
			t.Review.Entries = append(t.Review.Entries, e.ID)
		}
	}
	t.Clocks.Remove(dueRemovalReview)
	t.Notice(t.Account, "review_"+string(t.Review.Verdict))
	return casefile.Answer{Result: map[string]any{"verdict": t.Review.Verdict}}
}
