package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"recourse/api/wire"
	"recourse/domain/standing"
)

// How an answer may be kept that is asked for again and again: by whoever asked, and never without asking whether it holds.
const (
	kept = "private, no-cache"
	vary = "Authorization, " + actAs
)

// GetStanding shows how an account stands.
func (h *handlers) GetStanding(ctx context.Context, r wire.GetStandingRequestObject) (wire.GetStandingResponseObject, error) {
	v, err := h.standingFrom(ctx, callOf(ctx).record)
	if err != nil {
		return nil, err
	}
	shown := v.asStanding()
	now := shown.Now
	shown.Now = time.Time{} // it moves on while all else stands: the tag is not of it
	document, err := json.Marshal(shown)
	if err != nil {
		return nil, fmt.Errorf("encode the standing of %s: %w", shown.Account, err)
	}
	tag := standingTag(shown.Revision, document)
	if matches(r.Params.IfNoneMatch, tag) {
		return wire.GetStanding304Response{Headers: wire.GetStanding304ResponseHeaders{ETag: "W/" + tag, CacheControl: kept, Vary: vary}}, nil
	}
	document, err = atInstant(document, now)
	return encodedStanding{document, "W/" + tag}, err
}

// atInstant puts the instant into a document that was written with none.
func atInstant(document []byte, now time.Time) ([]byte, error) {
	const none = `"now":"0001-01-01T00:00:00Z"`
	before, after, found := bytes.Cut(document, []byte(none))
	if !found {
		return nil, errors.New("a standing was written without its instant")
	}
	at, err := now.MarshalJSON()
	return slices.Concat(before, []byte(`"now":`), at, after), err
}

// standingTag is the revision with a hash of what is shown: a measure ends and an entry expires on its day, also before the
// step that records it, and what a caller may do is the caller's own.
func standingTag(revision int64, document []byte) string {
	sum := sha256.Sum256(document)
	return fmt.Sprintf(`"%d-%s"`, revision, hex.EncodeToString(sum[:8]))
}

// encodedStanding is a standing as it was written for its tag, so that it is not written twice: this is what a marketplace asks
// for before everything that it lets an account do.
type encodedStanding struct {
	document []byte
	tag      string
}

// VisitGetStandingResponse sends it.
func (e encodedStanding) VisitGetStandingResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("ETag", e.tag)
	h.Set("Cache-Control", kept)
	h.Set("Vary", vary)
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(e.document)
	return err
}

// matches says whether a tag is among those of an If-None-Match.
func matches(header, tag string) bool {
	for given := range strings.SplitSeq(header, ",") {
		if given = strings.TrimSpace(given); given == "*" || strings.TrimPrefix(given, "W/") == tag {
			return true
		}
	}
	return false
}

// onStanding carries out a command to a standing and reads the standing after it.
func (h *handlers) onStanding(ctx context.Context, key string, extra map[string]any) (*standingView, outcome, error) {
	done, err := h.carryOut(ctx, key, extra)
	if err != nil {
		return nil, done, err
	}
	v, err := h.standing(ctx, standing.AccountOf(callOf(ctx).record.ID))
	return v, done, err
}

// ContestStanding takes the holder's word against an entry or a measure.
func (h *handlers) ContestStanding(ctx context.Context, r wire.ContestStandingRequestObject) (wire.ContestStandingResponseObject, error) {
	v, done, err := h.onStanding(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	for _, c := range v.Contests {
		if c.ID == done.answer.Result["contest"] {
			return wire.ContestStanding201JSONResponse(contestView(c)), nil
		}
	}
	return nil, &absentError{done.receipt.ID}
}

// RuleContest answers a contest.
func (h *handlers) RuleContest(ctx context.Context, r wire.RuleContestRequestObject) (wire.RuleContestResponseObject, error) {
	v, _, err := h.onStanding(ctx, r.Params.IdempotencyKey, map[string]any{"contest": r.Contest})
	if err != nil {
		return nil, err
	}
	return wire.RuleContest200JSONResponse(v.asStanding()), nil
}

// RuleRemoval removes a suspended account or restores it.
func (h *handlers) RuleRemoval(ctx context.Context, r wire.RuleRemovalRequestObject) (wire.RuleRemovalResponseObject, error) {
	v, _, err := h.onStanding(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	return wire.RuleRemoval200JSONResponse(v.asStanding()), nil
}

// StartMeasure starts a measure, under the policy in force where the standing begins with it.
func (h *handlers) StartMeasure(ctx context.Context, r wire.StartMeasureRequestObject) (wire.StartMeasureResponseObject, error) {
	p, err := h.policies.Policy(ctx, inForce, callOf(ctx).record.Clock)
	if err != nil {
		return nil, fmt.Errorf("read the policy of a measure: %w", err)
	}
	v, done, err := h.onStanding(ctx, r.Params.IdempotencyKey, map[string]any{"account": r.Account, "terms": p.ForStanding()})
	if err != nil {
		return nil, err
	}
	for _, m := range v.Measures {
		if m.ID == done.answer.Result["measure"] {
			return wire.StartMeasure201JSONResponse(v.measure(m)), nil
		}
	}
	return nil, &absentError{done.receipt.ID}
}

// EndMeasure ends a measure before its time.
func (h *handlers) EndMeasure(ctx context.Context, r wire.EndMeasureRequestObject) (wire.EndMeasureResponseObject, error) {
	v, _, err := h.onStanding(ctx, r.Params.IdempotencyKey, map[string]any{"measure": r.Measure})
	if err != nil {
		return nil, err
	}
	return wire.EndMeasure200JSONResponse(v.asStanding()), nil
}
