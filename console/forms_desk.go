package console

import "recourse/api/client"

var verdicts = []client.Verdict{client.VerdictDecidedForBuyer, client.VerdictDecidedForSeller, client.VerdictDecidedSplit}

// deskForms are what reviewers and supervisors do in a dispute.
var deskForms = []Form{
	{Kind: "dispute", Action: "claim", Path: "/v1/disputes/{dispute}/claim"},
	{Kind: "dispute", Action: "assign", Path: "/v1/disputes/{dispute}/assign", Fields: []Field{among("to", whoCanHave).needed()}},
	{Kind: "dispute", Action: "request_evidence", Path: "/v1/disputes/{dispute}/request_evidence", Fields: []Field{
		pick("from", "role", partyValues...).needed(), pick("type", "evidence", evidenceValues...).needed(), ask("due", Days).needed().upTo(30), ask("mandatory", Tick)}},
	{Kind: "dispute", Action: "admit_evidence", Path: "/v1/disputes/{dispute}/admit_evidence", Fields: []Field{among("item", lateItems).needed(), reasons()}},
	{Kind: "dispute", Action: "rule_objection", Path: "/v1/disputes/{dispute}/rule_objection", Fields: []Field{yesNo("upheld"), text()}},
	{Kind: "dispute", Action: "decide", Path: "/v1/disputes/{dispute}/decide", Fields: []Field{
		pick("outcome", "outcome", verdicts...).needed(), ask("refund", Sum).needed(), ask("release", Sum).needed(), ask("return", Tick), reasons().needed(),
		preset("record_hash", recordHash)}},
	{Kind: "dispute", Action: "second", Path: "/v1/disputes/{dispute}/second", Fields: []Field{ask("refuse", Tick)}},
	{Kind: "dispute", Action: "vote", Path: "/v1/disputes/{dispute}/vote", Fields: []Field{
		pick("outcome", "outcome", verdicts...).needed(), ask("refund", Sum).needed(), ask("release", Sum).needed(), reasons()}},
	{Kind: "dispute", Action: "snooze", Path: "/v1/disputes/{dispute}/snooze", Fields: []Field{ask("until", Moment).needed(), text().needed()}},
	{Kind: "dispute", Action: "release", Path: "/v1/disputes/{dispute}/release", Fields: []Field{text().needed()}},
}

var (
	scopes = []client.MeasureScope{client.MeasureScopeAccount, client.MeasureScopeListing, client.MeasureScopeList, client.MeasureScopeSell, client.MeasureScopeMessage,
		client.MeasureScopeDispute, client.MeasureScopeReview, client.MeasureScopeReport, client.MeasureScopeWithdrawFunds}
	findings = []client.ReportFinding{client.ReportFindingSubstantiated, client.ReportFindingUnsubstantiated, client.ReportFindingFabricated,
		client.ReportFindingDuplicate, client.ReportFindingInadmissible}
	reviewVerdicts = []client.ReviewVerdict{client.ReviewVerdictPublished, client.ReviewVerdictEditRequested, client.ReviewVerdictRedacted, client.ReviewVerdictRemoved}
)

// standingForms are about an account's standing.
var standingForms = []Form{
	{Kind: "standing", Action: "contest", Path: "/v1/accounts/{account}/standing/contests", Fields: []Field{ask("entry", Line).linked(), ask("measure", Line).linked(), text().needed()}},
	{Kind: "standing", Action: "rule_contest", Path: "/v1/accounts/{account}/standing/contests/{contest}/ruling", Fields: []Field{yesNo("upheld"), reasons().needed()}},
	{Kind: "standing", Action: "rule_removal", Path: "/v1/accounts/{account}/standing/removal_review", Grave: true, Fields: []Field{yesNo("remove"), reasons().needed()}},
	{Kind: "standing", Action: "start_measure", Path: "/v1/accounts/{account}/standing/measures", Grave: true, Fields: []Field{
		pick("scope", "scope", scopes...).needed(), ask("listing", Line).short(100), ask("for", Days).upTo(mostDays), ask("cause", Line).short(200).needed()}},
	{Kind: "standing", Action: "end_measure", Path: "/v1/accounts/{account}/standing/measures/{measure}/end", Fields: []Field{ask("why", Words).needed()}},
}

