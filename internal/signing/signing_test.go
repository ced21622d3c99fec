package signing_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/signing"
)

func TestANewKeySignsAndTheOldOnesVerify(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "signing")
	_, err := signing.Open(folder)
	require.ErrorIs(t, err, signing.ErrEmpty)
	ring, err := signing.OpenOrCreate(folder)
	require.NoError(t, err)
	first := ring.KeyID()
	again, err := signing.OpenOrCreate(folder)
	require.NoError(t, err)
	require.Equal(t, first, again.KeyID(), "a second start has the same key")
	old := ring.Sign([]byte("taken"))

	second, err := signing.Add(folder, time.Now().Add(time.Hour))
	require.NoError(t, err)
	ring, err = signing.Open(folder)
	require.NoError(t, err)
	require.Equal(t, second, ring.KeyID(), "the last one signs")
	require.Len(t, ring.Keys(), 2)
	require.NoError(t, ring.Keys().Verify(first, []byte("taken"), old))
	require.NoError(t, ring.Keys().Verify(second, []byte("taken"), ring.Sign([]byte("taken"))))

	files, err := filepath.Glob(filepath.Join(folder, "*.pem"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	der, err := x509.MarshalPKIXPublicKey(ring.Keys()[first])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(files[0], pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
	ring, err = signing.Open(folder)
	require.NoError(t, err)
	require.NoError(t, ring.Keys().Verify(first, []byte("taken"), old), "the private half is taken away, and what it signed still verifies")
}

func TestAKeyIsNeverOverwrittenAndRubbishIsNoKey(t *testing.T) {
	folder, now := t.TempDir(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := signing.Add(folder, now)
	require.NoError(t, err)
	_, err = signing.Add(folder, now)
	require.ErrorIs(t, err, os.ErrExist)
	for _, text := range []string{"", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "z.pem"), []byte(text), 0o600))
		_, err = signing.Open(folder)
		require.ErrorContains(t, err, "z.pem", text)
	}
	ring, err := signing.Temporary()
	require.NoError(t, err)
	require.NoError(t, ring.Keys().Verify(ring.KeyID(), []byte("x"), ring.Sign([]byte("x"))))
}
