package measure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"recourse/api/client"
)

// The reference order: 42.00 and 3.50 shipping.
const (
	price    = 4200
	shipping = 350
	total    = price + shipping
)

// story is one order and what becomes of it, played by its parties through the public API, in real time.
type story struct {
	court         *court
	policy        string
	buyer, seller party
	order         string
	dispute       string
}

// newStory opens the accounts of a buyer and a seller who have no case yet.
func (c *court) newStory(ctx context.Context, policy string) (*story, error) {
	s := &story{court: c, policy: policy}
	var err error
	if s.buyer, err = c.account(ctx, client.NewAccountRoleBuyer); err != nil {
		return nil, err
	}
	s.seller, err = c.account(ctx, client.NewAccountRoleSeller)
	return s, err
}

// purchase registers the order.
func (s *story) purchase(ctx context.Context) error {
	now := time.Now().UTC()
	order, err := client.Result[client.Order](s.court.platform.api.RegisterOrder(ctx, nil, client.NewOrder{
		Buyer: s.buyer.id, Seller: s.seller.id, Currency: "EUR", Shipping: euro(shipping), Postcode: "10115", Policy: s.policy,
		ShipBy: now.Add(5 * 24 * time.Hour), GuaranteedBy: now.Add(25 * 24 * time.Hour),
		Lines: []client.NewLine{{Sku: "LAMP-1", Title: "Lamp", Quantity: 1, Price: *euro(price), Category: "home"}},
	}))
	s.order = order.ID
	if pending, ok := errors.AsType[*client.PendingError](err); ok {
		s.order = pending.Case
	}
	if err = s.court.platform.settled(ctx, err); err != nil {
		return fmt.Errorf("register the order: %w", err)
	}
	return nil
}

// arrive ships the order and delivers it.
func (s *story) arrive(ctx context.Context) error {
	parcel := client.Shipping{Carrier: "courier", Tracking: s.order}
	if err := s.seller.settled(ctx, done(s.seller.api.ShipOrder(ctx, s.order, nil, parcel))); err != nil {
		return fmt.Errorf("ship: %w", err)
	}
	delivery := client.Delivery{Strength: client.StrengthStrong, Postcode: "10115"}
	if err := s.court.carrier.settled(ctx, done(s.court.carrier.api.RecordDelivery(ctx, s.order, nil, delivery))); err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	return nil
}

// open opens the dispute. When it was late, the order tells which it is.
func (s *story) open(ctx context.Context) error {
	dispute, err := client.Result[client.Dispute](s.buyer.api.OpenDispute(ctx, s.order, nil, client.NewDispute{
		Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "The shade is cracked from top to bottom."}))
	if err == nil {
		s.dispute = dispute.ID
		return nil
	}
	if err = s.buyer.settled(ctx, err); err != nil {
		return fmt.Errorf("open the dispute: %w", err)
	}
	order, err := client.Result[client.Order](s.buyer.api.GetOrder(ctx, s.order, nil))
	if err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	if len(order.Disputes) != 1 {
		return fmt.Errorf("order %s has %d disputes after one was opened", s.order, len(order.Disputes))
	}
	s.dispute = order.Disputes[0].ID
	return s.begun(ctx)
}

// begun waits until the dispute has taken its first step.
func (s *story) begun(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		dispute, err := s.look(ctx, s.buyer)
		if err == nil && dispute.Revision > 0 {
			return nil
		}
		if err != nil && client.CodeOf(err) != client.ProblemCodeNotFound {
			return err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("wait for the beginning of %s: %w", s.dispute, err)
		}
	}
}

// offer is the seller's. When it was late, the dispute tells which it is.
func (s *story) offer(ctx context.Context, remedy client.Remedy, minor int64) (client.Offer, error) {
	offer, err := client.Result[client.Offer](s.seller.api.MakeOffer(ctx, s.dispute, nil, client.NewOffer{Remedy: remedy, Amount: euro(minor)}))
	if err == nil {
		return offer, nil
	}
	if err = s.seller.settled(ctx, err); err != nil {
		return offer, fmt.Errorf("offer: %w", err)
	}
	dispute, err := s.look(ctx, s.seller)
	if err != nil {
		return offer, err
	}
	if len(dispute.Offers) == 0 {
		return offer, fmt.Errorf("dispute %s has no offer after one was made", s.dispute)
	}
	return dispute.Offers[len(dispute.Offers)-1], nil
}

