package tracking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/tracking"
)

func TestACheckDigitIsWorkedOutAsItIsJudged(t *testing.T) {
	for _, c := range published {
		w, known := tracking.Work(c.carrier, c.number)
		require.True(t, known && w.Holds(), "%s %s: %s", c.carrier, c.number, w)
	}
	for _, c := range []struct {
		carrier, number, standard, sum string
		expected, digit                int
	}{
		{"upu", "RA473124827GB", "UPU S10", "8×4 + 6×7 + 4×3 + 2×1 + 3×2 + 5×4 + 9×8 + 7×2 = 200", 9, 7},
		{"ups", "1Z999AA10123456785", "UPS 1Z", "1×9 + 2×9 + 1×9 + 2×2 + 1×2 + 2×1 + 1×0 + 2×1 + 1×2 + 2×3 + 1×4 + 2×5 + 1×6 + 2×7 + 1×8 = 96", 4, 5},
		{"fedex", "012345678983", "FedEx Express", "3×0 + 1×1 + 7×2 + 3×3 + 1×4 + 7×5 + 3×6 + 1×7 + 7×8 + 3×9 + 1×8 = 179", 3, 3},
		{"dhl", "7389105115", "DHL Express", "738910511", 3, 5},
		{"usps", "71123456789123456787", "USPS Intelligent Mail package barcode", "", 7, 7},
	} {
		w, known := tracking.Work(c.carrier, c.number)
		require.True(t, known, c.number)
		require.Equal(t, []any{c.standard, c.expected, c.digit}, []any{w.Standard, w.Expected, w.Digit}, c.number)
		if c.sum != "" {
			require.Equal(t, c.sum, w.String())
		}
	}
	for _, none := range [][2]string{{"ontrac", "C11031500001879"}, {"upu", "LP40966604"}, {"ups", "92612999988208211718"}, {"", ""}} {
		_, known := tracking.Work(none[0], none[1])
		require.False(t, known, none)
	}
}

func TestWhatAScanToldIsKept(t *testing.T) {
	paid := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	facts := func(s tracking.Scan) tracking.Facts {
		return tracking.Facts{Carrier: "upu", Number: "RB123456785US", Country: "FR", Postcode: "75011", PaidAt: paid, Scan: s}
	}
	at := func(days int) time.Time { return paid.AddDate(0, 0, days) }
	known := tracking.Learn(nil, facts(tracking.Scan{}), at(1))
	require.Empty(t, known, "the number's own checks are known without a scan")
	known = tracking.Learn(known, facts(tracking.Scan{Country: "FR", At: at(1)}), at(1))
	require.Equal(t, []tracking.Finding{{Check: tracking.ForeignDestination, Outcome: tracking.Passed, Found: "FR", At: at(1)}}, known,
		"a scan after the payment that is no acceptance does not show when it was accepted")
	first := known
	known = tracking.Learn(known, facts(tracking.Scan{Country: "fr", Postcode: "13001", At: at(2), Accepted: true}), at(2))
	require.Equal(t, at(1), known[0].At, "the first instant is kept")
	require.Equal(t, tracking.Finding{Check: tracking.WrongPostcode, Outcome: tracking.Failed, Found: "13001", At: at(2)}, known[1])
	require.Equal(t, tracking.Finding{Check: tracking.PredatesPayment, Outcome: tracking.Passed, Found: "2026-03-03T09:00:00Z", At: at(2)}, known[2])
	require.Len(t, first, 1, "what was known before is not changed")
	known = tracking.Learn(known, facts(tracking.Scan{Country: "PL", Postcode: "75011", At: paid.Add(-time.Hour)}), at(3))
	require.Equal(t, tracking.Finding{Check: tracking.ForeignDestination, Outcome: tracking.Failed, Found: "PL", At: at(3)}, known[0], "a failure takes the place of what passed")
	require.Equal(t, tracking.Failed, known[1].Outcome, "and stands")
	require.Equal(t, "2026-03-01T08:00:00Z", known[2].Found)
}
