package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/api/wire"
	"recourse/store"
)

// keepInFolder lets the files of a stage be kept in a folder, as in production, and returns it.
func (s *stage) keepInFolder() string {
	s.t.Helper()
	return s.keepIn(s.t.TempDir())
}

func (s *stage) keepIn(folder string) string {
	s.t.Helper()
	blobs, err := store.OpenBlobs(s.t.Context(), "file://"+folder+"?no_tmp_dir=true")
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, blobs.Close()) })
	s.world.folder = blobs
	return folder
}

// filesIn are all files in a folder, whole or not.
func filesIn(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// exchange sends bytes as they are over a connection of its own, hangs up its side, and returns the status of the answer.
func (s *stage) exchange(by who, path string, length int, body string, headers ...string) int {
	s.t.Helper()
	server := httptest.NewServer(s.server)
	defer server.Close()
	request := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n%s\r\n%s",
		path, s.token(by), length, strings.Join(append(headers, ""), "\r\n"), body)
	return status(s.t, server.Listener.Addr().String(), request)
}

// TestWhatIsNotTakenLeavesNothing: whatever an upload is refused for, no file of it is left, whole or half, and no item.
func TestWhatIsNotTakenLeavesNothing(t *testing.T) {
	s := newStage(t, func(c *Config) { c.MaxFile = 1 << 20 })
	folder := s.keepInFolder()
	at := "/v1/disputes/" + s.aDispute().ID
	photo := withComment()
	sum := sha256.Sum256(photo)
	var announced wire.AnnouncedUpload
	s.post(s.aBuyer(), at+"/uploads", fmt.Sprintf(`{"type":"other","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), len(photo))).
		is(http.StatusCreated).into(&announced)
	whole := beginningOf("other", "a.txt") + strings.Repeat("a", 100_000) + "\r\n--x--\r\n"
	known := len(s.world.commands)
	for name, try := range map[string]func(){
		"limit and one": func() {
			s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}}, strings.NewReader(strings.Repeat("a", 1<<20+1)), "").refused(codeTooLarge)
		},
		"far above the limit": func() {
			s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}}, strings.NewReader(strings.Repeat("a", 3<<20)), "").refused(codeTooLarge)
		},
		"nothing": func() {
			s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}}, strings.NewReader(""), "").refused(codeEvidenceRejected)
		},
		"something else at its end": func() {
			s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}}, strings.NewReader(string(jpeg)+"<script>"), "").refused(codeEvidenceRejected)
		},
		"another hash than announced": func() {
			other := bytes.Replace(photo, []byte("at home"), []byte("at work"), 1) // as long, and as good a photograph
			s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}, {"upload", announced.ID}}, bytes.NewReader(other), "").refused(codeEvidenceRejected)
		},
		"a length above the body's": func() {
			require.Equal(t, http.StatusBadRequest, s.exchange(s.aBuyer(), at+"/evidence", len(whole)+500, whole[:len(whole)-9]))
		},
		"a length below the body's": func() {
			require.Equal(t, http.StatusBadRequest, s.exchange(s.aBuyer(), at+"/evidence", len(whole)-500, whole))
		},
		"a body that is cut off": func() {
			require.Equal(t, http.StatusBadRequest, s.exchange(s.aBuyer(), at+"/evidence", len(whole), whole[:len(whole)/2]))
		},
		"a length above every limit": func() {
			require.Equal(t, http.StatusRequestEntityTooLarge, s.exchange(s.aBuyer(), at+"/evidence", 1<<40, whole))
		},
	} {
		t.Run(name, func(t *testing.T) {
			try()
			require.Empty(t, filesIn(t, folder))
			require.Empty(t, s.world.files)
			require.Len(t, s.world.commands, known, "no case has heard of it")
		})
	}
	s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}, {"upload", announced.ID}}, bytes.NewReader(photo), "").is(http.StatusCreated)
	s.upload(s.aBuyer(), at+"/evidence", []field{{"type", "other"}}, strings.NewReader(strings.Repeat("a", 1<<20)), "").is(http.StatusCreated)
	require.Len(t, filesIn(t, folder), 2, "what is right is taken")
}

// TestAnUploadThatBreaksOffAtHalfIsOneItemWhenItIsRepeated: the key, or the announcement, makes it the same one.
func TestAnUploadThatBreaksOffAtHalfIsOneItemWhenItIsRepeated(t *testing.T) {
	s := newStage(t)
	folder := s.keepInFolder()
	at := "/v1/disputes/" + s.aDispute().ID + "/evidence"
	photo := withComment()
	body := beginningOf("photo_of_item", "a.jpg") + string(photo) + "\r\n--x--\r\n"
	half := func() { // the connection breaks, without a word
		server := httptest.NewServer(s.server)
		defer server.Close()
		connection, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s",
			at, s.token(s.aBuyer()), len(body), body[:len(body)/2])
		require.NoError(t, err)
		require.NoError(t, connection.(*net.TCPConn).SetLinger(0))
		require.NoError(t, connection.Close())
	}
	half()
	require.Empty(t, filesIn(t, folder))
	kind := []field{{"type", "photo_of_item"}}
	var first, again wire.Evidence
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(photo), "", "Idempotency-Key", "k").is(http.StatusCreated).into(&first)
	half()
	s.upload(s.aBuyer(), at, kind, bytes.NewReader(photo), "", "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, first.ID, again.ID)
	require.Len(t, filesIn(t, folder), 1)
	var seen wire.Dispute
	s.get(s.aBuyer(), strings.TrimSuffix(at, "/evidence")).is(http.StatusOK).into(&seen)
	require.Len(t, seen.Evidence, 1)
}

// lines are a text of so many bytes that nobody holds.
type lines struct{ left int64 }

// Read gives the next of it.
func (l *lines) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), l.left))
	for i := range n {
		p[i] = "It was light.\n"[i%14]
	}
	l.left -= int64(n)
	return n, nil
}

// TestALargeUploadNeedsLittleMemory counts all that was ever asked for on both sides of the connection, which is more than was
// held at any time. What the process needs, make bench measures (B5).
func TestALargeUploadNeedsLittleMemory(t *testing.T) {
	s := newStage(t)
	folder := s.keepInFolder()
	d := s.aDispute().ID
	server := httptest.NewServer(s.server)
	defer server.Close()
	c, err := client.New(server.URL, client.Bearer(s.token(s.aBuyer())))
	require.NoError(t, err)
	send := func(size int64) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := client.Result[client.Evidence](c.Upload(t.Context(), d, client.Upload{Type: client.EvidenceTypeOther, Name: "a.txt", Content: &lines{size}}))
		require.NoError(t, err)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	send(1)
	small, large := send(1<<10), send(25<<20)
	t.Logf("allocated in all: %d kB for 1 kB, %d kB for 25 MB", small>>10, large>>10)
	require.Less(t, large, small+8<<20)
	require.Len(t, filesIn(t, folder), 3)
}
