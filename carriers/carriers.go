// Package carriers is the port to those who carry parcels: what they say of a number, in their own words, becomes the commands
// that the carrier verbs of the API store (PROCEDURE 4).
//
// Two adapters bring it in. A carrier that sends signs its messages (Webhooks); one that must be asked is asked by the Poller.
// Both end in the same inbox: whoever tells of a number learns nothing about it, what is said before a seller has given the
// number is there when it is given, and a repeat is known by the carrier's own identifier. The Teller brings what is in the
// inbox to the doors of the cases that were shipped under the number.
package carriers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"recourse/store"
)

// Feed says what a carrier knows of a number.
type Feed interface {
	// Fetch returns everything that the carrier tells of the number, in the order in which it is told. A number that the
	// carrier does not know has no events, and no error.
	Fetch(ctx context.Context, number string) ([]Event, error)
}

// Event is one entry of a carrier's feed, in the words of the procedure.
type Event struct {
	ID        string    // the carrier's own; made of the content where there is none
	Number    string    // as the carrier writes it
	Status    string    // one of protection.TrackStatuses
	At        time.Time // when it happened, as the carrier says
	Country   string    // of the destination
	Postcode  string    // of the destination
	Place     string    // where the parcel was seen
	Signature string    // addressee or other, of a delivery
	Text      string
}

// Final says that nothing more is expected of the parcel.
func (e Event) Final() bool { return e.Status == "delivered" || e.Status == "returned" }

// Kept is the event as the inbox keeps it, for the cases of a test clock or of real time.
func (e Event) Kept(carrier, clock string) (store.CarrierEvent, error) {
	data := map[string]any{"status": e.Status, "tracking": e.Number}
	for name, value := range map[string]string{"country": e.Country, "postcode": e.Postcode, "text": e.words(), "signature": e.Signature} {
		if value != "" {
			data[name] = value
		}
	}
	if !e.At.IsZero() {
		data["at"] = e.At
	}
	document, err := json.Marshal(data)
	if err != nil {
		return store.CarrierEvent{}, fmt.Errorf("encode what %s said: %w", carrier, err)
	}
	id := e.ID
	if clock != "" {
		id = clock + "/" + id // each test clock is a world of its own
	}
	return store.CarrierEvent{Carrier: carrier, ID: id, Clock: clock, Number: e.Number, Data: document, HappenedAt: e.At}, nil
}

// words are what the carrier said beside the status, with the place.
func (e Event) words() string {
	switch {
	case e.Place == "":
		return e.Text
	case e.Text == "":
		return e.Place
	}
	return clip(e.Text+" ("+e.Place+")", maxText)
}

// named gives an event without an identifier one of its content: the same entry is the same event however often it is told.
func (e Event) named() Event {
	if e.ID == "" {
		at := ""
		if !e.At.IsZero() {
			at = e.At.UTC().Format(time.RFC3339Nano)
		}
		h := sha256.New()
		for _, part := range []string{e.Number, e.Status, at, e.Country, e.Postcode, e.Place, e.Signature, e.Text} {
			fmt.Fprintf(h, "%d:%s", len(part), part)
		}
		e.ID = "sha256:" + hex.EncodeToString(h.Sum(nil))
	}
	return e
}
