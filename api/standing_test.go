package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

func anOperator() who { return who{id: "operator", role: casefile.Operator} }

func standingAt(account string) string { return "/v1/accounts/" + account + "/standing" }

// enter gives an account an entry, as a dispute would, and returns its identifier.
func (s *stage) enter(account string, rule conduct.Rule, cause, by string) string {
	s.t.Helper()
	s.told(account, "enter_points", standing.Points{Account: account, Rule: rule, Cause: cause, DecidedBy: by, Final: true, Terms: new(policies.Default().ForStanding())})
	entries := s.standingOf(anOperator(), account).Entries
	return entries[len(entries)-1].ID
}

func (s *stage) told(account, command string, data any) {
	s.t.Helper()
	defer s.world.lock()()
	s.world.tell(casefile.Tell{Kind: casefile.KindStanding, Case: standing.CaseID(account), Name: command, Data: data}, "")
}

func (s *stage) standingOf(by who, account string) wire.Standing {
	s.t.Helper()
	var seen wire.Standing
	s.get(by, standingAt(account)).is(http.StatusOK).into(&seen)
	return seen
}

// past moves the world and takes what is due on the way in an account's standing.
func (s *stage) past(account string, length time.Duration) {
	s.t.Helper()
	defer s.world.lock()()
	s.world.now = s.world.now.Add(length)
	c := s.world.cases[standing.CaseID(account)]
	for {
		due, found := c.record.State.Next()
		if !found || due.DueAt.After(s.world.now) {
			return
		}
		state, change := c.record.State.Default(due, casefile.Facts{})
		c.record.State, c.record.Revision = state, state.Head().Revision
		s.world.seal(c, change.Events)
	}
}

func TestAnAccountOfWhichNothingIsRecordedIsGood(t *testing.T) {
	s := newStage(t)
	seen := s.standingOf(s.aSeller(), s.seller)
	require.WithinDuration(t, time.Now(), seen.Now, time.Minute)
	seen.Now = time.Time{}
	require.Equal(t, wire.Standing{Account: s.seller, Points: 12, Of: 12, State: wire.StandingStateGood, Policy: policies.Default().Version,
		Entries: []wire.StandingEntry{}, Measures: []wire.Measure{}, Muted: []wire.MutedFunction{}, RemovedListings: []string{},
		Contests: []wire.Contest{}, Deadlines: []wire.Deadline{}, Actions: []wire.Action{}}, seen)
	var log wire.Timeline
	s.get(s.aSeller(), standingAt(s.seller)+"/timeline").is(http.StatusOK).into(&log)
	require.Empty(t, log.Data)
	s.post(s.aSeller(), standingAt(s.seller)+"/contests", `{"entry":"ent_1","text":`).refused(wire.ProblemCodeNotFound)
	s.get(anOperator(), standingAt(identifier.New("acc"))).refused(wire.ProblemCodeNotFound)
	s.get(anOperator(), standingAt("nobody")).refused(wire.ProblemCodeNotFound)
	s.get(s.aBuyer(), standingAt(s.seller)).refused(wire.ProblemCodeNotFound)
	s.get(aCarrier(), standingAt(s.seller)).refused(wire.ProblemCodeNotFound)
	require.Equal(t, []string{"start_measure"}, names(s.standingOf(anOperator(), s.seller).Actions))
}

