// Package backtest runs the detectors over generated markets, day by day as they would have run, and counts what they found
// and what they missed, beside what fixed thresholds would have found.
package backtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"recourse/detection"
	"recourse/detection/market"
	"recourse/domain/detect"
	"recourse/domain/policy"
)

// Score counts accounts, for one detector or one fixed threshold.
type Score struct {
	Guilty int // accounts that are guilty of the pattern
	Right  int // of those, found
	Wrong  int // accounts that were found while they were honest
	Akin   int // accounts found that are guilty of something else; neither right nor wrong
}

// Precision is the share of what was found that is right, of the honest and the guilty; 1 when nothing was found.
func (s Score) Precision() float64 { return portion(s.Right, s.Right+s.Wrong) }

// Recall is the share of the guilty that was found.
func (s Score) Recall() float64 { return portion(s.Right, s.Guilty) }

func portion(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

func (s *Score) add(o Score) {
	s.Guilty, s.Right, s.Wrong, s.Akin = s.Guilty+o.Guilty, s.Right+o.Right, s.Wrong+o.Wrong, s.Akin+o.Akin
}

// Row is the result for one detector at one level of noise, over all seeds.
type Row struct {
	Noise    string
	Detector detect.Detector
	Ours     Score
	Fixed    Score
	Missed   map[string]int // by behaviour: guilty, and not found
	Mistaken map[string]int // by behaviour: honest, and found
	Delay    time.Duration  // median from the beginning of what is wrong to the finding
}

// Run tests all detectors on the markets of the seeds at every level of noise. Progress is told before each market.
func Run(ctx context.Context, seeds []uint64, size market.Size, t policy.DetectTerms, progress func(string)) ([]Row, error) {
	var all []Row
	for _, noise := range market.Levels {
		rows := make([]Row, len(detect.Detectors))
		delays := make([][]time.Duration, len(rows))
		for i, d := range detect.Detectors {
			rows[i] = Row{Noise: noise.Name, Detector: d, Missed: map[string]int{}, Mistaken: map[string]int{}}
		}
		for _, seed := range seeds {
			progress(fmt.Sprintf("%s market, seed %d", noise.Name, seed))
			m := market.Generate(seed, size, noise)
			ours, err := found(ctx, m, t)
			if err != nil {
				return nil, err
			}
			fixed := fixedThresholds(m)
			for i, d := range detect.Detectors {
				delays[i] = append(delays[i], rows[i].count(m, ours[d])...)
				rows[i].Fixed.add(scored(m, d, fixed[d]))
			}
		}
		for i := range rows {
			rows[i].Delay = median(delays[i])
		}
		all = append(all, rows...)
	}
	return all, nil
}

// findings are when an account was found, the earliest first.
type findings map[string][]time.Time

// since is when an account was found first after it began to do what it is guilty of.
func (f findings) since(l market.Label) (time.Time, bool) {
	i := slices.IndexFunc(f[l.Account], func(at time.Time) bool { return at.After(l.Since) })
	if i < 0 {
		return time.Time{}, false
	}
	return f[l.Account][i], true
}

// early says that a guilty account was found before it did anything wrong.
func (f findings) early(l market.Label) bool {
	return len(f[l.Account]) > 0 && !f[l.Account][0].After(l.Since)
}

// found is when each detector found each account, in passes once a day.
func found(ctx context.Context, m market.Market, t policy.DetectTerms) (map[detect.Detector]findings, error) {
	b, all, last := newBook(m), map[detect.Detector]findings{}, map[detection.Look]time.Time{}
	for _, d := range detect.Detectors {
		all[d] = findings{}
	}
	begin := 0
	for now := m.From.AddDate(0, 0, 1); !now.After(m.Until); now = now.AddDate(0, 0, 1) {
		end := after(m.Rows, now)
		for _, l := range detection.Touched(m.Rows[begin:end]) {
			f, is, err := detection.Examine(ctx, b, t, l, last[l], now)
			if err != nil {
				return nil, err
			}
			if is {
				last[l] = f.Until
				all[l.Detector][l.Account] = append(all[l.Detector][l.Account], now)
			}
		}
		begin = end
	}
	return all, nil
}

// count adds a market's findings, and returns how long each took.
func (r *Row) count(m market.Market, found findings) []time.Duration {
	r.Ours.add(scored(m, r.Detector, found))
	var delays []time.Duration
	for _, l := range m.Labels {
		guilty := slices.Contains(l.Guilty, r.Detector)
		at, is := found.since(l)
		if guilty && is {
			delays = append(delays, at.Sub(l.Since))
		}
		if guilty && !is {
			r.Missed[l.Behaviour]++
		}
		if guilty && found.early(l) {
			r.Mistaken["not yet "+l.Behaviour]++
		}
		if is && len(l.Guilty) == 0 {
			r.Mistaken[l.Behaviour]++
		}
	}
	return delays
}

func scored(m market.Market, d detect.Detector, found findings) Score {
	var s Score
	for _, l := range m.Labels {
		_, is := found.since(l)
		switch guilty := slices.Contains(l.Guilty, d); {
		case guilty:
			s.Guilty++
			if is {
				s.Right++
			}
			if found.early(l) {
				s.Wrong++
			}
		case is && len(l.Guilty) > 0:
			s.Akin++
		case is:
			s.Wrong++
		}
	}
	return s
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.SortFunc(all, cmp.Compare)
	return all[len(all)/2]
}
