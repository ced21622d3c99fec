package conduct_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/standing/conduct"
)

const within = 72 * time.Hour

var opened = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func holds(claim string) conduct.Finding   { return conduct.Finding{Claim: claim, Holds: true} }
func rejects(claim string) conduct.Finding { return conduct.Finding{Claim: claim} }

type dispute = conduct.Dispute

type findings = []conduct.Finding

func TestWhatADisputeEnters(t *testing.T) {
	for _, c := range []struct {
		what string
		of   dispute
		want []conduct.Rule
	}{
		{"a verified counterfeit", dispute{Reason: "counterfeit", Outcome: "decided_for_buyer", Refunds: true}, []conduct.Rule{conduct.Counterfeit}},
		{"not as described", dispute{Reason: "not_as_described.quality", Outcome: "decided_for_buyer", Refunds: true}, []conduct.Rule{conduct.NotAsDescribed}},
		{"each of its reasons", dispute{Reason: "not_as_described.short_quantity", Outcome: "decided_for_buyer", Refunds: true}, []conduct.Rule{conduct.NotAsDescribed}},
		{"a split without findings refunds, so it upholds", dispute{Reason: "not_as_described.damaged", Outcome: "decided_split", Refunds: true}, []conduct.Rule{conduct.NotAsDescribed}},
		{"a split that upholds the reason", dispute{Reason: "not_as_described.damaged", Outcome: "decided_split", Refunds: true, Findings: findings{holds("not_as_described.damaged")}}, []conduct.Rule{conduct.NotAsDescribed}},
		{"a split that rejects the reason", dispute{Reason: "not_as_described.damaged", Outcome: "decided_split", Refunds: true, Findings: findings{rejects("not_as_described.damaged")}}, nil},
		{"for the buyer though the reason is rejected", dispute{Reason: "counterfeit", Outcome: "decided_for_buyer", Refunds: true, Findings: findings{rejects("counterfeit"), holds("not_as_described.quality")}}, []conduct.Rule{conduct.NotAsDescribed}},
		{"for the seller", dispute{Reason: "counterfeit", Outcome: "decided_for_seller"}, nil},
		{"for the seller, whatever is said about the goods", dispute{Reason: "counterfeit", Outcome: "decided_for_seller", Findings: findings{holds("counterfeit"), holds("not_as_described.quality")}}, nil},
		{"for the seller, who pressed the buyer", dispute{Reason: "counterfeit", Outcome: "decided_for_seller", Findings: findings{holds("pressure_to_close"), holds("pressure_to_confirm")}},
			[]conduct.Rule{conduct.PressureToClose, conduct.PressureToConfirm}},
		{"invented tracking", dispute{Reason: "not_received.invalid_tracking", Outcome: "decided_for_buyer", Refunds: true, Suspect: true}, []conduct.Rule{conduct.FalseShipment}},
		{"invented tracking, whatever the reason not to have received it", dispute{Reason: "not_received.no_tracking_progress", Outcome: "decided_split", Refunds: true, Suspect: true}, []conduct.Rule{conduct.FalseShipment}},
		{"suspect tracking in a case about something else", dispute{Reason: "not_as_described.quality", Outcome: "decided_for_buyer", Refunds: true, Suspect: true}, []conduct.Rule{conduct.NotAsDescribed}},
		{"suspect tracking that the decision clears", dispute{Reason: "not_received.invalid_tracking", Outcome: "decided_for_buyer", Refunds: true, Suspect: true, Findings: findings{rejects("tracking.suspect")}}, nil},
		{"tracking that only the reviewer saw through", dispute{Reason: "not_received.wrong_address", Outcome: "decided_for_buyer", Refunds: true, Findings: findings{holds("tracking.suspect")}}, []conduct.Rule{conduct.FalseShipment}},
		{"suspect tracking before any decision", dispute{Reason: "not_received.invalid_tracking", Outcome: "default_seller_silent", Refunds: true, Suspect: true}, nil},
		{"not received, decided for the buyer", dispute{Reason: "not_received.wrong_address", Outcome: "decided_for_buyer", Refunds: true}, nil},
		{"a warranty that was due", dispute{Reason: "warranty.defect", Outcome: "decided_for_buyer", Refunds: true}, nil},
		{"an extra charge", dispute{Reason: "extra_charge_demanded", Outcome: "decided_for_buyer", Refunds: true}, []conduct.Rule{conduct.ExtraCharge}},
		{"pressure to leave the platform", dispute{Reason: "off_platform_pressure", Outcome: "decided_for_buyer", Refunds: true}, []conduct.Rule{conduct.OffPlatform}},
		{"two things at once, each once", dispute{Reason: "not_as_described.quality", Outcome: "decided_for_buyer", Refunds: true,
			Findings: findings{holds("not_as_described.damaged"), holds("off_platform_pressure"), holds("off_platform"), rejects("extra_charge_demanded")}},
			[]conduct.Rule{conduct.NotAsDescribed, conduct.OffPlatform}},
		{"the last word on a claim counts", dispute{Reason: "warranty.defect", Outcome: "decided_for_buyer", Refunds: true, Findings: findings{holds("pressure_to_close"), rejects("pressure_to_close")}}, nil},
		{"a promise that was not kept", dispute{Reason: "not_as_described.description", Outcome: "promise_defaulted"}, []conduct.Rule{conduct.PromiseDefaulted}},
		{"silence", dispute{Reason: "extra_charge_demanded", Outcome: "default_seller_silent", Refunds: true}, nil},
		{"a concession", dispute{Reason: "counterfeit", Outcome: "conceded_by_seller", Refunds: true}, nil},
		{"a settlement", dispute{Reason: "counterfeit", Outcome: "settled", Refunds: true}, nil},
		{"a return that was agreed", dispute{Reason: "not_as_described.quality", Outcome: "returned_and_refunded", Refunds: true}, nil},
		{"no ruling", dispute{Reason: "not_as_described.quality", Outcome: "no_decision", Refunds: true}, nil},
		{"a withdrawal", dispute{Reason: "not_as_described.quality", Outcome: "withdrawn"}, nil},
		{"a bank", dispute{Reason: "counterfeit", Outcome: "superseded_by_chargeback"}, nil},
		{"the carrier's fault", dispute{Reason: "not_as_described.damaged", Outcome: "decided_for_buyer", Refunds: true, Findings: findings{holds("carrier_fault")}}, nil},
		{"a carrier's fault that is rejected", dispute{Reason: "not_as_described.damaged", Outcome: "decided_for_buyer", Refunds: true, Findings: findings{rejects("carrier_fault")}}, []conduct.Rule{conduct.NotAsDescribed}},
		{"the platform's fault", dispute{Reason: "counterfeit", Outcome: "decided_for_buyer", Refunds: true, Excuses: []conduct.Excuse{conduct.PlatformFault}}, nil},
		{"an incident", dispute{Reason: "not_as_described.quality", Outcome: "promise_defaulted", Excuses: []conduct.Excuse{conduct.Incident}}, nil},
		{"a malicious buyer", dispute{Reason: "counterfeit", Outcome: "decided_for_buyer", Refunds: true, Excuses: []conduct.Excuse{conduct.MaliciousBuyer}}, nil},
		{"a reason that nobody knows", dispute{Reason: "boredom", Outcome: "decided_for_buyer", Refunds: true}, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			c.of.Seller = "acc_bolt"
			var got []conduct.Rule
			for _, e := range conduct.OfDispute(c.of, within) {
				require.Equal(t, "acc_bolt", e.Subject)
				got = append(got, e.Rule)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestWhatIsSettledSoonAndPerformedNeverCounts(t *testing.T) {
	for _, c := range []struct {
		after     time.Duration
		performed bool
		never     bool
	}{
		{within, true, true},
		{within + time.Microsecond, true, false},
		{within, false, false},
	} {
		why, never := dispute{OpenedAt: opened, SettledAt: opened.Add(c.after), Performed: c.performed}.Never(within)
		require.Equal(t, c.never, never, "%s", c.after)
		require.Equal(t, c.never, why == conduct.SettledSoon)
	}
	_, never := dispute{OpenedAt: opened, Performed: true}.Never(within)
	require.False(t, never, "it was not settled at all")
}

func TestWhatAReportEnters(t *testing.T) {
	rules := map[string]conduct.Rule{
		"provoked_dispute": conduct.ProvokedDispute, "concealed_information": conduct.ConcealedInformation, "false_logistics": conduct.FalseShipment,
		"false_claim": conduct.FalseClaim, "extortion": conduct.Extortion, "induced_review": conduct.InducedReview,
		"malicious_low_review": conduct.MaliciousLowReview, "off_platform": conduct.OffPlatform, "extra_charge": conduct.ExtraCharge,
		"phishing": conduct.Phishing, "brushing": conduct.FalseShipment, "fabricated_report": "", "other": "",
	}
	for behaviour, rule := range rules {
		report := conduct.Report{Reporter: "acc_ada", Reported: "acc_bolt", Behaviour: behaviour, Finding: "substantiated"}
		if rule == "" {
			require.Empty(t, conduct.OfReport(report), behaviour)
		} else {
			require.Equal(t, []conduct.Entry{{Subject: "acc_bolt", Rule: rule}}, conduct.OfReport(report), behaviour)
		}
		report.Finding = "fabricated"
		require.Equal(t, []conduct.Entry{{Subject: "acc_ada", Rule: conduct.FabricatedReport}}, conduct.OfReport(report), behaviour)
		for _, nothing := range []string{"unsubstantiated", "duplicate", "inadmissible", ""} {
			report.Finding = nothing
			require.Empty(t, conduct.OfReport(report), "%s %s", behaviour, nothing)
		}
	}
}
