package console

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

func TestEveryCodeOfAStatementHasItsWords(t *testing.T) {
	spec, english := contract(t), keys(t, "en")
	said := spec.Components.Schemas["DecisionStatement"].Properties
	for prefix, values := range map[string][]string{"letter.moves.": said["moves"].Properties["when"].Enum, "letter.appealing.": said["appealing"].Properties["state"].Enum,
		"letter.amounts.": said["audience"].Enum} {
		require.NotEmpty(t, values, prefix)
		for _, value := range values {
			require.Contains(t, english, prefix+value)
		}
	}
	for _, verdict := range spec.Components.Schemas["Verdict"].Enum {
		for _, audience := range said["audience"].Enum {
			require.Contains(t, english, "letter.outcome."+verdict+"."+audience)
		}
	}
}

func TestADecisionIsSaidInTheReadersLanguage(t *testing.T) {
	p, err := loadPhrases()
	require.NoError(t, err)
	v := &Visit{words: p.in("es"), prefs: prefs{zone: "Europe/Madrid"}, R: httptest.NewRequest(http.MethodGet, "/", nil)}
	s := client.DecisionStatement{Audience: client.DecisionStatementAudienceBuyer, Verdict: client.OutcomeDecidedSplit, Outcome: "English.", Refund: client.Money{Amount: 3000, Currency: "EUR"},
		Release: client.Money{Amount: 1550, Currency: "EUR"}, Money: []string{"One.", "Two.", "Three."}, Appeal: []string{"Four."},
		Findings: []client.StatedFinding{{Says: "It is found: counterfeit", Claim: "counterfeit", Holds: true}}}
	s.Moves.When, s.Moves.At, s.Moves.AfterReturn = client.DecisionStatementMovesWhenAppealWindow, time.Date(2026, 1, 21, 23, 30, 0, 0, time.UTC), true
	s.Appealing.State = client.DecisionStatementAppealingStateClosed
	d := &client.Dispute{Claim: client.Claim{Reason: client.ReasonCounterfeit}, Statement: &s}
	out, err := v.statementOf(d)
	require.NoError(t, err)
	require.Equal(t, said{Words: "La disputa se decide en parte a su favor."}, out.Outcome)
	require.Equal(t, "El dinero se mueve cuando la decisión sea definitiva: el jue 22 de enero de 2026, 00:30 CET, si nadie apela. El reembolso llega tras la devolución del artículo.", out.Money[1].Words)
	require.Contains(t, out.Money[0].Words, "30,00")
	require.Len(t, out.Money, 2)
	require.Equal(t, []said{{Words: "Esta decisión ya no se puede apelar."}}, out.Appeal)
	require.True(t, out.Findings[0].Reason)

	s.Moves.When, s.Verdict, s.Appealing.State = "by_comet", "decided_by_lot", "by_post"
	out, err = v.statementOf(d)
	require.NoError(t, err)
	require.Equal(t, said{"English.", "en"}, out.Outcome, "what is newer than the pages is said by the API, and marked as English")
	require.Equal(t, []said{{"One.", "en"}, {"Two.", "en"}, {"Three.", "en"}}, out.Money)
	require.Equal(t, []said{{"Four.", "en"}}, out.Appeal)

	s.Moves.When, s.Audience, s.Verdict = client.DecisionStatementMovesWhenAtOnce, client.DecisionStatementAudienceReviewer, client.OutcomeDecidedForBuyer
	out, err = v.statementOf(d)
	require.NoError(t, err)
	require.True(t, slices.Contains(out.Money, said{"Three.", "en"}), "what only staff is told stays as the API says it")
	require.Len(t, out.Money, 3)
}
