package postgrestest

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a postmaster that somebody waits for.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has ended
}

// startProcess starts the command on a thread that lives as long as the command does. On Linux the kernel ends the
// server when that thread ends, which is when the test process does, even by SIGKILL. A thread that the runtime may
// retire would end the server too early.
func startProcess(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait() // how it ended is in its log; that it ended is what matters here
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// end asks with a signal, and kills when that takes too long.
func (p *process) end(signal syscall.Signal, patience time.Duration) {
	_ = p.cmd.Process.Signal(signal) // fails only if it has ended
	select {
	case <-p.exited:
	case <-time.After(patience):
		_ = p.killAll(patience)
	}
}

// killAll ends the postmaster and every process it started, and returns when none is left: the next postmaster
// refuses the data while an old backend still holds the shared memory.
//
// Backends lead sessions of their own, so the process group alone would miss them. The postmaster is stopped first,
// so that it neither starts another nor tidies up behind those that go.
func (p *process) killAll(patience time.Duration) error {
	postmaster := p.cmd.Process.Pid
	_ = syscall.Kill(postmaster, syscall.SIGSTOP) // this and the next fail only if it has ended
	backends := children(postmaster)
	for _, pid := range backends {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = syscall.Kill(-postmaster, syscall.SIGKILL)

	deadline := time.After(patience)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	select {
	case <-p.exited:
	case <-deadline:
		return fmt.Errorf("the postmaster %d outlived SIGKILL by %s", postmaster, patience)
	}
	for anyAlive(backends) {
		select {
		case <-again.C:
		case <-deadline:
			return errors.New("a backend outlived SIGKILL")
		}
	}
	return nil
}
