package detection

import (
	"recourse/domain/casefile"
	"recourse/domain/detect"
	"recourse/domain/dispute"
	"recourse/domain/report"
	"recourse/internal/identifier"
	"recourse/store"
)

// behaviours are what a finding is reported as. Where the list of PROCEDURE 9 has no word for it, it is other: what a person
// finds then has measures and no points of its own.
var behaviours = map[detect.Detector]report.Behaviour{
	detect.ComplaintSpike:   report.Other,
	detect.Brushing:         report.Brushing,
	detect.Tracking:         report.FalseLogistics,
	detect.FrequentDisputer: report.FalseClaim,
	detect.ShipAndSwitch:    report.Other,
}

// messages are what flagged messages are reported as, by the rule that most of them meet.
var messages = map[string]report.Behaviour{
	"payment_identifier": report.OffPlatform,
	"contact_data":       report.OffPlatform,
	"outside_link":       report.OffPlatform,
	"reward_for_stars":   report.InducedReview,
}

func behaviourOf(f detect.Finding) report.Behaviour {
	if f.Detector != detect.Messages {
		return behaviours[f.Detector]
	}
	if b, known := messages[f.Leading]; known {
		return b
	}
	return report.Other
}

// submission is the identifier of the command by which a detection's report is submitted, however often that is tried.
func submission(d store.Detection) string { return identifier.Derive("cmd", d.ID, "submit_report") }

// report opens the case: a report that nobody affirms, under the same desk and the same rules as any other (PROCEDURE 9).
func (p *pass) report(d store.Detection) error {
	f := d.Finding
	form, err := data(report.Submission{Against: f.Subject, Behaviour: behaviourOf(f), Text: f.Text, Detector: string(f.Detector), Detection: d.ID, Terms: p.terms.Report})
	if err != nil {
		return err
	}
	receipt, err := p.Store.Begin(p.ctx, store.NewCase{ID: d.Report, Kind: casefile.KindReport, Clock: p.clock,
		Command: store.Knock{ID: submission(d), Case: d.Report, Name: "submit_report", By: casefile.Detectors, Data: form, Internal: true},
		Summary: casefile.Summary{Kind: casefile.KindReport, Stage: "report", Status: string(report.Submitted), Reason: string(behaviourOf(f)), Move: casefile.Supervisor}})
	p.nudge(receipt)
	return err
}

// tell makes a dispute more urgent, once for a detection, and, with the finding of the report that it opened, no longer.
func (p *pass) tell(d store.Detection, disputeID, answer string) error {
	body, err := data(dispute.Detected{Detection: d.ID, Detector: string(d.Finding.Detector), Finding: answer})
	if err != nil {
		return err
	}
	id := identifier.Derive("cmd", d.ID, disputeID, "detected")
	if answer != "" { // it may be answered again, as after a contest
		id = identifier.Derive("cmd", d.ID, disputeID, "answered", d.Outcome, answer)
	}
	receipt, err := p.Store.Knock(p.ctx, store.Knock{ID: id, Case: disputeID, Name: "detected", By: casefile.Detectors, Data: body, Internal: true})
	p.nudge(receipt)
	return err
}

// recount has the reviews of a shop counted anew whose praise is under investigation, or is not any more.
func (p *pass) recount(d store.Detection, answer string) error {
	if d.Finding.Detector != detect.Brushing {
		return nil
	}
	reviews, err := p.Store.ReviewsSince(p.ctx, d.Finding.Subject, d.Finding.Since)
	if err != nil {
		return err
	}
	body, err := data(map[string]any{"detection": d.ID})
	if err != nil {
		return err
	}
	for _, c := range reviews {
		receipt, err := p.Store.Knock(p.ctx, store.Knock{ID: identifier.Derive("cmd", d.ID, c.ID, "recount", d.Outcome, answer), Case: c.ID, Name: "recount", By: casefile.Detectors, Data: body,
			Internal: true})
		if err != nil {
			return err
		}
		p.nudge(receipt)
	}
	return nil
}

func (p *pass) nudge(r store.Receipt) {
	if p.Nudge != nil && r.Case != "" {
		p.Nudge(store.CaseRef{ID: r.Case, Kind: r.Kind, Sequence: r.Sequence})
	}
}
