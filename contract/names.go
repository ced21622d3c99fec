// Package contract is what crosses a process: the names of workflows, updates, signals and activities, their identifiers,
// the messages between them, the types of their errors and the search attributes. Messages only grow, and a name that was
// once on the wire is never used for anything else: histories of years ago are replayed against this package.
package contract

import (
	"strings"

	"recourse/domain/casefile"
)

// TaskQueue is the queue that workers poll unless the settings name another.
const TaskQueue = "recourse"

// The types under which the shell is registered, one a kind of case, so that operators can filter by them.
const (
	WorkflowOrderProtection = "OrderProtection"
	WorkflowDispute         = "Dispute"
	WorkflowStanding        = "Standing"
	WorkflowReport          = "Report"
	WorkflowReview          = "Review"
)

// WorkflowSweepDetectors is a pass of the detectors over what happened since the last one (PROCEDURE 11). The schedule of the
// name ScheduleDetectors starts it; it is no case.
const (
	WorkflowSweepDetectors = "SweepDetectors"
	ScheduleDetectors      = "sweep-detectors"
)

// SignalWake asks a case to step. It carries nothing: what there is to do is in the database.
const SignalWake = "wake"

// The activities.
const (
	ActivityStep     = "Step"
	ActivityTransfer = "Transfer"
	ActivityScanFile = "ScanFile"
	ActivityDetect   = "Detect"
)

// Kinds are the kinds of case that have a workflow, in the order in which they are registered.
func Kinds() []string {
	return []string{casefile.KindOrder, casefile.KindDispute, casefile.KindStanding, casefile.KindReport, casefile.KindReview}
}

// WorkflowType is the name under which cases of the kind run.
func WorkflowType(kind string) (string, bool) {
	switch kind {
	case casefile.KindOrder:
		return WorkflowOrderProtection, true
	case casefile.KindDispute:
		return WorkflowDispute, true
	case casefile.KindStanding:
		return WorkflowStanding, true
	case casefile.KindReport:
		return WorkflowReport, true
	case casefile.KindReview:
		return WorkflowReview, true
	}
	return "", false
}

// WorkflowID is the identifier of a case's run: "order/ord_…", "dispute/dsp_…".
func WorkflowID(kind, caseID string) string { return kind + "/" + caseID }

// CaseOf is the kind and the case of a workflow ID that WorkflowID made.
func CaseOf(workflowID string) (kind, caseID string, ok bool) {
	return strings.Cut(workflowID, "/")
}

// UpdateName is the name of the update that delivers a command: the command's name in camel case, so that a history reads
// as the story of the case (accept_offer → acceptOffer).
func UpdateName(command string) string {
	parts := strings.Split(command, "_")
	for i, part := range parts {
		if i > 0 && part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

// TimerName is what operators read on the one live timer: the deadline's name in words ("seller response due").
func TimerName(deadline string) string {
	if deadline == "" {
		return "due"
	}
	_, name, dotted := strings.Cut(deadline, ".")
	if !dotted {
		name = deadline
	}
	name, _, _ = strings.Cut(name, "/") // which of several reminders it is says the time
	return strings.ReplaceAll(name, "_", " ") + " due"
}
