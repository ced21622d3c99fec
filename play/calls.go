package play

import (
	"context"
	"fmt"
	"net/http"

	"recourse/api/client"
)

type (
	editor = client.RequestEditorFn
	// preparing turns a step into its request. It may read what the one who sends it would have read; it changes nothing.
	preparing func(r *run, ctx context.Context, s Step) (call, error)
)

// calls is how each verb is sent. A test holds it against the table of verbs.
var calls = map[string]preparing{
	"ship": order(func(s Step, id string) call {
		body := client.Shipping{Carrier: s.text("carrier"), Tracking: s.text("tracking"), Lines: skus(s.Fields["lines"].Lines)}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ShipOrder(ctx, id, nil, body, e...)
		}
	}),
	"deliver": order(func(s Step, id string) call {
		body := client.Delivery{Strength: client.Strength(s.text("strength")), Postcode: s.text("postcode")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RecordDelivery(ctx, id, nil, body, e...)
		}
	}),
	"track": order(func(s Step, id string) call {
		body := client.Tracking{Status: client.TrackingStatus(s.text("status")), Country: s.text("country"), Postcode: s.text("postcode"), Text: s.text("text")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RecordTracking(ctx, id, nil, body, e...)
		}
	}),
	"confirm_receipt": order(func(s Step, id string) call {
		body := client.Confirmation{Acknowledge: s.Fields["acknowledge"].Flag}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ConfirmReceipt(ctx, id, nil, body, e...)
		}
	}),
	"extend_protection": order(func(s Step, id string) call {
		body := client.ExtensionRequest{By: fmt.Sprintf("%dd", s.Fields["by_days"].Number)}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RequestExtension(ctx, id, nil, body, e...)
		}
	}),
	"grant_extension": order(func(_ Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GrantExtension(ctx, id, nil, client.Revisioned{}, e...)
		}
	}),
	"refuse_extension": order(func(_ Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RefuseExtension(ctx, id, nil, client.Revisioned{}, e...)
		}
	}),
	"cancel_order": order(func(_ Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.CancelOrder(ctx, id, nil, client.Revisioned{}, e...)
		}
	}),
	"chargeback": order(func(s Step, id string) call {
		body := client.NewChargeback{Amount: *amount(s.Fields["amount"].Amount)}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.OpenChargeback(ctx, id, nil, body, e...)
		}
	}),
	"close_chargeback": order(func(s Step, id string) call {
		body := client.ChargebackResult{WonBy: client.Party(s.text("won_by"))}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.CloseChargeback(ctx, id, nil, body, e...)
		}
	}),
	"open_dispute": order(func(s Step, id string) call {
		body := client.NewDispute{Reason: client.Reason(s.text("reason")), Remedy: client.Remedy(s.text("remedy")),
			Amount: s.money("amount"), Lines: claimed(s.Fields["lines"].Lines), Text: s.text("text")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.OpenDispute(ctx, id, nil, body, e...)
		}
	}),
	"post_message":     prepareMessage,
	"payout":           preparePayout,
	"contest":          prepareContest,
	"declare_incident": prepareIncident,

	"report":          prepareReport,
	"find":            prepareFind,
	"need_info":       prepareNeedInfo,
	"give_info":       prepareGiveInfo,
	"refer":           prepareRefer,
	"answer_referral": prepareAnswerReferral,
	"review":          prepareReview,
	"reply":           prepareReply,
	"moderate":        prepareModerate,

	"announce_upload": prepareAnnouncement,
	"open_original":   prepareOriginal,
	"claim":           prepareClaim,
	"release":         prepareRelease,
	"snooze":          prepareSnooze,
	"sign_goodwill":   prepareGoodwill,
	"propose_hold":    prepareHold,
	"second_hold":     prepareHoldSignature,
	"rule_removal":    prepareRemoval,
	"edit_review":     prepareEdition,
	"report_review":   prepareReviewReport,
	"appeal_review":   prepareReviewAppeal,
	"link_accounts":   prepareLink,
	"unlink_accounts": prepareUnlink,

	"submit_evidence":     prepareEvidence,
	"request_evidence":    prepareRequest,
	"admit_evidence":      prepareAdmission,
	"inspect_return":      prepareInspection,
	"decide":              prepareDecision,
	"accept_offer":        prepareAcceptance,
	"reject_offer":        prepareRejection,
	"withdraw_offer":      prepareOfferWithdrawal,
	"ship_replacement":    prepareReplacement,
	"deliver_replacement": prepareReplacementDelivery,
	"confirm_performance": prepareConfirmation,
	"assign":              prepareAssignment,

	"offer": dispute(func(s Step, id string) call {
		body := client.NewOffer{Remedy: client.Remedy(s.text("remedy")), Amount: s.money("amount"), Fallback: client.Fallback(s.text("fallback"))}
		if s.has("due") {
			body.Due = formatLength(s.Fields["due"].Length)
		}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.MakeOffer(ctx, id, nil, body, e...)
		}
	}),
	"concede": dispute(func(s Step, id string) call {
		body := client.Concession{Acknowledge: s.Fields["acknowledge"].Flag}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Concede(ctx, id, nil, body, e...)
		}
	}),
	"request_time": dispute(func(s Step, id string) call {
		body := client.TimeRequest{Days: int(s.Fields["days"].Number)}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RequestTime(ctx, id, nil, body, e...)
		}
	}),
	"change_reason": dispute(func(s Step, id string) call {
		body := client.ReasonChange{Reason: client.Reason(s.text("reason")), Remedy: client.Remedy(s.text("remedy")), Amount: s.money("amount")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ChangeReason(ctx, id, nil, body, e...)
		}
	}),
	"escalate": dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Escalate(ctx, id, nil, client.Statement{Text: s.text("text")}, e...)
		}
	}),
	"withdraw": dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Withdraw(ctx, id, nil, client.Statement{Text: s.text("text")}, e...)
		}
	}),
	"cancel_withdrawal": dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.CancelWithdrawal(ctx, id, nil, client.Statement{Text: s.text("text")}, e...)
		}
	}),
	"reopen": dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Reopen(ctx, id, nil, client.Statement{Text: s.text("text")}, e...)
		}
	}),
	"object_to_reviewer": prepareObjection,
	"rule_objection": dispute(func(s Step, id string) call {
		body := client.ObjectionRuling{Upheld: s.Fields["upheld"].Flag, Text: s.text("text")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.RuleObjection(ctx, id, nil, body, e...)
		}
	}),
	"waive_hearing": dispute(func(_ Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.WaiveHearing(ctx, id, nil, client.Revisioned{}, e...)
		}
	}),
	"extend_evidence": dispute(func(_ Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ExtendEvidence(ctx, id, nil, client.Revisioned{}, e...)
		}
	}),
	"second": dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Second(ctx, id, nil, client.Signature{Refuse: s.Fields["refuse"].Flag}, e...)
		}
	}),
	"appeal": dispute(func(s Step, id string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Appeal(ctx, id, nil, client.Appeal{Text: s.text("text")}, e...)
		}
	}),
	"vote": dispute(func(s Step, id string) call {
		body := client.NewVote{Outcome: client.Verdict(s.text("outcome")), Refund: *amount(s.Fields["refund"].Amount),
			Release: *amount(s.Fields["release"].Amount), Reasons: s.text("reasons")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.Vote(ctx, id, nil, body, e...)
		}
	}),
	"ship_return": dispute(func(s Step, id string) call {
		body := client.GoodsShipping{Carrier: s.text("carrier"), Tracking: s.text("tracking")}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.ShipReturn(ctx, id, nil, body, e...)
		}
	}),
	"deliver_return": dispute(func(s Step, id string) call {
		body := client.GoodsDelivery{Strength: client.Strength(s.text("strength"))}
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.DeliverReturn(ctx, id, nil, body, e...)
		}
	}),
}

// order prepares a step about an order from its fields alone.
func order(build func(s Step, id string) call) preparing {
	return func(r *run, _ context.Context, s Step) (call, error) {
		return build(s, r.orders[s.Order]), nil
	}
}

// dispute prepares a step about a dispute from its fields alone.
func dispute(build func(s Step, id string) call) preparing {
	return func(r *run, _ context.Context, s Step) (call, error) {
		id, err := r.disputeID(s.Order, s.Dispute)
		if err != nil {
			return nil, err
		}
		return build(s, id), nil
	}
}

// money is the amount of a field, or nothing when the step does not carry it.
func (s Step) money(field string) *client.Money {
	v, ok := s.Fields[field]
	if !ok {
		return nil
	}
	return amount(v.Amount)
}
