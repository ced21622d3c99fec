package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/internal/identifier"
	"recourse/store"
)

// RegisterOrder begins the protection of an order.
func (h *handlers) RegisterOrder(ctx context.Context, r wire.RegisterOrderRequestObject) (wire.RegisterOrderResponseObject, error) {
	call := callOf(ctx)
	registration, err := h.registration(ctx, *r.Body)
	if err != nil {
		return nil, err
	}
	if a := registration.Valid(); !a.Accepted() {
		return nil, refused("", a)
	}
	data, err := json.Marshal(registration)
	if err != nil {
		return nil, fmt.Errorf("encode a registration: %w", err)
	}
	command := identifier.New("cmd")
	begin := store.NewCase{ID: casefile.Derive("ord", command), Kind: casefile.KindOrder, Clock: r.Body.Clock}
	begin.Summary = registration.Summary(begin.ID)
	begin.Command = store.Knock{ID: command, Case: begin.ID, Name: call.operation.command, By: call.actor, Data: data,
		Key: r.Params.IdempotencyKey, BodyHash: call.hash}
	receipt, err := h.atTheDoor(ctx, func() (store.Receipt, error) { return h.store.Begin(ctx, begin) })
	if err != nil {
		return nil, err
	}
	if _, err := h.bring(ctx, receipt, call.operation.command); err != nil {
		return nil, err
	}
	order, err := h.order(ctx, receipt.Case)
	return wire.RegisterOrder201JSONResponse(order), err
}

// registration looks up what the order refers to: its parties, its clock and its policy.
func (h *handlers) registration(ctx context.Context, n wire.NewOrder) (protection.Registration, error) {
	reg := protection.Registration{Buyer: n.Buyer, Seller: n.Seller, Currency: money.Currency(n.Currency), PaidAt: microseconds(n.PaidAt),
		ShipBy: microseconds(n.ShipBy), GuaranteedBy: microseconds(n.GuaranteedBy), Country: n.Country, Postcode: n.Postcode}
	for _, p := range n.Programmes {
		reg.Programmes = append(reg.Programmes, string(p))
	}
	var foreign []wire.FieldError
	amount := func(at string, m wire.Money) money.Minor {
		if m.Currency != n.Currency {
			foreign = append(foreign, wire.FieldError{Pointer: at + "/currency", Code: "currency", Message: "must be the currency of the order"})
		}
		return money.Minor(m.Amount)
	}
	for i, l := range n.Lines {
		reg.Lines = append(reg.Lines, protection.RegistrationLine{SKU: l.Sku, Title: l.Title, Quantity: int64(l.Quantity),
			Price: amount("/lines/"+strconv.Itoa(i)+"/price", l.Price), Category: l.Category})
	}
	if n.Shipping != nil {
		reg.Shipping = amount("/shipping", *n.Shipping)
	}
	if len(foreign) > 0 {
		p := invalid("", "", "")
		p.fields = foreign
		return reg, p
	}
	return reg, h.referred(ctx, n, &reg)
}

// referred checks that what the order names is there, and on the order's own clock.
func (h *handlers) referred(ctx context.Context, n wire.NewOrder, reg *protection.Registration) error {
	if n.Clock != "" {
		if !h.config.Sandbox {
			return invalid("/clock", "sandbox", "exists only in a sandbox")
		}
		if _, err := h.store.Clock(ctx, n.Clock); err != nil {
			return missing(err, "/clock", "must be a test clock")
		}
	}
	for _, party := range []struct {
		at, id string
		role   casefile.Role
	}{{"/buyer", n.Buyer, casefile.Buyer}, {"/seller", n.Seller, casefile.Seller}} {
		account, err := h.store.Account(ctx, party.id)
		switch {
		case err != nil:
			return missing(err, party.at, "must be an account")
		case account.Role != party.role:
			return invalid(party.at, "role", "must be the account of a "+string(party.role))
		case account.Clock != n.Clock:
			return invalid(party.at, "clock", "must live on the clock of the order")
		case party.role == casefile.Buyer && reg.Country == "":
			reg.Country = account.Country
		}
	}
	p, err := h.policies.Policy(ctx, n.Policy, n.Clock)
	if err != nil {
		return missing(err, "/policy", "must be the version of a policy")
	}
	reg.Terms = p.ForOrder()
	return nil
}

// missing turns "not found" into what is wrong with the field that named it.
func missing(err error, at, message string) error {
	if errors.Is(err, store.ErrNotFound) {
		return invalid(at, "unknown", message)
	}
	return err
}

