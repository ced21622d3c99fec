package payments

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"
)

// Fault is a way in which a provider misbehaves.
type Fault int

// The faults.
const (
	None      Fault = iota
	Decline         // the transfer fails, for good
	LostAfter       // the money moves, and the answer is lost
	LostAhead       // the request is lost: nothing moves
	Hesitate        // the provider does not know yet
)

// Faulty is a provider that misbehaves, for development and tests. It keeps books, so that a test can see that no money
// moved twice whatever was lost on the way.
type Faulty struct {
	// Plan says what goes wrong when the instruction is executed for the given time, beginning with 1. Nil: Dice.
	Plan func(instruction Instruction, try int) Fault

	mu    sync.Mutex
	tries map[string]int
	moved map[string]Instruction
	no    map[string]bool
}

// Execute misbehaves as planned.
func (f *Faulty) Execute(ctx context.Context, in Instruction) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{Status: Unknown}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tries == nil {
		f.tries, f.moved, f.no = map[string]int{}, map[string]Instruction{}, map[string]bool{}
	}
	f.tries[in.Key]++
	plan := f.Plan
	if plan == nil {
		plan = Dice
	}
	fault := plan(in, f.tries[in.Key])
	switch fault {
	case LostAhead:
		return Answer{Status: Unknown}, ErrLost
	case Hesitate:
		return Answer{Status: Unknown}, nil
	}

	if earlier, done := f.moved[in.Key]; done && earlier != in {
		return Answer{Status: Unknown}, fmt.Errorf("key %s was used for another transfer", in.Key)
	} else if !done && (fault == Decline || f.no[in.Key]) {
		f.no[in.Key] = true // once declined, declined for good
		return Answer{Status: Failed, Reason: "declined"}, nil
	}
	f.moved[in.Key] = in
	if fault == LostAfter {
		return Answer{Status: Unknown}, ErrLost
	}
	return Answer{Status: Confirmed}, nil
}

// Moved are the transfers that this provider has made, by key.
func (f *Faulty) Moved() map[string]Instruction {
	f.mu.Lock()
	defer f.mu.Unlock()
	moved := make(map[string]Instruction, len(f.moved))
	for key, in := range f.moved {
		moved[key] = in
	}
	return moved
}

// Tries is how often the key was executed.
func (f *Faulty) Tries(key string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tries[key]
}

// Dice is a plan that depends on the key alone, so that a run can be repeated: one transfer in sixteen is declined, and of
// the others half have one or two accidents before they come through.
func Dice(in Instruction, try int) Fault {
	h := fnv.New32a()
	_, _ = h.Write([]byte(in.Key)) // a hash takes every byte
	n := h.Sum32()
	switch {
	case n%16 == 0:
		return Decline
	case n%2 == 0 || try > 1+int(n>>8)%2:
		return None
	}
	return []Fault{LostAfter, LostAhead, Hesitate}[(n>>4+uint32(try))%3]
}
