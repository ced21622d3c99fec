package console

import (
	"io/fs"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The frame and the parts share one set of templates, in which a second definition of a name silently takes the place of the first.
func TestNoTemplateIsDefinedTwice(t *testing.T) {
	definition := regexp.MustCompile(`{{-? *define "([^"]+)"`)
	where := map[string]string{}
	for _, pattern := range []string{"templates/*.html", "templates/parts/*.html"} {
		files, err := fs.Glob(templateFiles, pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			content, err := fs.ReadFile(templateFiles, file)
			require.NoError(t, err)
			for _, found := range definition.FindAllStringSubmatch(string(content), -1) {
				require.Empty(t, where[found[1]], "%q is defined in %s too", found[1], file)
				where[found[1]] = file
			}
		}
	}
	require.NotEmpty(t, where)
}
