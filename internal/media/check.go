package media

import (
	"errors"
	"io"
)

// Checker passes a file on and classifies it as it passes. The end of a file that is refused is the refusal instead of
// io.EOF, so whoever keeps what it reads throws it away; most refusals come at once, before the rest is sent.
type Checker struct {
	from  io.Reader
	pipe  *io.PipeWriter
	done  chan struct{}
	class Class
	err   error
	over  bool
}

// Check begins to classify what will be read. The checker must be closed.
func Check(from io.Reader, said Said, limits Limits) *Checker {
	out, in := io.Pipe()
	c := &Checker{from: from, pipe: in, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		c.class, c.err = Classify(out, said, limits)
		if c.err != nil {
			out.CloseWithError(c.err)
			return
		}
		out.CloseWithError(io.ErrClosedPipe) // it was read to its end; nothing is written behind it
	}()
	return c
}

// Read passes the next bytes on.
func (c *Checker) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if n > 0 && !c.over {
		if _, closed := c.pipe.Write(p[:n]); closed != nil {
			return 0, c.end(nil)
		}
	}
	if err == nil {
		return n, nil
	}
	if !errors.Is(err, io.EOF) {
		_ = c.end(err)
		return n, err
	}
	if refused := c.end(nil); refused != nil {
		return n, refused
	}
	return n, io.EOF
}

// end waits for what is found, once.
func (c *Checker) end(cause error) error {
	c.over = true
	c.pipe.CloseWithError(cause)
	<-c.done
	return c.err
}

// Class is what was found. It holds when the file was read to its end.
func (c *Checker) Class() Class { return c.class }

// Close ends the classification, also of a file that nobody reads to its end.
func (c *Checker) Close() {
	if !c.over {
		_ = c.end(io.ErrClosedPipe)
	}
}
