package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://…
	_ "gocloud.dev/blob/fileblob"  // file:///…, the default
	_ "gocloud.dev/blob/gcsblob"   // gs://…
	_ "gocloud.dev/blob/memblob"   // mem://, for tests
	_ "gocloud.dev/blob/s3blob"    // s3://…
	"gocloud.dev/gcerrors"
)

// Blobs keeps bytes under their SHA-256, once however often they come.
type Blobs interface {
	// Put reads to the end, at most limit bytes, and says under which hash the bytes are. More is ErrTooLarge.
	Put(ctx context.Context, name string, from io.Reader, limit int64) (hash string, size int64, err error)
	// Open reads what Put stored.
	Open(ctx context.Context, hash string) (io.ReadCloser, error)
	Close() error
}

// What can go wrong with a file: it is larger than the limit, or the storage has no room or does not answer.
var (
	ErrTooLarge    = errors.New("too large")
	ErrStorageFull = errors.New("the file storage is full")
	ErrStorage     = errors.New("the file storage does not answer")
)

// bucket keeps blobs in anything that gocloud.dev knows.
type bucket struct{ *blob.Bucket }

// OpenBlobs opens a blob store by its URL: "file:///var/lib/recourse/files?create_dir=true&no_tmp_dir=true", "mem://", or the
// bucket of a cloud: "s3://evidence?region=eu-central-1", "gs://evidence", "azblob://evidence".
func OpenBlobs(ctx context.Context, address string) (Blobs, error) {
	if u, err := url.Parse(address); err == nil && u.Scheme == "file" {
		return OpenFolder(ctx, u, (*os.File).Sync)
	}
	b, err := blob.OpenBucket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("open blob store: %w", err)
	}
	return bucket{b}, nil
}

// OpenFolder opens a blob store in a folder of this machine by its URL. It is sync that writes a file or a folder to the disk.
func OpenFolder(ctx context.Context, address *url.URL, sync func(*os.File) error) (Blobs, error) {
	b, err := blob.OpenBucket(ctx, address.String())
	if err != nil {
		return nil, fmt.Errorf("open blob store: %w", err)
	}
	return newFolder(bucket{b}, filepath.FromSlash(address.Path), sync), nil
}

// blobPlace is where bytes lie: in folders of the first digits, so that none becomes too full.
func blobPlace(hash string) string { return "sha256/" + hash[:2] + "/" + hash }

// Put writes the bytes beside their place first: their hash is known at their end only. A Put that dies half-way leaves
// nothing that anybody could read.
func (b bucket) Put(ctx context.Context, name string, from io.Reader, limit int64) (string, int64, error) {
	incoming := "incoming/" + name
	sum := sha256.New()
	size, err := b.receive(ctx, incoming, io.TeeReader(io.LimitReader(&reader{from: from}, limit+1), sum))
	if err != nil {
		return "", 0, fmt.Errorf("receive file: %w", err)
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	if size > limit {
		err = ErrTooLarge
	} else {
		err = b.settle(ctx, incoming, blobPlace(hash))
	}
	return hash, size, errors.Join(err, storage(b.Delete(ctx, incoming)))
}

// receive writes what comes. What the sender does wrong is the sender's error; the rest is the storage's.
func (b bucket) receive(ctx context.Context, key string, from io.Reader) (int64, error) {
	writing, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := b.NewWriter(writing, key, nil)
	if err != nil {
		return 0, storage(err)
	}
	size, err := io.Copy(w, from)
	if err == nil {
		return size, storage(w.Close())
	}
	cancel() // so that Close throws away what was written
	closed := w.Close()
	if sent, isSender := errors.AsType[*senderError](err); isSender {
		return 0, sent.error
	}
	return 0, errors.Join(storage(err), ignoreCanceled(closed))
}

// reader reads what a sender sends and marks its failures as the sender's.
type reader struct{ from io.Reader }

// senderError is a failure to read, and not to write.
type senderError struct{ error }

// Unwrap is what has failed.
func (e *senderError) Unwrap() error { return e.error }

// Read reads on.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &senderError{err}
	}
	return n, err
}

// settle puts received bytes in their place. A bucket answers when it has them for good.
func (b bucket) settle(ctx context.Context, from, to string) error {
	there, err := b.Exists(ctx, to)
	if err == nil && !there {
		err = b.Copy(ctx, to, from, nil)
	}
	return storage(err)
}

// Open reads the bytes with the hash.
func (b bucket) Open(ctx context.Context, hash string) (io.ReadCloser, error) {
	if len(hash) != 2*sha256.Size {
		return nil, ErrNotFound
	}
	r, err := b.NewReader(ctx, blobPlace(hash), nil)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", storage(err))
	}
	return r, nil
}

// storage gives a blob store's error the name by which callers decide.
func storage(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case gcerrors.Code(err) == gcerrors.NotFound:
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", ErrStorageFull, err)
	}
	return fmt.Errorf("%w: %w", ErrStorage, err)
}

func ignoreCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
