package store

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/tracking"
)

// factGiver is an order, which knows what one of its disputes must know of it.
type factGiver interface {
	FactsFor(dispute string, at time.Time) casefile.OrderFacts
}

// facts loads what the rule for a trigger asks for, and nothing else.
func (w *work) facts(trigger string, c casefile.Command) (facts casefile.Facts, need casefile.Need, err error) {
	err = guarded(w.own.ID, "needs of "+trigger, func() error {
		need = w.kind.Needs(trigger)
		return nil
	})
	if err != nil || need == 0 {
		return facts, need, err
	}
	if need&casefile.NeedOrder != 0 {
		if facts.Order, err = w.orderFacts(c.At); err != nil {
			return facts, need, err
		}
	}
	if need&casefile.NeedReviewers != 0 {
		if facts.Reviewers, err = w.reviewers(); err != nil {
			return facts, need, fmt.Errorf("read reviewers for %s: %w", w.own.ID, err)
		}
	}
	if need&casefile.NeedNonce != 0 {
		if facts.Nonce, err = w.store.nonce(); err != nil {
			return facts, need, fmt.Errorf("draw a nonce for %s: %w", w.own.ID, err)
		}
	}
	if need&casefile.NeedTracking != 0 {
		if facts.Reused, err = w.reused(c); err != nil {
			return facts, need, fmt.Errorf("look for tracking number of %s: %w", c.ID, err)
		}
	}
	if need&casefile.NeedFunds != 0 {
		if facts.Funds, err = w.funds(); err != nil {
			return facts, need, fmt.Errorf("read funds for %s: %w", w.own.ID, err)
		}
	}
	if need&casefile.NeedReport != 0 {
		if facts.Report, err = w.reportFacts(c); err != nil {
			return facts, need, fmt.Errorf("read what %s refers to: %w", w.own.ID, err)
		}
	}
	if need&casefile.NeedReview != 0 {
		if facts.Review, err = w.reviewFacts(trigger, c); err != nil {
			return facts, need, fmt.Errorf("read what %s depends on: %w", w.own.ID, err)
		}
	}
	if need&casefile.NeedWording != 0 {
		if facts.Flags, err = w.flags(textOf(c)); err != nil {
			return facts, need, fmt.Errorf("read the text of %s: %w", c.ID, err)
		}
	}
	return facts, need, nil
}

// orderFacts asks the order's own rules, on its state as it is under the lock.
func (w *work) orderFacts(when time.Time) (*casefile.OrderFacts, error) {
	if w.orders == nil {
		var err error
		if w.orders, err = w.store.decode(w.order); err != nil {
			return nil, err
		}
	}
	giver, ok := w.orders.(factGiver)
	if !ok {
		return nil, fmt.Errorf("%w: order %s gives no facts", ErrRules, w.order.ID)
	}
	var facts casefile.OrderFacts
	err := guarded(w.order.ID, "facts", func() error {
		facts = giver.FactsFor(w.own.ID, when)
		return nil
	})
	return &facts, err
}

// reviewers are the reviewers and supervisors of the case's scope in the order of their creation.
func (w *work) reviewers() ([]casefile.Candidate, error) {
	var accounts []accountRow
	err := inScope(w.tx, w.own.ClockID).Where("role IN ?", []string{string(casefile.Reviewer), string(casefile.Supervisor)}).
		Order("position").Find(&accounts).Error
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	candidates := make([]casefile.Candidate, len(accounts))
	ids, index := make([]string, len(accounts)), map[string]int{}
	for i, a := range accounts {
		candidates[i] = casefile.Candidate{ID: a.ID, Role: casefile.Role(a.Role), Linked: []string{a.ID}}
		ids[i], index[a.ID] = a.ID, i
	}
	known, err := ties(w.tx, ids, w.parties())
	if err != nil {
		return nil, err
	}
	for _, t := range known {
		w.tie(&candidates[index[t.Candidate]], t)
	}
	var past []struct {
		Reviewer, CaseID, Party string
		At                      instant
	}
	err = w.tx.Raw(`SELECT reviewer, case_id, party, max(at) AS at FROM duties WHERE party IN ? AND reviewer IN ?
		GROUP BY reviewer, case_id, party ORDER BY max(at), case_id, party`, w.parties(), ids).Scan(&past).Error
	if err != nil {
		return nil, err
	}
	for _, d := range past {
		c := &candidates[index[d.Reviewer]]
		c.Duties = append(c.Duties, casefile.PastDuty{Case: d.CaseID, Party: d.Party, At: d.At.Time})
	}
	var load []struct {
		Reviewer string
		Cases    int
	}
	err = w.tx.Raw(`SELECT reviewer, count(*) AS cases FROM cases WHERE reviewer <> '' AND reviewer IN ? AND NOT closed GROUP BY reviewer`, ids).
		Scan(&load).Error
	for _, l := range load {
		candidates[index[l.Reviewer]].Load = l.Cases
	}
	return candidates, err
}

// nonce is a number of 128 bits that nobody knows before, in hexadecimal.
func (s *Store) nonce() (string, error) {
	var n [16]byte
	_, err := io.ReadFull(s.entropy, n[:])
	return hex.EncodeToString(n[:]), err
}

// parties are those with whom a reviewer of the case must have nothing to do.
func (w *work) parties() []string {
	if sided, ok := w.state.(interface{ Parties() []string }); ok {
		return sided.Parties()
	}
	return []string{w.own.Buyer, w.own.Seller}
}

// reused says whether another order of the same scope used the command's tracking number.
func (w *work) reused(c casefile.Command) (bool, error) {
	var data struct {
		Carrier  string `json:"carrier"`
		Tracking string `json:"tracking"`
	}
	if err := json.Unmarshal(c.Data, &data); err != nil || data.Tracking == "" {
		return false, nil //nolint:nilerr // the rule refuses such data itself
	}
	for _, s := range w.batch.shipments {
		if s.Order != w.own.OrderID && plain(s.Tracking) == plain(data.Tracking) && plain(s.Carrier) == plain(data.Carrier) {
			return true, nil
		}
	}
	var n int64
	err := inScope(w.tx.Table("shipments"), w.own.ClockID).
		Where("carrier = ? AND tracking = ? AND order_id <> ?", plain(data.Carrier), plain(data.Tracking), w.own.OrderID).Limit(1).Count(&n).Error
	return n > 0, err
}

// plain is how a tracking number is compared, which is how its check digit is: what holds there is found here.
func plain(s string) string { return tracking.Normalize(s) }

// funds is what the seller has, locked until the step is over, with what this step has moved already.
func (w *work) funds() (casefile.Funds, error) {
	reserve := balanceKey{string(ledger.ReserveOf(w.own.Seller)), w.own.Currency}
	payable := balanceKey{string(ledger.PayableTo(w.own.Seller)), w.own.Currency}
	if w.balances == nil {
		var err error
		if w.balances, err = lockBalances(w.tx, payable, reserve); err != nil {
			return casefile.Funds{}, err
		}
	}
	has := func(k balanceKey) money.Minor { return money.Minor(w.balances[k] + w.batch.moved[k]) }
	return casefile.Funds{Reserve: has(reserve), Payable: has(payable)}, nil
}

// inScope keeps to the cases, accounts and numbers of one test clock, or to those of real time.
func inScope(tx *gorm.DB, clock optional) *gorm.DB {
	if clock == "" {
		return tx.Where("clock_id IS NULL")
	}
	return tx.Where("clock_id = ?", string(clock))
}
