package simulation

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/domain/wording"
)

// trustFacts are what reports and reviews ask for, and what the scanner finds in a message.
func (w *World) trustFacts(id string, state casefile.Case, trigger string, c casefile.Command, need casefile.Need, facts *casefile.Facts) {
	if need&casefile.NeedWording != 0 {
		facts.Flags = scanned(textOf(c))
	}
	if need&casefile.NeedReport != 0 {
		f := w.reportFacts(state, c)
		facts.Report = &f
	}
	if need&casefile.NeedReview != 0 {
		f := w.reviewFacts(id, state, trigger, c)
		facts.Review = &f
	}
}

func textOf(c casefile.Command) string {
	var data struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(c.Data, &data) != nil {
		return ""
	}
	return data.Text
}

func scanned(text string) []casefile.Flag {
	var flags []casefile.Flag
	for _, f := range wording.Default().Scan(text, wording.Scope{}) {
		from, until := f.Runes(text)
		flags = append(flags, casefile.Flag{Rule: string(f.Rule), From: from, Until: until})
	}
	return flags
}

// all are the cases of one kind, in the order of their identifiers.
func all[C casefile.Case](w *World) []C {
	var list []C
	for _, id := range slices.Sorted(maps.Keys(w.Cases)) {
		if c, is := w.Cases[id].(C); is && c.Head().Recorded > 0 {
			list = append(list, c)
		}
	}
	return list
}

// reportFacts: everybody is known here, and whoever names an order of its own refers to it.
func (w *World) reportFacts(state casefile.Case, c casefile.Command) casefile.ReportFacts {
	f := casefile.ReportFacts{Known: true, Refers: true}
	named, _ := state.(report.Report)
	if c.Name == "submit_report" {
		var s report.Submission
		if json.Unmarshal(c.Data, &s) != nil {
			return f
		}
		named.Order = s.Order
		_, f.Muted = w.Standing(c.By.ID).MutedFor(standing.ReportFunction, w.Now)
		for _, other := range all[report.Report](w) {
			open := other.Status != report.Answered && other.Status != report.Closed
			if open && other.Reporter == c.By.ID && other.Reported == s.Against && other.Behaviour == s.Behaviour && other.Order == s.Order {
				f.Same = other.ID
			}
			if other.Reporter == c.By.ID && other.SubmittedAt.Format(time.DateOnly) == w.Now.Format(time.DateOnly) {
				f.Today++
			}
		}
	}
	if o, is := w.Cases[named.Order].(protection.Order); is {
		f.Order, f.Buyer, f.Seller = o.ID, o.Buyer, o.Seller
		f.Refers = c.Name != "submit_report" || c.By.ID == o.Buyer || c.By.ID == o.Seller
		f.Held, f.Holds = o.HoldFacts()
		f.Review = o.Review
	}
	return f
}

func (w *World) reviewFacts(id string, state casefile.Case, trigger string, c casefile.Command) casefile.ReviewFacts {
	named, _ := state.(review.Review)
	var s review.Submission
	if c.Name == "submit_review" && json.Unmarshal(c.Data, &s) == nil {
		named.Order = s.Order
	}
	o, is := w.Cases[named.Order].(protection.Order)
	if !is {
		return casefile.ReviewFacts{}
	}
	f := o.ReviewFacts()
	for _, d := range all[dispute.Dispute](w) {
		if d.Order == o.ID {
			f.Disputes = append(f.Disputes, d.Course())
		}
	}
	person := append([]string{o.Buyer}, w.Persons[o.Buyer]...)
	f.SamePerson = slices.Contains(person, o.Seller)
	var again review.Recount
	inOrder := trigger == "recount" && json.Unmarshal(c.Data, &again) == nil && again.Change != ""
	for _, r := range all[review.Review](w) {
		switch {
		case inOrder && r.PublishedAt.After(named.PublishedAt):
		case r.ID == id:
		case r.Order == o.ID:
			f.Existing = r.ID
		case r.Counted && slices.Contains(person, r.Buyer) && r.Seller == o.Seller && (f.Previous.IsZero() || named.SubmittedAt.Sub(r.SubmittedAt).Abs() < named.SubmittedAt.Sub(f.Previous).Abs()):
			f.Previous = r.SubmittedAt
		}
	}
	text := named.Text
	if trigger == "reply" || trigger == "edit_review" || trigger == "submit_review" {
		text = textOf(c)
	}
	f.Scanned, f.Flags = true, scanned(text)
	_, f.Muted = w.Standing(o.Buyer).MutedFor(standing.ReviewFunction, w.Now)
	for _, r := range all[report.Report](w) {
		if f.Report == "" && r.Order == o.ID && r.Reported == o.Buyer && r.Behaviour == report.Extortion {
			f.Report, f.Answered = r.ID, string(r.Finding())
		}
	}
	for _, e := range w.Timeline {
		if e.Type == casefile.MessageFlagged {
			f.Incentive = f.Incentive || e.Data["rule"] == string(wording.RewardForStars)
			f.Threat = f.Threat || e.Data["rule"] == string(wording.Threat)
		}
	}
	return f
}
