package dispute

import (
	"fmt"
	"slices"

	"recourse/domain/casefile"
)

// named finds a standing offer of that author; one that was withdrawn, replaced, expired or overtaken is stale.
func (t *turn) named(c choice, by casefile.Role) (*Offer, casefile.Answer) {
	o := t.standing(by)
	if o == nil || o.ID != c.Offer || c.Version != 0 && o.Version != c.Version {
		return nil, t.stale(c, by)
	}
	return o, casefile.Answer{}
}

// answerable finds the offer of the other party that is to be answered.
func (t *turn) answerable(c choice) (*Offer, casefile.Answer) {
	if t.Status == Withdrawing {
		return nil, casefile.Refuse(casefile.StaleOffer, "The buyer is withdrawing the case, so no offer can be answered. If the withdrawal is taken back, what stood goes on.")
	}
	return t.named(c, other(t.By().Role))
}

// stale is the refusal of an offer that does not stand: what became of it, and what stands instead. It says nothing but what
// the case holds.
func (t *turn) stale(c choice, by casefile.Role) casefile.Answer {
	became := "In this case " + the(by) + " made no such offer."
	if at := slices.IndexFunc(t.Offers, func(o Offer) bool { return o.ID == c.Offer && o.By == by }); at >= 0 {
		became = t.became(t.Offers[at])
	}
	return casefile.Refuse(casefile.StaleOffer, became+" "+t.instead(by))
}

// became says in words what became of an offer.
func (t *turn) became(o Offer) string {
	which := fmt.Sprintf("version %d of the %s's offers", o.Version, o.By)
	switch o.State {
	case Standing:
		return fmt.Sprintf("This offer stands as version %d; name that version, so that it is clear which one was read.", o.Version)
	case Accepted:
		return "This offer, " + which + ", was accepted already."
	case Rejected:
		return "This offer, " + which + ", was rejected by " + the(other(o.By)) + "."
	case Replaced:
		next := slices.IndexFunc(t.Offers, func(n Offer) bool { return n.By == o.By && n.Version == o.Version+1 })
		return "This offer, " + which + fmt.Sprintf(", was replaced with version %d by ", o.Version+1) + the(o.By) + " on " + casefile.InWords(t.Offers[next].MadeAt) + "."
	case Retracted:
		return "This offer, " + which + ", was withdrawn by " + the(o.By) + "."
	case Expired:
		return "This offer, " + which + ", was not answered in time and has expired."
	}
	return "This offer, " + which + ", lapsed because the case went on without it."
}

// instead says which offer of that party stands now.
func (t *turn) instead(by casefile.Role) string {
	if o := t.standing(by); o != nil {
		due, _ := t.Clocks.Get(offerDue(o.ID))
		until := "its time stands still"
		if due.Runs() {
			until = "it can be answered until " + casefile.InWords(due.DueAt)
		}
		return fmt.Sprintf("Version %d stands now, and %s.", o.Version, until)
	}
	if slices.Contains(undecided, string(t.Status)) {
		return "No offer of " + the(by) + " stands now; either party can make one."
	}
	return "No offer of " + the(by) + " stands now, and none can be made at this stage."
}

// the is how a refusal speaks of a party.
func the(party casefile.Role) string { return "the " + string(party) }
