package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is for what takes a second on an idle machine.
const patience = 60 * time.Second

// until polls until the condition holds.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for !holds() {
		if !pause(ctx.Done(), 20*time.Millisecond) {
			require.Fail(t, "waited for too long", what)
		}
	}
}

// pause waits a moment between two tries, and says whether there is time for another.
func pause(done <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return false
	case <-timer.C:
		return true
	}
}

// process is a program that runs beside the test. It can be killed and started again as it was.
type process struct {
	name, path string
	args, env  []string
	log        string // file with all that it said, in all its lives

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{}
	lives  int
}

// start runs the program, with more environment for this life only.
func (p *process) start(more ...string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the log of %s: %w", p.name, err)
	}
	cmd := exec.Command(p.path, p.args...) //nolint:gosec // what this package built
	cmd.Env, cmd.Stdout, cmd.Stderr = append(append(os.Environ(), p.env...), more...), out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	exited := make(chan struct{})
	started := make(chan error, 1)
	go func() { // of a thread that lives as long as the program, which ends with it
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is asked of its state
			close(exited)
		}
	}()
	if err := errors.Join(<-started, out.Close()); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.cmd, p.exited = cmd, exited
	p.lives++
	return nil
}

// kill ends the program as a power cut would, and waits until it is gone.
func (p *process) kill() { p.end(syscall.SIGKILL) }

// slay sends the signal and leaves the rest to whoever keeps the program.
func (p *process) slay() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		_ = p.cmd.Process.Kill() // fails only if it has ended
	}
}

// stop asks it to end what it began.
func (p *process) stop() { p.end(syscall.SIGTERM) }

func (p *process) end(signal syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(signal) // fails only if it has ended
	select {
	case <-p.exited:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
	p.cmd = nil
}

// gone is closed when the present life has ended.
func (p *process) gone() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exited
}

// killed says whether the last life ended by SIGKILL.
func (p *process) killed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil || p.cmd.ProcessState == nil {
		return false
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// tail is the end of what it said, for a test that failed.
func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return "…" + string(text[max(0, len(text)-3000):])
}
