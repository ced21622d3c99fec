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
