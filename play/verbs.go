package play

// scope says what a verb is addressed to.
type scope int

const (
	toOrder   scope = iota // one order
	toDispute              // one dispute
	toEither               // the order or a dispute, as the step's `to` says
	toNothing              // neither: an account, a clock, a report
)

// kind is what a field of a verb holds.
type kind int

const (
	kindText     kind = iota // any text
	kindCode                 // one of the field's codes
	kindAmount               // money in the currency of the step's order
	kindDays                 // a whole number of days
	kindStars                // 1 to 5
	kindFlag                 // true or false
	kindLength               // a duration
	kindInstant              // an instant after payment
	kindLines                // articles of the order
	kindParty                // a name of the story
	kindPlace                // `order`, or the name of a dispute
	kindOffer                // the name of an offer
	kindRequest              // the name of a request for evidence
	kindItem                 // the name or the file of an item of evidence
	kindUpload               // the name of an announced upload
	kindReport               // the name of a report
	kindReview               // the name of a review
	kindFile                 // a file beside the case file
	kindFindings             // the findings of a decision
	kindMeasures             // the measures of a report's finding
)

// field is one field of a verb.
type field struct {
	name  string
	kind  kind
	need  bool
	codes []string
}

// verb is one thing that can be done: by whom, to what, with which fields.
type verb struct {
	name  string
	by    []string // roles; "anyone" is everybody
	scope scope
	as    bool // a later step may refer to it by name
	// fields besides those that every step may carry. oneOf are fields of which one must stand there.
	fields []field
	oneOf  []string
}

const anyone = "anyone"

// Roles that come up together.
var (
	buyer            = []string{"buyer"}
	seller           = []string{"seller"}
	parties          = []string{"buyer", "seller"}
	carrier          = []string{"carrier"}
	reviewer         = []string{"reviewer"}
	supervisor       = []string{"supervisor"}
	deciders         = []string{"reviewer", "supervisor"}
	platform         = []string{"platform"}
	signers          = []string{"supervisor", "operator"}
	runners          = []string{"platform", "operator"}
	operator         = []string{"operator"}
	writers          = []string{"buyer", "seller", "reviewer"}
	everybody        = []string{anyone}
	sellerOrPlatform = []string{"seller", "platform"}
)

func must(name string, k kind, codes ...string) field { return field{name, k, true, codes} }
func may(name string, k kind, codes ...string) field  { return field{name, k, false, codes} }

