// Package policy holds every duration, amount and threshold that the rules use. They are data: a document of keys with
// defaults, checked as a whole, named by the hash of its content, and pinned by each case when it is opened.
package policy

import (
	"time"

	"recourse/domain/evidence"
	"recourse/domain/money"
)

// Policy is one whole document (PROCEDURE, defaults in policies/default.yaml).
type Policy struct {
	Version    string     `yaml:"-" json:"version"` // SHA-256 of the content in hex
	Protection Protection `yaml:"protection" json:"protection"`
	Dispute    Dispute    `yaml:"dispute" json:"dispute"`
	Return     Return     `yaml:"return" json:"return"`
	Remedy     Remedy     `yaml:"remedy" json:"remedy"`
	Decision   Decision   `yaml:"decision" json:"decision"`
	Desk       DeskRules  `yaml:"desk" json:"desk"`
	Appeal     Appeal     `yaml:"appeal" json:"appeal"`
	Goodwill   Goodwill   `yaml:"goodwill" json:"goodwill"`
	Fees       Fees       `yaml:"fees" json:"fees"`
	Chargeback Chargeback `yaml:"chargeback" json:"chargeback"`
	Report     Report     `yaml:"report" json:"report"`
	Review     Review     `yaml:"review" json:"review"`
	Limits     Limits     `yaml:"limits" json:"limits"`
	Standing   Standing   `yaml:"standing" json:"standing"`
	Metrics    Metrics    `yaml:"metrics" json:"metrics"`
	Promotion  Promotion  `yaml:"promotion" json:"promotion"`
	Detect     Detect     `yaml:"detect" json:"detect"`

	ComplaintSpike ComplaintSpike `yaml:"complaint_spike" json:"complaint_spike"`
	Brushing       Brushing       `yaml:"brushing" json:"brushing"`

	// Checklists are looked up by the version that a case has pinned, and not copied into each case: no rule asks them.
	Checklists evidence.Checklists `yaml:"checklists" json:"checklists"`
}

// Protection is the keys of an order's clock (PROCEDURE 4).
type Protection struct {
	ShipByMax          Duration            `yaml:"ship_by_max" json:"ship_by_max"`
	ShipByReminder     Duration            `yaml:"ship_by_reminder" json:"ship_by_reminder"` // after payment
	GuaranteedByMax    Duration            `yaml:"guaranteed_by_max" json:"guaranteed_by_max"`
	GuaranteedByFor    map[string]Duration `yaml:"guaranteed_by_max_for" json:"guaranteed_by_max_for,omitempty"` // by country
	NotReceivedAfter   Duration            `yaml:"not_received_after" json:"not_received_after"`
	Inspection         Duration            `yaml:"inspection" json:"inspection"`
	InspectionReminder Duration            `yaml:"inspection_reminder" json:"inspection_reminder"` // before the end
	AbsoluteEnd        Duration            `yaml:"absolute_end" json:"absolute_end"`               // after guaranteed_by
	ReleaseCooling     Duration            `yaml:"release_cooling" json:"release_cooling"`
	BuyerExtension     Duration            `yaml:"buyer_extension" json:"buyer_extension"`
	ExtensionMax       Duration            `yaml:"extension_max" json:"extension_max"` // in total, by consent
	ExtensionAnswer    Duration            `yaml:"extension_answer" json:"extension_answer"`
	Aftercare          Duration            `yaml:"aftercare" json:"aftercare"`
	GenuineClaim       Duration            `yaml:"genuine_claim" json:"genuine_claim"`
	Warranty           Duration            `yaml:"warranty" json:"warranty"`
	AbsoluteMax        Duration            `yaml:"absolute_max" json:"absolute_max"`
	ReopenFloor        Duration            `yaml:"reopen_floor" json:"reopen_floor"`
	ConfirmRepeat      Duration            `yaml:"confirm_repeat" json:"confirm_repeat"` // between the two confirmations before delivery
}

// GuaranteedByLimit is the longest promise of delivery to a country of two capital letters.
func (p Protection) GuaranteedByLimit(country string) Duration {
	if limit, ok := p.GuaranteedByFor[country]; ok {
		return limit
	}
	return p.GuaranteedByMax
}

