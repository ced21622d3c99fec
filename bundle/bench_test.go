package bundle_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
)

// BenchmarkVerify measures a check against nothing but the SHA-256 of the same bytes, in turns, and prints the ratio: of a case
// with 20 MB of evidence, and of the same case without its files, where it is the log that costs.
func BenchmarkVerify(b *testing.B) {
	r, d, _ := decidedCase(b, casefile.Buyer)
	ada := casefile.Actor{ID: d.Buyer, Role: casefile.Buyer}
	for _, size := range []struct {
		name  string
		bytes int
	}{{"20MB", 20 << 20}, {"log", 27}} {
		b.Run(size.name, func(b *testing.B) {
			r.files["fil_1"] = bytes.Repeat([]byte("x"), size.bytes)
			text := r.bundleWith(b, d.ID, ada)
			var ratios []float64
			var checked, hashed time.Duration
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				began := time.Now()
				bundleOf, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
				require.NoError(b, err)
				_, err = bundle.Verify(bundleOf, published())
				require.NoError(b, err)
				check := time.Since(began)
				began = time.Now()
				sum := sha256.New()
				_, err = io.Copy(sum, bytes.NewReader(text))
				require.NoError(b, err)
				hash := time.Since(began)
				checked, hashed = checked+check, hashed+hash
				ratios = append(ratios, float64(check)/float64(hash))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "verify/sha256")
			b.ReportMetric(ratios[0], "min")
			b.ReportMetric(ratios[len(ratios)-1], "max")
			b.ReportMetric(float64(checked.Microseconds())/float64(len(ratios))/1000, "ms/verify")
			b.ReportMetric(float64(hashed.Microseconds())/float64(len(ratios))/1000, "ms/sha256")
		})
	}
}

// BenchmarkReplay is what deciding a case again takes.
func BenchmarkReplay(b *testing.B) {
	_, _, text := decidedCase(b, casefile.Buyer)
	r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
	require.NoError(b, err)
	for b.Loop() {
		_, err := bundle.Replay(r)
		require.NoError(b, err)
	}
}

// bundleWith is the bundle with other bytes of its file than the log says were handed in: what they cost is the same, and a row
// of the log that says no hash is one of an older release.
func (r *recorder) bundleWith(b *testing.B, dsp string, by casefile.Actor) []byte {
	b.Helper()
	other := *r
	other.events = map[string][]casefile.Record{}
	for id, log := range r.events {
		var prev casefile.Hash
		for _, e := range log {
			delete(e.Data, "sha256")
			sealed, err := casefile.Seal(id, prev, e.Event, r.entropy)
			require.NoError(b, err)
			other.events[id], prev = append(other.events[id], sealed), sealed.Hash
		}
	}
	other.commands = map[string][]bundle.Trigger{}
	for id, list := range r.commands {
		for _, c := range list {
			if c.HeadPlace > 0 {
				c.Head = other.events[id][c.HeadPlace-1].Hash
			}
			other.commands[id] = append(other.commands[id], c)
		}
	}
	return other.bundle(dsp, by)
}

// zeros is a file that has no end.
type zeros struct{}

// Read gives zeros.
func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestWritingNeedsNoMoreMemoryForMoreEvidence counts what is allocated on the way, which is more than is ever held. A shortened run
// is under the race detector, where a sync.Pool forgets at random and a compressor made anew is 1 MB: an eighth of the evidence is left for that.
func TestWritingNeedsNoMoreMemoryForMoreEvidence(t *testing.T) {
	r, d, _ := decidedCase(t, casefile.Buyer)
	allocated := func(size int64) uint64 {
		from := r.source(d.ID)
		sum := sha256.New()
		_, err := io.CopyN(sum, zeros{}, size)
		require.NoError(t, err)
		from.Files[0].Size, from.Files[0].SHA256 = size, casefile.Hash(sum.Sum(nil))
		from.Open = func(casefile.Hash) (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zeros{}, size)), nil }
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.NoError(t, bundle.Write(io.Discard, from, bundle.Options{Eyes: eyes(casefile.Actor{ID: "ada", Role: casefile.Buyer}), Signer: signer}))
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(1)
	const evidence = 64 << 20
	small, large := allocated(1<<10), allocated(evidence)
	t.Logf("allocated in all: %d kB with 1 kB of evidence, %d kB with 64 MB", small>>10, large>>10)
	most := small + 1<<20
	if testing.Short() {
		most = small + evidence/8
	}
	require.Less(t, large, most)
}
