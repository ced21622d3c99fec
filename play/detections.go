package play

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"recourse/api/client"
)

// prepareDetect runs the detectors over what happened on the story's clock.
func prepareDetect(r *run, _ context.Context, _ Step) (call, error) {
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.RunDetectors(ctx, r.clock, nil, client.RunDetectorsJSONRequestBody{}, e...)
	}, nil
}

// learnDetection keeps the report that a detector has opened. A step that names a detector or an account wants one that is open.
func (r *run) learnDetection(s Step, rep reply) error {
	if !rep.accepted() || !s.has("detector") && !s.has("against") && s.As == "" {
		return nil
	}
	found, err := decode[client.DetectionPage](rep, s.Do)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(found.Data, func(d client.Detection) bool {
		return d.Open && (!s.has("detector") || string(d.Detector) == s.text("detector")) && (!s.has("against") || d.Subject == r.actor(s.text("against")))
	})
	if i < 0 {
		return fmt.Errorf("of %d detections none is an open one of %q about %q", len(found.Data), s.text("detector"), s.text("against"))
	}
	r.filed = append(r.filed, found.Data[i].Report)
	if s.As != "" {
		r.reports[s.As] = found.Data[i].Report
	}
	return nil
}

// compareRaised holds against the file whether a detector makes a dispute more urgent where it waits for the platform's people.
func (r *run) compareRaised(ctx context.Context, want DisputeExpect, id string) error {
	if want.Raised == nil {
		return nil
	}
	for after := ""; ; {
		queue, err := fetch[client.QueuePage](ctx, r.session, onlooker, "the queue", func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ListQueue(ctx, &client.ListQueueParams{Clock: r.clock, Snoozed: true, Limit: new(100), After: after}, e...)
		})
		if err != nil {
			return at{want.Line, err}
		}
		for _, c := range queue.Data {
			if c.Dispute.ID == id {
				raised := slices.ContainsFunc(c.Grounds, func(g client.Ground) bool { return g.Why == client.GroundWhyDetector })
				r.compareText(&Text{want.Line, strconv.FormatBool(*want.Raised)}, "dispute "+want.Name+" raised", strconv.FormatBool(raised))
				return nil
			}
		}
		if after = queue.Next; !queue.HasMore {
			r.miss(want.Line, "dispute %s raised: it is not in the queue", want.Name)
			return nil
		}
	}
}
