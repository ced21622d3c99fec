package dispute_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// repeat draws a panel again from what is recorded, as an outsider would.
func repeat(t *testing.T, data map[string]any, size int) []string {
	candidates := slices.Clone(data["candidates"].([]string))
	seed := sha256.Sum256([]byte(data["head"].(string) + "/" + data["nonce"].(string)))
	require.Equal(t, hex.EncodeToString(seed[:]), data["seed"])
	rank := func(id string) string {
		sum := sha256.Sum256([]byte(data["seed"].(string) + "/" + id))
		require.Equal(t, hex.EncodeToString(sum[:]), dispute.Rank(data["seed"].(string), id))
		return hex.EncodeToString(sum[:])
	}
	slices.SortFunc(candidates, func(a, b string) int {
		if rank(a) < rank(b) {
			return -1
		}
		return 1
	})
	return candidates[:size]
}

func TestADrawCanBeRepeatedFromItsRecord(t *testing.T) {
	s := sitting(t)
	drawn := s.happened(casefile.PanelDrawn)
	require.Len(t, drawn, 1)
	data := drawn[0].Data
	require.Equal(t, s.d().Panel.Members, data["members"])
	require.Equal(t, s.d().Panel.Members, repeat(t, data, 3))
	require.Equal(t, []dispute.Exclusion{{Reviewer: "cleo", Why: "earlier_round"}}, data["excluded"])
	require.Less(t, data["head_sequence"].(int64), drawn[0].Sequence)
	require.Len(t, data["candidates"], 5)

	out := s.d().Panel.Members[0]
	s.object(ada)
	s.do("rule_objection", sue, fields{"upheld": true})
	drawn = s.happened(casefile.PanelDrawn)
	require.Len(t, drawn, 2)
	data = drawn[1].Data
	require.Equal(t, out, data["replaces"])
	members := data["members"].([]string)
	require.Equal(t, repeat(t, data, 1)[0], members[2])
	require.Contains(t, data["excluded"], dispute.Exclusion{Reviewer: out, Why: "objection_upheld"})
	require.Contains(t, data["excluded"], dispute.Exclusion{Reviewer: members[0], Why: "on_the_panel"})
}

func TestADrawTellsEverybodyWhoHasToDoWithAPartyAndOnlySomeHow(t *testing.T) {
	s := decided(t)
	link(s, "dora", "ada")
	past(s, "emil", "bolt", day)
	s.Reviewers = append(s.Reviewers, casefile.Candidate{ID: "ivo", Role: casefile.Reviewer, Linked: []string{"ivo"}})
	s.do("appeal", bolt, fields{"text": "No."})
	s.late("appeal_window")
	data := s.happened(casefile.PanelDrawn)[0].Data
	require.Equal(t, []dispute.Exclusion{{Reviewer: "cleo", Why: "earlier_round"}, {Reviewer: "dora", Why: "conflict"}, {Reviewer: "emil", Why: "conflict"}}, data["excluded"])
	require.Equal(t, []dispute.Exclusion{{Reviewer: "dora", Why: "linked_to_party", Links: []string{"device"}}, {Reviewer: "emil", Why: "earlier_case"}}, data["conflicts"])

	out := s.members()[0].ID
	s.object(ada)
	link(s, out, "bolt")
	s.do("rule_objection", sue, fields{"upheld": true})
	drawn := s.happened(casefile.PanelDrawn)
	require.Contains(t, drawn[1].Data["excluded"], dispute.Exclusion{Reviewer: out, Why: "objection_upheld"}, "what happened in this case is known anyway")
}

// link ties a reviewer to an account by a device.
func link(s *scene, id, to string) {
	for i := range s.Reviewers {
		if c := &s.Reviewers[i]; c.ID == id {
			c.Linked, c.Kinds = append(slices.Clone(c.Linked), to), map[string][]string{to: {"device"}}
		}
	}
}

func TestNobodyKnowsADrawBeforeItIsMade(t *testing.T) {
	require.NotEqual(t, dispute.Seed("head", "a"), dispute.Seed("head", "b"), "the head alone does not say who will sit")
	require.NotEqual(t, dispute.Seed("head", "a"), dispute.Seed("other", "a"))
}

func TestTheMinorityIsKeptAndWhoDidNotVoteIsNamed(t *testing.T) {
	s, members := voting(t)
	s.do("vote", members[0], forSeller())
	require.False(t, s.d().VotesOpen())
	require.Empty(t, s.d().Missing(), "nobody is late yet")
	s.do("vote", members[1], forBuyer())
	s.do("vote", members[2], forBuyer())
	d := s.d()
	require.True(t, d.VotesOpen())
	require.Equal(t, []bool{true, false, false}, []bool{d.Minority(d.Panel.Votes[0]), d.Minority(d.Panel.Votes[1]), d.Minority(d.Panel.Votes[2])})

	s, members = voting(t)
	s.do("vote", members[0], forSeller())
	s.do("vote", members[1], forSeller())
	s.late("panel_decision")
	require.Equal(t, dispute.DecidedForSeller, s.d().Outcome)
	require.Equal(t, []string{members[2].ID}, s.d().Missing())

	s, members = voting(t)
	s.do("vote", members[0], forSeller())
	s.late("panel_decision")
	d = s.d()
	require.True(t, d.Panel.Failed && d.VotesOpen())
	require.False(t, d.Minority(d.Panel.Votes[0]), "a panel that failed has no majority")
	require.Equal(t, []string{members[1].ID, members[2].ID}, d.Missing())
	assigned := s.happened(casefile.DisputeAssigned)
	require.Nil(t, assigned[len(assigned)-1].Data["excluded"], "every supervisor is free")
}
