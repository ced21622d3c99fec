package api

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

// The time of these tests is their own: it moves on when everybody waits, so that no machine is too slow for them.

// pipes is a listener whose connections are in memory.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// Accept waits for somebody who connects.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more.
func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

// connect is a connection to the server.
func (p *pipes) connect(t *testing.T) net.Conn {
	near, far := net.Pipe()
	p.waiting <- far
	t.Cleanup(func() { _ = near.Close() }) // closed long ago, where the server hung up
	return near
}

// served is a server over connections in memory.
func (s *stage) served() *pipes {
	listener := &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: s.server}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	s.t.Cleanup(func() {
		require.NoError(s.t, server.Close())
		require.ErrorIs(s.t, <-ended, http.ErrServerClosed)
	})
	return listener
}

// token is a good one of somebody.
func (s *stage) token(by who) string {
	s.t.Helper()
	token, err := s.issuer.Mint(by.id, by.role, time.Hour)
	require.NoError(s.t, err)
	return token
}

// trickle sends a beginning, and then a byte a second until nobody takes it. It returns when that was.
func trickle(connection net.Conn, beginning string) <-chan time.Time {
	stopped := make(chan time.Time, 1)
	go func() {
		next := beginning
		for {
			if _, err := connection.Write([]byte(next)); err != nil {
				stopped <- time.Now()
				return
			}
			<-time.After(time.Second)
			next = "a"
		}
	}()
	return stopped
}

// ask sends a request without a body on a connection and returns the status of its answer.
func ask(t *testing.T, connection net.Conn, path, token string) int {
	t.Helper()
	_, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", path, token)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

func TestABodyThatTricklesEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		connection := s.served().connect(t)
		began := time.Now()
		stopped := trickle(connection, "POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.token(who{id: "platform", role: casefile.Platform})+
			"\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
		answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusBadRequest, answer.StatusCode)
		require.True(t, answer.Close, "what is left of the body is nothing to wait for")
		require.Equal(t, s.server.config.RequestTimeout, time.Since(began), "its time was up")
		require.WithinDuration(t, time.Now(), <-stopped, 2*time.Second, "and it was hung up on")
		require.Empty(t, s.world.commands)
	})
}

func TestAnUploadThatTricklesKeepsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		folder := s.keepInFolder()
		d := s.aDispute()
		at := "/v1/disputes/" + d.ID + "/evidence"
		listener := s.served()
		slow, quick := listener.connect(t), listener.connect(t)
		seller := s.token(s.aSeller())
		require.Equal(t, http.StatusOK, ask(t, quick, "/v1/disputes/"+d.ID, seller))

		began := time.Now()
		stopped := trickle(slow, "POST "+at+" HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nAuthorization: Bearer "+s.token(s.aBuyer())+
			"\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"+beginningOf("photo_of_item", "a.jpg")+string(jpeg[:200]))
		<-time.After(s.server.config.UploadTimeout / 2)
		require.Len(t, filesIn(t, folder), 1, "it is on its way")
		asked := time.Now()
		require.Equal(t, http.StatusOK, ask(t, quick, "/v1/disputes/"+d.ID, seller))
		require.Zero(t, time.Since(asked), "nobody else waits for it")

		answer, err := http.ReadResponse(bufio.NewReader(slow), nil)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusBadRequest, answer.StatusCode)
		require.Equal(t, s.server.config.UploadTimeout, time.Since(began), "its time was up")
		require.WithinDuration(t, time.Now(), <-stopped, 2*time.Second, "and it was hung up on")
		require.Empty(t, filesIn(t, folder))
		require.Empty(t, s.world.files)
		require.Equal(t, http.StatusOK, ask(t, quick, "/v1/disputes/"+d.ID, seller))

		s.upload(s.aBuyer(), at, []field{{"type", "photo_of_item"}}, strings.NewReader(string(jpeg)), "", "Idempotency-Key", "k").is(http.StatusCreated)
		require.Len(t, filesIn(t, folder), 1, "the same key is good for the whole file")
	})
}

// beginningOf is a form up to its file, with x as its boundary.
func beginningOf(kind, name string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n" + kind + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n"
}
