package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"recourse/activities"
	"recourse/contract"
	"recourse/detection"
	"recourse/domain/detect"
	"recourse/store"
)

// sweeper answers as it is told.
type sweeper struct {
	result detection.Result
	err    error
}

func (s sweeper) Run(_ context.Context, clock string) (detection.Result, error) {
	if clock != "" {
		return detection.Result{}, errors.New("a schedule sweeps no test clock")
	}
	return s.result, s.err
}

func TestAPassTellsTheEngineNumbersOnly(t *testing.T) {
	found := store.Detection{ID: "det_1", Finding: detect.Finding{Subject: "acc_secret"}}
	d := &activities.Detects{Logger: quiet, Sweep: sweeper{result: detection.Result{Seen: 9, Looks: 4, Found: []store.Detection{found}, Ended: make([]store.Answer, 2)}}}
	did, err := d.Detect(t.Context())
	require.NoError(t, err)
	require.Equal(t, contract.DetectOutcome{Seen: 9, Looks: 4, Found: 1, Ended: 2}, did)
	text, err := json.Marshal(did)
	require.NoError(t, err)
	require.NotContains(t, string(text), "acc_secret")
}

func TestAPassThatFailsSaysWhatKindOfTroubleItIs(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind string
	}{{store.ErrUnavailable, contract.ErrTypeUnavailable}, {errors.New("acc_secret"), contract.ErrTypeDetect}} {
		_, err := (&activities.Detects{Logger: quiet, Sweep: sweeper{err: c.err}}).Detect(t.Context())
		var failed *temporal.ApplicationError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, c.kind, failed.Type())
		require.False(t, failed.NonRetryable())
		require.NotContains(t, failed.Error(), "acc_secret")
	}
}
