package ledger_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/ledger"
	"recourse/domain/money"
)

func split(verb ledger.Verb, refund, release, fee money.Minor) ledger.Movement {
	return ledger.Movement{Step: 7, Verb: verb, Cause: "settled", Dispute: "dsp_1", Currency: "EUR", Order: "ord_1", Buyer: "acc_b",
		Seller: "acc_s", Refund: refund, Release: release, Fee: fee}
}

func TestEachMovementHasItsPostings(t *testing.T) {
	type postings = []ledger.Posting
	for _, c := range []struct {
		what string
		got  ledger.Transfer
		verb ledger.Verb
		want postings
	}{
		{"hold", ledger.HoldCapture(1, "ord_1", 4550, "EUR"), ledger.Hold, postings{{"capture", -4550}, {"escrow:ord_1", 4550}}},
		{"request", ledger.RequestOut(split(ledger.Split, 4000, 500, 50)), ledger.Split, postings{{"escrow:ord_1", -4550}, {"transit:ord_1", 4550}}},
		{"confirm", ledger.ConfirmOut(split(ledger.Split, 4000, 500, 50)), ledger.Confirm,
			postings{{"transit:ord_1", -4550}, {"buyer:acc_b", 4000}, {"payable:acc_s", 500}, {"fees", 50}}},
		{"confirm a refund", ledger.ConfirmOut(split(ledger.Refund, 4550, 0, 0)), ledger.Confirm, postings{{"transit:ord_1", -4550}, {"buyer:acc_b", 4550}}},
		{"failed", ledger.ReturnOut(split(ledger.Split, 4000, 500, 50)), ledger.Return, postings{{"transit:ord_1", -4550}, {"escrow:ord_1", 4550}}},
		{"charged back", ledger.ChargedBack(7, "ord_1", "acc_b", 100, "EUR"), ledger.Chargeback, postings{{"escrow:ord_1", -100}, {"buyer:acc_b", 100}}},
		{"goodwill", ledger.GoodwillTo(7, "acc_s", 100, "EUR", "no_decision", "dsp_1"), ledger.Goodwill, postings{{"goodwill", -100}, {"given:acc_s", 100}}},
		{"recovered", ledger.RecoverFrom(7, "acc_s", "acc_b", 30, 70, "EUR", "dsp_1"), ledger.Recover,
			postings{{"reserve:acc_s", -30}, {"payable:acc_s", -70}, {"recovered:acc_b", 100}}},
		{"recovered from the reserve alone", ledger.RecoverFrom(7, "acc_s", "acc_b", 30, 0, "EUR", ""), ledger.Recover,
			postings{{"reserve:acc_s", -30}, {"recovered:acc_b", 30}}},
		{"claim", ledger.ClaimOn(7, "acc_s", 100, "EUR", "dsp_1"), ledger.Claim, postings{{"claims", -100}, {"claim:acc_s", 100}}},
		{"payout", ledger.PayOut(7, "acc_s", 100, "EUR"), ledger.Payout, postings{{"payable:acc_s", -100}, {"paid_out:acc_s", 100}}},
		{"reserve", ledger.FundReserve(7, "acc_s", 100, "EUR"), ledger.Reserve, postings{{"deposit:acc_s", -100}, {"reserve:acc_s", 100}}},
	} {
		t.Run(c.what, func(t *testing.T) {
			require.Equal(t, c.want, c.got.Postings)
			require.Equal(t, c.verb, c.got.Verb)
			require.NotEmpty(t, c.got.Cause)
			require.NoError(t, ledger.Balanced(c.got))
		})
	}
}

