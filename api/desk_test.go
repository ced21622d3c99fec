package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

// another adds an account to the world.
func (s *stage) another(role casefile.Role) who {
	id := identifier.New("acc")
	s.world.accounts[id] = store.Account{ID: id, Role: role, Name: string(role), CreatedAt: s.world.now}
	return who{id: id, role: role}
}

func TestACaseIsClaimedPutOffAndGivenBack(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.escalated()
	at := "/v1/disputes/" + d.ID
	require.Contains(t, names(s.seen(s.aReviewer(), d.ID).Actions), "claim")
	s.post(s.aSupervisor(), at+"/claim", `{}`).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aReviewer(), at+"/claim", `{}`).is(http.StatusOK).into(&d)
	require.Equal(t, s.reviewer, d.Reviewer)
	require.Equal(t, s.world.now.Add(24*time.Hour), d.Assignment.ClaimedUntil)
	require.Nil(t, s.seen(s.aBuyer(), d.ID).Assignment)

	dora := s.another(casefile.Reviewer)
	s.post(dora, at+"/claim", `{}`).refused(wire.ProblemCodeWrongStage)
	until := s.world.now.Add(2 * time.Hour).Format(time.RFC3339Nano)
	s.post(s.aReviewer(), at+"/snooze", `{"until":"`+until+`","text":"The carrier answers tomorrow."}`).is(http.StatusOK).into(&d)
	require.Equal(t, "The carrier answers tomorrow.", d.Assignment.SnoozedBecause)
	s.post(s.aReviewer(), at+"/snooze", `{"until":"2020-01-01T00:00:00Z","text":"Long ago."}`).refused(wire.ProblemCodeValidationFailed)
	s.post(dora, at+"/release", `{"text":"Not mine."}`).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aReviewer(), at+"/release", `{"text":"I know him."}`).is(http.StatusOK)
	require.Empty(t, s.seen(s.aSupervisor(), d.ID).Reviewer)
	s.post(s.aReviewer(), at+"/release", `{"text":"I know him."}`).refused(wire.ProblemCodeAssignmentLapsed)
	s.post(dora, at+"/claim", `{}`).is(http.StatusOK).into(&d)
	require.Equal(t, []wire.Exclusion{{Reviewer: s.reviewer, Why: wire.ExclusionWhyHadTheCase}}, d.Assignment.Excluded)
}

func TestWhoWasPassedOverIsForThoseWhoWorkWithCases(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	s.post(thePlatform(), "/v1/accounts/"+s.seller+"/links", `{"account":"`+s.reviewer+`","kind":"device"}`).is(http.StatusOK)
	d := s.escalated()
	at := "/v1/disputes/" + d.ID
	conflict := s.post(s.aReviewer(), at+"/claim", `{}`)
	conflict.refused(wire.ProblemCodeConflictOfInterest)
	dora := s.another(casefile.Reviewer)
	s.post(dora, at+"/claim", `{}`).is(http.StatusOK).into(&d)
	require.Equal(t, []wire.Exclusion{{Reviewer: s.reviewer, Why: wire.ExclusionWhyLinkedToParty, Links: []string{"device"}}}, d.Assignment.Excluded)

	log := func(by who) string { return string(s.get(by, at+"/timeline").is(http.StatusOK).body) }
	require.Contains(t, log(s.aSupervisor()), "linked_to_party")
	for _, party := range []who{s.aBuyer(), s.aSeller()} {
		require.NotContains(t, log(party), "linked_to_party")
		require.NotContains(t, log(party), `"claimed"`, "nor what the supervisors are told")
	}
}

