package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"recourse/api/identity"
	"recourse/carriers"
	"recourse/delivery"
	"recourse/detection"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/receipt"
	"recourse/domain/report"
	figures "recourse/domain/standing/metrics"
	"recourse/store"
)

// Services are what the API stands on. Each is asked for one thing, so that a test can stand in for it.
type Services struct {
	Store   Store
	Deliver Deliverer
	Tokens  Tokens
	Clocks  Clocks // nil outside a sandbox
	// Detectors runs them where somebody asks for it: on a test clock. Nil outside a sandbox.
	Detectors Detectors

	// Signing signs receipts, and Bundles writes bundles, which are signed too. Without a key there are neither.
	Signing Signing
	Bundles Bundles

	// Carriers are those whose messages are taken. nil: none.
	Carriers Carriers

	// Engine is asked for its health when somebody looks at the board. nil: it is not known there.
	Engine EngineHealth

	Log     *slog.Logger
	Metrics *prometheus.Registry // nil: one of its own
}

// Signing signs with the key of the day.
type Signing interface {
	receipt.Signer
	// Keys are the public halves of all keys that have ever signed.
	Keys() receipt.Keys
}

// Bundles writes a case as it is taken away.
type Bundles interface {
	Write(ctx context.Context, caseID string, eyes disclosure.Eyes, to io.Writer) error
	// WriteReferral writes what a department was given with a report, with the files that it names.
	WriteReferral(ctx context.Context, given report.Handover, eyes disclosure.Eyes, to io.Writer) error
}

// Carriers knows the carriers that send.
type Carriers interface {
	// Signed says whether a message is the carrier's own, and of now.
	Signed(carrier string, header http.Header, body []byte) error
	// Receive reads such a message.
	Receive(carrier string, header http.Header, body []byte) ([]carriers.Event, error)
}

// Inbox keeps what carriers say until it is told.
type Inbox interface {
	KeepCarrierEvents(ctx context.Context, events []store.CarrierEvent) (kept int64, err error)
}

// Tokens says who shows a token.
type Tokens interface {
	Verify(ctx context.Context, token string) (identity.Caller, error)
}

// Deliverer brings a stored command to its case and returns when the case has stepped.
type Deliverer interface {
	Deliver(ctx context.Context, command delivery.Command) error
	// Wake makes a case step soon.
	Wake(ctx context.Context, to delivery.Case, sequence int64) error
}

// Files takes the bytes of evidence and gives them back.
type Files interface {
	// SaveFile stores what it reads once, under its hash, holding little of it in memory. More than the limit is refused.
	SaveFile(ctx context.Context, file store.NewFile, from io.Reader, once store.Once) (store.File, error)
	File(ctx context.Context, id string) (store.File, error)
	OpenFile(ctx context.Context, id string) (store.File, io.ReadCloser, error)
	// OpenRendition reads what was made of an image, to be shown in its place.
	OpenRendition(ctx context.Context, fileID, use string) (store.Rendition, io.ReadCloser, error)
}

// Policies keeps policies by their versions.
type Policies interface {
	KeepPolicy(ctx context.Context, p store.Policy) error
	Policy(ctx context.Context, version string) (store.Policy, error)
	PolicyInForce(ctx context.Context, clock string) (store.Policy, error)
}

// Clocks turns test clocks.
type Clocks interface {
	// Advance moves the clock to the target, due by due. It is idempotent, and another caller may go on where one stopped.
	Advance(ctx context.Context, clock string, target time.Time) (store.Clock, error)
}

// Detectors looks for patterns in what happened since the last time.
type Detectors interface {
	Run(ctx context.Context, clock string) (detection.Result, error)
}

// Store is the part of the store that the API uses.
type Store interface {
	Door
	Reader
	Drafts
	Platform
	Inbox
	Files
	Policies
	Ping(ctx context.Context) error
}

// Door stores commands.
type Door interface {
	Knock(ctx context.Context, knock store.Knock) (store.Receipt, error)
	Begin(ctx context.Context, begin store.NewCase) (store.Receipt, error)
	Command(ctx context.Context, id string) (store.CommandRecord, error)
	// Used says whether a request of this caller with this Idempotency-Key is stored.
	Used(ctx context.Context, caller, key string) (bool, error)
}