func TestWhatIsNotSoundIsRefused(t *testing.T) {
	sound := ledger.HoldCapture(1, "ord_1", 4550, "EUR")
	for what, c := range map[string]struct {
		change  func(*ledger.Transfer)
		message string
	}{
		"unknown verb":       {func(t *ledger.Transfer) { t.Verb = "move" }, "unknown verb"},
		"nothing":            {func(t *ledger.Transfer) { t.Postings = nil }, "moves nothing"},
		"no currency":        {func(t *ledger.Transfer) { t.Currency = "" }, "has no currency"},
		"one side":           {func(t *ledger.Transfer) { t.Postings = t.Postings[:1] }, "adds up to -4550"},
		"a unit too much":    {func(t *ledger.Transfer) { t.Postings[1].Amount++ }, "adds up to 1"},
		"a side of nothing":  {func(t *ledger.Transfer) { t.Postings[1].Amount = 0 }, "posts 0"},
		"too much":           {func(t *ledger.Transfer) { t.Postings[1].Amount = money.MaxTotal + 1 }, "posts 9007199254740992"},
		"wrong direction":    {func(t *ledger.Transfer) { t.Postings[0].Amount, t.Postings[1].Amount = 1, -1 }, "not its direction"},
		"another's account":  {func(t *ledger.Transfer) { t.Postings[1].Account = "buyer:acc_b" }, "not its direction"},
		"unknown account":    {func(t *ledger.Transfer) { t.Postings[1].Account = "pocket:acc_b" }, "which is no account"},
		"account of nobody":  {func(t *ledger.Transfer) { t.Postings[1].Account = "escrow:" }, "which is no account"},
		"escrow of all":      {func(t *ledger.Transfer) { t.Postings[1].Account = "escrow" }, "which is no account"},
		"owner of the world": {func(t *ledger.Transfer) { t.Postings[0].Account = "capture:acc_b" }, "which is no account"},
	} {
		t.Run(what, func(t *testing.T) {
			changed := sound
			changed.Postings = append([]ledger.Posting(nil), sound.Postings...)
			c.change(&changed)
			err := ledger.Balanced(changed)
			require.ErrorIs(t, err, ledger.ErrUnbalanced)
			require.ErrorContains(t, err, c.message)
		})
	}
	for what, transfer := range map[string]ledger.Transfer{
		"negative refund":      ledger.RequestOut(split(ledger.Refund, -5, 0, 0)),
		"negative share":       ledger.ConfirmOut(split(ledger.Split, 10, -5, 0)),
		"empty":                ledger.RequestOut(split(ledger.Refund, 0, 0, 0)),
		"out of range":         ledger.RequestOut(split(ledger.Split, math.MaxInt64, math.MaxInt64, 2)),
		"confirm as request":   ledger.RequestOut(split(ledger.Confirm, 5, 0, 0)),
		"recovery of too much": ledger.RecoverFrom(1, "acc_s", "acc_b", math.MaxInt64, 1, "EUR", ""),
		"negative goodwill":    ledger.GoodwillTo(1, "acc_s", -1, "EUR", "", ""),
	} {
		require.ErrorIs(t, ledger.Balanced(transfer), ledger.ErrUnbalanced, what)
	}
}

func TestOnlySourcesGoBelowZero(t *testing.T) {
	for _, a := range []ledger.Account{ledger.Capture, ledger.DepositOf("acc_s"), ledger.GoodwillFund, ledger.Claims} {
		require.False(t, a.HasFloor(), a)
	}
	for _, a := range []ledger.Account{ledger.EscrowOf("o"), ledger.TransitOf("o"), ledger.RefundedTo("b"), ledger.PayableTo("s"), ledger.Fees,
		ledger.PaidOutTo("s"), ledger.ReserveOf("s"), ledger.RecoveredFor("b"), ledger.GivenTo("b"), ledger.OwedBy("s")} {
		require.True(t, a.HasFloor(), a)
		require.True(t, a.Known(), a)
	}
}

func TestCurrenciesNeverMix(t *testing.T) {
	balances, err := ledger.Balances([]ledger.Transfer{ledger.FundReserve(1, "acc_s", 100, "EUR"), ledger.FundReserve(2, "acc_s", 7, "JPY")})
	require.NoError(t, err)
	require.Equal(t, map[ledger.Place]money.Minor{{"reserve:acc_s", "EUR"}: 100, {"deposit:acc_s", "EUR"}: -100,
		{"reserve:acc_s", "JPY"}: 7, {"deposit:acc_s", "JPY"}: -7}, balances)
	_, err = ledger.PositionOf([]ledger.Transfer{ledger.HoldCapture(1, "ord_1", 5, "EUR"), ledger.HoldCapture(2, "ord_1", 5, "JPY")})
	require.ErrorIs(t, err, ledger.ErrUnbalanced)
}

