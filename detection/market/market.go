// Package market generates markets on which detectors are tested: shops and buyers of whom it is known who is honest. The
// same seed gives the same market, row for row.
//
// It was written before the detectors that it tests, and knows nothing of their thresholds. What honest people do includes
// what looks bad: a shop with one bad batch, a flash sale, an office that orders together, a buyer with bad luck.
package market

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"recourse/domain/detect"
)

// Noise is how hard a market is to read: how often honest trade goes wrong, how much is not recorded, and how far the
// dishonest blend in.
type Noise struct {
	Name     string
	Disputes float64 // share of honest orders that are disputed
	Carrier  float64 // share of honest parcels whose number fails its verification by a carrier's mistake
	Flags    float64 // share of honest orders in whose thread the scanner flags something
	Unknown  float64 // share of links between accounts that nobody knows of
	Dilution float64 // share of a dishonest account's dealings that are as anybody's
}

// The three levels of noise.
var (
	Quiet  = Noise{Name: "quiet", Disputes: 0.010, Carrier: 0.0002, Flags: 0.002, Unknown: 0.05, Dilution: 0.1}
	Usual  = Noise{Name: "usual", Disputes: 0.025, Carrier: 0.0010, Flags: 0.010, Unknown: 0.25, Dilution: 0.3}
	Severe = Noise{Name: "severe", Disputes: 0.050, Carrier: 0.0030, Flags: 0.030, Unknown: 0.50, Dilution: 0.5}
)

// Levels are all of them, the easiest first.
var Levels = []Noise{Quiet, Usual, Severe}

// Label is the truth about one account. Guilty names the patterns that it is guilty of; an honest account is guilty of none.
type Label struct {
	Account   string
	Side      string // seller or buyer
	Behaviour string
	Guilty    []detect.Detector
	Since     time.Time // of what it is guilty of; zero for the honest
}

// Market is all that happened, in order, and the truth about it.
type Market struct {
	Seed   uint64
	Noise  Noise
	From   time.Time
	Until  time.Time
	Rows   []detect.Row // by time, then by identifier
	Links  []detect.Link
	Labels []Label
}

// Size is how large a market is.
type Size struct {
	Days   int
	Buyers int // who deal with every shop
	Each   int // accounts of each behaviour
	Shops  int // further honest shops of all sizes
}

// Small is the market of the back-test.
var Small = Size{Days: 120, Buyers: 3000, Each: 3, Shops: 60}

// begin is when every market opens. A year's season is worked out from it.
var begin = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// Generate makes the market of a seed.
func Generate(seed uint64, size Size, noise Noise) Market {
	m := &maker{Market: Market{Seed: seed, Noise: noise, From: begin, Until: begin.AddDate(0, 0, size.Days)},
		size: size, rng: rand.New(rand.NewPCG(seed, 0x5eed))} //nolint:gosec // a market that can be made again, no secret
	for i := range size.Buyers {
		m.buyers = append(m.buyers, fmt.Sprintf("acc_b%05d", i))
	}
	for i := range size.Shops {
		m.shops = append(m.shops, m.shop("steady", nil, shopSizes[i%len(shopSizes)].habits()))
	}
	for _, behaviour := range behaviours {
		for range size.Each {
			behaviour(m)
		}
	}
	for _, b := range m.buyers {
		m.Labels = append(m.Labels, Label{Account: b, Side: "buyer", Behaviour: "customer"})
	}
	slices.SortFunc(m.Rows, func(a, b detect.Row) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return m.Market
}

type maker struct {
	Market
	size   Size
	rng    *rand.Rand
	buyers []string
	shops  []string // the steady ones
	next   int
}

func (m *maker) id(prefix string) string {
	m.next++
	return fmt.Sprintf("%s_%08d", prefix, m.next)
}

func (m *maker) chance(p float64) bool { return m.rng.Float64() < p }

// within is an instant in a stretch of time that begins at the given one.
func (m *maker) within(from time.Time, length time.Duration) time.Time {
	return from.Add(time.Duration(m.rng.Int64N(int64(length)))).Truncate(time.Microsecond)
}

func (m *maker) between(low, high int) int { return low + m.rng.IntN(high-low+1) }

func (m *maker) add(r detect.Row) {
	if r.At.Before(m.Until) {
		m.Rows = append(m.Rows, r)
	}
}

func (m *maker) anybody() string { return m.buyers[m.rng.IntN(len(m.buyers))] }

// tie links accounts with each other, as far as anybody knows of it.
func (m *maker) tie(kind string, accounts ...string) {
	for i := 1; i < len(accounts); i++ {
		if !m.chance(m.Noise.Unknown) {
			m.Links = append(m.Links, detect.Link{A: accounts[i-1], B: accounts[i], Kind: kind})
		}
	}
}

// label says the truth about an account that begins to do what it does at an instant.
func (m *maker) label(account, side, behaviour string, since time.Time, guilty ...detect.Detector) {
	l := Label{Account: account, Side: side, Behaviour: behaviour, Guilty: guilty}
	if len(guilty) > 0 {
		l.Since = since
	}
	m.Labels = append(m.Labels, l)
}

// day is the beginning of a day of the market.
func (m *maker) day(n int) time.Time { return m.From.AddDate(0, 0, n) }