func TestAStandingIsReadAgainOnlyWhenItHasChanged(t *testing.T) {
	s := newStage(t)
	at := standingAt(s.seller)
	first := s.get(s.aSeller(), at).is(http.StatusOK)
	tag := first.header.Get("ETag")
	require.Regexp(t, `^W/"0-[0-9a-f]{16}"$`, tag)
	require.Equal(t, "private, no-cache", first.header.Get("Cache-Control"))
	ask := func(by who, tags string) answer { return s.send(by, http.MethodGet, at, nil, "If-None-Match", tags) }
	for _, tags := range []string{tag, `"other", ` + tag, strings.TrimPrefix(tag, "W/"), "*"} {
		a := ask(s.aSeller(), tags).is(http.StatusNotModified)
		require.Equal(t, tag, a.header.Get("ETag"))
		require.Equal(t, "private, no-cache", a.header.Get("Cache-Control"))
	}
	ask(s.aSeller(), `"other"`).is(http.StatusOK)
	require.NotEqual(t, tag, s.get(anOperator(), at).header.Get("ETag"), "who may do other things has another answer")

	s.enter(s.seller, conduct.Counterfeit, "dsp_1", "")
	changed := ask(s.aSeller(), tag).is(http.StatusOK).header.Get("ETag")
	require.Regexp(t, `^W/"1-`, changed)
	s.post(anOperator(), at+"/measures", `{"scope":"sell","for":"1h","cause":"dsp_1"}`).is(http.StatusCreated)
	with := ask(s.aSeller(), changed).is(http.StatusOK).header.Get("ETag")
	ask(s.aSeller(), with).is(http.StatusNotModified)
	s.world.cases[standing.CaseID(s.seller)].record.LastAt = time.Now().Add(2 * time.Hour) // and nobody has recorded the end yet
	require.Empty(t, s.standingOf(s.aSeller(), s.seller).Muted)
	ask(s.aSeller(), with).is(http.StatusOK)
}

func TestAStandingTellsWhatIsRecordedAndWhatMayBeDone(t *testing.T) {
	s := newStage(t)
	at := standingAt(s.seller)
	copies := s.enter(s.seller, conduct.Counterfeit, "dsp_1", s.supervisor)
	var listing wire.Measure
	s.post(anOperator(), at+"/measures", `{"scope":"listing","listing":"LAMP-7","cause":"dsp_9"}`).is(http.StatusCreated).into(&listing)
	require.True(t, listing.Active && listing.End.IsZero())

	seen := s.standingOf(s.aSeller(), s.seller)
	require.Equal(t, []any{12, 12, wire.StandingStateGood}, []any{seen.Points, seen.Of, seen.State}, "an entry counts when its time to contest is over")
	require.Equal(t, []string{"LAMP-7"}, seen.RemovedListings)
	require.Equal(t, wire.EntryStatusProvisional, seen.Entries[0].Status)
	require.True(t, seen.Entries[0].ContestUntil.Equal(s.world.now.Add(7*24*time.Hour)))
	require.Equal(t, []string{"contest"}, names(seen.Actions))
	require.Equal(t, at+"/contests", seen.Actions[0].Href)
	require.True(t, seen.Actions[0].Until.Equal(seen.Entries[0].ContestUntil))
	require.Contains(t, deadlines(seen), "contest/"+copies)
	require.Equal(t, "standing.contest", seen.Deadlines[0].Why.Policy)

	var contest wire.Contest
	s.post(s.aSeller(), at+"/contests", `{"entry":"`+copies+`","text":"They are genuine."}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&contest)
	require.Equal(t, []any{copies, "They are genuine.", wire.ContestStatusWaiting}, []any{contest.About, contest.Text, contest.Status})
	var again wire.Contest
	s.post(s.aSeller(), at+"/contests", `{"entry":"`+copies+`","text":"They are genuine."}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, contest, again)
	s.post(s.aSeller(), at+"/contests", `{"entry":"`+copies+`","text":"Really."}`).refused(wire.ProblemCodeWrongStage)
	s.post(s.aSeller(), at+"/contests", `{"entry":"ent_none","text":"Really."}`).refused(wire.ProblemCodeNotFound)
	s.post(s.aSeller(), at+"/contests", `{"text":"Really."}`).refused(wire.ProblemCodeValidationFailed)
	s.post(s.aSeller(), at+"/contests", `{"measure":"`+listing.ID+`","text":"It is another lamp."}`).is(http.StatusCreated)
	require.Empty(t, s.standingOf(s.aSeller(), s.seller).Actions, "all is contested")

	other := who{id: s.reviewer, role: casefile.Supervisor}
	require.Equal(t, []string{"rule_contest"}, names(s.standingOf(s.aSupervisor(), s.seller).Actions), "not what she decided herself")
	require.Equal(t, []string{"rule_contest", "rule_contest"}, names(s.standingOf(other, s.seller).Actions))
	ruling := at + "/contests/" + contest.ID + "/ruling"
	s.post(s.aSupervisor(), ruling, `{"upheld":false,"reasons":"No."}`).refused(wire.ProblemCodeConflictOfInterest)
	s.post(s.aSeller(), ruling, `{"upheld":true,"reasons":"Yes."}`).refused(wire.ProblemCodeNotAllowed)
	s.post(who{id: s.seller, role: casefile.Supervisor}, ruling, `{"upheld":true,"reasons":"Yes."}`).refused(wire.ProblemCodeNotAllowed)
	s.post(other, ruling, `{"upheld":true}`).refused(wire.ProblemCodeValidationFailed)
	stale := s.post(other, ruling, `{"upheld":true,"reasons":"They are.","if_revision":1}`).refused(wire.ProblemCodeStaleRevision)
	require.Equal(t, []string{"rule_contest", "rule_contest"}, names(stale.problem.Actions))
	s.post(other, ruling, `{"upheld":true,"reasons":"They are."}`).is(http.StatusOK).into(&seen)
	require.Equal(t, wire.EntryStatusVoided, seen.Entries[0].Status)
	require.Equal(t, "They are.", seen.Contests[0].Reasons)

	require.Equal(t, []string{"start_measure", "end_measure"}, names(s.standingOf(anOperator(), s.seller).Actions))
	end := at + "/measures/" + listing.ID + "/end"
	s.post(s.aSupervisor(), end, `{"why":"It is gone."}`).refused(wire.ProblemCodeNotAllowed)
	s.post(anOperator(), at+"/measures/msr_none/end", `{"why":"It is gone."}`).refused(wire.ProblemCodeNotFound)
	for range 2 {
		s.post(anOperator(), end, `{"why":"It is gone."}`).is(http.StatusOK).into(&seen)
		require.False(t, seen.Measures[0].Active)
		require.Empty(t, seen.RemovedListings)
	}
}

