package bundle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/play"
)

// TestAHoldIsTakenAwayWithoutItsReport: both parties see that the release was held back and until when, and can decide it again;
// neither learns by which report, since that would lead from the order to whoever wishes to stay unnamed (PROCEDURE 9).
func TestAHoldIsTakenAwayWithoutItsReport(t *testing.T) {
	all := stories(t)
	i := slices.IndexFunc(all, func(s play.Story) bool { return s.Name == "held-by-a-report" })
	require.GreaterOrEqual(t, i, 0)
	p := newPlayer(t, all[i])
	system := casefile.Actor{Role: casefile.System}
	hold := report.Holding{Report: "rep_canaryheld", Until: paid.Add(11 * 24 * time.Hour)}
	p.run(func() {
		o := p.world.Order("ord_")
		switch {
		case o.Hold == nil && p.world.Now.After(paid.Add(8*24*time.Hour)):
			require.True(t, p.do("ord_", "hold_release", system, hold).Accepted())
		case o.Hold != nil && !o.Hold.Lifted && p.world.Now.After(paid.Add(10*24*time.Hour)):
			require.True(t, p.do("ord_", "lift_hold", system, hold).Accepted())
		}
	})
	require.True(t, p.world.Order("ord_").Hold.Lifted)
	d := p.world.Dispute(p.disputes["d1"])
	for _, by := range audiences(d) {
		text := p.bundle(d.ID, by)
		r := open(t, text)
		_, err := bundle.Verify(r, published())
		require.NoError(t, err, by.Role)
		again, err := bundle.Replay(r)
		require.NoError(t, err, by.Role)
		if by.Role == casefile.Buyer || by.Role == casefile.Seller {
			require.NotContains(t, unpacked(t, text), hold.Report, by.Role)
			require.Equal(t, 2, again.Cases[1].StoodIn, by.Role)
			continue
		}
		require.Contains(t, unpacked(t, text), hold.Report, by.Role)
	}
}
