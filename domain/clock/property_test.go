package clock

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// model is the deadline as a stopwatch that looks at every hour by itself: an hour counts if nothing stops it.
type model struct {
	left    int // hours to run
	stopped map[Cause][]bool
}

const horizon = 400

// due is the hour at which the stopwatch has run its time.
func (m model) due(incidents []Window) int {
	ran := 0
	for hour := range horizon {
		still := slices.ContainsFunc(incidents, func(w Window) bool { return !w.From.After(h(float64(hour))) && w.Until.After(h(float64(hour))) })
		for _, at := range m.stopped {
			still = still || at[hour]
		}
		if !still && ran == m.left {
			return hour
		}
		if !still {
			ran++
		}
	}
	return horizon
}

// TestADeadlineIsAStopwatch: whatever stops it, in whatever order it is told, each hour counts once.
func TestADeadlineIsAStopwatch(t *testing.T) {
	causes := []Cause{DisputeOpen, Operator, Chargeback}
	rapid.Check(t, func(t *rapid.T) {
		m := model{left: rapid.IntRange(1, 40).Draw(t, "length"), stopped: map[Cause][]bool{}}
		s := running(float64(m.left))
		open := map[Cause]int{}
		for now := 0; now < 80; now += rapid.IntRange(0, 6).Draw(t, "pass") + 1 {
			d, _ := s.Get("d")
			if d.Runs() && !d.DueAt.After(h(float64(now))) {
				break
			}
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 4:
				if len(s.Incidents) > 0 {
					s.End(rapid.SampledFrom(s.Incidents).Draw(t, "incident"), h(float64(now)))
				}
			case 0:
				from := rapid.IntRange(-10, 90).Draw(t, "from")
				w := window(float64(from), float64(from+rapid.IntRange(1, 20).Draw(t, "length of incident")))
				s.Declare(w)
			case 1, 2:
				c := rapid.SampledFrom(causes).Draw(t, "cause")
				since, stopped := open[c]
				if !stopped {
					s.Stop(c, h(float64(now)))
					open[c] = now
					continue
				}
				s.Resume(c, h(float64(now)))
				delete(open, c)
				m.stop(c, since, now)
			}
		}
		for c, since := range open {
			s.Resume(c, h(150))
			m.stop(c, since, 150)
		}
		d, _ := s.Get("d")
		require.Equal(t, h(float64(m.due(s.Incidents))), d.DueAt, "%+v", s)
		var by time.Duration
		for _, p := range d.Pauses {
			by += p.By
		}
		require.Equal(t, d.Since.Add(d.Length).Add(by), d.DueAt)
	})
}

func (m model) stop(c Cause, since, until int) {
	if m.stopped[c] == nil {
		m.stopped[c] = make([]bool, horizon)
	}
	for hour := since; hour < until; hour++ {
		m.stopped[c][hour] = true
	}
}

// TestNothingTakesTimeAway: nobody who may still act has less time after any of the operations. The set survives its
// encoding.
func TestNothingTakesTimeAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := running(20)
		now := 0.0
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now += float64(rapid.IntRange(0, 3).Draw(t, "pass"))
			d, _ := s.Get("d")
			before := d.net(h(now))
			cause := rapid.SampledFrom([]Cause{DisputeOpen, Operator}).Draw(t, "cause")
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 6:
				if len(s.Incidents) > 0 {
					s.End(rapid.SampledFrom(s.Incidents).Draw(t, "incident"), h(now))
				}
			case 0:
				s.Stop(cause, h(now))
			case 1:
				s.Resume(cause, h(now))
			case 2:
				from := now + float64(rapid.IntRange(-20, 20).Draw(t, "from"))
				s.Declare(named(fmt.Sprint(len(s.Incidents)), from, from+float64(rapid.IntRange(1, 10).Draw(t, "hours"))))
			case 3:
				s.Extend("d", PartyExtension, h(now), time.Duration(rapid.IntRange(0, 5).Draw(t, "by"))*hour)
			case 4:
				floor := time.Duration(rapid.IntRange(0, 30).Draw(t, "floor")) * hour
				s.AtLeast("d", RevivedFloor, h(now), floor)
				d, _ = s.Get("d")
				require.GreaterOrEqual(t, d.net(h(now)), floor)
			case 5:
				s.Move("d", h(now))
			}
			d, _ = s.Get("d")
			require.GreaterOrEqual(t, d.net(h(now)), before)
		}
		encoded, err := json.Marshal(s)
		require.NoError(t, err)
		var back Set
		require.NoError(t, json.Unmarshal(encoded, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(encoded), string(again))
	})
}
