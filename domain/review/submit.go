package review

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
)

// Marks are what the buyer gives, 1 to 5 each: stars, and the dimensions of PROCEDURE 10, each of which may be left out.
type Marks struct {
	Stars         int  `json:"stars"`
	AsDescribed   *int `json:"as_described,omitempty"`
	Quality       *int `json:"quality,omitempty"`
	Communication *int `json:"communication,omitempty"`
	ShippingSpeed *int `json:"shipping_speed,omitempty"`
}

// Stars is the name of the mark for the whole.
const Stars = "stars"

// Dimensions are the names of all marks, in the order in which they are shown.
var Dimensions = []string{Stars, "as_described", "quality", "communication", "shipping_speed"}

// Of is the mark of that name; none when it was not given.
func (m Marks) Of(name string) (int, bool) {
	given := map[string]*int{Stars: &m.Stars, "as_described": m.AsDescribed, "quality": m.Quality, "communication": m.Communication,
		"shipping_speed": m.ShippingSpeed}[name]
	if given == nil {
		return 0, false
	}
	return *given, true
}

func (m Marks) clone() Marks {
	for _, p := range []**int{&m.AsDescribed, &m.Quality, &m.Communication, &m.ShippingSpeed} {
		if *p != nil {
			mark := **p
			*p = &mark
		}
	}
	return m
}

// Check refuses a mark that is not between 1 and 5, and says which.
func (m Marks) Check() casefile.Answer {
	for _, name := range Dimensions {
		if mark, given := m.Of(name); given && (mark < 1 || mark > 5) {
			return casefile.Invalid("/"+name, "A mark is a whole number from 1 to 5.")
		}
	}
	return casefile.Answer{}
}

func (m Marks) data() map[string]any {
	data := map[string]any{}
	for _, name := range Dimensions {
		if mark, given := m.Of(name); given {
			data[name] = mark
		}
	}
	return data
}

// Submission is the first command of a review, by the buyer of the order.
type Submission struct {
	Order string `json:"order"`
	Marks
	Text  string             `json:"text,omitempty"`
	Terms policy.ReviewTerms `json:"terms"`
}

// Valid refuses marks that are none and a text that is too long.
func (s Submission) Valid() casefile.Answer {
	if s.Order == "" {
		return casefile.Invalid("/order", "Name the order.")
	}
	if a := s.Marks.Check(); !a.Accepted() {
		return a
	}
	return casefile.CheckWords("/text", s.Text, s.Terms.Limits.TextRunes)
}

// Fits refuses an order that is not there.
func (s Submission) Fits(t *turn) casefile.Answer {
	if f := t.facts.Review; f == nil || f.Order != s.Order {
		return casefile.Invalid("/order", "There is no such order.")
	}
	return casefile.Answer{}
}

// Window is when an order may be reviewed: from its delivery or the end of a dispute about it, until some time after its
// closing. Until is zero while it is not closed; from is zero when it may not be reviewed yet.
func Window(f casefile.ReviewFacts, terms policy.Review) (from, until time.Time) {
	from = f.DeliveredAt
	for _, d := range f.Disputes {
		if !d.Open && !d.EndedAt.IsZero() && (from.IsZero() || d.EndedAt.Before(from)) {
			from = d.EndedAt
		}
	}
	if !f.ClosedAt.IsZero() {
		until = f.ClosedAt.Add(terms.Window.Std())
	}
	return from, until
}

// May says whether somebody may review the order now, apart from what the review says.
func May(f casefile.ReviewFacts, terms policy.Review, by casefile.Actor, at time.Time) casefile.Answer {
	from, until := Window(f, terms)
	switch {
	case by.ID != f.Buyer:
		return casefile.Refuse(casefile.NotAllowed, "Only the buyer of an order reviews it.")
	case f.Muted:
		return casefile.Refuse(casefile.Muted, "You cannot write reviews at present.")
	case f.Existing != "":
		return casefile.Answer{Refused: casefile.AlreadyReviewed, Detail: "This order has its review.", Result: map[string]any{"review": f.Existing}}
	case from.IsZero() || at.Before(from):
		return casefile.Refuse(casefile.WrongStage, "An order can be reviewed once it is delivered, or a dispute about it is over.")
	case !until.IsZero() && at.After(until):
		return casefile.Answer{Refused: casefile.WrongStage, Detail: "The time to review this order is over.", Result: map[string]any{"until": until}}
	}
	return casefile.Answer{}
}

// submit takes a review and seals it.
func (t *turn) submit(s Submission) casefile.Answer {
	f := *t.facts.Review
	if a := May(f, s.Terms.Review, t.By(), t.At()); !a.Accepted() {
		return a
	}
	r := t.Review
	r.Order, r.Buyer, r.Seller, r.Marks, r.Text, r.Terms, r.SubmittedAt = s.Order, f.Buyer, f.Seller, s.Marks, s.Text, s.Terms, t.At()
	data := r.Marks.data()
	data["order"], data["text"] = r.Order, r.Text
	t.Event(casefile.ReviewSubmitted, data)
	t.Status = Sealed
	t.Start(dueSeal, "review.submitted", "review.seal", t.Terms.Review.Seal.Std())
	d, _ := t.Clocks.Get(dueSeal)
	t.EventBy(casefile.ByItself, casefile.ReviewSealed, map[string]any{"until": d.DueAt, "disputed": disputed(f)})
	t.Send(t.Order, "keep_review", map[string]any{"review": t.ID})
	return casefile.Answer{Result: map[string]any{"review": t.ID}}
}

func disputed(f casefile.ReviewFacts) bool {
	return slices.ContainsFunc(f.Disputes, func(d casefile.Course) bool { return d.Open })
}
