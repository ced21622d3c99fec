package policy

// Standing is the keys of points, measures and the ladder (PROCEDURE 8), and of the ladder for fabricated reports
// (PROCEDURE 9).
type Standing struct {
	Points              int      `yaml:"points" json:"points"` // the balance of an account without entries
	Contest             Duration `yaml:"contest" json:"contest"`
	ContestRuling       Duration `yaml:"contest_ruling" json:"contest_ruling"`
	RemovalReview       Duration `yaml:"removal_review" json:"removal_review"`
	Expiry              Duration `yaml:"expiry" json:"expiry"`       // after the deciding event
	DailyCap            int      `yaml:"daily_cap" json:"daily_cap"` // rules other than counterfeit together
	Warned              int      `yaml:"warned" json:"warned"`
	Limited             int      `yaml:"limited" json:"limited"`
	Restricted          int      `yaml:"restricted" json:"restricted"`
	CounterfeitsSuspend int      `yaml:"counterfeits_suspend" json:"counterfeits_suspend"`

	Counterfeit          int      `yaml:"counterfeit" json:"counterfeit"`
	NotAsDescribed       Scale    `yaml:"not_as_described" json:"not_as_described"`
	FalseShipment        Scale    `yaml:"false_shipment" json:"false_shipment"`
	ListingPause         Duration `yaml:"listing_pause" json:"listing_pause"`                   // with a false shipment
	ListingPauseRepeated Duration `yaml:"listing_pause_repeated" json:"listing_pause_repeated"` // with a repeated one
	Misconduct           Scale    `yaml:"misconduct" json:"misconduct"`
	BuyerMisconduct      int      `yaml:"buyer_misconduct" json:"buyer_misconduct"`
	SettledWithin        Duration `yaml:"settled_within" json:"settled_within"` // settled and performed so soon never counts

	ReportPause         Duration `yaml:"report_pause" json:"report_pause"` // after a warning
	ReportPauseRepeated Duration `yaml:"report_pause_repeated" json:"report_pause_repeated"`
}

// Scale is what a rule takes: Points, and Repeated from the entry on that is the From-th of the rule within Within.
type Scale struct {
	Points   int      `yaml:"points" json:"points"`
	Repeated int      `yaml:"repeated" json:"repeated"`
	From     int      `yaml:"from" json:"from"`
	Within   Duration `yaml:"within" json:"within"`
}

// Metrics is how the figures of a seller's page are worked out (PROCEDURE 8).
type Metrics struct {
	Window        Duration `yaml:"window" json:"window"`
	SampleMin     int      `yaml:"sample_min" json:"sample_min"`         // fewer rows show a figure and judge nobody
	PositiveFrom  int      `yaml:"positive_from" json:"positive_from"`   // stars
	RegularOrders int      `yaml:"regular_orders" json:"regular_orders"` // of one buyer within the window
}

// Promotion is what a seller must have to take part in promotions (PROCEDURE 8, promotion_eligible).
type Promotion struct {
	StoreAge          Duration `yaml:"store_age" json:"store_age"`
	ItemsSold         int      `yaml:"items_sold" json:"items_sold"`
	PercentPositive   Percent  `yaml:"percent_positive" json:"percent_positive"`
	Rating            int      `yaml:"rating_hundredths" json:"rating_hundredths"` // of each dimension
	DisputeRate       Percent  `yaml:"dispute_rate" json:"dispute_rate"`
	AdjudicationsLost Percent  `yaml:"adjudications_lost" json:"adjudications_lost"`
	PromiseKept       Percent  `yaml:"promise_kept" json:"promise_kept"`
	MedianResponse    Duration `yaml:"median_response" json:"median_response"`
}

// StandingTerms is what the standing of an account pins when it begins, and again when it begins anew after nothing was
// active.
type StandingTerms struct {
	Version  string   `json:"version"`
	Standing Standing `json:"standing"`
	Limits   Limits   `json:"limits"`
}

// ForStanding resolves the keys of an account's standing.
func (p Policy) ForStanding() StandingTerms {
	return StandingTerms{Version: p.Version, Standing: p.Standing, Limits: p.Limits}
}

// standingRelations are what must hold between the keys of standing.
var standingRelations = []relation{
	{
		key: "standing.warned", with: "standing.points",
		holds:   func(p *Policy) bool { return p.Standing.Warned < p.Standing.Points },
		message: "is not below standing.points: an account without entries would be warned",
	},
	{
		key: "standing.limited", with: "standing.warned",
		holds:   func(p *Policy) bool { return p.Standing.Limited < p.Standing.Warned },
		message: "is not below standing.warned, which comes first on the ladder",
	},
	{
		key: "standing.restricted", with: "standing.limited",
		holds:   func(p *Policy) bool { return p.Standing.Restricted < p.Standing.Limited },
		message: "is not below standing.limited, which comes first on the ladder",
	},
	{
		key: "standing.contest", with: "standing.expiry",
		holds:   func(p *Policy) bool { return p.Standing.Contest < p.Standing.Expiry },
		message: "is not shorter than standing.expiry: no entry would ever count",
	},
	{
		key: "standing.listing_pause_repeated", with: "standing.listing_pause",
		holds:   func(p *Policy) bool { return p.Standing.ListingPauseRepeated >= p.Standing.ListingPause },
		message: "is shorter than standing.listing_pause",
	},
	{
		key: "standing.report_pause_repeated", with: "standing.report_pause",
		holds:   func(p *Policy) bool { return p.Standing.ReportPauseRepeated >= p.Standing.ReportPause },
		message: "is shorter than standing.report_pause",
	},
	{
		key: "metrics.positive_from", with: "metrics.positive_from",
		holds:   func(p *Policy) bool { return p.Metrics.PositiveFrom <= mostStars },
		message: "is above five stars",
	},
	{
		key: "promotion.rating_hundredths", with: "promotion.rating_hundredths",
		holds:   func(p *Policy) bool { return p.Promotion.Rating <= 100*mostStars },
		message: "is above 500, which is five stars",
	},
}

// mostStars is the best that a review can say (PROCEDURE 10).
const mostStars = 5

// scaleRelations are what must hold within each scale.
func scaleRelations() []relation {
	var all []relation
	for _, s := range []struct {
		key string
		of  func(*Policy) Scale
	}{
		{"standing.not_as_described", func(p *Policy) Scale { return p.Standing.NotAsDescribed }},
		{"standing.false_shipment", func(p *Policy) Scale { return p.Standing.FalseShipment }},
		{"standing.misconduct", func(p *Policy) Scale { return p.Standing.Misconduct }},
	} {
		all = append(all,
			relation{
				key: s.key + ".repeated", with: s.key + ".points",
				holds:   func(p *Policy) bool { return s.of(p).Repeated >= s.of(p).Points },
				message: "is less than " + s.key + ".points",
			},
			relation{
				key: s.key + ".from", with: s.key + ".from",
				holds:   func(p *Policy) bool { return s.of(p).From >= 2 },
				message: "is 1, which repeats nothing",
			},
			relation{
				key: s.key + ".within", with: "standing.expiry",
				holds:   func(p *Policy) bool { return s.of(p).Within <= p.Standing.Expiry },
				message: "is longer than standing.expiry: what has expired repeats nothing",
			})
	}
	return all
}
