// Package e2e holds the tests of the whole system: HTTP in front, a whole Temporal server and a real database behind, all
// in one process. What can be tested with less is tested where it lives.
package e2e
