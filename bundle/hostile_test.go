package bundle_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
)

// entry is one entry of a zip that nobody wrote with good intent.
type entry struct {
	name  string
	body  []byte
	flags uint16
	size  uint64 // what it says that it unpacks to; 0: what it does
	held  uint64 // what it says that it holds; 0: what it does
	how   uint16
}

func zipOf(t testing.TB, entries ...entry) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: e.how, Flags: e.flags, CRC32: crc32.ChecksumIEEE(e.body), CompressedSize64: uint64(len(e.body)), UncompressedSize64: uint64(len(e.body))}
		if e.size > 0 {
			h.UncompressedSize64 = e.size
		}
		if e.held > 0 {
			h.CompressedSize64 = e.held
		}
		w, err := z.CreateRaw(h)
		require.NoError(t, err)
		_, err = w.Write(e.body)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

func TestWhatNobodyShouldUnpackIsRefusedWithASentence(t *testing.T) {
	_, _, whole := decidedCase(t, casefile.Buyer)
	manifest := func(text string) []byte {
		p := takeApart(t, whole)
		p.content["manifest.json"] = []byte(text)
		return p.zipped(false)
	}
	many := make([]entry, 20_001)
	for i := range many {
		many[i] = entry{name: "a" + strings.Repeat("b", i%50) + string(rune('a'+i%26)) + strings.Repeat("c", i/26%60) + strings.Repeat("d", i/1560)}
	}
	directory := func(change func(end []byte)) []byte {
		text := bytes.Clone(whole)
		change(text[len(text)-22:])
		return text
	}
	for name, c := range map[string]struct {
		text []byte
		says string
	}{
		"nothing":                   {nil, "it has 0 bytes"},
		"no zip":                    {bytes.Repeat([]byte("recourse "), 50), "does not end as a zip does"},
		"cut off":                   {whole[:len(whole)-30], "does not end as a zip does"},
		"something after it":        {append(bytes.Clone(whole), "more"...), "does not end as a zip does"},
		"something before it":       {append([]byte("#!/bin/sh\n"), whole...), "directory is not where"},
		"no manifest":               {zipOf(t, entry{name: "README.txt"}), "no manifest.json"},
		"no signature":              {zipOf(t, entry{name: "manifest.json", body: []byte(`{"format":"recourse-bundle-1"}`)}), "no manifest.sig"},
		"another form":              {manifest(`{"format":"recourse-bundle-9"}`), `its form is "recourse-bundle-9"`},
		"no case":                   {manifest(`{"format":"recourse-bundle-1"}`), "of which case"},
		"a manifest that is none":   {manifest(`[]`), "manifest.json"},
		"a manifest with more":      {manifest(`{"format":"recourse-bundle-1","extra":1}`), "unknown field"},
		"two manifests":             {manifest(`{"format":"recourse-bundle-1"}{}`), "something follows"},
		"a part named twice":        {manifest(`{"format":"recourse-bundle-1","case":"d","cases":[{"id":"d"}],"parts":[{"path":"a"},{"path":"a"}]}`), "twice"},
		"a way out":                 {zipOf(t, entry{name: "../../etc/passwd"}), "which no part has"},
		"a root":                    {zipOf(t, entry{name: "/etc/passwd"}), "which no part has"},
		"a drive":                   {zipOf(t, entry{name: `C:\windows`}), "which no part has"},
		"a backslash":               {zipOf(t, entry{name: `a\..\b`}), "which no part has"},
		"a folder":                  {zipOf(t, entry{name: "evidence/"}), "which no part has"},
		"something hidden":          {zipOf(t, entry{name: ".bashrc"}), "which no part has"},
		"a name without end":        {zipOf(t, entry{name: strings.Repeat("a", 300)}), "larger than 1 parts need"},
		"a name that is too long":   {zipOf(t, entry{name: strings.Repeat("a", 257)}, entry{name: "b"}), "which no part has"},
		"a name that is no text":    {zipOf(t, entry{name: "a\x00b"}), "which no part has"},
		"two of one name":           {zipOf(t, entry{name: "README.txt"}, entry{name: "README.txt"}), "two parts named"},
		"encrypted":                 {zipOf(t, entry{name: "README.txt", flags: 1}), "encrypted"},
		"packed in another way":     {zipOf(t, entry{name: "README.txt", how: 12}), "is packed"},
		"a bomb":                    {zipOf(t, entry{name: "README.txt", body: make([]byte, 100), size: 1 << 20, how: zip.Deflate}), "is packed"},
		"two sizes":                 {zipOf(t, entry{name: "README.txt", body: make([]byte, 100), size: 1 << 20}), "1048576 bytes, and of 100"},
		"a part that is too large":  {zipOf(t, entry{name: "README.txt", body: make([]byte, 1<<20), size: 1 << 30}), "at most"},
		"many large parts":          {zipOf(t, entry{name: "evidence/a", body: make([]byte, 4<<20), size: 4<<30 - 2, held: 4<<30 - 2}, entry{name: "evidence/b", body: make([]byte, 4<<20), size: 4<<30 - 2, held: 4<<30 - 2}), "unpacked it would have"},
		"too many parts":            {zipOf(t, many...), "20001 parts"},
		"more parts than it says":   {directory(func(end []byte) { binary.LittleEndian.PutUint16(end[10:], 1) }), "larger than 1 parts need"},
		"a directory somewhere":     {directory(func(end []byte) { binary.LittleEndian.PutUint32(end[16:], 7) }), "directory is not where"},
		"a directory that is wrong": {directory(func(end []byte) { end[8]--; end[10]-- }), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bundle.Open(bytes.NewReader(c.text), int64(len(c.text)))
			var unreadable *bundle.Unreadable
			require.ErrorAs(t, err, &unreadable)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// TestALieAboutASizeIsFound: what unpacks to more than it says is not read to its end.
func TestALieAboutASizeIsFound(t *testing.T) {
	_, d, whole := decidedCase(t, casefile.Buyer)
	p := takeApart(t, whole)
	long := strings.Repeat(`{"note":"`+strings.Repeat("x", 9<<20)+`"}`, 1)
	p.content["cases/"+d.ID+"/timeline.jsonl"] = []byte(long)
	require.ErrorContains(t, verify(t, p.zipped(true)), "row 1 has more than")
}

// FuzzOpen changes a bundle, or takes anything for one. Either it is refused, or it says what the whole one says.
func FuzzOpen(f *testing.F) {
	for _, role := range []casefile.Role{casefile.Buyer, casefile.Operator} {
		_, _, whole := decidedCase(f, role)
		f.Add(whole, 0, byte(0))
		f.Add(whole, len(whole)/2, byte(1))
		f.Add(whole, len(whole)-10, byte(0x80))
		f.Add(whole[:len(whole)/2], 3, byte(1))
	}
	f.Add([]byte("PK\x05\x06"+strings.Repeat("\x00", 18)), 0, byte(0))
	f.Add(zipOf(f, entry{name: "../x"}), 0, byte(0))
	f.Add(zipOf(f, entry{name: "manifest.json", body: []byte(`{}`)}, entry{name: "manifest.sig", body: []byte(`{}`)}), 0, byte(0))
	good := map[string]bool{}
	for _, role := range []casefile.Role{casefile.Buyer, casefile.Operator} {
		_, _, whole := decidedCase(f, role)
		good[manifestOf(f, whole)] = true
	}
	f.Fuzz(func(t *testing.T, text []byte, at int, flip byte) {
		text = bytes.Clone(text)
		if len(text) > 0 {
			text[max(0, at)%len(text)] ^= flip
		}
		r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		if _, err := bundle.Verify(r, published()); err == nil {
			require.True(t, good[manifestOf(t, text)], "a bundle was believed that nobody signed")
			_, err := bundle.Replay(r)
			require.NoError(t, err)
			return
		}
		report, _ := bundle.Verify(r, nil)
		require.False(t, report.Signed)
		if again, err := bundle.Replay(r); err == nil {
			require.Len(t, again.Cases, len(r.Manifest.Cases))
		}
	})
}

func manifestOf(t testing.TB, text []byte) string {
	return string(takeApart(t, text).content["manifest.json"])
}

// FuzzParts changes one part of a bundle and signs it anew, so that what is inside is read. Whatever passes has the log that was
// recorded.
func FuzzParts(f *testing.F) {
	_, d, whole := decidedCase(f, casefile.Buyer)
	for i := range takeApart(f, whole).paths {
		f.Add(i, 40, 1, []byte("7"))
		f.Add(i, 0, 1<<20, []byte("{}\n"))
	}
	f.Fuzz(func(t *testing.T, part, at, cut int, put []byte) {
		p := takeApart(t, whole)
		path := p.paths[max(0, part)%len(p.paths)]
		content := p.content[path]
		at = min(max(0, at), len(content))
		p.content[path] = append(append(bytes.Clone(content[:at]), put...), content[min(len(content), at+max(0, cut)):]...)
		text := p.zipped(!strings.HasPrefix(path, "manifest."))
		r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		report, err := bundle.Verify(r, published())
		if _, again := bundle.Replay(r); again != nil || err != nil {
			return
		}
		require.Equal(t, d.ID, report.Case)
		require.Equal(t, d.Recorded, report.Cases[0].Sequence)
	})
}
