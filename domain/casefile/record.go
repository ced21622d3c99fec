package casefile

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Hash is a SHA-256. As text it is 64 small hexadecimal digits; the zero hash, which comes before the first event of a
// case, is the empty text.
type Hash [sha256.Size]byte

// String is the hash as text.
func (h Hash) String() string {
	if h == (Hash{}) {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// ParseHash reads what String writes, and nothing else.
func ParseHash(text string) (Hash, error) {
	var h Hash
	return h, h.UnmarshalText([]byte(text))
}

// MarshalText writes the hash as text.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	var read Hash
	if len(text) > 0 {
		wrong := errors.New("a hash is 64 small hexadecimal digits, or nothing")
		if len(text) != hex.EncodedLen(len(read)) {
			return wrong
		}
		if _, err := hex.Decode(read[:], text); err != nil || read.String() != string(text) {
			return wrong
		}
	}
	*h = read
	return nil
}

// Salt is the random secret of one event. Without it nobody can find out by trying what a redacted field said.
type Salt [16]byte

// MarshalText writes the salt in hexadecimal.
func (s Salt) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(s[:])), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Salt) UnmarshalText(text []byte) error {
	read, err := hex.DecodeString(string(text))
	if err != nil || len(read) != len(s) {
		return fmt.Errorf("a salt is %d hexadecimal digits", 2*len(s))
	}
	*s = Salt(read)
	return nil
}

// of is the salt of one field.
func (s Salt) of(field string) Hash {
	mac := hmac.New(sha256.New, s[:])
	mac.Write([]byte(field))
	return Hash(mac.Sum(nil))
}

// Seals are what is stored beside the data of an event so that it can be verified: the event's salt as long as it is
// whole, and once something was redacted, a salt for each field that is left and a commitment for each that is gone. An
// event without data has none.
type Seals struct {
	Salt   Salt            `json:"salt,omitzero"`
	Fields map[string]Hash `json:"fields,omitempty"`
	Gone   map[string]Hash `json:"gone,omitempty"`
}

// Record is an event in its place in the chain of its case. It is what is stored and what a bundle carries. Its data is in
// the form in which it is read back: numbers are json.Number, times and named types are what JSON makes of them.
type Record struct {
	Case string `json:"case"`
	Event
	Seals    Seals `json:"seals,omitzero"`
	PrevHash Hash  `json:"prev_hash"`
	Hash     Hash  `json:"hash"`
}

// UnmarshalJSON reads a record without turning its numbers into floats. A member that records do not have is an error,
// because no hash covers it.
func (r *Record) UnmarshalJSON(text []byte) error {
	type record Record // without this method
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	d.DisallowUnknownFields()
	var read record
	if err := d.Decode(&read); err != nil {
		return fmt.Errorf("read record: %w", err)
	}
	*r = Record(read)
	return nil
}

// Seal puts an event at the end of a case's chain: after the record with the hash prev, or at the beginning when that is
// zero. The salt is read from entropy (crypto/rand.Reader in production). The instant is cut to microseconds, which is
// what is stored. Data without a canonical form is ErrNotCanonical: a float, or text that is not UTF-8.
func Seal(caseID string, prev Hash, e Event, entropy io.Reader) (Record, error) {
	r := Record{Case: caseID, Event: e, PrevHash: prev}
	r.At = e.At.UTC().Truncate(time.Microsecond)
	r.Data = nil
	if len(e.Data) > 0 {
		text, err := Canonical(e.Data)
		if err != nil {
			return Record{}, fmt.Errorf("seal event %d: %w", e.Sequence, err)
		}
		data, err := parsePlain(text)
		if err != nil {
			return Record{}, fmt.Errorf("seal event %d: %w", e.Sequence, err)
		}
		r.Data, _ = data.(map[string]any) // a map is written as an object
		if _, err := io.ReadFull(entropy, r.Seals.Salt[:]); err != nil {
			return Record{}, fmt.Errorf("read salt for event %d: %w", e.Sequence, err)
		}
	}
	var err error
	if r.Hash, err = r.digest(); err != nil {
		return Record{}, fmt.Errorf("seal event %d: %w", e.Sequence, err)
	}
	return r, nil
}

