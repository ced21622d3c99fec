package postgrestest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// attributes let the server end with us. Its own process group keeps a Ctrl-C at the terminal from reaching it twice.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}

// children lists the processes that this one started.
func children(parent int) []int {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil
	}
	var pids []int
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		if s, ok := readStat(pid); ok && s.parent == parent {
			pids = append(pids, pid)
		}
	}
	return pids
}

// anyAlive tells whether one of them still runs. A zombie does not: it holds nothing any more.
func anyAlive(pids []int) bool {
	for _, pid := range pids {
		if s, ok := readStat(pid); ok && s.state != 'Z' && s.state != 'X' {
			return true
		}
	}
	return false
}

type stat struct {
	state  byte
	parent int
}

// readStat reads "pid (name) state parent …". The name may hold anything, so reading starts after its last bracket.
func readStat(pid int) (stat, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, false
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 2 {
		return stat{}, false
	}
	parent, err := strconv.Atoi(string(fields[1]))
	return stat{state: fields[0][0], parent: parent}, err == nil
}
