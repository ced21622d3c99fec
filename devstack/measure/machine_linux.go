package measure

import "syscall"

// loadShift is where the point is in the loads that the kernel tells.
const loadShift = 16

// memoryAndLoad are the machine's memory in megabytes, and the load of the last minute.
func memoryAndLoad() (int, float64) {
	var info syscall.Sysinfo_t
	if syscall.Sysinfo(&info) != nil {
		return 0, 0
	}
	return int(info.Totalram * uint64(info.Unit) >> 20), float64(info.Loads[0]) / (1 << loadShift)
}
