//go:build unix && !linux

package measure

import "syscall"

// withUs cannot tie a program to us here: when we are killed it goes on.
func withUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
