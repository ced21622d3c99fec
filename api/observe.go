package api

import (
	"fmt"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what operators see of requests. Labels are routes and codes, never what a caller chose.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	pending  prometheus.Counter
}

func newMetrics(registry prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "recourse_api_requests_total",
			Help: "Requests by route, method and status."}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "recourse_api_request_seconds",
			Help: "Time to answer, by route.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15}}, []string{"route"}),
		pending: prometheus.NewCounter(prometheus.CounterOpts{Name: "recourse_api_commands_pending_total",
			Help: "Commands that were answered before their case had carried them out."}),
	}
	for _, c := range []prometheus.Collector{m.requests, m.duration, m.pending} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register the API's metrics: %w", err)
		}
	}
	return m, nil
}

// observe counts and logs each request. Paths hold identifiers and queries hold what people typed, so the route stands for both.
func (s *Server) observe(c *gin.Context) {
	begun := time.Now()
	c.Next()
	took := time.Since(begun)
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	method := c.Request.Method
	if s.contract.operations[method+" "+route] == nil && method != "GET" && method != "HEAD" {
		method = "other" // a method can be any word
	}
	s.metrics.requests.WithLabelValues(route, method, strconv.Itoa(c.Writer.Status())).Inc()
	s.metrics.duration.WithLabelValues(route).Observe(took.Seconds())
	s.log.DebugContext(c, "A request was answered.", "request", requestID(c), "route", route, "method", method,
		"status", c.Writer.Status(), "took", took)
}
