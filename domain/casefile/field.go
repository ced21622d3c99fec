package casefile

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Field is one field of an event or of a command as it leaves the house: its commitment for everybody, and its value with
// its salt for who may read it. Without the salt nobody can find out by trying what the value was.
type Field struct {
	Commitment Hash  `json:"commitment"`
	Salt       *Hash `json:"salt,omitempty"`
	Value      any   `json:"value,omitempty"` // null, and what is hidden, are left out
}

// Shown says whether the field has its value.
func (f Field) Shown() bool { return f.Salt != nil }

// Hidden is the field without its value and without what could give it back.
func (f Field) Hidden() Field { return Field{Commitment: f.Commitment} }

// Check says whether the value is the one that was committed to. Of a hidden field it only sees that there is none.
func (f Field) Check(name string) error {
	if !f.Shown() {
		if f.Value != nil {
			return fmt.Errorf("field %q has a value and no salt", name)
		}
		return nil
	}
	commitment, err := commit(*f.Salt, name, f.Value)
	if err != nil {
		return err
	}
	if commitment != f.Commitment {
		return fmt.Errorf("field %q: its value is not the one that was committed to", name)
	}
	return nil
}

// Fields are the fields of a record by their names. Those that were redacted are hidden.
func (r Record) Fields() (map[string]Field, error) {
	salts, err := r.salts()
	if err != nil {
		return nil, fmt.Errorf("fields of event %d: %w", r.Sequence, err)
	}
	fields := make(map[string]Field, len(r.Data)+len(r.Seals.Gone))
	for name, commitment := range r.Seals.Gone {
		fields[name] = Field{Commitment: commitment}
	}
	for name, value := range r.Data {
		if fields[name], err = committed(salts[name], name, value); err != nil {
			return nil, fmt.Errorf("fields of event %d: %w", r.Sequence, err)
		}
	}
	return fields, nil
}

func committed(salt Hash, name string, value any) (Field, error) {
	commitment, err := commit(salt, name, value)
	return Field{Commitment: commitment, Salt: &salt, Value: value}, err
}

// commitments are the fields as a hash covers them.
func commitments(fields map[string]Field) map[string]any {
	out := make(map[string]any, len(fields))
	for name, f := range fields {
		out[name] = f.Commitment.String()
	}
	return out
}

// EventHash is the hash that an event must have whose fields have these commitments: the one that Seal gives it. The event's
// own Data is not looked at.
func EventHash(caseID string, prev Hash, e Event, fields map[string]Field) (Hash, error) {
	return eventHash(caseID, prev, e, commitments(fields))
}

func eventHash(caseID string, prev Hash, e Event, commitments map[string]any) (Hash, error) {
	return hashOf(map[string]any{
		"format": "recourse-event-1", "case": caseID, "sequence": e.Sequence, "type": string(e.Type), "actor": e.By.plain(),
		"at": e.At.UnixMicro(), "prev": prev.String(), "fields": commitments,
	})
}

// plain is an actor as hashes cover it.
func (a Actor) plain() map[string]any { return map[string]any{"id": a.ID, "role": string(a.Role)} }

func hashOf(v any) (Hash, error) {
	text, err := Canonical(v)
	if err != nil {
		return Hash{}, err
	}
	return Hash(sha256.Sum256(text)), nil
}

// CommandFields are the fields of a command's data under the salt that the door gave the command. Data that is no object, or
// has no canonical form, is an error: such a command was refused.
func CommandFields(data json.RawMessage, salt Salt) (map[string]Field, error) {
	if len(data) == 0 {
		return nil, nil
	}
	tree, err := parsePlain(data)
	if err != nil {
		return nil, err
	}
	values, ok := tree.(map[string]any)
	if !ok && tree != nil {
		return nil, errors.New("the data of a command is an object")
	}
	fields := make(map[string]Field, len(values))
	for name, value := range values {
		if fields[name], err = committed(salt.of(name), name, value); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// ContentHash names the content of a command: who sent what to which case, its place in the case's queue and its time of
// receipt, and a salted commitment for each field of its data. A receipt carries it. The command's own Data is not looked at.
func ContentHash(c Command, fields map[string]Field) (Hash, error) {
	var revision any
	if c.IfRevision != nil {
		revision = *c.IfRevision
	}
	return hashOf(map[string]any{
		"format": "recourse-command-1", "id": c.ID, "case": c.Case, "sequence": c.Sequence, "name": c.Name, "actor": c.By.plain(),
		"at": c.At.UTC().Truncate(time.Microsecond).UnixMicro(), "if_revision": revision, "fields": commitments(fields),
	})
}
