package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"recourse/activities"
	"recourse/activities/payments"
	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/internal/identifier"
	"recourse/store"
)

var quiet = slog.New(slog.DiscardHandler)

// stepper answers as it is told.
type stepper struct {
	result store.StepResult
	err    error
	panics any
}

func (s stepper) StepFrom(context.Context, string, store.Mark) (store.StepResult, error) {
	if s.panics != nil {
		panic(s.panics)
	}
	return s.result, s.err
}

func TestStepTellsTheShellWhatItMustKnowAndNothingPersonal(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	var nudged []store.CaseRef
	steps := &activities.Steps{Logger: quiet, Nudge: func(ref store.CaseRef) { nudged = append(nudged, ref) }, Store: stepper{result: store.StepResult{
		Applied: 4, Revision: 3, NextDue: now.Add(time.Hour), Now: now, Todo: []casefile.Effect{{Step: 9, Kind: casefile.EffectTransfer}},
		Next:    clock.Deadline{Name: "seller_response", DueAt: now.Add(time.Hour)},
		Touched: []store.CaseRef{{ID: "dsp_1", Kind: "dispute", Sequence: 4}, {ID: "dsp_new", Kind: "dispute", Sequence: 1}},
		Summary: casefile.Summary{Stage: "funded", Order: "ord_1", Buyer: "acc_secret", Seller: "acc_s", Reviewer: "acc_secret"},
	}}}
	out, err := steps.Step(t.Context(), contract.StepInput{Case: "ord_1"})
	require.NoError(t, err)
	require.Equal(t, contract.StepOutcome{Applied: 4, Revision: 3, NextDue: now.Add(time.Hour), Now: now, Deadline: "seller_response",
		Todo: []casefile.Effect{{Step: 9, Kind: casefile.EffectTransfer}}, Summary: contract.Summary{Stage: "funded", Order: "ord_1", Seller: "acc_s"}}, out)
	require.Equal(t, []store.CaseRef{{ID: "dsp_1", Kind: "dispute", Sequence: 4}}, nudged, "a new case is begun by whoever opened it")
	text, err := json.Marshal(out)
	require.NoError(t, err)
	require.NotContains(t, string(text), "acc_secret")
}

func TestStepTellsWhatAReminderRemindsOf(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	result := store.StepResult{Now: now, NextDue: now.Add(time.Hour), Next: clock.Deadline{Name: "seller_response_reminder/2d", DueAt: now.Add(time.Hour), Reminder: true},
		Awaited: clock.Deadline{Name: "seller_response", DueAt: now.Add(2 * time.Hour)}}
	out, err := (&activities.Steps{Logger: quiet, Store: stepper{result: result}}).Step(t.Context(), contract.StepInput{Case: "dsp_1"})
	require.NoError(t, err)
	require.Equal(t, contract.StepOutcome{Now: now, NextDue: now.Add(time.Hour), Deadline: "seller_response_reminder/2d", Awaits: "seller_response",
		Shows: now.Add(2 * time.Hour)}, out)
}

func TestEachErrorOfAStepHasItsType(t *testing.T) {
	const secret = "Ada Lovelace, 12 St James's Square"
	for name, c := range map[string]struct {
		stepper stepper
		errType string
		final   bool
		benign  bool
	}{
		"no such case":            {stepper{err: fmt.Errorf("%s: %w", secret, store.ErrNotFound)}, contract.ErrTypeNoSuchCase, true, false},
		"unavailable":             {stepper{err: fmt.Errorf("%s: %w", secret, store.ErrUnavailable)}, contract.ErrTypeUnavailable, false, true},
		"the row is locked":       {stepper{err: fmt.Errorf("%s: %w", secret, context.DeadlineExceeded)}, contract.ErrTypeUnavailable, false, true},
		"anything else":           {stepper{err: errors.New(secret)}, contract.ErrTypeStep, false, false},
		"a rule that falls apart": {stepper{panics: secret}, contract.ErrTypeStep, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			steps := &activities.Steps{Store: c.stepper, Logger: quiet}
			_, err := steps.Step(t.Context(), contract.StepInput{Case: "ord_1"})
			var failure *temporal.ApplicationError
			require.ErrorAs(t, err, &failure)
			require.Equal(t, c.errType, failure.Type())
			require.Equal(t, c.final, failure.NonRetryable())
			require.Equal(t, c.benign, failure.Category() == temporal.ApplicationErrorCategoryBenign)
			require.NotContains(t, err.Error(), secret, "the text of an error stays out of histories")
			require.Nil(t, failure.Unwrap())
		})
	}
}

// door is an order with payments, and its door.
type door struct {
	mu     sync.Mutex
	state  casefile.Case
	knocks map[string]store.Knock
	err    error
	clock  string // the test clock that the case lives on
}

