package policy

// Detect is the thresholds of the detectors (PROCEDURE 11). What they find opens a case for a person and decides nothing.
type Detect struct {
	Rows          int       `yaml:"rows" json:"rows"` // of a finding that are kept with it, the latest
	Tracking      Sightings `yaml:"tracking" json:"tracking"`
	Disputer      Disputer  `yaml:"frequent_disputer" json:"frequent_disputer"`
	Messages      Flagged   `yaml:"messages" json:"messages"`
	ShipAndSwitch Sightings `yaml:"ship_and_switch" json:"ship_and_switch"`
}

// ComplaintSpike is when a seller's disputes are far more than usual.
type ComplaintSpike struct {
	Window    Duration `yaml:"window" json:"window"`
	Disputes  int      `yaml:"disputes" json:"disputes"` // at least
	Buyers    int      `yaml:"buyers" json:"buyers"`     // at least
	Factor    int      `yaml:"factor" json:"factor"`     // times the usual
	Certainty Percent  `yaml:"certainty" json:"certainty"`
	Exposure  Duration `yaml:"exposure" json:"exposure"` // after an order, in which most disputes about it are opened
	History   Duration `yaml:"history" json:"history"`   // before the window: what is usual of the seller, and of the market
	Usual     Percent  `yaml:"usual" json:"usual"`       // of the orders are disputed, where nobody has a history
	Weight    int      `yaml:"weight" json:"weight"`     // orders that the market counts for beside a seller's own
	Market    int      `yaml:"market" json:"market"`     // orders that the usual counts for beside the market's
}

// Brushing is when a shop's orders and praise are of its own making: five signals, each with its weight.
type Brushing struct {
	Window        Duration `yaml:"window" json:"window"` // of orders and reviews; the one before says what is usual
	Hour          Duration `yaml:"hour" json:"hour"`     // of the first and the third signal
	OrdersABuyer  int      `yaml:"orders_a_buyer" json:"orders_a_buyer"`
	HourBuyers    int      `yaml:"hour_buyers" json:"hour_buyers"` // at least, so that one who orders thrice is none
	FiveStars     Percent  `yaml:"five_stars" json:"five_stars"`
	ReviewsMin    int      `yaml:"reviews_min" json:"reviews_min"`
	Burst         int      `yaml:"burst" json:"burst"`               // orders in an hour
	BurstFactor   int      `yaml:"burst_factor" json:"burst_factor"` // times the usual hour
	Shared        Percent  `yaml:"shared" json:"shared"`             // of the orders by buyers who share something
	SharedOrders  int      `yaml:"shared_orders" json:"shared_orders"`
	SharedBuyers  int      `yaml:"shared_buyers" json:"shared_buyers"`
	Early         Percent  `yaml:"early" json:"early"` // of the reviews before any delivery
	EarlyReviews  int      `yaml:"early_reviews" json:"early_reviews"`
	WeightRatio   int      `yaml:"weight_ratio" json:"weight_ratio"`
	WeightStars   int      `yaml:"weight_stars" json:"weight_stars"`
	WeightBurst   int      `yaml:"weight_burst" json:"weight_burst"`
	WeightShared  int      `yaml:"weight_shared" json:"weight_shared"`
	WeightEarly   int      `yaml:"weight_early" json:"weight_early"`
	WeightsNeeded int      `yaml:"weights_needed" json:"weights_needed"`
}

// Sightings is so many within a time.
type Sightings struct {
	Window Duration `yaml:"window" json:"window"`
	Count  int      `yaml:"count" json:"count"`
}

// Flagged is when an account writes what is flagged in the threads of so many orders, and of such a share of its orders.
type Flagged struct {
	Window Duration `yaml:"window" json:"window"`
	Count  int      `yaml:"count" json:"count"`
	Share  Percent  `yaml:"share" json:"share"`
}

// Disputer is when a buyer disputes nearly everything.
type Disputer struct {
	Window   Duration `yaml:"window" json:"window"`
	Orders   int      `yaml:"orders" json:"orders"` // at least
	Disputed Percent  `yaml:"disputed" json:"disputed"`
}

// DetectTerms is what a pass of the detectors follows, and what a finding pins for the report that it opens.
type DetectTerms struct {
	Version        string
	Detect         Detect
	ComplaintSpike ComplaintSpike
	Brushing       Brushing
	Report         ReportTerms
}

// ForDetect resolves the keys of the detectors.
func (p Policy) ForDetect() DetectTerms {
	return DetectTerms{Version: p.Version, Detect: p.Detect, ComplaintSpike: p.ComplaintSpike, Brushing: p.Brushing, Report: p.ForReport()}
}

// detectRelations are what must hold between the keys of detect.
var detectRelations = []relation{
	{
		key: "complaint_spike.buyers", with: "complaint_spike.disputes",
		holds:   func(p *Policy) bool { return p.ComplaintSpike.Buyers <= p.ComplaintSpike.Disputes },
		message: "is above complaint_spike.disputes: a dispute has one buyer",
	},
	{
		key: "complaint_spike.exposure", with: "complaint_spike.window",
		holds:   func(p *Policy) bool { return p.ComplaintSpike.Exposure >= p.ComplaintSpike.Window },
		message: "is shorter than complaint_spike.window",
	},
	{
		key: "complaint_spike.history", with: "complaint_spike.exposure",
		holds:   func(p *Policy) bool { return p.ComplaintSpike.History > p.ComplaintSpike.Exposure },
		message: "is not longer than complaint_spike.exposure: there would be nothing to compare with",
	},
	{
		key: "complaint_spike.certainty", with: "complaint_spike.certainty",
		holds:   func(p *Policy) bool { return p.ComplaintSpike.Certainty < 100_00 },
		message: "is 100, which nothing ever is",
	},
	{
		key: "complaint_spike.usual", with: "complaint_spike.usual",
		holds:   func(p *Policy) bool { return p.ComplaintSpike.Usual > 0 },
		message: "is 0: every dispute would be infinitely more than usual",
	},
	{
		key: "brushing.hour", with: "brushing.window",
		holds:   func(p *Policy) bool { return p.Brushing.Hour <= p.Brushing.Window },
		message: "is longer than brushing.window",
	},
	{
		key: "brushing.weights_needed", with: "brushing.weights_needed",
		holds: func(p *Policy) bool {
			b := p.Brushing
			return b.WeightsNeeded <= b.WeightRatio+b.WeightStars+b.WeightBurst+b.WeightShared+b.WeightEarly
		},
		message: "is above the sum of all weights: nothing would ever be found",
	},
	{
		key: "brushing.weights_needed", with: "brushing.weights_needed",
		holds: func(p *Policy) bool {
			b := p.Brushing
			return b.WeightsNeeded > max(b.WeightRatio, b.WeightStars, b.WeightBurst, b.WeightShared, b.WeightEarly)
		},
		message: "is not above every single weight: one signal alone would open a case",
	},
}
