package protection

import "recourse/domain/casefile"

// Purchase is what the order was about when it was registered.
func (o Order) Purchase() casefile.Purchase {
	p := casefile.Purchase{Country: o.Country, Lines: make([]casefile.PurchaseLine, len(o.Lines))}
	for i, l := range o.Lines {
		p.Lines[i] = casefile.PurchaseLine{SKU: l.SKU, Title: l.Title, Category: l.Category, Quantity: l.Quantity, Price: l.Price}
	}
	return p
}
