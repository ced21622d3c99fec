package report

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
)

// Climb is the step that a fabricated report takes its reporter up the ladder: a warning first, then times in which its
// reports are not processed, each after the other (PROCEDURE 9). A step follows always after a warning: a report that was
// submitted before the last step was told takes it no further, and Climb returns false. Steps that are older than the memory
// do not count.
func Climb(past []casefile.Rung, report string, submitted, at time.Time, terms policy.Report) (casefile.Rung, bool) {
	counted := remembered(past, at, terms.LadderMemory.Std())
	step := casefile.Rung{Report: report, At: at}
	if len(counted) == 0 {
		return step, true
	}
	if last := counted[len(counted)-1]; !submitted.After(last.At) {
		return casefile.Rung{}, false
	}
	step.Until = at.Add(terms.Mutes[min(len(counted), len(terms.Mutes))-1].Std())
	return step, true
}

// ReputationOf is what a reporter is at an instant: suspended while a step lasts, warned while one is remembered, else good.
func ReputationOf(past []casefile.Rung, at time.Time, memory time.Duration) Reputation {
	counted := remembered(past, at, memory)
	for _, step := range counted {
		if step.Until.After(at) {
			return Suspended
		}
	}
	if len(counted) > 0 {
		return Warned
	}
	return Good
}

func remembered(past []casefile.Rung, at time.Time, memory time.Duration) []casefile.Rung {
	var counted []casefile.Rung
	for _, step := range past {
		if at.Sub(step.At) < memory || step.Until.After(at) {
			counted = append(counted, step)
		}
	}
	return counted
}
