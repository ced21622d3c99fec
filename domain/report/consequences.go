package report

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
)

// Found is what a finding asks of the standing of an account: of the reported one when the report is substantiated, of the
// reporter when it was fabricated.
type Found struct {
	Report    string         `json:"report"`
	Round     int            `json:"round"`
	Account   string         `json:"account"`
	Finding   Finding        `json:"finding"`
	Behaviour Behaviour      `json:"behaviour"` // what is substantiated; fabricated_report for a fabricated one
	Order     string         `json:"order,omitempty"`
	Dispute   string         `json:"dispute,omitempty"`
	At        time.Time      `json:"at"`
	Measures  []Measure      `json:"measures,omitempty"`
	Rung      *casefile.Rung `json:"rung,omitempty"`
}

// Word is what happens to a finding that the standing of an account knows.
type Word struct {
	Report  string    `json:"report"`
	Account string    `json:"account"`
	At      time.Time `json:"at"`
}

// Protection keeps an order, and a dispute about it, out of the metrics of whom a malicious account harmed.
type Protection struct {
	Report  string `json:"report"`
	Account string `json:"account"`
	Order   string `json:"order"`
	Dispute string `json:"dispute,omitempty"`
}

// ReviewAnswer tells a review that the report about it has a finding.
type ReviewAnswer struct {
	Report  string  `json:"report"`
	Finding Finding `json:"finding"`
}

// guilty is the account that a finding falls on; empty when it falls on nobody.
func (r Report) guilty(f Finding) string {
	switch f {
	case Substantiated:
		return r.Reported
	case Fabricated:
		return r.Reporter
	}
	return ""
}

// consequences sends what follows from a finding, and takes back what followed from the one before it.
func (t *turn) consequences(before *Ruling, r Ruling) {
	if before != nil {
		if who := t.guilty(before.Finding); who != "" {
			if before.Finding == r.Finding && slices.Equal(before.Measures, r.Measures) {
				t.Send(who, "report_upheld", t.word(who))
				if before.Rung != nil {
					t.Rulings[len(t.Rulings)-1].Rung = before.Rung
				}
				t.answerReview(r)
				return
			}
			t.void(who, before.Finding)
		}
	}
	if who := t.guilty(r.Finding); who != "" {
		t.Send(who, "report_found", t.foundBy(who, r))
	}
	if victim := t.Victim(); r.Finding == Substantiated && victim != "" {
		t.Send(victim, "metrics_protected", Protection{Report: t.ID, Account: victim, Order: t.Order, Dispute: t.Dispute})
	}
	t.answerReview(r)
}

func (t *turn) foundBy(who string, r Ruling) Found {
	f := Found{Report: t.ID, Round: t.Round, Account: who, Finding: r.Finding, Behaviour: t.Behaviour, Order: t.Order, Dispute: t.Dispute,
		At: t.At(), Measures: r.Measures, Rung: r.Rung}
	if r.Finding == Fabricated {
		f.Behaviour = FabricatedReport
		if r.Rung != nil && !r.Rung.Until.IsZero() {
			f.Measures = []Measure{{Scope: "report", For: policy.Duration(r.Rung.Until.Sub(r.Rung.At))}}
		}
	}
	return f
}

func (t *turn) word(who string) Word { return Word{Report: t.ID, Account: who, At: t.At()} }

// void makes whole what an earlier finding has done.
func (t *turn) void(who string, f Finding) {
	t.Send(who, "report_voided", t.word(who))
	if victim := t.Victim(); f == Substantiated && victim != "" {
		t.Send(victim, "metrics_restored", Protection{Report: t.ID, Account: victim, Order: t.Order, Dispute: t.Dispute})
	}
}

func (t *turn) answerReview(r Ruling) {
	if t.Review != "" {
		t.Send(t.Review, "report_answered", ReviewAnswer{Report: t.ID, Finding: r.Finding})
	}
}
