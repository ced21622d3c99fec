package api

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/gin-gonic/gin"
)

// body is a request's JSON once it was read and checked. The generated code binds the handler's argument from Validated,
// so that what was checked is what is used.
type body struct {
	io.ReadCloser
	value any
}

// ValidatedValue is what was checked against the contract.
func (b *body) ValidatedValue() any { return b.value }

// take reads the body as far as its size is concerned: 413 comes before anything else is said about the request. Files
// are left on the wire, bounded.
func (s *Server) take(c *gin.Context) {
	call := callOf(c)
	if isForm(c.Request) && accepts(call.operation, "multipart/form-data") {
		const form = 64 << 10 // what the parts around the file may take
		if c.Request.ContentLength > s.config.MaxFile+form {
			send(c, tooLarge())
			return
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, s.config.MaxFile+form)
		return
	}
	if c.Request.ContentLength > s.config.MaxBody {
		send(c, tooLarge())
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, s.config.MaxBody))
	if err != nil {
		c.Header("Connection", "close") // what is left of the body is nothing to wait for
		s.fail(c, readFailure(err))
		return
	}
	call.hash = requestHash(c.Request, raw)
	c.Request.Body = io.NopCloser(bytes.NewReader(raw))
	c.Set(rawKey, raw)
}

const rawKey = "recourse/raw"

func tooLarge() *problem {
	return refuse(codeTooLarge, "The request is larger than allowed. Send less at once.")
}

// readFailure says why a body could not be read to its end.
func readFailure(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	return &problem{code: codeMalformed, detail: "The body ended before it was complete. Send it again.", cause: err}
}

// requestHash is what makes a request the same one again: method, path and body.
func requestHash(r *http.Request, parts ...[]byte) []byte {
	return hashOf(append([][]byte{[]byte(r.Method), []byte(r.URL.Path)}, parts...)...)
}

func hashOf(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:", len(part)) // a hash takes every byte; the length keeps two parts from looking like two others
		h.Write(part)
	}
	return h.Sum(nil)
}

func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

func accepts(op *operation, contentType string) bool {
	return op.RequestBody != nil && op.RequestBody.Value.Content[contentType] != nil
}
