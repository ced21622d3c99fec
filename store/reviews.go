package store

import (
	"encoding/json"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/domain/wording"
)

// parent is the state of the order that the case belongs to, under its lock; nil where it belongs to none.
func (w *work) parent() casefile.Case {
	if w.order.ID == w.own.ID || w.order.Kind != casefile.KindOrder {
		return nil
	}
	if w.orders == nil {
		w.orders, w.broken = w.store.decode(w.order)
	}
	return w.orders
}

// reviewFacts is what a review must know: of its order and the disputes of it as they are under the order's lock, of its
// text, and of what was reported.
func (w *work) reviewFacts(trigger string, c casefile.Command) (*casefile.ReviewFacts, error) {
	order, ok := w.parent().(interface{ ReviewFacts() casefile.ReviewFacts })
	if !ok || w.order.Recorded == 0 {
		return nil, w.broken
	}
	f := order.ReviewFacts()
	var cases []caseRow
	err := w.tx.Where("order_id = ? AND kind IN ? AND recorded > 0 AND id <> ?", w.own.OrderID, []string{casefile.KindDispute, casefile.KindReview}, w.own.ID).
		Order("opened_at, id").Find(&cases).Error
	if err != nil {
		return nil, err
	}
	threads := []string{w.own.OrderID}
	for _, row := range cases {
		if row.Kind == casefile.KindReview {
			f.Existing = row.ID
			continue
		}
		state, err := w.store.decode(row)
		if err != nil {
			return nil, err
		}
		if d, ok := state.(interface{ Course() casefile.Course }); ok {
			f.Disputes = append(f.Disputes, d.Course())
		}
		threads = append(threads, row.ID)
	}
	submitted := c.At
	if w.own.Recorded > 0 {
		submitted = w.own.OpenedAt.Time
	}
	person, err := w.personOf(f.Buyer)
	if err != nil {
		return nil, err
	}
	f.SamePerson = slices.Contains(person, f.Seller)
	if f.Previous, err = w.reviewBeside(person, f.Seller, submitted, w.inOrder(trigger, c)); err != nil {
		return nil, err
	}
	if f.Muted, err = w.mutedFor(f.Buyer, standing.ReviewFunction, c.At); err != nil {
		return nil, err
	}
	if f.Flags, err = w.flags(w.reviewText(trigger, c)); err != nil {
		return nil, err
	}
	f.Scanned = true
	if f.Investigated, err = investigated(w.tx, f.Seller, submitted); err != nil {
		return nil, err
	}
	if err := w.flaggedThreads(&f, threads); err != nil {
		return nil, err
	}
	return &f, w.reportedThreat(&f)
}

// reviewText is the text that a trigger of a review is about: what is sent with it, or the review's own.
func (w *work) reviewText(trigger string, c casefile.Command) string {
	switch trigger {
	case "submit_review", "reply", "edit_review":
		return textOf(c)
	}
	if r, ok := w.state.(interface{ Written() string }); ok {
		return r.Written()
	}
	return ""
}

// inOrder says that the trigger asks how the review counts beside those only that were published before it.
func (w *work) inOrder(trigger string, c casefile.Command) bool {
	var asked review.Recount
	return trigger == recount && json.Unmarshal(c.Data, &asked) == nil && asked.Change != ""
}

// reviewBeside is when the counted review of a seller by one of the accounts was submitted that is nearest to this one in time, of those
// only that were published before it where that is asked; zero where there is none.
func (w *work) reviewBeside(person []string, seller string, submitted time.Time, inOrder bool) (nearest time.Time, err error) {
	for _, side := range []struct{ where, order string }{{"opened_at <= ?", "opened_at DESC"}, {"opened_at > ?", "opened_at"}} {
		query := w.tx.Model(&caseRow{}).Where("kind = ? AND buyer IN ? AND seller = ? AND outcome = 'counted' AND id <> ?", casefile.KindReview, person, seller, w.own.ID).
			Where(side.where, at(submitted))
		if own, published := w.reviewFigures(w.state); inOrder && published {
			query = query.Where("id IN (SELECT id FROM review_figures WHERE seller = ? AND (published_at < ? OR published_at = ? AND id < ?))",
				seller, own.PublishedAt, own.PublishedAt, w.own.ID)
		}
		var found []instant
		if err := query.Order(side.order).Limit(1).Pluck("opened_at", &found).Error; err != nil {
			return time.Time{}, err
		}
		if len(found) > 0 && (nearest.IsZero() || found[0].Sub(submitted).Abs() < submitted.Sub(nearest).Abs()) {
			nearest = found[0].Time
		}
	}
	return nearest, nil
}

// flaggedThreads looks through what was flagged in the messages of the order and of its disputes.
func (w *work) flaggedThreads(f *casefile.ReviewFacts, threads []string) error {
	var events []eventRow
	err := w.tx.Where("case_id IN ? AND type = ?", threads, string(casefile.MessageFlagged)).Order("position").Find(&events).Error
	if err != nil {
		return err
	}
	flags := slices.Clone(f.Flags)
	for _, e := range events {
		var data casefile.Flag
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return err
		}
		flags = append(flags, data)
		f.Incentive = f.Incentive || data.Rule == string(wording.RewardForStars)
	}
	f.Threat = slices.ContainsFunc(flags, func(x casefile.Flag) bool { return x.Rule == string(wording.Threat) })
	return nil
}

// reportedThreat looks for a report about the buyer of the order that says the same, with its finding.
func (w *work) reportedThreat(f *casefile.ReviewFacts) error {
	if !f.Threat {
		return nil
	}
	var rows []struct{ ID, Status, Outcome string }
	err := w.tx.Raw(`SELECT reports.id, cases.status, cases.outcome FROM reports JOIN cases ON cases.id = reports.id
		WHERE reports.order_id = ? AND reports.reported = ? AND reports.behaviour = 'extortion' ORDER BY reports.submitted_at, reports.id LIMIT 1`,
		f.Order, f.Buyer).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return err
	}
	f.Report = rows[0].ID
	if rows[0].Status == "answered" || rows[0].Status == "closed" {
		f.Answered = rows[0].Outcome
	}
	return nil
}

// textOf is the text that a command sends.
func textOf(c casefile.Command) string {
	var data struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(c.Data, &data); err != nil {
		return "" // the rule refuses such data itself
	}
	return data.Text
}

// flags are what the scanner finds in a text, in characters of it. Phones without a country are tried in those of the parties.
func (w *work) flags(text string) ([]casefile.Flag, error) {
	if text == "" {
		return nil, nil
	}
	var countries []string
	parties := []string{w.own.Buyer, w.own.Seller}
	if w.order.Kind == casefile.KindOrder {
		parties = []string{w.order.Buyer, w.order.Seller}
	}
	err := w.tx.Model(&accountRow{}).Where("id IN ? AND country <> ''", parties).Order("country").Distinct().Pluck("country", &countries).Error
	if err != nil {
		return nil, err
	}
	var flags []casefile.Flag
	for _, f := range wording.Default().Scan(text, wording.Scope{Countries: countries, Hosts: w.store.hosts}) {
		from, until := f.Runes(text)
		flags = append(flags, casefile.Flag{Rule: string(f.Rule), From: from, Until: until})
	}
	return flags, nil
}