func TestAccountsAreLinkedByThePlatform(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	at := "/v1/accounts/" + s.seller + "/links"
	body := `{"account":"` + s.reviewer + `","kind":"instrument"}`
	var a wire.Account
	s.post(thePlatform(), at, body).is(http.StatusOK).into(&a)
	require.Equal(t, []string{s.reviewer}, a.Linked)
	require.Equal(t, []wire.AccountLink{{Account: s.reviewer, Kind: wire.LinkKindInstrument, By: "platform", At: s.world.now}}, a.Links)
	var own wire.Account
	s.get(s.aSeller(), "/v1/accounts/"+s.seller).is(http.StatusOK).into(&own)
	require.Empty(t, own.Links, "how it is known is not for the account")
	s.post(s.aSeller(), at, body).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aSupervisor(), at, body).refused(wire.ProblemCodeNotFound)
	s.post(thePlatform(), at, `{"account":"`+s.seller+`","kind":"device"}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), at, `{"account":"`+identifier.New("acc")+`","kind":"device"}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), at, `{"account":"`+s.reviewer+`","kind":"rumour"}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), "/v1/accounts/"+identifier.New("acc")+"/links", body).refused(wire.ProblemCodeNotFound)
}

func TestAccountsOfAnotherClockAreNotLinked(t *testing.T) {
	s := newStage(t)
	apart := store.Account{ID: identifier.New("acc"), Role: casefile.Buyer, Clock: "clk_1"}
	s.world.accounts[apart.ID] = apart
	for path, body := range map[string]string{
		"/v1/accounts/" + s.seller + "/links": `{"account":"` + apart.ID + `","kind":"device"}`,
		"/v1/accounts/" + apart.ID + "/links": `{"account":"` + s.seller + `","kind":"person"}`,
		"/v1/accounts":                        `{"role":"buyer","linked":["` + apart.ID + `"]}`,
	} {
		var p wire.Problem
		s.post(thePlatform(), path, body).refused(wire.ProblemCodeValidationFailed).into(&p)
		require.Equal(t, "clock", p.Errors[0].Code, path)
	}
}

func TestALinkCountsReviewsAnewThatStillCountSomewhere(t *testing.T) {
	s := newStage(t)
	terms := policies.Default()
	longest := max(terms.Review.RatingWindow, terms.Metrics.Window).Std()
	require.Positive(t, longest)
	at := "/v1/accounts/" + s.seller + "/links"
	s.post(thePlatform(), at, `{"account":"`+s.reviewer+`","kind":"person"}`).is(http.StatusOK)
	require.Equal(t, longest, s.world.window)
	s.world.window = 0
	s.post(thePlatform(), at+"/remove", `{"account":"`+s.reviewer+`","kind":"person","text":"Another."}`).is(http.StatusOK)
	require.Equal(t, longest, s.world.window)
	s.world.window = 0
	s.post(thePlatform(), "/v1/accounts", `{"role":"buyer","linked":["`+s.reviewer+`","`+s.seller+`"]}`).is(http.StatusCreated)
	require.Equal(t, longest, s.world.window)
}

func TestOnePersonHasNoMoreAccountsThanThereIsRoomFor(t *testing.T) {
	s := newStage(t)
	s.world.crowded = true
	s.post(thePlatform(), "/v1/accounts/"+s.seller+"/links", `{"account":"`+s.reviewer+`","kind":"person"}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), "/v1/accounts", `{"role":"buyer","linked":["`+s.reviewer+`"]}`).refused(wire.ProblemCodeValidationFailed)
}

