package measure

import "syscall"

// withUs lets a program end with us. Its own group keeps a Ctrl-C at the terminal from reaching it before we stop it.
func withUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
