package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

// Code is a problem code of the transport. Those that a rule answers with are casefile.Code; both are in PROCEDURE 13.
const (
	codeUnauthenticated     = wire.ProblemCodeUnauthenticated
	codeRateLimited         = wire.ProblemCodeRateLimited
	codeTooLarge            = wire.ProblemCodeTooLarge
	codeNotFound            = wire.ProblemCodeNotFound
	codeNotAllowed          = wire.ProblemCodeNotAllowed
	codeMalformed           = wire.ProblemCodeMalformed
	codeUnsupportedType     = wire.ProblemCodeUnsupportedType
	codeValidationFailed    = wire.ProblemCodeValidationFailed
	codeIdempotencyMismatch = wire.ProblemCodeIdempotencyMismatch
	codeClockAdvancing      = wire.ProblemCodeClockAdvancing
	codeEvidenceRejected    = wire.ProblemCodeEvidenceRejected
	codeStorageUnavailable  = wire.ProblemCodeStorageUnavailable
	codeStorageFull         = wire.ProblemCodeStorageFull
	codeMethodNotAllowed    = wire.ProblemCodeMethodNotAllowed
	codeInternal            = wire.ProblemCodeInternal
)

// meaning is how a code is told: with which status and under which title.
type meaning struct {
	status int
	title  string
}

// meanings is the one table from codes to HTTP. Every code of the contract and of the domain is in it.
var meanings = map[wire.ProblemCode]meaning{
	codeMalformed:           {http.StatusBadRequest, "The request cannot be read"},
	codeUnauthenticated:     {http.StatusUnauthorized, "Sign in first"},
	codeNotAllowed:          {http.StatusForbidden, "Not allowed"},
	codeNotFound:            {http.StatusNotFound, "Not found"},
	codeMethodNotAllowed:    {http.StatusMethodNotAllowed, "Not possible here"},
	codeTooLarge:            {http.StatusRequestEntityTooLarge, "Too large"},
	codeUnsupportedType:     {http.StatusUnsupportedMediaType, "This type of content is not taken"},
	codeValidationFailed:    {http.StatusUnprocessableEntity, "Not valid"},
	codeIdempotencyMismatch: {http.StatusUnprocessableEntity, "Another request used this key"},
	codeEvidenceRejected:    {http.StatusUnprocessableEntity, "The evidence was rejected"},
	codeRateLimited:         {http.StatusTooManyRequests, "Too many requests"},
	codeClockAdvancing:      {http.StatusConflict, "The test clock is being advanced"},
	codeStorageUnavailable:  {http.StatusServiceUnavailable, "Try again"},
	codeStorageFull:         {http.StatusInsufficientStorage, "No room"},
	codeInternal:            {http.StatusInternalServerError, "Internal error"},

	wire.ProblemCodeCaseClosed:            {http.StatusConflict, "The case is closed"},
	wire.ProblemCodeStaleRevision:         {http.StatusConflict, "The case has moved on"},
	wire.ProblemCodeDeadlinePassed:        {http.StatusConflict, "Too late"},
	wire.ProblemCodeAssignmentLapsed:      {http.StatusConflict, "The assignment has lapsed"},
	wire.ProblemCodeConflictOfInterest:    {http.StatusConflict, "A conflict of interest"},
	wire.ProblemCodeStaleOffer:            {http.StatusConflict, "The offer does not stand"},
	wire.ProblemCodeWrongStage:            {http.StatusConflict, "Not at this stage"},
	wire.ProblemCodeDisputeAlreadyOpen:    {http.StatusConflict, "There is a dispute already"},
	wire.ProblemCodeReasonNotOpen:         {http.StatusConflict, "This reason is not open"},
	wire.ProblemCodeConfirmBeforeDelivery: {http.StatusConflict, "Nothing was delivered yet"},
	wire.ProblemCodeAppealUsed:            {http.StatusConflict, "The appeal was used"},
	wire.ProblemCodeAlreadyVoted:          {http.StatusConflict, "The vote was cast"},
	wire.ProblemCodeAlreadyReviewed:       {http.StatusConflict, "The review was written"},
	wire.ProblemCodeEvidenceRequestOpen:   {http.StatusConflict, "Evidence is still awaited"},
	wire.ProblemCodeHearingNotComplete:    {http.StatusConflict, "The other side was not heard yet"},
	wire.ProblemCodeRecordChanged:         {http.StatusConflict, "The record has changed"},
	wire.ProblemCodeTooManyItems:          {http.StatusConflict, "Too many"},
	wire.ProblemCodeAmountExceedsCap:      {http.StatusUnprocessableEntity, "More than there is"},
	wire.ProblemCodeMuted:                 {http.StatusForbidden, "This function is stopped for now"},
}