// reportForms are about a report.
var reportForms = []Form{
	{Kind: "report", Action: "give_info", Path: "/v1/reports/{report}/give_info", Fields: []Field{text().needed()}},
	{Kind: "report", Action: "contest", Path: "/v1/reports/{report}/contest", Fields: []Field{text().needed()}},
	{Kind: "report", Action: "admit_report", Path: "/v1/reports/{report}/admit", Fields: []Field{ask("safety", Tick)}},
	{Kind: "report", Action: "assign", Path: "/v1/reports/{report}/assign", Fields: []Field{among("to", whoCanHave).needed()}},
	{Kind: "report", Action: "need_info", Path: "/v1/reports/{report}/need_info", Fields: []Field{
		pick("to", "side", client.ReportSideReporter, client.ReportSideReported), text().needed()}},
	{Kind: "report", Action: "find", Path: "/v1/reports/{report}/find", Fields: []Field{
		pick("finding", "finding", findings...).needed(), ask("of", Line).short(100), reasons(), ask("to_reporter", Words), ask("to_reported", Words), measures()}},
	{Kind: "report", Action: "propose_hold", Path: "/v1/reports/{report}/hold", Fields: []Field{reasons().needed()}},
	{Kind: "report", Action: "second", Path: "/v1/reports/{report}/hold/second", Fields: []Field{ask("refuse", Tick)}},
	{Kind: "report", Action: "refer", Path: "/v1/reports/{report}/referrals", Fields: []Field{ask("to", Line).short(200).needed(), text()}},
	{Kind: "report", Action: "answer_referral", Path: "/v1/reports/{report}/referrals/answer", Fields: []Field{among("referral", waitingReferrals).needed(), text().needed()}},
}

// reviewForms are about a review.
var reviewForms = []Form{
	{Kind: "review", Action: "reply", Path: "/v1/reviews/{review}/reply", Fields: []Field{text().needed()}},
	{Kind: "review", Action: "edit_review", Path: "/v1/reviews/{review}/edit", Fields: []Field{text().needed()}},
	{Kind: "review", Action: "appeal", Path: "/v1/reviews/{review}/appeal", Fields: []Field{text().needed()}},
	{Kind: "review", Action: "report_review", Path: "/v1/reviews/{review}/report", Fields: []Field{text().needed()}},
	{Kind: "review", Action: "moderate", Path: "/v1/reviews/{review}/moderate", Fields: []Field{
		pick("verdict", "verdict", reviewVerdicts...).needed(), text(), reasons()}},
}

// measures are what follows for the reported account.
func measures() Field {
	f := pick("measures", "scope", client.ReportScopeAccount, client.ReportScopeList, client.ReportScopeSell, client.ReportScopeMessage, client.ReportScopeDispute,
		client.ReportScopeReview, client.ReportScopeReport, client.ReportScopeWithdrawFunds)
	f.Type = Course
	f.Most = func(c *Case) int { return wholeDays(c.Report.MeasureMax) }
	return f.upTo(mostDays)
}

// waitingReferrals are those to which no department has answered.
func waitingReferrals(v *Visit, c *Case) ([]Option, error) {
	var waiting []Option
	for _, r := range c.Report.Referrals {
		if r.AnsweredAt.IsZero() {
			waiting = append(waiting, Option{Value: r.ID, Words: r.To + v.T("list.comma") + v.words.date(r.At.UTC())})
		}
	}
	return waiting, nil
}

// recordHash is that of the record as it is now: what is decided rests on what was read.
func recordHash(v *Visit, c *Case, _ string) (any, error) {
	record, err := client.Result[client.Record](v.API.GetRecord(v.R.Context(), c.ID))
	return record.RecordHash, err
}
