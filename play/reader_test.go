package play

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestScalarsAreThoseOfYAML12(t *testing.T) {
	for text, kind := range map[string]string{
		"yes": scalarText, "no": scalarText, "on": scalarText, "NO": scalarText, "y": scalarText, "0d": scalarText, "3d": scalarText,
		"1:30": scalarText, "1_000": scalarText, "0b11": scalarText, "2026-01-05": scalarText, "602 00": scalarText, "4050-253": scalarText,
		"true": scalarBool, "FALSE": scalarBool, `"true"`: scalarText,
		"04109": scalarWhole, "0o17": scalarWhole, "0x1F": scalarWhole, "-3": scalarWhole, `"04109"`: scalarText, "'12'": scalarText,
		"42.00": scalarNumber, "1e3": scalarNumber, ".5": scalarNumber, ".inf": scalarNumber, ".nan": scalarNumber,
		"~": scalarNull, "null": scalarNull, "!!str 12": scalarText, "!!int 12": scalarWhole, "!money 12": "!money",
	} {
		var n yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte("k: "+text), &n), text)
		require.Equal(t, kind, scalarKind(n.Content[0].Content[1]), text)
	}
}

func TestDurationsAreDaysHoursAndMinutes(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0d": 0, "3d": 72 * time.Hour, "12d6h": 294 * time.Hour, "5d0h1m": 120*time.Hour + time.Minute, "72h": 72 * time.Hour,
		"30m": 30 * time.Minute, "730d": 17520 * time.Hour,
	} {
		got, err := parseLength(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		again, err := parseLength(formatLength(got))
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
	for _, text := range []string{"", "3", "d", "3w", "-1d", "1.5d", "1h2d", "3 d", "3D", "99999d", "1d1d", "10s"} {
		_, err := parseLength(text)
		require.Error(t, err, text)
	}
}

// problemsOf lists what is wrong with a file of the given steps, without file names.
func problemsOf(steps string) []string {
	_, problems := Parse("a.yaml", []byte(minimal("a", steps)))
	var out []string
	for _, p := range problems {
		out = append(out, strings.TrimPrefix(p.String(), "a.yaml:"))
	}
	return out
}

func TestWhatAStepMayLeaveOutAndWhatNot(t *testing.T) {
	const opened = `
  - {at: 1d, by: ada, do: open_dispute, as: d1, reason: counterfeit, remedy: refund_full, text: A copy.}`
	const second = `
  - {at: 1d, by: ada, do: open_dispute, as: d2, lines: [LAMP-7], reason: counterfeit, remedy: refund_full, text: A copy.}`
	for name, tc := range map[string]struct {
		steps string
		want  []string
	}{
		"the only dispute need not be named":  {opened + "\n  - {at: 2d, by: bolt, do: concede}", nil},
		"one of two must be":                  {opened + second + "\n  - {at: 2d, by: bolt, do: concede}", []string{`20 concede: "dispute" is missing: there are several disputes`}},
		"one that was refused does not count": {opened + strings.Replace(second, "A copy.}", "A copy., refused: dispute_already_open}", 1) + "\n  - {at: 2d, by: bolt, do: concede}", nil},
		"a dispute is not there before":       {opened + "\n  - {at: 0d, by: bolt, do: concede, dispute: d1}", []string{`19 concede: dispute "d1" is opened only later, in line 18`}},
		"the wrong side may try":              {opened + "\n  - {at: 2d, by: ada, do: request_time, days: 2, refused: not_allowed}", nil},
		"but is not taken for the right one":  {opened + "\n  - {at: 2d, by: ada, do: request_time, days: 2}", []string{"19 request_time: by seller, not by a buyer (ada)"}},
		"a misshapen step may lack a field":   {opened + "\n  - {at: 2d, by: ada, do: appeal, refused: validation_failed}", nil},
		"another may not":                     {opened + "\n  - {at: 2d, by: ada, do: appeal, refused: wrong_stage}", []string{`19 appeal: "text" is missing`}},
		"a field of another verb":             {opened + "\n  - {at: 2d, by: bolt, do: concede, days: 2}", []string{`19 concede: unknown key "days"`}},
		"a name where nothing is named":       {opened + "\n  - {at: 2d, by: bolt, do: concede, as: x}", []string{`19 concede: unknown key "as"`}},
		"an order where there is only one":    {opened + "\n  - {at: 2d, by: bolt, do: concede, order: o1}", []string{`19 concede: unknown order "o1"`}},
		"more of a line than there is": {"\n  - {at: 1d, by: ada, do: open_dispute, reason: counterfeit, remedy: refund_full, text: A copy., lines: [{sku: LAMP-7, quantity: 2}]}",
			[]string{"18 open_dispute: lines: 2 of LAMP-7, the order has 1"}},
		"a record that is read too late": {opened + "\n  - {at: 2d, by: lena, do: decide, outcome: decided_for_buyer, refund: 1.00, release: 0.00, reasons: So., read: 3d}",
			[]string{"19 decide: read: 3d is after the decision at 2d"}},
		"a list of answers for others": {opened + "\n  - {at: 2d, by: ada, do: withdraw, together: t, answer: [200, 409, 409]}\n  - {at: 2d, by: bolt, do: concede, together: t}",
			[]string{"19 withdraw: together t: 3 answers for 2 steps"}},
		"a note of any kind": {opened + "\n  - {at: 2d, by: bolt, do: concede, note: 12}", nil},
		"a key twice":        {"\n  - {at: 2d, by: bolt, by: bolt, do: cancel_order}", []string{`18 step: key "by" stands twice`}},
		"yes is no flag":     {opened + "\n  - {at: 2d, by: ada, do: concede, acknowledge: yes}", []string{"19 concede: acknowledge: expected true or false, got text (yes)"}},
		"nothing at all":     {"\n  - ", []string{"18 step: expected a map, got null"}},
	} {
		require.Equal(t, tc.want, problemsOf(tc.steps), name)
	}
}

func TestWhatIsNoCaseFile(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "a.yaml:1 the file is empty",
		"# nothing":                        "a.yaml:1 the file is empty",
		"- a":                              "a.yaml:1 case file: expected a map, got a list",
		"case: a\n  b: [":                  "a.yaml:2 not YAML: mapping values are not allowed in this context",
		"a: &x [*x]\ncase: *y":             "a.yaml:1 not YAML: unknown anchor 'y' referenced",
		minimal("a", ship) + "---\na: b\n": "a.yaml:21 a case file has one document, this is a second one",
	} {
		_, problems := Parse("a.yaml", []byte(text))
		require.NotEmpty(t, problems, text)
		require.Equal(t, want, problems[0].String(), text)
	}
}

func TestFilesOfOneNameAreToldApart(t *testing.T) {
	folder, other := files(t, map[string]string{"a": minimal("a", ship)}), files(t, map[string]string{"a": minimal("a", ship)})
	_, problems, err := Load([]string{folder, filepath.Join(folder, "a.yaml"), other})
	require.NoError(t, err)
	require.Len(t, problems, 1)
	require.Equal(t, filepath.Join(other, "a.yaml"), problems[0].File)
	_, _, err = Load([]string{t.TempDir()})
	require.ErrorContains(t, err, "there are none in")
}

// FuzzParse looks for input that makes the reader fail in another way than by telling what is wrong.
func FuzzParse(f *testing.F) {
	found, err := find([]string{casesFolder, "testdata"})
	require.NoError(f, err)
	for _, file := range found {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Add([]byte("a: &a [*a]\nsteps: *a\norders: *a\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		story, problems := Parse("a.yaml", content)
		for _, p := range problems {
			if p.Line < 1 || p.Text == "" {
				t.Errorf("a problem without a line or a text: %+v", p)
			}
		}
		if len(problems) == 0 {
			_ = story.agenda()
		}
	})
}