func TestAWrongLinkIsTakenBackAndStaysOnRecord(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	at := "/v1/accounts/" + s.seller + "/links"
	s.post(thePlatform(), at, `{"account":"`+s.reviewer+`","kind":"device"}`).is(http.StatusOK)
	s.post(thePlatform(), at, `{"account":"`+s.reviewer+`","kind":"address"}`).is(http.StatusOK)
	wrong := `{"account":"` + s.reviewer + `","kind":"device","text":"It is the till of the shop."}`
	var a wire.Account
	s.post(thePlatform(), at+"/remove", wrong).is(http.StatusOK).into(&a)
	require.Equal(t, []wire.AccountLink{{Account: s.reviewer, Kind: wire.LinkKindAddress, By: "platform", At: s.world.now}}, a.Links)
	require.Equal(t, []wire.FormerLink{{Account: s.reviewer, Kind: wire.LinkKindDevice, By: "platform", At: s.world.now,
		RemovedBy: "platform", RemovedAt: s.world.now, Text: "It is the till of the shop."}}, a.Unlinked)
	var own wire.Account
	s.get(s.aSeller(), "/v1/accounts/"+s.seller).is(http.StatusOK).into(&own)
	require.Empty(t, own.Unlinked, "how it was known is not for the account")
	s.post(thePlatform(), at+"/remove", wrong).refused(wire.ProblemCodeValidationFailed)
	s.post(s.aSeller(), at+"/remove", wrong).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aSupervisor(), at+"/remove", wrong).refused(wire.ProblemCodeNotFound)
	for _, text := range []string{``, `,"text":" "`, `,"text":"a\u0000b"`} {
		s.post(thePlatform(), at+"/remove", `{"account":"`+s.reviewer+`","kind":"address"`+text+`}`).refused(wire.ProblemCodeValidationFailed)
	}
	s.post(thePlatform(), "/v1/accounts/"+identifier.New("acc")+"/links/remove", wrong).refused(wire.ProblemCodeNotFound)
}

func TestTheQueueSaysWhyACaseStandsWhereItDoes(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	first, second := s.underReview(), s.escalated()
	s.aDispute()
	page := func(query string) (q wire.QueuePage) {
		s.get(s.aSupervisor(), "/v1/queue"+query).is(http.StatusOK).into(&q)
		var found wire.Count
		s.get(s.aSupervisor(), "/v1/queue/count"+query).is(http.StatusOK).into(&found)
		require.Equal(t, wire.Count{Count: int64(len(q.Data))}, found)
		return q
	}
	ids := func(q wire.QueuePage) (ids []string) {
		for _, c := range q.Data {
			ids = append(ids, c.Dispute.ID)
		}
		return ids
	}
	all := page("")
	require.Equal(t, []string{second.ID, first.ID}, ids(all), "what waits for somebody is due at once")
	require.Equal(t, []wire.Ground{{Why: wire.GroundWhyDeadline, Deadline: "decision_sla", At: all.Data[1].UrgentAt}}, all.Data[1].Grounds)
	require.Equal(t, []string{second.ID}, ids(page("?unassigned=true")))
	require.Equal(t, []string{first.ID}, ids(page("?reviewer="+s.reviewer)))
	require.Equal(t, []string{first.ID}, ids(page("?status=under_review")))
	require.Empty(t, ids(page("?overdue=true")))

	late := s.world.cases[first.ID]
	state := late.record.State.(dispute.Dispute)
	state.Bench.OverdueAt = s.world.now
	late.record.State, late.record.Summary = state, state.Summary()
	risen := page("?overdue=true")
	require.Equal(t, []string{first.ID}, ids(risen))
	require.Equal(t, wire.Ground{Why: wire.GroundWhyOverdue, At: s.world.now, Earlier: "30d"}, risen.Data[0].Grounds[1])
	require.Equal(t, []string{first.ID, second.ID}, ids(page("")))
	require.Equal(t, []wire.QueuedCaseService{wire.QueuedCaseServiceOverdue, wire.QueuedCaseServiceOverdue}, []wire.QueuedCaseService{page("").Data[0].Service, page("").Data[1].Service})

	until := s.world.now.Add(time.Hour).Format(time.RFC3339Nano)
	s.post(s.aReviewer(), "/v1/disputes/"+first.ID+"/snooze", `{"until":"`+until+`","text":"Later."}`).is(http.StatusOK)
	require.Equal(t, []string{second.ID}, ids(page("")))
	require.False(t, page("?snoozed=true").Data[0].SnoozedUntil.IsZero())
	s.get(s.aSupervisor(), "/v1/queue?unassigned=true&reviewer="+s.reviewer).refused(wire.ProblemCodeValidationFailed)
	s.get(s.aSupervisor(), "/v1/queue/count?unassigned=true&reviewer="+s.reviewer).refused(wire.ProblemCodeValidationFailed)
	s.get(s.aSupervisor(), "/v1/queue/count?limit=0").refused(wire.ProblemCodeValidationFailed)
	s.get(s.aBuyer(), "/v1/queue/count").refused(wire.ProblemCodeNotAllowed)
	s.get(s.aSupervisor(), "/v1/queue?after=nonsense").refused(wire.ProblemCodeValidationFailed)
	s.get(s.aBuyer(), "/v1/queue").refused(wire.ProblemCodeNotAllowed)
}

