package metrics

import (
	"time"

	"recourse/domain/policy"
	"recourse/domain/standing"
)

// Reason is one thing that keeps a seller from promotions: its code, what was found and what is needed, in the unit of the
// figure. A state has no number.
type Reason struct {
	Code  string         `json:"code"`
	Got   int64          `json:"got,omitempty"`
	Need  int64          `json:"need,omitempty"`
	Unit  Unit           `json:"unit,omitempty"`
	State standing.State `json:"state,omitempty"`
}

// Eligibility is whether a seller may take part in promotions (PROCEDURE 8, promotion_eligible), and every reason why not.
type Eligibility struct {
	Eligible bool     `json:"promotion_eligible"`
	Reasons  []Reason `json:"reasons,omitempty"`
}

// bound is what one figure must reach, or may not exceed.
type bound struct {
	name  Name
	least bool // the figure must be at least so much; else at most
	value int64
	rows  bool // a sample below metrics.sample_min judges nobody
}

func bounds(p policy.Promotion) []bound {
	all := []bound{
		{StoreAge, true, int64(p.StoreAge.Std() / day), false},
		{ItemsSold, true, int64(p.ItemsSold), false},
		{PercentPositive, true, int64(p.PercentPositive), true},
	}
	for _, dimension := range []Name{RatingAsDescribed, RatingQuality, RatingCommunication, RatingShippingSpeed} {
		all = append(all, bound{dimension, true, int64(p.Rating), true})
	}
	return append(all,
		bound{DisputeRate, false, int64(p.DisputeRate), true},
		bound{AdjudicationsLost, false, int64(p.AdjudicationsLost), true},
		bound{PromiseKeptRate, true, int64(p.PromiseKept), true},
		bound{MedianResponse, false, int64(p.MedianResponse.Std() / time.Second), true},
	)
}

// Promotion says whether a seller in that state, with these figures, may take part in promotions. From limited downwards the
// ladder says no; else every figure must keep its bound. Figures with a small sample judge nobody: the age of the store and
// what it sold say whether it is known well enough.
func Promotion(state standing.State, all []Metric, p policy.Promotion, m policy.Metrics) Eligibility {
	var e Eligibility
	if state != standing.Good && state != standing.Warned {
		e.Reasons = append(e.Reasons, Reason{Code: "standing", State: state})
	}
	for _, b := range bounds(p) {
		got, _ := Named(all, b.name)
		judged := !b.rows || got.Known && got.Sample >= int64(m.SampleMin)
		kept := got.Value <= b.value
		if b.least {
			kept = got.Value >= b.value
		}
		if judged && !kept {
			e.Reasons = append(e.Reasons, Reason{Code: string(b.name), Got: got.Value, Need: b.value, Unit: got.Unit})
		}
	}
	e.Eligible = len(e.Reasons) == 0
	return e
}
