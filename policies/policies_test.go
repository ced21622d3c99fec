package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/policies"
)

const day = 24 * time.Hour

// TestDefaultsAreThoseOfTheProcedure repeats every number of PROCEDURE, so that neither changes without the other.
func TestDefaultsAreThoseOfTheProcedure(t *testing.T) {
	p := policies.Default()
	for key, c := range map[string]struct {
		got  policy.Duration
		want time.Duration
	}{
		"protection.ship_by_max":             {p.Protection.ShipByMax, 14 * day},
		"protection.ship_by_reminder":        {p.Protection.ShipByReminder, 3 * day},
		"protection.guaranteed_by_max":       {p.Protection.GuaranteedByMax, 60 * day},
		"protection.not_received_after":      {p.Protection.NotReceivedAfter, 10 * day},
		"protection.inspection":              {p.Protection.Inspection, 15 * day},
		"protection.inspection_reminder":     {p.Protection.InspectionReminder, 2 * day},
		"protection.absolute_end":            {p.Protection.AbsoluteEnd, 15 * day},
		"protection.release_cooling":         {p.Protection.ReleaseCooling, 24 * time.Hour},
		"protection.buyer_extension":         {p.Protection.BuyerExtension, 3 * day},
		"protection.extension_max":           {p.Protection.ExtensionMax, 30 * day},
		"protection.extension_answer":        {p.Protection.ExtensionAnswer, 3 * day},
		"protection.aftercare":               {p.Protection.Aftercare, 15 * day},
		"protection.genuine_claim":           {p.Protection.GenuineClaim, 90 * day},
		"protection.warranty":                {p.Protection.Warranty, 730 * day},
		"protection.absolute_max":            {p.Protection.AbsoluteMax, 180 * day},
		"protection.reopen_floor":            {p.Protection.ReopenFloor, 7 * day},
		"protection.confirm_repeat":          {p.Protection.ConfirmRepeat, 24 * time.Hour},
		"dispute.seller_response":            {p.Dispute.SellerResponse, 5 * day},
		"dispute.seller_reopened":            {p.Dispute.SellerReopened, 5 * day},
		"dispute.request_time_max":           {p.Dispute.RequestTimeMax, 3 * day},
		"dispute.offer_answer":               {p.Dispute.OfferAnswer, 5 * day},
		"dispute.negotiation_max":            {p.Dispute.NegotiationMax, 15 * day},
		"dispute.revived_floor":              {p.Dispute.RevivedFloor, 24 * time.Hour},
		"dispute.escalation_earliest":        {p.Dispute.EscalationEarliest, 3 * day},
		"dispute.seller_escalation_earliest": {p.Dispute.SellerEscalation, 10 * day},
		"dispute.withdrawal_cooling":         {p.Dispute.WithdrawalCooling, 72 * time.Hour},
		"dispute.performance_max":            {p.Dispute.PerformanceMax, 30 * day},
		"dispute.performance_inspection":     {p.Dispute.PerformanceInspection, 7 * day},
		"dispute.return_ship":                {p.Dispute.ReturnShip, 10 * day},
		"dispute.return_inspection":          {p.Dispute.ReturnInspection, 3 * day},
		"dispute.return_transit":             {p.Dispute.ReturnTransit, 30 * day},
		"dispute.evidence_period":            {p.Dispute.EvidencePeriod, 5 * day},
		"dispute.evidence_extension":         {p.Dispute.EvidenceExtension, 3 * day},
		"dispute.hearing":                    {p.Dispute.Hearing, 24 * time.Hour},
		"dispute.objection_ruling":           {p.Dispute.ObjectionRuling, 48 * time.Hour},
		"dispute.decision_sla":               {p.Dispute.DecisionSLA, 48 * time.Hour},
		"dispute.max_age":                    {p.Dispute.MaxAge, 90 * day},
		"dispute.appeal_window":              {p.Dispute.AppealWindow, 7 * day},
		"dispute.panel_decision":             {p.Dispute.PanelDecision, 10 * day},
		"dispute.assignment_retry":           {p.Dispute.AssignmentRetry, day},
		"dispute.conflict_window":            {p.Dispute.ConflictWindow, 90 * day},
		"decision.second_within":             {p.Decision.SecondWithin, 48 * time.Hour},
		"desk.lease":                         {p.Desk.Lease, day},
		"desk.snooze_max":                    {p.Desk.SnoozeMax, 3 * day},
		"desk.age":                           {p.Desk.Age, 14 * day},
		"desk.large_lead":                    {p.Desk.LargeLead, day},
		"desk.detector_lead":                 {p.Desk.DetectorLead, 7 * day},
		"desk.overdue_lead":                  {p.Desk.OverdueLead, 30 * day},
		"chargeback.max":                     {p.Chargeback.Max, 180 * day},
		"report.screening":                   {p.Report.Screening, 24 * time.Hour},
		"report.finding":                     {p.Report.Finding, 7 * day},
		"report.finding_safety":              {p.Report.FindingSafety, 48 * time.Hour},
		"report.info":                        {p.Report.Info, 5 * day},
		"report.max_age":                     {p.Report.MaxAge, 90 * day},
		"report.hold_max":                    {p.Report.HoldMax, 72 * time.Hour},
		"report.hold_signature":              {p.Report.HoldSignature, 24 * time.Hour},
		"report.contest":                     {p.Report.Contest, 30 * day},
		"report.measure_max":                 {p.Report.MeasureMax, 365 * day},
		"report.referral_answer":             {p.Report.ReferralAnswer, 30 * day},
		"review.window":                      {p.Review.Window, 30 * day},
		"review.seal":                        {p.Review.Seal, 7 * day},
		"review.dispute_recheck":             {p.Review.DisputeRecheck, day},
		"review.screening_max":               {p.Review.ScreeningMax, time.Hour},
		"review.moderation":                  {p.Review.Moderation, 48 * time.Hour},
		"review.edit":                        {p.Review.Edit, 7 * day},
		"review.appeal":                      {p.Review.Appeal, 30 * day},
		"review.repeat_window":               {p.Review.RepeatWindow, 30 * day},
		"review.rating_window":               {p.Review.RatingWindow, 180 * day},
		"limits.upload_intent":               {p.Limits.UploadIntent, 30 * time.Minute},
		"limits.incident_max":                {p.Limits.IncidentMax, 14 * day},
	} {
		require.Equal(t, c.want, c.got.Std(), key)
	}
	require.Equal(t, []policy.Duration{2 * policy.Day, policy.Day / 2}, p.Dispute.SellerResponseReminders)
	require.Equal(t, 10, p.Report.PerDay)
	require.Empty(t, p.Protection.GuaranteedByFor)
	require.Equal(t, policy.Percent(1000), p.Remedy.LateCompensation, "10 % of the lines")
	require.Equal(t, policy.Percent(2000), p.Decision.Discretion, "20 % of the disputed value")
	require.Equal(t, policy.Percent(0), p.Fees.Percent)

	for _, c := range []struct {
		key      string
		got      policy.Amounts
		currency money.Currency
		want     money.Minor
	}{
		{"return.cost_max", p.Return.CostMax, "EUR", 2000},
		{"decision.second_signature", p.Decision.SecondSignature, "EUR", 50000},
		{"decision.second_signature", p.Decision.SecondSignature, "JPY", 80000},
		{"decision.second_signature", p.Decision.SecondSignature, "KWD", 50000},
		{"appeal.large_panel", p.Appeal.LargePanel, "EUR", 200000},
		{"goodwill.max", p.Goodwill.Max, "EUR", 5000},
		{"review.minimum_order", p.Review.MinimumOrder, "EUR", 500},
		{"review.minimum_order", p.Review.MinimumOrder, "JPY", 800},
	} {
		require.Equal(t, c.want, c.got.For(c.currency), "%s in %s", c.key, c.currency)
	}
	require.Equal(t, 3, p.Appeal.PanelSize)
	require.Equal(t, 5, p.Appeal.LargeSize)
	require.Equal(t, 20, p.Limits.EvidenceItems)
	require.Equal(t, 4000, p.Limits.TextRunes)
	require.Equal(t, 50, p.Limits.MessagesPerDay)
	require.Equal(t, int64(25<<20), p.Limits.FileBytes)
}

