package stack

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// folder is where a system keeps its things. Only one process at a time has it.
type folder struct {
	path    string
	passing bool // removed at the end
	lock    *os.File
}

// openFolder takes the folder, or makes one that is removed at the end. The lock in it is the kernel's, which lets go of it
// however the process ends.
func openFolder(path string) (*folder, error) {
	f := &folder{path: path, passing: path == ""}
	var err error
	if f.passing {
		f.path, err = os.MkdirTemp("", "recourse-*")
	} else {
		err = os.MkdirAll(path, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if f.path, err = filepath.Abs(f.path); err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	if f.lock, err = os.OpenFile(f.in("lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("open the lock of the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = fmt.Errorf("another process uses the data folder %s: %w", f.path, err)
		return nil, errors.Join(err, f.lock.Close())
	}
	return f, nil
}

func (f *folder) in(name string) string { return filepath.Join(f.path, name) }

// release lets go of the folder, and removes one that was only passing.
func (f *folder) release() error {
	var err error
	if f.passing {
		err = os.RemoveAll(f.path)
	}
	return errors.Join(err, f.lock.Close())
}
