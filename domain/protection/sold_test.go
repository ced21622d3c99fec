package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
	"recourse/domain/protection"
)

func TestWhatCameBackIsNotSold(t *testing.T) {
	line := func(quantity int64, pot protection.Pot) protection.Line {
		return protection.Line{Quantity: quantity, Pot: pot}
	}
	for what, c := range map[string]struct {
		lines           []protection.Line
		items, returned int64
	}{
		"nothing":                   {nil, 0, 0},
		"held":                      {[]protection.Line{line(2, protection.Pot{Value: 100})}, 2, 0},
		"refunded in part":          {[]protection.Line{line(2, protection.Pot{Value: 100, Refunded: 99})}, 2, 0},
		"refunded in full":          {[]protection.Line{line(2, protection.Pot{Value: 100, Refunded: 100}), line(3, protection.Pot{Value: 50, Released: 50})}, 5, 2},
		"recovered after release":   {[]protection.Line{line(1, protection.Pot{Value: 100, Released: 100, Recovered: 60, Claimed: 40})}, 1, 1},
		"a present without a price": {[]protection.Line{line(1, protection.Pot{})}, 1, 0},
	} {
		items, returned := protection.Order{Lines: c.lines}.Sold()
		require.Equal(t, []int64{c.items, c.returned}, []int64{items, returned}, what)
	}
	s := inspected(t)
	items, returned := s.Order(orderID).Sold()
	require.Positive(t, items)
	require.Zero(t, returned)
	s.at("12d").dispute(dispute.Damaged, "refund_full", 4000, "CHAIR")
	s.at("13d").settle(4000)
	_, returned = s.Order(orderID).Sold()
	require.EqualValues(t, 1, returned)
}