// Redact returns the record without the values of the given fields and without what could give them back: their
// commitments stay, so that the chain still verifies. What was redacted before stays so. A field that the event never had
// is an error, lest a wrong name leave something behind; so is a record whose seals do not fit.
func Redact(r Record, fields ...string) (Record, error) {
	salts, err := r.salts()
	if err != nil {
		return Record{}, fmt.Errorf("redact event %d: %w", r.Sequence, err)
	}
	redacted := r
	redacted.Data, redacted.Seals = map[string]any{}, Seals{Fields: map[string]Hash{}, Gone: map[string]Hash{}}
	for name, commitment := range r.Seals.Gone {
		redacted.Seals.Gone[name] = commitment
	}
	for name, value := range r.Data {
		if !slices.Contains(fields, name) {
			redacted.Data[name], redacted.Seals.Fields[name] = value, salts[name]
			continue
		}
		if redacted.Seals.Gone[name], err = commit(salts[name], name, value); err != nil {
			return Record{}, fmt.Errorf("redact event %d: %w", r.Sequence, err)
		}
	}
	for _, name := range fields {
		if _, gone := redacted.Seals.Gone[name]; !gone {
			return Record{}, fmt.Errorf("redact event %d: it has no field %q", r.Sequence, name)
		}
	}
	if len(redacted.Seals.Gone) == 0 {
		return r, nil // nothing is gone, so the event's own salt may stay
	}
	return redacted, nil
}

// salts returns the salt of each field that has a value. Seals that do not fit the data are an error.
func (r Record) salts() (map[string]Hash, error) {
	s := r.Seals
	if len(s.Gone) == 0 {
		switch {
		case len(s.Fields) > 0:
			return nil, errors.New("it has salts of fields although nothing was redacted")
		case len(r.Data) > 0 && s.Salt == Salt{}:
			return nil, errors.New("it has data and no salt")
		case len(r.Data) == 0 && s.Salt != Salt{}:
			return nil, errors.New("it has a salt and no data")
		}
		salts := make(map[string]Hash, len(r.Data))
		for name := range r.Data {
			salts[name] = s.Salt.of(name)
		}
		return salts, nil
	}
	if s.Salt != (Salt{}) {
		return nil, errors.New("something was redacted and the event's salt is still there")
	}
	for name := range r.Data {
		_, salted := s.Fields[name]
		_, gone := s.Gone[name]
		if !salted || gone {
			return nil, fmt.Errorf("field %q has a value and no salt of its own", name)
		}
	}
	if len(s.Fields) != len(r.Data) {
		return nil, errors.New("it has the salt of a field that it does not have")
	}
	return s.Fields, nil
}

// commit binds a field's name and value without showing them.
func commit(salt Hash, name string, value any) (Hash, error) {
	text, err := Canonical(value)
	if err != nil {
		return Hash{}, fmt.Errorf("field %q: %w", name, err)
	}
	sum := sha256.New()
	sum.Write(salt[:])
	sum.Write(appendString(nil, name)) // quoted, so that no name runs into the value
	sum.Write(text)
	return Hash(sum.Sum(nil)), nil
}

// digest is the hash that the record must have: of the canonical form of everything in it, with commitments for values.
func (r Record) digest() (Hash, error) {
	salts, err := r.salts()
	if err != nil {
		return Hash{}, err
	}
	fields := make(map[string]any, len(r.Data)+len(r.Seals.Gone))
	for name, commitment := range r.Seals.Gone {
		fields[name] = commitment.String()
	}
	for name, value := range r.Data {
		commitment, err := commit(salts[name], name, value)
		if err != nil {
			return Hash{}, err
		}
		fields[name] = commitment.String()
	}
	return eventHash(r.Case, r.PrevHash, r.Event, fields)
}
