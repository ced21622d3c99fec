// Package docs_test looks after the documents.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestEveryLinkOfADocumentLeadsToAFile(t *testing.T) {
	root := os.DirFS("..")
	var looked int
	require.NoError(t, fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case filepath.Ext(path) != ".md":
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(found[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			looked++
			_, err := fs.Stat(root, filepath.ToSlash(filepath.Join(filepath.Dir(path), target)))
			require.NoError(t, err, "%s: %s", path, found[1])
		}
		return nil
	}))
	require.Positive(t, looked)
}
