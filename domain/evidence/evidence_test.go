package evidence_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
	"recourse/domain/evidence"
	"recourse/policies"
)

var lists = evidence.Checklists{"counterfeit": {
	Buyer: []evidence.Item{
		{Need: evidence.Required, By: []string{"photo_of_item", "video"}, Text: "Show it."},
		{Need: evidence.Helpful, By: []string{"authenticity_report"}, Text: "Have it looked at."},
	},
	Seller: []evidence.Item{{Need: evidence.Required, By: []string{"invoice", "certificate"}, Text: "Say where it is from."}},
}}

func texts(items []evidence.Item) []string {
	all := []string{}
	for _, i := range items {
		all = append(all, i.Text)
	}
	return all
}

func TestWhatIsMissingIsWhatNothingSatisfies(t *testing.T) {
	for _, c := range []struct {
		reason, party string
		handedIn      []string
		missing       []string
	}{
		{"counterfeit", "buyer", nil, []string{"Show it.", "Have it looked at."}},
		{"counterfeit", "buyer", []string{"statement", "other"}, []string{"Show it.", "Have it looked at."}},
		{"counterfeit", "buyer", []string{"video"}, []string{"Have it looked at."}},
		{"counterfeit", "buyer", []string{"video", "photo_of_item"}, []string{"Have it looked at."}},
		{"counterfeit", "buyer", []string{"authenticity_report", "photo_of_item"}, []string{}},
		{"counterfeit", "seller", []string{"photo_of_item"}, []string{"Say where it is from."}},
		{"counterfeit", "seller", []string{"certificate"}, []string{}},
		{"counterfeit", "reviewer", nil, []string{}},
		{"counterfeit", "", nil, []string{}},
		{"change_of_mind", "buyer", nil, []string{}},
	} {
		require.Equal(t, c.missing, texts(lists.Missing(c.reason, c.party, c.handedIn)), "%s %s %v", c.reason, c.party, c.handedIn)
	}
}

func TestTheReasonsAreThoseOfADispute(t *testing.T) {
	codes := make([]string, len(dispute.Reasons))
	for i, r := range dispute.Reasons {
		codes[i] = string(r)
	}
	require.Equal(t, codes, evidence.Reasons)
}

func TestEveryReasonTellsEachPartyWhatItShouldHandIn(t *testing.T) {
	checklists := policies.Default().Checklists
	for _, reason := range evidence.Reasons {
		for _, party := range []string{evidence.Buyer, evidence.Seller} {
			items := checklists.Of(reason, party)
			require.NotEmpty(t, items, "%s %s", reason, party)
			require.Empty(t, checklists.Missing(reason, party, evidence.Types), "everything can be satisfied")
			for _, item := range items {
				require.NotEmpty(t, checklists.Missing(reason, party, nil))
				require.Regexp(t, `^[A-Z].{10,}\.$`, item.Text, "a sentence")
			}
		}
	}
}
