package access

import (
	"slices"

	"recourse/domain/casefile"
)

// subject is what an action is about, and so what its refusal could give away.
type subject int

// The subjects.
const (
	nothing subject = iota // it makes something new, or lists what the caller may see
	aCase                  // an order or a dispute
	anAccount
	aStanding // of an account
	aReport
	aReview
	aCommand
	aClock
)

// rule is one row of the table.
type rule struct {
	about subject
	may   []grant
}

// grant lets a role do something in some relations.
type grant struct {
	role casefile.Role
	to   []Relation
}

func (r rule) allows(by casefile.Role, to Relation) bool {
	return slices.ContainsFunc(r.may, func(g grant) bool { return g.role == by && slices.Contains(g.to, to) })
}

// in makes a rule: an action about a subject that grants allow. Grants are lists, one after the other.
func in(about subject, grants ...[]grant) rule {
	return rule{about: about, may: slices.Concat(grants...)}
}

// own lets roles act where it is their own.
func own(roles ...casefile.Role) []grant { return grants(roles, Own) }

// bench lets roles act where they have, had or judge the case.
func bench(roles ...casefile.Role) []grant { return grants(roles, Bench) }

// others lets roles act where it is not their own: nobody judges himself.
func others(roles ...casefile.Role) []grant { return grants(roles, Bench, Other) }

// all lets roles act everywhere.
func all(roles ...casefile.Role) []grant { return grants(roles, Own, Bench, Other) }

func grants(roles []casefile.Role, to ...Relation) []grant {
	gs := make([]grant, len(roles))
	for i, role := range roles {
		gs[i] = grant{role, to}
	}
	return gs
}

// Short names, so that the table reads as one.
const (
	buyer      = casefile.Buyer
	seller     = casefile.Seller
	reviewer   = casefile.Reviewer
	supervisor = casefile.Supervisor
	operator   = casefile.Operator
	platform   = casefile.Platform
	carrier    = casefile.Carrier
	auditor    = casefile.Auditor
	system     = casefile.System
)

// outside are all roles that anybody can have.
var outside = []casefile.Role{buyer, seller, reviewer, supervisor, operator, platform, carrier, auditor}

