package disclosure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/disclosure"
)

func TestAPartyIsToldOfNobodyWhetherALinkOrAnEarlierCaseSpeaksAgainstIt(t *testing.T) {
	const day = 24 * time.Hour
	had := func(party string, ago time.Duration) []casefile.PastDuty {
		return []casefile.PastDuty{{Case: "1", Party: party, At: now.Add(-ago)}}
	}
	all := []casefile.Candidate{
		{ID: "linked", Role: casefile.Reviewer, Linked: []string{"bolt"}, Kinds: map[string][]string{"bolt": {"device"}}, Duties: had("ada", day)},
		{ID: "earlier", Role: casefile.Reviewer, Duties: had("bolt", day)},
		{ID: "long_ago", Role: casefile.Supervisor, Duties: had("bolt", 90*day)},
		{ID: "just_over", Role: casefile.Reviewer, Duties: had("ada", 90*day-time.Hour)},
		{ID: "this_case", Role: casefile.Reviewer, Duties: []casefile.PastDuty{{Case: "dsp_1", Party: "ada", At: now}}},
		{ID: "waived", Role: casefile.Reviewer, Duties: had("bolt", 2*day)},
		{ID: "sender", Role: casefile.Reviewer, Duties: had("ada", 3*day)},
		{ID: "waived_linked", Role: casefile.Reviewer, Linked: []string{"ada"}},
		{ID: "free", Role: casefile.Reviewer},
	}
	choice := disclosure.Choice{Case: "dsp_1", Buyer: "ada", Seller: "bolt", Sender: "sender", Since: now, Until: now.Add(time.Hour), Window: 90 * day,
		Waived: map[string]bool{"waived": true, "waived_linked": true}}
	require.Equal(t, []casefile.Candidate{
		{ID: "linked", Role: casefile.Reviewer, Excluded: true},
		{ID: "earlier", Role: casefile.Reviewer, Excluded: true},
		{ID: "long_ago", Role: casefile.Supervisor},
		{ID: "just_over", Role: casefile.Reviewer, Duties: had("ada", 90*day-time.Hour)}, // free by the time the deadline was noticed
		{ID: "this_case", Role: casefile.Reviewer},
		{ID: "waived", Role: casefile.Reviewer, Duties: had("bolt", 2*day)},
		{ID: "sender", Role: casefile.Reviewer, Duties: had("ada", 3*day)},
		{ID: "waived_linked", Role: casefile.Reviewer, Excluded: true},
		{ID: "free", Role: casefile.Reviewer},
	}, eyes(ada).Candidates(all, choice))
	require.Equal(t, eyes(ada).Candidates(all, choice), eyes(bolt).Candidates(all, choice))
	for _, by := range []casefile.Actor{cleo, gwen, otto, ann, {ID: "market", Role: casefile.Platform}} {
		require.Equal(t, all, eyes(by).Candidates(all, choice), by.Role)
	}
}