// Dispute is the keys of a dispute (PROCEDURE 6).
type Dispute struct {
	SellerResponse          Duration   `yaml:"seller_response" json:"seller_response"`
	SellerResponseReminders []Duration `yaml:"seller_response_reminders" json:"seller_response_reminders"` // before the end
	SellerReopened          Duration   `yaml:"seller_reopened" json:"seller_reopened"`                     // the seller's answer after a reopening
	RequestTimeMax          Duration   `yaml:"request_time_max" json:"request_time_max"`
	OfferAnswer             Duration   `yaml:"offer_answer" json:"offer_answer"`
	NegotiationMax          Duration   `yaml:"negotiation_max" json:"negotiation_max"`
	RevivedFloor            Duration   `yaml:"revived_floor" json:"revived_floor"`
	EscalationEarliest      Duration   `yaml:"escalation_earliest" json:"escalation_earliest"` // buyer
	SellerEscalation        Duration   `yaml:"seller_escalation_earliest" json:"seller_escalation_earliest"`
	WithdrawalCooling       Duration   `yaml:"withdrawal_cooling" json:"withdrawal_cooling"`
	PerformanceMax          Duration   `yaml:"performance_max" json:"performance_max"`
	PerformanceInspection   Duration   `yaml:"performance_inspection" json:"performance_inspection"`
	ReturnShip              Duration   `yaml:"return_ship" json:"return_ship"`
	ReturnInspection        Duration   `yaml:"return_inspection" json:"return_inspection"`
	ReturnTransit           Duration   `yaml:"return_transit" json:"return_transit"`
	EvidencePeriod          Duration   `yaml:"evidence_period" json:"evidence_period"`
	EvidenceExtension       Duration   `yaml:"evidence_extension" json:"evidence_extension"`
	Hearing                 Duration   `yaml:"hearing" json:"hearing"`
	ObjectionRuling         Duration   `yaml:"objection_ruling" json:"objection_ruling"`
	DecisionSLA             Duration   `yaml:"decision_sla" json:"decision_sla"`
	MaxAge                  Duration   `yaml:"max_age" json:"max_age"`
	AssignmentRetry         Duration   `yaml:"assignment_retry" json:"assignment_retry"` // when nobody is free
	AppealWindow            Duration   `yaml:"appeal_window" json:"appeal_window"`
	PanelDecision           Duration   `yaml:"panel_decision" json:"panel_decision"`
	ConflictWindow          Duration   `yaml:"conflict_window" json:"conflict_window"` // 90d: an earlier case with a party
}

// Return is what sending goods back may cost.
type Return struct {
	CostMax Amounts `yaml:"cost_max" json:"cost_max"`
}

// Remedy is what is asked by default.
type Remedy struct {
	LateCompensation Percent `yaml:"late_compensation" json:"late_compensation"` // of the disputed lines
}

// Decision is what a reviewer may decide alone.
type Decision struct {
	Discretion      Percent  `yaml:"discretion" json:"discretion"` // of the disputed value, away from the remedy formula
	SecondSignature Amounts  `yaml:"second_signature" json:"second_signature"`
	SecondWithin    Duration `yaml:"second_within" json:"second_within"`
}

// DeskRules is how reviewers work: how long a claim of a case holds, and what makes a case urgent.
type DeskRules struct {
	Lease       Duration `yaml:"lease" json:"lease"`
	SnoozeMax   Duration `yaml:"snooze_max" json:"snooze_max"`
	Age         Duration `yaml:"age" json:"age"`                   // in adjudication; then the case is due for that alone
	LargeLead   Duration `yaml:"large_lead" json:"large_lead"`     // by so much more urgent, above decision.second_signature
	OverdueLead Duration `yaml:"overdue_lead" json:"overdue_lead"` // by so much more urgent, after decision_sla was missed

	DetectorLead Duration `yaml:"detector_lead" json:"detector_lead"` // by so much more urgent, where a detector has opened a case about a party
}

