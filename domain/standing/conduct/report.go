package conduct

// Report is a report with the finding about it (PROCEDURE 9).
type Report struct {
	Reporter  string
	Reported  string
	Behaviour string
	Finding   string
}

// The findings of PROCEDURE 9 that enter something.
const (
	Substantiated = "substantiated"
	Fabricated    = "fabricated"
)

// behaviours are those that enter points (PROCEDURE 9): invented logistics and invented orders as a false shipment. A report
// that is itself called fabricated, and what fits nowhere, are answered by measures, not by points.
var behaviours = map[string]Rule{
	"off_platform":          OffPlatform,
	"extra_charge":          ExtraCharge,
	"extortion":             Extortion,
	"induced_review":        InducedReview,
	"concealed_information": ConcealedInformation,
	"provoked_dispute":      ProvokedDispute,
	"phishing":              Phishing,
	"false_logistics":       FalseShipment,
	"brushing":              FalseShipment,
	"false_claim":           FalseClaim,
	"malicious_low_review":  MaliciousLowReview,
}

// OfReport returns what the finding about a report enters: the behaviour for the reported account where it was
// substantiated, the invention for the reporter where it was fabricated, and nothing elsewhere.
func OfReport(r Report) []Entry {
	switch r.Finding {
	case Substantiated:
		if rule, counts := behaviours[r.Behaviour]; counts {
			return []Entry{{Subject: r.Reported, Rule: rule}}
		}
	case Fabricated:
		return []Entry{{Subject: r.Reporter, Rule: FabricatedReport}}
	}
	return nil
}
