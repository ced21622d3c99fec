//go:build unix && !linux

package postgrestest

import "syscall"

// attributes cannot tie the server to us here: a test that is killed leaves it running.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// children are not looked for: backends notice by themselves that their postmaster is gone.
func children(int) []int { return nil }

func anyAlive([]int) bool { return false }
