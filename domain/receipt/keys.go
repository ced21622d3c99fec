package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// Keys are the public keys by their names: the one that signs now, and those that have signed before.
type Keys map[string]ed25519.PublicKey

// KeyID is the name of a key: its fingerprint, so that a name cannot be given to another key.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// ParseKeys reads a JSON Web Key Set (RFC 7517, RFC 8037), as it is published. Keys of other kinds are passed over; a set with
// no key of ours is an error, and so is a key under another name than its own.
func ParseKeys(document []byte) (Keys, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	keys := Keys{}
	for _, k := range set.Keys {
		public, ours := k.Key.(ed25519.PublicKey)
		if !ours {
			continue
		}
		if k.KeyID != KeyID(public) {
			return nil, fmt.Errorf("read keys: the key %q has the fingerprint %s", k.KeyID, KeyID(public))
		}
		keys[k.KeyID] = public
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("read keys: the set has no Ed25519 key")
	}
	return keys, nil
}

// Set is the keys as they are published, sorted by their names.
func (k Keys) Set() jose.JSONWebKeySet {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, id := range slices.Sorted(maps.Keys(k)) {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k[id], KeyID: id, Algorithm: string(jose.EdDSA), Use: "sig"})
	}
	return set
}

// Key signs with a private key.
type Key struct{ private ed25519.PrivateKey }

// NewKey is a signer with the key.
func NewKey(private ed25519.PrivateKey) Key { return Key{private} }

// Public is the other half of the key.
func (k Key) Public() ed25519.PublicKey {
	public, _ := k.private.Public().(ed25519.PublicKey)
	return public
}

// KeyID is the key's name.
func (k Key) KeyID() string { return KeyID(k.Public()) }

// Sign signs a message. The same message gives the same signature.
func (k Key) Sign(message []byte) []byte { return ed25519.Sign(k.private, message) }
