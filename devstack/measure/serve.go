package measure

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// serving comes before the address at which a bare side answers.
const serving = "listening on "

// serve answers on a free port of this machine, says which, and ends with the context.
func serve(ctx context.Context, out io.Writer, handler http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if _, err := fmt.Fprintln(out, serving+"http://"+listener.Addr().String()); err != nil {
		return fmt.Errorf("say where the other side listens: %w", err)
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		return server.Close()
	}
}