func (d *door) Case(context.Context, string) (store.CaseRecord, error) {
	return store.CaseRecord{ID: "ord_1", Kind: "order", Clock: d.clock, State: d.state}, d.err
}

func (d *door) Knock(_ context.Context, k store.Knock) (store.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.knocks == nil {
		d.knocks = map[string]store.Knock{}
	}
	_, repeated := d.knocks[k.ID]
	d.knocks[k.ID] = k
	return store.Receipt{ID: k.ID, Case: k.Case, Repeated: repeated}, nil
}

func order(payments ...protection.Payment) protection.Order {
	var o protection.Order
	o.Buyer, o.Seller, o.Currency, o.Payments = "acc_b", "acc_s", "EUR", payments
	return o
}

var five = contract.TransferInput{Case: "ord_1", Step: 5}

func TestTransferIsExecutedAndReportedOnceHoweverOftenItRuns(t *testing.T) {
	d := &door{state: order(protection.Payment{Step: 5, Refund: 100, Release: 40, Fee: 2})}
	provider := &payments.Faulty{Plan: func(payments.Instruction, int) payments.Fault { return payments.None }}
	transfers := &activities.Transfers{Store: d, Provider: provider, Logger: quiet}
	for range 3 {
		require.NoError(t, transfers.Transfer(t.Context(), five))
	}
	require.Equal(t, map[string]payments.Instruction{"ord_1/5": {Key: "ord_1/5", Order: "ord_1", Buyer: "acc_b", Seller: "acc_s",
		Currency: money.Currency("EUR"), Refund: 100, Release: 40, Fee: 2}}, provider.Moved())
	id := identifier.Derive("cmd", "ord_1", "5", "confirm_transfer")
	require.Equal(t, map[string]store.Knock{id: {ID: id, Case: "ord_1", Name: "confirm_transfer", By: casefile.Actor{Role: casefile.System},
		Data: json.RawMessage(`{"step":5}`), Internal: true}}, d.knocks)
}

func TestTransferThatIsOverIsNotExecuted(t *testing.T) {
	for name, state := range map[string]protection.Order{
		"reported":        order(),
		"another's":       order(protection.Payment{Step: 6, Refund: 1}),
		"failed for good": order(protection.Payment{Step: 5, Refund: 1, Failed: true}),
	} {
		t.Run(name, func(t *testing.T) {
			d, provider := &door{state: state}, &payments.Faulty{}
			require.NoError(t, (&activities.Transfers{Store: d, Provider: provider, Logger: quiet}).Transfer(t.Context(), five))
			require.Zero(t, provider.Tries("ord_1/5"))
			require.Empty(t, d.knocks)
		})
	}
}

func TestDeclinedTransferIsReportedWithItsReason(t *testing.T) {
	d := &door{state: order(protection.Payment{Step: 5, Refund: 100})}
	provider := &payments.Faulty{Plan: func(payments.Instruction, int) payments.Fault { return payments.Decline }}
	require.NoError(t, (&activities.Transfers{Store: d, Provider: provider, Logger: quiet}).Transfer(t.Context(), five))
	require.Len(t, d.knocks, 1)
	knock := d.knocks[identifier.Derive("cmd", "ord_1", "5", "fail_transfer")]
	require.Equal(t, "fail_transfer", knock.Name)
	require.JSONEq(t, `{"step":5,"reason":"declined"}`, string(knock.Data))
	require.Empty(t, provider.Moved())
}

func TestUnknownTransferIsAskedAgainAndNeverAssumed(t *testing.T) {
	faults := []payments.Fault{payments.LostAhead, payments.Hesitate, payments.LostAfter, payments.None}
	d := &door{state: order(protection.Payment{Step: 5, Refund: 100})}
	provider := &payments.Faulty{Plan: func(_ payments.Instruction, try int) payments.Fault { return faults[try-1] }}
	transfers := &activities.Transfers{Store: d, Provider: provider, Logger: quiet}
	for try := 1; try <= 3; try++ {
		err := transfers.Transfer(t.Context(), five)
		var failure *temporal.ApplicationError
		require.ErrorAs(t, err, &failure)
		require.Equal(t, contract.ErrTypeUnknownTransfer, failure.Type())
		require.False(t, failure.NonRetryable())
		require.Equal(t, temporal.ApplicationErrorCategoryBenign, failure.Category())
		require.Empty(t, d.knocks, "nothing is reported while nothing is known")
	}
	require.NoError(t, transfers.Transfer(t.Context(), five))
	require.Len(t, d.knocks, 1)
	require.Len(t, provider.Moved(), 1)
}

func TestOnlyOrdersMoveMoney(t *testing.T) {
	err := (&activities.Transfers{Store: &door{}, Provider: payments.Ledger{}, Logger: quiet}).Transfer(t.Context(), five)
	var failure *temporal.ApplicationError
	require.ErrorAs(t, err, &failure)
	require.Equal(t, contract.ErrTypeTransfer, failure.Type())
}
