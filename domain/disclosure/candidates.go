package disclosure

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// Choice is a step in which the rules looked at who may have a case between two parties.
type Choice struct {
	Case, Buyer, Seller string

	Sender       string          // of the command
	Since, Until time.Time       // between which the rules looked: at once, or when a deadline was due and when it was noticed
	Window       time.Duration   // how long an earlier case with a party keeps somebody away
	Waived       map[string]bool // who was given the case although there was one, in this step or in another
}

// Candidates are those of a step as these eyes get them. A party gets them all, so that it sees that nobody was left out, and learns
// of nobody whether it is a link or an earlier case that speaks against it: of a link it would learn something about another account.
// The rules come to the same with that, because both keep a candidate away alike; the exceptions, which are recorded and shown
// anyway, are who was given the case in spite of an earlier one, and who acts on it.
func (e Eyes) Candidates(all []casefile.Candidate, c Choice) []casefile.Candidate {
	if !e.party() {
		return all
	}
	var told []casefile.Candidate
	for _, has := range all {
		t := casefile.Candidate{ID: has.ID, Role: has.Role}
		before, now := c.recent(has.Duties, c.Since), c.recent(has.Duties, c.Until)
		switch {
		case slices.Contains(has.Linked, c.Buyer), slices.Contains(has.Linked, c.Seller):
			t.Excluded = true
		case c.Waived[has.ID], has.ID == c.Sender, len(now) == 0:
			t.Duties = before
		default:
			t.Excluded = true
		}
		told = append(told, t)
	}
	return told
}

// recent are the earlier cases with a party that keep somebody away at an instant.
func (c Choice) recent(duties []casefile.PastDuty, at time.Time) []casefile.PastDuty {
	var found []casefile.PastDuty
	for _, d := range duties {
		if d.Case != c.Case && (d.Party == c.Buyer || d.Party == c.Seller) && at.Sub(d.At) < c.Window {
			found = append(found, d)
		}
	}
	return found
}
