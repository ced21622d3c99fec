package protection_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
)

func register(r protection.Registration, at time.Time) casefile.Answer {
	_, _, answer := protection.Order{}.Decide(casefile.Command{ID: "cmd_1", Case: orderID, Name: "register_order", By: shop, At: at, Data: []byte(mustJSON(r))}, casefile.Facts{})
	return answer
}

func TestRegistrationIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change  change
		pointer string // empty: accepted
	}{
		"as it is":                 {func(*protection.Registration) {}, ""},
		"ships on the last day":    {func(r *protection.Registration) { r.ShipBy = paid.Add(days(14)) }, ""},
		"ships later":              {func(r *protection.Registration) { r.ShipBy = paid.Add(days(14) + time.Microsecond) }, "/ship_by"},
		"ships at once":            {func(r *protection.Registration) { r.ShipBy = paid }, "/ship_by"},
		"arrives on the last day":  {func(r *protection.Registration) { r.GuaranteedBy = paid.Add(days(60)) }, ""},
		"arrives later":            {func(r *protection.Registration) { r.GuaranteedBy = paid.Add(days(60) + time.Microsecond) }, "/guaranteed_by"},
		"arrives before shipping":  {func(r *protection.Registration) { r.GuaranteedBy = paid.Add(days(6)) }, "/guaranteed_by"},
		"own limit of the country": {brazil(90, 90), ""},
		"more than that limit":     {brazil(90, 91), "/guaranteed_by"},
		"less than the usual one":  {brazil(20, 30), "/guaranteed_by"},
		"paid later":               {func(r *protection.Registration) { r.PaidAt = paid.Add(time.Microsecond) }, "/paid_at"},
		"paid now":                 {func(r *protection.Registration) { r.PaidAt = time.Time{} }, ""},
		"no buyer":                 {func(r *protection.Registration) { r.Buyer = "" }, "/buyer"},
		"sold to itself":           {func(r *protection.Registration) { r.Seller = r.Buyer }, "/buyer"},
		"no currency":              {func(r *protection.Registration) { r.Currency = "EURO" }, "/currency"},
		"no lines":                 {func(r *protection.Registration) { r.Lines = nil }, "/lines"},
		"two of one SKU":           {func(r *protection.Registration) { r.Lines[1].SKU = "LAMP" }, "/lines"},
		"none of a line":           {func(r *protection.Registration) { r.Lines[0].Quantity = 0 }, "/lines"},
		"price below nothing":      {func(r *protection.Registration) { r.Lines[0].Price = -1 }, "/lines"},
		"a line for nothing":       {func(r *protection.Registration) { r.Lines[0].Price = 0 }, ""},
		"all for nothing":          {func(r *protection.Registration) { r.Lines[0].Price, r.Lines[1].Price, r.Shipping = 0, 0, 0 }, "/lines"},
		"shipping below nothing":   {func(r *protection.Registration) { r.Shipping = -1 }, "/shipping"},
		"as much as can be":        {worth(money.MaxTotal), ""},
		"more than can be":         {worth(money.MaxTotal + 1), "/lines"},
		"quantity out of range":    {func(r *protection.Registration) { r.Lines[0].Quantity = math.MaxInt64 }, "/lines"},
		"unknown programme":        {in("priority"), "/programmes"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := register(registration(c.change), paid)
			require.Equal(t, c.pointer, answer.Pointer)
			require.Equal(t, c.pointer == "", answer.Accepted(), "%+v", answer)
			if c.pointer != "" {
				require.Equal(t, casefile.ValidationFailed, answer.Refused)
			}
		})
	}
}

func brazil(limit, promise int) change {
	return func(r *protection.Registration) {
		r.Country, r.GuaranteedBy = "BR", paid.Add(days(promise))
		r.Terms.Protection.GuaranteedByFor = map[string]policy.Duration{"BR": policy.Duration(days(limit))}
	}
}

func worth(total money.Minor) change {
	return func(r *protection.Registration) {
		oneLine(r)
		r.Lines[0].Price, r.Shipping = total-1, 1
	}
}

func TestRegisteredOrderHoldsItsMoney(t *testing.T) {
	s := begin(t)
	s.state(protection.Funded).money(0, 0, 10500)
	s.due("ship_by", "7d").due("ship_by_reminder", "3d").due("absolute_end", "45d").due("absolute_max", "180d")
	require.Equal(t, 1, s.count(casefile.OrderFunded))
	require.Equal(t, 1, s.count(casefile.EscrowHeld))
}

func TestReminderToShip(t *testing.T) {
	s := begin(t)
	s.at("3d")
	require.Zero(t, s.count(casefile.NoticeSent))
	s.past("3d")
	require.Equal(t, map[string]any{"to": "bolt", "about": "ship_by"}, s.last(casefile.NoticeSent))

	begin(t, func(r *protection.Registration) { r.ShipBy = paid.Add(days(3)) }).due("ship_by_reminder", "")
}

func TestNotShippedInTimeIsRefunded(t *testing.T) {
	s := begin(t)
	s.at("7d").state(protection.Funded) // at the very instant it is in time
	s.past("7d").state(protection.Refunded).money(10500, 0, 0)
	require.Equal(t, "not_shipped", s.last(casefile.OrderCancelled)["cause"])
	_, due := s.order().Next()
	require.False(t, due)
	require.True(t, s.order().Closed())

	s = begin(t)
	s.at("7d").ship()
	s.past("7d").state(protection.InTransit)
}

func TestCancelledBeforeShipping(t *testing.T) {
	s := begin(t)
	s.at("1d").ok(bolt, "cancel_order", nil)
	s.state(protection.Refunded).money(10500, 0, 0)

	s = begin(t)
	s.ship("LAMP")
	s.no(casefile.WrongStage, bolt, "cancel_order", nil)
}
