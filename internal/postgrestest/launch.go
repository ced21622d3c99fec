package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	loopback  = "127.0.0.1"
	superuser = "postgres"
)

var errPortTaken = errors.New("another program took the port")

// launch starts the postmaster on the existing files and waits until it answers. The caller holds s.mu or is alone.
func (s *Server) launch() error {
	logPath := filepath.Join(s.folder.path, "log")
	logFile, err := os.OpenFile(logPath, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open PostgreSQL's log: %w", err)
	}
	defer func() { _ = logFile.Close() }() // the server keeps its own copy of the descriptor

	cmd := s.install.command(s.folder.path, "postgres", s.arguments()...)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	p, err := startProcess(cmd)
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := s.waitReady(p); err != nil {
		p.end(syscall.SIGQUIT, stopTimeout)
		text, _ := os.ReadFile(logPath) // only to explain the error that is returned anyway
		if bytes.Contains(text, []byte("could not bind")) {
			return fmt.Errorf("%w: %d", errPortTaken, s.port)
		}
		return fmt.Errorf("start PostgreSQL: %w\n%s", err, text)
	}
	s.process = p
	return nil
}

func (s *Server) arguments() []string {
	onOff := map[bool]string{true: "on", false: "off"}[s.options.Fsync]
	settings := map[string]string{
		"listen_addresses":        loopback,
		"port":                    strconv.Itoa(s.port),
		"unix_socket_directories": "", // nothing but the loopback port, no file outside the folder
		"fsync":                   onOff,
		"full_page_writes":        onOff,
		// synchronous_commit stays on: without it a Kill would lose commits that the client was told of.
		"max_connections": "300", // a workflow engine, several pools and a test on one server
		"shared_buffers":  "64MB",
		"wal_level":       "minimal",
		"max_wal_senders": "0",
		"jit":             "off",
		"timezone":        "UTC",
		"log_timezone":    "UTC",
	}
	for name, value := range s.options.Settings {
		settings[name] = value
	}
	args := []string{"-D", s.folder.data()}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// waitReady returns when a session can be opened, or when the process ended or the time is over.
func (s *Server) waitReady(p *process) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.adminDSN)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-p.exited:
			return errors.New("the server ended before it was ready")
		case <-ctx.Done():
			return fmt.Errorf("not ready after %s: %w", startTimeout, err)
		case <-again.C:
		}
	}
}
