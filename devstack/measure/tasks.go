package measure

import (
	"errors"
	"fmt"
	"sync"
)

// told is how many errors of a group are told: the first ones say what happened, the others say it again.
const told = 3

// tasks run beside each other; wait returns all their errors and makes the group ready for more.
type tasks struct {
	done sync.WaitGroup
	mu   sync.Mutex
	errs []error
}

func (t *tasks) run(task func() error) {
	t.done.Go(func() {
		if err := task(); err != nil {
			t.mu.Lock()
			t.errs = append(t.errs, err)
			t.mu.Unlock()
		}
	})
}

func (t *tasks) wait() error {
	t.done.Wait()
	errs := t.errs
	t.errs = nil
	if len(errs) > told {
		errs = append(errs[:told:told], fmt.Errorf("and %d more", len(errs)-told))
	}
	return errors.Join(errs...)
}

// spread does n tasks with so many at a time, and returns what it made in order.
func spread[T any](n, atATime int, one func(i int) (T, error)) ([]T, error) {
	made := make([]T, n)
	next := make(chan int)
	var group tasks
	for range atATime {
		group.run(func() error {
			var failed error
			for i := range next { // to the end, so that nobody waits to hand out what is left
				if failed == nil {
					made[i], failed = one(i)
				}
			}
			return failed
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	return made, group.wait()
}