func (s *stage) put(by who, path, body string) answer {
	s.t.Helper()
	return s.send(by, http.MethodPut, path, []byte(body))
}

func TestADraftIsTheReviewersOwn(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.underReview()
	at := "/v1/disputes/" + d.ID + "/draft"
	s.get(s.aReviewer(), at).refused(wire.ProblemCodeNotFound)
	var draft wire.Draft
	before := len(s.world.cases[d.ID].log)
	s.put(s.aReviewer(), at, `{"reasons":"Perhaps.","refund":{"amount":1000,"currency":"EUR"},"findings":[{"claim":"It is broken.","holds":true}]}`).is(http.StatusOK)
	s.put(s.aReviewer(), at, `{"reasons":"So it is.","outcome":"decided_split"}`).is(http.StatusOK)
	s.get(s.aReviewer(), at).is(http.StatusOK).into(&draft)
	require.Equal(t, wire.DraftText{Reasons: "So it is.", Outcome: wire.VerdictDecidedSplit}, draft.Draft)
	require.Equal(t, s.reviewer, draft.Reviewer)
	require.Len(t, s.world.cases[d.ID].log, before, "a draft is no event")
	euros := func(minor int64) wire.Money { return wire.Money{Amount: minor, Currency: "EUR"} }
	for body, want := range map[string]wire.DraftRemedy{
		`{}`: {Gives: euros(0), Away: euros(0), Second: []wire.DraftRemedySecond{}},
		`{"refund":{"amount":4550,"currency":"EUR"}}`:                                                                       {Gives: euros(4550), Away: euros(0), Second: []wire.DraftRemedySecond{}},
		`{"refund":{"amount":2000,"currency":"EUR"},"release":{"amount":2550,"currency":"EUR"}}`:                            {Gives: euros(4550), Away: euros(2550), Second: []wire.DraftRemedySecond{"discretion"}},
		`{"refund":{"amount":1000,"currency":"EUR"},"findings":[{"claim":"` + string(d.Claim.Reason) + `","holds":false}]}`: {Gives: euros(0), Away: euros(1000), Second: []wire.DraftRemedySecond{"discretion"}},
		`{"refund":{"amount":0,"currency":"EUR"},"findings":[{"claim":"` + string(d.Claim.Reason) + `","holds":true}]}`:     {Gives: euros(4550), Away: euros(4550), Second: []wire.DraftRemedySecond{"discretion"}},
		`{"refund":{"amount":60000,"currency":"EUR"},"findings":[{"claim":"` + string(d.Claim.Reason) + `","holds":true}]}`: {Gives: euros(4550), Away: euros(55450), Second: []wire.DraftRemedySecond{"discretion", "amount"}},
	} {
		s.put(s.aReviewer(), at, body).is(http.StatusOK).into(&draft)
		require.Equal(t, want, draft.Remedy, body)
	}

	for _, foreign := range []string{`{"refund":{"amount":4550,"currency":"JPY"}}`, `{"release":{"amount":4550,"currency":"JPY"}}`} {
		s.put(s.aReviewer(), at, foreign).refused(wire.ProblemCodeValidationFailed)
	}

	dora := s.another(casefile.Reviewer)
	s.get(dora, at).refused(wire.ProblemCodeNotAllowed)
	s.put(dora, at, `{"reasons":"No."}`).refused(wire.ProblemCodeNotAllowed)
	s.put(s.aBuyer(), at, `{"reasons":"No."}`).refused(wire.ProblemCodeNotAllowed)
	s.get(s.aBuyer(), at).refused(wire.ProblemCodeNotAllowed)
	s.put(s.aReviewer(), at, `{"mood":"bad"}`).refused(wire.ProblemCodeValidationFailed)
	s.post(s.aSupervisor(), "/v1/disputes/"+d.ID+"/assign", `{"to":"`+dora.id+`"}`).is(http.StatusOK)
	s.put(s.aReviewer(), at, `{"reasons":"Still."}`).refused(wire.ProblemCodeAssignmentLapsed)
	s.get(dora, at).refused(wire.ProblemCodeNotFound)
	s.put(dora, at, `{"reasons":"No."}`).is(http.StatusOK)
}

