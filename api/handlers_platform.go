package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"recourse/api/wire"
	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/domain/money"
	"recourse/internal/identifier"
	"recourse/store"
)

// CreateAccount adds somebody with a part in the procedure.
func (h *handlers) CreateAccount(ctx context.Context, r wire.CreateAccountRequestObject) (wire.CreateAccountResponseObject, error) {
	n := *r.Body
	if n.Clock != "" {
		if !h.config.Sandbox {
			return nil, invalid("/clock", "sandbox", "exists only in a sandbox")
		}
		if _, err := h.store.Clock(ctx, n.Clock); err != nil {
			return nil, missing(err, "/clock", "must be a test clock")
		}
	}
	for i, other := range n.Linked {
		if err := h.linkable(ctx, other, n.Clock, "/linked/"+strconv.Itoa(i)); err != nil {
			return nil, err
		}
	}
	if n.Reserve != nil && n.Role != wire.NewAccountRoleSeller {
		return nil, invalid("/reserve", "role", "is what a seller has")
	}
	if n.Reserve != nil && !money.Currency(n.Reserve.Currency).Valid() {
		return nil, invalid("/reserve/currency", "currency", "must be an ISO 4217 code")
	}
	window, err := h.counting(ctx, n.Clock)
	if err != nil {
		return nil, err
	}
	account, err := h.store.CreateAccount(ctx, store.Account{ID: identifier.New("acc"), Role: casefile.Role(n.Role), Name: n.Name, Country: n.Country,
		Clock: n.Clock, Links: n.Linked, Window: window}, once(ctx, r.Params.IdempotencyKey))
	if err != nil {
		return nil, crowded(err, "/linked")
	}
	if n.Reserve != nil && n.Reserve.Amount > 0 {
		// The account's own identifier is the key: a repeat of this request adds the first reserve once.
		first := store.Once{Caller: account.ID, Key: "first reserve", BodyHash: callOf(ctx).hash}
		if err := h.store.AddReserve(ctx, account.ID, amountOf(*n.Reserve), first); err != nil {
			return nil, err
		}
	}
	view, err := h.account(ctx, account)
	return wire.CreateAccount201JSONResponse(view), err
}

func amountOf(m wire.Money) money.Amount {
	return money.Amount{Minor: money.Minor(m.Amount), Currency: money.Currency(m.Currency)}
}

func (h *handlers) account(ctx context.Context, a store.Account) (wire.Account, error) {
	balances, err := h.store.Balances(ctx, a.ID)
	if err != nil {
		return wire.Account{}, err
	}
	view := wire.Account{ID: a.ID, Role: wire.Role(a.Role), Name: a.Name, Country: a.Country, Clock: a.Clock, Linked: a.Links,
		CreatedAt: a.CreatedAt, Balances: make([]wire.Balance, 0, len(balances))}
	if caller := callOf(ctx).actor; caller.ID != a.ID {
		for _, l := range a.Ties {
			view.Links = append(view.Links, wire.AccountLink{Account: l.Account, Kind: wire.LinkKind(l.Kind), By: l.By, At: l.At})
		}
		view.Unlinked = formerLinks(a.Unlinked)
	}
	for _, b := range balances {
		view.Balances = append(view.Balances, wire.Balance{Currency: string(b.Currency), Reserve: moneyView(b.Reserve, b.Currency),
			Payable: moneyView(b.Payable, b.Currency), Claimed: moneyView(b.Claimed, b.Currency)})
	}
	return view, nil
}

