package play

import (
	"context"
	"net/http"

	"recourse/api/client"
)

var prepareHold = onReport(func(s Step, id, _ string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ProposeHold(ctx, id, nil, client.NewHold{Reasons: s.text("reasons")}, e...)
	}
})

var prepareHoldSignature = onReport(func(s Step, id, _ string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.SecondHold(ctx, id, nil, client.Signature{Refuse: s.Fields["refuse"].Flag}, e...)
	}
})

// prepareRemoval removes the account of a party that is suspended, or restores it.
func prepareRemoval(r *run, _ context.Context, s Step) (call, error) {
	account := r.actor(s.text("party"))
	body := client.RemovalRuling{Remove: s.Fields["remove"].Flag, Reasons: s.text("reasons")}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.RuleRemoval(ctx, account, nil, body, e...)
	}, nil
}

var prepareEdition = onReview(func(s Step, id, _ string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.EditReview(ctx, id, nil, client.ReviewEdition{Text: s.text("text")}, e...)
	}
})

var prepareReviewReport = onReview(func(s Step, id, _ string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ReportReview(ctx, id, nil, client.ReviewWords{Text: s.text("text")}, e...)
	}
})

var prepareReviewAppeal = onReview(func(s Step, id, _ string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.AppealReview(ctx, id, nil, client.ReviewWords{Text: s.text("text")}, e...)
	}
})
