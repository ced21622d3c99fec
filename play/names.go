package play

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"recourse/api/client"
)

// actor is as whom a step is sent.
func (r *run) actor(name string) string {
	if account, ok := r.accounts[name]; ok {
		return account
	}
	return name
}

// side is what somebody is to the step's order: its buyer or its seller, or neither.
func (r *run) side(s Step, name string) client.Party {
	o, _ := r.story.order(s.Order)
	switch name {
	case o.Buyer:
		return client.PartyBuyer
	case o.Seller:
		return client.PartySeller
	}
	return ""
}

// disputeID is the dispute that a step is about. Of disputes that were opened at once only one is there, whatever its name.
func (r *run) disputeID(order, name string) (string, error) {
	if id, ok := r.disputes[name]; ok && name != "" {
		return id, nil
	}
	if ids := r.opened[order]; len(ids) == 1 {
		return ids[0], nil
	}
	if name == "" {
		return "", fmt.Errorf("the order has %d disputes, not one", len(r.opened[order]))
	}
	return "", fmt.Errorf("dispute %s was never opened", name)
}

// readDispute reads a dispute as the actor, or as an auditor where the actor may not.
func (r *run) readDispute(ctx context.Context, as, id string) (client.Dispute, error) {
	return either[client.Dispute](ctx, r, as, "dispute "+id, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.GetDispute(ctx, id, nil, e...)
	})
}

// readRecord reads what a decision rests on.
func (r *run) readRecord(ctx context.Context, as, id string) (client.Record, error) {
	return either[client.Record](ctx, r, as, "the record of "+id, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.GetRecord(ctx, id, e...)
	})
}

// onlooker is who reads what is only compared: an auditor sees everything and changes nothing.
const onlooker = "auditor"

// either reads as the actor and, where that is refused, as an auditor: a step may come from the wrong side, and what it says
// must be right all the same, so that it is refused for its side and for nothing else.
func either[T any](ctx context.Context, r *run, as, what string, do call) (T, error) {
	out, err := fetch[T](ctx, r.session, as, what, do)
	if err != nil && as != onlooker && ctx.Err() == nil {
		return fetch[T](ctx, r.session, onlooker, what, do)
	}
	return out, err
}

// offerFor finds the offer that a step is about: the one it names, else the one that fits what is done with it.
func (r *run) offerFor(ctx context.Context, s Step, dispute string, fits ...func(client.Offer) bool) (offer, error) {
	if name := s.text("offer"); name != "" {
		if o, ok := r.offers[name]; ok {
			return o, nil
		}
		return offer{}, fmt.Errorf("offer %s was never made", name)
	}
	d, err := r.readDispute(ctx, r.actor(s.By), dispute)
	if err != nil {
		return offer{}, err
	}
	for _, choose := range fits {
		for _, o := range slices.Backward(d.Offers) {
			if choose(o) {
				return offer{id: o.ID, version: o.Version}, nil
			}
		}
	}
	return offer{}, fmt.Errorf("nobody has made an offer")
}

// standing fits the last offer that stands, of the other side or one's own; else the last of that side, whatever became of it;
// else the last of all. One that has expired is answered all the same, and the answer is what the step is about.
func (r *run) standing(s Step, own bool) []func(client.Offer) bool {
	side := r.side(s, s.By)
	ofSide := func(o client.Offer) bool { return side == "" || (o.By == side) == own }
	return []func(client.Offer) bool{
		func(o client.Offer) bool { return o.State == client.OfferStateStanding && ofSide(o) },
		ofSide, anyOffer,
	}
}

// promised fits the last promise that was accepted, else the last offer of all.
var promised = []func(client.Offer) bool{
	func(o client.Offer) bool { return o.State == client.OfferStateAccepted }, anyOffer,
}

func anyOffer(client.Offer) bool { return true }

// itemID is the item of evidence that is named, by its name or its file.
func (r *run) itemID(name string) (string, error) {
	if id, ok := r.items[name]; ok {
		return id, nil
	}
	return "", fmt.Errorf("evidence %s was never handed in", name)
}