// problem is an answer that refuses. It is an error, so that every way out of a handler leads to the same writer. Detail
// and field messages are sentences of ours; nothing that was submitted is ever in them.
type problem struct {
	code    wire.ProblemCode
	detail  string
	fields  []wire.FieldError
	command string         // the command that was refused, where one was stored
	result  map[string]any // what the rule adds: revision, dispute
	actions []wire.Action  // what may be done instead
	retry   time.Duration  // when to try again; zero: nothing is said
	cause   error          // for the log
}

func (p *problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%s: %v", p.code, p.cause)
	}
	return string(p.code) + ": " + p.detail
}

func (p *problem) Unwrap() error { return p.cause }

func refuse(code wire.ProblemCode, detail string) *problem {
	return &problem{code: code, detail: detail}
}

func invalid(pointer, code, message string) *problem {
	return &problem{code: codeValidationFailed, detail: "Something in the request is not valid; see errors.",
		fields: []wire.FieldError{{Pointer: pointer, Code: code, Message: message}}}
}

func notFound() *problem {
	return refuse(codeNotFound, "There is no such thing, or it is not yours to see.")
}

// refused is a rule's answer as a problem.
func refused(command string, a casefile.Answer) *problem {
	p := &problem{code: wire.ProblemCode(a.Refused), detail: a.Detail, command: command, result: a.Result}
	if a.Pointer != "" {
		p.fields = []wire.FieldError{{Pointer: a.Pointer, Code: string(a.Refused), Message: a.Detail}}
	}
	return p
}

// document is the problem as it is sent.
func (p *problem) document(requestID string) wire.Problem {
	m, known := meanings[p.code]
	if !known { // a code that no table knows is our mistake, not the caller's
		m, p.code, p.detail = meanings[codeInternal], codeInternal, "Internal error"
	}
	d := wire.Problem{Type: "/problems/" + string(p.code), Title: m.title, Status: m.status, Code: p.code, Detail: p.detail,
		Errors: p.fields, RequestID: requestID, Command: p.command, Actions: p.actions}
	d.Dispute, _ = p.result["dispute"].(string)
	switch revision := p.result["revision"].(type) {
	case int64:
		d.Revision = revision
	case float64: // an answer that was read back from its row
		d.Revision = int64(revision)
	}
	return d
}

// send writes the problem and ends the request.
func send(c *gin.Context, p *problem) {
	d := p.document(requestID(c))
	body, err := json.Marshal(d)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	switch {
	case p.retry > 0:
		c.Header("Retry-After", strconv.Itoa(int((p.retry+time.Second-1)/time.Second)))
	case d.Status == http.StatusServiceUnavailable:
		c.Header("Retry-After", "2")
	}
	if d.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", `Bearer realm="recourse"`)
	}
	c.Header("Cache-Control", "no-store")
	c.Data(d.Status, "application/problem+json", body)
	c.Abort()
}

// asProblem finds the problem in an error. Whatever is none is an internal error, and its text stays in the log.
func asProblem(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	return &problem{code: codeInternal, detail: "Internal error", cause: err}
}
