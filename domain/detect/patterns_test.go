package detect_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/detect"
)

// byFew gives rows to so many buyers in turn.
func byFew(rows []detect.Row, buyers int) []detect.Row {
	for i := range rows {
		rows[i].Buyer = rows[i%buyers].Buyer
	}
	return rows
}

// praise are reviews with five stars, the first of them before a delivery.
func praise(n, early int) []detect.Row {
	all := rows(detect.Review, n, time.Hour)
	for i := range all {
		all[i].Stars, all[i].Early = 5, i < early
	}
	return all
}

func ring(accounts ...string) []detect.Link {
	var links []detect.Link
	for _, a := range accounts[1:] {
		links = append(links, detect.Link{A: accounts[0], B: a, Kind: "device"})
	}
	return links
}

func met(f detect.Finding) []string {
	var names []string
	for _, s := range f.Signals {
		if s.Met {
			names = append(names, s.Name)
		}
	}
	return names
}

func TestBrushingNeedsMoreThanOneSignal(t *testing.T) {
	t.Parallel()
	in := func(buyers ...string) []detect.Link { return ring(buyers...) }
	four := in("acc_b000", "acc_b001", "acc_b002", "acc_b003")
	for _, c := range []struct {
		what  string
		trade detect.Trade
		want  []string // nil: nothing is found
	}{
		{"three orders an hour of two buyers who share a device", detect.Trade{Orders: byFew(rows(detect.Order, 12, time.Minute), 4), Links: four},
			[]string{detect.SignalRatio, detect.SignalShared}},
		{"three orders a buyer alone", detect.Trade{Orders: byFew(rows(detect.Order, 12, time.Minute), 4)}, nil},
		{"one buyer who orders often, of a shop that is praised", detect.Trade{Orders: byFew(rows(detect.Order, 9, time.Minute), 1), Reviews: praise(60, 0)}, nil},
		{"a flash sale of a beloved shop", detect.Trade{Orders: rows(detect.Order, 300, time.Second), Usual: 10, Reviews: praise(60, 0)}, nil},
		{"a family", detect.Trade{Orders: byFew(rows(detect.Order, 9, 48*time.Hour), 3), Links: in("acc_b000", "acc_b001", "acc_b002"), Reviews: praise(60, 0)}, nil},
		{"a farm on shared devices", detect.Trade{Orders: byFew(rows(detect.Order, 40, 2*time.Hour), 10), Links: four, Reviews: praise(60, 0)},
			[]string{detect.SignalShared, detect.SignalStars}},
		{"praise before delivery", detect.Trade{Reviews: praise(60, 30)}, []string{detect.SignalEarly, detect.SignalStars}},
		{"a few early ones", detect.Trade{Reviews: praise(60, 4)}, nil},
		{"49 reviews are too few", detect.Trade{Reviews: praise(49, 30)}, nil},
		{"a burst of the early", detect.Trade{Orders: rows(detect.Order, 20, time.Minute), Reviews: praise(20, 10)}, []string{detect.SignalEarly, detect.SignalBurst}},
		{"nothing", detect.Trade{}, nil},
	} {
		c.trade.Seller = "acc_s"
		f, found := c.trade.Brushing(terms)
		require.Equal(t, c.want != nil, found, c.what)
		require.Equal(t, c.want, met(f), c.what)
		if found {
			require.Len(t, f.Signals, 5)
			require.NotEmpty(t, f.Rows)
			require.NotContains(t, f.Text, "acc_", c.what)
		}
	}
}

func TestAnHourIsCountedWhereverItBegins(t *testing.T) {
	t.Parallel()
	orders := rows(detect.Order, 40, 3*time.Hour)
	late := byFew(rows(detect.Order, 12, 5*time.Minute), 3)
	for i := range late {
		late[i].ID += "x"
		late[i].At = late[i].At.Add(1000 * time.Hour)
	}
	f, found := detect.Trade{Seller: "acc_s", Orders: append(orders, late...), Links: ring("acc_b000", "acc_b001", "acc_b002", "acc_s")}.Brushing(terms)
	require.False(t, found, "of 52 orders 15 are shared by three buyers only: %+v", f)
	f, found = detect.Trade{Seller: "acc_s", Orders: late, Links: ring("acc_b000", "acc_b001", "acc_b002"), Reviews: praise(60, 0)}.Brushing(terms)
	require.True(t, found)
	i := slices.IndexFunc(f.Signals, func(s detect.Signal) bool { return s.Name == detect.SignalRatio })
	require.InDelta(t, 4, f.Signals[i].Number, 0)
	require.Equal(t, 12, f.Signals[i].Sample, "the twelfth is 55 minutes after the first")
}

