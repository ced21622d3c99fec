package clamd_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/clamd"
)

// talk is one connection to a peer that is no daemon.
type talk struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

// command reads what is asked.
func (k talk) command() string {
	line, err := k.in.ReadString(0)
	require.NoError(k.t, err)
	return line
}

// file reads what is sent, to its end.
func (k talk) file() []byte {
	var all []byte
	for {
		var length [4]byte
		_, err := io.ReadFull(k.in, length[:])
		require.NoError(k.t, err)
		n := binary.BigEndian.Uint32(length[:])
		if n == 0 {
			return all
		}
		piece := make([]byte, n)
		_, err = io.ReadFull(k.in, piece)
		require.NoError(k.t, err)
		all = append(all, piece...)
	}
}

func (k talk) say(answer string) {
	_, err := io.WriteString(k, answer)
	require.NoError(k.t, err)
}

// peer answers every connection with f, and returns a client that asks it.
func peer(t *testing.T, f func(talk)) *clamd.Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			f(talk{t, conn, bufio.NewReader(conn)})
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		<-done
	})
	c, err := clamd.New("unix://" + path)
	require.NoError(t, err)
	return c
}

func TestEachAnswerIsAVerdict(t *testing.T) {
	for answer, want := range map[string]clamd.Result{
		"stream: OK":                                         {Verdict: clamd.Clean},
		"stream: Win.Test.EICAR_HDB-1 FOUND":                 {Verdict: clamd.Infected, Signature: "Win.Test.EICAR_HDB-1"},
		"stream: a name with blanks FOUND":                   {Verdict: clamd.Infected, Signature: "a name with blanks"},
		"INSTREAM size limit exceeded. ERROR":                {Verdict: clamd.Unscannable, Why: "it is larger than the scanner takes"},
		"stream: Can't allocate memory ERROR":                {Verdict: clamd.Unscannable, Why: "Can't allocate memory"},
		"stream: Heuristics.Encrypted.PDF FOUND":             {Verdict: clamd.Unscannable, Why: "Heuristics.Encrypted.PDF"},
		"stream: Heuristics.Limits.Exceeded.MaxFiles FOUND":  {Verdict: clamd.Unscannable, Why: "Heuristics.Limits.Exceeded.MaxFiles"},
		"stream: Heuristics.Phishing.Email.SpoofedDom FOUND": {Verdict: clamd.Infected, Signature: "Heuristics.Phishing.Email.SpoofedDom"},
	} {
		t.Run(answer, func(t *testing.T) {
			c := peer(t, func(k talk) {
				require.Equal(t, "zINSTREAM\x00", k.command())
				k.file()
				k.say(answer + "\x00")
			})
			got, err := c.Scan(t.Context(), strings.NewReader("a file"))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestAFileIsSentWholeWhateverItsLength(t *testing.T) {
	for _, length := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 300_000} {
		file := bytes.Repeat([]byte{0xab}, length)
		var got []byte
		c := peer(t, func(k talk) {
			k.command()
			got = k.file()
			require.Zero(t, k.in.Buffered(), "nothing follows the end")
			k.say("stream: OK\x00")
		})
		result, err := c.Scan(t.Context(), iotest.HalfReader(bytes.NewReader(file)))
		require.NoError(t, err)
		require.Equal(t, clamd.Clean, result.Verdict)
		require.True(t, bytes.Equal(file, got), "of length %d", length)
	}
}

func TestWhatIsNoAnswerIsNoVerdict(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing": "", "half": "stream: O", "no end": "stream: OK", "clean of something else": "other: OK\x00", "not a scanner": "HTTP/1.1 400 Bad Request\r\n\x00",
		"its own trouble": "Command read timed out. ERROR\x00", "unknown": "UNKNOWN COMMAND. ERROR\x00", "no word": "stream: \x00",
		"without an end": strings.Repeat("stream: OK", 1000), "a word more": "stream: OK OK\x00",
	} {
		t.Run(name, func(t *testing.T) {
			c := peer(t, func(k talk) {
				k.command()
				k.file()
				_, _ = io.WriteString(k, answer) // the client may have gone
			})
			result, err := c.Scan(t.Context(), strings.NewReader("a file"))
			require.ErrorIs(t, err, clamd.ErrUnavailable)
			require.Zero(t, result)
		})
	}
}

func TestAPeerThatHasEnoughIsHeardWhileWeStillWrite(t *testing.T) {
	c := peer(t, func(k talk) {
		k.command()
		_, err := io.CopyN(io.Discard, k.in, 100<<10)
		require.NoError(t, err)
		k.say("INSTREAM size limit exceeded. ERROR\x00")
	})
	result, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 64<<20)))
	require.NoError(t, err)
	require.Equal(t, clamd.Unscannable, result.Verdict)
}

