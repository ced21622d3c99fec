// Package casefile is what every case has in common: commands come in, events and answers come out, and the events form
// one chain that anybody can verify.
package casefile

import (
	"encoding/json"
	"time"
)

// Role is what somebody is to a case.
type Role string

// The roles of PROCEDURE 1.
const (
	Buyer      Role = "buyer"
	Seller     Role = "seller"
	Reviewer   Role = "reviewer"
	Supervisor Role = "supervisor"
	Operator   Role = "operator"
	Platform   Role = "platform"
	Carrier    Role = "carrier"
	Auditor    Role = "auditor"
	System     Role = "system"
)

// Actor is who does something. Timers and other cases act as System, without an ID.
type Actor struct {
	ID   string `json:"id,omitempty"`
	Role Role   `json:"role"`
}

// Command is one request to a case, stored at the door before anybody acts on it. At is its time of receipt and Sequence
// its place in the case's queue; both were given by the database under the case's row lock.
type Command struct {
	ID         string          `json:"id"`
	Case       string          `json:"case"`
	Sequence   int64           `json:"sequence"`
	Name       string          `json:"name"`
	By         Actor           `json:"by"`
	At         time.Time       `json:"at"`
	IfRevision *int64          `json:"if_revision,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
}

// Code says why a command is refused (PROCEDURE 13). The zero value means that it was accepted.
type Code string

// The problem codes that a rule can answer with. Codes of the transport (401, 413 …) belong to the API.
const (
	ValidationFailed      Code = "validation_failed"
	IdempotencyMismatch   Code = "idempotency_mismatch"
	NotAllowed            Code = "not_allowed"
	NotFound              Code = "not_found"
	CaseClosed            Code = "case_closed"
	StaleRevision         Code = "stale_revision"
	DeadlinePassed        Code = "deadline_passed"
	AssignmentLapsed      Code = "assignment_lapsed"
	ConflictOfInterest    Code = "conflict_of_interest"
	StaleOffer            Code = "stale_offer"
	WrongStage            Code = "wrong_stage"
	DisputeAlreadyOpen    Code = "dispute_already_open"
	ReasonNotOpen         Code = "reason_not_open"
	ConfirmBeforeDelivery Code = "confirm_before_delivery"
	AppealUsed            Code = "appeal_used"
	AlreadyVoted          Code = "already_voted"
	EvidenceRequestOpen   Code = "evidence_request_open"
	HearingNotComplete    Code = "hearing_not_complete"
	RecordChanged         Code = "record_changed"
	AmountExceedsCap      Code = "amount_exceeds_cap"
	TooManyItems          Code = "too_many_items"
	FileRejected          Code = "evidence_rejected"
	Muted                 Code = "muted"
	AlreadyReviewed       Code = "already_reviewed"
)

// Answer is what the sender of a command is told. Detail is a sentence for people, without anything that was submitted;
// Pointer names the field of the command's data that is wrong ("/amount").
type Answer struct {
	Refused Code           `json:"refused,omitempty"`
	Detail  string         `json:"detail,omitempty"`
	Pointer string         `json:"pointer,omitempty"`
	Result  map[string]any `json:"result,omitempty"`
}

// Accepted says whether the command was carried out.
func (a Answer) Accepted() bool { return a.Refused == "" }

// Refuse is an answer that refuses with a code and a sentence.
func Refuse(code Code, detail string) Answer { return Answer{Refused: code, Detail: detail} }

// Invalid is an answer that refuses because of one field of the data.
func Invalid(pointer, detail string) Answer {
	return Answer{Refused: ValidationFailed, Pointer: pointer, Detail: detail}
}
