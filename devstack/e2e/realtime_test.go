package e2e

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/devstack/stack"
)

// seconds is a policy whose days are seconds.
var seconds = map[string]any{
	"protection.inspection": "2s", "protection.inspection_reminder": "0d", "protection.release_cooling": "1s", "protection.aftercare": "1s",
	"protection.reopen_floor": "0d", "dispute.seller_response": "3s", "dispute.seller_response_reminders": "[2s]",
}

// told is one event without what differs between two runs of the same story: instants and identifiers.
type told struct {
	Type string
	By   client.Role
	Data map[string]any
}

func TestRealTimeTellsTheSameStoryAsATestClock(t *testing.T) {
	s := start(t, stack.Options{})
	live := newMarket(t, s, "", seconds)
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	staged := newMarket(t, s, testClock(t, s, began), seconds)

	// The seller says nothing about the lamp, and the buyer nothing about the cup: four defaults, one after the other.
	inTime := live.ordered(time.Now())
	live.delivered(inTime.ID)
	live.disputed(inTime.ID)
	onClock := staged.ordered(began)
	staged.delivered(onClock.ID)
	staged.disputed(onClock.ID)
	staged.turn(began.Add(time.Minute))

	live.eventually("the order is not closed", func() bool { return live.order(inTime.ID).State == client.OrderStateClosed })
	require.Equal(t, client.OrderStateClosed, staged.order(onClock.ID).State)
	require.Equal(t, staged.order(onClock.ID).Escrow, live.order(inTime.ID).Escrow)
	require.Equal(t, staged.story(onClock.ID), live.story(inTime.ID))
	live.whole(inTime.ID)
}

// story is a timeline without instants and identifiers.
func (m *market) story(order string) []told {
	m.Helper()
	var story []told
	for _, e := range m.timeline(order) {
		data, _ := plain(e.Data).(map[string]any)
		story = append(story, told{Type: e.Type, By: e.By.Role, Data: data})
	}
	return story
}

var (
	instant    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z$`)
	identifier = regexp.MustCompile(`^([a-z]{3})_[0-9A-Z]{26}$`)
)

func plain(value any) any {
	switch v := value.(type) {
	case string:
		if instant.MatchString(v) {
			return "an instant"
		}
		return identifier.ReplaceAllString(v, "$1")
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plain(v[key])
		}
		if _, ok := v["remaining"]; ok { // of a clock that has run a few milliseconds, or none
			v["remaining"] = "a length"
		}
	}
	return value
}
