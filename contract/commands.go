package contract

import "recourse/domain/casefile"

// orderCommands are the commands that somebody delivers to an order and waits for. Commands that one case stores at
// another's door have no update: a wake is enough for them.
var orderCommands = []string{
	"register_order",
	"ship",
	"deliver",
	"track",
	"confirm_receipt",
	"extend_protection",
	"grant_extension",
	"refuse_extension",
	"open_dispute",
	"post_message",
	"cancel_order",
	"chargeback",
	"close_chargeback",
	"sign_goodwill",
	"retry_transfer",
	"declare_incident",
	"end_incident",
	"confirm_transfer",
	"fail_transfer",
}

// disputeCommands are the commands that somebody delivers to a dispute and waits for.
var disputeCommands = []string{
	"open", // stored by the order; whoever opened the dispute waits for it, so that the case can be read at once
	"post_message",
	"submit_evidence",
	"announce_upload",
	"open_original",
	"request_evidence",
	"offer",
	"accept_offer",
	"reject_offer",
	"withdraw_offer",
	"ship_replacement",
	"deliver_replacement",
	"confirm_performance",
	"concede",
	"request_time",
	"change_reason",
	"escalate",
	"withdraw",
	"cancel_withdrawal",
	"reopen",
	"assign",
	"claim",
	"release",
	"snooze",
	"object_to_reviewer",
	"rule_objection",
	"waive_hearing",
	"decide",
	"admit_evidence",
	"extend_evidence",
	"second",
	"appeal",
	"vote",
	"ship_return",
	"deliver_return",
	"inspect_return",
	"declare_incident",
	"end_incident",
}

// standingCommands are the commands that somebody delivers to an account's standing and waits for. What a dispute enters into
// it comes by a wake.
var standingCommands = []string{
	"contest",
	"rule_contest",
	"rule_removal",
	"start_measure",
	"end_measure",
	"declare_incident",
	"end_incident",
}

// reportCommands are the commands that somebody delivers to a report and waits for.
var reportCommands = []string{
	"submit_report",
	"assign",
	"admit_report",
	"find",
	"need_info",
	"give_info",
	"propose_hold",
	"second",
	"contest",
	"refer",
	"answer_referral",
	"declare_incident",
	"end_incident",
}

// reviewCommands are the commands that somebody delivers to a review and waits for.
var reviewCommands = []string{
	"submit_review",
	"edit_review",
	"moderate",
	"reply",
	"report_review",
	"appeal",
	"declare_incident",
	"end_incident",
}

// Commands are the names of the commands that are delivered to cases of the kind, always in the same order. A worker that
// does not know a newer name refuses the update; the command is in the database all the same, and a wake brings it in.
func Commands(kind string) []string {
	switch kind {
	case casefile.KindOrder:
		return orderCommands
	case casefile.KindDispute:
		return disputeCommands
	case casefile.KindStanding:
		return standingCommands
	case casefile.KindReport:
		return reportCommands
	case casefile.KindReview:
		return reviewCommands
	}
	return nil
}
