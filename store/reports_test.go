package store

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/kinds"
	"recourse/domain/report"
	"recourse/internal/identifier"
	"recourse/policies"
)

// accuse submits a report and returns what became of it.
func (f *fixture) accuse(reporter casefile.Actor, against string) (casefile.Answer, error) {
	command := identifier.New("cmd")
	id := casefile.Derive("rep", command)
	data, err := json.Marshal(map[string]any{"against": against, "behaviour": "phishing", "text": "A false page.", "affirm": true, "terms": policies.Default().ForReport()})
	if err != nil {
		return casefile.Answer{}, err
	}
	_, err = f.Begin(f.ctx, NewCase{ID: id, Kind: casefile.KindReport, Summary: casefile.Summary{Kind: casefile.KindReport, Stage: "report", Status: string(report.Submitted)},
		Command: Knock{ID: command, Case: id, Name: "submit_report", By: reporter, Data: data}})
	if err != nil {
		return casefile.Answer{}, err
	}
	if _, err := f.Step(f.ctx, id); err != nil {
		return casefile.Answer{}, err
	}
	record, err := f.Command(f.ctx, command)
	return record.Answer, err
}

// A hundred reports at once are as many as a day allows, whoever steps them; another reporter's are counted by themselves.
func TestAHundredReportsByOnePersonAreAsManyAsADayAllows(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for _, kind := range kinds.All() {
			f.kinds[kind.Name] = kind
		}
		flooder, other := casefile.Actor{ID: "acc_flooder", Role: casefile.Buyer}, casefile.Actor{ID: "acc_other", Role: casefile.Buyer}
		for _, a := range []Account{{ID: flooder.ID, Role: casefile.Buyer}, {ID: other.ID, Role: casefile.Buyer}} {
			_, err := f.CreateAccount(f.ctx, a, Once{})
			require.NoError(f.t, err)
		}
		for i := range 100 {
			_, err := f.CreateAccount(f.ctx, Account{ID: fmt.Sprintf("acc_shop%d", i), Role: casefile.Seller}, Once{})
			require.NoError(f.t, err)
		}
		answers := make([]casefile.Answer, 100)
		together(10, func(worker int) {
			for i := worker; i < 100; i += 10 {
				var err error
				if answers[i], err = f.accuse(flooder, fmt.Sprintf("acc_shop%d", i)); err != nil {
					f.t.Error(err)
				}
			}
		})
		taken := 0
		for _, a := range answers {
			if a.Accepted() {
				taken++
				continue
			}
			require.Equal(f.t, casefile.TooManyItems, a.Refused, a.Detail)
		}
		require.Equal(f.t, policies.Default().Report.PerDay, taken)
		answer, err := f.accuse(other, "acc_shop1")
		require.NoError(f.t, err)
		require.True(f.t, answer.Accepted(), "%+v", answer)

		for against, pointer := range map[string]string{other.ID: "/against", "acc_nobody": "/against"} {
			answer, err := f.accuse(other, against)
			require.NoError(f.t, err)
			require.Equal(f.t, []any{casefile.ValidationFailed, pointer}, []any{answer.Refused, answer.Pointer}, "of oneself, or of nobody")
		}
	})
}
