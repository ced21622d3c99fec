package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"time"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	figures "recourse/domain/standing/metrics"
	"recourse/internal/identifier"
	"recourse/store"
)

// seller is a seller at an instant, with the policy that its figures are judged by.
type seller struct {
	account store.Account
	at      time.Time
	policy  policy.Policy
}

// sellerAt reads a seller at the instant that is asked about, or now: of its test clock, or of real time.
func (h *handlers) sellerAt(ctx context.Context, account string, asOf time.Time) (seller, error) {
	if !identifier.Valid("acc", account) {
		return seller{}, notFound()
	}
	a, err := h.store.Account(ctx, account)
	if err != nil {
		return seller{}, err
	}
	if a.Role != casefile.Seller {
		return seller{}, notFound()
	}
	now := time.Now()
	if a.Clock != "" {
		clock, err := h.store.Clock(ctx, a.Clock)
		if err != nil {
			return seller{}, fmt.Errorf("read the clock of %s: %w", a.ID, err)
		}
		now = clock.Now
	}
	switch {
	case asOf.IsZero():
		asOf = now
	case asOf.After(now):
		return seller{}, invalid("as_of", "future", "must not be later than now")
	}
	p, err := h.policies.Policy(ctx, inForce, a.Clock)
	if err != nil {
		return seller{}, fmt.Errorf("read the policy of the figures of %s: %w", a.ID, err)
	}
	return seller{account: a, at: microseconds(asOf), policy: p}, nil
}

// stateOf is the rung of the ladder on which an account stands at an instant.
func (h *handlers) stateOf(ctx context.Context, account string, at time.Time) (standing.State, error) {
	record, err := h.standingOf(ctx, account)
	if err != nil {
		return "", err
	}
	state, ok := record.State.(standing.Standing)
	if !ok {
		return "", fmt.Errorf("judge %s: its standing has a state of another kind", account)
	}
	return state.StateAt(at), nil
}

// GetMetrics shows the figures of a seller's page.
func (h *handlers) GetMetrics(ctx context.Context, r wire.GetMetricsRequestObject) (wire.GetMetricsResponseObject, error) {
	s, err := h.sellerAt(ctx, r.Account, r.Params.AsOf)
	if err != nil {
		return nil, err
	}
	state, err := h.stateOf(ctx, r.Account, s.at)
	if err != nil {
		return nil, err
	}
	counts, err := h.store.SellerCounts(ctx, r.Account, s.policy.Metrics, s.at)
	if err != nil {
		return nil, err
	}
	page := figures.PageOf(counts, state, s.policy.Metrics, s.policy.Promotion, s.at)
	tag, err := metricsTag(page, s.policy.Version)
	if err != nil {
		return nil, err
	}
	if matches(r.Params.IfNoneMatch, tag) {
		return wire.GetMetrics304Response{Headers: wire.GetMetrics304ResponseHeaders{ETag: "W/" + tag, CacheControl: kept, Vary: vary}}, nil
	}
	return wire.GetMetrics200JSONResponse{Body: metricsView(s, page),
		Headers: wire.GetMetrics200ResponseHeaders{ETag: "W/" + tag, CacheControl: kept, Vary: vary}}, nil
}

// metricsTag is a hash of the numbers without the instants, which move on all the time. So it is sent as a weak one.
func metricsTag(page figures.Page, version string) (string, error) {
	page.AsOf = time.Time{}
	numbers := make([]figures.Metric, len(page.Figures))
	for i, f := range page.Figures {
		f.From, f.Until = time.Time{}, time.Time{}
		numbers[i] = f
	}
	page.Figures = numbers
	document, err := json.Marshal(map[string]any{"page": page, "policy": version})
	if err != nil {
		return "", fmt.Errorf("encode figures: %w", err)
	}
	sum := sha256.Sum256(document)
	return `"` + hex.EncodeToString(sum[:8]) + `"`, nil
}

func metricsView(s seller, page figures.Page) wire.SellerMetrics {
	out := wire.SellerMetrics{Account: s.account.ID, AsOf: page.AsOf, Policy: s.policy.Version, PromotionEligible: page.Eligible,
		Figures: make([]wire.Figure, 0, len(page.Figures)), Reasons: []wire.PromotionReason{}, Exclusions: []wire.FigureExclusion{}}
	for _, f := range page.Figures {
		out.Figures = append(out.Figures, wire.Figure{Name: wire.FigureName(f.Name), Value: f.Value, Unit: wire.FigureUnit(f.Unit), Known: f.Known,
			From: microseconds(f.From), Until: microseconds(f.Until), Sample: f.Sample, Formula: f.Formula})
	}
	for _, r := range page.Reasons {
		out.Reasons = append(out.Reasons, wire.PromotionReason{Code: r.Code, Got: r.Got, Need: r.Need, Unit: wire.FigureUnit(r.Unit), State: wire.StandingState(r.State)})
	}
	for _, e := range page.Exclusions {
		out.Exclusions = append(out.Exclusions, wire.FigureExclusion{Kind: wire.FigureExclusionKind(e.Kind), Reason: e.Reason, Count: e.Count})
	}
	return out
}

// ExportMetrics gives the rows behind the figures away. They are written into a file first: the database is not held for a slow
// line, and what cannot be finished is a problem and not half an export.
func (h *handlers) ExportMetrics(ctx context.Context, r wire.ExportMetricsRequestObject) (wire.ExportMetricsResponseObject, error) {
	s, err := h.sellerAt(ctx, r.Account, r.Params.AsOf)
	if err != nil {
		return nil, err
	}
	state, err := h.stateOf(ctx, r.Account, s.at)
	if err != nil {
		return nil, err
	}
	file, size, err := h.spool(func(to io.Writer) error { return h.exportRows(ctx, s, state, to) })
	if err != nil {
		return nil, err
	}
	if c, ok := ctx.(*gin.Context); ok {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": r.Account + "-metrics.jsonl"}))
	}
	return wire.ExportMetrics200ApplicationXNdjsonResponse{Body: file, ContentLength: size}, nil
}

func (h *handlers) exportRows(ctx context.Context, s seller, state standing.State, to io.Writer) error {
	var w *figures.Writer
	err := h.store.SellerRows(ctx, s.account.ID, s.policy.Metrics, s.at, func(since time.Time) (_ store.RowVisitor, err error) {
		w, err = figures.NewWriter(to, figures.Header{Account: s.account.ID, AsOf: s.at, Since: since, State: state, Policy: s.policy.Version,
			Metrics: s.policy.Metrics, Promotion: s.policy.Promotion})
		return w, err
	})
	if err != nil {
		return err
	}
	return w.End()
}