// appealed is a case whose panel has been drawn, after what is done before the appeals.
func (s *stage) appealed(before ...func()) wire.Dispute {
	s.t.Helper()
	for range 4 {
		s.another(casefile.Reviewer)
	}
	d := s.underReview()
	at := "/v1/disputes/" + d.ID
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 4550, 0, "")).is(http.StatusOK)
	for _, do := range before {
		do()
	}
	s.post(s.aSeller(), at+"/appeal", `{"text":"He never looked."}`).is(http.StatusOK)
	s.post(s.aBuyer(), at+"/appeal", `{"text":"And the fare?"}`).is(http.StatusOK).into(&d)
	require.Equal(s.t, wire.StatusPanelReview, d.Status)
	return d
}

func TestAPartyCanRepeatTheDraw(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	other := s.aDispute()
	s.get(s.aBuyer(), "/v1/disputes/"+other.ID+"/panel/draw").refused(wire.ProblemCodeNotFound)
	d := s.appealed()
	var drawn wire.PanelDraw
	s.get(s.aSeller(), "/v1/disputes/"+d.ID+"/panel/draw").is(http.StatusOK).into(&drawn)
	require.Len(t, drawn.Draws, 1)
	draw := drawn.Draws[0]
	require.Len(t, draw.Candidates, 4)
	require.True(t, slices.IsSortedFunc(draw.Candidates, func(a, b wire.DrawCandidate) int {
		require.Equal(t, dispute.Rank(draw.Seed, a.Reviewer), a.Rank)
		return map[bool]int{true: -1, false: 1}[a.Rank < b.Rank]
	}))
	for i, c := range draw.Candidates {
		require.Equal(t, i < 3, c.Drawn)
		require.Equal(t, i < 3, slices.Contains(d.Panel.Members, c.Reviewer))
	}
	require.Equal(t, []wire.Exclusion{{Reviewer: s.reviewer, Why: wire.ExclusionWhyEarlierRound}}, draw.Excluded)
	var timeline wire.Timeline
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID+"/timeline?limit=100").is(http.StatusOK).into(&timeline)
	var bound, appeals []string
	for _, e := range timeline.Data {
		switch casefile.EventType(e.Type) {
		case casefile.DisputeDecided:
			bound = append(bound, e.Data["draw_commitment"].(string))
		case casefile.DisputeAppealed:
			require.Less(t, e.Sequence, draw.Sequence)
			appeals = append(appeals, dispute.Hash(e.Data["text"].(string)))
		}
	}
	require.Equal(t, []string{draw.Commitment}, bound)
	require.Equal(t, dispute.Hash(draw.Nonce), draw.Commitment, "the commitment is in an event that anybody can read")
	require.Equal(t, appeals, draw.Appeals, "and so are the appeals")
	require.Equal(t, dispute.Seed(draw.Nonce, appeals...), draw.Seed)
}

