package market

import (
	"math"
	"time"

	"recourse/domain/detect"
)

// behaviours are all that somebody does in a market beside ordinary trade, the honest first.
var behaviours = []func(*maker){
	(*maker).seasonal, (*maker).flashSale, (*maker).badBatch, (*maker).beloved, (*maker).office, (*maker).families, (*maker).unlucky,
	(*maker).talkative,
	(*maker).stopsShipping, (*maker).brushingRing, (*maker).fiveStarFarm, (*maker).earlyReviews,
	(*maker).reusesNumbers, (*maker).shipsElsewhere, (*maker).predates, (*maker).disputesEverything, (*maker).leadsOutside,
	(*maker).switchesGoods,
}

// seasonal: a shop that sells six times as much for three weeks as in the rest of the year.
func (m *maker) seasonal() {
	peak := m.between(40, 90)
	m.shop("seasonal", nil, habits{orders: 4, pleased: 0.75, season: func(day int) float64 {
		if d := math.Abs(float64(day - peak)); d < 11 {
			return 6
		}
		return 1
	}})
}

// flashSale: hundreds of orders in an hour, of strangers, and as many of their complaints two weeks later as always.
func (m *maker) flashSale() {
	h := habits{orders: 6, pleased: 0.78}
	seller := m.shop("flash_sale", nil, h)
	at := m.day(m.between(30, 90)).Add(18 * time.Hour)
	for range m.between(150, 400) {
		m.settle(m.ordinary(seller, m.within(at, time.Hour), h))
	}
}

// badBatch: a good shop that sold one bad batch and said so. For one week's orders every eighth is disputed.
func (m *maker) badBatch() {
	from := m.day(m.between(40, 90))
	m.shop("bad_batch", nil, habits{orders: 8, pleased: 0.8, disputes: func(t time.Time) float64 {
		if !t.Before(from) && t.Before(from.AddDate(0, 0, 7)) {
			return 0.12
		}
		return m.Noise.Disputes
	}})
}

// beloved: a small shop with true regulars, nearly all of whose reviews have five stars.
func (m *maker) beloved() {
	regulars := make([]string, 25)
	for i := range regulars {
		regulars[i] = m.anybody()
	}
	m.shop("beloved", nil, habits{orders: 6, pleased: 0.985, regulars: regulars})
}

// office: colleagues who share an address and an instrument, and order together from one shop now and then.
func (m *maker) office() {
	h := habits{orders: 3, pleased: 0.75}
	seller := m.shop("office", nil, h)
	staff := make([]string, m.between(4, 8))
	for i := range staff {
		staff[i] = m.id("acc_o")
		m.label(staff[i], "buyer", "office", time.Time{})
	}
	m.tie("address", staff...)
	for range m.between(3, 6) {
		at := m.day(m.between(5, 110)).Add(11 * time.Hour)
		for _, colleague := range staff {
			if m.chance(0.7) {
				d := m.ordinary(seller, m.within(at, time.Hour), h)
				d.buyer = colleague
				m.settle(d)
			}
		}
	}
}

// families: people who share an address and buy in the same shop, each what he needs.
func (m *maker) families() {
	h := habits{orders: 5, pleased: 0.76}
	seller := m.shop("families", nil, h)
	for range m.between(4, 7) {
		family := make([]string, m.between(2, 4))
		for i := range family {
			family[i] = m.id("acc_f")
			m.label(family[i], "buyer", "family", time.Time{})
		}
		m.tie("address", family...)
		for range m.between(4, 10) {
			d := m.ordinary(seller, m.daytime(m.between(1, m.size.Days-5)), h)
			d.buyer = family[m.rng.IntN(len(family))]
			m.settle(d)
		}
	}
}

// unlucky: a buyer who had reason to dispute four of twelve orders, sometimes half.
func (m *maker) unlucky() {
	buyer := m.id("acc_u")
	m.label(buyer, "buyer", "unlucky", time.Time{})
	for range m.between(11, 16) {
		d := m.ordinary(m.anyShop(), m.daytime(m.between(1, m.size.Days-30)), shopSize(1).habits())
		d.buyer, d.disputed = buyer, m.chance(0.4)
		m.settle(d)
	}
}

// talkative: a shop that gives its telephone number in a thread when a parcel is lost.
func (m *maker) talkative() {
	m.shop("talkative", func(d *deal) {
		if d.disputed && m.chance(0.3) {
			d.flag, d.author = "contact_data", d.seller
		}
	}, habits{orders: 3, pleased: 0.7})
}

// stopsShipping: a shop that traded well, takes orders for three weeks more and sends nothing.
func (m *maker) stopsShipping() {
	stop := m.between(45, 80)
	since := m.day(stop)
	size := shopSizes[m.rng.IntN(len(shopSizes)-4)+4]
	seller := m.id("acc_s")
	m.label(seller, "seller", "stopped_shipping", since, detect.ComplaintSpike)
	m.trade(seller, habits{orders: float64(size), pleased: 0.7, until: stop + 21}, func(d *deal) {
		if d.at.Before(since) {
			return
		}
		d.delivery, d.reviewed = time.Time{}, false
		d.disputed, d.why = m.chance(0.6), "not_received.no_tracking_progress"
	})
}

