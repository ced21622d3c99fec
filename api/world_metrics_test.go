package api

import (
	"context"
	"time"

	"recourse/domain/policy"
	"recourse/domain/review"
	figures "recourse/domain/standing/metrics"
	"recourse/store"
)

// trade is what a seller's figures are made of.
type trade struct {
	orders      []figures.Order
	disputes    []figures.Conduct
	protections []store.Protection
}

// rows are those of a seller, with the reviews that are there.
func (w *world) rows(seller string) (figures.Rows, []figures.Review) {
	r := figures.Rows{Orders: w.trade.orders}
	for _, o := range r.Orders {
		if r.Since.IsZero() || o.PaidAt.Before(r.Since) {
			r.Since = o.PaidAt
		}
	}
	for _, d := range w.trade.disputes {
		d.Rows(&r)
	}
	for _, c := range w.cases {
		if v, is := c.record.State.(review.Review); is && v.Seller == seller {
			if f, _, public := v.Figures(); public {
				r.Reviews = append(r.Reviews, f)
			}
		}
	}
	return r, r.Reviews
}

func (w *world) SellerCounts(_ context.Context, seller string, p policy.Metrics, when time.Time) (figures.Counts, error) {
	defer w.lock()()
	rows, _ := w.rows(seller)
	return figures.Tally(rows, p, when), w.broken
}

func (w *world) SellerRows(_ context.Context, seller string, _ policy.Metrics, _ time.Time, begin func(time.Time) (store.RowVisitor, error)) error {
	defer w.lock()()
	rows, reviews := w.rows(seller)
	to, err := begin(rows.Since)
	for _, o := range rows.Orders {
		if err == nil {
			err = to.Order(o)
		}
	}
	for _, d := range w.trade.disputes {
		if err == nil {
			err = to.Dispute(d)
		}
	}
	for _, v := range reviews {
		if err == nil {
			err = to.Review(v)
		}
	}
	return err
}

func (w *world) Protections(context.Context, string) ([]store.Protection, error) {
	defer w.lock()()
	return w.trade.protections, w.broken
}
