package casefile

import "time"

// Why a reason may not be used now. Each is also in can_open.
const (
	WhyNoSuchLine       = "no_such_line"
	WhyTooEarly         = "too_early"
	WhyProtectionOver   = "protection_over"
	WhyNothingLeft      = "nothing_left"
	WhyNotDelivered     = "not_delivered"
	WhyNotDeliveredLate = "not_delivered_late"
	WhyNotReleased      = "not_released"
	WhyNotInProgramme   = "not_in_programme"
	WhyNotInInspection  = "not_in_inspection"
)

// closed are the sentences for what keeps a reason closed, apart from dates.
var closed = map[string]string{
	WhyNoSuchLine:       "The order has no such line.",
	WhyNothingLeft:      "Nothing is left of what was paid for these lines, so nothing could be refunded.",
	WhyNotDelivered:     "It is for goods that have come, and no delivery of these lines is recorded.",
	WhyNotDeliveredLate: "It is for goods that came after the guaranteed date, and these lines did not.",
	WhyNotReleased:      "It is for later: as long as the money of these lines is held, another reason is the one to use.",
	WhyNotInProgramme:   "The order is not in the programme that this reason belongs to.",
	WhyNotInInspection:  "It is for the time of inspection alone, and these lines are not in it.",
}

// Refuse is the refusal of a reason that may not be used now: what keeps it closed, since or until when, and where to see what
// can be used instead.
func (o OpeningTime) Refuse() Answer {
	detail := closed[o.Why]
	switch {
	case o.Why == WhyTooEarly:
		detail = "It is too early for this reason: it can be used from " + InWords(o.From) + ", and as things stand until " + InWords(o.Until) + "."
	case o.Why == WhyProtectionOver && o.Until.IsZero():
		detail = "It is too late for this reason: the order's protection is over."
	case o.Why == WhyProtectionOver:
		detail = "It is too late for this reason: it could be used until " + InWords(o.Until) + "."
	}
	return Answer{Refused: ReasonNotOpen, Detail: detail + " The order's can_open says which reasons can be used now, and until when.",
		Result: map[string]any{"why": o.Why, "from": o.From, "until": o.Until}}
}

// InWords writes an instant for people, to the minute and no later than it is. Everybody's time is UTC, and it says so.
func InWords(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04 UTC") }
