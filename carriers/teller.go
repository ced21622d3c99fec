package carriers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
	"recourse/store"
)

// How the inbox is looked through.
const (
	tellEvery   = time.Second
	tellBatch   = 100              // numbers a look
	restUnknown = 10 * time.Minute // until a number that nobody has shipped under is looked at again, unless the carrier says more
	forgetEvery = time.Minute
	forgetBatch = 1000
)

// Inbox is what carriers said, and the doors of the cases that it concerns.
type Inbox interface {
	UntoldCarrierEvents(ctx context.Context, numbers int) ([]store.Heard, error)
	CarrierEventTold(ctx context.Context, carrier, id string) error
	RestCarrierNumber(ctx context.Context, h store.Heard, length time.Duration) error
	ForgetCarrierEvents(ctx context.Context, age time.Duration, limit int) (int64, error)
	Knock(ctx context.Context, knock store.Knock) (store.Receipt, error)
}

// Teller brings what carriers said to the doors of the cases that were shipped under the number. It may be done twice, by
// several workers at once: a command that is stored is not stored again.
type Teller struct {
	Inbox  Inbox
	Keep   time.Duration // how long what nobody has shipped under is kept; zero: it is dropped
	Nudge  func(store.CaseRef)
	Logger *slog.Logger

	forgot time.Time
}

// Tell looks through the inbox once, and returns how many commands were stored.
func (t *Teller) Tell(ctx context.Context) (stored int, err error) {
	heard, err := t.Inbox.UntoldCarrierEvents(ctx, tellBatch)
	if err != nil {
		return 0, err
	}
	for _, h := range heard {
		n, tellErr := t.tell(ctx, h)
		stored += n
		switch {
		case tellErr != nil: // such as a test clock that is being advanced
			err = errors.Join(err, tellErr, t.Inbox.RestCarrierNumber(ctx, h, tellEvery))
		case len(h.Cases) == 0 && t.Keep > 0:
			err = errors.Join(err, t.Inbox.RestCarrierNumber(ctx, h, restUnknown))
		default:
			for _, e := range h.Events {
				err = errors.Join(err, t.Inbox.CarrierEventTold(ctx, e.Carrier, e.ID))
			}
		}
	}
	return stored, err
}

func (t *Teller) tell(ctx context.Context, h store.Heard) (stored int, err error) {
	for _, e := range h.Events {
		for _, to := range h.Cases {
			name, data, concerns, err := commandFor(e, to)
			if err != nil {
				return stored, err
			}
			if !concerns {
				continue
			}
			receipt, err := t.Inbox.Knock(ctx, store.Knock{ID: identifier.Derive("cmd", "carrier", e.Carrier, e.ID, to.ID, to.Leg), Case: to.ID, Name: name,
				By: casefile.Actor{ID: "carrier/" + strings.ToLower(e.Carrier), Role: casefile.Carrier}, Data: data})
			if err != nil {
				return stored, fmt.Errorf("tell %s what its carrier said: %w", to.ID, err)
			}
			if receipt.Repeated {
				continue
			}
			stored++
			if t.Nudge != nil {
				t.Nudge(store.CaseRef{ID: to.ID, Kind: to.Kind, Sequence: receipt.Sequence})
			}
		}
	}
	return stored, nil
}

// legs are the commands of parcels that belong to a dispute: of those only their arrival matters.
var legs = map[string]string{"replacement": "deliver_replacement", "return": "deliver_return"}

// commandFor is what an event says to a case, the same that the carrier verbs of the API store.
func commandFor(e store.CarrierEvent, to store.Shipped) (name string, data json.RawMessage, concerns bool, err error) {
	if to.Kind == casefile.KindOrder {
		return "track", e.Data, true, nil
	}
	var said struct {
		Status    string    `json:"status"`
		Signature string    `json:"signature"`
		At        time.Time `json:"at"`
		Country   string    `json:"country"`
		Postcode  string    `json:"postcode"`
	}
	if err := json.Unmarshal(e.Data, &said); err != nil {
		return "", nil, false, fmt.Errorf("read what %s said: %w", e.Carrier, err)
	}
	name, known := legs[to.Leg]
	if !known || said.Status != "delivered" {
		return "", nil, false, nil
	}
	came := map[string]any{"tracking": e.Number}
	if !said.At.IsZero() {
		came["at"] = said.At
	}
	if said.Country != "" && to.Leg == "replacement" { // a return goes to an address that no case holds
		came["country"] = said.Country
	}
	if said.Postcode != "" && to.Leg == "replacement" {
		came["postcode"] = said.Postcode
	}
	if said.Signature == "addressee" {
		came["strength"] = "strong"
	}
	data, err = json.Marshal(came)
	return name, data, true, err
}

// Forget drops what is older than it is kept for, a piece at a time.
func (t *Teller) Forget(ctx context.Context, now time.Time) error {
	if now.Sub(t.forgot) < forgetEvery {
		return nil
	}
	for {
		dropped, err := t.Inbox.ForgetCarrierEvents(ctx, max(t.Keep, leastKept), forgetBatch)
		if err != nil {
			return err
		}
		if dropped < forgetBatch {
			t.forgot = now
			return nil
		}
	}
}

// leastKept is how long an event is known again at least: longer than any carrier sends a message again.
const leastKept = 72 * time.Hour

// Run tells until ctx ends.
func (t *Teller) Run(ctx context.Context) {
	for pause(ctx, tellEvery) {
		_, err := t.Tell(ctx)
		err = errors.Join(err, t.Forget(ctx, time.Now()))
		if err != nil && ctx.Err() == nil {
			t.Logger.WarnContext(ctx, "What carriers said is not told now; it is tried again.", "error", err)
		}
	}
}
