package store

import (
	"bytes"
	"crypto/rand"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsMadeOfAFileIsKeptOnceAndFoundByItsUse(t *testing.T) {
	t.Parallel()
	blobs, err := OpenBlobs(t.Context(), "mem://")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	eachDatabase(t, func(f *fixture) {
		file, err := f.SaveFile(f.ctx, NewFile{ID: fresh("fil"), By: "acc_buyer", Limit: 100, Type: jpegs}, bytes.NewReader([]byte("a photo")), Once{})
		require.NoError(f.t, err)
		_, _, err = f.OpenRendition(f.ctx, file.ID, Shown)
		require.ErrorIs(f.t, err, ErrNotFound)
		shown := NewRendition{Rendition{Use: Shown, Type: "image/jpeg", Width: 40, Height: 20}, []byte("what is shown")}
		small := NewRendition{Rendition{Use: Thumbnail, Type: "image/jpeg", Width: 4, Height: 2}, []byte("small")}
		for range 2 {
			require.NoError(f.t, f.KeepRenditions(f.ctx, file.ID, shown, small))
		}
		list, err := f.Renditions(f.ctx, file.ID)
		require.NoError(f.t, err)
		require.Len(f.t, list, 2)
		got, content, err := f.OpenRendition(f.ctx, file.ID, Thumbnail)
		require.NoError(f.t, err)
		read, err := io.ReadAll(content)
		require.NoError(f.t, err)
		require.NoError(f.t, content.Close())
		require.Equal(f.t, "small", string(read))
		require.Equal(f.t, [2]int{4, 2}, [2]int{got.Width, got.Height})
		require.Equal(f.t, int64(5), got.Size)
		require.ErrorIs(f.t, f.KeepRenditions(f.ctx, "fil_none", shown), ErrNotFound)
	}, func(o *Options) { o.Blobs = blobs })
}

func TestALargeFileIsStoredInBoundedMemory(t *testing.T) {
	blobs, err := OpenBlobs(t.Context(), "file://"+t.TempDir()+"?no_tmp_dir=true&metadata=skip")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, size, err := blobs.Put(t.Context(), "fil_large", io.LimitReader(rand.Reader, 25<<20), 25<<20)
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	require.Equal(t, int64(25<<20), size)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), "all that was ever asked for, of 25 MB")
}
