package store

import "recourse/domain/casefile"

// shipmentRow is one use of a tracking number.
type shipmentRow struct {
	Carrier  string `gorm:"primaryKey"`
	Tracking string `gorm:"primaryKey"`
	CaseID   string `gorm:"primaryKey"`
	Leg      string `gorm:"primaryKey"`
	OrderID  string
	ClockID  optional
}

// TableName is where the rows are.
func (shipmentRow) TableName() string { return "shipments" }

// dutyRow is one reviewer's duty towards one party of a case.
type dutyRow struct {
	CaseID   string `gorm:"primaryKey"`
	Reviewer string `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"`
	Party    string `gorm:"primaryKey"`
	At       instant
	UntilAt  instant
}

// TableName is where the rows are.
func (dutyRow) TableName() string { return "duties" }

// orderRow is what an order was about when it began.
type orderRow struct {
	ID          string `gorm:"primaryKey"`
	ClockID     optional
	Buyer       string
	Seller      string
	Country     string
	Currency    string
	AmountMinor int64
	OpenedAt    instant
	Items       int64 // pieces
	Returned    int64 // pieces that were refunded in full
}

// TableName is where the rows are.
func (orderRow) TableName() string { return "orders" }

type orderLineRow struct {
	OrderID    string `gorm:"primaryKey"`
	Position   int    `gorm:"primaryKey;autoIncrement:false"`
	SKU        string
	Title      string
	Category   string
	Quantity   int64
	PriceMinor int64
}

// TableName is where the rows are.
func (orderLineRow) TableName() string { return "order_lines" }

// purchased is an order, which knows what was bought.
type purchased interface{ Purchase() casefile.Purchase }

// recordPurchase keeps what was bought, once, when the order begins.
func (w *work) recordPurchase() error {
	if w.own.Kind != casefile.KindOrder || w.was.Recorded > 0 || w.own.Recorded == 0 {
		return nil
	}
	row := orderRow{ID: w.own.ID, ClockID: w.own.ClockID, Buyer: w.own.Buyer, Seller: w.own.Seller, Currency: w.own.Currency,
		AmountMinor: w.own.AmountMinor, OpenedAt: w.own.OpenedAt}
	var lines []orderLineRow
	if order, ok := w.state.(purchased); ok {
		purchase := order.Purchase()
		row.Country = purchase.Country
		for i, l := range purchase.Lines {
			lines = append(lines, orderLineRow{OrderID: w.own.ID, Position: i, SKU: l.SKU, Title: l.Title, Category: l.Category,
				Quantity: l.Quantity, PriceMinor: int64(l.Price)})
		}
	}
	row.Items, row.Returned = sold(w.state)
	if err := w.tx.Create(&row).Error; err != nil || len(lines) == 0 {
		return err
	}
	return w.tx.Create(&lines).Error
}
