package play

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	file := "testdata/everything-wrong.yaml"
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	_, problems := Parse(file, content)
	want, err := os.ReadFile("testdata/everything-wrong.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), problems.Error()+"\n")
}

// contentOf reads a file of the tests.
func contentOf(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(content)
}
