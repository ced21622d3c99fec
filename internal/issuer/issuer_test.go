package issuer

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/identity"
	"recourse/domain/casefile"
)

func TestMintedTokensAreRecognisedByTheirKeys(t *testing.T) {
	i, err := New("https://issuer.test", "recourse")
	require.NoError(t, err)
	token, err := i.Mint("acc_1", casefile.Seller, time.Minute)
	require.NoError(t, err)

	recorder := httptest.NewRecorder()
	i.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/.well-known/jwks.json", nil))
	keys, err := identity.KeysFromDocument(recorder.Body.Bytes())
	require.NoError(t, err)
	v, err := identity.NewVerifier(i.Name(), i.Audience(), keys, nil)
	require.NoError(t, err)
	caller, err := v.Verify(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, identity.Caller{ID: "acc_1", Role: casefile.Seller}, caller)

	late, err := i.Mint("acc_1", casefile.Seller, -time.Minute)
	require.NoError(t, err)
	_, err = v.Verify(t.Context(), late)
	require.ErrorIs(t, err, identity.ErrToken)
}

func TestAKeyInAFileIsKeptAndIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "issuer.pem")
	first, err := Open("a", "b", path)
	require.NoError(t, err)
	second, err := Open("a", "b", path)
	require.NoError(t, err)
	require.JSONEq(t, string(first.JWKS()), string(second.JWKS()))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.WriteFile(path, []byte("no key"), 0o600))
	_, err = Open("a", "b", path)
	require.Error(t, err)
}