// learn keeps what the step's name stands for from now on.
func (r *run) learn(ctx context.Context, s Step, rep reply) error {
	if s.Do == "open_dispute" {
		return r.learnDispute(ctx, s, rep)
	}
	if s.Do == "detect" {
		return r.learnDetection(s, rep)
	}
	if s.Do == "report" || s.Do == "review" {
		return r.learnFiled(s, rep)
	}
	if !rep.accepted() || s.As == "" && s.Do != "submit_evidence" {
		return nil
	}
	switch s.Do {
	case "offer", "submit_evidence", "request_evidence", "announce_upload":
	default:
		return nil
	}
	id, version, err := r.born(ctx, s, rep)
	if err != nil {
		return err
	}
	switch s.Do {
	case "offer":
		r.offers[s.As] = offer{id: id, version: version}
	case "request_evidence":
		r.requests[s.As] = id
	case "announce_upload":
		r.uploads[s.As] = id
	case "submit_evidence":
		if s.As != "" {
			r.items[s.As] = id
		}
		if file := s.text("file"); file != "" {
			r.items[file] = id
		}
	}
	return nil
}

// learnFiled keeps the identifier of a report or a review, which a command that was carried out later names as its case.
func (r *run) learnFiled(s Step, rep reply) error {
	id := rep.caseID
	switch {
	case !rep.accepted():
		return nil
	case !rep.late:
		made, err := decode[struct {
			ID string `json:"id"`
		}](rep, s.Do)
		if err != nil {
			return err
		}
		id = made.ID
	}
	r.filed = append(r.filed, id)
	named := r.reviews
	if s.Do == "report" {
		named = r.reports
	}
	if s.As != "" {
		named[s.As] = id
	}
	return nil
}

// born is what the step has created: it stands in the answer, or, when the command was carried out later, in the dispute.
func (r *run) born(ctx context.Context, s Step, rep reply) (id string, version int64, err error) {
	if !rep.late {
		created, err := decode[struct {
			ID      string `json:"id"`
			Version int64  `json:"version"`
		}](rep, s.Do)
		return created.ID, created.Version, err
	}
	dispute, err := r.disputeID(s.Order, s.Dispute)
	if err != nil {
		return "", 0, err
	}
	d, err := r.readDispute(ctx, r.actor(s.By), dispute)
	if err != nil {
		return "", 0, err
	}
	side := r.side(s, s.By)
	switch s.Do {
	case "offer":
		for _, o := range slices.Backward(d.Offers) {
			if o.By == side {
				return o.ID, o.Version, nil
			}
		}
	case "submit_evidence":
		for _, item := range slices.Backward(d.Evidence) {
			if item.By.ID == r.actor(s.By) {
				return item.ID, 0, nil
			}
		}
	case "request_evidence":
		if n := len(d.Requests); n > 0 {
			return d.Requests[n-1].ID, 0, nil
		}
	}
	return "", 0, fmt.Errorf("what %s created is not in the dispute", s.Do)
}

// learnDispute keeps the dispute that was opened. One that is open already is named in the refusal: then the step's name stands
// for that one, unless it has a meaning.
func (r *run) learnDispute(ctx context.Context, s Step, rep reply) error {
	id := ""
	switch {
	case rep.accepted() && !rep.late:
		d, err := decode[client.Dispute](rep, s.Do)
		if err != nil {
			return err
		}
		id = d.ID
	case rep.accepted():
		o, err := r.readOrder(ctx, s.Order)
		if err != nil {
			return err
		}
		if n := len(o.Disputes); n > 0 {
			id = o.Disputes[n-1].ID
		}
	case rep.problem != nil && s.Together != "":
		id = rep.problem.Dispute
	}
	if id == "" {
		return nil
	}
	if !slices.Contains(r.opened[s.Order], id) {
		r.opened[s.Order] = append(r.opened[s.Order], id)
	}
	if _, taken := r.disputes[s.As]; s.As != "" && (!taken || rep.accepted()) {
		r.disputes[s.As] = id
	}
	return nil
}

// readOrder reads an order.
func (r *run) readOrder(ctx context.Context, name string) (client.Order, error) {
	id := r.orders[name]
	return fetch[client.Order](ctx, r.session, onlooker, "order "+id, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.GetOrder(ctx, id, nil, e...)
	})
}
