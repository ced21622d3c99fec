package store

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// inFolder opens blobs in a folder of the test's own.
func inFolder(t *testing.T) (folder, string) {
	t.Helper()
	root := t.TempDir()
	blobs, err := OpenBlobs(t.Context(), "file://"+root+"?no_tmp_dir=true")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	f, ok := blobs.(folder)
	require.True(t, ok)
	return f, root
}

// filesIn are all files in a folder, by their paths in it.
func filesIn(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			name, _ := filepath.Rel(root, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	}))
	return found
}

func TestAFileInAFolderIsOneFileAndNothingBesideIt(t *testing.T) {
	t.Parallel()
	blobs, root := inFolder(t)
	hash, size, err := blobs.Put(t.Context(), "fil_1", bytes.NewReader([]byte("a lamp")), 100)
	require.NoError(t, err)
	require.EqualValues(t, 6, size)
	require.Equal(t, []string{blobPlace(hash)}, filesIn(t, root))
}

// TestTheSameBytesHealWhatADiskHasLost: who sends them again has them again, whatever became of them meanwhile.
func TestTheSameBytesHealWhatADiskHasLost(t *testing.T) {
	t.Parallel()
	blobs, root := inFolder(t)
	put := func(name string) string {
		hash, _, err := blobs.Put(t.Context(), name, bytes.NewReader([]byte("a lamp")), 100)
		require.NoError(t, err)
		return hash
	}
	hash := put("fil_1")
	read := func() string {
		content, err := blobs.Open(t.Context(), hash)
		require.NoError(t, err)
		read, err := io.ReadAll(content)
		require.NoError(t, err)
		require.NoError(t, content.Close())
		return string(read)
	}
	require.NoError(t, os.Truncate(filepath.Join(root, blobPlace(hash)), 2))
	require.Equal(t, hash, put("fil_2"))
	require.Equal(t, "a lamp", read())
	require.NoError(t, os.RemoveAll(filepath.Join(root, "sha256")))
	require.Equal(t, hash, put("fil_3"))
	require.Equal(t, "a lamp", read(), "also when its folder was gone")
	require.Equal(t, []string{blobPlace(hash)}, filesIn(t, root))
}

// gone is somebody who has sent everything, and waits for nothing.
type gone struct{ end context.CancelFunc }

// Read is the end.
func (g gone) Read([]byte) (int, error) {
	g.end()
	return 0, io.EOF
}

func TestARequestThatEndsLeavesNothingInTheFolder(t *testing.T) {
	t.Parallel()
	blobs, root := inFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, _, err := blobs.Put(ctx, "fil_1", io.MultiReader(bytes.NewReader(make([]byte, 100_000)), gone{end: cancel}), 10<<20)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, ErrStorage, "it is not the storage that failed")
	require.Empty(t, filesIn(t, root))
}

// TestAFolderThatCannotBeWrittenIsTheStoragesFault: a sender can do nothing about it.
func TestAFolderThatCannotBeWrittenIsTheStoragesFault(t *testing.T) {
	t.Parallel()
	blobs, root := inFolder(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "incoming"), nil, 0o600))
	_, _, err := blobs.Put(t.Context(), "fil_1", bytes.NewReader([]byte("a lamp")), 100)
	require.ErrorIs(t, err, ErrStorage)
	require.NoError(t, os.Remove(filepath.Join(root, "incoming")))
	require.NoError(t, os.WriteFile(filepath.Join(root, "sha256"), nil, 0o600))
	_, _, err = blobs.Put(t.Context(), "fil_2", bytes.NewReader([]byte("a lamp")), 100)
	require.ErrorIs(t, err, ErrStorage)
	require.Equal(t, []string{"sha256"}, filesIn(t, root), "nothing of it is left")
}
