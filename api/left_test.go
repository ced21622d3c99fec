package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

func TestACallerWhoLeavesIsNoErrorOfOurs(t *testing.T) {
	caller, database := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1234}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 5432}
	write := func(to net.Addr, why error) error {
		return fmt.Errorf("write the answer: %w", &net.OpError{Op: "write", Net: "tcp", Addr: to, Err: why})
	}
	for name, c := range map[string]struct {
		err   error
		gone  bool // the request was taken back
		level string
	}{
		"taken back":                  {fmt.Errorf("read: %w", context.Canceled), true, "DEBUG"},
		"a broken pipe":               {write(caller, syscall.EPIPE), false, "DEBUG"},
		"a reset":                     {write(caller, syscall.ECONNRESET), false, "DEBUG"},
		"in this process":             {io.ErrClosedPipe, false, "DEBUG"},
		"the database's broken pipe":  {write(database, syscall.EPIPE), false, "ERROR"},
		"something of ours cancelled": {context.Canceled, false, "ERROR"},
		"out of time":                 {context.DeadlineExceeded, false, "ERROR"},
		"a failure as somebody left":  {errors.New("the disk is full"), true, "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			var told bytes.Buffer
			s := &Server{log: slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelDebug}))}
			answer := httptest.NewRecorder()
			g, _ := gin.CreateTestContext(answer)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			g.Request = httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/orders", nil)
			g.Request.RemoteAddr = caller.String()
			if c.gone {
				cancel()
			}
			_, err := g.Writer.WriteString("{")
			require.NoError(t, err)
			s.fail(g, c.err)
			require.Contains(t, told.String(), "level="+c.level)
			require.True(t, g.IsAborted())
			require.Equal(t, "{", answer.Body.String(), "nothing is added to what had begun")
		})
	}
}
