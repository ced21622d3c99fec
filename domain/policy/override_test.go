package policy_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"recourse/domain/evidence"
	"recourse/domain/policy"
)

func whole(t testing.TB) policy.Policy {
	p, err := policy.Parse([]byte(document(t)))
	require.NoError(t, err)
	return p
}

func TestOverridesMakeAnotherPolicy(t *testing.T) {
	p := whole(t)
	q, err := p.Override(map[string]string{
		"dispute.seller_response":             "3d",
		"dispute.seller_response_reminders":   "[1d, 6h]",
		"decision.second_signature":           "{EUR: 300.00, KWD: 36.500}",
		"goodwill.max.JPY":                    "7000",
		"protection.guaranteed_by_max_for.BR": "90d",
		"limits.evidence_items":               "2",
		"fees.percent":                        "2.5",
	})
	require.NoError(t, err)
	require.NotEqual(t, p.Version, q.Version)
	require.Equal(t, 3*policy.Day, q.Dispute.SellerResponse)
	require.Equal(t, []policy.Duration{policy.Day, policy.Duration(6 * time.Hour)}, q.Dispute.SellerResponseReminders)
	require.EqualValues(t, 30000, q.Decision.SecondSignature.For("EUR"))
	require.EqualValues(t, 36500, q.Decision.SecondSignature.For("KWD"))
	require.EqualValues(t, 80000, q.Decision.SecondSignature.For("JPY"), "what is not named stays")
	require.EqualValues(t, 7000, q.Goodwill.Max.For("JPY"))
	require.Equal(t, 90*policy.Day, q.Protection.GuaranteedByLimit("BR"))
	require.Equal(t, 60*policy.Day, q.Protection.GuaranteedByLimit("FR"))
	require.Equal(t, 2, q.Limits.EvidenceItems)
	require.Equal(t, policy.Percent(250), q.Fees.Percent)
	require.Equal(t, whole(t), p, "the policy that was overridden is unchanged")
}

func TestTheVersionFollowsTheContent(t *testing.T) {
	p := whole(t)
	same, err := p.Override(map[string]string{"dispute.withdrawal_cooling": "3d"}) // 72h
	require.NoError(t, err)
	require.Equal(t, p, same)

	there, err := p.Override(map[string]string{"dispute.hearing": "1d1s"})
	require.NoError(t, err)
	back, err := there.Override(map[string]string{"dispute.hearing": "24h"})
	require.NoError(t, err)
	require.Equal(t, p, back)
}

func TestAReminderThatDoesNotFitAnyMoreIsLeftOut(t *testing.T) {
	q, err := whole(t).Override(map[string]string{"dispute.seller_response": "1d", "protection.inspection": "2d",
		"protection.ship_by_max": "1d"})
	require.NoError(t, err)
	require.Equal(t, []policy.Duration{policy.Day / 2}, q.Dispute.SellerResponseReminders)
	require.Zero(t, q.Protection.InspectionReminder)
	require.Zero(t, q.Protection.ShipByReminder)

	_, err = whole(t).Override(map[string]string{"protection.inspection": "2d", "protection.inspection_reminder": "2d"})
	require.Equal(t, "protection.inspection_reminder", problems(t, err)[0].Key)
}

func TestOverridesAreCheckedAsAWhole(t *testing.T) {
	for key, c := range map[string]struct{ value, at, message string }{
		"dispute.sellers_response":         {"3d", "dispute.sellers_response", "is not a key of the policy"},
		"disputes":                         {"3d", "disputes", "is not a key of the policy"},
		"":                                 {"3d", "", "is not a key of the policy"},
		"dispute.seller_response":          {"3", "dispute.seller_response", "is not a duration"},
		"dispute.hearing.length":           {"3d", "dispute.hearing", "is not a single value"},
		"dispute":                          {"3d", "dispute", "is not a section with keys"},
		"goodwill.max":                     {"50.00", "goodwill.max", "is not an amount by currency"},
		"goodwill.max.JPY":                 {"50.00", "goodwill.max.JPY", "is too many decimals"},
		"protection.buyer_extension":       {"31d", "protection.buyer_extension", "is longer than protection.extension_max"},
		"dispute.return_ship":              {"", "dispute.return_ship", "has a value that cannot be read"},
		"dispute.return_transit":           {"a: b: c", "dispute.return_transit", "has a value that cannot be read"},
		"dispute.performance_max":          {"&a [*a]", "dispute.performance_max", "is not a single value"},
		"appeal.panel_size":                {"4", "appeal.panel_size", "is even"},
		"protection.guaranteed_by_max_for": {"{br: 90d}", "protection.guaranteed_by_max_for.br", "is not a country"},
	} {
		t.Run(key, func(t *testing.T) {
			_, err := whole(t).Override(map[string]string{key: c.value})
			found := problems(t, err)
			require.Len(t, found, 1, "%v", err)
			require.Equal(t, c.at, found[0].Key)
			require.Contains(t, found[0].Message, c.message)
			require.Zero(t, found[0].Line, "an override has no line")
		})
	}
	_, err := whole(t).Override(map[string]string{"dispute.hearing": "soon", "fees.percent": "-1", "fees.flat": "1"})
	require.Len(t, problems(t, err), 3)
}

func TestPinnedTermsAreReadBackAsWritten(t *testing.T) {
	p := whole(t)
	text, err := json.Marshal(p.ForOrder())
	require.NoError(t, err)
	require.Contains(t, string(text), `"seller_response":"5d"`)
	var terms policy.OrderTerms
	require.NoError(t, json.Unmarshal(text, &terms))
	require.Equal(t, p.Version, terms.Version)
	require.Equal(t, p.ForDispute(), terms.Dispute)
	require.Equal(t, p.Remedy, terms.Remedy)

	text, err = json.Marshal(p.ForReview())
	require.NoError(t, err)
	var review policy.ReviewTerms
	require.NoError(t, json.Unmarshal(text, &review))
	require.Equal(t, p.ForReview(), review)
	require.Equal(t, p.ForReport(), review.Report)
	require.Equal(t, p.Dispute.ConflictWindow, review.Report.Desk.ConflictWindow)
}

func TestAChecklistIsOverriddenWholeAndNamesThePolicy(t *testing.T) {
	p := whole(t)
	q, err := p.Override(map[string]string{"checklists.not_received.late.buyer": "[{need: helpful, by: [statement], text: Say when it came.}]"})
	require.NoError(t, err)
	require.NotEqual(t, p.Version, q.Version)
	require.Equal(t, []evidence.Item{{Need: evidence.Helpful, By: []string{"statement"}, Text: "Say when it came."}}, q.Checklists.Of("not_received.late", "buyer"))
	require.Equal(t, p.Checklists.Of("not_received.late", "seller"), q.Checklists.Of("not_received.late", "seller"))
	require.Equal(t, p.Checklists.Of("counterfeit", "buyer"), q.Checklists.Of("counterfeit", "buyer"))
	text, err := yaml.Marshal(q)
	require.NoError(t, err)
	again, err := policy.Parse(text)
	require.NoError(t, err)
	require.Equal(t, q, again)
	for _, change := range []string{"[{need: required, by: [statement], text: Say when it came.}]", "[{need: helpful, by: [other], text: Say when it came.}]", "[]"} {
		other, err := p.Override(map[string]string{"checklists.not_received.late.buyer": change})
		require.NoError(t, err)
		require.NotEqual(t, q.Version, other.Version, "every word of a checklist is content")
	}
	_, err = p.Override(map[string]string{"checklists.not_received.early.buyer": "[]"})
	require.Error(t, err)
}
