package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
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
	ran, hashes := map[string]int{}, []string(nil)
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
		case "printf":
			hashes = append(hashes, hashed(t, line))
		default:
			require.Fail(t, "nobody checks this: "+line)
		}
	}
	require.Equal(t, map[string]int{"recourse": 4, "curl": 3, "printf": 4}, ran)
	require.Equal(t, []string{dispute.Hash(aDraw["NONCE"]), dispute.Hash(aDraw["TEXT"]), dispute.Seed(aDraw["NONCE"], aDraw["APPEAL"]), dispute.Rank(aDraw["SEED"], aDraw["CANDIDATE"])}, hashes)
}

// aDraw is what a reader of the page puts into its lines about the draw of a panel.
var aDraw = map[string]string{"NONCE": "00ff", "TEXT": "It was whole.\r\n\"Ganz\" $HOME", "APPEAL": "a1", "SEED": "5eed", "CANDIDATE": "acc_1"}

// hashed is what a line of the page prints, up to the name of the file.
func hashed(t *testing.T, line string) string {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "sh", "-c", line)
	for name, value := range aDraw {
		shell.Env = append(shell.Env, name+"="+value)
	}
	shell.Env = append(shell.Env, "PATH="+os.Getenv("PATH"))
	out, err := shell.Output()
	require.NoError(t, err, line)
	sum, _, _ := strings.Cut(string(out), " ")
	return sum
}
