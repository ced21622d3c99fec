package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// Court says in whose court the ball is: who the case waits for.
type Court string

// The courts. Both is a time that the procedure gives to both parties at once (the evidence period, the window for appeals);
// Paused is a time in which every deadline stands still.
const (
	WithBuyer    Court = "buyer"
	WithSeller   Court = "seller"
	WithBoth     Court = "both"
	WithReviewer Court = "reviewer"
	WithCarrier  Court = "carrier"
	WithPlatform Court = "platform"
	Paused       Court = "paused"
)

// Courts are all of them, in the order in which they are shown.
var Courts = []Court{WithBuyer, WithSeller, WithBoth, WithReviewer, WithCarrier, WithPlatform, Paused}

// Pass is one move of the ball. Empty: the case is over, and waits for nobody.
type Pass struct {
	To Court     `json:"to,omitempty"`
	At time.Time `json:"at"`
}

// court is where the ball is as the case stands.
func (d Dispute) court() Court {
	if d.Status == Closed {
		return ""
	}
	if d.Frozen {
		return Paused
	}
	_, gathering := d.Clocks.Get(dueEvidence)
	switch d.Status {
	case Assigning, WaitingSignature:
		return WithPlatform
	case AppealWindow:
		return WithBoth
	case WaitingEvidence, UnderReview, PanelReview:
		switch {
		case d.Bench.open() != nil:
			return WithPlatform
		case gathering:
			return d.unwaived()
		}
		if asked, waits := d.asked(); waits {
			return asked
		}
		if d.scanning() {
			return WithPlatform
		}
		return WithReviewer
	case Performing:
		if d.Promise != nil && !d.Promise.ShippedAt.IsZero() && d.Promise.DeliveredAt.IsZero() {
			return WithCarrier
		}
	}
	return Court(d.Turn())
}

// unwaived is who still uses the evidence period.
func (d Dispute) unwaived() Court {
	_, buyer := d.Waivers[string(casefile.Buyer)]
	_, seller := d.Waivers[string(casefile.Seller)]
	switch {
	case buyer:
		return WithSeller
	case seller:
		return WithBuyer
	}
	return WithBoth
}

// asked is who has not answered a request that a decision waits for.
func (d Dispute) asked() (Court, bool) {
	for _, r := range d.Requests {
		if r.Mandatory && !r.Answered && !r.Expired {
			return Court(r.From), true
		}
	}
	return "", false
}

// scanning says that a file on which a decision may rest waits for its scan: nobody can have heard it, so nobody decides.
func (d Dispute) scanning() bool {
	return slices.ContainsFunc(d.Items, func(i Item) bool {
		_, counts := i.heard()
		return counts && i.Scan == ScanPending
	})
}

// pass notes at the end of a turn where the ball is now, if it has moved.
func (t *turn) pass() {
	to := t.court()
	if n := len(t.Passes); n > 0 && t.Passes[n-1].To == to || len(t.Passes) == 0 && to == "" {
		return
	}
	t.Passes = append(t.Passes, Pass{To: to, At: t.At()})
}

// BallInCourt says for how long the ball was in each court from the opening until an instant. The time of declared incidents
// counts as paused, whoever had the ball; time in which the case was over counts for nobody, so that all together is the time
// in which it was open.
func (d Dispute) BallInCourt(until time.Time) map[Court]time.Duration {
	spent := map[Court]time.Duration{}
	for i, p := range d.Passes {
		end := until
		if i+1 < len(d.Passes) {
			end = earlier(d.Passes[i+1].At, until)
		}
		length := end.Sub(p.At)
		if p.To == "" || length <= 0 {
			continue
		}
		still := d.stoodStill(p.At, end)
		spent[p.To] += length - still
		spent[Paused] += still
	}
	return spent
}

// stoodStill is how much of a stretch of time lies in declared incidents, which may overlap.
func (d Dispute) stoodStill(from, until time.Time) (still time.Duration) {
	windows := slices.Clone(d.Clocks.Incidents)
	slices.SortFunc(windows, func(a, b clock.Window) int { return a.From.Compare(b.From) })
	for _, w := range windows {
		if w.From.After(from) {
			from = w.From
		}
		if end := earlier(w.Until, until); end.After(from) {
			still += end.Sub(from)
			from = end
		}
	}
	return still
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
