package review

import (
	"cmp"
	"slices"
	"time"

	"recourse/domain/policy"
)

// Formula says how a mean is made, in words that anybody can follow.
const Formula = "sum of the marks of the counted reviews published in the window, divided by their number, in hundredths, rounded half up"

// Rated is what a published review gives to the rating of its seller.
type Rated struct {
	Review      string    `json:"review"`
	PublishedAt time.Time `json:"published_at"`
	Counted     bool      `json:"counted"`
	Reason      Reason    `json:"reason,omitempty"` // why not
	Marks       Marks     `json:"marks"`
}

// Rated is what the review gives to a rating; nothing while it cannot be read.
func (r Review) Rated() (Rated, bool) {
	if !r.Public() {
		return Rated{}, false
	}
	return Rated{Review: r.ID, PublishedAt: r.PublishedAt, Counted: r.Counted, Reason: r.Reason, Marks: r.Marks}, true
}

// Rating is a store rating with everything that is needed to work it out again.
type Rating struct {
	At         time.Time       `json:"at"`
	Window     policy.Duration `json:"window"`
	Formula    string          `json:"formula"`
	Means      []Mean          `json:"means"` // one a dimension, in the order of Dimensions
	Inputs     []Rated         `json:"inputs"`
	Exclusions []Exclusion     `json:"exclusions"`
}

// Mean is the mean of one dimension with its sample. Hundredths is 0 where the sample is empty.
type Mean struct {
	Dimension  string `json:"dimension"`
	Sum        int    `json:"sum"`
	Sample     int    `json:"sample"`
	Hundredths int    `json:"hundredths"`
}

// Exclusion is a published review that the rating leaves out, and why: the reason for which it is not counted, or OutsideWindow.
type Exclusion struct {
	Review string `json:"review"`
	Reason Reason `json:"reason"`
}

// OutsideWindow excludes a review that was published too long ago, or later than the rating's instant.
const OutsideWindow Reason = "outside_window"

// Rate is the store rating of a seller at an instant, of all its published reviews in any order. The same reviews give the same
// rating.
func Rate(all []Rated, at time.Time, terms policy.Review) Rating {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Rated) int {
		return cmp.Or(a.PublishedAt.Compare(b.PublishedAt), cmp.Compare(a.Review, b.Review))
	})
	r := Rating{At: at, Window: terms.RatingWindow, Formula: Formula, Inputs: []Rated{}, Exclusions: []Exclusion{}}
	for _, v := range all {
		switch {
		case v.PublishedAt.After(at) || at.Sub(v.PublishedAt) >= terms.RatingWindow.Std():
			r.Exclusions = append(r.Exclusions, Exclusion{v.Review, OutsideWindow})
		case !v.Counted:
			r.Exclusions = append(r.Exclusions, Exclusion{v.Review, v.Reason})
		default:
			r.Inputs = append(r.Inputs, v)
		}
	}
	for _, name := range Dimensions {
		r.Means = append(r.Means, mean(name, r.Inputs))
	}
	return r
}

func mean(name string, inputs []Rated) Mean {
	m := Mean{Dimension: name}
	for _, v := range inputs {
		if mark, given := v.Marks.Of(name); given {
			m.Sum += mark
			m.Sample++
		}
	}
	if m.Sample > 0 {
		m.Hundredths = (2*100*m.Sum + m.Sample) / (2 * m.Sample)
	}
	return m
}
