package bundle_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
)

// packedAnew is a bundle with the same parts, in a zip whose entries were changed.
func packedAnew(t *testing.T, whole []byte, change func(i int, h *zip.FileHeader)) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	require.NoError(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for i, f := range from.File {
		h := zip.FileHeader{Name: f.Name, Method: f.Method, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		change(i, &h)
		w, err := to.CreateHeader(&h)
		require.NoError(t, err)
		r, err := f.Open()
		require.NoError(t, err)
		_, err = io.Copy(w, r)
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	return out.Bytes()
}

func TestTheZipSaysNothingThatIsNotSigned(t *testing.T) {
	_, _, whole := decidedCase(t, casefile.Buyer)
	same := func(int, *zip.FileHeader) {}
	require.NoError(t, verify(t, packedAnew(t, whole, same)), "packed anew as it was, it is the same")
	second := func(change func(h *zip.FileHeader)) func(int, *zip.FileHeader) {
		return func(i int, h *zip.FileHeader) {
			if i == 2 {
				change(h)
			}
		}
	}
	flip := func(at func(text []byte) int, bit byte) []byte {
		text := bytes.Clone(whole)
		text[at(text)] ^= bit
		return text
	}
	local := func(offset int) func([]byte) int {
		return func(text []byte) int { return bytes.Index(text[1:], []byte("PK\x03\x04")) + 1 + offset }
	}
	for name, text := range map[string][]byte{
		"a link to somewhere":       packedAnew(t, whole, second(func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) })),
		"a program":                 packedAnew(t, whole, second(func(h *zip.FileHeader) { h.SetMode(0o755) })),
		"another name for some":     packedAnew(t, whole, second(func(h *zip.FileHeader) { h.Extra = binary.LittleEndian.AppendUint32(nil, 0x00007075) })),
		"a remark":                  packedAnew(t, whole, second(func(h *zip.FileHeader) { h.Comment = "Overturned since." })),
		"another date":              packedAnew(t, whole, second(func(h *zip.FileHeader) { h.Modified = h.Modified.AddDate(1, 0, 0) })),
		"another name on the way":   flip(local(30), 0x20),
		"another method on the way": flip(local(8), 8),
		"a size on the way":         flip(local(18), 1),
		"a date on the way":         flip(local(12), 1),
		"a disk that there is not":  flip(func(text []byte) int { return bytes.Index(text, []byte("PK\x01\x02")) + 34 }, 1),
		"another count at its end":  flip(func(text []byte) int { return len(text) - 22 + 8 }, 1),
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, verify(t, text), "the zip")
		})
	}
}

// A reader that goes through a zip from its beginning sees entries that its directory does not name.
func TestAPartThatTheDirectoryDoesNotNameIsFound(t *testing.T) {
	_, _, whole := decidedCase(t, casefile.Buyer)
	var hidden bytes.Buffer
	z := zip.NewWriter(&hidden)
	w, err := z.Create("decisions.jsonl")
	require.NoError(t, err)
	_, err = w.Write([]byte(`{"outcome":"decided_for_seller"}`))
	require.NoError(t, err)
	require.NoError(t, z.Flush())
	at := bytes.Index(whole[1:], []byte("PK\x03\x04")) + 1 // before the second entry
	text := append(append(bytes.Clone(whole[:at]), hidden.Bytes()...), whole[at:]...)
	shift := uint32(hidden.Len())
	end := text[len(text)-22:]
	directory := binary.LittleEndian.Uint32(end[16:]) + shift
	binary.LittleEndian.PutUint32(end[16:], directory)
	for entry := text[directory:]; bytes.HasPrefix(entry, []byte("PK\x01\x02")); {
		if offset := binary.LittleEndian.Uint32(entry[42:]); offset > 0 {
			binary.LittleEndian.PutUint32(entry[42:], offset+shift)
		}
		entry = entry[46+int(binary.LittleEndian.Uint16(entry[28:]))+int(binary.LittleEndian.Uint16(entry[30:]))+int(binary.LittleEndian.Uint16(entry[32:])):]
	}
	require.ErrorContains(t, verify(t, text), "the zip")
}

// TestNoBitOfAPartIsWithoutMeaning: not one of those either that a packed part would have filled its last bytes with.
func TestNoBitOfAPartIsWithoutMeaning(t *testing.T) {
	_, _, whole := decidedCase(t, casefile.Buyer)
	archive, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	require.NoError(t, err)
	for _, f := range archive.File {
		begins, err := f.DataOffset()
		require.NoError(t, err)
		end := begins + int64(f.CompressedSize64)
		for at := max(begins, end-6); at < end; at++ {
			changed := bytes.Clone(whole)
			changed[at] ^= 0x80
			r, err := bundle.Open(bytes.NewReader(changed), int64(len(changed)))
			if err == nil {
				_, err = bundle.Verify(r, published())
			}
			require.Error(t, err, "%s, %d before its end", f.Name, end-at)
		}
	}
}
