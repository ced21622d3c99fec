package play

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"recourse/api/client"
)

// expectReviews reads what must have become of the reviews of the file.
func (b *binding) expectReviews(f fields, e *Expect) {
	b.named(f, "reviews", func(name string, line int, m fields) {
		b.mustName(kindReview, name, line, "reviews")
		e.Reviews = append(e.Reviews, ReviewExpect{Line: line, Name: name, Published: b.flagOf(m, "published"), Counted: b.flagOf(m, "counted"),
			Reason: b.codeOf(m, "reason", uncountedCodes)})
	}, "published", "counted", "reason")
}

func (r *run) compareReviews(ctx context.Context, want []ReviewExpect) error {
	for _, w := range want {
		id, err := r.reviewID(w.Name)
		if err != nil {
			r.miss(w.Line, "%v", err)
			continue
		}
		got, err := fetch[client.Review](ctx, r.session, onlooker, "review "+w.Name, func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GetReview(ctx, id, e...)
		})
		if err != nil {
			return at{w.Line, err}
		}
		name := "review " + w.Name + " "
		r.compareFlag(w.Line, w.Published, name+"published", got.Published)
		r.compareFlag(w.Line, w.Counted, name+"counted", got.Counted)
		r.compareText(w.Reason, name+"reason", string(got.Reason))
	}
	return nil
}

func (r *run) compareFlag(line int, want *bool, what string, got bool) {
	if want != nil {
		r.compareText(&Text{line, strconv.FormatBool(*want)}, what, strconv.FormatBool(got))
	}
}

// reviewTimeline reads the timeline of a review.
func (r *run) reviewTimeline(ctx context.Context, id string) ([]client.Event, error) {
	return r.allPages(ctx, id, func(after string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GetReviewTimeline(ctx, id, &client.GetReviewTimelineParams{Limit: new(100), After: after}, e...)
		}
	})
}

func (r *run) reviewID(name string) (string, error) {
	if id, ok := r.reviews[name]; ok {
		return id, nil
	}
	return "", fmt.Errorf("review %s was never submitted", name)
}

// onReview prepares a step about a review from its fields alone.
func onReview(build func(s Step, id, text string) call) preparing {
	return func(r *run, _ context.Context, s Step) (call, error) {
		id, err := r.reviewID(s.text("review"))
		if err != nil {
			return nil, err
		}
		return build(s, id, r.words(s)), nil
	}
}

var prepareReview = order(func(s Step, id string) call {
	mark := func(name string) int { return int(s.Fields[name].Number) }
	body := client.NewReview{Stars: mark("stars"), AsDescribed: mark("as_described"), Quality: mark("quality"),
		Communication: mark("communication"), ShippingSpeed: mark("shipping_speed"), Text: s.text("text")}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.SubmitReview(ctx, id, nil, body, e...)
	}
})

var prepareReply = onReview(func(_ Step, id, text string) call {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ReplyToReview(ctx, id, nil, client.ReviewWords{Text: text}, e...)
	}
})

var prepareModerate = onReview(func(s Step, id, _ string) call {
	body := client.Moderation{Verdict: client.ReviewVerdict(s.text("verdict")), Text: s.text("text")}
	if body.Verdict == "" {
		body.Verdict = client.ReviewVerdictPublished
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ModerateReview(ctx, id, nil, body, e...)
	}
})
