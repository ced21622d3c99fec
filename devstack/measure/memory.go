package measure

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"recourse/api/client"
	"recourse/bench"
	"recourse/domain/casefile"
)

// Memory of an upload of the greatest file that is taken (limits.file_bytes of the default policy).
const (
	memoryGate   = 16 // MiB above idle
	largestFile  = 25 << 20
	memoryTimes  = 5
	senderPerSec = 10 << 20 // bytes: a good line, and slow enough that many reads are needed
	// quietFor is how long the API does nothing before what it has then is called idle.
	quietFor = 2 * time.Second
)

// memory measures how much an API process needs for a large upload: the most that the kernel has seen it hold meanwhile, above
// what it held just before. Each time it is a process of its own, which has answered little: one that was busy has room left.
func (r *run) memory(ctx context.Context) ([]bench.Result, error) {
	stories, err := r.openDisputes(ctx, 1)
	if err != nil {
		return nil, err
	}
	var needed, idle []float64
	for turn := range memoryTimes {
		r.progress.at(fmt.Sprintf("B5: 25 MB, %d of %d", turn+1, memoryTimes))
		before, peak, err := r.system.largeUpload(ctx, stories[0], film(byte(turn)))
		if err != nil {
			return nil, err
		}
		needed, idle = append(needed, mebibytes(peak-before)), append(idle, mebibytes(before))
	}
	result := bench.Absolute("B5", "25 MB of evidence: memory of the API above idle", "MiB", bench.Gate{AtMost: memoryGate}, needed)
	result.Comment = fmt.Sprintf("the most that was resident during an upload of %d MB a second by a fresh process; idle %.0f MiB", senderPerSec>>20, bench.SpreadOf(idle).Median)
	return []bench.Result{result}, nil
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// largeUpload starts an API and says how much it held when it had nothing to do, and at most while it took a film.
func (s *system) largeUpload(ctx context.Context, at *story, film io.Reader) (idle, peak int64, err error) {
	usual := s.base
	api, err := s.startAPI(ctx, "api-memory")
	if err != nil {
		return 0, 0, err
	}
	defer s.end(api)
	buyer, err := s.somebody(at.buyer.id, casefile.Buyer)
	if s.base = usual; err != nil {
		return 0, 0, err
	}
	if err := buyer.handIn(ctx, at.dispute, client.EvidenceTypeOther, "note.txt", strings.NewReader("The box was open.\n")); err != nil {
		return 0, 0, err
	}
	if err := pause(ctx, quietFor); err != nil {
		return 0, 0, err
	}
	if idle, err = api.forgetPeak(); err != nil {
		return 0, 0, err
	}
	if err := buyer.handIn(ctx, at.dispute, client.EvidenceTypeVideo, "box.mp4", &slowly{from: film, ctx: ctx}); err != nil {
		return 0, 0, err
	}
	peak, err = api.memory("VmHWM")
	return idle, peak, err
}

// film is a video of exactly the largest size. Each has its own filling, so that each is stored.
func film(filling byte) io.Reader {
	const head, tail = "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "\x00\x00\x00\x11moov\x00\x00\x00\tmvhdx"
	data := int64(largestFile - len(head) - len(tail))
	box := append(binary.BigEndian.AppendUint32(nil, uint32(data)), "mdat"...)
	return io.MultiReader(strings.NewReader(head), strings.NewReader(string(box)), io.LimitReader(always(filling), data-int64(len(box))), strings.NewReader(tail))
}

// always is a byte without end.
type always byte

// Read fills everything with it.
func (a always) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(a)
	}
	return len(p), nil
}

// slowly gives so much a second.
type slowly struct {
	from  io.Reader
	ctx   context.Context
	began time.Time
	given int64
}

// Read waits until what was given before may have been given.
func (s *slowly) Read(p []byte) (int, error) {
	if s.began.IsZero() {
		s.began = time.Now()
	}
	due := s.began.Add(time.Duration(float64(s.given) / senderPerSec * float64(time.Second)))
	if err := pause(s.ctx, time.Until(due)); err != nil {
		return 0, err
	}
	n, err := s.from.Read(p)
	s.given += int64(n)
	return n, err
}

// memory is a line of the kernel's status of the process, in bytes: VmRSS is what it holds, VmHWM the most that it held.
func (p *process) memory(line string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of %s: %w", p.name, err)
	}
	for l := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(l, line+":"); found {
			kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read %s of %s: %w", line, p.name, err)
			}
			return kilobytes << 10, nil
		}
	}
	return 0, errors.New("read the memory of " + p.name + ": the kernel does not tell " + line)
}

// forgetPeak lets the kernel begin anew with the most that the process held, and returns what it holds now.
func (p *process) forgetPeak() (int64, error) {
	const peakOnly = "5"
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte(peakOnly), 0); err != nil {
		return 0, fmt.Errorf("forget the peak of %s: %w", p.name, err)
	}
	return p.memory("VmRSS")
}
