package clock

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	t0   = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	hour = time.Hour
)

// h is the instant so many hours after the beginning.
func h(hours float64) time.Time { return t0.Add(time.Duration(hours * float64(hour))) }

func window(from, until float64) Window { return Window{From: h(from), Until: h(until)} }

// named is a window of an incident that has a name.
func named(id string, from, until float64) Window {
	return Window{ID: id, From: h(from), Until: h(until)}
}

// running is a set with one deadline "d" that runs from the beginning and is due after the given hours.
func running(hours float64) *Set {
	s := &Set{}
	s.Start(Deadline{Name: "d", Since: t0, Base: "case.opened", Policy: "some.key", Length: time.Duration(hours * float64(hour))})
	return s
}

func due(t *testing.T, s *Set) float64 {
	t.Helper()
	d, found := s.Get("d")
	require.True(t, found)
	var by time.Duration
	for _, p := range d.Pauses {
		by += p.By
	}
	require.Equal(t, d.Since.Add(d.Length).Add(by), d.DueAt, "the derivation adds up to the instant")
	return d.DueAt.Sub(t0).Hours()
}

func TestADeadlineIsDueItsLengthAfterItsBase(t *testing.T) {
	s := running(5)
	require.EqualValues(t, 5, due(t, s))
	d, _ := s.Get("d")
	require.Equal(t, 2*hour, d.Remaining(h(3)))
	require.Zero(t, d.Remaining(h(6)), "time left is never below zero")
}

func TestAPauseMakesADeadlineLaterByItsLength(t *testing.T) {
	s := running(5)
	s.Stop(DisputeOpen, h(2))
	_, found := s.Next()
	require.False(t, found, "a deadline that stands still is never due")
	d, _ := s.Get("d")
	require.False(t, d.Runs())
	require.Equal(t, 3*hour, d.Remaining(h(100)), "it keeps what it had")
	s.Resume(DisputeOpen, h(10))
	require.EqualValues(t, 13, due(t, s))
	d, _ = s.Get("d")
	require.True(t, d.Runs())
	require.Equal(t, []Pause{{Cause: DisputeOpen, From: h(2), Until: h(10), By: 8 * hour}}, d.Pauses)
}

func TestADeadlineGoesOnWhenTheLastCauseEnds(t *testing.T) {
	s := running(5)
	s.Stop(DisputeOpen, h(1))
	s.Stop(Operator, h(3))
	s.Stop(Operator, h(4)) // a cause counts once
	s.Resume(DisputeOpen, h(6))
	d, _ := s.Get("d")
	require.False(t, d.Runs(), "the operator holds it")
	require.Equal(t, 4*hour, d.Remaining(h(7)))
	s.Resume(Incident, h(7)) // never stopped for that
	s.Resume(Operator, h(9))
	require.EqualValues(t, 13, due(t, s))
	d, _ = s.Get("d")
	require.Equal(t, []Pause{{DisputeOpen, h(1), h(6), 5 * hour}, {Operator, h(6), h(9), 3 * hour}}, d.Pauses,
		"each hour has one cause")
}

func TestStopAndResumeTouchOnlyTheNamed(t *testing.T) {
	s := running(5)
	s.Start(Deadline{Name: "e", Since: t0, Length: 6 * hour})
	s.Stop(DisputeOpen, h(1), "e")
	next, found := s.Next()
	require.True(t, found)
	require.Equal(t, "d", next.Name)
	s.Resume(DisputeOpen, h(2), "d")
	e, _ := s.Get("e")
	require.False(t, e.Runs())
	s.Resume(DisputeOpen, h(2))
	e, _ = s.Get("e")
	require.Equal(t, h(7), e.DueAt)
}

func TestTheEarliestIsNextAndOfTwoTheOneStartedFirst(t *testing.T) {
	s := running(5)
	s.Start(Deadline{Name: "same", Since: t0, Length: 5 * hour})
	s.Start(Deadline{Name: "before", Since: t0, Length: 4 * hour})
	var order []string
	for d, found := s.Next(); found; d, found = s.Next() {
		order = append(order, d.Name)
		s.Remove(d.Name)
	}
	require.Equal(t, []string{"before", "d", "same"}, order)
	_, found := (&Set{}).Next()
	require.False(t, found)
}

func TestStartingAgainReplaces(t *testing.T) {
	s := running(5)
	s.Start(Deadline{Name: "d", Since: h(3), Length: 5 * hour})
	require.EqualValues(t, 8, due(t, s))
	require.Len(t, s.Deadlines, 1)
}

