// Package signing keeps the keys that receipts and bundles are signed with: a folder of Ed25519 keys in PEM form. The private key
// whose file comes last by its name signs; every other key in the folder, private or public, is published, so that what it has
// signed can be verified for ever. A new key is added beside the old ones, whose private halves may then be taken away.
package signing

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"recourse/domain/receipt"
)

// Ring is the keys of one installation.
type Ring struct {
	current receipt.Key
	keys    receipt.Keys
}

// ErrEmpty is the error of a folder with no private key.
var ErrEmpty = errors.New("the folder has no private Ed25519 key")

// Open reads the keys in a folder. A folder without a private key, or that is not there, is ErrEmpty.
func Open(folder string) (*Ring, error) {
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the signing keys: %w", err)
	}
	ring, found := &Ring{keys: receipt.Keys{}}, false
	for _, f := range files { // sorted by their names
		if f.IsDir() || filepath.Ext(f.Name()) != ".pem" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the signing keys: %w", err)
		}
		private, public, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("read the signing key %s: %w", f.Name(), err)
		}
		if private != nil {
			ring.current, found = receipt.NewKey(private), true
		}
		ring.keys[receipt.KeyID(public)] = public
	}
	if !found {
		return nil, fmt.Errorf("%w: %s", ErrEmpty, folder)
	}
	return ring, nil
}

// OpenOrCreate is Open for development: the first key is made when there is none.
func OpenOrCreate(folder string) (*Ring, error) {
	ring, err := Open(folder)
	if !errors.Is(err, ErrEmpty) {
		return ring, err
	}
	if _, err := Add(folder, time.Now()); err != nil {
		return nil, err
	}
	return Open(folder)
}

// Temporary is a ring with a fresh key that is kept in memory only.
func Temporary() (*Ring, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("draw a signing key: %w", err)
	}
	return &Ring{current: receipt.NewKey(private), keys: receipt.Keys{receipt.KeyID(public): public}}, nil
}

// Add makes a new key, which signs from the next start on, and returns its name. Its file is named after the instant, so that it
// comes last. An existing file is never overwritten.
func Add(folder string, now time.Time) (string, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("draw a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", fmt.Errorf("encode the signing key: %w", err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("make the folder of signing keys: %w", err)
	}
	path := filepath.Join(folder, now.UTC().Format("20060102T150405.000000")+".pem")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the signing key: %w", err)
	}
	err = pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", fmt.Errorf("write the signing key: %w", err)
	}
	return receipt.KeyID(public), nil
}

func parse(text []byte) (ed25519.PrivateKey, ed25519.PublicKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, nil, errors.New("it is not one key in PEM form")
	}
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, nil, err
		}
		if key, ok := parsed.(ed25519.PrivateKey); ok {
			return key, receipt.NewKey(key).Public(), nil
		}
	case "PUBLIC KEY":
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, nil, err
		}
		if key, ok := parsed.(ed25519.PublicKey); ok {
			return nil, key, nil
		}
	}
	return nil, nil, errors.New("it holds another kind of key than Ed25519")
}

// KeyID names the key that signs.
func (r *Ring) KeyID() string { return r.current.KeyID() }

// Sign signs a message with it.
func (r *Ring) Sign(message []byte) []byte { return r.current.Sign(message) }

// Keys are the public halves of all keys.
func (r *Ring) Keys() receipt.Keys { return r.keys }
