package identity

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

var now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const (
	trusted = "https://issuer.test"
	us      = "recourse"
)

// keys are one of each kind that the issuer signs with.
type keys struct {
	rsa     *rsa.PrivateKey
	ecdsa   *ecdsa.PrivateKey
	ed25519 ed25519.PrivateKey
}

func newKeys(t *testing.T) keys {
	t.Helper()
	var k keys
	var err error
	k.rsa, err = rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	k.ecdsa, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, k.ed25519, err = ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return k
}

func (k keys) set() oidc.KeySet {
	return &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{&k.rsa.PublicKey, &k.ecdsa.PublicKey, k.ed25519.Public()}}
}

func verifier(t *testing.T, set oidc.KeySet) *Verifier {
	t.Helper()
	v, err := NewVerifier(trusted, us, set, func() time.Time { return now })
	require.NoError(t, err)
	return v
}

func good() jwt.MapClaims {
	return jwt.MapClaims{"iss": trusted, "aud": us, "sub": "acc_1", "role": "buyer", "exp": now.Add(time.Minute).Unix(), "nbf": now.Unix(), "iat": now.Unix()}
}

func sign(t *testing.T, method jwt.SigningMethod, key any, claims jwt.MapClaims, header map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	token.Header["typ"] = "at+jwt"
	for name, value := range header {
		if value == nil {
			delete(token.Header, name)
			continue
		}
		token.Header[name] = value
	}
	signed, err := token.SignedString(key)
	require.NoError(t, err)
	return signed
}

func TestGoodTokensAreRecognised(t *testing.T) {
	k := newKeys(t)
	v := verifier(t, k.set())
	for name, token := range map[string]string{
		"RS256":        sign(t, jwt.SigningMethodRS256, k.rsa, good(), nil),
		"ES256":        sign(t, jwt.SigningMethodES256, k.ecdsa, good(), nil),
		"EdDSA":        sign(t, jwt.SigningMethodEdDSA, k.ed25519, good(), nil),
		"type JWT":     sign(t, jwt.SigningMethodEdDSA, k.ed25519, good(), map[string]any{"typ": "JWT"}),
		"audiences":    sign(t, jwt.SigningMethodEdDSA, k.ed25519, with("aud", []string{"other", us}), nil),
		"nearly nbf":   sign(t, jwt.SigningMethodEdDSA, k.ed25519, with("nbf", now.Add(20*time.Second).Unix()), nil),
		"exp fraction": sign(t, jwt.SigningMethodEdDSA, k.ed25519, with("exp", float64(now.Unix())+1.5), nil),
	} {
		t.Run(name, func(t *testing.T) {
			caller, err := v.Verify(t.Context(), token)
			require.NoError(t, err)
			require.Equal(t, Caller{ID: "acc_1", Role: casefile.Buyer}, caller)
		})
	}
}

func with(claim string, value any) jwt.MapClaims {
	claims := good()
	if value == nil {
		delete(claims, claim)
		return claims
	}
	claims[claim] = value
	return claims
}

func TestEveryBadTokenIsRefused(t *testing.T) {
	k, foreign := newKeys(t), newKeys(t)
	v := verifier(t, k.set())
	ed := func(claims jwt.MapClaims, header map[string]any) string {
		return sign(t, jwt.SigningMethodEdDSA, k.ed25519, claims, header)
	}
	der, err := x509.MarshalPKIXPublicKey(&k.rsa.PublicKey)
	require.NoError(t, err)
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	whole := ed(good(), nil)
	parts := strings.Split(whole, ".")
	for name, token := range map[string]string{
		"nothing":                  "",
		"no token":                 "not a token",
		"two parts":                parts[0] + "." + parts[1],
		"no signature":             parts[0] + "." + parts[1] + ".",
		"another payload":          parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"acc_2"}`)) + "." + parts[2],
		"algorithm none":           sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good(), nil),
		"HS256":                    sign(t, jwt.SigningMethodHS256, []byte("secret"), good(), nil),
		"HS256 with a public key":  sign(t, jwt.SigningMethodHS256, public, good(), nil),
		"RS512":                    sign(t, jwt.SigningMethodRS512, k.rsa, good(), nil),
		"PS256":                    sign(t, jwt.SigningMethodPS256, k.rsa, good(), nil),
		"another key":              sign(t, jwt.SigningMethodEdDSA, foreign.ed25519, good(), nil),
		"another key of its kind":  sign(t, jwt.SigningMethodRS256, foreign.rsa, good(), nil),
		"a key in the header":      ed(good(), map[string]any{"alg": "RS256"}),
		"another issuer":           ed(with("iss", "https://elsewhere.test"), nil),
		"no issuer":                ed(with("iss", nil), nil),
		"another audience":         ed(with("aud", "elsewhere"), nil),
		"no audience":              ed(with("aud", nil), nil),
		"audience of numbers":      ed(with("aud", []int{1}), nil),
		"expired":                  ed(with("exp", now.Add(-time.Second).Unix()), nil),
		"expires now":              ed(with("exp", now.Unix()), nil),
		"never expires":            ed(with("exp", nil), nil),
		"expiry is text":           ed(with("exp", "tomorrow"), nil),
		"expiry is enormous":       ed(with("exp", 1e300), nil),
		"expiry is negative":       ed(with("exp", -1), nil),
		"not yet valid":            ed(with("nbf", now.Add(time.Minute).Unix()), nil),
		"no type":                  ed(good(), map[string]any{"typ": nil}),
		"type of a logout":         ed(good(), map[string]any{"typ": "logout+jwt"}),
		"type is a number":         ed(good(), map[string]any{"typ": 7}),
		"critical header":          ed(good(), map[string]any{"crit": []string{"x"}, "x": 1}),
		"no subject":               ed(with("sub", nil), nil),
		"subject with a new line":  ed(with("sub", "acc_1\nadmin"), nil),
		"subject without an end":   ed(with("sub", strings.Repeat("a", 200)), nil),
		"no role":                  ed(with("role", nil), nil),
		"unknown role":             ed(with("role", "king"), nil),
		"the system":               ed(with("role", "system"), nil),
		"roles":                    ed(with("role", []string{"buyer"}), nil),
		"payload is no object":     resign(t, k.ed25519, `"acc_1"`),
		"too long":                 ed(with("x", strings.Repeat("a", 10_000)), nil),
		"whole, with blanks":       " " + whole,
		"whole, with more":         whole + ".x",
		"JSON serialization":       `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"}]}`,
		"unprotected algorithm":    `{"payload":"` + parts[1] + `","header":{"alg":"EdDSA"},"signature":"` + parts[2] + `"}`,
		"not base64":               "a.b.c",
		"compact with line breaks": strings.ReplaceAll(whole, ".", ".\n"),
	} {
		t.Run(name, func(t *testing.T) {
			caller, err := v.Verify(t.Context(), token)
			require.ErrorIs(t, err, ErrToken)
			require.Equal(t, Caller{}, caller)
			require.NotContains(t, err.Error(), "acc_1", "what a bad token says is not repeated")
		})
	}
}