func TestAnExtensionAddsWithoutAPause(t *testing.T) {
	s := running(5)
	s.Extend("d", BuyerExtension, h(4), 3*hour)
	s.Extend("unknown", BuyerExtension, h(4), 3*hour)
	s.Extend("d", BuyerExtension, h(4), -hour)
	require.EqualValues(t, 8, due(t, s))
	d, _ := s.Get("d")
	require.Equal(t, []Pause{{BuyerExtension, h(4), h(4), 3 * hour}}, d.Pauses)
}

func TestAFloorLengthensOnlyWhatIsShorter(t *testing.T) {
	s := running(5)
	require.False(t, s.AtLeast("d", ReopenFloor, h(1), 4*hour), "just enough")
	require.EqualValues(t, 5, due(t, s))
	require.True(t, s.AtLeast("d", ReopenFloor, h(2), 4*hour))
	require.EqualValues(t, 6, due(t, s))
	require.False(t, s.AtLeast("unknown", ReopenFloor, h(2), 4*hour))
}

func TestAFloorHoldsForADeadlineThatStandsStill(t *testing.T) {
	s := running(5)
	s.Stop(DisputeOpen, h(4))
	require.True(t, s.AtLeast("d", RevivedFloor, h(20), 7*hour))
	s.Resume(DisputeOpen, h(30))
	require.EqualValues(t, 37, due(t, s))
}

func TestAFloorIsTimeInWhichSomebodyCanAct(t *testing.T) {
	s := running(9)
	s.Declare(window(8, 12)) // due at 13, but of the four hours left at 9 three are the incident's
	require.True(t, s.AtLeast("d", RevivedFloor, h(9), 4*hour))
	require.EqualValues(t, 16, due(t, s), "four hours after the incident")
}

func TestCloneSharesNothing(t *testing.T) {
	s := running(5)
	s.Declare(window(1, 2))
	s.Stop(Operator, h(3))
	before, err := json.Marshal(s)
	require.NoError(t, err)
	c := s.Clone()
	c.Stop(DisputeOpen, h(4))
	c.Resume(Operator, h(5))
	c.Declare(window(0, 1))
	c.Extend("d", BuyerExtension, h(6), hour)
	c.Deadlines[0].Pauses[0].By = 0
	after, err := json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after))
}

func TestALateDeadlineMovesToItsNoticePlusItsLateness(t *testing.T) {
	s := running(5)
	s.Move("d", h(4))
	require.EqualValues(t, 5, due(t, s), "it was not late")
	s.Move("d", h(7))
	require.EqualValues(t, 9, due(t, s), "noticed two hours late at 7")
	s.Move("unknown", h(9))
	d, _ := s.Get("d")
	require.Equal(t, Incident, d.Pauses[0].Cause)
}

func TestAnOutageThatWasNoticedIsNotCountedAgainWhenItIsDeclared(t *testing.T) {
	s := running(5)
	s.Move("d", h(7))
	require.Equal(t, []string{"d"}, s.Declare(window(4, 7)))
	require.EqualValues(t, 10, due(t, s), "only the hour before the due is new")
	require.Empty(t, s.Declare(window(5, 7)))
}

func TestAMovedDeadlineKeepsItsTimeWhenItIsStopped(t *testing.T) {
	s := running(5)
	s.Move("d", h(7)) // due at 9
	s.Stop(DisputeOpen, h(7.5))
	s.Resume(DisputeOpen, h(20))
	require.EqualValues(t, 21.5, due(t, s))
}

func TestAReminderIsDerivedAsWhatItRemindsOf(t *testing.T) {
	s := Set{}
	s.Start(Deadline{Name: "d", Since: t0, Base: "case.opened", Policy: "some.key", Length: 5 * hour})
	s.Declare(Window{From: h(1), Until: h(3)})
	s.Extend("d", SellerAskedForTime, h(1), hour)
	d, _ := s.Get("d")
	s.Start(d.Remind("r", "some.reminder", 2*hour))
	r, _ := s.Get("r")
	require.Equal(t, h(6), r.DueAt, "two hours before, the incident counted once")
	require.Equal(t, "case.opened", r.Base)
	require.Equal(t, "some.reminder", r.Policy)
	require.Equal(t, 3*hour, r.Length)
	require.True(t, r.Reminder)
	by := time.Duration(0)
	for _, p := range r.Pauses {
		by += p.By
	}
	require.Equal(t, r.Since.Add(r.Length).Add(by), r.DueAt, "the derivation adds up to the instant")
	s.Stop(DisputeOpen, h(4), "r")
	d, _ = s.Get("d")
	require.True(t, d.Runs(), "nothing is shared")
}
