package wording_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"recourse/domain/wording"
)

// The gates, for each language and each half.
const (
	leastRecall    = 0.90
	leastPrecision = 0.95
)

var update = flag.Bool("update", false, "write what is measured into docs/wording.md")

// misses prints what is missed in one file while rules are written. It is not used on a held-out half.
var misses = flag.String("misses", "", "print what is missed in this file of the sample, such as en.yaml")

// labelled is one message of the sample with what is expected of it.
type labelled struct {
	Rules []wording.Rule `yaml:"rules"`
	Hard  bool           `yaml:"hard"` // it must not be flagged although it looks as if it should
	Text  string         `yaml:"text"`
}

// halves are the endings of the two files of a language.
var halves = []string{"", ".held-out"}

func sample(t testing.TB, file string) []labelled {
	content, err := os.ReadFile(filepath.Join("testdata", "sample", file))
	require.NoError(t, err)
	decoder := yaml.NewDecoder(strings.NewReader(string(content)))
	decoder.KnownFields(true)
	var all []labelled
	require.NoError(t, decoder.Decode(&all), file)
	return all
}

func TestTheSampleIsLargeHardAndWithoutRepetition(t *testing.T) {
	for _, l := range wording.Default().Languages() {
		seen := map[string]string{}
		for _, half := range halves {
			file := l + half + ".yaml"
			hard, all := 0, sample(t, file)
			require.GreaterOrEqual(t, len(all), 200, file)
			for _, m := range all {
				require.Empty(t, seen[m.Text], "%s: %s", file, m.Text)
				seen[m.Text] = file
				if m.Hard {
					hard++
					require.Empty(t, m.Rules, m.Text)
				}
				for _, rule := range m.Rules {
					require.Contains(t, wording.Rules, rule, m.Text)
				}
			}
			require.GreaterOrEqual(t, hard*3, len(all), "a third of %s", file)
		}
	}
}

// score counts labels: a message with two rules has two.
type score struct {
	file                 string
	messages             int
	found, missed, wrong int
	list                 []string // what is missed or wrong, for people
}

func (s score) recall() float64    { return float64(s.found) / float64(s.found+s.missed) }
func (s score) precision() float64 { return float64(s.found) / float64(s.found+s.wrong) }

func measure(t testing.TB, file string, scope wording.Scope) score {
	s := score{file: file}
	for _, m := range sample(t, file) {
		s.messages++
		got := rules(wording.Default().Scan(m.Text, scope))
		for _, want := range m.Rules {
			if slices.Contains(got, want) {
				s.found++
				continue
			}
			s.missed++
			s.list = append(s.list, fmt.Sprintf("missed `%s`: %s", want, m.Text))
		}
		for _, rule := range got {
			if !slices.Contains(m.Rules, rule) {
				s.wrong++
				s.list = append(s.list, fmt.Sprintf("wrongly `%s`: %s", rule, m.Text))
			}
		}
	}
	return s
}

// TestEachLanguageIsFoundAndLittleElse measures with the words of all languages at once, since a marketplace does not know
// what its users write; beside it stands what is found where the language is known.
func TestEachLanguageIsFoundAndLittleElse(t *testing.T) {
	var table, list strings.Builder
	table.WriteString("| Sample | Messages | Labels | Recall | Precision | Recall, language known | Precision, language known |\n|---|---|---|---|---|---|---|\n")
	for _, l := range wording.Default().Languages() {
		for _, half := range halves {
			file := l + half + ".yaml"
			any, known := measure(t, file, wording.Scope{}), measure(t, file, wording.Scope{Languages: []string{l}})
			fmt.Fprintf(&table, "| %s | %d | %d | %.3f | %.3f | %.3f | %.3f |\n", strings.TrimSuffix(file, ".yaml"), any.messages, any.found+any.missed,
				any.recall(), any.precision(), known.recall(), known.precision())
			for _, m := range any.list {
				fmt.Fprintf(&list, "- %s, %s\n", strings.TrimSuffix(file, ".yaml"), m)
				if file == *misses {
					t.Log(m)
				}
			}
			for _, s := range []score{any, known} {
				require.GreaterOrEqual(t, s.recall(), leastRecall, "recall of %s", file)
				require.GreaterOrEqual(t, s.precision(), leastPrecision, "precision of %s", file)
			}
		}
	}
	fmt.Printf("%s\n", table.String())
	compareDocument(t, table.String()+"\n### What is missed, and what is flagged wrongly\n\n"+list.String())
}

// The figures in docs/wording.md stand between these lines.
const (
	document = "../../docs/wording.md"
	begins   = "<!-- measured: go test ./domain/wording -run TestEachLanguage -update -->\n"
	ends     = "<!-- end of what is measured -->\n"
)

// compareDocument says whether the document shows what was measured, or writes it there.
func compareDocument(t *testing.T, measured string) {
	content, err := os.ReadFile(document)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(content), begins)
	require.True(t, ok)
	shown, after, ok := strings.Cut(rest, ends)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(before+begins+measured+ends+after), 0o644))
		return
	}
	require.Equal(t, shown, measured, "docs/wording.md shows other figures: go test ./domain/wording -run TestEachLanguage -update")
}
