package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"recourse/api/wire"
	"recourse/store"
)

// Server answers requests.
type Server struct {
	config   Config
	contract *contract
	limits   *limits
	metrics  *metrics
	engine   *gin.Engine

	store    Store
	deliver  Deliverer
	tokens   Tokens
	policies *shelf
	clocks   Clocks
	sweeps   Detectors
	turning  singleflight.Group // advances of test clocks that are under way
	signing  Signing
	bundles  Bundles
	carriers Carriers
	health   EngineHealth
	board    board
	log      *slog.Logger
}

// New makes a server of its services.
func New(config Config, services Services) (*Server, error) {
	contract, err := loadContract()
	if err != nil {
		return nil, err
	}
	s := &Server{config: config.withDefaults(), contract: contract, store: services.Store, deliver: services.Deliver,
		tokens: services.Tokens, policies: newShelf(services.Store), clocks: services.Clocks, sweeps: services.Detectors, signing: services.Signing,
		bundles: services.Bundles, carriers: services.Carriers, health: services.Engine,
		log: services.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if (s.signing == nil) != (s.bundles == nil) {
		return nil, errors.New("start the API: bundles need a key that signs them, and a key signs bundles too")
	}
	if s.config.Sandbox && (s.clocks == nil || s.sweeps == nil) {
		return nil, errors.New("start the API: a sandbox needs something that turns its clocks, and something that runs the detectors on them")
	}
	s.limits = newLimits(config.Rate, config.Burst, time.Now)
	registry := services.Metrics
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	if s.metrics, err = newMetrics(registry); err != nil {
		return nil, err
	}
	if s.engine, err = s.routes(registry); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// routes puts everything in the order in which a request can be refused (PROCEDURE 13): who calls, how often, how much it
// sends, whether there is such a thing for this caller, whether it may, and only then whether the request is valid.
func (s *Server) routes(registry *prometheus.Registry) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.ContextWithFallback = true // a handler's context ends with its request
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.UseRawPath = false
	engine.ForwardedByClientIP = false // no header tells us an address
	if err := engine.SetTrustedProxies(nil); err != nil {
		return nil, fmt.Errorf("trust no proxy: %w", err)
	}
	engine.Use(s.name, s.observe, s.recoverPanic, protect, s.bound)
	engine.NoRoute(func(c *gin.Context) { send(c, notFound()) })
	engine.NoMethod(func(c *gin.Context) {
		send(c, refuse(codeMethodNotAllowed, "This method is not possible here. See Allow."))
	})
	s.open(engine, registry)

	guarded := engine.Group("", s.recognise, s.limit, s.take, s.verify, s.actFor, s.admit, s.mute, s.check)
	strict := wire.NewStrictHandlerWithOptions(&handlers{s}, []wire.StrictMiddlewareFunc{unpooled}, wire.StrictGinServerOptions{
		RequestErrorHandlerFunc:  func(c *gin.Context, err error) { s.fail(c, unreadable(err)) },
		HandlerErrorFunc:         s.fail,
		ResponseErrorHandlerFunc: s.fail,
	})
	wire.RegisterHandlersWithOptions(guarded, strict, wire.GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) { s.fail(c, unreadable(err)) },
	})
	return engine, nil
}

// unpooled gives a handler a context of its own: gin's goes on to another request, while a database's driver may still look at the
// one that it was given.
func unpooled(next wire.StrictHandlerFunc, _ string) wire.StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		own := c.Copy()
		own.Writer = c.Writer
		return next(own, request)
	}
}

// unreadable is for what generated code cannot bind although it conforms, such as a number with a fraction of zero.
func unreadable(err error) error {
	p := invalid("", "invalid", "does not fit the contract")
	p.cause = err
	return p
}

// fail is the one way from an error to an answer.
func (s *Server) fail(c *gin.Context, err error) {
	if c.Writer.Written() { // the answer had begun; all that is left is to end it
		if left(c.Request, err) {
			s.log.DebugContext(c, "A caller left before the end of an answer.", "request", requestID(c), "error", err)
		} else {
			s.log.ErrorContext(c, "An answer broke off.", "request", requestID(c), "error", err)
		}
		c.Abort()
		return
	}
	if pending, ok := errors.AsType[*pendingError](err); ok {
		c.Header("Location", "/v1/commands/"+pending.receipt.ID)
		c.AbortWithStatusJSON(http.StatusAccepted, pending.command())
		return
	}
	p := asProblem(translate(err))
	m := meanings[p.code]
	switch {
	case m.status >= http.StatusInternalServerError && c.Request.Context().Err() != context.Canceled:
		s.log.ErrorContext(c, "A request failed.", "request", requestID(c), "route", c.FullPath(), "code", string(p.code), "error", err)
	case p.cause != nil:
		s.log.InfoContext(c, "A request was refused.", "request", requestID(c), "route", c.FullPath(), "code", string(p.code), "cause", p.cause)
	}
	send(c, p)
}

// translate gives the store's errors the codes that callers know.
func translate(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &problem{code: codeNotFound, detail: notFound().detail, cause: err}
	case errors.Is(err, store.ErrIdempotencyMismatch):
		return refuse(codeIdempotencyMismatch, "The Idempotency-Key was used for another request. Choose a new key.")
	case errors.Is(err, store.ErrClockAdvancing):
		return refuse(codeClockAdvancing, "The test clock is being advanced. Send this again when it stands still.")
	case errors.Is(err, store.ErrClockBackwards):
		return invalid("/to", "range", "must not lie before the time of the clock, or before the target of the advance that is under way")
	case errors.Is(err, store.ErrIncidentOver):
		return refuse(wire.ProblemCodeWrongStage, "The incident is over.")
	case errors.Is(err, store.ErrInsufficient):
		return &problem{code: wire.ProblemCodeAmountExceedsCap, detail: "The account does not hold that much.",
			fields: []wire.FieldError{{Pointer: "/amount", Code: string(wire.ProblemCodeAmountExceedsCap), Message: "is more than the account holds"}}}
	case errors.Is(err, store.ErrFull):
		return invalid("/amount/amount", "range", "is more than the account can hold")
	case errors.Is(err, store.ErrMalformed):
		return unreadable(err)
	case errors.Is(err, store.ErrStorageFull):
		return &problem{code: codeStorageFull, detail: "There is no room for files now. Try again later with the same Idempotency-Key.", cause: err}
	case errors.Is(err, store.ErrStorage), errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &problem{code: codeStorageUnavailable, detail: "What is needed does not answer now. Try again with the same Idempotency-Key.", cause: err}
	}
	return err
}
