package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"recourse/activities/payments"
	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/internal/crash"
	"recourse/internal/identifier"
	"recourse/store"
)

// Orders is where a transfer finds what it is to move, and the door through which it reports.
type Orders interface {
	Case(ctx context.Context, caseID string) (store.CaseRecord, error)
	Knock(ctx context.Context, k store.Knock) (store.Receipt, error)
}

// Transfers carries out the movements of money that orders ask for.
type Transfers struct {
	Store    Orders
	Provider payments.Provider
	Logger   *slog.Logger
}

// Transfer executes one open transfer at the provider and stores the result at the order's door. The provider knows it by
// "case/step" and the door by a command of the same cause, so a repeat changes nothing. While the provider does not say
// what became of it, the activity fails and is tried again.
func (t *Transfers) Transfer(ctx context.Context, in contract.TransferInput) error {
	key := in.Case + "/" + strconv.FormatInt(in.Step, 10)
	instruction, open, err := t.instruction(ctx, in, key)
	if err != nil {
		return failure(ctx, t.Logger, contract.ErrTypeTransfer, "read transfer "+key, err)
	}
	if !open {
		return nil // reported before: by an earlier try, or by the marketplace itself
	}

	crash.At(crash.TransferAsked)
	answer, err := t.Provider.Execute(ctx, instruction)
	crash.At(crash.TransferMade)
	if err != nil {
		return failure(ctx, t.Logger, contract.ErrTypeUnknownTransfer, "execute transfer "+key, err)
	}
	var name string
	data := map[string]any{"step": in.Step}
	switch answer.Status {
	case payments.Confirmed:
		name = "confirm_transfer"
	case payments.Failed:
		name = "fail_transfer"
		data["reason"] = answer.Reason
	default:
		return failure(ctx, t.Logger, contract.ErrTypeUnknownTransfer, "execute transfer "+key, errUndecided)
	}
	if err := t.report(ctx, in, name, data); err != nil {
		return failure(ctx, t.Logger, contract.ErrTypeTransfer, "report transfer "+key, err)
	}
	crash.At(crash.TransferReported)
	return nil
}

// errUndecided is for the log; the provider's own words are not known.
var errUndecided = errors.New("the provider has not decided")

// instruction is what the open transfer asks of the provider; not open: it is over.
func (t *Transfers) instruction(ctx context.Context, in contract.TransferInput, key string) (payments.Instruction, bool, error) {
	record, err := t.Store.Case(ctx, in.Case)
	if err != nil {
		return payments.Instruction{}, false, err
	}
	order, ok := record.State.(protection.Order)
	if !ok {
		return payments.Instruction{}, false, fmt.Errorf("%s is no order but a %T: only orders move money", in.Case, record.State)
	}
	for _, p := range order.Payments {
		if p.Step == in.Step && !p.Failed {
			return payments.Instruction{
				Key:      key,
				Order:    in.Case,
				Buyer:    order.Buyer,
				Seller:   order.Seller,
				Currency: order.Currency,
				Refund:   p.Refund,
				Release:  p.Release,
				Fee:      p.Fee,
			}, true, nil
		}
	}
	return payments.Instruction{}, false, nil
}

// report stores the result at the order's door. The run steps when this activity ends, so nobody has to be woken.
func (t *Transfers) report(ctx context.Context, in contract.TransferInput, name string, data map[string]any) error {
	payload, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write the data of %s: %w", name, err)
	}
	_, err = t.Store.Knock(ctx, store.Knock{
		ID:       identifier.Derive("cmd", in.Case, strconv.FormatInt(in.Step, 10), name),
		Case:     in.Case,
		Name:     name,
		By:       casefile.Actor{Role: casefile.System},
		Data:     payload,
		Internal: true,
	})
	return err
}