// brushingRing: a few accounts with one instrument or device that order from one shop, much and in bursts, and praise it
// before anything was delivered.
func (m *maker) brushingRing() {
	h := habits{orders: 2, pleased: 0.7}
	seller, start := m.id("acc_s"), m.between(20, 80)
	m.label(seller, "seller", "brushing_ring", m.day(start), detect.Brushing)
	m.trade(seller, h, nil)
	ring := m.accounts("ring", m.between(4, 9))
	m.tie([]string{"device", "instrument", "address"}[m.rng.IntN(3)], ring...)
	for burst := range m.between(4, 8) {
		at := m.day(start + 2*burst).Add(time.Duration(m.between(0, 22)) * time.Hour)
		for range m.between(20, 40) {
			d := m.ordinary(seller, m.within(at, 50*time.Minute), h)
			d.buyer, d.disputed, d.suspect, d.flag = ring[m.rng.IntN(len(ring))], false, "", ""
			d.reviewed, d.stars = m.chance(0.8), 5
			d.reviewAt = m.within(d.at.Add(20*time.Hour), 24*time.Hour)
			m.settle(d)
		}
	}
}

// accounts are of buyers who do nothing else.
func (m *maker) accounts(behaviour string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = m.id("acc_r")
		m.label(all[i], "buyer", behaviour, time.Time{})
	}
	return all
}

// fiveStarFarm: a shop that buys praise: many accounts, a few each on a device, that order over weeks and give five stars
// after a delivery of nothing.
func (m *maker) fiveStarFarm() {
	h := habits{orders: 2, pleased: 0.7}
	seller, start := m.id("acc_s"), m.between(15, 50)
	m.label(seller, "seller", "five_star_farm", m.day(start), detect.Brushing)
	m.trade(seller, h, func(d *deal) { d.reviewed = d.reviewed && m.chance(0.15) }) // few others say anything
	farm := m.accounts("farm", m.between(40, 70))
	for i := 0; i+3 < len(farm); i += 4 {
		m.tie("device", farm[i:i+4]...)
	}
	for _, account := range farm {
		for range m.between(1, 3) {
			d := m.ordinary(seller, m.daytime(start+m.between(0, 35)), h)
			d.buyer, d.disputed, d.reviewed, d.stars = account, false, true, 5
			if d.delivery.IsZero() {
				d.delivery = d.at.AddDate(0, 0, 6)
			}
			d.reviewAt = m.within(d.delivery, 48*time.Hour)
			m.settle(d)
		}
	}
}

// earlyReviews: praise for what nobody can have in hands, from accounts that nothing links.
func (m *maker) earlyReviews() {
	h := habits{orders: 3, pleased: 0.7}
	seller, start := m.id("acc_s"), m.between(15, 60)
	m.label(seller, "seller", "early_reviews", m.day(start), detect.Brushing)
	m.trade(seller, h, func(d *deal) { d.reviewed = d.reviewed && m.chance(0.15) })
	for range m.between(60, 90) {
		d := m.ordinary(seller, m.daytime(start+m.between(0, 30)), h)
		d.disputed, d.reviewed, d.stars = false, true, 5
		d.reviewAt = m.within(d.at.Add(2*time.Hour), 24*time.Hour)
		if m.chance(m.Noise.Dilution) && !d.delivery.IsZero() {
			d.reviewAt = m.within(d.delivery, 72*time.Hour)
		}
		m.settle(d)
	}
}

// suspicious: a shop whose parcels have something wrong with their numbers from a day on.
func (m *maker) suspicious(behaviour, what string, share float64) {
	since := m.day(m.between(20, 80))
	seller := m.id("acc_s")
	m.label(seller, "seller", behaviour, since, detect.Tracking)
	m.trade(seller, habits{orders: 3, pleased: 0.7}, func(d *deal) {
		if !d.at.Before(since) && m.chance(share) {
			d.suspect = what
			d.disputed, d.why = m.chance(0.1), "not_received.invalid_tracking"
		}
	})
}

func (m *maker) reusesNumbers()  { m.suspicious("tracking_reuse", "reused", 0.3) }
func (m *maker) shipsElsewhere() { m.suspicious("foreign_destination", "foreign_destination", 0.3) }
func (m *maker) predates()       { m.suspicious("number_predates_payment", "predates_payment", 0.3) }

// disputesEverything: a buyer who orders of everybody and disputes nearly all of it.
func (m *maker) disputesEverything() {
	buyer := m.id("acc_d")
	m.label(buyer, "buyer", "frequent_disputer", m.day(5), detect.FrequentDisputer)
	for range m.between(14, 30) {
		d := m.ordinary(m.anyShop(), m.daytime(m.between(5, m.size.Days-40)), shopSize(1).habits())
		d.buyer = buyer
		d.disputed = m.chance(0.97 - 0.3*m.Noise.Dilution)
		m.settle(d)
	}
}

// leadsOutside: a shop that asks its buyers to pay or talk elsewhere, or to take their disputes back.
func (m *maker) leadsOutside() {
	since := m.day(m.between(20, 80))
	seller := m.id("acc_s")
	m.label(seller, "seller", "leads_outside", since, detect.Messages)
	m.trade(seller, habits{orders: 3, pleased: 0.65}, func(d *deal) {
		if !d.at.Before(since) && m.chance(0.3) {
			d.flag, d.author = flags[m.rng.IntN(len(flags))], d.seller
		}
	})
}

// switchesGoods: a shop that sends something cheap in place of what was bought, now and then.
func (m *maker) switchesGoods() {
	since := m.day(m.between(10, 50))
	seller := m.id("acc_s")
	m.label(seller, "seller", "ship_and_switch", since, detect.ShipAndSwitch)
	m.trade(seller, habits{orders: 4, pleased: 0.6}, func(d *deal) {
		if !d.at.Before(since) && m.chance(0.15) {
			d.disputed, d.why, d.stars = m.chance(0.8), "not_as_described.wrong_item", 1
			d.contested, d.upheld = m.chance(0.7), m.chance(0.9)
		}
	})
}

// anyShop is one of the ordinary shops.
func (m *maker) anyShop() string { return m.shops[m.rng.IntN(len(m.shops))] }
