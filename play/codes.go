package play

import "slices"

// The codes of PROCEDURE that a case file may name. A misspelt one is a problem of the file, not a miss of the program.
var (
	roleCodes = []string{"buyer", "seller", "reviewer", "supervisor", "operator", "platform", "carrier", "auditor"}

	programmeCodes = []string{"guaranteed_genuine", "choice", "warranty"}

	reasonCodes = []string{
		"not_received.no_tracking_progress", "not_received.invalid_tracking", "not_received.wrong_address",
		"not_received.held_by_customs", "not_received.returned_to_sender", "not_received.late",
		"not_as_described.description", "not_as_described.quality", "not_as_described.damaged",
		"not_as_described.missing_parts", "not_as_described.short_quantity", "not_as_described.wrong_item",
		"counterfeit", "extra_charge_demanded", "off_platform_pressure", "change_of_mind", "warranty.defect",
	}

	remedyCodes = []string{"refund_full", "refund_partial", "return_and_refund", "replacement", "repair", "release"}

	strengthCodes = []string{"strong", "weak", "suspect"}

	trackCodes = []string{"accepted", "in_transit", "delivered", "customs", "returned", "lost", "exception"}

	evidenceCodes = []string{
		"photo_of_item", "photo_of_package", "video", "listing_snapshot", "conversation", "tracking_record",
		"carrier_statement", "proof_of_shipment", "proof_of_delivery", "weight_record", "invoice", "certificate",
		"authenticity_report", "customs_document", "return_receipt", "refund_receipt", "statement", "other",
	}

	scanCodes = []string{"infected", "unscannable", "never"}
	linkCodes = []string{"person", "device", "address", "instrument"}

	conditionCodes = []string{"in_order", "damaged", "different_item", "empty", "missing_parts"}

	outcomeCodes = []string{
		"settled", "conceded_by_seller", "default_seller_silent", "promise_defaulted", "returned_and_refunded",
		"decided_for_buyer", "decided_for_seller", "decided_split", "withdrawn", "superseded_by_chargeback", "no_decision",
	}

	rulingCodes = []string{"decided_for_buyer", "decided_for_seller", "decided_split"}

	orderStateCodes = []string{
		"funded", "in_transit", "inspection", "disputed", "release_pending", "released", "aftercare", "closed", "refunded",
	}

	stageCodes = []string{"negotiation", "adjudication", "appeal", "final"}

	statusCodes = []string{
		"waiting_seller", "waiting_buyer", "waiting_return", "performing", "withdrawing", "assigning", "waiting_evidence",
		"under_review", "waiting_signature", "appeal_window", "panel_review", "closed",
	}

	problemCodes = []string{
		"validation_failed", "idempotency_mismatch", "unauthenticated", "not_allowed", "not_found", "case_closed",
		"deadline_passed", "stale_revision", "stale_offer", "record_changed", "dispute_already_open", "reason_not_open",
		"wrong_stage", "amount_exceeds_cap", "confirm_before_delivery", "hearing_not_complete", "evidence_request_open",
		"conflict_of_interest", "assignment_lapsed", "appeal_used", "clock_advancing", "evidence_rejected", "too_large",
		"rate_limited", "muted", "too_many_items", "already_voted", "already_reviewed", "malformed", "unsupported_type",
		"storage_unavailable", "storage_full",
	}

	standingCodes = []string{"good", "warned", "limited", "restricted", "suspended", "removed"}

	behaviourCodes = []string{
		"provoked_dispute", "concealed_information", "false_logistics", "false_claim", "extortion", "induced_review",
		"malicious_low_review", "off_platform", "extra_charge", "phishing", "brushing", "fabricated_report", "other",
	}

	findingCodes = []string{"substantiated", "unsubstantiated", "fabricated", "duplicate", "inadmissible"}

	reporterCodes = []string{"good", "warned", "suspended"}

	detectorCodes = []string{"complaint_spike", "brushing", "tracking", "frequent_disputer", "messages", "ship_and_switch"}

	measureCodes = []string{"account", "listing", "list", "sell", "message", "dispute", "review", "report", "withdraw_funds"}

	uncountedCodes = []string{
		"order_below_minimum", "dispute_adjudicated", "repeat_buyer", "under_investigation", "incentive", "moderation_silence",
		"same_person",
	}
)

// eventCodes is the closed list of event names (CASEFILES).
var eventCodes = slices.Concat(
	named("order", "funded", "shipped", "delivered", "confirmed", "cancelled", "closed", "confirmation_tried"),
	named("protection", "paused", "resumed", "extended", "ended"),
	named("tracking", "verified", "suspect"),
	named("escrow", "held", "refunded", "released", "split", "goodwill", "recovered", "claimed"),
	named("dispute", "opened", "escalated", "reason_changed", "withdrawal_started", "withdrawal_cancelled", "withdrawn",
		"reopened", "assigned", "decided", "appealed", "closed"),
	named("offer", "made", "accepted", "rejected", "withdrawn", "expired", "performed", "defaulted"),
	named("evidence", "requested", "received", "late", "rejected", "admitted", "viewed"),
	named("message", "posted", "flagged"),
	named("return", "shipped", "delivered", "inspected", "lapsed"),
	named("decision", "proposed", "seconded", "final"),
	named("vote", "cast"),
	named("standing", "entered", "finalised", "voided", "changed"),
	named("measure", "started", "ended"),
	named("report", "submitted", "found", "referred", "contested", "closed"),
	named("review", "submitted", "sealed", "published", "held", "uncounted", "removed", "redacted", "edit_requested",
		"replied", "moderated"),
	named("incident", "declared"),
	named("deadline", "moved"),
	named("notice", "sent"),
	named("chargeback", "opened", "closed"),
	named("transfer", "failed"),
	named("extension", "requested", "granted", "refused", "lapsed"),
	named("time", "requested"),
	named("hearing", "waived"),
	named("objection", "made", "ruled"),
	named("replacement", "shipped", "delivered"),
	named("panel", "drawn"),
)

// named puts the noun before each of the verbs.
func named(noun string, verbs ...string) []string {
	out := make([]string, len(verbs))
	for i, v := range verbs {
		out[i] = noun + "." + v
	}
	return out
}
