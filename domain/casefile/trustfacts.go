package casefile

import (
	"time"

	"recourse/domain/money"
)

// ReportFacts is what a malicious report must know and does not hold (PROCEDURE 9). While it is read for a submission the
// reporter's account is locked, so that of two reports at once each counts the other.
type ReportFacts struct {
	Known  bool `json:"known"`  // the reported account exists in this scope
	Refers bool `json:"refers"` // the order, dispute and review that are named exist and concern the reporter; true when none is named
	// Order is the one that is named, or that the dispute or the review is about; Buyer and Seller are its parties.
	Order  string `json:"order,omitempty"`
	Buyer  string `json:"buyer,omitempty"`
	Seller string `json:"seller,omitempty"`
	// Same is an open report by the same person about the same account, behaviour, order, dispute and review.
	Same  string `json:"same,omitempty"`
	Today int    `json:"today,omitempty"` // reports that the reporter has submitted on this day (UTC), this one not counted
	Muted bool   `json:"muted,omitempty"` // the function "report" is taken from the reporter now, as its standing says
	Held  bool   `json:"held,omitempty"`  // some report has had the one hold on the order
	Holds bool   `json:"holds,omitempty"` // the order still holds money, so that there is something to hold back
	// Review is the buyer's review of the order, if there is one.
	Review string `json:"review,omitempty"`
}

// ReviewFacts is what a review must know and does not hold (PROCEDURE 10), as it is at the instant of the trigger.
type ReviewFacts struct {
	Order       string         `json:"order"` // the order that is named, if it exists
	Buyer       string         `json:"buyer"`
	Seller      string         `json:"seller"`
	Currency    money.Currency `json:"currency"`
	Total       money.Minor    `json:"total"`                 // what was paid for the order
	DeliveredAt time.Time      `json:"delivered_at,omitzero"` // the last line, strong or weak, or confirmed; zero: not yet
	ClosedAt    time.Time      `json:"closed_at,omitzero"`    // the order is closed or refunded
	Disputes    []Course       `json:"disputes,omitempty"`    // of the order
	Existing    string         `json:"existing,omitempty"`    // another review of the order
	// Previous is when the counted review of this seller was submitted that the same buyer, by any account of the same person, gave
	// nearest to this one: before it, or after it where that one was read sooner.
	Previous   time.Time `json:"previous,omitzero"`
	SamePerson bool      `json:"same_person,omitempty"` // the buyer and the seller are accounts of one person
	Muted      bool      `json:"muted,omitempty"`       // the buyer is under a measure on the function "review"

	Scanned   bool   `json:"scanned,omitempty"`   // the scanner has seen the text: of the review, or of the reply or edition that is being sent
	Flags     []Flag `json:"flags,omitempty"`     // what it found there
	Incentive bool   `json:"incentive,omitempty"` // a message of the order ties a reward to the rating
	// Threat says that money was asked under threat of stars, in a message of the order or in the text. Report is the report
	// about it, if there is one, and Answered its finding once it has one.
	Threat   bool   `json:"threat,omitempty"`
	Report   string `json:"report,omitempty"`
	Answered string `json:"answered,omitempty"`
	// Investigated says that a detector's case about the order or its people is open (PROCEDURE 11).
	Investigated bool `json:"investigated,omitempty"`
}

// Course is how a dispute of an order went, as far as a review asks.
type Course struct {
	Dispute     string    `json:"dispute"`
	Open        bool      `json:"open,omitempty"`
	NotReceived bool      `json:"not_received,omitempty"` // its reason's root
	Return      bool      `json:"return,omitempty"`       // its remedy is a return
	Adjudicated bool      `json:"adjudicated,omitempty"`  // it was not withdrawn before adjudication
	EscalatedBy Role      `json:"escalated_by,omitempty"` // who took it there: a party, or system
	EndedAt     time.Time `json:"ended_at,omitzero"`
}

// Flag is what the scanner found in a text: which rule, and in which characters.
type Flag struct {
	Rule  string `json:"rule"`
	From  int    `json:"from"`
	Until int    `json:"until"`
}
