package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// commandsOf are the lines of a document's shell blocks.
func commandsOf(t *testing.T, text string) []string {
	t.Helper()
	var lines []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return lines
}

// TestTheCommandsOfThePageOnEvidenceDoWhatItSays runs them where the three files are that the page asks for. What is fetched must be
// something that the contract has.
func TestTheCommandsOfThePageOnEvidenceDoWhatItSays(t *testing.T) {
	page, err := os.ReadFile("../../docs/evidence.md")
	require.NoError(t, err)
	contract, err := os.ReadFile("../../api/openapi.yaml")
	require.NoError(t, err)
	const last = "Everything holds, and it is signed by the platform."
	require.Contains(t, string(page), "`"+last+"`")

	s := aShop(t)
	folder := t.TempDir()
	_, err = run(t, "export", s.order, "--for", "buyer", "--out", filepath.Join(folder, "case.zip"))
	require.NoError(t, err)
	for name, from := range map[string]string{"keys.json": s.keys, "receipt.json": s.full} {
		content, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	t.Chdir(folder)
	ran := map[string]int{}
	for _, line := range commandsOf(t, string(page)) {
		words := strings.Fields(line)
		ran[words[0]]++
		switch words[0] {
		case "recourse":
			text, err := run(t, words[1:]...)
			require.NoError(t, err, line)
			require.Equal(t, last, strings.TrimSpace(text[strings.LastIndex(strings.TrimSpace(text), "\n")+1:]), line)
		case "curl":
			path := regexp.MustCompile(`https://disputes\.example(/\S+)`).FindStringSubmatch(line)
			require.NotNil(t, path, line)
			template := regexp.MustCompile(`\$([A-Z]+)`).ReplaceAllStringFunc(path[1], func(v string) string { return "{" + strings.ToLower(v[1:]) + "}" })
			require.Contains(t, string(contract), "\n  "+template+":\n", line)
		default:
			require.Fail(t, "nobody checks this: "+line)
		}
	}
	require.Equal(t, map[string]int{"recourse": 4, "curl": 3}, ran)
}
