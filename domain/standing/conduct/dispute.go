package conduct

import (
	"slices"
	"strings"
	"time"
)

// Dispute is what is known of a dispute at the event that decides about conduct: a decision was made known or became final, a
// promise was not kept, a settlement was performed.
type Dispute struct {
	Seller  string
	Reason  string // PROCEDURE 5
	Outcome string // PROCEDURE 6.5: of a decision its own, also where a return follows before the money
	Refunds bool   // the decision refunds anything
	Suspect bool   // the order's tracking failed its verification (PROCEDURE 4)

	// Findings are the decision's, by what was claimed: a reason of PROCEDURE 5, a Rule, SuspectTracking, or an Excuse.
	Findings []Finding
	// Excuses are those that are known without a decision.
	Excuses []Excuse

	OpenedAt  time.Time
	SettledAt time.Time // zero: it was not settled
	Performed bool      // what was settled was done
}

// Finding is one thing that a reviewer holds or rejects.
type Finding struct {
	Claim string
	Holds bool
}

// SuspectTracking is the claim that the tracking was invented.
const SuspectTracking = "tracking.suspect"

// Excuse is why a dispute never counts against its seller (PROCEDURE 8, "never counted").
type Excuse string

// The excuses of PROCEDURE 8. Each is also a claim that a decision may uphold; SettledSoon follows from the dispute itself.
const (
	PlatformFault  Excuse = "platform_fault"
	CarrierFault   Excuse = "carrier_fault"
	Incident       Excuse = "incident"
	MaliciousBuyer Excuse = "malicious_buyer"
	SettledSoon    Excuse = "settled_and_performed"
)

var excuses = []Excuse{PlatformFault, CarrierFault, Incident, MaliciousBuyer}

// The outcomes after which somebody has decided about conduct.
const (
	decidedForBuyer  = "decided_for_buyer"
	decidedForSeller = "decided_for_seller"
	decidedSplit     = "decided_split"
	promiseDefaulted = "promise_defaulted"
)

// Never says why the dispute counts for nothing, neither for points nor for the dispute rate. Within is how soon a settled
// dispute must have been settled (standing.settled_within).
func (d Dispute) Never(within time.Duration) (Excuse, bool) {
	for _, e := range excuses {
		if slices.Contains(d.Excuses, e) || d.upheld(string(e)) {
			return e, true
		}
	}
	if d.Performed && !d.SettledAt.IsZero() && d.SettledAt.Sub(d.OpenedAt) <= within {
		return SettledSoon, true
	}
	return "", false
}

// OfDispute returns what the dispute enters into its seller's standing, each rule once. A default by silence enters nothing,
// nor does what the parties settled: points come from a decision or from a promise that was not kept (PROCEDURE 8).
func OfDispute(d Dispute, within time.Duration) []Entry {
	if _, never := d.Never(within); never {
		return nil
	}
	var entries []Entry
	for _, rule := range d.rules() {
		if e := (Entry{Subject: d.Seller, Rule: rule}); !slices.Contains(entries, e) {
			entries = append(entries, e)
		}
	}
	return entries
}

func (d Dispute) rules() []Rule {
	switch d.Outcome {
	case promiseDefaulted:
		return []Rule{PromiseDefaulted}
	case decidedForBuyer, decidedForSeller, decidedSplit:
	default:
		return nil
	}
	var rules []Rule
	if rule, counts := ofReason(d.Reason); counts && d.reasonUpheld() {
		rules = append(rules, rule)
	}
	if d.falseShipment() {
		rules = append(rules, FalseShipment)
	}
	for _, f := range d.Findings {
		if f.Claim != d.Reason && d.upheld(f.Claim) {
			rules = append(rules, d.ofClaim(f.Claim)...)
		}
	}
	return rules
}

// reasonUpheld says whether the decision holds the buyer's reason: as its findings say, and where they say nothing about
// it, when it refunds anything.
func (d Dispute) reasonUpheld() bool {
	if f, said := d.finding(d.Reason); said {
		return f.Holds && d.Outcome != decidedForSeller
	}
	return d.Refunds && d.Outcome != decidedForSeller
}

// Lost says whether the decision went against the seller: for the buyer, or split with the buyer's reason upheld.
func (d Dispute) Lost() bool {
	return d.Outcome == decidedForBuyer || d.Outcome == decidedSplit && d.reasonUpheld()
}

// Decided says whether a decision ended the dispute.
func (d Dispute) Decided() bool {
	return d.Outcome == decidedForBuyer || d.Outcome == decidedForSeller || d.Outcome == decidedSplit
}

// falseShipment says whether tracking that failed its verification is upheld: as the findings say, else when a case about
// goods that did not come ends for the buyer.
func (d Dispute) falseShipment() bool {
	if f, said := d.finding(SuspectTracking); said {
		return f.Holds
	}
	return d.Suspect && strings.HasPrefix(d.Reason, "not_received.") && d.reasonUpheld()
}

func (d Dispute) upheld(claim string) bool {
	f, said := d.finding(claim)
	return said && f.Holds
}

// finding is the last thing that the decision says about a claim.
func (d Dispute) finding(claim string) (Finding, bool) {
	for _, f := range slices.Backward(d.Findings) {
		if f.Claim == claim {
			return f, true
		}
	}
	return Finding{}, false
}

// ofReason is the rule behind a reason. That goods came late, or that a warranty was due, enters nothing by itself.
func ofReason(reason string) (Rule, bool) {
	switch {
	case strings.HasPrefix(reason, "not_as_described."):
		return NotAsDescribed, true
	case reason == "counterfeit":
		return Counterfeit, true
	case reason == "extra_charge_demanded":
		return ExtraCharge, true
	case reason == "off_platform_pressure":
		return OffPlatform, true
	}
	return "", false
}

// ofClaim is the rule behind anything else that a decision upholds. What it says about the goods counts only where it is not
// for the seller; how the seller behaved counts whatever became of the claim.
func (d Dispute) ofClaim(claim string) []Rule {
	switch rule := Rule(claim); rule {
	case PressureToClose, PressureToConfirm, ExtraCharge, OffPlatform, FalseShipment:
		return []Rule{rule}
	}
	rule, counts := ofReason(claim)
	goods := rule == NotAsDescribed || rule == Counterfeit
	if !counts || goods && d.Outcome == decidedForSeller {
		return nil
	}
	return []Rule{rule}
}
