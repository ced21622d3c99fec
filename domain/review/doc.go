// Package review is a buyer's evaluation of an order: who may write one and when, what is shown of it, whether it counts, and
// the store rating that is made of those that do (PROCEDURE 10).
//
//	sealed ──7d, no open dispute──▶ screening ─▶ published ◀──▶ moderation ─▶ published | redacted | removed
//	                                    └─ held ─▶ moderation ─▶ edit_requested ─▶ screening
//
// A review is held in the instant in which its screening finds something; from then on it is in moderation. Published and
// counted are two facts. It is published at most once; whether it counts is worked out then, and again whenever something that
// it depends on has changed. A published review is a closed case, which a later command may open again.
//
// # What it asks of the shell
//
// The first command is submit_review (Submission). Facts are casefile.ReviewFacts, which are read at each trigger, and for
// moderate the reviewers. A case is locked after the order that ParentOrder names. What others see of the text is Shown.
//
// With its submission it tells its order that it is there (keep_review), which from then on sends it what it should know.
//
// Others send to a review, all of them by the system, harmless when repeated:
//
//	screened         {}                     the scanner has seen the text, and the facts say what it found
//	dispute_ended    {}                     by the order: a dispute about it is over, so a sealed review may be opened, another counted anew
//	report_answered  report.ReviewAnswer    a report that names the review has a finding
//	recount          Recount                something else has changed that counting depends on: by the order, a message was flagged; or an
//	                                        investigation, or who is one person
//
// # What it tells others
//
// A flagged threat that nobody has reported opens a report (casefile.Opening of kind report, command submit_report, data
// report.Submission, by the system on the seller's behalf). The store rating is Rate over what Rated gives of each review.
package review
