package carriers

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	newer  = "whsec_bm90LXRoZS1vbmUtdGhhdC1pdC13YXMtYmVmb3Jl"
)

// signedBy are the headers of a message that is signed at an instant.
func signedBy(t *testing.T, secret, id string, at time.Time, body string) http.Header {
	t.Helper()
	hook, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	signature, err := hook.Sign(id, at, []byte(body))
	require.NoError(t, err)
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	h.Set("webhook-signature", signature)
	return h
}

func hooks(t *testing.T, text string) *Webhooks {
	t.Helper()
	s, err := parseSettings([]byte(text))
	require.NoError(t, err)
	w, err := s.Webhooks()
	require.NoError(t, err)
	return w
}

func TestOnlyWhatTheCarrierHasSignedLatelyIsTaken(t *testing.T) {
	w := hooks(t, "Acme Post: {secrets: ["+secret+", "+newer+"]}\nmute: {poll: {url: 'https://mute.example/{tracking}'}}")
	const body = `{"events":[{"tracking":"1","status":"lost"}]}`
	now := time.Now()
	for _, one := range []string{secret, newer} {
		events, err := w.Receive("acme-post", signedBy(t, one, "m", now, body), []byte(body))
		require.NoError(t, err)
		require.Len(t, events, 1)
	}
	require.NoError(t, w.Signed("acmepost", signedBy(t, secret, "m", now.Add(-4*time.Minute), body), []byte(body)))

	changed := signedBy(t, secret, "m", now, body)
	changed.Set("webhook-id", "n")
	later := signedBy(t, secret, "m", now.Add(-time.Hour), body)
	later.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	for name, c := range map[string]struct {
		carrier string
		header  http.Header
		body    string
	}{
		"another body":        {"acmepost", signedBy(t, secret, "m", now, body), body + " "},
		"another identifier":  {"acmepost", changed, body},
		"another time":        {"acmepost", later, body},
		"too old":             {"acmepost", signedBy(t, secret, "m", now.Add(-6*time.Minute), body), body},
		"too new":             {"acmepost", signedBy(t, secret, "m", now.Add(6*time.Minute), body), body},
		"no signature":        {"acmepost", http.Header{}, body},
		"another secret":      {"acmepost", signedBy(t, "whsec_c29tZWJvZHktZWxzZSdzLXNlY3JldC1rZXk=", "m", now, body), body},
		"an unknown carrier":  {"nobody", signedBy(t, secret, "m", now, body), body},
		"one that sends none": {"mute", signedBy(t, secret, "m", now, body), body},
	} {
		_, err := w.Receive(c.carrier, c.header, []byte(c.body))
		require.Equal(t, ErrUnsigned, err, name)
	}
	var none *Webhooks
	require.Equal(t, ErrUnsigned, none.Signed("acmepost", signedBy(t, secret, "m", now, body), []byte(body)))
	_, err := w.Receive("acmepost", signedBy(t, secret, "m", now, "{"), []byte("{"))
	require.ErrorIs(t, err, ErrMalformed)
}

func TestSettingsSayEverythingThatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "carriers.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
idle: {}
short: {secrets: [whsec_c2hvcnQ=, "whsec_not base64 at all, but long enough"]}
words: {secrets: [`+secret+`], statuses: {ok: fine}}
http: {poll: {url: "http://acme.example/{tracking}"}}
inside: {poll: {url: "https://169.254.169.254/{tracking}"}}
place: {poll: {url: "https://{tracking}.example/"}}
twice: {poll: {url: "https://acme.example/{tracking}/{tracking}"}}
keys: {poll: {url: "https://me:pass@acme.example/{tracking}"}}
hasty: {poll: {url: "https://acme.example/{tracking}", every: 1s}}
header: {poll: {url: "https://acme.example/{tracking}", headers: {Host: other}}}
A-B: {secrets: [`+secret+`]}
a b: {secrets: [`+secret+`]}
`), 0o600))
	_, err := Load(file)
	for _, want := range []string{"idle: it neither sends", "short: a secret has 24 bytes", "a secret is whsec_ and base64", `words: statuses: "fine" is none of`,
		"http: poll: an address is https", "inside: poll: the address is not one of the open internet", "place: poll: the url has {tracking} once",
		"twice: poll: the url has", "keys: poll: an address names a host", "hasty: poll: every is 1m0s at least", "header: poll: a header is one line", "is there once"} {
		require.ErrorContains(t, err, want)
	}
	for _, hidden := range []string{"MfKQ9r8", "c2hvcnQ", "not base64 at all", "me:pass"} {
		require.NotContains(t, err.Error(), hidden)
	}
	_, err = Load(file + ".none")
	require.ErrorContains(t, err, "read the carriers")
	_, err = parseSettings([]byte("acme: {secret: x}"))
	require.ErrorContains(t, err, "secret", "a key that nobody knows is a mistake")
	s, err := parseSettings([]byte("acme: {statuses: {All OK: delivered}, poll: {url: 'https://acme.example/{tracking}'}}"))
	require.NoError(t, err)
	require.Equal(t, "delivered", s["acme"].Statuses["allok"])
	require.Equal(t, []time.Duration{6 * time.Hour, time.Second, 10 * time.Second}, []time.Duration{s["acme"].Poll.Every, s["acme"].Poll.Pause, s["acme"].Poll.Timeout})
	s, err = parseSettings(nil)
	require.NoError(t, err)
	require.Empty(t, s)
}
