// Package conduct says what somebody has done: which rules of standing the end of a dispute, or the finding about a report,
// enters into whose standing (PROCEDURE 8 and 9). What that takes is the subject of package standing.
//
// It takes plain values and imports nothing of the kinds of case, so that disputes, orders and reports may all ask it.
package conduct

// Rule is what an entry is for. "Repeated" means the same rule (PROCEDURE 8).
type Rule string

// The rules of PROCEDURE 8, the behaviours of PROCEDURE 9 that enter points, and the fabricated report, which takes no
// points and counts on a ladder of its own.
const (
	Counterfeit          Rule = "counterfeit"
	NotAsDescribed       Rule = "not_as_described"
	FalseShipment        Rule = "false_shipment"
	PromiseDefaulted     Rule = "promise_defaulted"
	PressureToClose      Rule = "pressure_to_close"
	PressureToConfirm    Rule = "pressure_to_confirm"
	ExtraCharge          Rule = "extra_charge"
	OffPlatform          Rule = "off_platform"
	Extortion            Rule = "extortion"
	InducedReview        Rule = "induced_review"
	ConcealedInformation Rule = "concealed_information"
	ProvokedDispute      Rule = "provoked_dispute"
	Phishing             Rule = "phishing"
	FalseClaim           Rule = "false_claim"
	MaliciousLowReview   Rule = "malicious_low_review"
	FabricatedReport     Rule = "fabricated_report"
)

// Rules are all of them.
var Rules = []Rule{Counterfeit, NotAsDescribed, FalseShipment, PromiseDefaulted, PressureToClose, PressureToConfirm, ExtraCharge,
	OffPlatform, Extortion, InducedReview, ConcealedInformation, ProvokedDispute, Phishing, FalseClaim, MaliciousLowReview,
	FabricatedReport}

// Entry is one thing that goes into a standing.
type Entry struct {
	Subject string // the account
	Rule    Rule
}
