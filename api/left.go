package api

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
)

// left says whether an answer broke off because its caller went away, which is no error of ours: the request was taken back, or
// the connection to the caller ended. A connection to anybody else that ends, such as the database's, is not meant.
func left(r *http.Request, err error) bool {
	switch {
	case errors.Is(err, context.Canceled):
		return errors.Is(r.Context().Err(), context.Canceled)
	case errors.Is(err, io.ErrClosedPipe): // the caller is in this process
		return true
	case errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNRESET):
		op, is := errors.AsType[*net.OpError](err)
		return is && op.Op == "write" && op.Addr != nil && op.Addr.String() == r.RemoteAddr
	}
	return false
}
