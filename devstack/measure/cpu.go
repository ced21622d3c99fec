package measure

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cpu is the processor time that each part has used since it began. On a busy machine it tells more than the clock: what
// somebody else takes does not count.
type cpu map[string]time.Duration

// tick is the unit of /proc on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// cpu reads the times of our processes and of PostgreSQL's backends by database. Where there is no /proc it is empty.
func (s *system) cpu(ctx context.Context) cpu {
	used := cpu{}
	for _, p := range s.running {
		used.add(p.name, p.cmd.Process.Pid)
	}
	used.add("client", os.Getpid())
	rows, err := s.db.QueryContext(ctx, `SELECT coalesce(datname, 'background'), pid FROM pg_stat_activity`)
	if err != nil {
		return used // context for people, and no figure
	}
	defer func() { _ = rows.Close() }() // read to its end or given up
	for rows.Next() {
		var database string
		var pid int
		if rows.Scan(&database, &pid) == nil {
			used.add("postgres "+database, pid)
		}
	}
	if rows.Err() != nil {
		return cpu{}
	}
	return used
}

func (c cpu) add(name string, pid int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 13 {
		return
	}
	for _, field := range fields[11:13] { // in user mode, and in the kernel for it
		if ticks, err := strconv.ParseInt(field, 10, 64); err == nil {
			c[name] += time.Duration(ticks) * tick
		}
	}
}

// since is what was used after an earlier reading, for each of n.
func (c cpu) since(before cpu, n int) cpu {
	used := cpu{}
	for name, total := range c {
		if spent := (total - before[name]) / time.Duration(max(n, 1)); spent >= time.Millisecond/2 {
			used[name] = spent
		}
	}
	return used
}

// String lists the parts, the greatest first, in milliseconds.
func (c cpu) String() string {
	if len(c) == 0 {
		return "unknown"
	}
	names := slices.SortedFunc(maps.Keys(c), func(a, b string) int { return int(c[b] - c[a]) })
	var sum time.Duration
	parts := make([]string, len(names))
	for i, name := range names {
		sum += c[name]
		parts[i] = fmt.Sprintf("%s %.0f", name, milliseconds(c[name]))
	}
	return fmt.Sprintf("%.0f ms (%s)", milliseconds(sum), strings.Join(parts, ", "))
}
