package clock

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADeadlineStandsStillWhileAnIncidentLasts(t *testing.T) {
	for name, c := range map[string]struct {
		incidents []Window
		due       float64
	}{
		"within it":                            {[]Window{window(4, 10)}, 15 - 4 + 0 + 0},
		"due inside it":                        {[]Window{window(3, 20)}, 22},
		"before it began to run":               {[]Window{window(-5, -1)}, 5},
		"begun before it ran":                  {[]Window{window(-5, 2)}, 7},
		"that begins at the due":               {[]Window{window(5, 9)}, 9},
		"that begins a microsecond later":      {[]Window{{From: h(5).Add(time.Microsecond), Until: h(9)}}, 5},
		"that ends as it starts":               {[]Window{window(-3, 0)}, 5},
		"two after each other":                 {[]Window{window(1, 2), window(3, 4)}, 7},
		"two that overlap":                     {[]Window{window(1, 3), window(2, 4)}, 8},
		"one inside the other":                 {[]Window{window(1, 4), window(2, 3)}, 8},
		"one around the other":                 {[]Window{window(2, 3), window(1, 4)}, 8},
		"the same twice":                       {[]Window{window(1, 4), window(1, 4)}, 8},
		"the earlier declared last":            {[]Window{window(3, 4), window(1, 2)}, 7},
		"carried into one known before":        {[]Window{window(6, 8), window(1, 3)}, 9},
		"carried into one, and by it into two": {[]Window{window(9, 10), window(6, 8), window(1, 3)}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			s := running(5)
			for _, w := range c.incidents {
				s.Declare(w)
			}
			require.EqualValues(t, c.due, due(t, s))
		})
	}
}

func TestDeclareNamesWhatMoved(t *testing.T) {
	s := running(5)
	s.Start(Deadline{Name: "soon", Since: t0, Length: hour})
	require.Equal(t, []string{"d"}, s.Declare(window(2, 3)))
}

func TestADeadlineStartedInAnIncidentRunsFromItsEnd(t *testing.T) {
	s := &Set{}
	s.Declare(window(-2, 4))
	s.Start(Deadline{Name: "d", Since: t0, Length: 5 * hour})
	require.EqualValues(t, 9, due(t, s))
	s.Start(Deadline{Name: "d", Since: h(6), Length: 5 * hour})
	require.EqualValues(t, 11, due(t, s), "what is over does not count")
}

func TestWhatHappensAtOnceDoesNotWaitForAnIncident(t *testing.T) {
	s := &Set{}
	s.Declare(window(-2, 4))
	s.Start(Deadline{Name: "d", Since: t0})
	require.EqualValues(t, 0, due(t, s))
}

func TestAnIncidentAndAPauseCountAnHourOnce(t *testing.T) {
	t.Run("stopped inside the incident", func(t *testing.T) {
		s := running(9)
		s.Declare(window(8, 12))
		require.EqualValues(t, 13, due(t, s))
		s.Stop(DisputeOpen, h(10))
		d, _ := s.Get("d")
		require.Equal(t, hour, d.Remaining(h(10)), "one hour had been left when the incident began")
		s.Resume(DisputeOpen, h(20))
		require.EqualValues(t, 21, due(t, s))
	})
	t.Run("stopped before an incident that was announced", func(t *testing.T) {
		s := running(9)
		s.Declare(window(8, 12))
		s.Stop(DisputeOpen, h(2))
		s.Resume(DisputeOpen, h(20))
		require.EqualValues(t, 27, due(t, s))
	})
	t.Run("resumed inside the incident", func(t *testing.T) {
		s := running(9)
		s.Stop(DisputeOpen, h(2))
		s.Declare(window(8, 12))
		s.Resume(DisputeOpen, h(10))
		require.EqualValues(t, 19, due(t, s), "seven hours from the end of the incident")
	})
	t.Run("stopped and resumed inside the incident", func(t *testing.T) {
		s := running(9)
		s.Declare(window(8, 12))
		s.Stop(DisputeOpen, h(9))
		s.Resume(DisputeOpen, h(11))
		require.EqualValues(t, 13, due(t, s))
	})
	t.Run("declared late for the time before a pause", func(t *testing.T) {
		s := running(9)
		s.Stop(DisputeOpen, h(5))
		require.Equal(t, []string{"d"}, s.Declare(window(3, 7)), "it ran from 3 to 5")
		d, _ := s.Get("d")
		require.Equal(t, 6*hour, d.Remaining(h(8)))
		s.Resume(DisputeOpen, h(10))
		require.EqualValues(t, 16, due(t, s))
	})
	t.Run("declared after the pause", func(t *testing.T) {
		s := running(9)
		s.Stop(DisputeOpen, h(5))
		s.Resume(DisputeOpen, h(10))
		s.Declare(window(3, 12))
		require.EqualValues(t, 18, due(t, s), "it had run from 3 to 5 and from 10 on")
	})
}