// TestStandingDefaultsAreThoseOfTheProcedure repeats every number of PROCEDURE 8, and of its ladder in PROCEDURE 9.
func TestStandingDefaultsAreThoseOfTheProcedure(t *testing.T) {
	s := policies.Default().Standing
	require.Equal(t, 12, s.Points)
	require.Equal(t, []int{8, 6, 3}, []int{s.Warned, s.Limited, s.Restricted})
	require.Equal(t, 6, s.DailyCap)
	require.Equal(t, 3, s.CounterfeitsSuspend)
	require.Equal(t, 6, s.Counterfeit)
	require.Equal(t, policy.Scale{Points: 1, Repeated: 2, From: 3, Within: 90 * policy.Day}, s.NotAsDescribed)
	require.Equal(t, policy.Scale{Points: 2, Repeated: 4, From: 2, Within: 365 * policy.Day}, s.FalseShipment)
	require.Equal(t, policy.Scale{Points: 2, Repeated: 4, From: 2, Within: 90 * policy.Day}, s.Misconduct)
	require.Equal(t, 2, s.BuyerMisconduct)
	for key, c := range map[string]struct {
		got  policy.Duration
		want time.Duration
	}{
		"standing.contest":                {s.Contest, 7 * day},
		"standing.expiry":                 {s.Expiry, 365 * day},
		"standing.listing_pause":          {s.ListingPause, 7 * day},
		"standing.listing_pause_repeated": {s.ListingPauseRepeated, 30 * day},
		"standing.settled_within":         {s.SettledWithin, 72 * time.Hour},
		"standing.report_pause":           {s.ReportPause, 30 * day},
		"standing.report_pause_repeated":  {s.ReportPauseRepeated, 90 * day},
	} {
		require.Equal(t, c.want, c.got.Std(), key)
	}
}

