package play

import (
	"context"
	"net/http"

	"recourse/api/client"
)

// onOffer prepares a step about an offer of a dispute.
func onOffer(r *run, ctx context.Context, s Step, fits []func(client.Offer) bool, build func(dispute string, o offer) call) (call, error) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return nil, err
	}
	o, err := r.offerFor(ctx, s, id, fits...)
	if err != nil {
		return nil, err
	}
	return build(id, o), nil
}

func prepareAcceptance(r *run, ctx context.Context, s Step) (call, error) {
	return onOffer(r, ctx, s, r.standing(s, false), func(dispute string, o offer) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.AcceptOffer(ctx, dispute, o.id, nil, client.OfferAnswer{Version: o.version}, e...)
		}
	})
}

func prepareRejection(r *run, ctx context.Context, s Step) (call, error) {
	return onOffer(r, ctx, s, r.standing(s, false), func(dispute string, o offer) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RejectOffer(ctx, dispute, o.id, nil, client.OfferAnswer{Version: o.version}, e...)
		}
	})
}

func prepareOfferWithdrawal(r *run, ctx context.Context, s Step) (call, error) {
	return onOffer(r, ctx, s, r.standing(s, true), func(dispute string, o offer) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.WithdrawOffer(ctx, dispute, o.id, nil, client.Revisioned{}, e...)
		}
	})
}

func prepareReplacement(r *run, ctx context.Context, s Step) (call, error) {
	body := client.GoodsShipping{Carrier: s.text("carrier"), Tracking: s.text("tracking")}
	return onOffer(r, ctx, s, promised, func(dispute string, o offer) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ShipReplacement(ctx, dispute, o.id, nil, body, e...)
		}
	})
}

func prepareReplacementDelivery(r *run, ctx context.Context, s Step) (call, error) {
	body := client.GoodsDelivery{Strength: client.Strength(s.text("strength"))}
	return onOffer(r, ctx, s, promised, func(dispute string, o offer) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.DeliverReplacement(ctx, dispute, o.id, nil, body, e...)
		}
	})
}

func prepareConfirmation(r *run, ctx context.Context, s Step) (call, error) {
	return onOffer(r, ctx, s, promised, func(dispute string, o offer) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ConfirmPerformance(ctx, dispute, o.id, nil, client.Revisioned{}, e...)
		}
	})
}
