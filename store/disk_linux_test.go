package store

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAFullDiskKeepsNoHalfFile: what does not fit leaves nothing, and what fits afterwards is taken.
func TestAFullDiskKeepsNoHalfFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("not run: a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
	blobs, err := OpenBlobs(t.Context(), "file://"+folder+"?no_tmp_dir=true&metadata=skip")
	require.NoError(t, err)
	f := open(t, "sqlite::memory:", func(o *Options) { o.Blobs = blobs })
	save := func(length int) error {
		content := make([]byte, length)
		_, err := rand.Read(content)
		require.NoError(t, err)
		_, err = f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), Limit: 10 << 20, Type: jpegs}, bytes.NewReader(content), Once{})
		return err
	}
	require.NoError(t, save(100<<10))
	require.ErrorIs(t, save(2<<20), ErrStorageFull)
	var kept []string
	require.NoError(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			kept = append(kept, path)
		}
		return err
	}))
	require.Len(t, kept, 1, "only what was taken")
	require.NoError(t, save(600<<10), "a file needs its room once")
	require.ErrorIs(t, save(600<<10), ErrStorageFull)
	require.NoError(t, save(100<<10), "later uploads work")
	require.NoError(t, blobs.Close())
}