// TestNobodyIsToldByWhatAPanelWillBeDrawn reads everything that there is of a dispute, as everybody. What is looked for in each answer
// is in stage.holdToSecrecy.
func TestNobodyIsToldByWhatAPanelWillBeDrawn(t *testing.T) {
	s := newStage(t)
	for range 4 {
		s.another(casefile.Reviewer)
	}
	d := s.underReview()
	at := "/v1/disputes/" + d.ID
	read := func() (answered int) {
		var paths []string
		for path, item := range s.server.contract.Paths.Map() {
			if item.Get != nil && strings.HasPrefix(path, "/v1/disputes") && strings.Count(path, "{") < 2 {
				paths = append(paths, strings.ReplaceAll(path, "{dispute}", d.ID))
			}
		}
		for id, c := range s.world.commands {
			if c.Case == d.ID {
				paths = append(paths, "/v1/commands/"+id, "/v1/commands/"+id+"/receipt")
			}
		}
		for _, path := range paths {
			for _, by := range []who{s.aBuyer(), s.aSeller(), s.aReviewer(), s.aSupervisor(), thePlatform(), anOperator(), anAuditor()} {
				if s.get(by, path).status == http.StatusOK {
					answered++
				}
			}
		}
		return answered
	}
	require.Empty(t, s.world.undrawn())
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 4550, 0, "")).is(http.StatusOK)
	nonces := s.world.undrawn()
	require.Len(t, nonces, 1, "there is something to keep")
	require.Greater(t, read(), 30)
	s.post(s.aSeller(), at+"/appeal", `{"text":"He never looked."}`).is(http.StatusOK)
	require.Equal(t, nonces, s.world.undrawn())
	require.Greater(t, read(), 30)
	s.get(s.aSeller(), at+"/panel/draw").refused(wire.ProblemCodeNotFound)
	s.post(s.aBuyer(), at+"/appeal", `{"text":"And the fare?"}`).is(http.StatusOK)
	require.Empty(t, s.world.undrawn())
	require.Contains(t, string(s.get(s.aSeller(), at+"/panel/draw").is(http.StatusOK).body), nonces[0])
}

func TestAPartySeesWhoWasNotDrawnAndOfNobodyHowItIsLinked(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	linked := s.another(casefile.Reviewer)
	d := s.appealed(func() {
		s.post(thePlatform(), "/v1/accounts/"+s.seller+"/links", `{"account":"`+linked.id+`","kind":"device"}`).is(http.StatusOK)
	})
	at := "/v1/disputes/" + d.ID
	for _, by := range []who{s.aBuyer(), s.aSeller(), s.aSupervisor()} {
		var drawn wire.PanelDraw
		s.get(by, at+"/panel/draw").is(http.StatusOK).into(&drawn)
		want := wire.Exclusion{Reviewer: linked.id, Why: wire.ExclusionWhyConflict}
		if by.role == "supervisor" {
			want = wire.Exclusion{Reviewer: linked.id, Why: wire.ExclusionWhyLinkedToParty, Links: []string{"device"}}
		}
		require.Contains(t, drawn.Draws[0].Excluded, want, by.role)
		require.Len(t, drawn.Draws[0].Excluded, 2)
		timeline := string(s.get(by, at+"/timeline").is(http.StatusOK).body)
		require.Equal(t, by.role == "supervisor", strings.Contains(timeline, "linked_to_party"), by.role)
	}
}

func TestTheMinoritysOpinionIsShownAfterTheEnd(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.appealed()
	at := "/v1/disputes/" + d.ID
	s.post(s.aBuyer(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	s.post(s.aSeller(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	euros := func(n string) string { return `{"amount":` + n + `,"currency":"EUR"}` }
	forBuyer := `{"outcome":"decided_for_buyer","refund":` + euros("4550") + `,"release":` + euros("0") + `,"reasons":"Broken."}`
	forSeller := `{"outcome":"decided_for_seller","refund":` + euros("0") + `,"release":` + euros("4550") + `,"reasons":"Not so."}`
	for i, member := range d.Panel.Members {
		require.Empty(t, s.seen(s.aBuyer(), d.ID).Panel.Votes)
		s.post(who{id: member, role: casefile.Reviewer}, at+"/vote", map[bool]string{true: forSeller, false: forBuyer}[i == 0]).is(http.StatusOK)
	}
	panel := s.seen(s.aBuyer(), d.ID).Panel
	require.Len(t, panel.Votes, 3)
	require.Equal(t, "Not so.", panel.Votes[0].Reasons)
	require.Equal(t, []bool{true, false, false}, []bool{panel.Votes[0].Minority, panel.Votes[1].Minority, panel.Votes[2].Minority})
	require.Empty(t, panel.Missing)
}
