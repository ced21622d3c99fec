package store

import (
	"time"

	"gorm.io/gorm/clause"

	"recourse/domain/casefile"
	"recourse/domain/standing/metrics"
)

// disputeFigureRow is what a dispute gives to the figures of its seller.
type disputeFigureRow struct {
	ID          string `gorm:"primaryKey"`
	OrderID     string
	Seller      string
	PaidAt      instant
	OpenedAt    instant
	Withdrawn   bool
	Adjudicated bool
	DecidedAt   instant
	Lost        bool
	Appealed    bool
	Overturned  bool
	Excuse      string
	PromiseAt   instant
	Kept        bool
	AnswerAt    instant
	Waited      int64 // microseconds
}

// TableName is where the rows are.
func (disputeFigureRow) TableName() string { return "dispute_figures" }

func (r disputeFigureRow) conduct() metrics.Conduct {
	return metrics.Conduct{Dispute: metrics.Dispute{ID: r.ID, Order: r.OrderID, OpenedAt: r.OpenedAt.Time, Withdrawn: r.Withdrawn, Adjudicated: r.Adjudicated,
		DecidedAt: r.DecidedAt.Time, Lost: r.Lost, Appealed: r.Appealed, Overturned: r.Overturned, Excused: r.Excuse != "", Reason: r.Excuse},
		PromiseAt: r.PromiseAt.Time, Kept: r.Kept, AnswerAt: r.AnswerAt.Time, Waited: time.Duration(r.Waited) * time.Microsecond}
}

// reviewFigureRow is what a review gives to the figures of its seller, once it has been published.
type reviewFigureRow struct {
	ID            string `gorm:"primaryKey"`
	OrderID       string
	Seller        string
	PublishedAt   instant
	Public        bool
	Counted       bool
	Reason        string
	Stars         int64
	AsDescribed   int64
	Quality       int64
	Communication int64
	ShippingSpeed int64
}

// TableName is where the rows are.
func (reviewFigureRow) TableName() string { return "review_figures" }

func (r reviewFigureRow) review() metrics.Review {
	return metrics.Review{ID: r.ID, Order: r.OrderID, At: r.PublishedAt.Time, Counted: r.Counted, Reason: r.Reason, Stars: r.Stars,
		AsDescribed: r.AsDescribed, Quality: r.Quality, Communication: r.Communication, ShippingSpeed: r.ShippingSpeed}
}

// recordFigures keeps what the case gives to the figures of its seller where this step has changed it: an order that goes well
// costs no statement, a dispute one for each change of what it counts for.
func (w *work) recordFigures() error {
	switch w.own.Kind {
	case casefile.KindOrder:
		return w.recordSold()
	case casefile.KindDispute:
		was, _ := w.disputeFigures(w.before)
		now, known := w.disputeFigures(w.state)
		if !known || now == was {
			return nil
		}
		return w.tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&now).Error
	case casefile.KindReview:
		was, _ := w.reviewFigures(w.before)
		now, known := w.reviewFigures(w.state)
		if !known || now == was {
			return nil
		}
		return w.tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&now).Error
	}
	return nil
}

// sold asks an order how much of it was kept.
func sold(state casefile.Case) (items, returned int64) {
	if order, ok := state.(interface {
		Sold() (items, returned int64)
	}); ok {
		return order.Sold()
	}
	return 0, 0
}

// recordSold keeps what came back of an order that has its row.
func (w *work) recordSold() error {
	_, was := sold(w.before)
	_, now := sold(w.state)
	if w.was.Recorded == 0 || now == was {
		return nil
	}
	return w.tx.Model(&orderRow{}).Where("id = ?", w.own.ID).Update("returned", now).Error
}

func (w *work) disputeFigures(state casefile.Case) (disputeFigureRow, bool) {
	d, ok := state.(interface {
		Conduct() (metrics.Conduct, bool)
	})
	if !ok {
		return disputeFigureRow{}, false
	}
	c, known := d.Conduct()
	return disputeFigureRow{ID: c.ID, OrderID: c.Order, Seller: w.own.Seller, PaidAt: w.order.OpenedAt, OpenedAt: at(c.OpenedAt), Withdrawn: c.Withdrawn,
		Adjudicated: c.Adjudicated, DecidedAt: at(c.DecidedAt), Lost: c.Lost, Appealed: c.Appealed, Overturned: c.Overturned, Excuse: c.Reason,
		PromiseAt: at(c.PromiseAt), Kept: c.Kept, AnswerAt: at(c.AnswerAt), Waited: c.Waited.Microseconds()}, known
}

func (w *work) reviewFigures(state casefile.Case) (reviewFigureRow, bool) {
	v, ok := state.(interface {
		Figures() (f metrics.Review, published, public bool)
	})
	if !ok {
		return reviewFigureRow{}, false
	}
	f, published, public := v.Figures()
	return reviewFigureRow{ID: f.ID, OrderID: f.Order, Seller: w.own.Seller, PublishedAt: at(f.At), Public: public, Counted: f.Counted, Reason: f.Reason,
		Stars: f.Stars, AsDescribed: f.AsDescribed, Quality: f.Quality, Communication: f.Communication, ShippingSpeed: f.ShippingSpeed}, published
}