// Appeal is how large a panel is.
type Appeal struct {
	LargePanel Amounts `yaml:"large_panel" json:"large_panel"` // five above this value of the disputed lines
	PanelSize  int     `yaml:"panel_size" json:"panel_size"`
	LargeSize  int     `yaml:"large_panel_size" json:"large_panel_size"`
}

// Goodwill is what the platform pays without asking itself twice.
type Goodwill struct {
	Max Amounts `yaml:"max" json:"max"`
}

// Fees are taken from what is released.
type Fees struct {
	Percent Percent `yaml:"percent" json:"percent"`
}

// Chargeback is how long a bank may take.
type Chargeback struct {
	Max Duration `yaml:"max" json:"max"`
}

// Limits bound what a party may hand in.
type Limits struct {
	EvidenceItems  int      `yaml:"evidence_items" json:"evidence_items"` // a party, for the evidence period and for each request
	TextRunes      int      `yaml:"text_characters" json:"text_characters"`
	MessagesPerDay int      `yaml:"messages_per_day" json:"messages_per_day"` // a party; as many offers, changes of the reason and waivers
	FileBytes      int64    `yaml:"file_bytes" json:"file_bytes"`
	UploadIntent   Duration `yaml:"upload_intent" json:"upload_intent"`
	ScanMax        Duration `yaml:"scan_max" json:"scan_max"`
	IncidentMax    Duration `yaml:"incident_max" json:"incident_max"`
}

// Duration is a length of time, written as days, hours, minutes and seconds: 5d, 12d6h, 90s. A day is 24 hours everywhere.
type Duration time.Duration

// Std is the duration as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// Percent is a percentage with two decimals at most, kept in hundredths of a percent: 10 % is 1000.
type Percent int64

// Amounts is a threshold for each currency, in minor units, with a default for those that are not listed.
type Amounts struct {
	Default money.Minor            `json:"default"`
	By      map[string]money.Minor `json:"by,omitempty"`
}

// For is the threshold in a currency.
func (a Amounts) For(c money.Currency) money.Minor {
	if v, ok := a.By[string(c)]; ok {
		return v
	}
	return a.Default
}

// OrderTerms is what an order pins when it is registered.
type OrderTerms struct {
	Version    string       `json:"version"`
	Protection Protection   `json:"protection"`
	Chargeback Chargeback   `json:"chargeback"`
	Remedy     Remedy       `json:"remedy"`
	Fees       Fees         `json:"fees"`
	Limits     Limits       `json:"limits"`
	Dispute    DisputeTerms `json:"dispute"` // handed to the disputes of the order: the pinned version stays (R14)
}

// DisputeTerms is what a dispute pins when it is opened.
type DisputeTerms struct {
	Version  string    `json:"version"`
	Dispute  Dispute   `json:"dispute"`
	Return   Return    `json:"return"`
	Remedy   Remedy    `json:"remedy"`
	Decision Decision  `json:"decision"`
	Desk     DeskRules `json:"desk"`
	Appeal   Appeal    `json:"appeal"`
	Goodwill Goodwill  `json:"goodwill"`
	Limits   Limits    `json:"limits"`

	Standing Standing `json:"standing"` // for what a decision enters into it
}

// ForStanding is what a standing that begins with a decision under these terms pins.
func (t DisputeTerms) ForStanding() StandingTerms {
	return StandingTerms{Version: t.Version, Standing: t.Standing, Limits: t.Limits}
}

// ForDispute resolves the keys of a dispute.
func (p Policy) ForDispute() DisputeTerms {
	return DisputeTerms{Version: p.Version, Dispute: p.Dispute, Return: p.Return, Remedy: p.Remedy, Decision: p.Decision, Desk: p.Desk,
		Appeal: p.Appeal, Goodwill: p.Goodwill, Limits: p.Limits, Standing: p.Standing}
}

// ForOrder resolves the keys of an order.
func (p Policy) ForOrder() OrderTerms {
	return OrderTerms{Version: p.Version, Protection: p.Protection, Chargeback: p.Chargeback, Remedy: p.Remedy,
		Fees: p.Fees, Limits: p.Limits, Dispute: p.ForDispute()}
}
