package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
)

func TestVotesAreHiddenWhileThePanelSits(t *testing.T) {
	three := []string{"cleo", "dara", "emil"}
	two := []dispute.Vote{{By: "cleo"}, {By: "dara"}}
	for _, c := range []struct {
		what string
		d    dispute.Dispute
		open bool
	}{
		{"nobody has voted", dispute.Dispute{Status: dispute.PanelReview, Panel: &dispute.Panel{Members: three}}, false},
		{"one vote is out", dispute.Dispute{Status: dispute.PanelReview, Panel: &dispute.Panel{Members: three, Votes: two}}, false},
		{"all are in", dispute.Dispute{Status: dispute.PanelReview, Panel: &dispute.Panel{Members: three[:2], Votes: two}}, true},
		{"a supervisor decides", dispute.Dispute{Status: dispute.PanelReview, Panel: &dispute.Panel{Members: three, Votes: two, Failed: true}}, true},
		{"its time was up, and the goods go back", dispute.Dispute{Status: dispute.WaitingReturn, Panel: &dispute.Panel{Members: three, Votes: two}}, true},
		{"it is over", dispute.Dispute{Status: dispute.Closed, Panel: &dispute.Panel{Members: three, Votes: two}}, true},
		{"there never was one", dispute.Dispute{Status: dispute.UnderReview}, true},
	} {
		require.Equal(t, c.open, c.d.VotesOpen(), c.what)
	}
}
