package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// process is a program that runs beside us until stop.
type process struct {
	name   string
	cmd    *exec.Cmd
	log    string // file with everything that it said
	exited chan struct{}
}

// stopWithin bounds how long a program may take to end what it began.
const stopWithin = 20 * time.Second

// startProcess runs a program with its own log. It is started from a thread that lives as long as it does, because the
// kernel ends the program when that thread ends: also when this process is killed.
func startProcess(log, name string, env []string, path string, args ...string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", name, err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env...), out, out
	cmd.SysProcAttr = withUs()
	p := &process{name: name, cmd: cmd, log: log, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(p.exited)
		}
	}()
	err = errors.Join(<-started, out.Close()) // the program has its own copy of the file
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// stop asks the program to end, and ends it when that takes too long.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails only if it has ended
	select {
	case <-p.exited:
	case <-time.After(stopWithin):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// said waits until the program has written a line that begins with the words, and returns the rest of that line.
func (p *process) said(ctx context.Context, words string) (string, error) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		text, err := os.ReadFile(p.log)
		if err != nil {
			return "", fmt.Errorf("read the log of %s: %w", p.name, err)
		}
		for line := range strings.Lines(string(text)) {
			if rest, found := strings.CutPrefix(line, words); found && strings.HasSuffix(rest, "\n") {
				return strings.TrimSpace(rest), nil
			}
		}
		select {
		case <-again.C:
		case <-p.exited:
			return "", p.ended()
		case <-ctx.Done():
			return "", fmt.Errorf("wait for %s: %w", p.name, context.Cause(ctx))
		}
	}
}

// ended is the error of a program that ended by itself, with the last that it said.
func (p *process) ended() error {
	file, err := os.Open(p.log)
	if err != nil {
		return fmt.Errorf("%s has ended; read its log: %w", p.name, err)
	}
	defer func() { _ = file.Close() }() // only read
	if info, err := file.Stat(); err == nil && info.Size() > 2000 {
		_, _ = file.Seek(-2000, io.SeekEnd) // a file has an end to seek from
	}
	text, err := io.ReadAll(file)
	return errors.Join(fmt.Errorf("%s has ended: …%s", p.name, text), err)
}

// runOnce runs a program to its end.
func runOnce(ctx context.Context, name string, env []string, path string, args ...string) error {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), env...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	return nil
}
