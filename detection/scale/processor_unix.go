//go:build unix

package scale

import (
	"syscall"
	"time"
)

// processor is the time that this process has taken of all processors, in its own code and in the kernel's for it.
func processor() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, err
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}
