package tracking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/tracking"
)

func TestReasonsToSuspectAShipment(t *testing.T) {
	paid := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	sound := tracking.Facts{Carrier: "upu", Number: "RB123456785US", Country: "FR", Postcode: "75011", PaidAt: paid,
		Scan: tracking.Scan{Country: "FR", Postcode: "75011", At: paid, Accepted: true}}
	for _, c := range []struct {
		what   string
		change func(*tracking.Facts)
		want   []tracking.Reason
	}{
		{"sound", func(*tracking.Facts) {}, nil},
		{"nothing seen yet", func(f *tracking.Facts) { f.Scan = tracking.Scan{} }, nil},
		{"nothing known of the order", func(f *tracking.Facts) { f.Country, f.Postcode, f.PaidAt = "", "", time.Time{} }, nil},
		{"check digit", func(f *tracking.Facts) { f.Number = "RB123456786US" }, []tracking.Reason{tracking.CheckDigit}},
		{"reused", func(f *tracking.Facts) { f.Reused = true }, []tracking.Reason{tracking.Reused}},
		{"another country", func(f *tracking.Facts) { f.Scan.Country = "BE" }, []tracking.Reason{tracking.ForeignDestination}},
		{"country in small letters", func(f *tracking.Facts) { f.Scan.Country = "fr" }, nil},
		{"another postcode", func(f *tracking.Facts) { f.Scan.Postcode = "75012" }, []tracking.Reason{tracking.WrongPostcode}},
		{"a microsecond before the payment", func(f *tracking.Facts) { f.Scan.At = paid.Add(-time.Microsecond) }, []tracking.Reason{tracking.PredatesPayment}},
		{"on its way before the payment", func(f *tracking.Facts) { f.Scan.At, f.Scan.Accepted = paid.Add(-time.Hour), false }, []tracking.Reason{tracking.PredatesPayment}},
		{"all of them", func(f *tracking.Facts) {
			f.Number, f.Reused, f.Scan = "X", true, tracking.Scan{Country: "US", Postcode: "10001", At: paid.Add(-time.Hour)}
		}, []tracking.Reason{tracking.CheckDigit, tracking.Reused, tracking.ForeignDestination, tracking.WrongPostcode, tracking.PredatesPayment}},
	} {
		t.Run(c.what, func(t *testing.T) {
			facts := sound
			c.change(&facts)
			require.Equal(t, c.want, tracking.Verify(facts))
		})
	}
}

func TestOnlyAWholeAcceptanceVerifies(t *testing.T) {
	whole := tracking.Scan{Country: "FR", Postcode: "75011", At: time.Unix(1, 0), Accepted: true}
	require.True(t, whole.Complete())
	for _, part := range []tracking.Scan{
		{},
		{Postcode: "75011", At: time.Unix(1, 0), Accepted: true},
		{Country: "FR", At: time.Unix(1, 0), Accepted: true},
		{Country: "FR", Postcode: "75011", Accepted: true},
		{Country: "FR", Postcode: "75011", At: time.Unix(1, 0)},
	} {
		require.False(t, part.Complete(), "%+v", part)
	}
}

func TestPostcodesAreComparedAsTheyAreMeant(t *testing.T) {
	for _, same := range [][2]string{{"75011", "75011"}, {"sw1a 1aa", "SW1A1AA"}, {"4050-253", "4050253"}, {"10001", "10001-1234"},
		{"100011234", "10001"}, {"01310-100", "01310100"}, {"", ""}} {
		require.True(t, tracking.SamePostcode(same[0], same[1]), same)
		require.True(t, tracking.SamePostcode(same[1], same[0]), same)
	}
	for _, other := range [][2]string{{"75011", "75012"}, {"SW1A 1AA", "SW1A 1AB"}, {"10001", "10002-1234"}, {"7501", "75011"}, {"75011", ""},
		{"12345", "12345678A"}} {
		require.False(t, tracking.SamePostcode(other[0], other[1]), other)
	}
}
