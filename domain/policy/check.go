package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"recourse/domain/money"
)

// longest is the longest duration that a policy may hold: ten years, far above every default and far below what a sum of a
// few of them can overflow.
const longest = 3650 * Day

// mostOf bounds what is counted: items, characters, bytes.
const mostOf = 1 << 40

// parseBounded reads a duration that a policy may hold.
func parseBounded(text string) (Duration, error) {
	d, err := ParseDuration(text)
	if err == nil && d > longest {
		return 0, fmt.Errorf("is longer than %s", longest)
	}
	return d, err
}

// parsePositive reads a duration that something waits for, so that it cannot be nothing.
func parsePositive(text string) (Duration, error) {
	d, err := parseBounded(text)
	if err == nil && d == 0 {
		return 0, errNothing
	}
	return d, err
}

var errNothing = errors.New("is nothing; whoever is waited for must have some time")

// parseCount reads a number of things, at least one.
func parseCount(text string) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n < 1 || n > mostOf {
		return 0, fmt.Errorf("is not a whole number from 1 to %d", int64(mostOf))
	}
	return int64(n), nil
}

// parseMinor reads an amount in minor units.
func parseMinor(text string) (money.Minor, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > uint64(money.MaxTotal) {
		return 0, fmt.Errorf("is not a whole number of minor units from 0 to %d", money.MaxTotal)
	}
	return money.Minor(n), nil
}

// mayBeNothing are the durations that a marketplace may set to 0d: floors, additions, earliest times and reminders. All
// others are time that somebody is given to act, and a default at once is no procedure.
var mayBeNothing = []string{
	"protection.ship_by_reminder", "protection.not_received_after", "protection.inspection_reminder",
	"protection.absolute_end", "protection.release_cooling", "protection.buyer_extension", "protection.extension_max",
	"protection.aftercare", "protection.genuine_claim", "protection.warranty", "protection.reopen_floor",
	"protection.confirm_repeat", "dispute.request_time_max", "dispute.revived_floor", "dispute.escalation_earliest",
	"dispute.seller_escalation_earliest", "dispute.withdrawal_cooling", "dispute.evidence_extension", "dispute.hearing",
	"dispute.conflict_window", "desk.large_lead", "desk.overdue_lead", "desk.detector_lead", "review.seal", "review.repeat_window", "limits.upload_intent",
	"standing.listing_pause", "standing.listing_pause_repeated",
	"standing.settled_within", "standing.report_pause", "standing.report_pause_repeated", "promotion.store_age",
}

// reminder is a time before (or after the start of) a deadline at which somebody is told.
type reminder struct {
	key, of string
	fits    func(*Policy) bool
	drop    func(*Policy)
}

// reminders that must lie within their deadline.
var reminders = []reminder{
	{
		key: "protection.ship_by_reminder", of: "protection.ship_by_max",
		fits: func(p *Policy) bool { return p.Protection.ShipByReminder < p.Protection.ShipByMax },
		drop: func(p *Policy) { p.Protection.ShipByReminder = 0 },
	},
	{
		key: "protection.inspection_reminder", of: "protection.inspection",
		fits: func(p *Policy) bool { return p.Protection.InspectionReminder < p.Protection.Inspection },
		drop: func(p *Policy) { p.Protection.InspectionReminder = 0 },
	},
	{
		key: "dispute.seller_response_reminders", of: "dispute.seller_response",
		fits: func(p *Policy) bool {
			return !slices.ContainsFunc(p.Dispute.SellerResponseReminders, p.tooEarly)
		},
		drop: func(p *Policy) {
			p.Dispute.SellerResponseReminders = slices.DeleteFunc(slices.Clone(p.Dispute.SellerResponseReminders), p.tooEarly)
		},
	},
}

func (p *Policy) tooEarly(before Duration) bool { return before >= p.Dispute.SellerResponse }

// relation is what must hold between keys.
type relation struct {
	key, with string
	holds     func(*Policy) bool
	message   string
}

var relations = []relation{
	{
		key: "protection.buyer_extension", with: "protection.extension_max",
		holds:   func(p *Policy) bool { return p.Protection.BuyerExtension <= p.Protection.ExtensionMax },
		message: "is longer than protection.extension_max, which counts all extensions together",
	},
	{
		key: "dispute.seller_response_reminders", with: "dispute.seller_response_reminders",
		holds: func(p *Policy) bool {
			all := p.Dispute.SellerResponseReminders
			for i, before := range all {
				if before <= 0 || i > 0 && before >= all[i-1] {
					return false
				}
			}
			return true
		},
		message: "are not in order: the earlier reminder, which is the longer time before the end, comes first",
	},
	{
		key: "report.finding_safety", with: "report.finding",
		holds:   func(p *Policy) bool { return p.Report.FindingSafety <= p.Report.Finding },
		message: "is longer than report.finding, although somebody is in danger",
	},
	{
		key: "report.max_age", with: "report.finding",
		holds:   func(p *Policy) bool { return p.Report.MaxAge > p.Report.Finding },
		message: "is not longer than report.finding, so that no finding could ever be late",
	},
	{
		key: "appeal.panel_size", with: "appeal.panel_size",
		holds:   func(p *Policy) bool { return p.Appeal.PanelSize%2 == 1 },
		message: "is even; a panel needs a majority",
	},
	{
		key: "appeal.large_panel_size", with: "appeal.large_panel_size",
		holds:   func(p *Policy) bool { return p.Appeal.LargeSize%2 == 1 },
		message: "is even; a panel needs a majority",
	},
	{
		key: "appeal.large_panel_size", with: "appeal.panel_size",
		holds:   func(p *Policy) bool { return p.Appeal.LargeSize >= p.Appeal.PanelSize },
		message: "is smaller than appeal.panel_size",
	},
}

// checkOrder compares the keys with each other. Keys that hold no value were reported already and are not compared.
func (r *reader) checkOrder(p Policy) {
	for _, c := range reminders {
		if r.comparable(c.key, c.of) && !c.fits(&p) {
			r.problems = append(r.problems, Problem{Line: r.lines[c.key], Key: c.key,
				Message: "does not lie within " + c.of + ", which it reminds of"})
		}
	}
	for _, c := range slices.Concat(relations, standingRelations, scaleRelations(), detectRelations) {
		if r.comparable(c.key, c.with) && !c.holds(&p) {
			r.problems = append(r.problems, Problem{Line: r.lines[c.key], Key: c.key, Message: c.message})
		}
	}
}

// comparable says whether both keys were given and hold a value.
func (r *reader) comparable(keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool {
		_, given := r.lines[key]
		return r.bad[key] || !given
	})
}
