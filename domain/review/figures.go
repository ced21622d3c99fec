package review

import "recourse/domain/standing/metrics"

// Figures is what a review gives to the figures of its seller (PROCEDURE 8) once it has been published, and whether it can be
// read still: one that was removed gives nothing any more.
func (r Review) Figures() (f metrics.Review, published, public bool) {
	if r.PublishedAt.IsZero() {
		return f, false, false
	}
	mark := func(name string) int64 {
		n, _ := r.Marks.Of(name)
		return int64(n)
	}
	return metrics.Review{ID: r.ID, Order: r.Order, At: r.PublishedAt, Counted: r.Counted, Reason: string(r.Reason), Stars: mark(Stars),
		AsDescribed: mark("as_described"), Quality: mark("quality"), Communication: mark("communication"),
		ShippingSpeed: mark("shipping_speed")}, true, r.Public()
}
