package dispute_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/simulation"
)

// sha is what sha256sum prints.
func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// repeat draws a panel again from what is recorded and what the appellants wrote, as an outsider would.
func repeat(t *testing.T, data map[string]any, size int, appeals ...string) []string {
	t.Helper()
	seed := data["nonce"].(string)
	for i, text := range appeals {
		require.Equal(t, sha(text), data["appeals"].([]string)[i])
		seed += "/" + sha(text)
	}
	require.Len(t, data["appeals"], len(appeals))
	require.Equal(t, sha(seed), data["seed"])
	candidates := slices.Clone(data["candidates"].([]string))
	slices.SortFunc(candidates, func(a, b string) int { return strings.Compare(sha(sha(seed)+"/"+a), sha(sha(seed)+"/"+b)) })
	require.Equal(t, candidates, data["candidates"])
	return candidates[:size]
}

func TestADrawCanBeRepeatedFromItsRecord(t *testing.T) {
	s := sitting(t)
	drawn := s.happened(casefile.PanelDrawn)
	require.Len(t, drawn, 1)
	data := drawn[0].Data
	var appeals []string
	for _, e := range s.happened(casefile.DisputeAppealed) {
		appeals = append(appeals, e.Data["text"].(string))
	}
	require.Len(t, appeals, 2, "both have appealed, in this order")
	require.Equal(t, s.d().Panel.Members, data["members"])
	require.Equal(t, s.d().Panel.Members, repeat(t, data, 3, appeals...))
	require.Equal(t, []dispute.Exclusion{{Reviewer: "cleo", Why: "earlier_round"}}, data["excluded"])
	require.Len(t, data["candidates"], 5)

	out := s.d().Panel.Members[0]
	s.object(ada)
	s.do("rule_objection", sue, fields{"upheld": true})
	drawn = s.happened(casefile.PanelDrawn)
	require.Len(t, drawn, 2)
	data = drawn[1].Data
	require.Equal(t, out, data["replaces"])
	members := data["members"].([]string)
	require.Equal(t, repeat(t, data, 1, appeals...)[0], members[2])
	require.Contains(t, data["excluded"], dispute.Exclusion{Reviewer: out, Why: "objection_upheld"})
	require.Contains(t, data["excluded"], dispute.Exclusion{Reviewer: members[0], Why: "on_the_panel"})
	for _, same := range []string{"nonce", "commitment", "appeals", "seed"} {
		require.Equal(t, drawn[0].Data[same], data[same], "it is the same draw, or the server could draw again")
	}
	require.Equal(t, drawn[0].Data["candidates"].([]string)[3], members[2], "the fourth was next all along")
}

func TestADrawIsBoundBeforeAnybodyHasAppealed(t *testing.T) {
	for name, decide := range map[string]func(tester) *scene{
		"by a decision":         decided,
		"by a second signature": func(t tester) *scene { s := proposed(t); s.do("second", sue, nil); return s },
	} {
		t.Run(name, func(t *testing.T) {
			var nonces []string
			s := decide(t)
			made := s.happened(casefile.DisputeDecided)
			require.Len(t, made, 1)
			for _, proposal := range s.happened(casefile.DecisionProposed) {
				require.NotContains(t, proposal.Data, "draw_commitment", "nobody can appeal from it")
			}
			bound := s.d().Commitment
			require.Equal(t, sha(bound.Nonce), made[0].Data["draw_commitment"])
			require.Equal(t, []string{"cleo", "dora", "emil", "fay", "gus", "hal"}, made[0].Data["draw_pool"])
			for _, e := range s.Timeline {
				require.NotContains(t, fmt.Sprint(e.Data), bound.Nonce)
			}
			s.Watch = func(step simulation.Step) { nonces = append(nonces, step.Facts.Nonce) }
			s.do("appeal", bolt, fields{"text": "No.\r\nGrüße"})
			s.late("appeal_window")
			data := s.happened(casefile.PanelDrawn)[0].Data
			require.Equal(t, []any{bound.Nonce, bound.Hash}, []any{data["nonce"], data["commitment"]})
			repeat(t, data, 3, "No.\r\nGrüße")
			require.Empty(t, strings.Join(nonces, ""), "nothing is drawn from the decision on")
			s.late("panel_decision")
			s.do("decide", casefile.Actor{ID: s.d().Panel.Supervisor, Role: casefile.Supervisor}, forBuyer())
			require.Nil(t, s.d().Commitment, "it is over")
			made = s.happened(casefile.DisputeDecided)
			require.NotContains(t, made[1].Data, "draw_commitment", "no panel sits over a panel's decision")
		})
	}
}

