package casefile

import "recourse/domain/money"

// Purchase is what an order was about when it was registered, kept in columns of their own for lists, incidents and
// detectors.
type Purchase struct {
	Country string // where it goes
	Lines   []PurchaseLine
}

// PurchaseLine is one line of an order as it was bought.
type PurchaseLine struct {
	SKU      string
	Title    string
	Category string
	Quantity int64
	Price    money.Minor // of one
}
