package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestARefusedReasonSaysSinceWhenOrUntilWhenItIsOpen(t *testing.T) {
	from := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	until := from.Add(240 * time.Hour)
	for name, c := range map[string]struct {
		opening casefile.OpeningTime
		says    string
	}{
		"too early": {casefile.OpeningTime{Why: casefile.WhyTooEarly, From: from, Until: until},
			"It is too early for this reason: it can be used from 2 Mar 2026, 10:00 UTC, and as things stand until 12 Mar 2026, 10:00 UTC."},
		"too late":  {casefile.OpeningTime{Why: casefile.WhyProtectionOver, Until: until}, "It is too late for this reason: it could be used until 12 Mar 2026, 10:00 UTC."},
		"long over": {casefile.OpeningTime{Why: casefile.WhyProtectionOver}, "It is too late for this reason: the order's protection is over."},
		"not there": {casefile.OpeningTime{Why: casefile.WhyNotDelivered}, "It is for goods that have come, and no delivery of these lines is recorded."},
	} {
		t.Run(name, func(t *testing.T) {
			refusal := c.opening.Refuse()
			require.Equal(t, casefile.ReasonNotOpen, refusal.Refused)
			require.Equal(t, c.says+" The order's can_open says which reasons can be used now, and until when.", refusal.Detail)
		})
	}
}

func TestEveryGroundThatKeepsAReasonClosedHasItsSentence(t *testing.T) {
	for _, why := range []string{casefile.WhyNoSuchLine, casefile.WhyTooEarly, casefile.WhyProtectionOver, casefile.WhyNothingLeft, casefile.WhyNotDelivered,
		casefile.WhyNotDeliveredLate, casefile.WhyNotReleased, casefile.WhyNotInProgramme, casefile.WhyNotInInspection} {
		require.NotRegexp(t, "^ ", casefile.OpeningTime{Why: why}.Refuse().Detail, why)
	}
}
