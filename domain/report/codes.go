package report

import "slices"

// Status says where a report stands.
type Status string

// The statuses of PROCEDURE 9. A report that has a finding is answered while the sides may contest it.
const (
	Submitted   Status = "submitted"
	Screening   Status = "screening"
	UnderReview Status = "under_review"
	NeedInfo    Status = "need_info"
	Answered    Status = "answered"
	Contested   Status = "contested"
	Closed      Status = "closed"
)

// Statuses are all of them, in the order of a report's life.
var Statuses = []Status{Submitted, Screening, UnderReview, NeedInfo, Answered, Contested, Closed}

// Behaviour is what an account is said to do.
type Behaviour string

// The behaviours of PROCEDURE 9.
const (
	ProvokedDispute      Behaviour = "provoked_dispute"
	ConcealedInformation Behaviour = "concealed_information"
	FalseLogistics       Behaviour = "false_logistics"
	FalseClaim           Behaviour = "false_claim"
	Extortion            Behaviour = "extortion"
	InducedReview        Behaviour = "induced_review"
	MaliciousLowReview   Behaviour = "malicious_low_review"
	OffPlatform          Behaviour = "off_platform"
	ExtraCharge          Behaviour = "extra_charge"
	Phishing             Behaviour = "phishing"
	Brushing             Behaviour = "brushing"
	FabricatedReport     Behaviour = "fabricated_report"
	Other                Behaviour = "other"
)

// Behaviours are all of them.
var Behaviours = []Behaviour{ProvokedDispute, ConcealedInformation, FalseLogistics, FalseClaim, Extortion, InducedReview,
	MaliciousLowReview, OffPlatform, ExtraCharge, Phishing, Brushing, FabricatedReport, Other}

// Finding is the answer to a report.
type Finding string

// The findings of PROCEDURE 9.
const (
	Substantiated   Finding = "substantiated"
	Unsubstantiated Finding = "unsubstantiated"
	Fabricated      Finding = "fabricated"
	Duplicate       Finding = "duplicate"
	Inadmissible    Finding = "inadmissible"
)

// Findings are all of them.
var Findings = []Finding{Substantiated, Unsubstantiated, Fabricated, Duplicate, Inadmissible}

// early says that the finding can be made in screening: nothing has to be examined for it.
func (f Finding) early() bool { return f == Duplicate || f == Inadmissible }

// sentences say a finding to people, where the reviewer gave no words of its own.
var sentences = map[Finding]string{
	Substantiated:   "The report is true as far as it could be examined.",
	Unsubstantiated: "What was handed in does not show that the report is true.",
	Fabricated:      "The report says what its author knew to be untrue.",
	Duplicate:       "The same was reported before; the earlier report is answered.",
	Inadmissible:    "The report is not about what these rules cover, or says too little to be examined.",
}

// Reputation is what a reporter is, after its earlier reports.
type Reputation string

// The reputations of PROCEDURE 9.
const (
	Good      Reputation = "good"
	Warned    Reputation = "warned"
	Suspended Reputation = "suspended"
)

// Scopes are what a measure may be about: the account, or one of its functions (PROCEDURE 8). A listing is named by its SKU.
var Scopes = []string{"account", "list", "sell", "message", "dispute", "review", "report", "withdraw_funds"}

// HoldScope is the scope of the measure that holds back an order.
const HoldScope = "order"

func known[T comparable](all []T, one T) bool { return slices.Contains(all, one) }
