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

var misses = flag.String("misses", "", "print what is missed in this sample file, such as en.yaml")

type labelled struct {
	Rules []wording.Rule `yaml:"rules"`
	Hard  bool           `yaml:"hard"`
	Text  string         `yaml:"text"`
}

func sample(t testing.TB, file string) []labelled {
	content, err := os.ReadFile(filepath.Join("testdata", "sample", file))
	require.NoError(t, err)
	var all []labelled
	require.NoError(t, yaml.Unmarshal(content, &all))
	return all
}

type score struct{ found, missed, wrong int }

func (s score) recall() float64    { return float64(s.found) / float64(s.found+s.missed) }
func (s score) precision() float64 { return float64(s.found) / float64(s.found+s.wrong) }

func TestMeasure(t *testing.T) {
	for _, half := range []string{"", ".held-out"} {
		for _, l := range wording.Default().Languages() {
			file := l + half + ".yaml"
			var s score
			for _, m := range sample(t, file) {
				var got []wording.Rule
				for _, f := range wording.Default().Scan(m.Text, wording.Scope{}) {
					if !slices.Contains(got, f.Rule) {
						got = append(got, f.Rule)
					}
				}
				for _, want := range m.Rules {
					if slices.Contains(got, want) {
						s.found++
					} else {
						s.missed++
						if *misses == file {
							fmt.Println("MISSED", want, "|", m.Text)
						}
					}
				}
				for _, f := range wording.Default().Scan(m.Text, wording.Scope{}) {
					if !slices.Contains(m.Rules, f.Rule) {
						if *misses == file {
							fmt.Println("WRONG ", f.Rule, f.Fragment, "|", m.Text, "|", m.Text[f.Start:f.End])
						}
					}
				}
				for _, g := range got {
					if !slices.Contains(m.Rules, g) {
						s.wrong++
					}
				}
			}
			fmt.Printf("%-18s recall %.3f precision %.3f\n", strings.TrimSuffix(file, ".yaml"), s.recall(), s.precision())
		}
	}
}
