package faults

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/internal/crash"
)

// dying is where a process is killed in the sweep, by itself, and the how manieth time it comes by. Over them all a D1 is told:
// about fifteen commands, a dozen deadlines, three payments, two advances of a clock.
var dying = []struct {
	where string
	api   bool
}{
	{"door.open:9", true}, {"door.stored:6", true}, {"door.brought:8", true},
	{"advance.begun:1", true}, {"advance.turned:3", true}, {"advance.woken:4", true},
	{"step.begun:5", false}, {"step.written:7", false}, {"step.committed:1", false}, {"step.committed:16", false},
	{"send.committed:1", false}, {"send.committed:2", false},
	{"transfer.asked:1", false}, {"transfer.made:1", false}, {"transfer.made:2", false}, {"transfer.reported:1", false},
	{"relay.wakes:1", false},
}

func TestAProcessThatDiesAtAnyPointChangesNothing(t *testing.T) {
	g := stand(t)
	calm := tell(t, g, "", false)
	points := map[crash.Point]bool{}
	for _, d := range dying {
		points[pointOf(d.where)] = true
		t.Run(d.where, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, calm, tell(t, g, d.where, d.api))
		})
	}
	require.Len(t, points, len(crash.Points()), "a point is left out")
}

func pointOf(where string) crash.Point {
	for _, p := range crash.Points() {
		if len(where) > len(p) && where[:len(p)+1] == string(p)+":" {
			return p
		}
	}
	return crash.Point(where)
}

// tell plays a D1 with one API and one worker. The one that is armed dies on the way, and another takes its place at once.
func tell(t *testing.T, g *ground, where string, api bool) []string {
	t.Helper()
	s := begin(t, g, options{apis: 1, workers: 1, env: []string{"RECOURSE_COMMAND_WAIT=3s"}})
	var died atomic.Bool
	if where != "" {
		victim := s.workers[0]
		if api {
			victim = s.apis[0]
		}
		require.NoError(t, victim.start("RECOURSE_CRASH_AT="+where))
		finished := make(chan struct{})
		watched := make(chan error, 1)
		t.Cleanup(func() {
			close(finished)
			require.NoError(t, <-watched)
		})
		gone := victim.gone()
		go func() {
			select {
			case <-finished:
				watched <- nil
				return
			case <-gone:
			}
			if !victim.killed() {
				watched <- fmt.Errorf("%s ended by itself: %s", victim.name, victim.tail())
				return
			}
			died.Store(true)
			watched <- victim.start()
		}()
	}
	s.up()
	st, err := s.prepare(t.Context(), true, nil)
	require.NoError(t, err)
	require.NoError(t, st.d1(t.Context()))
	require.Equal(t, where != "", died.Load(), "nobody came by %s", where)
	s.sound()
	if where == "" {
		s.countUpserts(st)
	}
	return st.tale(t.Context(), t)
}

// upserts is how often a D1's stages change after the start: of the order funded, in transit, inspection, disputed and so on
// to closed; of the dispute negotiation, adjudication, appeal, final.
var upserts = map[string]int{casefile.KindOrder: 7, casefile.KindDispute: 3}

// countUpserts holds what search attributes cost: one event a change of stage, and none with a step that changes none.
func (s *system) countUpserts(st *story) {
	s.Helper()
	for kind, id := range map[string]string{casefile.KindOrder: st.order, casefile.KindDispute: st.dispute} {
		n, events := 0, 0
		for _, r := range s.runs(" AND WorkflowId = '" + contract.WorkflowID(kind, id) + "'") {
			for _, e := range s.history(r[0], r[1]).Events {
				events++
				if e.EventType == enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES {
					n++
				}
			}
		}
		s.Logf("%s: %d upserts of search attributes in %d events", kind, n, events)
		require.Equal(s.T, upserts[kind], n, kind)
	}
}