func TestWhatIsDecidedAgainWithoutTheNonceHasTheSameCommitment(t *testing.T) {
	s := reviewed(t)
	var made simulation.Step
	s.Watch = func(step simulation.Step) {
		if step.Case == s.id {
			made = step
		}
	}
	s.do("decide", cleo, forBuyer())
	known := made.Facts
	known.Nonce, known.Commitment = "", sha(made.Facts.Nonce)
	_, change, answer := made.Before.Decide(*made.Command, known)
	require.Equal(t, made.Answer, answer)
	require.Equal(t, made.Change, change)
}

func TestNobodyIsDrawnWhoBecameAReviewerAfterTheDecision(t *testing.T) {
	s := decided(t)
	s.do("appeal", bolt, fields{"text": "No."})
	seed := dispute.Seed(s.d().Commitment.Nonce, sha("No."))
	late := "new"
	for dispute.Rank(seed, late) > dispute.Rank(seed, "dora") { // an identifier that was tried until it would sit
		late += "."
	}
	s.Reviewers = append(s.Reviewers, casefile.Candidate{ID: late, Role: casefile.Reviewer, Linked: []string{late}})
	s.late("appeal_window")
	data := s.happened(casefile.PanelDrawn)[0].Data
	require.NotContains(t, data["candidates"], late)
	require.Contains(t, data["excluded"], dispute.Exclusion{Reviewer: late, Why: "not_in_pool"})
}

func TestTheAppealsOfAnEarlierDecisionHaveNoPartInADraw(t *testing.T) {
	s := decided(t)
	first := s.d().Commitment.Hash
	s.do("appeal", bolt, fields{"text": "The first time."})
	s.late("appeal_window")
	s.waive()
	for i, m := range s.members() {
		s.do("vote", m, []fields{forBuyer(), forSeller(), split()}[i])
	}
	back := forBuyer()
	back["return"] = true
	s.do("decide", sue, back)
	s.shipReturn()
	s.do("deliver_return", carrier, nil)
	s.do("inspect_return", bolt, fields{"condition": "empty", "text": "A brick."})
	s.Reviewers = append(s.Reviewers, staffed("ida", "jan", "kim")...)
	s.wait(1)
	s.waive()
	s.do("decide", casefile.Actor{ID: s.d().Bench.Reviewer, Role: casefile.Reviewer}, forSeller())
	require.NotEqual(t, first, s.d().Commitment.Hash, "another decision, another draw")
	s.do("appeal", ada, fields{"text": "It was no brick."})
	s.late("appeal_window")
	drawn := s.happened(casefile.PanelDrawn)
	repeat(t, drawn[len(drawn)-1].Data, 3, "It was no brick.")
}

// staffed are reviewers without any earlier case.
func staffed(names ...string) []casefile.Candidate {
	var all []casefile.Candidate
	for _, name := range names {
		all = append(all, casefile.Candidate{ID: name, Role: casefile.Reviewer, Linked: []string{name}})
	}
	return all
}

func TestADrawTellsEverybodyWhoHasToDoWithAPartyAndOnlySomeHow(t *testing.T) {
	s := reviewed(t)
	s.Reviewers = append(s.Reviewers, staffed("ivo")...)
	s.do("decide", cleo, forBuyer())
	link(s, "dora", "ada")
	past(s, "emil", "bolt", day)
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

func TestNobodyAloneMakesTheSeed(t *testing.T) {
	require.NotEqual(t, dispute.Seed("a", "x"), dispute.Seed("b", "x"), "an appeal alone does not say who will sit")
	require.NotEqual(t, dispute.Seed("a", "x"), dispute.Seed("a", "y"), "nor does the nonce")
	require.NotEqual(t, dispute.Seed("a", "x", "y"), dispute.Seed("a", "y", "x"))
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
