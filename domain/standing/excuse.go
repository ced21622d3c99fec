package standing

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
)

// Excused is a dispute, or all disputes of an order, that never count, because the buyer was found malicious, for as long as the
// report's finding stands (PROCEDURE 8, "never counted").
type Excused struct {
	Cause  string `json:"cause,omitempty"` // the dispute
	Order  string `json:"order,omitempty"` // where the report names no dispute
	Report string `json:"report"`          // that found it
}

// Excuse is the data of excuse_cause and of end_excuse. It may come before anything is entered, and again.
type Excuse struct {
	Account string                `json:"account"`
	Cause   string                `json:"cause,omitempty"`
	Order   string                `json:"order,omitempty"`
	Report  string                `json:"report"`
	Terms   *policy.StandingTerms `json:"terms,omitempty"` // for a standing that begins with this
}

// Valid says whether it names what is excused, and by what.
func (e Excuse) Valid() casefile.Answer {
	switch {
	case e.Account == "":
		return casefile.Invalid("/account", "An excuse names the account whose it is.")
	case (e.Cause == "") == (e.Order == ""):
		return casefile.Invalid("/cause", "An excuse names the dispute that does not count, or the order whose disputes do not.")
	case e.Report == "":
		return casefile.Invalid("/report", "An excuse names the report that it rests on.")
	}
	return casefile.Answer{}
}

// WhyNot says why an entry does not count although it stands; empty where it counts.
func (s Standing) WhyNot(e Entry) string {
	if slices.ContainsFunc(s.Excuses, func(x Excused) bool {
		return x.Cause != "" && x.Cause == e.Cause || x.Order != "" && x.Order == e.Order
	}) {
		return string(conduct.MaliciousBuyer)
	}
	return ""
}

// excuseCause takes the weight from what a dispute has entered, or will enter. The entries stay where they are, so that they weigh
// again should the finding fall.
func (t *turn) excuseCause(e Excuse) casefile.Answer {
	if a := t.begin(e.Account, e.Terms); !a.Accepted() {
		return a
	}
	if x := (Excused{Cause: e.Cause, Order: e.Order, Report: e.Report}); !slices.Contains(t.Excuses, x) {
		t.Excuses = append(t.Excuses, x)
		t.Notice(t.Account, "dispute_excused")
	}
	return casefile.Answer{}
}

// endExcuse gives the weight back, unless another report excuses the same dispute.
func (t *turn) endExcuse(e Excuse) casefile.Answer {
	i := slices.Index(t.Excuses, Excused{Cause: e.Cause, Order: e.Order, Report: e.Report})
	if i < 0 {
		return casefile.Refuse(casefile.NotFound, "There is no such excuse.")
	}
	t.excused = map[string]time.Duration{}
	levels := t.fabrications()
	for _, entry := range t.Entries {
		length := time.Duration(0)
		if t.WhyNot(entry) == "" {
			_, length, _ = t.pause(entry, levels)
		}
		t.excused[entry.ID] = length
	}
	t.Excuses = slices.Delete(t.Excuses, i, i+1)
	t.Notice(t.Account, "dispute_counts")
	return casefile.Answer{}
}

// Why a measure that came with an entry has ended, apart from what a person or another decision says.
const (
	timeIsUp     = "time"
	noRepetition = "no_repetition"
)

// resumes says whether a measure that came with an entry and has ended goes on, because an excuse falls by which it was shorter than
// its length, or was not. One that somebody has taken back does not.
func (t *turn) resumes(e Entry, last Measure, length time.Duration) bool {
	short, falls := t.excused[e.ID]
	return falls && length > short && slices.Contains([]string{timeIsUp, noRepetition, string(conduct.MaliciousBuyer)}, last.Ended)
}
