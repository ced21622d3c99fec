package postgrestest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const folderPattern = "recourse-postgres-*"

// folder holds a cluster. The test process keeps a lock in it, which the kernel lets go however the process ends: a
// folder whose lock is free was abandoned, and the next Start removes it.
type folder struct {
	path string
	lock *os.File
}

func newFolder(in installation) (*folder, error) {
	path, err := os.MkdirTemp(temporary(in), folderPattern)
	if err != nil {
		return nil, err
	}
	// The lock belongs to us alone: the server's user has no business with it.
	lock, err := tryLock(filepath.Join(path, "lock"), os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	f := &folder{path: path, lock: lock}
	if err := in.give(path); err != nil {
		return nil, fmt.Errorf("give %s to the server's user: %w", path, err)
	}
	return f, nil
}

func (f *folder) data() string { return filepath.Join(f.path, "data") }

// remove deletes the folder before the lock is let go, so that nobody else tries to.
func (f *folder) remove() error {
	err := os.RemoveAll(f.path)
	_ = f.lock.Close() // a second remove closes it a second time, which is harmless
	return err
}

// removeAbandoned deletes the folders of test processes that were killed. It is a courtesy: what it cannot delete
// (another user's, or one whose server is still going down) stays for the next time.
func removeAbandoned(in installation) {
	paths, err := filepath.Glob(filepath.Join(temporary(in), folderPattern))
	if err != nil {
		return
	}
	for _, path := range paths {
		lock, err := tryLock(filepath.Join(path, "lock"), os.O_RDWR)
		if err != nil {
			continue
		}
		_ = (&folder{path: path, lock: lock}).remove()
	}
}

// tryLock opens a file and locks it, or fails at once if somebody else has the lock.
func tryLock(path string, flag int) (*os.File, error) {
	file, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// temporary is the folder for folders. A TMPDIR that the server's user cannot enter (root's home, say) is no use.
func temporary(in installation) string {
	dir := os.TempDir()
	if in.runAs == nil {
		return dir
	}
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil || info.Mode()&0o001 == 0 {
			return "/tmp"
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b)
}
