// Package report is a malicious report: somebody's claim that an account acts maliciously, and the finding of a reviewer on
// it (PROCEDURE 9).
//
//	submitted ─▶ screening ──24h | admit──▶ under_review ⇄ need_info ──find──▶ answered ──30d──▶ closed
//	    │            │                            ▲                              │
//	    └────────────┴─ duplicate, inadmissible   └──── contested ◀──contest─────┘
//
// It is submitted until a reviewer has it, and contested until another reviewer has it. Every finding is told to both sides,
// each in its own statement (Statement), and either side may contest it, once. A finding that nobody makes in time is
// "unsubstantiated", also after a contest: the platform's delay costs nobody anything.
//
// # What it asks of the shell
//
// The first command is submit_report (Submission). Facts are casefile.ReportFacts and the reviewers; the earlier cases of a
// reviewer are those with one of Parties. A case is locked after the order that ParentOrder names. Nobody but the staff and
// an auditor sees the state or the timeline of a report: the sides see their Statement, a department the one for it.
//
// # What it tells other cases
//
// To the standings of accounts, in their own words (domain/standing, as casefile.Tell): enter_points when a finding falls on
// somebody, of the reported account when the report is substantiated and of the reporter when it was fabricated, with
// start_measure for each measure; enter_points that is not final when the finding is contested; finalise_entry when it
// stands; void_entry and end_measure when it is gone. The ladder of a reporter is its standing's.
//
// To cases of its order, as casefile.Send:
//
//	to           name               data           when
//	the order    hold_release       Holding        a hold has its second signature
//	the order    lift_hold          Holding        the hold has ended, once
//	the review   report_answered    ReviewAnswer   the report that names a review, or the extortion of its author, has a finding, each time
package report
