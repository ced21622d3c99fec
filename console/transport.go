package console

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

// InProcess sends requests into a handler of this process, as if over the network. Answers are streamed: the body of a
// file is never held whole.
type InProcess struct{ Handler http.Handler }

// Do answers the request by the handler.
func (p InProcess) Do(req *http.Request) (*http.Response, error) {
	inner := req.Clone(req.Context())
	inner.RequestURI = req.URL.RequestURI()
	inner.RemoteAddr = "127.0.0.1:0"
	inner.Host = req.URL.Host
	if inner.Body == nil {
		inner.Body = http.NoBody
	}
	body, writer := io.Pipe()
	w := &answerWriter{header: http.Header{}, body: writer, begun: make(chan struct{})}
	go func() {
		defer func() {
			if crashed := recover(); crashed != nil {
				_ = writer.CloseWithError(errAborted) // never fails
			}
			w.WriteHeader(http.StatusOK)
			_ = writer.Close() // never fails
		}()
		p.Handler.ServeHTTP(w, inner)
	}()
	select {
	case <-w.begun:
	case <-req.Context().Done():
		_ = body.CloseWithError(req.Context().Err()) // never fails
		return nil, req.Context().Err()
	}
	return &http.Response{Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: body, ContentLength: -1, Request: req}, nil
}

var errAborted = errors.New("the answer broke off")

// answerWriter hands an answer on as it is written.
type answerWriter struct {
	header http.Header
	sent   http.Header
	status int
	once   sync.Once
	begun  chan struct{}
	body   *io.PipeWriter
}

// Header is what the handler sets before it begins.
func (w *answerWriter) Header() http.Header { return w.header }

// WriteHeader begins the answer. A second time changes nothing.
func (w *answerWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.begun)
	})
}

// Write hands on a part of the body.
func (w *answerWriter) Write(part []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(part)
}

// Flush does nothing: what is written is read at once.
func (w *answerWriter) Flush() {}
