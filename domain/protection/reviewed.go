package protection

import (
	"time"

	"recourse/domain/casefile"
)

type keptReview struct {
	Review string `json:"review"`
}

// keepReview remembers the review of the order, which is told when a dispute about it is over.
func (t *turn) keepReview(k keptReview) casefile.Answer {
	t.Review = k.Review
	return casefile.Answer{}
}

// tellReview says to the review of the order that something has changed on which its opening or its counting depends.
func (t *turn) tellReview(name string) {
	if t.Review != "" {
		t.Send(t.Review, name, struct{}{})
	}
}

// ReviewFacts is what a review of this order must know of it.
func (o Order) ReviewFacts() casefile.ReviewFacts {
	f := casefile.ReviewFacts{Order: o.ID, Buyer: o.Buyer, Seller: o.Seller, Currency: o.Currency, Total: o.captured(), DeliveredAt: o.deliveredAt()}
	if o.over() {
		f.ClosedAt = o.OverAt
	}
	return f
}

// deliveredAt is when the last line was delivered or the buyer confirmed the receipt, the earlier; zero: not yet.
func (o Order) deliveredAt() time.Time {
	var last time.Time
	for _, l := range o.Lines {
		if !l.Delivered() {
			return o.ConfirmedAt
		}
		last = later(last, l.DeliveredAt)
	}
	if !o.ConfirmedAt.IsZero() && o.ConfirmedAt.Before(last) {
		return o.ConfirmedAt
	}
	return last
}

// ReviewOf is the buyer's review of the order; empty while there is none.
func (o Order) ReviewOf() string { return o.Review }

// HoldFacts say whether some report has had the one hold on the order, and whether there is money to hold back.
func (o Order) HoldFacts() (had, holds bool) { return o.Hold != nil, o.held() > 0 }