// GetOrder shows an order.
func (h *handlers) GetOrder(ctx context.Context, r wire.GetOrderRequestObject) (wire.GetOrderResponseObject, error) {
	order, err := h.order(ctx, r.Order)
	if err == nil && len(r.Params.Expand) > 0 {
		order.Expanded, err = h.disputesOf(ctx, order)
	}
	return wire.GetOrder200JSONResponse(order), err
}

// ShipOrder records a shipment.
func (h *handlers) ShipOrder(ctx context.Context, r wire.ShipOrderRequestObject) (wire.ShipOrderResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.ShipOrder200JSONResponse(order), err
}

// RecordDelivery records a delivery.
func (h *handlers) RecordDelivery(ctx context.Context, r wire.RecordDeliveryRequestObject) (wire.RecordDeliveryResponseObject, error) {
	command, err := h.report(ctx, r.Params.IdempotencyKey, nil)
	return wire.RecordDelivery200JSONResponse(command), err
}

// RecordTracking records a tracking event.
func (h *handlers) RecordTracking(ctx context.Context, r wire.RecordTrackingRequestObject) (wire.RecordTrackingResponseObject, error) {
	command, err := h.report(ctx, r.Params.IdempotencyKey, nil)
	return wire.RecordTracking200JSONResponse(command), err
}

// ConfirmReceipt ends inspection early.
func (h *handlers) ConfirmReceipt(ctx context.Context, r wire.ConfirmReceiptRequestObject) (wire.ConfirmReceiptResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.ConfirmReceipt200JSONResponse(order), err
}

// RequestExtension makes protection longer, or asks the seller to.
func (h *handlers) RequestExtension(ctx context.Context, r wire.RequestExtensionRequestObject) (wire.RequestExtensionResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.RequestExtension200JSONResponse(order), err
}

// GrantExtension consents to longer protection.
func (h *handlers) GrantExtension(ctx context.Context, r wire.GrantExtensionRequestObject) (wire.GrantExtensionResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.GrantExtension200JSONResponse(order), err
}

// RefuseExtension refuses longer protection.
func (h *handlers) RefuseExtension(ctx context.Context, r wire.RefuseExtensionRequestObject) (wire.RefuseExtensionResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.RefuseExtension200JSONResponse(order), err
}

// CancelOrder cancels an order before it is shipped.
func (h *handlers) CancelOrder(ctx context.Context, r wire.CancelOrderRequestObject) (wire.CancelOrderResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.CancelOrder200JSONResponse(order), err
}

// OpenChargeback freezes what the bank has taken back for now.
func (h *handlers) OpenChargeback(ctx context.Context, r wire.OpenChargebackRequestObject) (wire.OpenChargebackResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.OpenChargeback200JSONResponse(order), err
}

// CloseChargeback carries out the bank's word.
func (h *handlers) CloseChargeback(ctx context.Context, r wire.CloseChargebackRequestObject) (wire.CloseChargebackResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.CloseChargeback200JSONResponse(order), err
}

// SignGoodwill is one of two signatures.
func (h *handlers) SignGoodwill(ctx context.Context, r wire.SignGoodwillRequestObject) (wire.SignGoodwillResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.SignGoodwill200JSONResponse(order), err
}

// RetryTransfer asks the provider once more.
func (h *handlers) RetryTransfer(ctx context.Context, r wire.RetryTransferRequestObject) (wire.RetryTransferResponseObject, error) {
	order, err := h.onOrder(ctx, r.Params.IdempotencyKey)
	return wire.RetryTransfer200JSONResponse(order), err
}

// PostOrderMessage posts a message about the order.
func (h *handlers) PostOrderMessage(ctx context.Context, r wire.PostOrderMessageRequestObject) (wire.PostOrderMessageResponseObject, error) {
	message, err := h.post(ctx, r.Params.IdempotencyKey)
	return wire.PostOrderMessage201JSONResponse(message), err
}

// post posts a message to the case and answers with it.
func (h *handlers) post(ctx context.Context, key string) (wire.Message, error) {
	done, err := h.carryOut(ctx, key, nil)
	if err != nil {
		return wire.Message{}, err
	}
	call := callOf(ctx)
	v, err := h.viewOf(ctx, call.record.ID)
	if err != nil {
		return wire.Message{}, err
	}
	place, _ := done.answer.Result["message"].(float64) // as it is read back from the command's row
	return found(v.messages(), messageID(call.record.ID, int64(place)), func(m wire.Message) string { return m.ID })
}
