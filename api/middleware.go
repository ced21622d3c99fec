package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"recourse/internal/identifier"
)

const requestIDKey = "recourse/request"

// ownID is what a caller may call a request; anything else gets a name of ours.
var ownID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// name gives every request an identifier that the answer, the log and a problem document share.
func (s *Server) name(c *gin.Context) {
	id := c.GetHeader("X-Request-Id")
	if !ownID.MatchString(id) {
		id = identifier.New("hrq")
	}
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
}

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

// protect sets what a browser must know about answers that no page of ours asked for.
func protect(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
}

// recoverPanic answers "Internal error" where a handler panicked, and logs where.
func (s *Server) recoverPanic(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.log.ErrorContext(c, "A handler panicked.", "request", requestID(c), "route", c.FullPath(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				send(c, refuse(codeInternal, "Internal error"))
			}
			c.Abort()
		}
	}()
	c.Next()
}

// grace is what an answer may take to be sent when its time is up.
const grace = 5 * time.Second

// bound gives a request the time that it may take. Every request: a connection keeps the end that was set for the one before.
func (s *Server) bound(c *gin.Context) {
	limit := s.config.RequestTimeout
	switch path := c.FullPath(); {
	case strings.HasSuffix(path, "/evidence"), strings.HasSuffix(path, "/content"), strings.HasSuffix(path, "/original"), strings.HasSuffix(path, "/bundle"):
		limit = s.config.UploadTimeout
	case strings.HasSuffix(path, "/advance"):
		limit += s.config.AdvanceWait
	}
	// A body that trickles, or an answer that nobody takes, ends with the request's time too.
	connection := http.NewResponseController(c.Writer)
	err := errors.Join(connection.SetReadDeadline(time.Now().Add(limit)), connection.SetWriteDeadline(time.Now().Add(limit+grace)))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		s.log.WarnContext(c, "A connection has no end set.", "request", requestID(c), "error", err)
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), limit)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}