// verbs is the table of CASEFILES. Nothing else knows which fields a verb has and who may do it.
var verbs = []verb{
	{name: "ship", by: seller, scope: toOrder, fields: []field{must("carrier", kindText), must("tracking", kindText), may("lines", kindLines)}},
	{name: "deliver", by: carrier, scope: toOrder, fields: []field{must("strength", kindCode, strengthCodes...), may("postcode", kindText)}},
	{name: "track", by: carrier, scope: toOrder, fields: []field{must("status", kindCode, trackCodes...), may("country", kindText), may("postcode", kindText), may("text", kindText)}},
	{name: "confirm_receipt", by: buyer, scope: toOrder, fields: []field{may("acknowledge", kindFlag)}},
	{name: "extend_protection", by: buyer, scope: toOrder, fields: []field{must("by_days", kindDays)}},
	{name: "grant_extension", by: seller, scope: toOrder},
	{name: "refuse_extension", by: seller, scope: toOrder},
	{name: "open_dispute", by: buyer, scope: toOrder, as: true, fields: []field{must("reason", kindCode, reasonCodes...), must("remedy", kindCode, remedyCodes...), may("amount", kindAmount), may("lines", kindLines), must("text", kindText)}},
	{name: "post_message", by: writers, scope: toEither, fields: []field{must("text", kindText), may("to", kindPlace)}},
	{name: "submit_evidence", by: parties, scope: toDispute, as: true, oneOf: []string{"file", "text"}, fields: []field{must("type", kindCode, evidenceCodes...), may("file", kindFile), may("text", kindText), may("request", kindRequest), may("upload", kindUpload), may("cost", kindAmount), may("scan", kindCode, scanCodes...)}},
	{name: "request_evidence", by: reviewer, scope: toDispute, as: true, fields: []field{must("from", kindParty), must("type", kindCode, evidenceCodes...), must("due", kindLength), may("mandatory", kindFlag)}},
	{name: "offer", by: parties, scope: toDispute, as: true, fields: []field{must("remedy", kindCode, remedyCodes...), may("amount", kindAmount), may("due", kindLength), may("fallback", kindCode, remedyCodes...)}},
	{name: "accept_offer", by: parties, scope: toDispute, fields: []field{may("offer", kindOffer)}},
	{name: "reject_offer", by: parties, scope: toDispute, fields: []field{may("offer", kindOffer)}},
	{name: "withdraw_offer", by: parties, scope: toDispute, fields: []field{may("offer", kindOffer)}},
	{name: "ship_replacement", by: seller, scope: toDispute, fields: []field{may("offer", kindOffer), must("carrier", kindText), must("tracking", kindText)}},
	{name: "deliver_replacement", by: carrier, scope: toDispute, fields: []field{must("strength", kindCode, strengthCodes...)}},
	{name: "confirm_performance", by: buyer, scope: toDispute, fields: []field{may("offer", kindOffer)}},
	{name: "concede", by: parties, scope: toDispute, fields: []field{may("acknowledge", kindFlag)}},
	{name: "request_time", by: seller, scope: toDispute, fields: []field{must("days", kindDays)}},
	{name: "change_reason", by: buyer, scope: toDispute, fields: []field{must("reason", kindCode, reasonCodes...), may("remedy", kindCode, remedyCodes...), may("amount", kindAmount)}},
	{name: "escalate", by: parties, scope: toDispute, fields: []field{may("text", kindText)}},
	{name: "withdraw", by: parties, scope: toDispute, fields: []field{may("text", kindText)}},
	{name: "cancel_withdrawal", by: parties, scope: toDispute, fields: []field{may("text", kindText)}},
	{name: "reopen", by: parties, scope: toDispute, fields: []field{may("text", kindText)}},
	{name: "assign", by: supervisor, scope: toDispute, fields: []field{must("to", kindParty)}},
	{name: "object_to_reviewer", by: parties, scope: toDispute, fields: []field{must("text", kindText), may("reviewer", kindParty)}},
	{name: "rule_objection", by: supervisor, scope: toDispute, fields: []field{must("upheld", kindFlag), may("text", kindText)}},
	{name: "waive_hearing", by: parties, scope: toDispute},
	{name: "decide", by: deciders, scope: toDispute, fields: []field{must("outcome", kindCode, rulingCodes...), must("refund", kindAmount), must("release", kindAmount), may("return", kindFlag), must("reasons", kindText), may("findings", kindFindings), may("read", kindInstant)}},
	{name: "admit_evidence", by: reviewer, scope: toDispute, fields: []field{must("item", kindItem), may("reasons", kindText)}},
	{name: "extend_evidence", by: parties, scope: toDispute},
	{name: "second", by: supervisor, scope: toDispute, fields: []field{may("refuse", kindFlag)}},
	{name: "appeal", by: parties, scope: toDispute, fields: []field{must("text", kindText)}},
	{name: "vote", by: reviewer, scope: toDispute, fields: []field{must("outcome", kindCode, rulingCodes...), must("refund", kindAmount), must("release", kindAmount), may("reasons", kindText)}},
	{name: "ship_return", by: buyer, scope: toDispute, fields: []field{must("carrier", kindText), must("tracking", kindText)}},
	{name: "deliver_return", by: carrier, scope: toDispute, fields: []field{must("strength", kindCode, strengthCodes...)}},
	{name: "inspect_return", by: seller, scope: toDispute, fields: []field{must("condition", kindCode, conditionCodes...), may("file", kindFile), may("text", kindText)}},
	{name: "chargeback", by: platform, scope: toOrder, fields: []field{must("amount", kindAmount)}},
	{name: "close_chargeback", by: platform, scope: toOrder, fields: []field{must("won_by", kindCode, parties...)}},
	{name: "cancel_order", by: sellerOrPlatform, scope: toOrder},
	{name: "payout", by: platform, scope: toNothing, fields: []field{must("party", kindParty), must("amount", kindAmount)}},
	{name: "declare_incident", by: operator, scope: toNothing, fields: []field{must("from", kindInstant), must("until", kindInstant), may("text", kindText)}},

	{name: "report", by: everybody, scope: toNothing, as: true, fields: []field{must("against", kindParty), must("behaviour", kindCode, behaviourCodes...), must("text", kindText), may("affirm", kindFlag)}},
	{name: "find", by: reviewer, scope: toNothing, fields: []field{must("report", kindReport), must("finding", kindCode, findingCodes...), may("measures", kindMeasures)}},
	{name: "contest", by: everybody, scope: toNothing, oneOf: []string{"report", "entry", "measure"}, fields: []field{may("report", kindReport), may("entry", kindText), may("measure", kindText), may("text", kindText)}},
	{name: "refer", by: reviewer, scope: toNothing, fields: []field{must("report", kindReport), may("to", kindText), may("text", kindText)}},
	{name: "answer_referral", by: operator, scope: toNothing, fields: []field{must("report", kindReport), may("to", kindText), may("text", kindText)}},
	{name: "need_info", by: reviewer, scope: toNothing, fields: []field{must("report", kindReport), may("text", kindText)}},
	{name: "give_info", by: everybody, scope: toNothing, fields: []field{must("report", kindReport), may("text", kindText)}},
	{name: "review", by: buyer, scope: toOrder, as: true, fields: []field{must("stars", kindStars), may("as_described", kindStars), may("quality", kindStars), may("communication", kindStars), may("shipping_speed", kindStars), may("text", kindText)}},
	{name: "reply", by: seller, scope: toNothing, fields: []field{must("review", kindReview), may("text", kindText), may("verdict", kindText)}},
	{name: "moderate", by: reviewer, scope: toNothing, fields: []field{must("review", kindReview), may("text", kindText), may("verdict", kindText)}},

	// The project's own, which CASEFILES does not know: cases/README.md.
	{name: "announce_upload", by: parties, scope: toDispute, as: true, fields: []field{must("type", kindCode, evidenceCodes...), must("file", kindFile), may("request", kindRequest)}},
	{name: "open_original", by: deciders, scope: toDispute, fields: []field{must("item", kindItem)}},
	{name: "claim", by: reviewer, scope: toDispute},
	{name: "release", by: reviewer, scope: toDispute, fields: []field{must("text", kindText)}},
	{name: "snooze", by: reviewer, scope: toDispute, fields: []field{must("until", kindInstant), must("text", kindText)}},
	{name: "sign_goodwill", by: signers, scope: toDispute, fields: []field{may("refuse", kindFlag)}},
	{name: "propose_hold", by: reviewer, scope: toNothing, fields: []field{must("report", kindReport), must("reasons", kindText)}},
	{name: "second_hold", by: supervisor, scope: toNothing, fields: []field{must("report", kindReport), may("refuse", kindFlag)}},
	{name: "rule_removal", by: supervisor, scope: toNothing, fields: []field{must("party", kindParty), must("remove", kindFlag), must("reasons", kindText)}},
	{name: "edit_review", by: buyer, scope: toNothing, fields: []field{must("review", kindReview), must("text", kindText)}},
	{name: "report_review", by: parties, scope: toNothing, fields: []field{must("review", kindReview), must("text", kindText)}},
	{name: "appeal_review", by: parties, scope: toNothing, fields: []field{must("review", kindReview), must("text", kindText)}},
	{name: "link_accounts", by: runners, scope: toNothing, fields: []field{must("party", kindParty), must("to", kindParty), must("kind", kindCode, linkCodes...)}},
	{name: "detect", by: runners, scope: toNothing, as: true, fields: []field{may("detector", kindCode, detectorCodes...), may("against", kindParty)}},
	{name: "unlink_accounts", by: runners, scope: toNothing, fields: []field{must("party", kindParty), must("to", kindParty), must("kind", kindCode, linkCodes...), must("text", kindText)}},
}

// verbByName finds a verb of the table.
func verbByName(name string) (verb, bool) {
	for _, v := range verbs {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}

// stepKeys are the keys that every step may carry.
var stepKeys = []string{"at", "by", "do", "as", "order", "dispute", "answer", "refused", "together", "note"}

// known lists the keys of a step with this verb. `as` stands only where something can be referred to later, `order` and
// `dispute` only where the verb is addressed to them.
func (v verb) known() []string {
	var keys []string
	for _, key := range stepKeys {
		switch {
		case key == "as" && !v.as, key == "dispute" && v.scope != toDispute && v.scope != toEither:
			continue
		}
		keys = append(keys, key)
	}
	for _, f := range v.fields {
		keys = append(keys, f.name)
	}
	return keys
}
