package casefile

// EventType is the name of an event. The list is closed: it is the list of CASEFILES, and a test compares it with the
// contract.
type EventType string

// The events of all kinds of case.
const (
	OrderFunded            EventType = "order.funded"
	OrderShipped           EventType = "order.shipped"
	OrderDelivered         EventType = "order.delivered"
	OrderConfirmed         EventType = "order.confirmed"
	OrderConfirmationTried EventType = "order.confirmation_tried"
	OrderCancelled         EventType = "order.cancelled"
	OrderClosed            EventType = "order.closed"

	ProtectionPaused   EventType = "protection.paused"
	ProtectionResumed  EventType = "protection.resumed"
	ProtectionExtended EventType = "protection.extended"
	ProtectionEnded    EventType = "protection.ended"
	ExtensionRequested EventType = "extension.requested"
	ExtensionGranted   EventType = "extension.granted"
	ExtensionRefused   EventType = "extension.refused"
	ExtensionLapsed    EventType = "extension.lapsed"

	TrackingVerified EventType = "tracking.verified"
	TrackingSuspect  EventType = "tracking.suspect"

	EscrowHeld      EventType = "escrow.held"
	EscrowRefunded  EventType = "escrow.refunded"
	EscrowReleased  EventType = "escrow.released"
	EscrowSplit     EventType = "escrow.split"
	EscrowGoodwill  EventType = "escrow.goodwill"
	EscrowRecovered EventType = "escrow.recovered"
	EscrowClaimed   EventType = "escrow.claimed"
	TransferFailed  EventType = "transfer.failed"

	ChargebackOpened EventType = "chargeback.opened"
	ChargebackClosed EventType = "chargeback.closed"

	DisputeOpened              EventType = "dispute.opened"
	DisputeEscalated           EventType = "dispute.escalated"
	DisputeReasonChanged       EventType = "dispute.reason_changed"
	DisputeWithdrawalStarted   EventType = "dispute.withdrawal_started"
	DisputeWithdrawalCancelled EventType = "dispute.withdrawal_cancelled"
	DisputeWithdrawn           EventType = "dispute.withdrawn"
	DisputeReopened            EventType = "dispute.reopened"
	DisputeAssigned            EventType = "dispute.assigned"
	DisputeDecided             EventType = "dispute.decided"
	DisputeAppealed            EventType = "dispute.appealed"
	DisputeClosed              EventType = "dispute.closed"

	OfferMade      EventType = "offer.made"
	OfferAccepted  EventType = "offer.accepted"
	OfferRejected  EventType = "offer.rejected"
	OfferWithdrawn EventType = "offer.withdrawn"
	OfferExpired   EventType = "offer.expired"
	OfferPerformed EventType = "offer.performed"
	OfferDefaulted EventType = "offer.defaulted"

	EvidenceRequested EventType = "evidence.requested"
	EvidenceReceived  EventType = "evidence.received"
	EvidenceLate      EventType = "evidence.late"
	EvidenceRejected  EventType = "evidence.rejected"
	EvidenceAdmitted  EventType = "evidence.admitted"
	EvidenceViewed    EventType = "evidence.viewed"
	MessagePosted     EventType = "message.posted"
	TimeRequested     EventType = "time.requested"
	HearingWaived     EventType = "hearing.waived"

	ReturnShipped        EventType = "return.shipped"
	ReturnDelivered      EventType = "return.delivered"
	ReturnInspected      EventType = "return.inspected"
	ReturnLapsed         EventType = "return.lapsed"
	ReplacementShipped   EventType = "replacement.shipped"
	ReplacementDelivered EventType = "replacement.delivered"

	ObjectionMade    EventType = "objection.made"
	ObjectionRuled   EventType = "objection.ruled"
	DecisionProposed EventType = "decision.proposed"
	DecisionSeconded EventType = "decision.seconded"
	DecisionFinal    EventType = "decision.final"
	PanelDrawn       EventType = "panel.drawn"
	VoteCast         EventType = "vote.cast"

	StandingEntered   EventType = "standing.entered"
	StandingFinalised EventType = "standing.finalised"
	StandingVoided    EventType = "standing.voided"
	StandingChanged   EventType = "standing.changed"
	MeasureStarted    EventType = "measure.started"
	MeasureEnded      EventType = "measure.ended"

	ReportSubmitted EventType = "report.submitted"
	ReportFound     EventType = "report.found"
	ReportReferred  EventType = "report.referred"
	ReportContested EventType = "report.contested"
	ReportClosed    EventType = "report.closed"

	ReviewSubmitted     EventType = "review.submitted"
	ReviewSealed        EventType = "review.sealed"
	ReviewHeld          EventType = "review.held"
	ReviewModerated     EventType = "review.moderated"
	ReviewEditRequested EventType = "review.edit_requested"
	ReviewRedacted      EventType = "review.redacted"
	ReviewRemoved       EventType = "review.removed"
	ReviewPublished     EventType = "review.published"
	ReviewUncounted     EventType = "review.uncounted"
	ReviewReplied       EventType = "review.replied"

	IncidentDeclared EventType = "incident.declared"
	DeadlineMoved    EventType = "deadline.moved"
	NoticeSent       EventType = "notice.sent"
)
