package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"recourse/domain/casefile"
)

// pack writes the parts of a bundle one after the other and takes their hashes on the way. It holds none of them in memory.
type pack struct {
	out   *counter
	zip   *zip.Writer
	parts []Part
}

func newPack(to io.Writer) *pack {
	out := &counter{to: to}
	return &pack{out: out, zip: zip.NewWriter(out)}
}

// ErrTooLarge is the error of a bundle that would be larger than one may be.
var ErrTooLarge = errors.New("the bundle would be larger than a bundle may be")

// counter refuses to write more than a reader would take.
type counter struct {
	to io.Writer
	n  int64
}

// Write passes on.
func (c *counter) Write(p []byte) (int, error) {
	if c.n += int64(len(p)); c.n > maxBundle {
		return 0, ErrTooLarge
	}
	return c.to.Write(p)
}

// epoch is the date of every part: a zip has no way to say that there is none, and unzip shows the 0th of month 0.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// add writes one part, as it is: packed, the same part could be written in many ways, and a bundle is exact
// (docs/decisions/0028). Nothing in it depends on when or where it is written.
func (p *pack) add(path string, write func(io.Writer) error) error {
	to, err := p.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store, Modified: epoch})
	if err != nil {
		return fmt.Errorf("begin %s: %w", path, err)
	}
	sum := &summer{to: to, sum: sha256.New()}
	if err := write(sum); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	p.parts = append(p.parts, Part{Path: path, Size: sum.n, SHA256: casefile.Hash(sum.sum.Sum(nil))})
	return nil
}

func (p *pack) close() error {
	if err := p.zip.Close(); err != nil {
		return fmt.Errorf("end the zip: %w", err)
	}
	return nil
}

// summer hashes what it passes on.
type summer struct {
	to  io.Writer
	sum hash.Hash
	n   int64
}

// Write passes on.
func (s *summer) Write(b []byte) (int, error) {
	n, err := s.to.Write(b)
	s.sum.Write(b[:n])
	s.n += int64(n)
	return n, err
}