func deadlines(s wire.Standing) []string {
	var out []string
	for _, d := range s.Deadlines {
		out = append(out, d.Name)
	}
	return out
}

func TestASuspendedAccountIsRemovedOrRestoredByASupervisor(t *testing.T) {
	s := newStage(t)
	at := standingAt(s.seller)
	s.enter(s.seller, conduct.Counterfeit, "dsp_1", "")
	review := at + "/removal_review"
	s.post(s.aSupervisor(), review, `{"remove":true,"reasons":"Copies."}`).refused(wire.ProblemCodeWrongStage)
	s.enter(s.seller, conduct.Counterfeit, "dsp_2", "")
	s.past(s.seller, 7*24*time.Hour)
	seen := s.standingOf(s.aSupervisor(), s.seller)
	require.Equal(t, []any{0, wire.StandingStateSuspended}, []any{seen.Points, seen.State})
	require.Equal(t, []string{"rule_removal"}, names(seen.Actions))
	require.NotNil(t, seen.RemovalReview)
	require.Equal(t, []wire.AccountFunction{"list", "sell", "review", "report"}, functions(seen))
	s.post(s.aSeller(), review, `{"remove":false,"reasons":"Please."}`).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aSupervisor(), review, `{"remove":true,"reasons":"Copies."}`).is(http.StatusOK).into(&seen)
	require.Equal(t, wire.StandingStateRemoved, seen.State)
	require.Equal(t, []any{wire.RemovalReviewVerdictRemoved, s.supervisor, "Copies."}, []any{seen.RemovalReview.Verdict, seen.RemovalReview.By, seen.RemovalReview.Reasons})
}

func functions(s wire.Standing) []wire.AccountFunction {
	var out []wire.AccountFunction
	for _, m := range s.Muted {
		out = append(out, m.Function)
	}
	return out
}

func TestTheHolderReadsTheTimelineButNotWhatOthersAreTold(t *testing.T) {
	s := newStage(t)
	at := standingAt(s.seller)
	copies := s.enter(s.seller, conduct.Counterfeit, "dsp_1", "")
	s.post(s.aSeller(), at+"/contests", `{"entry":"`+copies+`","text":"No."}`).is(http.StatusCreated)
	read := func(by who) (types []string, to []string) {
		for after := ""; ; {
			var page wire.Timeline
			s.get(by, at+"/timeline?limit=2&after="+after).is(http.StatusOK).into(&page)
			for _, e := range page.Data {
				types = append(types, e.Type)
				if who, shown := e.Data["to"].(string); shown {
					to = append(to, who)
				}
			}
			if after = page.Next; !page.HasMore {
				return types, to
			}
		}
	}
	types, to := read(s.aSeller())
	require.Equal(t, []string{"standing.entered", "notice.sent", "notice.sent"}, types)
	require.Equal(t, []string{s.seller}, to)
	_, to = read(s.aSupervisor())
	require.Equal(t, []string{s.seller, "supervisors"}, to)
	s.get(s.aSeller(), at+"/timeline?after=x").refused(wire.ProblemCodeValidationFailed)
	s.get(s.aBuyer(), at+"/timeline").refused(wire.ProblemCodeNotFound)
}

