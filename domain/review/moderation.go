package review

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
)

// Asking is why a moderator is to look: the screening, a report by a reader, or an appeal.
type Asking struct {
	Why  string    `json:"why"`
	By   string    `json:"by,omitempty"` // empty: the screening
	Text string    `json:"text,omitempty"`
	At   time.Time `json:"at"`
}

// Why somebody who is not the screening asks.
const (
	becauseReported = "reported"
	becauseAppealed = "appealed"
)

// Verdict is what a moderator said.
type Verdict struct {
	Verdict Status    `json:"verdict"`
	By      string    `json:"by"`
	Reasons string    `json:"reasons,omitempty"`
	At      time.Time `json:"at"`
}

// mayModerate: nobody who has to do with a party, and an appeal goes to somebody else. A review that was published because
// nobody said anything can still be judged.
func (t *turn) mayModerate() casefile.Answer {
	if t.Status != Moderation && !t.Silent {
		return casefile.Refuse(casefile.WrongStage, "Nobody has asked to look at this review.")
	}
	parties := assignment.Matter{Case: t.ID, Parties: []string{t.Buyer, t.Seller}, At: t.At()}
	c, found := assignment.Named(t.facts.Reviewers, t.By().ID)
	switch {
	case !found:
		return casefile.Refuse(casefile.NotAllowed, "You do not moderate reviews.")
	case parties.Conflict(c) != "":
		return casefile.Refuse(casefile.ConflictOfInterest, "You have to do with a party of this review.")
	case t.appealed() && slices.ContainsFunc(t.Moderated, func(v Verdict) bool { return v.By == c.ID }):
		return casefile.Refuse(casefile.ConflictOfInterest, "An appeal goes to somebody who has not judged this review.")
	}
	return casefile.Answer{}
}

// appealed says that the moderation that goes on answers an appeal.
func (t *turn) appealed() bool {
	return t.Status == Moderation && len(t.Asked) > 0 && t.Asked[len(t.Asked)-1].Why == becauseAppealed
}

type verdict struct {
	Verdict Status `json:"verdict"`
	Text    string `json:"text,omitempty"`    // of a redaction: what is left; else the reasons
	Reasons string `json:"reasons,omitempty"` // of a redaction
}

func (v verdict) Valid() casefile.Answer {
	if !slices.Contains([]Status{Published, EditRequested, Redacted, Removed}, v.Verdict) {
		return casefile.Invalid("/verdict", "A review is published, redacted or removed, or its author is asked to edit it.")
	}
	return casefile.Answer{}
}

func (v verdict) Fits(t *turn) casefile.Answer {
	if a := casefile.CheckWords("/reasons", v.Reasons, t.Terms.Limits.TextRunes); !a.Accepted() {
		return a
	}
	if v.Verdict != Redacted {
		return casefile.CheckWords("/text", v.Text, t.Terms.Limits.TextRunes)
	}
	if a := casefile.CheckText("/text", v.Text, t.Terms.Limits.TextRunes); !a.Accepted() {
		return a
	}
	if !TakesAway(t.Text, v.Text) {
		return casefile.Invalid("/text", "A redaction takes something out of the text and adds nothing but marks in brackets, such as […].")
	}
	return casefile.Answer{}
}

// TakesAway says that a redaction differs from the text and says nothing that is not in it, in its order: what stands in
// square brackets marks what is gone.
func TakesAway(text, redaction string) bool {
	if text == redaction {
		return false
	}
	rest := []rune(text)
	marked := 0
	for _, c := range redaction {
		switch {
		case c == '[':
			marked++
		case c == ']' && marked > 0:
			marked--
		case marked > 0 || c == ' ' || c == '\n':
		default:
			at := slices.Index(rest, c)
			if at < 0 {
				return false
			}
			rest = rest[at+1:]
		}
	}
	return marked == 0
}

