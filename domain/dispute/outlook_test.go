package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// The page of a case says what happens by itself, to the parties too. What a hidden vote would do there is the vote.
func TestTheOutlookTellsNothingOfVotesThatAreHidden(t *testing.T) {
	outlook := func(vote fields) dispute.Outlook {
		s := sitting(t)
		s.late("evidence_period")
		s.wait(day)
		for _, member := range s.members()[:2] {
			s.do("vote", member, vote)
		}
		next, found := s.d().Outlook(casefile.Facts{})
		require.True(t, found)
		require.Equal(t, "panel_decision", next.Deadline.Name)
		require.Nil(t, next.Ends)
		require.Equal(t, dispute.PanelReview, next.Status)
		return next
	}
	require.Equal(t, outlook(forBuyer()), outlook(forSeller()))
}

// Who sits is drawn when the window ends, from reviewers whom the outlook does not know: that nobody is free is not its to say.
func TestTheOutlookOfAnAppealIsItsPanel(t *testing.T) {
	s := decided(t)
	next, _ := s.d().Outlook(casefile.Facts{})
	require.NotNil(t, next.Ends, "without an appeal the decision is final")
	s.do("appeal", bolt, fields{"text": "He never looked at the photo."})
	next, found := s.d().Outlook(casefile.Facts{})
	require.True(t, found)
	require.Equal(t, "appeal_window", next.Deadline.Name)
	require.Nil(t, next.Ends)
	require.Equal(t, dispute.PanelReview, next.Status)
}

func TestWhatCanBeDoneBeforeAPanelDoesNotEndWithTheWindow(t *testing.T) {
	until := func(s *scene, name string, by casefile.Actor) time.Time {
		return dispute.Until(s.d().Ahead(casefile.Facts{}), name, by, "", casefile.Facts{})
	}
	s := decided(t)
	s.do("appeal", bolt, fields{"text": "He never looked at the photo."})
	require.Equal(t, s.due("appeal_window"), until(s, "appeal", ada))
	require.Zero(t, until(s, "submit_evidence", ada), "the panel hears what is new")
	s = sitting(t)
	s.late("evidence_period")
	s.wait(day)
	s.do("vote", s.members()[0], forBuyer())
	require.Equal(t, s.due("panel_decision"), until(s, "vote", s.members()[1]))
	require.Zero(t, until(s, "submit_evidence", ada), "a supervisor may be asked next")
	require.Len(t, s.d().Panel.Votes, 1)
	require.False(t, s.d().Panel.Failed, "what is ahead is not now")
}
