package play

import (
	"context"
	"fmt"
	"net/http"

	"recourse/api/client"
)

// expectReports reads what must have become of the reports of the file.
func (b *binding) expectReports(f fields, e *Expect) {
	b.named(f, "reports", func(name string, line int, m fields) {
		b.mustName(kindReport, name, line, "reports")
		e.Reports = append(e.Reports, ReportExpect{Line: line, Name: name, Finding: b.codeOf(m, "finding", findingCodes),
			Reporter: b.codeOf(m, "reporter", reporterCodes)})
	}, "finding", "reporter")
}

// compareReports holds what became of reports, and of those who sent them, against the file.
func (r *run) compareReports(ctx context.Context, want []ReportExpect) error {
	for _, w := range want {
		id, err := r.reportID(w.Name)
		if err != nil {
			r.miss(w.Line, "%v", err)
			continue
		}
		got, err := fetch[client.Report](ctx, r.session, onlooker, "report "+w.Name, func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GetReport(ctx, id, e...)
		})
		if err != nil {
			return at{w.Line, err}
		}
		r.compareText(w.Finding, "report "+w.Name+" finding", string(got.Finding))
		r.compareText(w.Reporter, "report "+w.Name+" reporter", string(got.ReporterState))
	}
	return nil
}

// reportTimeline reads the timeline of a report.
func (r *run) reportTimeline(ctx context.Context, id string) ([]client.Event, error) {
	return r.allPages(ctx, id, func(after string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GetReportTimeline(ctx, id, &client.GetReportTimelineParams{Limit: new(100), After: after}, e...)
		}
	})
}

func (r *run) reportID(name string) (string, error) {
	if id, ok := r.reports[name]; ok {
		return id, nil
	}
	return "", fmt.Errorf("report %s was never submitted", name)
}

// prepareReport reports an account. A report of one side of an order about the other is about that order.
func prepareReport(r *run, _ context.Context, s Step) (call, error) {
	body := client.NewReport{Against: r.actor(s.text("against")), Behaviour: client.Behaviour(s.text("behaviour")), Text: s.text("text"),
		Affirm: s.Fields["affirm"].Flag}
	if o, known := r.story.order(s.Order); known || len(r.story.Orders) == 1 {
		if !known {
			o = r.story.Orders[0]
		}
		if against := s.text("against"); o.Buyer == s.By && o.Seller == against || o.Seller == s.By && o.Buyer == against {
			body.Order = r.orders[o.Name]
		}
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.SubmitReport(ctx, nil, body, e...)
	}, nil
}

// onReport prepares a step about a report from its fields alone. The API wants a text, the files need none.
func onReport(build func(s Step, id, text string) call) preparing {
	return func(r *run, _ context.Context, s Step) (call, error) {
		id, err := r.reportID(s.text("report"))
		if err != nil {
			return nil, err
		}
		return build(s, id, r.words(s)), nil
	}
}

// words are the text of a step, or the title of the story where the file says none.
func (r *run) words(s Step) string {
	if s.text("text") != "" {
		return s.text("text")
	}
	return r.story.Title
}

var prepareFind = onReport(func(s Step, id, _ string) call {
	body := client.NewFinding{Finding: client.ReportFinding(s.text("finding"))}
	for _, m := range s.Fields["measures"].Measures {
		measure := client.ReportMeasure{Scope: client.ReportScope(m.Scope), Listing: m.Listing}
		if m.For > 0 {
			measure.For = formatLength(m.For)
		}
		body.Measures = append(body.Measures, measure)
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.FindReport(ctx, id, nil, body, e...)
	}
})

var prepareNeedInfo = onReport(func(_ Step, id, text string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.NeedInfo(ctx, id, nil, client.ReportQuestion{Text: text}, e...)
	}
})

var prepareGiveInfo = onReport(func(_ Step, id, text string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.GiveInfo(ctx, id, nil, client.ReportInfo{Text: text}, e...)
	}
})

var prepareRefer = onReport(func(s Step, id, text string) call {
	to := s.text("to")
	if to == "" {
		to = "department"
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ReferReport(ctx, id, nil, client.NewReferral{To: to, Text: text}, e...)
	}
})

var prepareAnswerReferral = onReport(func(s Step, id, text string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.AnswerReferral(ctx, id, nil, client.ReferralAnswer{To: s.text("to"), Text: text}, e...)
	}
})