// moderate is a moderator's verdict. What can be redacted is not removed: removal asks for a redaction before it, unless the
// text itself is unlawful; and an edit is asked for once, before a review is published.
func (t *turn) moderate(v verdict) casefile.Answer {
	switch {
	case v.Verdict == Removed && t.Redaction == "" && !t.flagged(Unlawful):
		return casefile.Refuse(casefile.WrongStage, "Redaction comes before removal.")
	case v.Verdict == EditRequested && (t.Edited || !t.PublishedAt.IsZero()):
		return casefile.Refuse(casefile.WrongStage, "An edit is asked for once, before the review is published.")
	}
	reasons := v.Reasons
	if v.Verdict != Redacted && reasons == "" {
		reasons = v.Text
	}
	t.Moderated = append(t.Moderated, Verdict{Verdict: v.Verdict, By: t.By().ID, Reasons: reasons, At: t.At()})
	t.Clocks.Remove(dueModeration, dueAppeal)
	t.Silent = false
	t.Event(casefile.ReviewModerated, map[string]any{"verdict": v.Verdict, "reasons": reasons})
	switch v.Verdict {
	case Published:
		t.Redaction = ""
		t.publish()
	case Redacted:
		t.Redaction = v.Text
		t.Event(casefile.ReviewRedacted, map[string]any{"text": v.Text})
		t.publish()
	case Removed:
		t.Status, t.RemovedAt, t.Counted, t.Reason = Removed, t.At(), false, ""
		t.Event(casefile.ReviewRemoved, map[string]any{"reasons": reasons})
	case EditRequested:
		t.Edited, t.Status = true, EditRequested
		t.Start(dueEdit, "review.edit_requested", "review.edit", t.Terms.Review.Edit.Std())
		d, _ := t.Clocks.Get(dueEdit)
		t.Event(casefile.ReviewEditRequested, map[string]any{"reasons": reasons, "due_at": d.DueAt})
	}
	t.tell()
	return casefile.Answer{Result: map[string]any{"status": t.Status}}
}

// tell says to both parties that a moderator has spoken.
func (t *turn) tell() {
	t.Notice(t.Buyer, "review_moderated")
	t.Notice(t.Seller, "review_moderated")
}

// moderatorSilent: what waits to be published is published and does not count; what was public stays as it is.
func (t *turn) moderatorSilent() {
	t.Notice("supervisors", "moderation_overdue")
	t.Silent = t.Silent || t.PublishedAt.IsZero()
	t.publish()
}

func (t *turn) isBuyer() casefile.Answer {
	if t.By().ID != t.Buyer {
		return casefile.Refuse(casefile.NotAllowed, "This review is not yours.")
	}
	return casefile.Answer{}
}

type edition struct {
	Text string `json:"text"`
}

func (e edition) Fits(t *turn) casefile.Answer {
	return casefile.CheckWords("/text", e.Text, t.Terms.Limits.TextRunes)
}

// edit replaces the text as the moderator asked; it is screened again. The marks stay.
func (t *turn) edit(e edition) casefile.Answer {
	t.Text, t.Flags = e.Text, nil
	t.Clocks.Remove(dueEdit)
	t.Status = Screening
	t.Event(casefile.ReviewSubmitted, map[string]any{"text": e.Text, "edited": true})
	t.screen(false)
	return casefile.Answer{}
}

type words struct {
	Text string `json:"text"`
}

func (w words) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", w.Text, t.Terms.Limits.TextRunes)
}

func (t *turn) mayReply() casefile.Answer {
	switch {
	case t.By().ID != t.Seller:
		return casefile.Refuse(casefile.NotAllowed, "Only the seller replies to a review.")
	case !t.Public() || t.Reply != nil:
		return casefile.Refuse(casefile.WrongStage, "A published review has one reply.")
	}
	return casefile.Answer{}
}

// reply is the seller's one answer. It is read by everybody at once, so one that the scanner would hold is refused with the
// rules that it breaks, to be written anew.
func (t *turn) reply(w words) casefile.Answer {
	var broken []string
	for _, f := range t.facts.Review.Flags {
		if slices.Contains(holding, f.Rule) && !slices.Contains(broken, f.Rule) {
			broken = append(broken, f.Rule)
		}
	}
	if len(broken) > 0 {
		return casefile.Answer{Refused: casefile.ValidationFailed, Pointer: "/text", Detail: "The reply says what cannot be published: " + strings.Join(broken, ", ") + ".",
			Result: map[string]any{"rules": broken}}
	}
	t.Reply = &Reply{Text: w.Text, At: t.At()}
	t.Event(casefile.ReviewReplied, map[string]any{"text": w.Text})
	return casefile.Answer{}
}