// TestMoneyIsConservedOnEveryPath walks random paths of an order's money and looks at every step of them.
func TestMoneyIsConservedOnEveryPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		captured := money.Minor(rapid.Int64Range(1, int64(money.MaxTotal)).Draw(t, "captured"))
		held, reserve, payable := captured, money.Minor(0), money.Minor(0)
		var out []ledger.Movement // on its way
		all := []ledger.Transfer{ledger.HoldCapture(1, "ord_1", captured, "EUR")}
		upTo := func(most money.Minor, what string) money.Minor {
			return money.Minor(rapid.Int64Range(0, int64(most)).Draw(t, what))
		}

		for step := int64(2); step < 30; step++ {
			var next ledger.Transfer
			switch rapid.SampledFrom([]string{"request", "confirm", "fail", "charge", "goodwill", "reserve", "recover", "claim", "payout"}).Draw(t, "what") {
			case "request":
				m := ledger.Movement{Step: step, Verb: ledger.Split, Cause: "settled", Currency: "EUR", Order: "ord_1", Buyer: "acc_b", Seller: "acc_s"}
				m.Refund = upTo(held, "refund")
				m.Release = upTo(held-m.Refund, "release")
				m.Fee = upTo(held-m.Refund-m.Release, "fee")
				if m.Refund+m.Release+m.Fee == 0 {
					continue
				}
				held -= m.Refund + m.Release + m.Fee
				out, next = append(out, m), ledger.RequestOut(m)
			case "confirm":
				if len(out) == 0 {
					continue
				}
				payable += out[0].Release
				next, out = ledger.ConfirmOut(out[0]), out[1:]
			case "fail":
				if len(out) == 0 {
					continue
				}
				held += out[0].Refund + out[0].Release + out[0].Fee
				next, out = ledger.ReturnOut(out[0]), out[1:]
			case "charge":
				amount := upTo(held, "charged back")
				if amount == 0 {
					continue
				}
				held -= amount
				next = ledger.ChargedBack(step, "ord_1", "acc_b", amount, "EUR")
			case "goodwill":
				next = ledger.GoodwillTo(step, "acc_s", 1+upTo(5000, "given"), "EUR", "no_decision", "dsp_1")
			case "reserve":
				amount := 1 + upTo(10000, "funded")
				reserve += amount
				next = ledger.FundReserve(step, "acc_s", amount, "EUR")
			case "recover":
				a, b := upTo(reserve, "from the reserve"), upTo(payable, "from the payable")
				if a+b == 0 || a+b > money.MaxTotal {
					continue
				}
				reserve, payable = reserve-a, payable-b
				next = ledger.RecoverFrom(step, "acc_s", "acc_b", a, b, "EUR", "dsp_1")
			case "claim":
				next = ledger.ClaimOn(step, "acc_s", 1+upTo(5000, "claimed"), "EUR", "dsp_1")
			case "payout":
				amount := upTo(payable, "paid out")
				if amount == 0 {
					continue
				}
				payable -= amount
				next = ledger.PayOut(step, "acc_s", amount, "EUR")
			}
			require.NoError(t, ledger.Balanced(next))
			all = append(all, next)

			position, err := ledger.PositionOf(all)
			require.NoError(t, err)
			require.True(t, position.Conserved(), "%+v", position)
			require.Equal(t, captured, position.Captured)
			require.Equal(t, held, position.Held-position.InTransit)

			balances, err := ledger.Balances(all)
			require.NoError(t, err)
			var sum money.Minor
			for at, balance := range balances {
				sum += balance
				require.True(t, balance >= 0 || !at.Account.HasFloor(), "%s is %d", at.Account, balance)
			}
			require.Zero(t, sum, "debits are credits")
			require.Equal(t, payable, balances[ledger.Place{Account: ledger.PayableTo("acc_s"), Currency: "EUR"}])
			require.Equal(t, reserve, balances[ledger.Place{Account: ledger.ReserveOf("acc_s"), Currency: "EUR"}])
		}
	})
}
