package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

func TestWhatADetectorSawMakesACaseMoreUrgentAndNothingElse(t *testing.T) {
	s := gathering(t)
	before, at := s.d(), urgency(s).At
	s.do("detected", system, fields{"detection": "det_1", "detector": "complaint_spike"})
	p := urgency(s)
	require.Equal(t, at.Add(-7*day), p.At)
	require.Equal(t, dispute.Ground{Why: "detector", Detector: "complaint_spike", At: s.Now, Earlier: 7 * day}, p.Grounds[1])

	after := s.d()
	require.Len(t, after.Bench.Detected, 1)
	after.Bench.Detected, after.Header = nil, before.Header
	require.Equal(t, before, after, "the case stands where it stood")

	recorded := s.d().Recorded
	s.do("detected", system, fields{"detection": "det_1", "detector": "complaint_spike"})
	require.Equal(t, recorded, s.d().Recorded, "the same is said once")
	s.do("detected", system, fields{"detection": "det_2", "detector": "ship_and_switch"})
	require.Equal(t, at.Add(-7*day), urgency(s).At, "two cases are no more urgent than one")
	require.Equal(t, "/detection", s.refused(casefile.ValidationFailed, "detected", system, nil).Pointer)
}

func TestAnAnsweredCaseMakesNothingUrgentAnyMore(t *testing.T) {
	s := gathering(t)
	at := urgency(s).At
	s.do("detected", system, fields{"detection": "det_1", "detector": "complaint_spike"})
	s.do("detected", system, fields{"detection": "det_2", "detector": "tracking"})
	s.do("detected", system, fields{"detection": "det_2", "detector": "tracking", "finding": "duplicate"})
	p := urgency(s)
	require.Equal(t, at.Add(-7*day), p.At, "one of the two is open")
	require.Equal(t, "complaint_spike", p.Grounds[1].Detector)

	s.do("detected", system, fields{"detection": "det_1", "detector": "complaint_spike", "finding": "inadmissible"})
	require.Equal(t, at, urgency(s).At)
	require.Len(t, urgency(s).Grounds, 1)

	told := s.d().Bench.Detected
	s.do("detected", system, fields{"detection": "det_1", "detector": "complaint_spike"})
	require.Equal(t, told, s.d().Bench.Detected, "word that it was opened comes too late")
	s.do("detected", system, fields{"detection": "det_3", "detector": "messages", "finding": "substantiated"})
	s.do("detected", system, fields{"detection": "det_3", "detector": "messages"})
	require.Equal(t, at, urgency(s).At, "also where it overtakes the answer")
}