func TestAMeasureBeginsAStandingAndIsNotStartedTwice(t *testing.T) {
	s := newStage(t)
	at := standingAt(s.buyer)
	var first, again wire.Measure
	s.post(anOperator(), at+"/measures", `{"scope":"message","for":"7d","cause":"A threat."}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&first)
	s.post(anOperator(), at+"/measures", `{"scope":"message","for":"7d","cause":"A threat."}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, first, again)
	require.True(t, first.End.Equal(first.Start.Add(7*24*time.Hour)))
	require.Len(t, s.standingOf(s.aBuyer(), s.buyer).Measures, 1)
	s.post(anOperator(), at+"/measures", `{"scope":"sell","for":"7d","cause":"A threat."}`, "Idempotency-Key", "k").refused(wire.ProblemCodeIdempotencyMismatch)
	for _, wrong := range []string{`{"scope":"message"}`, `{"scope":"speech","cause":"x"}`, `{"scope":"listing","cause":"x"}`,
		`{"scope":"message","listing":"LAMP-7","cause":"x"}`, `{"scope":"message","for":"0d","cause":"x"}`, `{"scope":"message","cause":"x","by":"me"}`} {
		s.post(anOperator(), at+"/measures", wrong).refused(wire.ProblemCodeValidationFailed)
	}
	s.post(s.aSupervisor(), at+"/measures", `{"scope":"message","cause":"x"}`).refused(wire.ProblemCodeNotAllowed)
}

// PROCEDURE 13: a command whose function is under a measure is refused before it is stored, and is not offered. What was done
// before stays done: its repeat has the answer of the first time.
func TestWhatIsTakenFromAnAccountIsRefused(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	said, order := "/v1/disputes/"+d.ID+"/messages", "/v1/orders/"+d.Order
	body := `{"text":"Hello?"}`
	s.post(s.aBuyer(), said, body, "Idempotency-Key", "k").is(http.StatusCreated)
	for _, scope := range []string{"message", "dispute"} {
		s.post(anOperator(), standingAt(s.buyer)+"/measures", `{"scope":"`+scope+`","for":"7d","cause":"A threat."}`).is(http.StatusCreated)
	}
	commands := len(s.world.commands)
	a := s.post(s.aBuyer(), said, body).refused(wire.ProblemCodeMuted)
	require.Contains(t, a.problem.Detail, "until "+s.world.now.Add(7*24*time.Hour).Format(time.RFC3339))
	s.post(s.aBuyer(), order+"/messages", `{"text":`, "Idempotency-Key", "new").refused(wire.ProblemCodeMuted)
	s.post(s.aBuyer(), order+"/disputes", `{"reason":"counterfeit","remedy":"refund_full","text":"A copy."}`).refused(wire.ProblemCodeMuted)
	require.Len(t, s.world.commands, commands, "nothing is stored")
	s.post(s.aBuyer(), said, body, "Idempotency-Key", "k").is(http.StatusCreated)
	s.post(s.aBuyer(), said, `{"text":"Other."}`, "Idempotency-Key", "k").refused(wire.ProblemCodeIdempotencyMismatch)
	s.post(who{id: s.otherBuyer, role: casefile.Buyer}, said, body).refused(wire.ProblemCodeNotFound)

	var mine, theirs wire.Dispute
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID).is(http.StatusOK).into(&mine)
	require.NotContains(t, names(mine.Actions), "post_message")
	s.get(s.aSeller(), "/v1/disputes/"+d.ID).is(http.StatusOK).into(&theirs)
	require.Contains(t, names(theirs.Actions), "post_message", "the other side is free to speak")
	s.post(s.aSeller(), said, body).is(http.StatusCreated)
	s.post(s.aBuyer(), "/v1/disputes/"+d.ID+"/evidence", `{"type":"statement","text":"It is cracked."}`).is(http.StatusCreated)

	for _, m := range s.standingOf(anOperator(), s.buyer).Measures {
		s.post(anOperator(), standingAt(s.buyer)+"/measures/"+m.ID+"/end", `{"why":"It is over."}`).is(http.StatusOK)
	}
	s.post(s.aBuyer(), said, body).is(http.StatusCreated)
}

