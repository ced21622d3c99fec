package api

import (
	"context"

	"github.com/gin-gonic/gin"

	"recourse/api/identity"
	"recourse/domain/casefile"
	"recourse/store"
)

// call is what the middleware has found out about a request before its handler runs.
type call struct {
	operation *operation
	caller    identity.Caller
	actor     casefile.Actor // the caller as the case knows it
	record    store.CaseRecord
	value     map[string]any // the JSON body, checked against the contract; nil: none
	hash      []byte         // of method, path and body, for Idempotency-Key
}

type callKey struct{}

// callOf is the call that a handler serves.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// enter hangs the call on the request, where gin's context and every context made from it find it.
func enter(c *gin.Context, of *call) {
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callKey{}, of))
}