// Reader reads cases and their logs.
type Reader interface {
	Case(ctx context.Context, id string) (store.CaseRecord, error)
	Cases(ctx context.Context, query store.CaseQuery) (store.Page[store.CaseRecord], error)
	// Orders are the orders of the identifiers with their states, in no order; what is not there is left out.
	Orders(ctx context.Context, ids []string) ([]store.CaseRecord, error)
	// States are the cases of a list with their states, all of them.
	States(ctx context.Context, query store.CaseQuery) ([]store.CaseRecord, error)
	Detections(ctx context.Context, query store.DetectionQuery) (store.Page[store.Detection], error)
	// SellerCounts is what the figures of a seller are worked out from at an instant, and SellerRows are the rows behind it.
	SellerCounts(ctx context.Context, seller string, p policy.Metrics, when time.Time) (figures.Counts, error)
	Protections(ctx context.Context, seller string) ([]store.Protection, error)
	SellerRows(ctx context.Context, seller string, p policy.Metrics, when time.Time, begin func(since time.Time) (store.RowVisitor, error)) error
	Reports(ctx context.Context, query store.ReportQuery) (store.Page[store.ReportRecord], error)
	Timeline(ctx context.Context, caseID string, after int64, limit int) ([]casefile.Record, error)
	Told(ctx context.Context, caseID string, types ...casefile.EventType) ([]casefile.Record, error)
	OrderTimeline(ctx context.Context, orderID, after string, limit int) ([]casefile.Record, string, error)
	// Uses are the orders, in real time or on the test clock, that were shipped under a carrier's number.
	Uses(ctx context.Context, clock, carrier, number string) ([]string, error)
	Transfers(ctx context.Context, orderID string) ([]store.TransferRecord, error)
	Queue(ctx context.Context, query store.QueueQuery) (store.Page[store.CaseRecord], error)
	QueueCount(ctx context.Context, query store.QueueQuery) (store.Amount, error)
	// Board counts what the operators' board shows, AwaitedCases are the cases behind its numbers, and EscrowBatch holds the next accounts in
	// escrow against the ledger.
	Board(ctx context.Context, query store.BoardQuery) (store.Board, error)
	AwaitedCases(ctx context.Context, query store.DueQuery) (store.Page[store.CaseRecord], time.Time, error)
	EscrowBatch(ctx context.Context, after string, limit int) (sums []store.Escrow, next string, err error)
	Roots(ctx context.Context, after string, limit int) (store.Page[store.Root], error)
}

// Drafts keeps what reviewers have written of a decision so far.
type Drafts interface {
	SaveDraft(ctx context.Context, draft store.Draft) (store.Draft, error)
	Draft(ctx context.Context, caseID, reviewer string) (store.Draft, error)
}

// Platform keeps accounts, clocks and incidents.
type Platform interface {
	CreateAccount(ctx context.Context, account store.Account, once store.Once) (store.Account, error)
	Account(ctx context.Context, id string) (store.Account, error)
	Accounts(ctx context.Context, clock string, role casefile.Role) ([]store.Account, error)
	Roles(ctx context.Context, ids []string) (map[string]casefile.Role, error)
	LinkAccounts(ctx context.Context, account string, to store.Link, once store.Once) (store.Account, error)
	UnlinkAccounts(ctx context.Context, account string, u store.Unlinked, once store.Once) (store.Account, error)
	// LinkedTo are those of some accounts that an account has to do with: the same person, or linked by any account of one with any of the other.
	LinkedTo(ctx context.Context, account string, others []string) ([]string, error)
	Balances(ctx context.Context, account string) ([]Balance, error)
	AddReserve(ctx context.Context, account string, amount money.Amount, once store.Once) error
	PayOut(ctx context.Context, account string, amount money.Amount, once store.Once) error

	CreateClock(ctx context.Context, id string, now time.Time, once store.Once) (store.Clock, error)
	Clock(ctx context.Context, id string) (store.Clock, error)
	Remember(ctx context.Context, once store.Once, made string) (string, error)

	Declare(ctx context.Context, incident store.Incident, once store.Once) (store.Incident, error)
	// EndIncident ends one before its time, at the time of its cases. One that is over is store.ErrIncidentOver.
	EndIncident(ctx context.Context, id string, by casefile.Actor) (store.Incident, error)
	// Incidents are those of real time or of a test clock, the latest first, and the time of its cases.
	Incidents(ctx context.Context, clock string) ([]store.Incident, time.Time, error)
	SpreadIncident(ctx context.Context, id string) (reached []store.CaseRef, done bool, err error)
}

// Balance is what an account has in one currency.
type Balance = store.Balance
