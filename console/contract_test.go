package console

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// specification is the part of the contract that forms and phrases are held against.
type specification struct {
	Paths      map[string]map[string]yaml.Node `yaml:"paths"`
	Components struct {
		Schemas map[string]schema `yaml:"schemas"`
	} `yaml:"components"`
}

type schema struct {
	Ref        string            `yaml:"$ref"`
	Type       yaml.Node         `yaml:"type"`
	Enum       []string          `yaml:"enum"`
	Required   []string          `yaml:"required"`
	Properties map[string]schema `yaml:"properties"`
	Items      *schema           `yaml:"items"`
	OneOf      []schema          `yaml:"oneOf"`
	Additional yaml.Node         `yaml:"additionalProperties"`
	Format     string            `yaml:"format"`
	Pattern    string            `yaml:"pattern"`
}

type operation struct {
	Command string `yaml:"x-command"`
	Case    string `yaml:"x-case"`
	Begins  string `yaml:"x-begins"`
	Body    struct {
		Content map[string]struct {
			Schema schema `yaml:"schema"`
		} `yaml:"content"`
	} `yaml:"requestBody"`
	Answers map[string]struct {
		Content map[string]struct {
			Schema schema `yaml:"schema"`
		} `yaml:"content"`
	} `yaml:"responses"`
}

func contract(t *testing.T) specification {
	t.Helper()
	source, err := os.ReadFile("../api/openapi.yaml")
	require.NoError(t, err)
	var spec specification
	require.NoError(t, yaml.Unmarshal(source, &spec))
	return spec
}

func (s specification) schema(ref string) schema {
	return s.Components.Schemas[ref[strings.LastIndex(ref, "/")+1:]]
}

// actions are what actions[] can name, by kind and name.
func (s specification) actions(t *testing.T) map[string]operation {
	found := map[string]operation{}
	for path, methods := range s.Paths {
		for method, node := range methods {
			var op operation
			if method != "post" {
				continue
			}
			require.NoError(t, node.Decode(&op))
			if op.Command != "" && op.Case != "" && op.Case != "new" && op.Begins == "" {
				found[op.Case+" "+op.Command+" "+path] = op
			}
		}
	}
	require.Greater(t, len(found), 60)
	return found
}

func TestEveryActionOfTheContractHasItsForm(t *testing.T) {
	spec := contract(t)
	var inContract, inTable []string
	for name := range spec.actions(t) {
		inContract = append(inContract, name)
	}
	for _, f := range forms {
		inTable = append(inTable, f.Kind+" "+f.Action+" "+f.Path)
	}
	require.ElementsMatch(t, inContract, inTable)
}

// sent are the types of the contract that each type of field is sent as.
var sent = map[Type][]string{Words: {"string"}, Line: {"string"}, Choice: {"string", "boolean"}, Sum: {"object"}, Days: {"string"}, Count: {"integer"},
	Tick: {"boolean"}, Moment: {"string"}, Lines: {"array"}, Course: {"array"}, Skus: {"array"}, Pick: {"string"}, Preset: {"string", "integer"}}

func TestEveryFormSendsWhatTheContractAsksFor(t *testing.T) {
	spec := contract(t)
	for name, op := range spec.actions(t) {
		parts := strings.Fields(name)
		f, _ := formOf(parts[0], parts[1])
		if f.Program {
			continue
		}
		body := spec.schema(op.Body.Content["application/json"].Schema.Ref)
		if f.HasFile() {
			body = spec.schema("NewEvidenceFile") // which has every member of the text, and the file
		}
		asked := map[string]Field{}
		for _, field := range f.Fields {
			asked[field.Name] = field
			member, there := body.Properties[field.Name]
			require.True(t, there, "%s asks for %s, which the contract does not know", name, field.Name)
			if field.Type == Upload {
				continue
			}
			enum := member.Enum
			for member.Ref != "" {
				member = spec.schema(member.Ref)
				enum = member.Enum
			}
			require.Contains(t, sent[field.Type], member.Type.Value, "%s %s", name, field.Name)
			if field.Type == Choice && len(enum) > 0 {
				require.Subset(t, enum, field.Options, "%s %s", name, field.Name)
			}
		}
		for _, needed := range body.Required {
			field, there := asked[needed]
			loose := needed == "if_revision" || needed == "file" && f.HasFile()
			require.True(t, loose || there && (field.Needed || field.Type == Preset), "%s does not ask for %s, which the contract requires", name, needed)
		}
		if slices.Contains(body.Required, "if_revision") {
			require.False(t, f.Loose, name)
		}
	}
}

func TestEveryFormIsSentWhereItsActionSays(t *testing.T) {
	f, _ := formOf("dispute", "accept_offer")
	require.Equal(t, "ofr_1", f.on("/v1/disputes/dsp_1/offers/ofr_1/accept"))
	require.Equal(t, "/v1/disputes/dsp_1/offers/ofr_1/accept", f.href("dsp_1", "ofr_1"))
	f, _ = formOf("dispute", "escalate")
	require.Empty(t, f.on("/v1/disputes/dsp_1/escalate"))
	f, _ = formOf("standing", "rule_contest")
	require.Equal(t, "cnt_1", f.on("/v1/accounts/acc_1/standing/contests/cnt_1/ruling"))
	require.Equal(t, "/v1/accounts/acc_1/standing/contests/cnt_1/ruling", f.href("acc_1", "cnt_1"))
}
