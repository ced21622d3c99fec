package detect

// Detector names a pattern that is looked for.
type Detector string

// The detectors of PROCEDURE 11.
const (
	ComplaintSpike   Detector = "complaint_spike"
	Brushing         Detector = "brushing"
	Tracking         Detector = "tracking"
	FrequentDisputer Detector = "frequent_disputer"
	Messages         Detector = "messages"
	ShipAndSwitch    Detector = "ship_and_switch"
)

// Detectors are all of them.
var Detectors = []Detector{ComplaintSpike, Brushing, Tracking, FrequentDisputer, Messages, ShipAndSwitch}
