package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// Ahead are the states that the dispute comes to by itself. Which reviewer is drawn at a deadline is not known ahead, so they end
// there.
func (d Dispute) Ahead(facts casefile.Facts) []casefile.Later[Dispute] {
	path := casefile.Ahead(d, facts, func(due clock.Deadline) bool { return needs(due.Name)&casefile.NeedReviewers != 0 })
	if last := len(path) - 1; last >= 0 {
		before := d
		if last > 0 {
			before = path[last-1].Case
		}
		if due, found := before.Next(); found && before.leftToPanel(due) {
			path[last].Case = before.withPanel(due)
		}
	}
	return path
}

// withPanel is the dispute after a deadline that leaves it to a panel, as far as that is known ahead: one sits, or has not decided.
func (d Dispute) withPanel(due clock.Deadline) Dispute {
	next := d.clone()
	next.Clocks.Remove(due.Name)
	next.Status = PanelReview
	if next.Panel == nil || due.Name == dueAppealWindow {
		next.Panel = &Panel{SatAt: due.DueAt}
	}
	next.Panel.Failed = due.Name == duePanel
	return *next
}

// Until is when the command ends to be possible by itself, apart from its data, seen from the states ahead. One that names an
// offer ends with that offer. Zero: no deadline ends it.
func Until(ahead []casefile.Later[Dispute], name string, by casefile.Actor, offer string, facts casefile.Facts) time.Time {
	return casefile.Until(ahead, func(d Dispute, at time.Time) bool {
		return d.Check(name, by, at, facts).Accepted() && (offer == "" || slices.Contains(d.OffersFor(name, by.Role), offer))
	})
}

// OffersFor are the offers that a command of the role can be about now: those of the other party that stand, one's own, or the
// one that was accepted as a promise. What is owed after a concession was no offer, and has no name.
func (d Dispute) OffersFor(command string, by casefile.Role) []string {
	var offers []string
	switch command {
	case "accept_offer", "reject_offer", "withdraw_offer":
		own := command == "withdraw_offer"
		for _, o := range d.Offers {
			if o.State == Standing && (o.By == by) == own {
				offers = append(offers, o.ID)
			}
		}
	case "ship_replacement", "deliver_replacement", "confirm_performance":
		if d.Promise != nil {
			offers = append(offers, d.Promise.Offer)
		}
	}
	return offers
}
