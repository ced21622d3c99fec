//go:build linux

package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/devstack/engine"
)

func TestEverythingListensOnLoopbackOnly(t *testing.T) {
	before := listeners(t)
	start(t, engine.Options{UIPort: engine.AnyPort})
	after := listeners(t)
	require.Len(t, after, len(before)+5, "four services and the web page")
	for _, local := range after {
		// 127.0.0.1 as the kernel writes it; anything of IPv6 is longer.
		require.True(t, strings.HasPrefix(local, "0100007F:"), "listens on %s", local)
	}
}

// listeners are the local addresses on which this process listens, in the kernel's notation.
func listeners(t *testing.T) []string {
	t.Helper()
	ours := make(map[string]bool)
	links, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, "socket:[") {
			ours[strings.Trim(target, "socket:[]")] = true
		}
	}
	var found []string
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		text, err := os.ReadFile(table)
		if os.IsNotExist(err) { // a kernel without IPv6
			continue
		}
		require.NoError(t, err)
		for _, line := range strings.Split(string(text), "\n") {
			// number, local, remote, state, queues, timer, retransmits, user, timeout, inode
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" && ours[f[9]] {
				found = append(found, f[1])
			}
		}
	}
	return found
}
