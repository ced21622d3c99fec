//go:build unix && !linux

package measure

// memoryAndLoad are not asked for here.
func memoryAndLoad() (int, float64) { return 0, 0 }
