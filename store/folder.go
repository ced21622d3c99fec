package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// folder keeps blobs in a folder of this machine. It reads them as any other bucket does. It writes them itself: a file is
// written once, synced, and moved to its place in one step, where a bucket would write it twice.
type folder struct {
	bucket
	root string
	led  *sync.Map            // folders of which it is known that the way to them is on the disk
	sync func(*os.File) error // writes what was opened to the disk
}

func newFolder(b bucket, root string, write func(*os.File) error) folder {
	return folder{bucket: b, root: root, led: &sync.Map{}, sync: write}
}

// What others may do with folders and files, before the process's own mask.
const (
	folderMode = 0o777
	fileMode   = 0o600
)

// Put writes the bytes beside their place first: their hash is known at their end only. What is in its place is whole, and
// stays so in a power cut; a Put that dies half-way leaves nothing that anybody could read.
func (f folder) Put(ctx context.Context, name string, from io.Reader, limit int64) (string, int64, error) {
	incoming := filepath.Join(f.root, "incoming", name)
	sum := sha256.New()
	size, err := f.receiveFile(incoming, io.TeeReader(io.LimitReader(&reader{from: from}, limit+1), sum))
	if err == nil {
		err = ctx.Err() // nobody waits for it any more
	}
	if err == nil && size > limit {
		err = ErrTooLarge
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	if err == nil {
		err = storage(f.settle(incoming, filepath.FromSlash(blobPlace(hash))))
	}
	if err != nil {
		return "", 0, fmt.Errorf("receive file: %w", errors.Join(err, forget(incoming)))
	}
	return hash, size, nil
}

// receiveFile writes what comes, to the disk. What the sender does wrong is the sender's error; the rest is the storage's.
func (f folder) receiveFile(path string, from io.Reader) (int64, error) {
	const once = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	file, err := os.OpenFile(path, once, fileMode)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(path), folderMode); err == nil {
			file, err = os.OpenFile(path, once, fileMode)
		}
	}
	if err != nil {
		return 0, storage(err)
	}
	size, err := io.Copy(file, from)
	if err == nil {
		err = f.sync(file)
	}
	err = errors.Join(err, file.Close())
	if sent, isSender := errors.AsType[*senderError](err); isSender {
		return size, sent.error
	}
	return size, storage(err)
}

// settle moves a whole file to its place, also over the same bytes, and returns when it would be found there after a power cut.
func (f folder) settle(incoming, place string) error {
	to := filepath.Join(f.root, place)
	err := os.Rename(incoming, to)
	if errors.Is(err, fs.ErrNotExist) {
		f.led.Delete(filepath.Dir(place))
		if err = os.MkdirAll(filepath.Dir(to), folderMode); err == nil {
			err = os.Rename(incoming, to)
		}
	}
	if err == nil {
		err = f.syncWay(filepath.Dir(place))
	}
	return err
}

// syncWay writes a folder to the disk, and once the folders that lead to it: another process may have made them a moment ago.
func (f folder) syncWay(dir string) error {
	if err := f.syncOne(filepath.Join(f.root, dir)); err != nil {
		return fmt.Errorf("keep %s for good: %w", dir, err)
	}
	if _, known := f.led.Load(dir); known {
		return nil
	}
	for at := dir; at != "."; {
		at = filepath.Dir(at)
		if err := f.syncOne(filepath.Join(f.root, at)); err != nil {
			return fmt.Errorf("keep %s for good: %w", dir, err)
		}
	}
	f.led.Store(dir, true)
	return nil
}

func (f folder) syncOne(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.sync(dir), dir.Close())
}

// forget removes what was received and not taken.
func forget(incoming string) error {
	if err := os.Remove(incoming); !errors.Is(err, fs.ErrNotExist) {
		return storage(err)
	}
	return nil
}
