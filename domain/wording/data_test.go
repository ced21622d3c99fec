package wording_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"recourse/domain/wording"
)

// small is data of one language, with a change to one of its lines.
func small(old, replacement string) fs.FS {
	language := `language: en
countries: [US]
numbers: {one: 1}
currencies:
  EUR: [euro]
sets:
  close: [close, cancel*]
  dispute: [dispute]
guards:
  negated:
    - not ..2 <close>
fragments:
  - id: close
    rule: request_to_close
    say:
      - <close> ..3 <dispute>
    unless: [negated]
promises:
  - id: refund
    remedy: refund
    say: [i refund MONEY]
`
	return fstest.MapFS{
		"shared.yaml": {Data: []byte("sets:\n  messenger: [skype]\n")},
		"en.yaml":     {Data: []byte(strings.Replace(language, old, replacement, 1))},
	}
}

func TestDataOfOneLanguageIsEnough(t *testing.T) {
	s, err := wording.Load(small("", ""))
	require.NoError(t, err)
	require.Equal(t, []string{"en"}, s.Languages())
	flags := s.Scan("Cancelling that dispute", wording.Scope{})
	require.Len(t, flags, 1)
	require.Equal(t, "en.close", flags[0].Fragment)
	require.Empty(t, s.Scan("Not cancelling that dispute", wording.Scope{}))
}

func TestALanguageIsAddedWithoutGo(t *testing.T) {
	folder := small("", "").(fstest.MapFS)
	folder["nl.yaml"] = &fstest.MapFile{Data: []byte("language: nl\nsets:\n  close: [sluit]\nfragments:\n  - id: close\n    rule: request_to_close\n    say: [<close> ..3 geschil]\n")}
	s, err := wording.Load(folder)
	require.NoError(t, err)
	require.Equal(t, []string{"en", "nl"}, s.Languages())
	require.Equal(t, "nl.close", s.Scan("Sluit het geschil", wording.Scope{})[0].Fragment)
}

func TestEachMistakeInTheDataIsFoundOnItsLine(t *testing.T) {
	for _, c := range []struct {
		what, old, new string
		line           int
		message        string
	}{
		{"unknown key", "countries:", "country:", 2, "country is not a key of a file of the data"},
		{"key given twice", "numbers: {one: 1}", "countries: [GB]", 3, "countries is given a second time, first on line 2"},
		{"no country", "[US]", "[USA]", 2, "USA is not a country of two capital letters"},
		{"empty list", "[US]", "[]", 2, "a list with at least one item is expected"},
		{"no number", "{one: 1}", "{one: 1000}", 3, "one is not a number from 0 to 999"},
		{"no currency", "EUR:", "EURO:", 5, "EURO is not a currency of ISO 4217"},
		{"asterisk in a word", "cancel*", "can*cel", 7, "can*cel is not a word"},
		{"set in a set that is not there", "cancel*", "<undo>", 7, "there is no set undo here"},
		{"set that contains itself", "cancel*", "<close>", 7, "contains itself"},
		{"no set", "- <close> ..3", "- <closing> ..3", 16, "there is no set closing"},
		{"no class", "- <close> ..3", "- CLOSE ..3", 16, "there is no class CLOSE"},
		{"no gap", "- <close> ..3", "- <close> ..99", 16, "..99 is not a gap of 1 to 30 words"},
		{"gap at the beginning", "- <close> ..3", "- ..3", 16, "..3 is not a gap"},
		{"gap at the end", "..3 <dispute>", "..3", 16, "does not begin with what may be left out"},
		{"left out at the beginning", "- <close> ..3", "- <close>? ..3", 16, "does not begin with what may be left out"},
		{"broken alternatives", "- <close> ..3", "- (a|b ..3", 16, "neither a word nor a set"},
		{"no rule", "rule: request_to_close", "rule: close", 14, `"close" is not a rule`},
		{"no rule at all", "    rule: request_to_close\n", "", 13, `"" is not a rule`},
		{"no guard", "unless: [negated]", "unless: [denied]", 17, "there is no guard denied"},
		{"no id", "  - id: close\n    rule", "  - rule", 13, "a fragment has an id"},
		{"id given twice", "promises:", "  - id: close\n    rule: insult\n    say: [b]\npromises:", 18, "the id close is given a second time, first on line 13"},
		{"no remedy", "remedy: refund", "remedy: gift", 20, "gift is not a remedy that is promised"},
		{"no share", "remedy: refund", "remedy: refund\n    share: 101", 21, "101 is not a share of a refund"},
		{"not YAML", "numbers: {one: 1}", "numbers: {one", 2, "the file is not YAML"},
		{"two documents", "promises:", "---\npromises:", 18, "a file is one document"},
		{"other language", "language: en", "language: de", 1, "the file is not named for its language"},
		{"across is no word", "unless: [negated]", "across: maybe", 17, "across is true or left out"},
	} {
		_, err := wording.Load(small(c.old, c.new))
		var invalid *wording.Invalid
		require.ErrorAs(t, err, &invalid, c.what)
		p := invalid.Problems[0]
		require.Equal(t, "en.yaml", p.File, c.what)
		require.Equal(t, c.line, p.Line, "%s: %v", c.what, err)
		require.Contains(t, p.Message, c.message, c.what)
		require.Contains(t, err.Error(), p.String())
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	folder := small("countries: [US]", "countries: [XX]").(fstest.MapFS)
	folder["fr.yaml"] = &fstest.MapFile{Data: []byte("language: fr\nfragments:\n  - id: a\n    rule: nothing\n    say: [<b>, <c>]\n")}
	_, err := wording.Load(folder)
	var invalid *wording.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Problems, 4)
	require.Equal(t, "en.yaml", invalid.Problems[0].File)
	require.Equal(t, []int{4, 5, 5}, []int{invalid.Problems[1].Line, invalid.Problems[2].Line, invalid.Problems[3].Line})
}

func TestAFolderWithoutTheSharedFileIsRefused(t *testing.T) {
	_, err := wording.Load(fstest.MapFS{"en.yaml": {Data: []byte("language: en\n")}})
	var invalid *wording.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "shared.yaml:1: the file is missing", invalid.Problems[0].String())
}

func TestTheDeliveredDataHasTheSevenLanguages(t *testing.T) {
	require.Equal(t, []string{"de", "en", "es", "fr", "pt", "ru", "zh"}, wording.Default().Languages())
	s, err := wording.Load(os.DirFS("data"))
	require.NoError(t, err)
	require.Equal(t, wording.Default().Languages(), s.Languages())
}

// FuzzLoad holds that data is read or refused with lines, whatever it is.
func FuzzLoad(f *testing.F) {
	entries, err := os.ReadDir("data")
	require.NoError(f, err)
	for _, e := range entries {
		content, err := os.ReadFile("data/" + e.Name())
		require.NoError(f, err)
		f.Add(string(content))
	}
	f.Add("language: en\nfragments:\n  - {id: a, rule: insult, say: [\"(a|b)? ..3 MONEY\"]}\n")
	f.Fuzz(func(t *testing.T, content string) {
		_, err := wording.Load(fstest.MapFS{"shared.yaml": {Data: []byte("sets: {a: [b]}")}, "en.yaml": {Data: []byte(content)}})
		if err == nil {
			return
		}
		var invalid *wording.Invalid
		require.ErrorAs(t, err, &invalid)
		for _, p := range invalid.Problems {
			require.NotEmpty(t, p.Message)
			require.Positive(t, p.Line, p.Message)
		}
	})
}
