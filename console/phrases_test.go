package console

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// keys are the phrases of a language.
func keys(t *testing.T, tag string) map[string]any {
	t.Helper()
	files, err := fs.Glob(phraseFiles, "phrases/*."+tag+".json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]any{}
	for _, name := range files {
		content, err := phraseFiles.ReadFile(name)
		require.NoError(t, err)
		var file map[string]any
		require.NoError(t, json.Unmarshal(content, &file), name)
		for key, text := range file {
			require.NotContains(t, all, key, name)
			all[key] = text
		}
	}
	return all
}

var slot = regexp.MustCompile(`{{\.\w+}}`)

func TestEveryLanguageHasEveryPhrase(t *testing.T) {
	english := keys(t, "en")
	for _, l := range Languages[1:] {
		other := keys(t, l.Tag)
		for key, text := range english {
			require.Contains(t, other, key, l.Tag)
			if text, plain := text.(string); plain {
				require.ElementsMatch(t, slot.FindAllString(text, -1), slot.FindAllString(other[key].(string), -1), "%s %s", l.Tag, key)
				require.NotEmpty(t, strings.TrimSpace(other[key].(string)), "%s %s", l.Tag, key)
			}
		}
		require.Len(t, other, len(english), "%s has phrases that English lacks", l.Tag)
	}
}

var used = []*regexp.Regexp{regexp.MustCompile(`{{(?:[^}]*[ (])?t "([^"]+)"`), regexp.MustCompile(`\.(?:T|phrase)\("([^"+]+)"[,)]`)}

func TestEveryPhraseThatIsUsedExists(t *testing.T) {
	english, found := keys(t, "en"), 0
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || filepath.Ext(path) != ".go" && filepath.Ext(path) != ".html" {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, pattern := range used {
			for _, match := range pattern.FindAllStringSubmatch(string(source), -1) {
				found++
				require.Contains(t, english, match[1], path)
			}
		}
		return nil
	}))
	require.Greater(t, found, 120)
}

func TestEveryFormHasItsWords(t *testing.T) {
	p, err := loadPhrases()
	require.NoError(t, err)
	v := &Visit{words: p.in("en")}
	for _, f := range forms {
		if f.Program {
			continue
		}
		for _, group := range []string{"action", "next"} {
			require.True(t, v.words.has(v.actionKey(group, f, "")), "%s of %s %s", group, f.Kind, f.Action)
		}
		for _, field := range f.Fields {
			if field.Type == Preset {
				continue
			}
			require.NotEqual(t, field.Name, v.fieldWords(f, field, ""), "%s %s", f.Kind, f.Action)
			for _, o := range field.Options {
				require.True(t, v.words.has(field.Group+"."+o), "%s %s: %s.%s", f.Kind, f.Action, field.Group, o)
			}
		}
	}
}

func TestEveryValueOfTheContractHasItsWord(t *testing.T) {
	spec, english := contract(t), keys(t, "en")
	for name, group := range map[string]string{"Role": "role", "Programme": "programme", "Reason": "reason", "Remedy": "remedy", "Stage": "stage", "Status": "status",
		"Outcome": "outcome", "OrderState": "state", "Strength": "strength", "TrackingStatus": "tracking", "Condition": "condition", "EvidenceType": "evidence",
		"ProblemCode": "problem", "ReportFinding": "finding", "ReviewVerdict": "verdict", "MeasureScope": "scope", "ReportSide": "side"} {
		values := spec.Components.Schemas[name].Enum
		require.NotEmpty(t, values, name)
		for _, value := range values {
			require.Contains(t, english, group+"."+value)
		}
	}
	for where, group := range map[[2]string]string{{"Event", "type"}: "event", {"Offer", "state"}: "offer", {"ReturnLeg", "state"}: "return", {"Evidence", "scan"}: "scan",
		{"ChecklistItem", "need"}: "need", {"CourtTime", "who"}: "turn"} {
		values := spec.Components.Schemas[where[0]].Properties[where[1]].Enum
		require.NotEmpty(t, values, where)
		for _, value := range values {
			require.Contains(t, english, group+"."+value)
		}
	}
}

func TestAValueThatIsNewerThanThePagesIsShownAsItIsSpelled(t *testing.T) {
	p, err := loadPhrases()
	require.NoError(t, err)
	require.Equal(t, "waiting oracle", p.in("es").word("status", "waiting_oracle"))
	require.Equal(t, "Cerrado", p.in("es").word("status", "closed"))
	require.Equal(t, "Answer to a request for evidence", p.in("en").word("deadline", "evidence_request/req_1"))
	require.Equal(t, "It goes to a reviewer, who decides it.", p.in("en").becomes("assigning"))
	require.Equal(t, "On its way", p.in("en").becomes("in_transit"), "for which there is no sentence")
	require.Equal(t, "يومان", p.in("ar").length("2d"))
	require.Equal(t, "1 day, 3 hours", p.in("en").length("1d3h5m"))
}
