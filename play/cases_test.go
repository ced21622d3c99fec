package play

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const casesFolder = "../cases"

func TestEveryCaseFileIsValid(t *testing.T) {
	stories, problems, err := Load([]string{casesFolder})
	require.NoError(t, err)
	require.Empty(t, problems, "%s", problems)
	files, err := filepath.Glob(filepath.Join(casesFolder, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	require.Len(t, stories, len(files), "every file of the folder is a story")
}

func TestACaseFileReadsAsItIsWritten(t *testing.T) {
	file := filepath.Join(casesFolder, "extra-charge-reported.yaml")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	s, problems := Parse(file, content)
	require.Empty(t, problems)

	require.Equal(t, "extra-charge-reported", s.Name)
	require.Equal(t, []string{"yousef", "goldenport", "helga"}, names(s.Parties))
	o := s.Orders[0]
	require.Equal(t, "36.500 KWD", o.Lines[0].Price.String())
	require.Equal(t, "3.250 KWD", o.Shipping.String())
	require.Equal(t, 5*24*time.Hour, o.ShipBy)
	require.Equal(t, "13001", o.Postcode)

	last := s.Steps[len(s.Steps)-1]
	require.Equal(t, "find", last.Do)
	require.Equal(t, []Measure{{Line: last.Line, Scope: "list", For: 30 * 24 * time.Hour}}, last.Fields["measures"].Measures)
	require.Equal(t, 19*24*time.Hour, *s.Expect.At)
	require.Equal(t, "39.750 KWD", s.Expect.Escrow[0].Buyer.Value.String())
}

func TestStepsRunInTheOrderOfTheirInstants(t *testing.T) {
	s := mustParse(t, "mixed.yaml", minimal("mixed", `
  - {at: 5d0h1m, by: bolt, do: post_message, to: order, text: third}
  - {at: 2d, by: bolt, do: post_message, to: order, text: first}
  - {at: 2d, by: ada, do: post_message, to: order, text: second}`))
	var texts []string
	for _, step := range s.Steps {
		texts = append(texts, step.text("text"))
	}
	require.Equal(t, []string{"first", "second", "third"}, texts)
}

func TestThoseWhoAreOnlyNamedGetTheRoleThatTheyPlay(t *testing.T) {
	s := mustParse(t, "named.yaml", `case: named
title: Nobody is described
source: a test
order: {buyer: ada, seller: "店主", currency: EUR, lines: [{sku: A, title: A, quantity: 1, price: 1.00}], ship_by: 7d, guaranteed_by: 30d}
steps:
  - {at: 1d, by: "店主", do: ship, carrier: upu, tracking: X1}
  - {at: 2d, by: carrier, do: deliver, strength: weak}
  - {at: 3d, by: ada, do: open_dispute, reason: not_as_described.damaged, remedy: refund_full, text: Broken.}
  - {at: 4d, by: greta, do: assign, to: lena}
  - {at: 5d, by: lena, do: decide, outcome: decided_for_buyer, refund: 1.00, release: 0.00, reasons: So it is.}
expect: {order: {state: closed}}
`)
	require.Equal(t, []Party{
		{Line: 4, Name: "ada", Role: "buyer"}, {Line: 4, Name: "店主", Role: "seller"}, {Line: 7, Name: "carrier", Role: "carrier"},
		{Line: 9, Name: "greta", Role: "supervisor"}, {Line: 9, Name: "lena", Role: "reviewer"},
	}, s.Parties)
}

func names(parties []Party) []string {
	out := make([]string, len(parties))
	for i, p := range parties {
		out[i] = p.Name
	}
	return out
}

// minimal is a case file with the given steps.
func minimal(name, steps string) string {
	return `case: ` + name + `
title: A story
source: a test
parties:
  ada: {role: buyer, country: FR}
  bolt: {role: seller, country: CN}
order:
  buyer: ada
  seller: bolt
  currency: EUR
  lines:
    - {sku: LAMP-7, title: Desk lamp, quantity: 1, price: 42.00}
  shipping: 3.50
  ship_by: 7d
  guaranteed_by: 30d
  postcode: "75011"
steps:` + steps + `
expect:
  order: {state: closed}
`
}

func mustParse(t *testing.T, file, content string) Story {
	t.Helper()
	s, problems := Parse(file, []byte(content))
	require.Empty(t, problems, "%s", problems)
	return s
}
