package store

import "context"

// Uses are the orders, in real time or on the test clock, that were shipped under a carrier's number, as many as a page holds.
func (s *Store) Uses(ctx context.Context, clock, carrier, number string) ([]string, error) {
	var orders []string
	err := inScope(s.from(ctx).Table("shipments"), optional(clock)).Where("carrier = ? AND tracking = ?", plain(carrier), plain(number)).
		Distinct("order_id").Order("order_id").Limit(MaxPage).Pluck("order_id", &orders).Error
	return orders, doing("read who used "+number, err)
}
