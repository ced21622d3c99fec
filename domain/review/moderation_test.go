package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/review"
)

func TestSilenceOfTheModeratorPublishesUncounted(t *testing.T) {
	s := held(t)
	s.wait(2*day - micro) // two days after the seventh
	s.status(review.Moderation)
	s.wait(micro)
	s.status(review.Published)
	s.counts(review.ModerationSilence)
	s.do("moderate", cleo, fields{"verdict": "published"}) // better late
	s.counts("")
	require.Len(t, s.happened(casefile.ReviewPublished), 1)
	require.Len(t, s.happened(casefile.ReviewUncounted), 1)

	s = sealed(t)
	s.facts.Flags, s.facts.Incentive = flags(review.Link), true
	s.wait(9*day + 2*micro)
	s.counts(review.Incentive) // comes before silence
}

func TestARewardForStarsInTheTextIsShownAndNotCounted(t *testing.T) {
	s := held(t, review.RewardForStars)
	s.do("moderate", cleo, fields{"verdict": "published"})
	s.counts(review.Incentive)
}

func TestARedactionTakesAwayAndAddsNothing(t *testing.T) {
	s := held(t)
	for _, text := range []string{"A lamp. Call me: 0123. It is dim.", "A fine lamp.", "It is dim. A lamp.", "A lamp. [", ""} {
		require.Equal(t, "/text", s.refused(casefile.ValidationFailed, "moderate", cleo, fields{"verdict": "redacted", "text": text}).Pointer, text)
	}
	s.redact(cleo)
	s.status(review.Redacted)
	require.Equal(t, "A lamp. […] It is dim.", s.state.Shown())
	s.counts("")
	require.Equal(t, []casefile.EventType{casefile.ReviewHeld, casefile.ReviewModerated, casefile.ReviewRedacted, casefile.ReviewPublished}, s.types()[2:])
	require.True(t, review.TakesAway("Pay 5 or one star", "Pay [] or one star"))
}

func TestRedactionComesBeforeRemoval(t *testing.T) {
	s := held(t)
	s.refused(casefile.WrongStage, "moderate", cleo, fields{"verdict": "removed", "text": "I do not like it."})
	s.redact(cleo)
	s.do("report_review", bolt, fields{"text": "It still says who I am."})
	s.do("moderate", dora, fields{"verdict": "removed", "text": "It does."})
	s.status(review.Removed)
	require.Empty(t, s.state.Shown())
	require.False(t, s.state.Counted)
	held(t, review.Unlawful).do("moderate", cleo, fields{"verdict": "removed"}) // nothing could be left of it
}

func TestAnEditIsAskedForOnce(t *testing.T) {
	s := held(t)
	s.do("moderate", cleo, fields{"verdict": "edit_requested", "text": "No numbers, please."})
	s.facts.Flags = flags(review.Insult)
	s.do("edit_review", ada, fields{"text": "You fools."})
	s.status(review.Moderation)
	s.refused(casefile.WrongStage, "moderate", cleo, fields{"verdict": "edit_requested"})
	s.do("moderate", cleo, fields{"verdict": "published"})
	require.Equal(t, "You fools.", s.state.Shown())

	s = held(t)
	s.do("moderate", cleo, fields{"verdict": "edit_requested"})
	s.do("edit_review", ada, fields{"text": "It is dim."})
	s.status(review.Published)

	s = held(t)
	s.do("moderate", cleo, fields{"verdict": "edit_requested"})
	s.wait(7*day + micro)
	s.status(review.Moderation)
	require.Equal(t, "not_edited", s.happened(casefile.ReviewHeld)[1].Data["why"])

	require.Equal(t, "/verdict", held(t).refused(casefile.ValidationFailed, "moderate", cleo, fields{"verdict": "sealed"}).Pointer)
}

func TestAReportedReviewStaysPublicAndSilenceChangesNothing(t *testing.T) {
	s := published(t)
	s.do("report_review", bolt, fields{"text": "He means another shop."})
	s.status(review.Moderation)
	s.counts("")
	s.wait(2*day + micro)
	s.status(review.Published)
	s.counts("")
	require.Len(t, s.happened(casefile.ReviewPublished), 1)
	s.refused(casefile.WrongStage, "report_review", bolt, fields{"text": "Again."})
	s.do("report_review", carl, fields{"text": "And I think so too."})
	s.refused(casefile.WrongStage, "moderate", cleo, fields{"verdict": "edit_requested"})
}

func TestAnAppealGoesToSomebodyElseAndSilenceDismissesIt(t *testing.T) {
	s := ways[review.Removed](t, row{})
	s.do("appeal", ada, fields{"text": "It is lawful where I live."})
	s.status(review.Moderation)
	require.False(t, s.state.Public(), "what was removed stays away meanwhile")
	s.refused(casefile.ConflictOfInterest, "moderate", cleo, fields{"verdict": "published"})
	s.do("moderate", dora, fields{"verdict": "published"})
	s.counts("")
	require.Len(t, s.happened(casefile.ReviewPublished), 1)

	s = ways[review.Removed](t, row{})
	s.do("appeal", ada, fields{"text": "It is lawful where I live."})
	s.wait(2*day + micro)
	s.status(review.Removed)
	require.Empty(t, s.happened(casefile.ReviewPublished))

	s = ways[review.Redacted](t, row{})
	s.wait(30 * day) // the last instant is in time
	s.do("appeal", bolt, fields{"text": "Too much is left."})
	s.wait(2*day + micro)
	s.status(review.Redacted)

	s = ways[review.Redacted](t, row{})
	s.do("appeal", ada, fields{"text": "Too much is gone."})
	s.do("moderate", dora, fields{"verdict": "published"})
	require.Equal(t, "A lamp. Call me: 0123. It is dim.", s.state.Shown())
}

func TestAReviewThatWasPublicAndRemovedComesBackWithoutBeingPublishedTwice(t *testing.T) {
	s := ways[review.Redacted](t, row{})
	s.do("report_review", bolt, fields{"text": "It still says who I am."})
	s.do("moderate", cleo, fields{"verdict": "removed"})
	s.do("appeal", ada, fields{"text": "It does not."})
	require.Empty(t, s.state.Shown())
	s.do("moderate", dora, fields{"verdict": "redacted", "text": "[…] It is dim."})
	require.Equal(t, "[…] It is dim.", s.state.Shown())
	s.counts("")
	require.Len(t, s.happened(casefile.ReviewPublished), 1)
}

func TestTheSellerRepliesOnceAndIsToldWhatCannotBePublished(t *testing.T) {
	s := published(t)
	s.facts.Flags = flags(review.ContactData, review.Insult, review.Insult)
	answer := s.refused(casefile.ValidationFailed, "reply", bolt, fields{"text": "Call me, you fool."})
	require.Equal(t, []string{review.ContactData, review.Insult}, answer.Result["rules"])
	s.facts.Flags = flags("some other rule")
	s.do("reply", bolt, fields{"text": "We are sorry."})
	require.Equal(t, "We are sorry.", s.state.Reply.Text)
	require.Len(t, s.happened(casefile.ReviewReplied), 1)
	require.Equal(t, "/text", s.refused(casefile.ValidationFailed, "report_review", bolt, fields{}).Pointer)
}

func TestBothAreToldWhatAModeratorSaid(t *testing.T) {
	s := held(t)
	s.redact(cleo)
	told := map[any]any{}
	for _, e := range s.happened(casefile.NoticeSent) {
		if e.Data["about"] == "review_moderated" {
			told[e.Data["to"]] = true
		}
	}
	require.Equal(t, map[any]any{ada.ID: true, bolt.ID: true}, told)
}
