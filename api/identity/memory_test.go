package identity

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

// counting counts how many signatures it verifies.
type counting struct {
	oidc.KeySet
	verified int
}

func (c *counting) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	c.verified++
	return c.KeySet.VerifySignature(ctx, token)
}

func TestASignatureIsVerifiedOnceAMinute(t *testing.T) {
	k := newKeys(t)
	set := &counting{KeySet: k.set()}
	clock := now
	v, err := NewVerifier(trusted, us, set, func() time.Time { return clock })
	require.NoError(t, err)
	claims := good()
	claims["exp"] = now.Add(90 * time.Second).Unix()
	token := sign(t, jwt.SigningMethodEdDSA, k.ed25519, claims, nil)
	ask := func() error { _, err := v.Verify(t.Context(), token); return err }
	for range 3 {
		require.NoError(t, ask())
	}
	require.Equal(t, 1, set.verified)
	clock = now.Add(time.Minute)
	require.NoError(t, ask())
	require.Equal(t, 2, set.verified, "and then again")
	clock = now.Add(90 * time.Second)
	require.ErrorIs(t, ask(), ErrToken, "a token that is known ends on its own time")
	require.Equal(t, 2, set.verified)

	bad := token[:len(token)-4] + "AAAA"
	for range 2 {
		_, err := v.Verify(t.Context(), bad)
		require.ErrorIs(t, err, ErrToken)
	}
	require.Equal(t, 4, set.verified, "what is not good is not remembered")
}

func TestAKeyThatWasTakenBackVerifiesNothingThatIsRemembered(t *testing.T) {
	first, second := newKeys(t), newKeys(t)
	document := jwks(t, first, "one")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, err := w.Write(document)
		require.NoError(t, err)
	}))
	defer server.Close()
	v := verifier(t, KeysFromURL(t.Context(), server.URL))
	token := sign(t, jwt.SigningMethodEdDSA, first.ed25519, good(), map[string]any{"kid": "one"})
	for range 2 {
		_, err := v.Verify(t.Context(), token)
		require.NoError(t, err)
	}
	document = jwks(t, second, "two")
	_, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, second.ed25519, good(), map[string]any{"kid": "two"}))
	require.NoError(t, err)
	_, err = v.Verify(t.Context(), token)
	require.True(t, errors.Is(err, ErrToken), "%v", err)
}

func TestAKeyThatWasTakenBackIsForgottenWithoutANewerOne(t *testing.T) {
	kept, stolen := newKeys(t), newKeys(t)
	both, answer := jwks(t, kept, "kept"), http.StatusOK
	var set, more jose.JSONWebKeySet
	require.NoError(t, json.Unmarshal(both, &set))
	require.NoError(t, json.Unmarshal(jwks(t, stolen, "stolen"), &more))
	set.Keys = append(set.Keys, more.Keys...)
	document, err := json.Marshal(set)
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(answer)
		_, err := w.Write(document)
		require.NoError(t, err)
	}))
	defer server.Close()
	clock := now
	time := func() time.Time { return clock }
	v, err := NewVerifier(trusted, us, keysFromURL(t.Context(), server.URL, time), time)
	require.NoError(t, err)
	ask := func(k keys, id string) error {
		claims := good()
		claims["exp"] = now.AddDate(0, 0, 1).Unix()
		_, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, k.ed25519, claims, map[string]any{"kid": id}))
		return err
	}
	require.NoError(t, ask(kept, "kept"))
	require.NoError(t, ask(stolen, "stolen"))
	document = both
	clock = clock.Add(freshFor)
	answer = http.StatusInternalServerError
	require.NoError(t, ask(kept, "kept"), "an issuer that does not answer shuts nobody out")
	answer = http.StatusOK
	clock = clock.Add(freshFor)
	require.NoError(t, ask(kept, "kept"))
	require.ErrorIs(t, ask(stolen, "stolen"), ErrToken)
}

func TestTheMemoryIsBounded(t *testing.T) {
	var m memory
	key := func(i int) hash { return sha256.Sum256([]byte(fmt.Sprint(i))) }
	for i := range 3 * rememberedMost {
		m.keep(key(i), knownClaims{since: now})
		require.LessOrEqual(t, len(m.later)+len(m.earlier), 2*rememberedMost)
	}
	_, known := m.recall(key(3*rememberedMost-1), 0, now)
	require.True(t, known)
	_, known = m.recall(key(0), 0, now)
	require.False(t, known)
	_, known = m.recall(key(3*rememberedMost-1), 1, now)
	require.False(t, known, "the keys were asked for since")
}