func TestTheVersionNamesTheContentAndNotTheText(t *testing.T) {
	p := policies.Default()
	require.Regexp(t, `^[0-9a-f]{64}$`, p.Version)

	rewritten, err := yaml.Marshal(p)
	require.NoError(t, err)
	require.NotContains(t, string(rewritten), "#")
	again, err := policy.Parse(rewritten)
	require.NoError(t, err)
	require.Equal(t, p, again, "round trip")

	reworded := strings.Replace(string(policies.DefaultYAML), "withdrawal_cooling: 72h", "withdrawal_cooling: 3d", 1)
	again, err = policy.Parse([]byte(reworded))
	require.NoError(t, err)
	require.Equal(t, p.Version, again.Version)

	changed := strings.Replace(string(policies.DefaultYAML), "withdrawal_cooling: 72h", "withdrawal_cooling: 73h", 1)
	again, err = policy.Parse([]byte(changed))
	require.NoError(t, err)
	require.NotEqual(t, p.Version, again.Version)
}

func TestEachCallGivesAPolicyOfItsOwn(t *testing.T) {
	policies.Default().Decision.SecondSignature.By["EUR"] = 1
	require.Equal(t, money.Minor(50000), policies.Default().Decision.SecondSignature.For("EUR"))
}

// TestDefaultsOfTheDetectors repeats the numbers of PROCEDURE 11.
func TestDefaultsOfTheDetectors(t *testing.T) {
	p := policies.Default()
	spike := p.ComplaintSpike
	require.Equal(t, []int{5, 4, 3}, []int{spike.Disputes, spike.Buyers, spike.Factor})
	require.Equal(t, 7*policy.Day, spike.Window)
	require.Equal(t, "99", spike.Certainty.String())
	require.Equal(t, 3, p.Brushing.OrdersABuyer)
	require.Equal(t, time.Hour, p.Brushing.Hour.Std())
	require.Equal(t, "97", p.Brushing.FiveStars.String())
	require.Equal(t, 50, p.Brushing.ReviewsMin)
	require.Equal(t, 1, p.Detect.Tracking.Count, "any one")
	require.Equal(t, 10, p.Detect.Disputer.Orders)
	require.Equal(t, "70", p.Detect.Disputer.Disputed.String())
	require.Equal(t, policy.Sightings{Window: 30 * policy.Day, Count: 3}, p.Detect.ShipAndSwitch)
}
