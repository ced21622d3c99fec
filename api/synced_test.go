package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/store"
)

// disk is where a stage keeps its files: what is written for good, in its order, and what goes wrong then.
type disk struct {
	root   string
	synced []string
	fails  map[string]error // by path in the folder
	look   func(path string)
}

func (d *disk) sync(f *os.File) error {
	path, err := filepath.Rel(d.root, f.Name())
	if err != nil {
		return err
	}
	if d.look != nil {
		d.look(filepath.ToSlash(path))
	}
	if filepath.Dir(path) == "incoming" {
		path = "incoming" // the name in it is the file's, which nobody knows before
	}
	path = filepath.ToSlash(path)
	if err := d.fails[path]; err != nil {
		return err
	}
	d.synced = append(d.synced, path)
	return f.Sync()
}

// keepOn lets the files of a stage be kept in a folder whose disk is watched.
func (s *stage) keepOn(d *disk) {
	s.t.Helper()
	d.root = s.t.TempDir()
	blobs, err := store.OpenFolder(s.t.Context(), &url.URL{Scheme: "file", Path: d.root, RawQuery: "no_tmp_dir=true"}, d.sync)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, blobs.Close()) })
	s.world.folder = blobs
}

// TestAFileIsOnTheDiskBeforeItsUploadIsAnswered: all of its bytes are written for good while nobody has heard of them, then the folder
// that has it in its place, and, where it is new, the way to that folder.
func TestAFileIsOnTheDiskBeforeItsUploadIsAnswered(t *testing.T) {
	s := newStage(t)
	d := &disk{}
	s.keepOn(d)
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	known := len(s.world.commands)
	sizes := map[string]int64{}
	d.look = func(path string) {
		defer s.world.lock()()
		require.Len(t, s.world.commands, known, "no case has heard of it while %s is written", path)
		require.Empty(t, s.world.files)
		for _, file := range filesIn(t, d.root) {
			info, err := os.Stat(file)
			require.NoError(t, err)
			sizes[path] += info.Size()
		}
	}
	var item wire.Evidence
	send := func() {
		s.upload(s.aBuyer(), at, []field{{"type", "photo_of_item"}}, bytes.NewReader(jpeg), "").is(http.StatusCreated).into(&item)
	}
	send()
	place := "sha256/" + item.File.Sha256[:2]
	require.Equal(t, []string{"incoming", place, "sha256", "."}, d.synced)
	for path, size := range sizes {
		require.EqualValues(t, len(jpeg), size, "all of it is there when %s is written", path)
	}
	d.synced, d.look = nil, nil
	send()
	require.Equal(t, []string{"incoming", place}, d.synced, "the way to the folder is known to be there")
}

// TestADiskThatDoesNotTakeAFileForGoodIsToldAsSuch: at whichever of its steps.
func TestADiskThatDoesNotTakeAFileForGoodIsToldAsSuch(t *testing.T) {
	for _, step := range []string{"incoming", "place", "sha256", "."} {
		for cause, code := range map[error]wire.ProblemCode{syscall.EIO: codeStorageUnavailable, syscall.ENOSPC: codeStorageFull} {
			t.Run(step+"/"+cause.Error(), func(t *testing.T) {
				s := newStage(t)
				d := &disk{}
				s.keepOn(d)
				at := "/v1/disputes/" + s.aDispute().ID
				send := func() answer {
					return s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "photo_of_item"}}, bytes.NewReader(jpeg), "", "Idempotency-Key", "k")
				}
				failing := step
				if step == "place" {
					failing = "sha256/" + hashed(jpeg)[:2]
				}
				d.fails = map[string]error{failing: &os.PathError{Op: "sync", Path: canary, Err: cause}}
				known := len(s.world.commands)
				for range 2 {
					a := send().refused(code)
					require.NotContains(t, string(a.body), canary)
				}
				require.Len(t, s.world.commands, known, "no case has heard of it")
				require.Empty(t, s.world.files)
				for _, file := range filesIn(t, d.root) {
					content, err := os.ReadFile(file)
					require.NoError(t, err)
					require.NotEqual(t, "incoming", filepath.Base(filepath.Dir(file)))
					require.True(t, bytes.Equal(jpeg, content), "what is in its place is whole, and nobody was told of it")
				}
				d.fails, d.synced = nil, nil
				send().is(http.StatusCreated)
				require.Contains(t, d.synced, failing, "it is written for good before it is taken, also when it was there")
				require.Len(t, filesIn(t, d.root), 1)
			})
		}
	}
}

func hashed(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
