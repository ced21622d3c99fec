// Package issuer is a small issuer of tokens for development and tests. In production the marketplace has its own.
package issuer

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"recourse/domain/casefile"
)

// Issuer mints tokens with one Ed25519 key.
type Issuer struct {
	name     string
	audience string
	key      ed25519.PrivateKey
	id       string
	now      func() time.Time
}

// New is an issuer with a fresh key that is kept in memory only.
func New(name, audience string) (*Issuer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("draw a signing key: %w", err)
	}
	return with(name, audience, key), nil
}

// Open is an issuer whose key is in a file, which is made when it is not there. Only its owner can read it.
func Open(name, audience, path string) (*Issuer, error) {
	key, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = create(path)
	}
	if err != nil {
		return nil, err
	}
	return with(name, audience, key), nil
}

func with(name, audience string, key ed25519.PrivateKey) *Issuer {
	public, _ := key.Public().(ed25519.PublicKey)
	sum := sha256.Sum256(public)
	return &Issuer{name: name, audience: audience, key: key, now: time.Now, id: base64.RawURLEncoding.EncodeToString(sum[:12])}
}

func read(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read the signing key: %s is not in PEM form", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read the signing key: %s holds another kind of key than Ed25519", path)
	}
	return key, nil
}

func create(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("draw a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the signing key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := place(path, text); errors.Is(err, fs.ErrExist) {
		return read(path) // somebody else was faster
	} else if err != nil {
		return nil, fmt.Errorf("keep the signing key: %w", err)
	}
	return key, nil
}

// place makes a file that is there whole or not at all, also when the process is killed here. One that exists stays.
func place(path string, text []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // only its owner can read it
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	if _, err := file.Write(text); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Link(file.Name(), path)
}

// Name is what the tokens say of their issuer, and Audience for whom they are.
func (i *Issuer) Name() string { return i.name }

// Audience is for whom the tokens are.
func (i *Issuer) Audience() string { return i.audience }

// Mint signs a token for an account in a role.
func (i *Issuer) Mint(subject string, role casefile.Role, ttl time.Duration) (string, error) {
	now := i.now()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": i.name, "aud": i.audience, "sub": subject, "role": string(role),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(ttl).Unix(),
	})
	token.Header["typ"] = "at+jwt"
	token.Header["kid"] = i.id
	signed, err := token.SignedString(i.key)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return signed, nil
}

// JWKS is the document with the public key.
func (i *Issuer) JWKS() []byte {
	public, _ := i.key.Public().(ed25519.PublicKey)
	document, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": i.id, "x": base64.RawURLEncoding.EncodeToString(public),
	}}})
	if err != nil {
		panic(fmt.Sprintf("issuer: %v", err)) // strings in maps always have a JSON form
	}
	return document
}

// ServeHTTP answers with the public key, as at /.well-known/jwks.json.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(i.JWKS()) // who has gone needs no answer
}
