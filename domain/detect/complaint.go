package detect

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/mathext"

	"recourse/domain/policy"
)

// Complaints are a seller's disputes of late, beside what is usual.
type Complaints struct {
	Seller   string
	Disputes []Row // by time
	Exposed  int   // orders of the exposure before the end of the window: those that may be disputed in it
	Orders   int   // of the history, which ends where the window begins
	Disputed int   // disputes of the history
	Market   Tally // of the history, of all sellers
}

// Tally is how many orders and disputes there were.
type Tally struct {
	Orders, Disputes int
}

// Window is the time in which a spike's disputes lie: it ends with the last of them.
func (c Complaints) Window(t policy.ComplaintSpike) (since, until time.Time) {
	if len(c.Disputes) == 0 {
		return time.Time{}, time.Time{}
	}
	until = c.Disputes[len(c.Disputes)-1].At
	return until.Add(-t.Window.Std()), until
}

// Spike says whether a seller's disputes are so many that its rate is above a multiple of the usual one with more than the
// certainty of the policy.
//
// The usual rate is disputes by order: the seller's own history weighed together with that of all sellers. So many are expected in
// the window: usual rate × orders exposed × window ÷ exposure. What was counted is Poisson with an unknown rate; with
// Jeffreys' prior, Gamma(½, 0), the rate's posterior is Gamma(½ + counted, 1) in units of the window, and
//
//	P(rate > factor × expected) = Q(½ + counted, factor × expected)
//
// where Q is the upper regularised incomplete gamma function (A. Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6 and 2.8;
// NIST Digital Library of Mathematical Functions, 8.2.4).
func (c Complaints) Spike(t policy.DetectTerms) (Finding, bool) {
	p := t.ComplaintSpike
	rows := within(c.Disputes, p.Window.Std())
	if len(rows) < p.Disputes {
		return Finding{}, false
	}
	buyers := distinct(rows, buyerOf)
	expected := c.expected(p)
	certainty := AboveRate(len(rows), float64(p.Factor)*expected)
	least := float64(p.Certainty) / 100_00
	window := p.Window.Std()
	f := Finding{Detector: ComplaintSpike, Subject: c.Seller, Signals: []Signal{
		signal("disputes", float64(len(rows)), float64(p.Disputes), window, len(rows)),
		signal("buyers", float64(buyers), float64(p.Buyers), window, len(rows)),
		{Name: "certainty", Number: certainty, Threshold: least, Window: window, Sample: c.Exposed, Met: certainty > least},
		{Name: "expected", Number: expected, Threshold: 0, Window: p.History.Std(), Sample: c.Orders},
	}}
	f.Text = fmt.Sprintf("%d disputes by %d buyers within %s, where %.1f were to be expected. That this is more than %d times the usual rate has a probability of %.2f %%.",
		len(rows), buyers, days(window), expected, p.Factor, math.Floor(certainty*10000)/100)
	return f.behind(rows, t.Detect.Rows), buyers >= p.Buyers && certainty > least
}

// expected is how many disputes the window would have at the usual rate.
func (c Complaints) expected(p policy.ComplaintSpike) float64 {
	market := blend(c.Market.Disputes, c.Market.Orders, float64(p.Usual)/100_00, p.Market)
	rate := blend(c.Disputed, c.Orders, market, p.Weight)
	return rate * float64(c.Exposed) * p.Window.Std().Hours() / p.Exposure.Std().Hours()
}

// blend is the rate of so many in so many, beside a usual one that weighs as much as a number of orders.
func blend(counted, of int, usual float64, weight int) float64 {
	return (float64(counted) + usual*float64(weight)) / float64(of+weight)
}

// AboveRate is the probability that the rate of a Poisson process is above the given one, when so many were counted in one
// unit of time and nothing else is known of it (Jeffreys' prior).
func AboveRate(counted int, rate float64) float64 {
	return mathext.GammaIncRegComp(float64(counted)+0.5, rate)
}
