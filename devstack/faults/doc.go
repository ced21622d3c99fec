// Package faults holds the tests of what becomes of cases when parts of the system die: real processes of the built binary,
// a real engine and a real PostgreSQL, each killed or stopped at the worst moment. After every fault the invariants are
// checked by the doctor's own checks, and every history is replayed.
//
// Nothing here waits for a fixed time: conditions are polled, with deadlines that a slow machine can keep.
package faults
