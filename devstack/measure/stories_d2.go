package measure

import (
	"context"
	"fmt"

	"recourse/api/client"
	"recourse/internal/identifier"
)

// playD2 is as D1, but the seller then offers to take the goods back, says of what came back that it is damaged, ten
// evidences are handed in, the seller appeals, and a panel of three decides.
func (s *story) playD2(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	if _, err := s.toAdjudication(ctx); err != nil {
		return err
	}
	if err := s.returnLeg(ctx); err != nil {
		return err
	}
	if err := s.evidence(ctx, 5); err != nil {
		return err
	}
	dispute, err := s.look(ctx, s.court.supervisor)
	if err != nil {
		return err
	}
	if err := s.decide(ctx, dispute); err != nil {
		return err
	}
	return s.appeal(ctx)
}

// returnLeg is a second offer that is accepted, and a return that the seller contests.
func (s *story) returnLeg(ctx context.Context) error {
	offer, err := s.offer(ctx, client.RemedyReturnAndRefund, total)
	if err != nil {
		return err
	}
	if err := s.buyer.settled(ctx, done(s.buyer.api.AcceptOffer(ctx, s.dispute, offer.ID, nil, client.OfferAnswer{Version: offer.Version}))); err != nil {
		return fmt.Errorf("accept the offer: %w", err)
	}
	parcel := client.GoodsShipping{Carrier: "courier", Tracking: identifier.New("trk")}
	if err := s.buyer.settled(ctx, done(s.buyer.api.ShipReturn(ctx, s.dispute, nil, parcel))); err != nil {
		return fmt.Errorf("send the goods back: %w", err)
	}
	if err := s.court.carrier.settled(ctx, done(s.court.carrier.api.DeliverReturn(ctx, s.dispute, nil, client.GoodsDelivery{Strength: client.StrengthStrong}))); err != nil {
		return fmt.Errorf("deliver the return: %w", err)
	}
	found := client.Inspection{Condition: client.ConditionDamaged, Text: "Now the foot is bent as well."}
	if err := s.seller.settled(ctx, done(s.seller.api.InspectReturn(ctx, s.dispute, nil, found))); err != nil {
		return fmt.Errorf("inspect the return: %w", err)
	}
	return nil
}

// appeal is the seller's. When the window is over the panel sits, and votes when the evidence period of its own is over.
func (s *story) appeal(ctx context.Context) error {
	if err := s.seller.settled(ctx, done(s.seller.api.Appeal(ctx, s.dispute, nil, client.Appeal{Text: "The carrier has sent us a photograph."}))); err != nil {
		return fmt.Errorf("appeal: %w", err)
	}
	dispute, err := s.look(ctx, s.court.supervisor)
	for _, deadline := range []string{"appeal_window", "evidence_period"} {
		if err == nil {
			dispute, err = s.await(ctx, s.court.supervisor, dispute, deadline)
		}
	}
	if err != nil {
		return err
	}
	if dispute.Panel == nil {
		return fmt.Errorf("appeal: no panel sits in %s", s.dispute)
	}
	for _, member := range dispute.Panel.Members {
		vote := client.NewVote{Outcome: client.VerdictDecidedForBuyer, Refund: *euro(total), Release: *euro(0), Reasons: "The photograph shows the crack."}
		if err := s.court.reviewers[member].settled(ctx, done(s.court.reviewers[member].api.Vote(ctx, s.dispute, nil, vote))); err != nil {
			return fmt.Errorf("vote: %w", err)
		}
	}
	return nil
}