func TestAPeerThatHangsUpIsUnavailable(t *testing.T) {
	c := peer(t, func(k talk) { k.command() })
	_, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 64<<20)))
	require.ErrorIs(t, err, clamd.ErrUnavailable)
}

func TestAPeerThatSaysNothingIsNotWaitedForForever(t *testing.T) {
	// quiet is a peer that says nothing until the test is over, also when it fails.
	quiet := func(t *testing.T) (*clamd.Client, func()) {
		over := make(chan struct{})
		return peer(t, func(talk) { <-over }), func() { close(over) }
	}
	t.Run("when it does not answer", func(t *testing.T) {
		c, release := quiet(t)
		defer release()
		c.Answer = 10 * time.Millisecond
		_, err := c.Scan(t.Context(), strings.NewReader("a file"))
		require.ErrorIs(t, err, clamd.ErrUnavailable)
	})
	t.Run("when it takes nothing", func(t *testing.T) {
		c, release := quiet(t)
		defer release()
		c.Piece, c.Answer = 10*time.Millisecond, 10*time.Millisecond
		_, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 64<<20)))
		require.ErrorIs(t, err, clamd.ErrUnavailable)
	})
	t.Run("when the caller has gone", func(t *testing.T) {
		over, heard := make(chan struct{}), make(chan struct{})
		defer close(over)
		c := peer(t, func(k talk) {
			k.command()
			close(heard)
			<-over
		})
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		c.Answer = 10 * time.Second
		asked := make(chan error)
		go func() {
			_, err := c.Scan(ctx, strings.NewReader("a file"))
			asked <- err
		}()
		<-heard
		since := time.Now()
		cancel(gone)
		err := <-asked
		require.ErrorIs(t, err, gone)
		require.NotErrorIs(t, err, clamd.ErrUnavailable)
		require.Less(t, time.Since(since), 5*time.Second, "at once, and not when its patience ends")
	})
}

func TestAFileThatCannotBeReadIsNotTheScannersFault(t *testing.T) {
	c := peer(t, func(k talk) {
		k.command()
		_, _ = io.Copy(io.Discard, k.in)
	})
	gone := errors.New("the disk is gone")
	_, err := c.Scan(t.Context(), io.MultiReader(strings.NewReader("a file"), iotest.ErrReader(gone)))
	require.ErrorIs(t, err, gone)
	require.NotErrorIs(t, err, clamd.ErrUnavailable)
}

func TestNobodyAtTheAddressIsUnavailable(t *testing.T) {
	c, err := clamd.New("unix://" + filepath.Join(t.TempDir(), "nobody"))
	require.NoError(t, err)
	_, err = c.Scan(t.Context(), strings.NewReader("a file"))
	require.ErrorIs(t, err, clamd.ErrUnavailable)
	require.ErrorIs(t, c.Ping(t.Context()), clamd.ErrUnavailable)
}

func TestAnAddressIsASocketOrAHostWithItsPort(t *testing.T) {
	for _, good := range []string{"unix:///run/clamav/clamd.ctl", "tcp://127.0.0.1:3310", "tcp://[::1]:3310", "tcp://scanner:3310"} {
		_, err := clamd.New(good)
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", "none", "/run/clamd.ctl", "unix://run/clamd.ctl", "unix://", "tcp://scanner", "tcp://scanner:3310/x", "http://scanner:80", "tcp://a b:1", ":"} {
		_, err := clamd.New(bad)
		require.Error(t, err, bad)
	}
}

func TestPingAndVersionAreTheDaemonsOwnWords(t *testing.T) {
	var strange atomic.Bool
	c := peer(t, func(k talk) {
		switch command := k.command(); {
		case strange.Load():
			k.say("220 mail\x00")
		case command == "zPING\x00":
			k.say("PONG\x00")
		case command == "zVERSION\x00":
			k.say("ClamAV 1.4.3/27800/Mon\x00")
		}
	})
	require.NoError(t, c.Ping(t.Context()))
	version, err := c.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, "ClamAV 1.4.3/27800/Mon", version)
	strange.Store(true)
	require.ErrorIs(t, c.Ping(t.Context()), clamd.ErrUnavailable)
	_, err = c.Version(t.Context())
	require.ErrorIs(t, err, clamd.ErrUnavailable)
}
