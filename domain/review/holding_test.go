package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/review"
	"recourse/domain/wording"
)

func TestTheScannerKnowsEveryRuleThatHoldsAReview(t *testing.T) {
	for _, rule := range []string{review.Insult, review.Unlawful, review.PersonalData, review.ContactData, review.Link, review.RewardForStars} {
		require.Contains(t, wording.Rules, wording.Rule(rule))
	}
}
