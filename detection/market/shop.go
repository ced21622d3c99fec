package market

import (
	"math"
	"time"

	"recourse/domain/detect"
)

// habits are how a shop trades on an ordinary day.
type habits struct {
	orders   float64                   // a day
	season   func(day int) float64     // what a day has of that; nil: the same every day
	regulars []string                  // buyers who come again
	pleased  float64                   // share of reviews with five stars
	disputes func(t time.Time) float64 // share of the orders of an instant that are disputed; nil: as the market's
	why      string                    // reason of those disputes; empty: any
	until    int                       // the last day of ordering; 0: the market's last
}

// shopSizes are orders a day: a shop that sells now and then, one that somebody lives on, and large ones.
var shopSizes = []shopSize{0.4, 0.4, 1, 1, 3, 3, 8, 8, 25, 60}

type shopSize float64

func (s shopSize) habits() habits { return habits{orders: float64(s), pleased: 0.72} }

var reasons = []string{"not_received.no_tracking_progress", "not_received.late", "not_as_described.description", "not_as_described.quality",
	"not_as_described.damaged", "not_as_described.missing_parts", "not_as_described.wrong_item", "change_of_mind"}

// shop opens a shop that trades by its habits, and lets somebody change each of its orders.
func (m *maker) shop(behaviour string, change func(*deal), h habits) string {
	seller := m.id("acc_s")
	m.label(seller, "seller", behaviour, time.Time{})
	m.trade(seller, h, change)
	return seller
}

// deal is one order and what becomes of it.
type deal struct {
	seller, buyer string
	at            time.Time
	delivery      time.Time // recorded; zero: never
	disputed      bool
	why           string // reason of the dispute
	reviewed      bool
	reviewAt      time.Time
	stars         int
	suspect       string // what is wrong with its tracking number
	flag          string // the rule that a message in its thread meets
	author        string
	upheld        bool // a dispute is decided for the buyer
	contested     bool // a dispute is decided by a reviewer
}

// trade is the ordinary business of a shop over the whole time of the market.
func (m *maker) trade(seller string, h habits, change func(*deal)) {
	last := m.size.Days
	if h.until > 0 {
		last = h.until
	}
	for day := range last {
		expected := h.orders
		if h.season != nil {
			expected *= h.season(day)
		}
		for range m.poisson(expected) {
			d := m.ordinary(seller, m.daytime(day), h)
			if change != nil && !m.chance(m.Noise.Dilution) {
				change(&d)
			}
			m.settle(d)
		}
	}
}

// ordinary is an order as anybody's.
func (m *maker) ordinary(seller string, at time.Time, h habits) deal {
	d := deal{seller: seller, buyer: m.anybody(), at: at, author: seller}
	if len(h.regulars) > 0 && m.chance(0.3) {
		d.buyer = h.regulars[m.rng.IntN(len(h.regulars))]
	}
	if m.chance(0.97) {
		d.delivery = m.within(at.AddDate(0, 0, 2), 14*24*time.Hour)
	}
	rate := m.Noise.Disputes
	if h.disputes != nil {
		rate = h.disputes(at)
	}
	d.disputed, d.why = m.chance(rate), h.why
	if d.why == "" {
		d.why = reasons[m.rng.IntN(len(reasons))]
	}
	d.contested, d.upheld = m.chance(0.35), m.chance(0.6)
	if !d.delivery.IsZero() && m.chance(0.35) {
		d.reviewed, d.reviewAt = true, m.within(d.delivery, 10*24*time.Hour)
	}
	d.stars = 5
	if !m.chance(h.pleased) {
		d.stars = m.between(1, 4)
	}
	if m.chance(m.Noise.Carrier) {
		d.suspect = suspicions[m.rng.IntN(len(suspicions))]
	}
	if m.chance(m.Noise.Flags) {
		d.flag = flags[m.rng.IntN(len(flags))]
		if m.chance(0.5) {
			d.author = d.buyer
		}
	}
	return d
}

// What the verification of a tracking number and the scanner of messages say.
var (
	suspicions = []string{"reused", "foreign_destination", "predates_payment"}
	flags      = []string{"payment_identifier", "contact_data", "outside_link", "request_to_close", "reward_for_stars", "pressure_to_confirm"}
)

// settle writes down what became of a deal.
func (m *maker) settle(d deal) {
	order := m.id("ord")
	row := detect.Row{OrderID: order, Buyer: d.buyer, Seller: d.seller}
	with := func(kind detect.Kind, id string, at time.Time, code string) {
		r := row
		r.Kind, r.ID, r.At, r.Code = kind, id, at, code
		m.add(r)
	}
	with(detect.Order, order, d.at, "")
	if d.suspect != "" {
		with(detect.Suspect, order+"/3", m.within(d.at.Add(12*time.Hour), 48*time.Hour), d.suspect)
	}
	if d.flag != "" {
		r := row
		r.Kind, r.ID, r.At, r.Code, r.Author = detect.Message, order+"/5", m.within(d.at.Add(time.Hour), 10*24*time.Hour), d.flag, d.author
		m.add(r)
	}
	if d.disputed {
		opened := m.within(d.at.AddDate(0, 0, 10), 14*24*time.Hour)
		if !d.delivery.IsZero() {
			opened = m.within(d.delivery, 12*24*time.Hour)
		}
		dispute := m.id("dsp")
		with(detect.Dispute, dispute, opened, d.why)
		if d.contested && d.upheld {
			with(detect.Ruling, dispute+"/9", m.within(opened.AddDate(0, 0, 12), 10*24*time.Hour), d.why)
		}
	}
	if d.reviewed {
		r := row
		r.Kind, r.ID, r.At, r.Stars = detect.Review, m.id("rev"), d.reviewAt, d.stars
		r.Early = d.delivery.IsZero() || d.reviewAt.Before(d.delivery)
		m.add(r)
	}
}

// daytime is an instant of a day; few people shop at night.
func (m *maker) daytime(day int) time.Time {
	hour := 8 + int(math.Abs(m.rng.NormFloat64())*5)
	return m.within(m.day(day).Add(time.Duration(min(hour, 23))*time.Hour), time.Hour)
}

// poisson draws how many of something happen that is expected so often (Knuth, The Art of Computer Programming, 3.4.1;
// in parts, so that e^-x does not vanish).
func (m *maker) poisson(expected float64) int {
	n := 0
	for expected > 0 {
		part := math.Min(expected, 30)
		expected -= part
		limit, p := math.Exp(-part), 1.0
		for {
			p *= m.rng.Float64()
			if p <= limit {
				break
			}
			n++
		}
	}
	return n
}
