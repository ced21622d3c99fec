package seed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
)

// step is what somebody does at a time of the clock.
type step struct {
	at   time.Duration
	what string
	act  func(ctx context.Context, t *teller, told *tale) error
}

// on puts an act at a day.
func on(days float64, what string, act func(ctx context.Context, t *teller, told *tale) error) step {
	return step{at: time.Duration(days * float64(day)), what: what, act: act}
}

// simply is an act whose answer nobody reads.
func simply(days float64, what string, as func(*tale) string, do func(*tale) call) step {
	return on(days, what, func(ctx context.Context, t *teller, told *tale) error {
		_, err := send[map[string]any](ctx, t, told, as(told), do(told))
		return err
	})
}

func buyer(told *tale) string  { return told.buyer }
func seller(told *tale) string { return told.seller }
func carrier(*tale) string     { return "carrier" }

type person = func(*tale) string

// registered is the first act of every story: the marketplace tells of an order that was paid.
func registered(days float64, sku, title string, cents int64) step {
	return on(days, "register", func(ctx context.Context, t *teller, told *tale) error {
		paid := begin.Add(time.Duration(days * float64(day)))
		body := client.NewOrder{
			Buyer: t.accounts[told.buyer], Seller: t.accounts[told.seller], Currency: "EUR", Clock: t.clock,
			Lines:    []client.NewLine{{Sku: sku, Title: title, Quantity: 1, Price: *euros(cents), Category: "home"}},
			Shipping: euros(3_50), PaidAt: paid, ShipBy: paid.Add(5 * day), GuaranteedBy: paid.Add(30 * day), Postcode: "75011",
		}
		order, err := send[client.Order](ctx, t, told, "", func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.RegisterOrder(ctx, nil, body, e...)
		})
		told.order = order.ID
		return err
	})
}

// shipped uses a tracking number of the story's own, whose check digit holds.
func shipped(days float64) step {
	return shippedUnder(days, func(told *tale) string { return told.name })
}

// shippedAs uses the tracking number of another story.
func shippedAs(days float64, other string) step {
	return shippedUnder(days, func(*tale) string { return other })
}

func shippedUnder(days float64, whose person) step {
	return simply(days, "ship", seller, func(told *tale) call {
		body := client.Shipping{Carrier: "upu", Tracking: trackingNumber("RB", number(whose(told)))}
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.ShipOrder(ctx, told.order, nil, body, e...)
		}
	})
}

func delivered(days float64) step {
	return simply(days, "deliver", carrier, func(told *tale) call {
		body := client.Delivery{Strength: client.StrengthStrong, Postcode: "75011"}
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.RecordDelivery(ctx, told.order, nil, body, e...)
		}
	})
}

func confirmed(days float64) step {
	return simply(days, "confirm receipt", buyer, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.ConfirmReceipt(ctx, told.order, nil, client.Confirmation{}, e...)
		}
	})
}

func opened(days float64, body client.NewDispute) step {
	return on(days, "open the dispute", func(ctx context.Context, t *teller, told *tale) error {
		dispute, err := send[client.Dispute](ctx, t, told, told.buyer, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.OpenDispute(ctx, told.order, nil, body, e...)
		})
		told.dispute = dispute.ID
		return err
	})
}

func said(days float64, who person, text string) step {
	return simply(days, "post a message", who, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.PostMessage(ctx, told.dispute, nil, client.NewMessage{Text: text}, e...)
		}
	})
}

func handedIn(days float64, who person, kind client.EvidenceType, text string) step {
	return simply(days, "hand in evidence", who, func(told *tale) call {
		body := client.NewEvidenceText{Type: kind, Text: text}
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.SubmitEvidence(ctx, told.dispute, nil, body, e...)
		}
	})
}

func offered(days float64, body client.NewOffer) step {
	return on(days, "make an offer", func(ctx context.Context, t *teller, told *tale) error {
		offer, err := send[client.Offer](ctx, t, told, told.seller, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.MakeOffer(ctx, told.dispute, nil, body, e...)
		})
		told.offer, told.version = offer.ID, offer.Version
		return err
	})
}

func accepted(days float64) step {
	return simply(days, "accept the offer", buyer, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.AcceptOffer(ctx, told.dispute, told.offer, nil, client.OfferAnswer{Version: told.version}, e...)
		}
	})
}

func withdrawn(days float64, text string) step {
	return simply(days, "withdraw", buyer, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.Withdraw(ctx, told.dispute, nil, client.Statement{Text: text}, e...)
		}
	})
}

func escalated(days float64, text string) step {
	return simply(days, "escalate", buyer, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.Escalate(ctx, told.dispute, nil, client.Statement{Text: text}, e...)
		}
	})
}

func appealed(days float64, text string) step {
	return simply(days, "appeal", seller, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.Appeal(ctx, told.dispute, nil, client.Appeal{Text: text}, e...)
		}
	})
}

// reviewed is what the buyer thinks of the order.
func reviewed(days float64, stars int, text string) step {
	return simply(days, "review", buyer, func(told *tale) call {
		return func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.SubmitReview(ctx, told.order, nil, client.NewReview{Stars: stars, Quality: stars, Text: text}, e...)
		}
	})
}

// reported is what the buyer says of the seller.
func reported(days float64, behaviour client.Behaviour, text string) step {
	return on(days, "report", func(ctx context.Context, t *teller, told *tale) error {
		body := client.NewReport{Against: t.accounts[told.seller], Behaviour: behaviour, Order: told.order, Dispute: told.dispute, Text: text, Affirm: true}
		_, err := send[client.Report](ctx, t, told, told.buyer, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.SubmitReport(ctx, nil, body, e...)
		})
		return err
	})
}

// decidedForBuyer is what the assigned reviewer rules after reading the record. When an earlier seed has sent this decision
// already, the case has another revision now and the key is known with another body: it is done then.
func decidedForBuyer(days float64, reasons string) step {
	return on(days, "decide", func(ctx context.Context, t *teller, told *tale) error {
		dispute, err := client.Result[client.Dispute](t.api.GetDispute(ctx, told.dispute, nil))
		if err != nil {
			return err
		}
		record, err := client.Result[client.Record](t.api.GetRecord(ctx, told.dispute, client.ActAs(dispute.Reviewer)))
		if err != nil {
			return fmt.Errorf("read the record: %w", err)
		}
		body := client.NewDecision{Outcome: client.VerdictDecidedForBuyer, Refund: dispute.Claim.Amount, Release: *euros(0), Reasons: reasons,
			RecordHash: record.RecordHash, IfRevision: record.Revision}
		_, err = send[client.Decision](ctx, t, told, dispute.Reviewer, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.Decide(ctx, told.dispute, nil, body, e...)
		})
		if problem, ok := errors.AsType[*client.ProblemError](err); ok && problem.Code == client.ProblemCodeIdempotencyMismatch {
			return nil
		}
		return err
	})
}

// trackingNumber is a number of the Universal Postal Union (S10) with its check digit.
func trackingNumber(service string, serial int) string {
	digits := fmt.Sprintf("%08d", serial)
	sum := 0
	for i, weight := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += weight * int(digits[i]-'0')
	}
	check := 11 - sum%11
	switch check {
	case 10:
		check = 0
	case 11:
		check = 5
	}
	return fmt.Sprintf("%s%s%dCN", service, digits, check)
}