func TestAPayoutIsStoppedForTheAccountThatItIsOf(t *testing.T) {
	s := newStage(t)
	payout := "/v1/accounts/" + s.seller + "/payouts"
	amount := `{"amount":{"amount":1,"currency":"EUR"}}`
	s.post(anOperator(), standingAt(s.seller)+"/measures", `{"scope":"withdraw_funds","cause":"A court."}`).is(http.StatusCreated)
	a := s.post(thePlatform(), payout, amount).refused(wire.ProblemCodeMuted)
	require.Contains(t, a.problem.Detail, "for now")
	s.post(thePlatform(), "/v1/accounts/"+s.otherSeller+"/payouts", amount).refused(wire.ProblemCodeAmountExceedsCap)
	s.world.made["platform\x00k"], s.world.hashes["platform\x00k"] = s.seller, nil
	s.post(thePlatform(), payout, amount, "Idempotency-Key", "k").refused(wire.ProblemCodeAmountExceedsCap)
}

// What is offered is accepted, and what is not is refused: for each role and each command of a standing.
func TestActionsOfAStandingAreThoseThatAreAccepted(t *testing.T) {
	bodies := map[string]string{"rule_contest": `{"upheld":true,"reasons":"So it is."}`, "rule_removal": `{"remove":false,"reasons":"So it is."}`,
		"start_measure": `{"scope":"sell","cause":"x"}`, "end_measure": `{"why":"It is over."}`}
	for _, counterfeits := range []int{1, 2} {
		for _, name := range []string{"seller", "supervisor", "operator", "auditor"} {
			s := newStage(t)
			entry := ""
			for i := range counterfeits {
				entry = s.enter(s.seller, conduct.Counterfeit, "dsp_"+strconv.Itoa(i), "")
			}
			if counterfeits == 2 {
				s.past(s.seller, 8*24*time.Hour)
			}
			bodies["contest"] = `{"entry":"` + entry + `","text":"No."}`
			by := map[string]who{"seller": s.aSeller(), "supervisor": s.aSupervisor(), "operator": anOperator(), "auditor": {id: "auditor", role: casefile.Auditor}}[name]
			offered := s.standingOf(by, s.seller).Actions
			for _, op := range s.server.contract.commandsOf(casefile.KindStanding) {
				i := slices.IndexFunc(offered, func(a wire.Action) bool { return a.Name == op.command })
				path := fill(op.path, "", "")
				if i >= 0 {
					path = offered[i].Href
				}
				a := s.post(by, path, bodies[op.command])
				require.Equal(t, i >= 0, a.status < 300, "%s by %s with %d: %s", op.command, name, counterfeits, a.body)
			}
		}
	}
}

func TestAStandingOnATestClockTellsItsTime(t *testing.T) {
	s := newStage(t, sandbox)
	clock := clockAt(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	s.world.clocks[clock.ID] = clock
	account := s.world.accounts[s.seller]
	account.Clock = clock.ID
	s.world.accounts[s.seller] = account
	var m wire.Measure
	s.post(anOperator(), standingAt(s.seller)+"/measures", `{"scope":"sell","for":"1d","cause":"x"}`).is(http.StatusCreated).into(&m)
	require.True(t, m.Start.Equal(clock.Now))
	require.Equal(t, clock.ID, s.standingOf(s.aSeller(), s.seller).Clock)
	require.Len(t, s.standingOf(s.aSeller(), s.seller).Muted, 1)
	s.world.setClock(clock.ID, func(c *store.Clock) { c.Now = c.Now.Add(24 * time.Hour) })
	require.Empty(t, s.standingOf(s.aSeller(), s.seller).Muted)
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "ended_at")
}
