// Package standing is how an account stands: points as a ledger of entries, each with its cause, provisional and then final,
// contested or voided; measures with a scope and an end; a ladder; and what a supervisor says about a suspended account
// (PROCEDURE 8, and the ladder for fabricated reports of PROCEDURE 9). One account has one case, CaseID(account). It begins
// with the first entry or measure, is closed when nothing is active, and begins again with the next.
//
// # Who sends what, and when
//
// Everything is a stored command. What comes from another case is told by it (casefile.Tell), which stores it in that case's own
// step. It brings the terms that its cause is pinned to (policy.ForStanding), which are taken when the standing begins and left
// alone otherwise. The row of the case is made if there is none. What one case tells arrives in its order.
//
//	enter_points     a dispute, at dispute.decided, for each entry of conduct.OfDispute: cause is the dispute, decision the
//	                 decision, effective the event's time, final false. Again with final true at decision.final, where rules
//	                 that a panel added are entered too.
//	                 a dispute, at offer.defaulted that ends it as promise_defaulted: final true.
//	                 a report, at report.found, for each entry of conduct.OfReport: cause is the report, about the dispute
//	                 that it names, submitted the report's own time, final true.
//	                 a report, at report.contested, with final false: what is provisional waits for the answer.
//	finalise_entry   whoever entered, where only the decision has become final; the same as enter_points with final true.
//	void_entry       a dispute whose panel decided otherwise, for each rule that its decision no longer upholds; a report
//	                 whose contest was upheld. Also of final entries.
//	excuse_cause     a report about the buyer that was found to be true, for the dispute that it names: nothing that the dispute
//	                 enters, before or after, counts. end_excuse when the finding falls.
//	start_measure    a report, at report.found, for each measure of the finding; an operator. For is a policy.Duration.
//	end_measure      the same cause when its finding is overturned; an operator.
//	contest          the account's holder, within standing.contest of the entry or of the measure.
//	rule_contest     a supervisor who did not decide what is contested.
//	rule_removal     a supervisor, of a suspended account.
//	declare_incident the operator's incident, where its scope is the whole clock.
//	end_incident     its early end.
//
// A command that was sent twice changes nothing: an entry is known by its cause and its rule, a measure by its cause, its scope
// and its listing. What was voided or ended is not begun again by the same decision of the same cause.
//
// # Who asks
//
// Muted and MutedFor say what is taken from an account at an instant, RemovedListings which listings are gone, ReporterAt
// whether its reports are processed. They hold at the instant that is asked about, also when the step that records the end
// of a measure is late. Our own verbs ask them before they store a command and answer muted (PROCEDURE 13): open_dispute
// the function dispute, post_message the function message, review and reply the function review, payout withdraw_funds. Offers,
// evidence, appeals and contests belong to no function: whoever is muted can still answer. A report of a muted reporter is
// taken and closed as inadmissible. An account without a case is good and has all its points.
//
// What a voided entry makes whole elsewhere (reviews that count again) follows from the event standing.voided.
package standing