// GetAccount shows an account.
func (h *handlers) GetAccount(ctx context.Context, r wire.GetAccountRequestObject) (wire.GetAccountResponseObject, error) {
	account, err := h.store.Account(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	view, err := h.account(ctx, account)
	return wire.GetAccount200JSONResponse(view), err
}

// AddReserve adds to what a seller has put aside.
func (h *handlers) AddReserve(ctx context.Context, r wire.AddReserveRequestObject) (wire.AddReserveResponseObject, error) {
	view, err := h.move(ctx, r.Account, r.Body.Amount, r.Params.IdempotencyKey, h.store.AddReserve)
	return wire.AddReserve200JSONResponse(view), err
}

// PayOut records that released money was paid out.
func (h *handlers) PayOut(ctx context.Context, r wire.PayOutRequestObject) (wire.PayOutResponseObject, error) {
	view, err := h.move(ctx, r.Account, r.Body.Amount, r.Params.IdempotencyKey, h.store.PayOut)
	return wire.PayOut200JSONResponse(view), err
}

type movement func(ctx context.Context, account string, amount money.Amount, once store.Once) error

func (h *handlers) move(ctx context.Context, id string, m wire.Money, key string, do movement) (wire.Account, error) {
	account, err := h.store.Account(ctx, id)
	switch {
	case err != nil:
		return wire.Account{}, err
	case account.Role != casefile.Seller:
		return wire.Account{}, invalid("/amount", "role", "moves only for a seller")
	case m.Amount == 0:
		return wire.Account{}, invalid("/amount/amount", "range", "must be at least 1")
	case !money.Currency(m.Currency).Valid():
		return wire.Account{}, invalid("/amount/currency", "currency", "must be an ISO 4217 code")
	}
	if err := do(ctx, id, amountOf(m), once(ctx, key)); err != nil {
		return wire.Account{}, err
	}
	return h.account(ctx, account)
}

// GetPolicy shows a policy.
func (h *handlers) GetPolicy(ctx context.Context, r wire.GetPolicyRequestObject) (wire.GetPolicyResponseObject, error) {
	p, err := h.policies.Policy(ctx, r.Version, "")
	if err != nil {
		return nil, err
	}
	view, err := policyView(p)
	return wire.GetPolicy200JSONResponse(view), err
}

// DeclareIncident lets time stand still for the cases in its scope. What it does not reach in the time of this request is
// reached by whoever looks after incidents.
func (h *handlers) DeclareIncident(ctx context.Context, r wire.DeclareIncidentRequestObject) (wire.DeclareIncidentResponseObject, error) {
	n := *r.Body
	longest, err := h.longestIncident(ctx, n.Clock)
	if err != nil {
		return nil, err
	}
	from, until := microseconds(n.From), microseconds(n.Until)
	if from.IsZero() || !until.After(from) || until.Sub(from) > longest {
		return nil, invalid("/until", "range", "must lie after from, and within the longest time allowed")
	}
	if n.Clock != "" {
		if !h.config.Sandbox {
			return nil, invalid("/clock", "sandbox", "exists only in a sandbox")
		}
		if _, err := h.store.Clock(ctx, n.Clock); err != nil {
			return nil, missing(err, "/clock", "must be a test clock")
		}
	}
	incident, err := h.store.Declare(ctx, store.Incident{ID: identifier.New("inc"), Clock: n.Clock, Country: n.Country, Carrier: n.Carrier,
		From: from, Until: until, Text: n.Text, By: callOf(ctx).actor}, once(ctx, r.Params.IdempotencyKey))
	if err != nil {
		return nil, err
	}
	h.spread(ctx, incident.ID)
	return wire.DeclareIncident201JSONResponse(incidentView(incident)), nil
}

// EndIncident lets time go on before the end that was declared. What it does not reach is reached as with the declaration.
func (h *handlers) EndIncident(ctx context.Context, r wire.EndIncidentRequestObject) (wire.EndIncidentResponseObject, error) {
	if _, err := h.store.Remember(ctx, once(ctx, r.Params.IdempotencyKey), r.Incident); err != nil {
		return nil, err
	}
	incident, err := h.store.EndIncident(ctx, r.Incident, callOf(ctx).actor)
	if err != nil {
		return nil, err
	}
	h.spread(ctx, incident.ID)
	return wire.EndIncident200JSONResponse(incidentView(incident)), nil
}

func (h *handlers) longestIncident(ctx context.Context, clock string) (time.Duration, error) {
	p, err := h.policies.Policy(ctx, inForce, clock)
	return p.Limits.IncidentMax.Std(), err
}

// spread brings an incident to the cases as long as the caller waits anyway.
func (h *handlers) spread(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(ctx, h.config.CommandWait)
	defer cancel()
	for done := false; !done && ctx.Err() == nil; {
		reached, all, err := h.store.SpreadIncident(ctx, id)
		if err != nil {
			h.log.WarnContext(ctx, "An incident has not reached every case yet.", "incident", id, "error", err)
			return
		}
		done = all
		for _, c := range reached {
			if err := h.deliver.Wake(ctx, delivery.Case{ID: c.ID, Kind: c.Kind}, c.Sequence); err != nil {
				h.log.WarnContext(ctx, "A case was not woken for an incident.", "case", c.ID, "incident", id, "error", err)
			}
		}
	}
}

// texts writes the values of a document of overrides as they would stand in a policy.
func texts(overrides map[string]any) (map[string]string, error) {
	out := make(map[string]string, len(overrides))
	for key, value := range overrides {
		switch v := value.(type) {
		case string:
			out[key] = v
		case json.Number:
			out[key] = v.String()
		case float64:
			out[key] = strconv.FormatFloat(v, 'f', -1, 64)
		default:
			encoded, err := json.Marshal(v) // JSON is YAML too
			if err != nil {
				return nil, fmt.Errorf("encode an override: %w", err)
			}
			out[key] = string(encoded)
		}
	}
	return out, nil
}
