package casefile

import (
	"fmt"
	"time"
)

// BrokenChain names the first row at which a case's chain does not hold. Sequence is the place in the chain that is
// wrong: of a row that is missing, the place where it should be.
type BrokenChain struct {
	Sequence int64
	Why      string
}

// Error says where and why.
func (e *BrokenChain) Error() string {
	return fmt.Sprintf("chain broken at event %d: %s", e.Sequence, e.Why)
}

// Verify checks the whole chain of one case, from its first event: places without gaps, each row bound to the one before
// it, each hash that of its content, redacted or not. It returns a *BrokenChain for the first row that fails, else nil.
//
// A chain that was cut at its end holds as well; VerifyHead finds that.
func Verify(records []Record) error {
	var prev Hash
	for i, r := range records {
		place := int64(i) + 1
		if broken := check(r, records[0].Case, place, prev); broken != nil {
			return broken
		}
		prev = r.Hash
	}
	return nil
}

// VerifyHead checks the whole chain of one case and that it ends with the head that its case's row keeps: the hash of the
// last event, zero for a case without events.
func VerifyHead(records []Record, caseID string, head Hash) error {
	var last Hash
	if n := len(records); n > 0 {
		if records[0].Case != caseID {
			return &BrokenChain{Sequence: 1, Why: "the row belongs to another case"}
		}
		last = records[n-1].Hash
	}
	if err := Verify(records); err != nil {
		return err
	}
	if last != head {
		return &BrokenChain{Sequence: int64(len(records)) + 1, Why: "the chain ends here and its head is another event"}
	}
	return nil
}

// check says why a row may not stand at this place.
func check(r Record, caseID string, place int64, prev Hash) error {
	broken := func(sequence int64, why string) error { return &BrokenChain{Sequence: sequence, Why: why} }
	switch {
	case r.Case != caseID:
		return broken(place, "the row belongs to another case")
	case r.Sequence > place:
		return broken(place, fmt.Sprintf("the row is missing; event %d stands in its place", r.Sequence))
	case r.Sequence < place:
		return broken(place, fmt.Sprintf("event %d stands in its place", r.Sequence))
	case r.PrevHash != prev:
		return broken(place, "it does not follow the row before it")
	case !r.At.Equal(r.At.Truncate(time.Microsecond)):
		return broken(place, "its instant is finer than a microsecond")
	}
	digest, err := r.digest()
	if err != nil {
		return broken(place, err.Error())
	}
	if digest != r.Hash {
		return broken(place, "its hash is not that of its content")
	}
	return nil
}
