package wording_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"recourse/domain/wording"
)

// said are the texts of case files that are flagged, with their rules. Every other text of every case file is not.
var said = map[string][]wording.Rule{
	"All our watches are original. Please close the dispute and we send you a second watch as a gift.": {wording.RequestToClose},
	"Customs wants 6.500 more. Send it to our manager today, IBAN KW81 CBKU 0000 0000 0000 1234 5601 01, or the oud goes back. We are a small family shop.": {
		wording.ExtraCharge, wording.PaymentIdentifier},
	`Hello dear, please press "received" today, the bank only pays me after that. Parcel is coming.`:       {wording.PressureToConfirm},
	"فانوس جميل جدا. راسلوني layla.n@nahr-mail.net":                                                        {wording.ContactData},
	"As at www.hats-of-the-fjord.example.shop, and warmer.":                                                {wording.OutsideLink},
	"Flickers. Ask me at bente.n@havn-mail.net":                                                            {wording.ContactData},
	"Flickers. Ask me at bente@havn-mail.net":                                                              {wording.ContactData},
	"Let me have a 40% discount or I'll post a terrible review.":                                           {wording.Threat},
	"Cheaper at www.paperworld-outlet.example.shop":                                                        {wording.OutsideLink},
	"Dear friend, please close the dispute. When it is closed we send a new parcel the same day, promise.": {wording.RequestToClose},
}

func TestTheCaseFilesAreFlaggedAsTheyExpectAndNothingElseOfThem(t *testing.T) {
	files, err := filepath.Glob("../../cases/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts, flagged := 0, 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var story struct {
			Steps []struct {
				Do   string `yaml:"do"`
				Text string `yaml:"text"`
			} `yaml:"steps"`
			Parties map[string]struct {
				Country string `yaml:"country"`
			} `yaml:"parties"`
		}
		require.NoError(t, yaml.Unmarshal(content, &story), file)
		var scope wording.Scope
		for _, p := range story.Parties {
			if p.Country != "" {
				scope.Countries = append(scope.Countries, p.Country)
			}
		}
		for _, step := range story.Steps {
			if step.Text == "" || step.Do == "report" { // a report quotes what it complains of, and is not scanned
				continue
			}
			texts++
			want := said[step.Text]
			if len(want) > 0 {
				flagged++
			}
			require.ElementsMatch(t, want, rules(wording.Default().Scan(step.Text, scope)), "%s: %s", file, step.Text)
		}
	}
	require.Equal(t, len(said), flagged, "each text that is expected to be flagged is in a case file")
	require.Greater(t, texts, 90)
}

// rules are the rules of flags, each once.
func rules(flags []wording.Flag) (found []wording.Rule) {
	seen := map[wording.Rule]bool{}
	for _, f := range flags {
		if !seen[f.Rule] {
			seen[f.Rule] = true
			found = append(found, f.Rule)
		}
	}
	return found
}
