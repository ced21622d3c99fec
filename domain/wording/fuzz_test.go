package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/wording"
)

// FuzzScan holds what Scan promises of every text: sound spans, the same flags each time, and an end.
func FuzzScan(f *testing.F) {
	for _, l := range wording.Default().Languages() {
		for _, m := range sample(f, l+".yaml") {
			f.Add(m.Text, l, "US")
		}
	}
	for _, text := range adversarial() {
		f.Add(text, "", "")
	}
	f.Add("\xff\xc3\x28", "en", "ZZ")
	f.Fuzz(func(t *testing.T, text, language, country string) {
		if len(text) > 16000 { // 4,000 characters of four bytes: what the door lets in
			t.Skip("longer than a message")
		}
		for _, scope := range []wording.Scope{{}, {Languages: []string{language}, Countries: []string{country}}} {
			begin := time.Now()
			flags := wording.Default().Scan(text, scope)
			require.Less(t, time.Since(begin), 5*time.Second)
			sound(t, text, flags)
			require.Equal(t, flags, wording.Default().Scan(text, scope))
		}
		if offer, ok := wording.Default().Promise(text, "EUR", wording.Scope{}); ok {
			require.True(t, offer.Remedy.Known())
			require.True(t, boundary(text, offer.Start) && boundary(text, offer.End) && offer.Start < offer.End)
		}
	})
}
