package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/wording"
)

func TestAFlaggedMessageWarnsItsReaderAndNotItsWriter(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	s.world.flags = []casefile.Flag{{Rule: string(wording.RequestToClose), From: 0, Until: 29}}
	text := "Close the dispute and I will refund you 10 EUR."
	var written wire.Message
	s.post(s.aSeller(), at+"/messages", `{"text":"`+text+`"}`).is(http.StatusCreated).into(&written)
	require.Empty(t, written.Flags)
	require.Zero(t, written.Warning)
	last := func(by who) wire.Message {
		var seen wire.Dispute
		s.get(by, at).is(http.StatusOK).into(&seen)
		return seen.Messages[len(seen.Messages)-1]
	}
	require.Empty(t, last(s.aSeller()).Flags)
	read := last(s.aBuyer())
	require.Equal(t, text, read.Text, "nothing is blocked")
	require.Equal(t, []wire.Flag{{Rule: "request_to_close", From: 0, Until: 29}}, read.Flags)
	require.Contains(t, read.Warning.Text, "reopen it once")
	require.Equal(t, d.ID, read.Warning.Dispute)
	require.Equal(t, wire.RemedyRefundPartial, read.Warning.Remedy)
	require.Equal(t, wire.Money{Amount: 1000, Currency: "EUR"}, read.Warning.Amount)
}

// Who is asked in the thread of the order to close the dispute is warned there as well, with the offer and the dispute that it is for.
func TestAPromiseInTheThreadOfAnOrderIsAnOfferOfItsOpenDispute(t *testing.T) {
	s := newStage(t)
	say := func(order string) wire.MessageWarning {
		at := "/v1/orders/" + order
		s.world.flags = []casefile.Flag{{Rule: string(wording.RequestToClose), From: 0, Until: 17}}
		s.post(s.aSeller(), at+"/messages", `{"text":"Close the dispute and I will refund you 10 EUR."}`).is(http.StatusCreated)
		var seen wire.Order
		s.get(s.aBuyer(), at).is(http.StatusOK).into(&seen)
		return seen.Messages[len(seen.Messages)-1].Warning
	}
	d := s.aDispute()
	warned := say(d.Order)
	require.Contains(t, warned.Text, "reopen it once")
	require.Equal(t, []any{d.ID, wire.RemedyRefundPartial, wire.Money{Amount: 1000, Currency: "EUR"}}, []any{warned.Dispute, warned.Remedy, warned.Amount})
	warned = say(s.anOrder().ID)
	require.NotEmpty(t, warned.Text)
	require.Empty(t, warned.Dispute, "nothing is open in which it could be offered")
	require.Empty(t, warned.Remedy)
}

func TestEveryRuleOfTheScannerHasAWarningButTheInsult(t *testing.T) {
	warned := map[wording.Rule]bool{}
	for _, w := range warnings {
		require.NotEmpty(t, w.text)
		warned[w.rule] = true
	}
	for _, rule := range wording.Rules {
		require.Equal(t, rule != wording.Insult, warned[rule], rule)
	}
}
