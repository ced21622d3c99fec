// Package crash lets a test end a process at a named point, as a power cut would: without a word, without a deferred call.
// It is a test facility. A process that nobody armed pays one comparison at a point, and only a sandbox can be armed
// (RECOURSE_CRASH_AT, which settings refuse elsewhere).
package crash

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// Point is a place in the program between two things that must not depend on each other's being done.
type Point string

// The points, in the order in which a command, its step, its money and a clock come by them.
const (
	DoorOpen    Point = "door.open"    // the command is in the door's transaction, which is not committed
	DoorStored  Point = "door.stored"  // the command is stored, and nobody was told
	DoorBrought Point = "door.brought" // the case has stepped, and the caller has no answer

	StepBegun     Point = "step.begun"     // the rows are locked, and nothing is decided
	StepWritten   Point = "step.written"   // everything is written, and nothing is committed
	StepCommitted Point = "step.committed" // the step is committed, and its run does not know
	SendCommitted Point = "send.committed" // the same, where the step left commands at other cases' doors

	TransferAsked    Point = "transfer.asked"    // the transfer is known, and the provider was not asked
	TransferMade     Point = "transfer.made"     // the provider has moved the money, and nobody knows
	TransferReported Point = "transfer.reported" // the result is stored, and the run does not know

	RelayWakes Point = "relay.wakes" // the relay is about to wake a case

	AdvanceBegun  Point = "advance.begun"  // a test clock has its target
	AdvanceTurned Point = "advance.turned" // a test clock was moved to a due, and the case was not woken
	AdvanceWoken  Point = "advance.woken"  // the case was woken, and nobody waits for it
)

// Points are all of them.
func Points() []Point {
	return []Point{DoorOpen, DoorStored, DoorBrought, StepBegun, StepWritten, StepCommitted, SendCommitted, TransferAsked,
		TransferMade, TransferReported, RelayWakes, AdvanceBegun, AdvanceTurned, AdvanceWoken}
}

// armed is where this process ends; nil: nowhere.
var armed atomic.Pointer[trap]

type trap struct {
	point Point
	left  atomic.Int64 // how often the point is still passed, the last time included
}

// Arm makes this process end when it comes by the point, or by "point:n" for the n-th time. Empty arms nothing.
func Arm(where string) error {
	t, err := parse(where)
	if err == nil {
		armed.Store(t)
	}
	return err
}

// Check says whether Arm would take it.
func Check(where string) error {
	_, err := parse(where)
	return err
}

func parse(where string) (*trap, error) {
	if where == "" {
		return nil, nil
	}
	name, count, counted := strings.Cut(where, ":")
	t := &trap{point: Point(name)}
	t.left.Store(1)
	if !slices.Contains(Points(), t.point) {
		return nil, fmt.Errorf("arm a crash: there is no point %q", name)
	}
	if counted {
		n, err := strconv.ParseInt(count, 10, 32)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("arm a crash: %q is no count", count)
		}
		t.left.Store(n)
	}
	return t, nil
}

// At ends the process if it is armed for the point.
func At(point Point) {
	if t := armed.Load(); t != nil && t.point == point && t.left.Add(-1) == 0 {
		end()
	}
}

// end is SIGKILL where there is one. Nothing runs after it.
func end() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		os.Exit(137) //nolint:forbidigo // there is nobody to return an error to
	}
	select {} // until the signal arrives
}