func TestAnyOneSuspectNumberIsSeen(t *testing.T) {
	t.Parallel()
	for code, words := range map[string]string{"reused": "used for another order", "foreign_destination": "on the way to another country", "predates_payment": "older than the payment"} {
		one := rows(detect.Suspect, 1, time.Hour)
		one[0].Code = code
		f, found := detect.SuspectNumbers("acc_s", one, terms)
		require.True(t, found)
		require.Equal(t, "The tracking numbers of one order failed their verification within 30 days, 1 "+words+".", f.Text)
		require.Equal(t, []string{"suspect_000"}, f.Rows)
	}
	slip := rows(detect.Suspect, 3, time.Hour)
	for i := range slip {
		slip[i].Code = "check_digit"
	}
	_, found := detect.SuspectNumbers("acc_s", slip, terms)
	require.False(t, found, "a digit mistyped is none of the three")
}

func TestADisputerDisputesSevenOfTen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		orders, disputes int
		found            bool
	}{{10, 7, true}, {10, 6, false}, {9, 9, false}, {13, 9, false}, {13, 10, true}, {0, 0, false}} {
		f, found := detect.Disputer("acc_b", c.orders, rows(detect.Dispute, c.disputes, time.Hour), terms)
		require.Equal(t, c.found, found, "%d of %d", c.disputes, c.orders)
		require.True(t, !found || f.Total == c.disputes)
	}
	twice := rows(detect.Dispute, 10, time.Hour)
	for i := range twice {
		twice[i].OrderID = twice[i/2].OrderID
	}
	_, found := detect.Disputer("acc_b", 10, twice, terms)
	require.False(t, found, "two disputes about one order are one order disputed")
}

func TestMessagesOfOneAuthorInThreeThreads(t *testing.T) {
	t.Parallel()
	flagged := rows(detect.Message, 3, time.Hour)
	for i := range flagged {
		flagged[i].Code = "contact_data"
	}
	f, found := detect.FlaggedMessages("acc_s", flagged, 20, terms)
	require.True(t, found)
	require.Equal(t, "This account's messages were flagged in the threads of 3 orders within 30 days, in which it had 20 orders.", f.Text)
	require.Equal(t, "contact_data", f.Leading)
	_, found = detect.FlaggedMessages("acc_s", flagged, 100, terms)
	require.False(t, found, "a large shop is flagged now and then")
	flagged[2].OrderID = flagged[0].OrderID
	_, found = detect.FlaggedMessages("acc_s", flagged, 20, terms)
	require.False(t, found, "two threads")
	flagged[2].OrderID, flagged[2].Code = "ord_other", "insult"
	_, found = detect.FlaggedMessages("acc_s", flagged, 20, terms)
	require.False(t, found, "an insult is another matter")
}

func TestThreeWrongItemsDecidedForBuyers(t *testing.T) {
	t.Parallel()
	rulings := rows(detect.Ruling, 3, 14*24*time.Hour)
	for i := range rulings {
		rulings[i].Code = "not_as_described.wrong_item"
	}
	_, found := detect.Switched("acc_s", rulings, terms)
	require.True(t, found, "28 days apart")
	rulings[0].At = rulings[2].At.Add(-30 * 24 * time.Hour)
	_, found = detect.Switched("acc_s", rulings, terms)
	require.False(t, found, "thirty days and more apart")
	rulings[0].At, rulings[1].Code = rulings[2].At, "not_as_described.quality"
	_, found = detect.Switched("acc_s", rulings, terms)
	require.False(t, found)
}
