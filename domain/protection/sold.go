package protection

// Sold is how many pieces were bought, and how many of these were refunded in full, in whatever way: cancelled ones, those of
// an outcome, and what came back from the seller after the release.
func (o Order) Sold() (items, returned int64) {
	for _, l := range o.Lines {
		items += l.Quantity
		if l.Value > 0 && l.Remaining() <= 0 {
			returned += l.Quantity
		}
	}
	return items, returned
}
