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
// As casefile.Send, with typed data:
//
//	to the standing of      name               data         when
//	who is found guilty     report_found       Found        the reported account: substantiated; the reporter: fabricated
//	the same                report_contested   Word         the finding is contested, so its entry is provisional until answered
//	the same                report_upheld      Word         the finding stands after a contest
//	the same                report_voided      Word         the finding is gone: points, measures and rungs are made whole
//	the victim              metrics_protected  Protection   a substantiated report about an order: it is counted in no metric
//	the victim              metrics_restored   Protection   the finding is gone
//
//	to the case             name               data         when
//	the order               hold_release       Hold         a hold has its second signature
//	the order               lift_hold          Hold         the hold has ended, once
//	the review              report_answered    ReviewAnswer the report that names a review has a finding, each time
//
// The standing maps Found.Behaviour to its rule (PROCEDURE 8), starts Found.Measures, and keeps Found.Rung for the facts of
// the reporter's next reports.
package report
