package detect

import (
	"fmt"
	"slices"

	"recourse/domain/policy"
)

// What verification says of a tracking number that one of these looks for, which the scanner says of a message, and the
// reason of a dispute (PROCEDURE 4, 5, 11).
var (
	suspicions = []string{"reused", "foreign_destination", "predates_payment"}
	wordings   = []string{"payment_identifier", "contact_data", "outside_link", "request_to_close", "reward_for_stars", "pressure_to_confirm"}
	wrongItem  = "not_as_described.wrong_item"
)

// Concerns says that a row is one that its detector counts.
func Concerns(r Row) bool {
	switch r.Kind {
	case Suspect:
		return slices.Contains(suspicions, r.Code)
	case Message:
		return slices.Contains(wordings, r.Code)
	case Ruling:
		return r.Code == wrongItem
	}
	return true
}

// SuspectNumbers looks at a seller's parcels whose numbers were used before, go elsewhere or are older than the payment.
func SuspectNumbers(seller string, rows []Row, t policy.DetectTerms) (Finding, bool) {
	rows = within(concerning(rows, Suspect), t.Detect.Tracking.Window.Std())
	counted := map[string]int{}
	for _, r := range rows {
		counted[r.Code]++
	}
	words := ""
	for _, code := range suspicions {
		if counted[code] > 0 {
			words += fmt.Sprintf(", %d %s", counted[code], map[string]string{"reused": "used for another order", "foreign_destination": "on the way to another country",
				"predates_payment": "older than the payment"}[code])
		}
	}
	return sighted(Tracking, seller, "orders", rows, t.Detect.Tracking, t.Detect.Rows, func(orders int) string {
		return fmt.Sprintf("The tracking numbers of %s failed their verification within %s%s.", orderCount(orders), days(t.Detect.Tracking.Window.Std()), words)
	})
}

// FlaggedMessages looks at what one account wrote in the threads of different orders, and how many orders it had in that time: a
// large shop is flagged now and then for nothing.
func FlaggedMessages(author string, rows []Row, orders int, t policy.DetectTerms) (Finding, bool) {
	p := t.Detect.Messages
	rows = within(concerning(rows, Message), p.Window.Std())
	f, found := sighted(Messages, author, "orders", rows, policy.Sightings{Window: p.Window, Count: p.Count}, t.Detect.Rows, func(flagged int) string {
		return fmt.Sprintf("This account's messages were flagged in the threads of %s within %s, in which it had %s.", orderCount(flagged),
			days(p.Window.Std()), orderCount(max(orders, flagged)))
	})
	flagged := distinct(rows, orderOf)
	f.Signals = append(f.Signals, share("share", flagged, max(orders, flagged), p.Share, p.Window.Std()))
	return f, found && f.Signals[1].Met
}

// Switched looks at the wrong items of a seller that were decided for buyers.
func Switched(seller string, rows []Row, t policy.DetectTerms) (Finding, bool) {
	rows = within(concerning(rows, Ruling), t.Detect.ShipAndSwitch.Window.Std())
	return sighted(ShipAndSwitch, seller, "orders", rows, t.Detect.ShipAndSwitch, t.Detect.Rows, func(orders int) string {
		return fmt.Sprintf("That something else was sent was decided for the buyers of %s within %s.", orderCount(orders), days(t.Detect.ShipAndSwitch.Window.Std()))
	})
}

func concerning(rows []Row, kind Kind) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Kind != kind || !Concerns(r) })
}

// sighted counts the different orders behind rows of one window.
func sighted(by Detector, subject, name string, rows []Row, p policy.Sightings, most int, words func(orders int) string) (Finding, bool) {
	orders := distinct(rows, orderOf)
	if orders < p.Count {
		return Finding{}, false
	}
	f := Finding{Detector: by, Subject: subject, Signals: []Signal{signal(name, float64(orders), float64(p.Count), p.Window.Std(), len(rows))}, Text: words(orders)}
	return f.behind(rows, most), true
}

// Disputer looks at how many of a buyer's orders the buyer disputed.
func Disputer(buyer string, orders int, disputes []Row, t policy.DetectTerms) (Finding, bool) {
	p := t.Detect.Disputer
	disputed := distinct(disputes, orderOf)
	of := max(orders, disputed)
	seen := share("disputed", disputed, of, p.Disputed, p.Window.Std())
	if !seen.Met || of < p.Orders {
		return Finding{}, false
	}
	f := Finding{Detector: FrequentDisputer, Subject: buyer, Signals: []Signal{seen, signal("orders", float64(of), float64(p.Orders), p.Window.Std(), of)}}
	f.Text = fmt.Sprintf("%d of %d orders within %s were disputed.", disputed, of, days(p.Window.Std()))
	return f.behind(disputes, t.Detect.Rows), true
}

// orderCount is a number of orders in words.
func orderCount(n int) string {
	if n == 1 {
		return "one order"
	}
	return fmt.Sprintf("%d orders", n)
}
