package backtest

import (
	"time"

	"recourse/detection/market"
	"recourse/domain/detect"
)

// fixedThresholds is what somebody would have found who counts and compares with one number, however large the shop and
// whatever is usual of it:
//
//	complaint_spike    5 disputes within 7 days
//	brushing           20 orders within an hour, or 97 % of 50 reviews with five stars
//	tracking           3 suspect numbers within 30 days
//	frequent_disputer  5 disputes within the market
//	messages           1 flagged message
//	ship_and_switch    3 disputes about wrong items within 30 days, whatever becomes of them
func fixedThresholds(m market.Market) map[detect.Detector]findings {
	b, found := newBook(m), map[detect.Detector]findings{}
	for _, d := range detect.Detectors {
		found[d] = findings{}
	}
	const day = 24 * time.Hour
	for p, rows := range b.rows {
		say := func(d detect.Detector, is bool) {
			if is {
				found[d][p.account] = []time.Time{m.Until.Add(1)}
			}
		}
		switch {
		case p.side == "seller" && p.kind == detect.Dispute:
			say(detect.ComplaintSpike, most(rows, 7*day) >= 5)
			say(detect.ShipAndSwitch, most(only(rows, "not_as_described.wrong_item"), 30*day) >= 3)
		case p.side == "seller" && p.kind == detect.Order:
			say(detect.Brushing, most(rows, time.Hour) >= 20)
		case p.side == "seller" && p.kind == detect.Review:
			say(detect.Brushing, len(rows) >= 50 && float64(fives(rows)) >= 0.97*float64(len(rows)))
		case p.side == "seller" && p.kind == detect.Suspect:
			say(detect.Tracking, most(rows, 30*day) >= 3)
		case p.side == "buyer" && p.kind == detect.Dispute:
			say(detect.FrequentDisputer, len(rows) >= 5)
		case p.side == "author" && p.kind == detect.Message:
			say(detect.Messages, len(rows) >= 1)
		}
	}
	return found
}

// most is the largest number of rows within a window.
func most(rows []detect.Row, window time.Duration) int {
	best, begin := 0, 0
	for end := range rows {
		for rows[end].At.Sub(rows[begin].At) >= window {
			begin++
		}
		best = max(best, end-begin+1)
	}
	return best
}

func only(rows []detect.Row, code string) []detect.Row {
	var some []detect.Row
	for _, r := range rows {
		if r.Code == code {
			some = append(some, r)
		}
	}
	return some
}

func fives(rows []detect.Row) int {
	n := 0
	for _, r := range rows {
		if r.Stars == 5 {
			n++
		}
	}
	return n
}
