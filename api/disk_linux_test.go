package api

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// photoOf is a photograph of about so many bytes, of which no two are the same.
func photoOf(t *testing.T, size int) []byte {
	t.Helper()
	photo := bytes.Clone(jpeg[:2])
	for len(photo)+len(jpeg) < size {
		comment := make([]byte, 50_000)
		_, err := rand.Read(comment)
		require.NoError(t, err)
		for i := range comment {
			comment[i] = 'a' + comment[i]%26
		}
		copy(comment, "\xff\xfe\xc3\x4e") // 50,000 less the marker
		photo = append(photo, comment...)
	}
	return append(photo, jpeg[2:]...)
}

// TestADiskThatIsFullIsToldAndKeepsNoHalfFile: 507, nothing of the file is left, and what fits is taken afterwards.
func TestADiskThatIsFullIsToldAndKeepsNoHalfFile(t *testing.T) {
	s := newStage(t)
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("not run: a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
	s.keepIn(folder)
	d := s.aDispute().ID
	at := "/v1/disputes/" + d + "/evidence"
	kind := []field{{"type", "photo_of_item"}}
	large := photoOf(t, 2<<20)
	for range 3 {
		a := s.upload(s.aBuyer(), at, kind, bytes.NewReader(large), "image/jpeg", "Idempotency-Key", "large").refused(codeStorageFull)
		require.Equal(t, http.StatusInsufficientStorage, a.status)
		require.Empty(t, filesIn(t, folder))
	}
	for range 3 {
		s.upload(s.aBuyer(), at, kind, bytes.NewReader(photoOf(t, 200_000)), "image/jpeg").is(http.StatusCreated)
	}
	require.Len(t, filesIn(t, folder), 3)
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(photoOf(t, 600_000)), "image/jpeg").refused(codeStorageFull)
	require.Len(t, filesIn(t, folder), 3, "those before are whole")
	require.Len(t, s.world.files, 3)
	require.NoError(t, syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT, "size=8m"))
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(large), "image/jpeg", "Idempotency-Key", "large").is(http.StatusCreated)
	require.Len(t, filesIn(t, folder), 4, "once there is room")
}
