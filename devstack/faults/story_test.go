package faults

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// The reference order: a lamp, a cup and the shipping.
const (
	lamp, cup, shipping = 42_00, 5_00, 3_50
	captured            = lamp + cup + shipping
)

// began is when every story on a test clock begins, so that two of them can be compared to the microsecond.
var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// story is one order and what becomes of it, told by its parties through the API.
type story struct {
	system   *system
	clock    string // empty: real time
	policy   string
	platform *client.Client

	buyer, seller, reviewer string
	order, dispute          string
}

// prepare opens the accounts of a story.
func (s *system) prepare(ctx context.Context, onClock bool, overrides map[string]any) (*story, error) {
	platform, err := s.somebody("platform", casefile.Platform)
	if err != nil {
		return nil, err
	}
	st := &story{system: s, platform: platform}
	if onClock {
		made, err := client.Result[client.TestClock](platform.CreateTestClock(ctx, nil, client.NewTestClock{Now: began}))
		if err != nil {
			return nil, fmt.Errorf("make a clock: %w", err)
		}
		st.clock = made.ID
	}
	if len(overrides) > 0 {
		kept, err := client.Result[client.PolicyDocument](platform.CreatePolicy(ctx, nil, client.PolicyOverrides{Overrides: overrides}))
		if err != nil {
			return nil, fmt.Errorf("keep a policy: %w", err)
		}
		st.policy = kept.Version
	}
	for _, a := range []struct {
		role client.NewAccountRole
		id   *string
	}{{client.NewAccountRoleBuyer, &st.buyer}, {client.NewAccountRoleSeller, &st.seller}, {client.NewAccountRoleReviewer, &st.reviewer}} {
		made, err := client.Result[client.Account](platform.CreateAccount(ctx, nil, client.NewAccount{Role: a.role, Clock: st.clock, Country: "DE"}))
		if err != nil {
			return nil, fmt.Errorf("open the account of a %s: %w", a.role, err)
		}
		*a.id = made.ID
	}
	return st, nil
}

// as is the marketplace acting for somebody.
func (st *story) as(who string) *client.Client { return st.platform.With(client.ActAs(who)) }

func done(resp *http.Response, err error) error {
	_, err = client.Result[any](resp, err)
	return err
}

func euro(minor int64) *client.Money { return &client.Money{Amount: minor, Currency: "EUR"} }

// ordered registers the order, ships it and delivers it.
func (st *story) ordered(ctx context.Context) error {
	now := began
	if st.clock == "" {
		now = time.Now().UTC()
	}
	order, err := client.Result[client.Order](st.platform.RegisterOrder(ctx, nil, client.NewOrder{
		Buyer: st.buyer, Seller: st.seller, Currency: "EUR", PaidAt: now, ShipBy: now.Add(48 * time.Hour), GuaranteedBy: now.Add(20 * 24 * time.Hour),
		Postcode: "10115", Clock: st.clock, Policy: st.policy, Shipping: euro(shipping),
		Lines: []client.NewLine{{Sku: "LAMP-7", Title: "Desk lamp", Quantity: 1, Price: *euro(lamp)}, {Sku: "CUP-1", Title: "Cup", Quantity: 1, Price: *euro(cup)}},
	}))
	if err != nil {
		return fmt.Errorf("register the order: %w", err)
	}
	st.order = order.ID
	if err := done(st.as(st.seller).ShipOrder(ctx, st.order, nil, client.Shipping{Carrier: "courier", Tracking: identifier.New("trk")})); err != nil {
		return fmt.Errorf("ship %s: %w", st.order, err)
	}
	body := client.Delivery{Strength: client.StrengthStrong, Postcode: "10115"}
	if err := done(st.as("carrier").RecordDelivery(ctx, st.order, nil, body)); err != nil {
		return fmt.Errorf("deliver: %w", err)
	}
	return nil
}

// opened opens the dispute about a line.
func (st *story) opened(ctx context.Context, sku string) (string, error) {
	d, err := client.Result[client.Dispute](st.as(st.buyer).OpenDispute(ctx, st.order, nil, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged,
		Remedy: client.RemedyRefundFull, Text: "It is cracked.", Lines: []client.ClaimedLine{{Sku: sku}}}))
	if err != nil {
		return "", fmt.Errorf("open the dispute: %w", err)
	}
	return d.ID, nil
}

