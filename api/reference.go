package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"recourse/api/wire"
)

//go:embed docs/index.html
var referencePage []byte

//go:embed docs/redoc.standalone.js
var referenceScript []byte

// foreignLogo is the one thing that the reference page would fetch from elsewhere.
var foreignLogo = []byte("https://cdn.redoc.ly/redoc/logo-mini.svg")

// referencePolicy lets the page do what it needs: its own script, the contract, styles that the script writes, and a
// search that runs beside it.
const referencePolicy = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; " +
	"connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// open adds what anybody may ask for: whether the server lives, what it measures, and the contract.
func (s *Server) open(engine *gin.Engine, registry *prometheus.Registry) {
	engine.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	engine.GET("/readyz", s.ready)
	engine.GET("/metrics", gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
	engine.GET("/openapi.yaml", lasting("application/yaml", document))
	engine.GET("/docs", func(c *gin.Context) {
		c.Header("Content-Security-Policy", referencePolicy)
		c.Data(http.StatusOK, "text/html; charset=utf-8", referencePage)
	})
	engine.GET("/docs/redoc.standalone.js", lasting("text/javascript; charset=utf-8", bytes.ReplaceAll(referenceScript, foreignLogo, []byte("data:,"))))
	engine.GET("/problems/:code", explain)
}

// ready says whether requests can be served: the database answers.
func (s *Server) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		s.fail(c, &problem{code: codeStorageUnavailable, detail: "The database does not answer.", cause: err})
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "ready"})
}

// lasting serves bytes that change with the program only.
func lasting(contentType string, content []byte) gin.HandlerFunc {
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	return func(c *gin.Context) {
		c.Header("ETag", tag)
		c.Header("Cache-Control", "no-cache")
		if c.GetHeader("If-None-Match") == tag {
			c.Status(http.StatusNotModified)
			return
		}
		c.Data(http.StatusOK, contentType, content)
	}
}

// explain says what a problem code means; the type of a problem leads here.
func explain(c *gin.Context) {
	code := wire.ProblemCode(c.Param("code"))
	m, known := meanings[code]
	if !known {
		send(c, notFound())
		return
	}
	c.Data(http.StatusOK, "text/plain; charset=utf-8", fmt.Appendf(nil, "%s: %s (HTTP %d)\n", code, m.title, m.status))
}