// toAdjudication is the first half of D1: an offer that is refused, and the escalation. The escalation's answer says when
// the evidence period ends.
func (s *story) toAdjudication(ctx context.Context) (client.Dispute, error) {
	offer, err := s.offer(ctx, client.RemedyRefundPartial, 1000)
	if err != nil {
		return client.Dispute{}, err
	}
	if err := s.buyer.settled(ctx, done(s.buyer.api.RejectOffer(ctx, s.dispute, offer.ID, nil, client.OfferAnswer{Version: offer.Version}))); err != nil {
		return client.Dispute{}, fmt.Errorf("refuse the offer: %w", err)
	}
	dispute, err := client.Result[client.Dispute](s.buyer.api.Escalate(ctx, s.dispute, nil, client.Statement{Text: "Ten does not buy a shade."}))
	if err == nil {
		return dispute, nil
	}
	if err = s.buyer.settled(ctx, err); err != nil {
		return dispute, fmt.Errorf("escalate: %w", err)
	}
	return s.look(ctx, s.buyer)
}

// evidence is a text from each party, so many times.
func (s *story) evidence(ctx context.Context, each int) error {
	for range each {
		for _, by := range []party{s.buyer, s.seller} {
			item := client.NewEvidenceText{Type: "statement", Text: "The lamp was wrapped twice, and the box was open on one side when it came."}
			if err := by.settled(ctx, done(by.api.SubmitEvidence(ctx, s.dispute, nil, item))); err != nil {
				return fmt.Errorf("hand in evidence: %w", err)
			}
		}
	}
	return nil
}

// decide reads the record as the reviewer, once the case is theirs to decide, and rules for the buyer.
func (s *story) decide(ctx context.Context, dispute client.Dispute) error {
	reviewer, known := s.court.reviewers[dispute.Reviewer]
	if !known {
		return fmt.Errorf("decide: the case is with %q, who is none of ours", dispute.Reviewer)
	}
	if _, err := s.await(ctx, reviewer, dispute, "evidence_period"); err != nil {
		return err
	}
	record, err := client.Result[client.Record](reviewer.api.GetRecord(ctx, s.dispute))
	if err != nil {
		return fmt.Errorf("read the record: %w", err)
	}
	decision := client.NewDecision{Outcome: client.VerdictDecidedForBuyer, Refund: *euro(total), Release: *euro(0),
		Reasons: "The shade was broken on the way.", RecordHash: record.RecordHash, IfRevision: record.Revision}
	if err := reviewer.settled(ctx, done(reviewer.api.Decide(ctx, s.dispute, nil, decision))); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	return nil
}

// lookAgain is how long after a deadline the dispute is read, and read again: a page that somebody looks at is no faster.
const lookAgain = 250 * time.Millisecond

// patience bounds how long one status is waited for.
const patience = 90 * time.Second

// await sleeps until the named deadline of the dispute is due, and then looks until it was taken. A request that came too
// early would be refused, which is a command like any other and would be counted.
func (s *story) await(ctx context.Context, by party, dispute client.Dispute, deadline string) (client.Dispute, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		due, running := dueAt(dispute, deadline)
		if !running {
			return dispute, nil
		}
		if err := pause(ctx, max(lookAgain, time.Until(due)+lookAgain)); err != nil {
			return dispute, fmt.Errorf("wait for %s of %s: %w", deadline, s.dispute, err)
		}
		var err error
		if dispute, err = s.look(ctx, by); err != nil {
			return dispute, err
		}
	}
}

func dueAt(dispute client.Dispute, deadline string) (time.Time, bool) {
	for _, d := range dispute.Deadlines {
		if d.Name == deadline {
			return d.DueAt, true
		}
	}
	return time.Time{}, false
}

// look reads the dispute as somebody.
func (s *story) look(ctx context.Context, by party) (client.Dispute, error) {
	dispute, err := client.Result[client.Dispute](by.api.GetDispute(ctx, s.dispute, nil))
	if err != nil {
		return dispute, fmt.Errorf("read the dispute: %w", err)
	}
	return dispute, nil
}

// pause waits, unless the run ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// playD1 goes on from an order that has arrived: open, the seller offers, the buyer refuses, escalates, one evidence each,
// decision. The appeal window runs out and the money moves by themselves.
func (s *story) playD1(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	dispute, err := s.toAdjudication(ctx)
	if err != nil {
		return err
	}
	if err := s.evidence(ctx, 1); err != nil {
		return err
	}
	return s.decide(ctx, dispute)
}
