// Package receipt is what the sender of an accepted command is given: a signed statement of what was received, when and in
// which place, and how the case's log stood when it had been carried out. Whoever keeps it can show later that the platform
// took the command, and that the log was not changed since.
package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"recourse/domain/casefile"
)

// Format names the form of a receipt. It is signed with the rest, so that no signature holds for anything else.
const Format = "recourse-receipt-1"

// Receipt is one accepted command. Content is casefile.ContentHash of the command; Head is the hash of the last event of the
// case when the command had been carried out, and HeadSequence that event's place.
type Receipt struct {
	Format       string        `json:"format"`
	Case         string        `json:"case"`
	Command      string        `json:"command"`
	Name         string        `json:"name"`
	Sequence     int64         `json:"sequence"` // place in the case's queue
	ReceivedAt   time.Time     `json:"received_at"`
	Content      casefile.Hash `json:"content_hash"`
	Head         casefile.Hash `json:"head"`
	HeadSequence int64         `json:"head_sequence"`
	Key          string        `json:"key"`
	Signature    []byte        `json:"signature"` // base64
}

// Signer signs with one key, which has a name.
type Signer interface {
	KeyID() string
	Sign(message []byte) []byte
}

// Of makes the receipt of a command with its fields, as the case stood after it.
func Of(c casefile.Command, fields map[string]casefile.Field, head casefile.Hash, headSequence int64, by Signer) (Receipt, error) {
	content, err := casefile.ContentHash(c, fields)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt of %s: %w", c.ID, err)
	}
	r := Receipt{Format: Format, Case: c.Case, Command: c.ID, Name: c.Name, Sequence: c.Sequence,
		ReceivedAt: c.At.UTC().Truncate(time.Microsecond), Content: content, Head: head, HeadSequence: headSequence, Key: by.KeyID()}
	message, err := r.message()
	if err != nil {
		return Receipt{}, err
	}
	r.Signature = by.Sign(message)
	return r, nil
}

// message is what is signed: the canonical form of everything but the signature.
func (r Receipt) message() ([]byte, error) {
	text, err := casefile.Canonical(map[string]any{"format": r.Format, "case": r.Case, "command": r.Command, "name": r.Name, "sequence": r.Sequence,
		"received_at": r.ReceivedAt.UTC().Format(time.RFC3339Nano), "content_hash": r.Content.String(), "head": r.Head.String(),
		"head_sequence": r.HeadSequence, "key": r.Key})
	if err != nil {
		return nil, fmt.Errorf("write the receipt of %s: %w", r.Command, err)
	}
	return text, nil
}

// What is wrong with a receipt.
var (
	ErrFormat     = errors.New("it is not a receipt of a form that is known here")
	ErrUnknownKey = errors.New("it is signed with a key that is not among the known ones")
	ErrSignature  = errors.New("its signature is not that of its content")
)

// Verify says whether one of the keys signed the receipt as it is. The error is ErrFormat, ErrUnknownKey or ErrSignature.
func (r Receipt) Verify(keys Keys) error {
	if r.Format != Format {
		return ErrFormat
	}
	message, err := r.message()
	if err != nil {
		return err
	}
	return keys.Verify(r.Key, message, r.Signature)
}

// Covers says whether the receipt is that of the command with these fields.
func (r Receipt) Covers(c casefile.Command, fields map[string]casefile.Field) (bool, error) {
	content, err := casefile.ContentHash(c, fields)
	if err != nil {
		return false, err
	}
	return content == r.Content && c.ID == r.Command && c.Case == r.Case && c.Name == r.Name && c.Sequence == r.Sequence &&
		c.At.Equal(r.ReceivedAt), nil
}

// Parse reads one receipt. A member that receipts do not have is an error, because no signature covers it.
func Parse(text []byte) (Receipt, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var r Receipt
	if err := d.Decode(&r); err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Receipt{}, errors.New("read receipt: something follows it")
	}
	return r, nil
}

// Verify says whether the named key signed the message.
func (k Keys) Verify(key string, message, signature []byte) error {
	public, known := k[key]
	switch {
	case !known:
		return ErrUnknownKey
	case !ed25519.Verify(public, message, signature):
		return ErrSignature
	}
	return nil
}