// d1 is the reference dispute: open, the seller offers, the buyer refuses, escalates, evidence of both, decision, the appeal
// window runs out, the money moves, the order goes on to its end.
func (st *story) d1(ctx context.Context) error {
	if err := st.ordered(ctx); err != nil {
		return err
	}
	var err error
	if st.dispute, err = st.opened(ctx, "LAMP-7"); err != nil {
		return err
	}
	offer, err := client.Result[client.Offer](st.as(st.seller).MakeOffer(ctx, st.dispute, nil, client.NewOffer{Remedy: client.RemedyRefundPartial, Amount: euro(10_00)}))
	if err != nil {
		return fmt.Errorf("offer: %w", err)
	}
	buyer := st.as(st.buyer)
	for _, act := range []struct {
		what string
		do   func() error
	}{
		{"reject", func() error {
			return done(buyer.RejectOffer(ctx, st.dispute, offer.ID, nil, client.OfferAnswer{Version: offer.Version}))
		}},
		{"escalate", func() error {
			return done(buyer.Escalate(ctx, st.dispute, nil, client.Statement{Text: "That does not buy a shade."}))
		}},
		{"evidence of the buyer", func() error { return st.evidence(ctx, st.buyer) }},
		{"evidence of the seller", func() error { return st.evidence(ctx, st.seller) }},
		{"wait for the file", func() error { return st.passed(ctx, began.Add(6*24*time.Hour), client.StatusUnderReview) }},
		{"decide", func() error { return st.decided(ctx) }},
		{"wait for the end", func() error { return st.over(ctx) }},
	} {
		if err := act.do(); err != nil {
			return fmt.Errorf("%s in %s: %w", act.what, st.dispute, err)
		}
	}
	return nil
}

func (st *story) evidence(ctx context.Context, by string) error {
	return done(st.as(by).SubmitEvidence(ctx, st.dispute, nil, client.NewEvidenceText{Type: "statement", Text: "The box was open on one side."}))
}

// decided reads the record as the reviewer and rules: half for each.
func (st *story) decided(ctx context.Context) error {
	reviewer := st.as(st.reviewer)
	record, err := client.Result[client.Record](reviewer.GetRecord(ctx, st.dispute))
	if err != nil {
		return fmt.Errorf("read the record: %w", err)
	}
	return done(reviewer.Decide(ctx, st.dispute, nil, client.NewDecision{Outcome: client.VerdictDecidedForBuyer, Refund: *euro(lamp), Release: *euro(0),
		Reasons: "The shade was broken on the way.", RecordHash: record.RecordHash, IfRevision: record.Revision}))
}

// passed lets time go on until the dispute has the status: on a test clock by turning it, else by waiting.
func (st *story) passed(ctx context.Context, to time.Time, status client.Status) error {
	if st.clock != "" {
		if err := st.turn(ctx, to); err != nil {
			return err
		}
	}
	return st.await(ctx, "the dispute is not "+string(status), func() (bool, error) {
		d, err := client.Result[client.Dispute](st.platform.GetDispute(ctx, st.dispute, nil))
		return d.Status == status, err
	})
}

// over lets time go on until the order is closed.
func (st *story) over(ctx context.Context) error {
	if st.clock != "" {
		if err := st.turn(ctx, began.Add(120*24*time.Hour)); err != nil {
			return err
		}
	}
	return st.await(ctx, "the order is not over", func() (bool, error) {
		c, err := st.system.store.Case(ctx, st.order)
		return err == nil && c.Summary.Closed, nil // the database may be down just now
	})
}

// turn moves the story's clock.
func (st *story) turn(ctx context.Context, to time.Time) error {
	return st.await(ctx, "the clock does not reach "+to.String(), func() (bool, error) {
		clock, err := client.Result[client.TestClock](st.platform.AdvanceTestClock(ctx, st.clock, nil, client.ClockAdvance{To: to}))
		if client.CodeOf(err) == client.ProblemCodeInternal {
			return false, nil // an advance that a fault has interrupted is asked for again
		}
		return clock.Status == client.TestClockStatusReady, err
	})
}

// await polls until it holds.
func (st *story) await(ctx context.Context, what string, holds func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	for {
		ok, err := holds()
		if err != nil || ok {
			return err
		}
		if !pause(ctx.Done(), 30*time.Millisecond) {
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		}
	}
}
