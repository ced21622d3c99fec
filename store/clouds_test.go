package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/store"
)

// shelf is as much of S3 as keeping files needs: it remembers objects.
type shelf struct {
	sync.Mutex
	objects map[string][]byte
	full    bool
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	object, there := s.objects[r.URL.Path]
	switch r.Method {
	case http.MethodPut:
		content, err := io.ReadAll(r.Body)
		if from := r.Header.Get("x-amz-copy-source"); from != "" {
			from, err = url.PathUnescape(from)
			content = s.objects["/"+strings.TrimPrefix(from, "/")]
		}
		if err != nil || s.full {
			http.Error(w, "<Error><Code>QuotaExceeded</Code></Error>", http.StatusForbidden)
			return
		}
		s.objects[r.URL.Path] = content
		fmt.Fprint(w, `<CopyObjectResult><ETag>"x"</ETag></CopyObjectResult>`)
	case http.MethodGet, http.MethodHead:
		if !there {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, "<Error><Code>NoSuchKey</Code></Error>")
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(object)))
		w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 09:00:00 GMT")
		_, _ = w.Write(object)
	case http.MethodDelete:
		delete(s.objects, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	}
}

func TestFilesAreKeptInABucketOfACloud(t *testing.T) {
	kept := &shelf{objects: map[string][]byte{}}
	server := httptest.NewServer(kept)
	defer server.Close()
	blobs, err := store.OpenBlobs(t.Context(), "s3://evidence?region=eu-central-1&anonymous=true&use_path_style=true&endpoint="+url.QueryEscape(server.URL))
	require.NoError(t, err)
	defer func() { require.NoError(t, blobs.Close()) }()

	photo := bytes.Repeat([]byte("a cracked lamp "), 1000)
	sum := sha256.Sum256(photo)
	for range 2 {
		hash, size, err := blobs.Put(t.Context(), "fil_1", bytes.NewReader(photo), int64(len(photo)))
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(sum[:]), hash)
		require.EqualValues(t, len(photo), size)
	}
	require.Len(t, kept.objects, 1, "stored once by its content, and nothing is left of its way there")
	from, err := blobs.Open(t.Context(), hex.EncodeToString(sum[:]))
	require.NoError(t, err)
	read, err := io.ReadAll(from)
	require.NoError(t, err)
	require.NoError(t, from.Close())
	require.Equal(t, photo, read)

	_, _, err = blobs.Put(t.Context(), "fil_2", strings.NewReader("more than that"), 4)
	require.ErrorIs(t, err, store.ErrTooLarge)
	_, err = blobs.Open(t.Context(), strings.Repeat("0", 64))
	require.ErrorIs(t, err, store.ErrNotFound)
	kept.full = true
	_, _, err = blobs.Put(t.Context(), "fil_3", strings.NewReader("another"), 100)
	require.ErrorIs(t, err, store.ErrStorage)
	require.Len(t, kept.objects, 1)
}

func TestEachCloudIsNamedByItsURL(t *testing.T) {
	t.Setenv("AZURE_STORAGE_ACCOUNT", "recourse")
	t.Setenv("AZURE_STORAGE_KEY", "c2VjcmV0")
	for _, address := range []string{"gs://evidence?anonymous=true", "azblob://evidence", "s3://evidence?region=eu-central-1&anonymous=true"} {
		blobs, err := store.OpenBlobs(t.Context(), address)
		require.NoError(t, err, address)
		require.NoError(t, blobs.Close())
	}
	_, err := store.OpenBlobs(t.Context(), "ftp://evidence")
	require.ErrorContains(t, err, "ftp")
}
