package carriers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of one message and of what stands in it. They are those of the contract.
const (
	MaxEvents   = 100
	maxNumber   = 60
	maxID       = 200
	maxPostcode = 20
	maxText     = 500 // longer words are clipped
	maxMessage  = 512 << 10
)

// ErrMalformed is the error of a message that is not the form of this adapter.
var ErrMalformed = errors.New("a carrier's message is malformed")

// message is the generic form, sent or fetched.
type message struct {
	Events []entry `json:"events"`
}

type entry struct {
	ID        string `json:"id"`
	Tracking  string `json:"tracking"`
	Status    string `json:"status"`
	At        string `json:"at"`
	Country   string `json:"country"`
	Postcode  string `json:"postcode"`
	Place     string `json:"place"`
	Signature string `json:"signature"`
	Text      string `json:"text"`
}

// Parse reads a message in the generic form: {"events": [{"tracking", "status", "at", …}]}. Own are the carrier's own words for
// statuses, as plainWord writes them; number is taken where an event names none. What else a carrier sends is left.
func Parse(body []byte, own map[string]string, number string) ([]Event, error) {
	if !utf8.Valid(body) {
		return nil, fmt.Errorf("%w: it is not UTF-8", ErrMalformed)
	}
	var m message
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&m); err != nil {
		return nil, fmt.Errorf("%w: it is not the JSON that is expected", ErrMalformed)
	}
	if decoder.More() {
		return nil, fmt.Errorf("%w: something follows the object", ErrMalformed)
	}
	if len(m.Events) > MaxEvents {
		return nil, fmt.Errorf("%w: it has more than %d events", ErrMalformed, MaxEvents)
	}
	events := make([]Event, 0, len(m.Events))
	for i, e := range m.Events {
		if e.Tracking == "" {
			e.Tracking = number
		}
		event, err := e.event(own)
		if err != nil {
			return nil, fmt.Errorf("%w: event %d: %w", ErrMalformed, i, err)
		}
		events = append(events, event.named())
	}
	return events, nil
}

// event checks one entry.
func (e entry) event(own map[string]string) (Event, error) {
	for _, text := range []struct {
		name, value string
		most        int
	}{{"id", e.ID, maxID}, {"tracking", e.Tracking, maxNumber}, {"status", e.Status, maxNumber}, {"postcode", e.Postcode, maxPostcode},
		{"place", e.Place, maxMessage}, {"text", e.Text, maxMessage}} {
		if utf8.RuneCountInString(text.value) > text.most || strings.ContainsRune(text.value, 0) {
			return Event{}, fmt.Errorf("%s is too long, or holds what no text holds", text.name)
		}
	}
	event := Event{ID: e.ID, Number: e.Tracking, Country: strings.ToUpper(e.Country), Postcode: e.Postcode, Place: clip(e.Place, maxText), Signature: e.Signature}
	words := e.Text
	var known bool
	event.Status, known = status(e.Status, own)
	switch {
	case plainWord(e.Tracking) == "":
		return event, errors.New("it names no number")
	case e.Status == "":
		return event, errors.New("it has no status")
	case event.Country != "" && (len(event.Country) != 2 || strings.Trim(event.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != ""):
		return event, errors.New("a country has two letters")
	case event.Signature != "" && event.Signature != "addressee" && event.Signature != "other":
		return event, errors.New("a signature is the addressee's or another's")
	}
	if !known {
		words = strings.TrimSpace(e.Status + " " + words)
	}
	event.Text = clip(words, maxText)
	if e.At != "" {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err != nil || at.Year() < 2000 || at.Year() > 9998 {
			return event, errors.New("its instant is none")
		}
		event.At = at.UTC().Truncate(time.Microsecond)
	}
	return event, nil
}

// clip shortens a text to a number of characters.
func clip(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}