// table says for each action what it is about and who may do it. Commands have their own names; what only reads begins
// with view or list.
var table = map[string]rule{
	// The order: its money and its clock.
	"register_order":    in(nothing, all(platform)),
	"ship":              in(aCase, own(seller)),
	"deliver":           in(aCase, all(carrier)),
	"track":             in(aCase, all(carrier)),
	"confirm_receipt":   in(aCase, own(buyer)),
	"extend_protection": in(aCase, own(buyer)),
	"grant_extension":   in(aCase, own(seller)),
	"refuse_extension":  in(aCase, own(seller)),
	"cancel_order":      in(aCase, own(seller), all(platform)),
	"open_dispute":      in(aCase, own(buyer)),
	"chargeback":        in(aCase, all(platform)),
	"close_chargeback":  in(aCase, all(platform, operator)),
	"sign_goodwill":     in(aCase, all(supervisor, operator)),
	"retry_transfer":    in(aCase, all(operator)),

	// Negotiation.
	"post_message":        in(aCase, own(buyer, seller), bench(reviewer, supervisor)),
	"announce_upload":     in(aCase, own(buyer, seller)),
	"submit_evidence":     in(aCase, own(buyer, seller)),
	"offer":               in(aCase, own(buyer, seller)),
	"accept_offer":        in(aCase, own(buyer, seller)),
	"reject_offer":        in(aCase, own(buyer, seller)),
	"withdraw_offer":      in(aCase, own(buyer, seller)),
	"concede":             in(aCase, own(buyer, seller)),
	"change_reason":       in(aCase, own(buyer)),
	"request_time":        in(aCase, own(seller)),
	"escalate":            in(aCase, own(buyer, seller)),
	"withdraw":            in(aCase, own(buyer)),
	"cancel_withdrawal":   in(aCase, own(buyer)),
	"reopen":              in(aCase, own(buyer)),
	"ship_replacement":    in(aCase, own(seller)),
	"deliver_replacement": in(aCase, all(carrier)),
	"confirm_performance": in(aCase, own(buyer)),

	// The return leg.
	"ship_return":    in(aCase, own(buyer)),
	"deliver_return": in(aCase, all(carrier)),
	"inspect_return": in(aCase, own(seller)),

	// Adjudication and appeal.
	"assign":             in(aCase, all(supervisor)),
	"claim":              in(aCase, all(reviewer)),
	"release":            in(aCase, all(reviewer)),
	"snooze":             in(aCase, all(reviewer)),
	"draft_decision":     in(aCase, bench(reviewer, supervisor)),
	"object_to_reviewer": in(aCase, own(buyer, seller)),
	"rule_objection":     in(aCase, all(supervisor)),
	"waive_hearing":      in(aCase, own(buyer, seller)),
	"extend_evidence":    in(aCase, own(buyer, seller)),
	"request_evidence":   in(aCase, all(reviewer, supervisor)),
	"admit_evidence":     in(aCase, all(reviewer, supervisor)),
	"decide":             in(aCase, all(reviewer, supervisor)),
	"second":             in(aCase, all(supervisor)),
	"appeal":             in(aCase, own(buyer, seller)),
	"vote":               in(aCase, all(reviewer)),

	// Reading cases. Evidence is for those who argue about it, judge it or audit it.
	"list_orders":    in(nothing, all(buyer, seller, reviewer, supervisor, operator, platform, auditor)),
	"list_disputes":  in(nothing, all(buyer, seller, reviewer, supervisor, operator, platform, auditor)),
	"view_order":     in(aCase, own(buyer, seller), all(reviewer, supervisor, operator, platform, auditor)),
	"view_dispute":   in(aCase, own(buyer, seller), all(reviewer, supervisor, operator, platform, auditor)),
	"view_tracking":  in(aCase, own(buyer, seller), all(reviewer, supervisor, operator, platform, auditor)),
	"list_queue":     in(nothing, all(reviewer, supervisor, auditor)),
	"list_reviewers": in(nothing, all(reviewer, supervisor, operator, auditor)),
	"view_evidence":  in(aCase, own(buyer, seller), bench(reviewer), all(supervisor, auditor)),
	"open_original":  in(aCase, bench(reviewer), all(supervisor)), // each time is recorded
	"view_record":    in(aCase, own(buyer, seller), bench(reviewer), all(supervisor, auditor)),
	"view_bundle":    in(aCase, own(buyer, seller), bench(reviewer), all(supervisor, operator, platform, auditor)),
	"view_transfers": in(aCase, all(supervisor, operator, platform, auditor)),
	"view_command":   in(aCommand, own(buyer, seller, reviewer, supervisor, operator, platform, carrier), all(auditor)),

	// The marketplace and those who run it.
	"create_account":   in(nothing, all(platform, operator)),
	"view_account":     in(anAccount, own(buyer, seller, reviewer, supervisor), all(operator, platform, auditor)),
	"link_account":     in(anAccount, all(operator, platform)),
	"unlink_account":   in(anAccount, all(operator, platform)),
	"add_reserve":      in(anAccount, all(platform)),
	"payout":           in(anAccount, all(platform)),
	"tell_of_parcels":  in(nothing, all(carrier)), // by its signature; the API asks for no token
	"declare_incident": in(nothing, all(operator)),
	"end_incident":     in(nothing, all(operator)),
	"list_incidents":   in(nothing, all(supervisor, operator, platform, auditor)),
	"view_board":       in(nothing, all(supervisor, operator, platform, auditor)),
	"view_policy":      in(nothing, all(Roles...)),

	// What receipts and bundles are checked with. The API asks for no token.
	"view_keys":  in(nothing, all(outside...)),
	"view_roots": in(nothing, all(outside...)),

	// How an account stands: for its holder, and for those who let it do something or answer for that.
	"list_standings": in(nothing, all(reviewer, supervisor, operator, auditor)),
	"view_standing":  in(aStanding, own(buyer, seller), all(reviewer, supervisor, operator, platform, auditor)),
	"contest":        in(aStanding, own(buyer, seller, reviewer, supervisor)),
	"rule_contest":   in(aStanding, others(supervisor)),
	"rule_removal":   in(aStanding, others(supervisor)),
	"start_measure":  in(aStanding, all(operator)),
	"end_measure":    in(aStanding, all(operator)),

	// The figures of a seller's page are everybody's; the rows behind them name its buyers.
	"view_metrics":      in(nothing, all(buyer, seller, reviewer, supervisor, operator, platform, auditor)),
	"view_metrics_rows": in(anAccount, own(seller), all(operator, platform, auditor)),

	// Malicious reports. Anyone reports anyone; a side sees its own statement, the staff the whole.
	"submit_report":        in(nothing, all(buyer, seller, reviewer, supervisor)),
	"list_reports":         in(nothing, all(buyer, seller, reviewer, supervisor, operator, auditor)),
	"view_report":          in(aReport, all(reviewer, supervisor), own(buyer, seller), all(operator, auditor)),
	"view_report_timeline": in(aReport, others(reviewer, supervisor), all(operator, auditor)),
	"give_info":            in(aReport, own(buyer, seller, reviewer, supervisor)),
	"contest_report":       in(aReport, own(buyer, seller, reviewer, supervisor)),
	"admit_report":         in(aReport, others(reviewer, supervisor)),
	"assign_report":        in(aReport, others(supervisor)),
	"find":                 in(aReport, others(reviewer, supervisor)),
	"need_info":            in(aReport, others(reviewer, supervisor)),
	"propose_hold":         in(aReport, others(reviewer, supervisor)),
	"second_hold":          in(aReport, others(supervisor)),
	"refer":                in(aReport, others(reviewer, supervisor)),
	"answer_referral":      in(aReport, all(operator)),

	// Reviews. What is published is everybody's; whether one is, the review knows.
	"submit_review":        in(aCase, own(buyer)),
	"list_reviews":         in(nothing, all(buyer, seller, reviewer, supervisor, operator, platform, auditor)),
	"view_review":          in(aReview, all(buyer, seller, reviewer, supervisor, operator, platform, auditor)),
	"view_review_timeline": in(aReview, all(reviewer, supervisor, operator, auditor)),
	"edit_review":          in(aReview, own(buyer)),
	"reply":                in(aReview, own(seller)),
	"moderate":             in(aReview, all(reviewer, supervisor)),
	"report_review":        in(aReview, all(buyer, seller)),
	"appeal_review":        in(aReview, own(buyer, seller)),
	// What the detectors found, with the rows behind it. Whom it is about is told by the report that it opened.
	"list_detections": in(nothing, all(reviewer, supervisor, operator, auditor)),
	"view_rating":     in(nothing, all(buyer, seller, reviewer, supervisor, operator, platform, auditor)),

	// The sandbox. Elsewhere these are not found for anybody.
	"create_policy":      in(nothing, all(platform, operator)),
	"create_test_clock":  in(nothing, all(platform, operator)),
	"view_test_clock":    in(aClock, all(platform, operator, auditor)),
	"advance_test_clock": in(aClock, all(platform, operator)),
	"run_detectors":      in(aClock, all(platform, operator)),

	// What cases and effects tell each other. Nobody asks for these from outside.
	"open":             in(aCase, all(system)),
	"enforce_outcome":  in(aCase, all(system)),
	"grant_time":       in(aCase, all(system)),
	"dispute_reopened": in(aCase, all(system)),
	"reason_changed":   in(aCase, all(system)),
	"confirm_transfer": in(aCase, all(system)),
	"fail_transfer":    in(aCase, all(system)),
	"record_scan":      in(aCase, all(system)),
	"detected":         in(aCase, all(system)),
	"freeze":           in(aCase, all(system)),
	"unfreeze":         in(aCase, all(system)),
	"supersede":        in(aCase, all(system)),
	"hold_release":     in(aCase, all(system)),
	"lift_hold":        in(aCase, all(system)),
	"keep_review":      in(aCase, all(system)),
	"screened":         in(aReview, all(system)),
	"dispute_ended":    in(aReview, all(system)),
	"report_answered":  in(aReview, all(system)),
	"recount":          in(aReview, all(system)),
	"enter_points":     in(aStanding, all(system)),
	"finalise_entry":   in(aStanding, all(system)),
	"void_entry":       in(aStanding, all(system)),
	"excuse_cause":     in(aStanding, all(system)),
	"end_excuse":       in(aStanding, all(system)),
}