func TestAnExtensionReachesIntoAnIncident(t *testing.T) {
	s := running(5)
	s.Declare(window(6, 8))
	require.EqualValues(t, 5, due(t, s))
	s.Extend("d", PartyExtension, h(1), 3*hour)
	require.EqualValues(t, 10, due(t, s))
}

func TestADeadlineOfALaterBaseStandsStillFromItsStart(t *testing.T) {
	s := &Set{}
	s.Declare(window(-4, 2))
	s.Start(Deadline{Name: "d", Since: h(30), Started: t0, Length: 15 * hour})
	d, _ := s.Get("d")
	require.Equal(t, h(47), d.DueAt)
	s.Declare(window(10, 20))
	d, _ = s.Get("d")
	require.Equal(t, h(57), d.DueAt, "it runs long before the date from which it counts")
}

func TestAnIncidentThatEndsEarlyLastedUntilThen(t *testing.T) {
	for name, c := range map[string]struct {
		incidents []Window
		ends      Window
		at, due   float64
	}{
		"in its midst":                     {[]Window{window(1, 10)}, window(1, 10), 3, 7},
		"before it began":                  {[]Window{window(3, 10)}, window(3, 10), 2, 5},
		"as it begins":                     {[]Window{window(3, 10)}, window(3, 10), 3, 5},
		"when it is over":                  {[]Window{window(1, 3)}, window(1, 3), 3, 7},
		"that nobody declared":             {[]Window{window(1, 3)}, window(1, 4), 2, 7},
		"while another one lasts":          {[]Window{window(1, 10), window(2, 6)}, window(1, 10), 3, 10},
		"that had carried into another":    {[]Window{window(1, 4), window(6, 8)}, window(1, 4), 2, 8},
		"that carries into none any more":  {[]Window{window(1, 4), window(7, 8)}, window(1, 4), 2, 6},
		"while one of the same time lasts": {[]Window{named("flood", 1, 10), named("strike", 1, 10)}, named("flood", 1, 10), 3, 14},
		"beside one that ended before":     {[]Window{named("flood", 1, 3), named("strike", 1, 10)}, named("strike", 1, 10), 2, 7},
		"that is known without its name":   {[]Window{window(1, 10)}, named("flood", 1, 10), 3, 7},
		"whose declaration comes later":    {nil, named("flood", 1, 10), 3, 7},
	} {
		t.Run(name, func(t *testing.T) {
			s := running(5)
			for _, w := range c.incidents {
				s.Declare(w)
			}
			before := due(t, s)
			moved, _ := s.End(c.ends, h(c.at))
			require.EqualValues(t, c.due, due(t, s))
			require.Equal(t, before != due(t, s), len(moved) == 1)
			moved, lasted := s.End(c.ends, h(c.at))
			require.Empty(t, moved, "it ends once")
			require.False(t, lasted)
			require.EqualValues(t, c.due, due(t, s))
		})
	}
}

func TestAnIncidentWhoseEndIsKnownIsNotDeclaredAnyMore(t *testing.T) {
	for name, at := range map[string]float64{"in its midst": 3, "before it began": -1} {
		t.Run(name, func(t *testing.T) {
			s := running(5)
			s.End(named("flood", 1, 10), h(at))
			before := due(t, s)
			require.True(t, s.Knows(named("flood", 1, 10)))
			s.Learn(named("flood", 1, 10))
			require.EqualValues(t, before, due(t, s))
		})
	}
}

func TestWhatWasNoticedLateIsNotTakenBackWithAnIncident(t *testing.T) {
	s := running(5)
	s.Declare(window(8, 12))
	s.Move("d", h(9))
	before := due(t, s)
	s.End(window(8, 12), h(8.5))
	require.EqualValues(t, before-3, due(t, s), "from 9 to 12 it had stood still for the incident")
}
