package payments

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLedgerConfirmsAtOnce(t *testing.T) {
	answer, err := Ledger{}.Execute(t.Context(), Instruction{Key: "ord_1/5", Refund: 100})
	require.NoError(t, err)
	require.Equal(t, Answer{Status: Confirmed}, answer)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	answer, err = Ledger{}.Execute(over, Instruction{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, Unknown, answer.Status)
}

func TestFaultyProviderMovesEachTransferOnceOrNever(t *testing.T) {
	f := &Faulty{}
	declined := 0
	for i := range 200 {
		in := Instruction{Key: fmt.Sprintf("ord_%d/5", i), Refund: 100}
		var answer Answer
		for answer.Status != Confirmed && answer.Status != Failed {
			var err error
			answer, err = f.Execute(t.Context(), in)
			if err != nil {
				require.ErrorIs(t, err, ErrLost)
				require.Equal(t, Unknown, answer.Status)
			}
			require.LessOrEqual(t, f.Tries(in.Key), 4, "accidents end")
		}
		_, moved := f.Moved()[in.Key]
		require.Equal(t, answer.Status == Confirmed, moved)
		again, err := f.Execute(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, answer, again, "the same key, the same answer")
		if answer.Status == Failed {
			declined++
		}
	}
	require.Positive(t, declined)
	require.Less(t, declined, 40)
}

func TestKeyIsForOneTransferOnly(t *testing.T) {
	f := &Faulty{Plan: func(Instruction, int) Fault { return None }}
	_, err := f.Execute(t.Context(), Instruction{Key: "ord_1/5", Refund: 100})
	require.NoError(t, err)
	answer, err := f.Execute(t.Context(), Instruction{Key: "ord_1/5", Refund: 101})
	require.ErrorContains(t, err, "was used for another transfer")
	require.Equal(t, Unknown, answer.Status)
}
