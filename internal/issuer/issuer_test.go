package issuer_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/internal/issuer"
)

func TestWhoeverOpensTheKeyFirstEverybodyHasTheSame(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "issuer.pem")
	sets := make([]string, 8)
	errs := make([]error, len(sets))
	var all sync.WaitGroup
	for i := range sets {
		all.Go(func() {
			own, err := issuer.Open("https://issuer.example", "recourse", path)
			if errs[i] = err; err == nil {
				sets[i] = string(own.JWKS())
			}
		})
	}
	all.Wait()
	for i := range sets {
		require.NoError(t, errs[i])
		require.Equal(t, sets[0], sets[i])
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing else is left")
}

func TestAFileThatIsNoKeyIsToldAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "issuer.pem")
	require.NoError(t, os.WriteFile(path, []byte("not a key"), 0o600))
	_, err := issuer.Open("https://issuer.example", "recourse", path)
	require.ErrorContains(t, err, "is not in PEM form")
}
