//go:build !unix

package scale

import (
	"errors"
	"time"
)

// processor is not known here.
func processor() (time.Duration, error) {
	return 0, errors.New("the processor time of a process is measured on Unix only")
}
