package api

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/carriers"
	"recourse/store"
)

// verify lets a message in that is the carrier's own. It comes before anything else is said about the message: who is no
// carrier learns neither which carriers there are nor what a message looks like.
func (s *Server) verify(c *gin.Context) {
	if !callOf(c).operation.signed {
		return
	}
	raw, _ := c.MustGet(rawKey).([]byte)
	if s.carriers == nil || s.carriers.Signed(c.Param("carrier"), c.Request.Header, raw) != nil {
		s.fail(c, refuse(codeUnauthenticated, "The message has no valid signature of this carrier, or is not of now."))
	}
}

// ReceiveCarrierEvents keeps what a carrier says. Whether anybody has shipped under a number is looked up afterwards, by the
// worker, so the answer and its time are the same for every number.
func (h *handlers) ReceiveCarrierEvents(ctx context.Context, r wire.ReceiveCarrierEventsRequestObject) (wire.ReceiveCarrierEventsResponseObject, error) {
	if r.Body.Clock != "" {
		if !h.config.Sandbox {
			return nil, invalid("/clock", "sandbox", "exists only in a sandbox")
		}
		if _, err := h.store.Clock(ctx, r.Body.Clock); err != nil {
			return nil, missing(err, "/clock", "must be a test clock")
		}
	}
	c, _ := ctx.(*gin.Context)
	raw, _ := c.MustGet(rawKey).([]byte)
	events, err := h.carriers.Receive(r.Carrier, c.Request.Header, raw)
	switch {
	case errors.Is(err, carriers.ErrMalformed):
		return nil, unreadable(err)
	case err != nil:
		return nil, err
	}
	kept := make([]store.CarrierEvent, len(events))
	for i, e := range events {
		if kept[i], err = e.Kept(r.Carrier, r.Body.Clock); err != nil {
			return nil, err
		}
	}
	if _, err := h.store.KeepCarrierEvents(ctx, kept); err != nil {
		return nil, err
	}
	return wire.ReceiveCarrierEvents202JSONResponse(wire.CarrierMessageTaken{Events: len(events)}), nil
}
