package bundle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"recourse/domain/casefile"
)

// rows reads a part of one JSON document a line, one after the other. At its end the part must have been what the manifest says.
func rows[T any](r *Reader, path string, each func(n int, row T) error) error {
	n := 0
	return r.stream(path, func(from io.Reader) error {
		lines := bufio.NewScanner(from)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			n++
			var row T
			if err := strict(lines.Bytes(), &row); err != nil {
				return fault(path, "row %d cannot be read: %v", n, err)
			}
			if err := each(n, row); err != nil {
				return err
			}
		}
		if errors.Is(lines.Err(), bufio.ErrTooLong) {
			return fault(path, "row %d has more than %d bytes", n+1, maxLine)
		}
		return lines.Err()
	})
}

// one reads a part that is one document.
func one[T any](r *Reader, path string) (T, error) {
	var v T
	found := false
	err := rows(r, path, func(n int, row T) error {
		if n > 1 {
			return fault(path, "it has more than one row")
		}
		v, found = row, true
		return nil
	})
	if err == nil && !found {
		err = fault(path, "it is empty")
	}
	return v, err
}

// content reads a whole part.
func (r *Reader) content(path string, most int64) ([]byte, error) {
	if p := r.sizes[path]; p.Size > most {
		return nil, fault(path, "it has %d bytes, and at most %d are taken", p.Size, most)
	}
	var all bytes.Buffer
	err := r.stream(path, func(from io.Reader) error {
		_, err := all.ReadFrom(from)
		return err
	})
	return all.Bytes(), err
}

// stream unpacks a part for f and then sees whether all of it was what the manifest says. What is wrong with the part itself is
// told before what f made of it: bytes that are not the signed ones can say anything.
func (r *Reader) stream(path string, f func(io.Reader) error) error {
	part, listed := r.sizes[path]
	file := r.parts[path]
	switch {
	case !listed:
		return fault(path, "the manifest does not name it")
	case file == nil:
		return fault(path, "it is missing")
	case part.Size < 0 || file.UncompressedSize64 != uint64(part.Size):
		return fault(path, "it has %d bytes, and the manifest says %d", file.UncompressedSize64, part.Size)
	}
	from, err := file.Open()
	if err != nil {
		return fault(path, "it cannot be unpacked: %v", err)
	}
	sum := sha256.New()
	n := int64(0)
	tee := io.TeeReader(io.LimitReader(from, part.Size+1), sum)
	counted := readerFunc(func(p []byte) (int, error) {
		k, err := tee.Read(p)
		n += int64(k)
		return k, err
	})
	told := f(counted)
	_, rest := io.Copy(io.Discard, counted)
	err = errors.Join(rest, from.Close())
	switch {
	case err != nil && !damaged(err):
		return fmt.Errorf("read %s: %w", path, err)
	case err != nil || n != part.Size || casefile.Hash(sum.Sum(nil)) != part.SHA256:
		return fault(path, "its bytes are not those that were signed")
	}
	return told
}

// damaged says that it is the bundle that is wrong, and not the disk or the network that it is read from.
func damaged(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat)
}

type readerFunc func([]byte) (int, error)

// Read reads.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
