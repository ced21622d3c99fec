// Package clamd asks a ClamAV daemon whether a file is harmless. It speaks INSTREAM, so that the daemon needs no access to
// where files are: the bytes go over the connection, in pieces, and one line comes back.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// Verdict is what a scan says of a file.
type Verdict string

// The verdicts. Unscannable is a file that the scanner has looked at and cannot judge: larger than it takes, locked with a
// password, or in a form that it stumbles over. Trying again would say the same.
const (
	Clean       Verdict = "clean"
	Infected    Verdict = "infected"
	Unscannable Verdict = "unscannable"
)

// Result is a verdict with the name of what was found, or with why nothing can be said.
type Result struct {
	Verdict   Verdict
	Signature string // of an infected file
	Why       string // of an unscannable one, in the scanner's words
}

// ErrUnavailable is the error of a scanner that does not answer, or answers what no scanner says: the same file may be
// scanned later.
var ErrUnavailable = errors.New("the scanner does not answer")

// Client asks one daemon. It may be used by many at once; each question has a connection of its own.
type Client struct {
	network, address string

	// Dial, Piece and Answer are how long the daemon may take to let us in, to take a piece, and to say what it found.
	Dial, Piece, Answer time.Duration
}

// The patience of a new client. A scan is given two minutes by the daemon itself.
const (
	dialWithin   = 5 * time.Second
	pieceWithin  = 20 * time.Second
	answerWithin = 150 * time.Second
)

// New is a client for a daemon at "unix:///run/clamav/clamd.ctl" or "tcp://scanner:3310". Nothing is connected yet.
func New(address string) (*Client, error) {
	c := &Client{Dial: dialWithin, Piece: pieceWithin, Answer: answerWithin}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("address of the scanner: %w", err)
	}
	switch {
	case u.Scheme == "unix" && u.Host == "" && u.Path != "":
		c.network, c.address = "unix", u.Path
	case u.Scheme == "tcp" && u.Port() != "" && u.Path == "":
		c.network, c.address = "tcp", u.Host
	default:
		return nil, errors.New("address of the scanner: it is unix:///path or tcp://host:port")
	}
	return c, nil
}

// pieceSize is how much is sent at a time, and the memory that a scan needs.
const pieceSize = 64 << 10

// Scan sends a file and returns the verdict. An error is ErrUnavailable, one of reading the file, or the context's.
func (c *Client) Scan(ctx context.Context, from io.Reader) (Result, error) {
	var result Result
	err := c.talk(ctx, "INSTREAM", func(conn net.Conn) error {
		sent := c.send(conn, from)
		if failed, ok := errors.AsType[*fileError](sent); ok {
			return failed.error
		}
		// A daemon that has enough says so and closes while we still write. What it said is the answer.
		line, err := c.line(conn)
		if err != nil {
			return errors.Join(sent, err)
		}
		result, err = verdict(line)
		return err
	})
	return result, err
}

// Ping says whether the daemon answers.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.ask(ctx, "PING", "PONG")
	return err
}

// Version is the daemon's own name with the number and the date of its signatures.
func (c *Client) Version(ctx context.Context) (string, error) {
	return c.ask(ctx, "VERSION", "ClamAV ")
}

func (c *Client) ask(ctx context.Context, command, want string) (string, error) {
	var answer string
	err := c.talk(ctx, command, func(conn net.Conn) error {
		var err error
		if answer, err = c.line(conn); err == nil && !strings.HasPrefix(answer, want) {
			return strange(answer)
		}
		return err
	})
	return answer, err
}

// talk opens a connection, says a command and lets f have the rest. The context's end ends it at once.
func (c *Client) talk(ctx context.Context, command string, f func(net.Conn) error) error {
	dialer := net.Dialer{Timeout: c.Dial}
	conn, err := dialer.DialContext(ctx, c.network, c.address)
	if err != nil {
		return c.failed(ctx, "connect", err)
	}
	defer conn.Close() //nolint:errcheck // everything was said
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err = conn.SetWriteDeadline(time.Now().Add(c.Piece)); err == nil {
		_, err = io.WriteString(conn, "z"+command+"\x00")
	}
	if err == nil {
		err = f(conn)
	}
	return c.failed(ctx, strings.ToLower(command), err)
}

// failed names an error: the context's, the file's, or the scanner's.
func (c *Client) failed(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", what, context.Cause(ctx))
	case errors.Is(err, ErrUnavailable), !peer(err):
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
}

// peer says whether the error is the connection's.
func peer(err error) bool {
	var network net.Error
	var address *net.OpError
	return errors.As(err, &network) || errors.As(err, &address) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, errHalf)
}

// fileError is an error of reading what is to be scanned.
type fileError struct{ error }

// send sends a file in pieces, each with its length, and a length of nothing at the end.
func (c *Client) send(conn net.Conn, from io.Reader) error {
	piece := make([]byte, 4+pieceSize)
	for {
		n, err := io.ReadFull(from, piece[4:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return &fileError{fmt.Errorf("read the file: %w", err)}
		}
		out := piece[:4+n]
		binary.BigEndian.PutUint32(out, uint32(n))
		if last && n > 0 {
			out = binary.BigEndian.AppendUint32(out, 0)
		}
		if err := conn.SetWriteDeadline(time.Now().Add(c.Piece)); err != nil {
			return err
		}
		if _, err := conn.Write(out); err != nil {
			return err
		}
		if last {
			return nil
		}
	}
}

// longestLine bounds an answer.
const longestLine = 4 << 10

var errHalf = errors.New("the answer breaks off")

// line reads one answer, which ends with a zero.
func (c *Client) line(conn net.Conn) (string, error) {
	if err := conn.SetReadDeadline(time.Now().Add(c.Answer)); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(io.LimitReader(conn, longestLine)).ReadString(0)
	if errors.Is(err, io.EOF) {
		return "", errHalf
	}
	return strings.TrimSuffix(line, "\x00"), err
}

func strange(answer string) error {
	return fmt.Errorf("%w: it said %.80q", ErrUnavailable, answer)
}
