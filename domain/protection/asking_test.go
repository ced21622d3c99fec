package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
)

func TestNothingLeftToDispute(t *testing.T) {
	s := inspected(t, in("guaranteed_genuine"))
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.ok(bolt, "concede", nil)
	s.state(protection.Closed).money(10500, 0, 0)
	s.closed("nothing_left", dispute.Counterfeit)
}

func TestWhatCanBeAskedFor(t *testing.T) {
	s := inspected(t)
	for name, c := range map[string]struct {
		lines   []any
		reason  dispute.Reason
		cap     money.Minor
		refused casefile.Code
		amount  money.Minor
	}{
		"all with the shipping":            {nil, dispute.Damaged, 10500, "", 0},
		"a line without":                   {[]any{"CHAIR"}, dispute.Damaged, 4000, "", 0},
		"every line":                       {[]any{"CHAIR", "LAMP"}, dispute.Damaged, 10500, "", 0},
		"every line, not every lamp":       {[]any{"CHAIR", is{"sku": "LAMP", "quantity": 1}}, dispute.Damaged, 7000, "", 0},
		"one of two lamps":                 {[]any{is{"sku": "LAMP", "quantity": 1}}, dispute.Damaged, 3000, "", 0},
		"a counterfeit with its shipping":  {[]any{"CHAIR"}, dispute.Counterfeit, 4200, "", 0},
		"one counterfeit lamp":             {[]any{is{"sku": "LAMP", "quantity": 1}}, dispute.Counterfeit, 3150, "", 0},
		"as much as there is":              {[]any{"CHAIR"}, dispute.Damaged, 4000, "", 4000},
		"a full refund of less":            {[]any{"CHAIR"}, dispute.Damaged, 4000, casefile.ValidationFailed, 3999},
		"more than there is":               {[]any{"CHAIR"}, dispute.Damaged, 4000, casefile.AmountExceedsCap, 4001},
		"more lamps than there are":        {[]any{is{"sku": "LAMP", "quantity": 3}}, dispute.Damaged, 0, casefile.ValidationFailed, 0},
		"less than one":                    {[]any{is{"sku": "LAMP", "quantity": -1}}, dispute.Damaged, 0, casefile.ValidationFailed, 0},
		"a line twice":                     {[]any{"LAMP", "LAMP"}, dispute.Damaged, 0, casefile.ValidationFailed, 0},
		"another order's line":             {[]any{"SOFA"}, dispute.Damaged, 0, casefile.ValidationFailed, 0},
		"a part without saying how much":   {[]any{is{"sku": "LAMP"}}, dispute.Damaged, 0, casefile.ValidationFailed, -1},
		"an unknown reason":                {nil, "boredom", 0, casefile.ValidationFailed, 0},
		"nothing at all":                   {nil, dispute.Damaged, 0, casefile.ValidationFailed, -2},
		"a return of what never was there": {nil, dispute.NoTrackingProgress, 0, casefile.ValidationFailed, -3},
	} {
		t.Run(name, func(t *testing.T) {
			data := complaint(c.reason, "refund_full", max(0, c.amount), c.lines...)
			switch c.amount {
			case -1:
				data["remedy"] = "refund_partial"
			case -2:
				data["amount"] = 0
			case -3:
				data["remedy"] = "return_and_refund"
			}
			next, change, answer := s.order().Decide(casefile.Command{ID: "cmd_9", Case: orderID, Name: "open_dispute", By: ada, At: s.Now, Data: []byte(mustJSON(data))}, casefile.Facts{})
			require.Equal(t, c.refused, answer.Refused, "%+v", answer)
			if c.refused == casefile.AmountExceedsCap {
				require.Equal(t, c.cap, answer.Result["cap"])
			}
			if c.refused != "" {
				return
			}
			require.Equal(t, "dsp_9", answer.Result["dispute"])
			opening := change.Openings[0].Data.(dispute.Opening)
			require.Equal(t, c.cap, opening.Value)
			require.Equal(t, c.cap, opening.Amount)
			require.Equal(t, protection.Disputed, next.(protection.Order).State())
		})
	}
}

func TestFactsOfADispute(t *testing.T) {
	s := inspected(t)
	first := s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	facts := s.order().FactsFor(first, s.Now)
	require.True(t, facts.Delivered)
	require.True(t, facts.Protected)
	require.False(t, facts.Confirmed)
	require.Equal(t, money.Minor(4000), facts.Remaining)
	require.Empty(t, facts.Disputed)
	require.True(t, facts.Openings[string(dispute.Counterfeit)].Open, "its own lines do not stand in the way")
	s.giveUp()
	second := s.dispute(dispute.Damaged, "refund_full", 0)
	require.Equal(t, second, s.order().FactsFor(first, s.Now).Disputed)
	require.Equal(t, casefile.OrderFacts{}, s.order().FactsFor("dsp_other", s.Now))
}