// resign puts any payload under a good header and signature.
func resign(t *testing.T, key ed25519.PrivateKey, payload string) string {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","typ":"at+jwt"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(text)))
}

func jwks(t *testing.T, k keys, id string) []byte {
	t.Helper()
	document, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k.ed25519.Public(), KeyID: id, Algorithm: "EdDSA", Use: "sig"}}})
	require.NoError(t, err)
	return document
}

func TestKeysAreReadFromAnAddressAndReadAgainWhenTheyChange(t *testing.T) {
	first, second := newKeys(t), newKeys(t)
	document, asked := jwks(t, first, "one"), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, err := w.Write(document)
		require.NoError(t, err)
	}))
	defer server.Close()
	v := verifier(t, KeysFromURL(t.Context(), server.URL))
	made := 0
	one := func(k keys, id string) error { // each token is another, so that none is remembered
		made++
		claims := good()
		claims["jti"] = fmt.Sprint(made)
		_, err := v.Verify(context.Background(), sign(t, jwt.SigningMethodEdDSA, k.ed25519, claims, map[string]any{"kid": id}))
		return err
	}
	require.NoError(t, one(first, "one"))
	require.NoError(t, one(first, "one"))
	require.Equal(t, 1, asked, "keys are kept")

	document = jwks(t, second, "two")
	require.NoError(t, one(second, "two"), "a key that is not known is asked for")
	// The set of keys answers whoever made it ask a moment before it puts the new keys in the place of the old ones.
	require.Eventually(t, func() bool { return errors.Is(one(first, "one"), ErrToken) }, 10*time.Second, time.Millisecond, "a key that was taken back does not verify")
}

func TestInventedKeysDoNotMakeUsAskWithoutEnd(t *testing.T) {
	k, asked := newKeys(t), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, err := w.Write(jwks(t, k, "one"))
		require.NoError(t, err)
	}))
	defer server.Close()
	v := verifier(t, KeysFromURL(t.Context(), server.URL))
	_, invented, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	for i := range 50 {
		_, err := v.Verify(context.Background(), sign(t, jwt.SigningMethodEdDSA, invented, good(), map[string]any{"kid": fmt.Sprint(i)}))
		require.Error(t, err)
	}
	require.LessOrEqual(t, asked, 6)
	_, err = v.Verify(context.Background(), sign(t, jwt.SigningMethodEdDSA, k.ed25519, good(), map[string]any{"kid": "one"}))
	require.NoError(t, err, "whoever has a good token is not hindered")
}

func TestKeysThatCannotBeReadAreNoWordAboutTheToken(t *testing.T) {
	k := newKeys(t)
	answer := http.StatusInternalServerError
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(answer) }))
	v := verifier(t, KeysFromURL(t.Context(), server.URL))
	token := sign(t, jwt.SigningMethodEdDSA, k.ed25519, good(), nil)
	_, err := v.Verify(context.Background(), token)
	require.ErrorIs(t, err, ErrKeys)
	require.NotErrorIs(t, err, ErrToken)
	server.Close()
	_, err = v.Verify(context.Background(), token)
	require.ErrorIs(t, err, ErrKeys)
}

func TestDocumentsWithoutAPublicKeyAreRefused(t *testing.T) {
	k := newKeys(t)
	private, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k.ed25519}}})
	require.NoError(t, err)
	secret, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: []byte("secret")}}})
	require.NoError(t, err)
	encryption, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k.rsa.Public(), Use: "enc"}}})
	require.NoError(t, err)
	for name, document := range map[string][]byte{"private": private, "secret": secret, "for encryption": encryption, "empty": []byte(`{"keys":[]}`), "no JSON": []byte("x")} {
		_, err := KeysFromDocument(document)
		require.Error(t, err, name)
	}
	_, err = KeysFromFile(t.TempDir() + "/none.json")
	require.Error(t, err)
}
