package api

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

func anAuditor() who { return who{id: "audrey", role: casefile.Auditor} }

func (s *stage) seenBoard(by who) (b wire.Board) {
	s.t.Helper()
	s.get(by, "/v1/board").is(http.StatusOK).into(&b)
	return b
}

func TestTheBoardTellsRatesWithTheirSamples(t *testing.T) {
	s := newStage(t, func(c *Config) { c.BoardEvery = time.Nanosecond })
	s.thorough = true
	s.underReview()
	s.aDispute()
	b := s.seenBoard(anOperator())
	require.Equal(t, wire.Count{Count: 8}, b.Disputes)
	require.Equal(t, wire.BoardDefault{Side: wire.BoardDefaultSideSeller, Outcome: wire.OutcomeDefaultSellerSilent, Count: 2, Share: .25}, b.Defaults[0])
	require.Equal(t, wire.BoardDecisions{Decided: 8, Appealed: 4, Overturned: 2, Share: .25}, b.Decisions)
	require.EqualValues(t, 1, b.Breaching, "what a reviewer owes, and not what a seller owes")
	require.EqualValues(t, 2, b.Court.Sample)
	require.Equal(t, wire.BoardSystemEngineUnknown, b.System.Engine)
	require.EqualValues(t, 3, b.System.Door.Count)
	require.Len(t, b.Waits, 3)
	require.Empty(t, b.Clocks)

	require.False(t, b.Escrow.Whole, "a large ledger is walked a piece at a time")
	whole := s.seenBoard(anAuditor()).Escrow
	require.True(t, whole.Whole)
	require.Equal(t, []wire.BoardTotal{
		{Held: wire.Money{Amount: 95, Currency: "EUR"}, Ledger: wire.Money{Amount: 105, Currency: "EUR"}, Difference: -10, Accounts: 3, Differ: 1, Example: "escrow:ord_1"},
		{Held: wire.Money{Amount: 10, Currency: "USD"}, Ledger: wire.Money{Amount: 10, Currency: "USD"}, Accounts: 1},
	}, whole.Totals)
	require.Equal(t, whole.Totals, s.seenBoard(anOperator()).Escrow.Totals, "the last whole walk stands until the next has ended")
}

func TestManyWhoLookAtTheBoardCostAsMuchAsOne(t *testing.T) {
	s := newStage(t, func(c *Config) { c.BoardEvery = time.Hour })
	first := s.seenBoard(anOperator())
	require.Equal(t, first.CountedAt, s.seenBoard(s.aSupervisor()).CountedAt)
	require.Equal(t, 1, s.world.counted)
}

type sick struct{ err error }

func (e sick) Healthy(context.Context) error { return e.err }

func TestTheBoardSaysWhetherTheEngineAnswers(t *testing.T) {
	s := newStage(t, func(c *Config) { c.BoardEvery = time.Nanosecond })
	s.server.health = sick{}
	require.Equal(t, wire.BoardSystemEngineReachable, s.seenBoard(anOperator()).System.Engine)
	s.server.health = sick{errors.New("down")}
	require.Equal(t, wire.BoardSystemEngineUnreachable, s.seenBoard(anOperator()).System.Engine)
}

func TestTheCasesBehindANumberOfTheBoard(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.underReview()
	page := func(query string) (p wire.BoardCasePage) {
		s.get(anOperator(), "/v1/board/cases"+query).is(http.StatusOK).into(&p)
		return p
	}
	ahead := page("?within=30d")
	require.NotEmpty(t, ahead.Data)
	require.Contains(t, ids(ahead), d.ID)
	for _, c := range ahead.Data {
		require.Equal(t, c.Kind+"/"+c.ID, c.Run)
		require.False(t, c.DueAt.After(ahead.AsOf.Add(30*24*time.Hour)))
	}
	require.Empty(t, page("?waits=transfer").Data)
	s.get(anOperator(), "/v1/board/cases?within=31d").refused(wire.ProblemCodeValidationFailed)
	s.get(anOperator(), "/v1/board/cases?after=nonsense").refused(wire.ProblemCodeValidationFailed)
	s.get(anOperator(), "/v1/board?clock=clk_00000000000000000000000001").refused(wire.ProblemCodeValidationFailed)
	for _, path := range []string{"/v1/board", "/v1/board/cases", "/v1/incidents"} {
		s.get(s.aBuyer(), path).refused(wire.ProblemCodeNotAllowed)
		s.get(s.aReviewer(), path).refused(wire.ProblemCodeNotAllowed)
		s.get(anAuditor(), path).is(http.StatusOK)
	}
}

func ids(p wire.BoardCasePage) (ids []string) {
	for _, c := range p.Data {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestIncidentsAreListedTheLatestFirst(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	for _, text := range []string{"First.", "Second."} {
		from := s.world.now
		s.post(anOperator(), "/v1/incidents", `{"from":"`+from.Format(time.RFC3339)+`","until":"`+from.Add(time.Hour).Format(time.RFC3339)+`","text":"`+text+`","country":"FR"}`).is(http.StatusCreated)
	}
	var list wire.IncidentList
	s.get(anOperator(), "/v1/incidents").is(http.StatusOK).into(&list)
	require.Len(t, list.Data, 2)
	require.Equal(t, "Second.", list.Data[0].Text)
	require.Equal(t, "14d", list.Longest)
}
