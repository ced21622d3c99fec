// Package audit checks on a live database what must hold at every instant, whatever failed: that money is conserved, that
// nothing happened twice, that what was answered is there, that deadlines were acted and never early, that every timeline is
// what the rules say and a path of the published drawing, that nothing lies undelivered, and that the chains of events hold.
// It reads one consistent view and changes nothing. `recourse doctor` prints it.
package audit

import (
	"context"
	"fmt"
	"time"

	"recourse/store"
)

// Options say how thorough a check is. Every field has a default.
type Options struct {
	// Deep looks at each case by itself: it verifies chains, runs the rules again and reads the bytes of evidence. It takes
	// as long as the database is large; without it the database's own sums are checked.
	Deep bool
	// Grace is how long a command or a deadline may wait on a system that is running. Zero: a minute.
	Grace time.Duration
	// Progress hears of each case that a deep check has done.
	Progress func(cases int)
}

// Finding is one thing that is wrong: where, and what.
type Finding struct {
	Where string `json:"where"` // a case, a command, an account
	What  string `json:"what"`
}

// Check is one thing that was looked at.
type Check struct {
	Invariant string    `json:"invariant"` // "I1"
	Name      string    `json:"name"`
	Looked    int64     `json:"looked"` // at how many
	Wrong     int64     `json:"wrong"`
	Findings  []Finding `json:"findings,omitempty"` // the first of them
	NotRun    string    `json:"not_run,omitempty"`  // why it was not run
	Without   string    `json:"without,omitempty"`  // what this installation has been set up without, so that there is nothing to check
}

// findingsMax bounds what one check tells.
const findingsMax = 20

// Find adds a finding.
func (c *Check) Find(where, format string, args ...any) {
	if c.Wrong++; len(c.Findings) < findingsMax {
		c.Findings = append(c.Findings, Finding{Where: where, What: fmt.Sprintf(format, args...)})
	}
}

// Report is what a check found.
type Report struct {
	Checks []*Check `json:"checks"`
}

// Wrong counts the findings.
func (r Report) Wrong() int64 {
	var n int64
	for _, c := range r.Checks {
		n += c.Wrong
	}
	return n
}

// Run checks the database. An error means that it could not be checked; what is wrong with it is in the report.
func Run(ctx context.Context, s *store.Store, o Options) (Report, error) {
	if o.Grace == 0 {
		o.Grace = time.Minute
	}
	var report Report
	err := s.Inspect(ctx, func(v store.View) error {
		for _, q := range questions(v, o) {
			check, err := q.ask(v)
			if err != nil {
				return fmt.Errorf("check %s: %w", q.name, err)
			}
			report.Checks = append(report.Checks, check)
		}
		if !o.Deep {
			return nil
		}
		deep := newDeep(v)
		cases := 0
		err := v.EachCase(func(c store.CaseRecord) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if cases++; o.Progress != nil {
				o.Progress(cases)
			}
			return deep.look(c)
		})
		if err == nil {
			err = deep.finish(ctx)
		}
		report.Checks = append(report.Checks, deep.checks()...)
		return err
	})
	return report, err
}
