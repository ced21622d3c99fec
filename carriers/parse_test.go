package carriers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/protection"
)

func TestAMessageIsReadInTheWordsOfTheProcedure(t *testing.T) {
	events, err := Parse([]byte(`{"events":[
		{"id":"1","tracking":"RB 123456785 US","status":"Out for delivery","at":"2026-03-04T09:15:00.1234567+01:00","country":"fr","postcode":"75011","place":"Paris","text":"On the van","more":{"x":1}},
		{"tracking":"RB123456785US","status":"DELIVERED","signature":"addressee"},
		{"tracking":"RB123456785US","status":"Beamed up"}], "sent_by": "acme"}`), nil, "")
	require.NoError(t, err)
	require.Equal(t, Event{ID: "1", Number: "RB 123456785 US", Status: "in_transit", At: time.Date(2026, 3, 4, 8, 15, 0, 123456000, time.UTC),
		Country: "FR", Postcode: "75011", Place: "Paris", Text: "On the van"}, events[0])
	require.Equal(t, "delivered", events[1].Status)
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", events[1].ID)
	require.Equal(t, []string{"in_transit", "Beamed up"}, []string{events[2].Status, events[2].Text}, "a word that nobody knows starts and ends nothing")
	require.NotEqual(t, events[1].ID, events[2].ID)

	again, err := Parse([]byte(`{"events":[{"signature":"addressee","status":"delivered","tracking":"RB123456785US"}]}`), nil, "")
	require.NoError(t, err)
	require.Equal(t, events[1].ID, again[0].ID, "the same entry is the same event")
	own, err := Parse([]byte(`{"events":[{"status":"Code 7"}]}`), map[string]string{"code7": "lost"}, "X1")
	require.NoError(t, err)
	require.Equal(t, []string{"lost", "X1"}, []string{own[0].Status, own[0].Number})
	none, err := Parse([]byte(`{}`), nil, "")
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	long := strings.Repeat("x", 300)
	for name, body := range map[string]string{
		"no JSON":             `hello`,
		"a list":              `[]`,
		"two objects":         `{} {}`,
		"no UTF-8":            "{\"events\":[{\"tracking\":\"\xff\",\"status\":\"lost\"}]}",
		"no number":           `{"events":[{"status":"lost"}]}`,
		"a number of signs":   `{"events":[{"tracking":"-- --","status":"lost"}]}`,
		"no status":           `{"events":[{"tracking":"1"}]}`,
		"a status of numbers": `{"events":[{"tracking":"1","status":7}]}`,
		"no country":          `{"events":[{"tracking":"1","status":"lost","country":"FRA"}]}`,
		"a strange country":   `{"events":[{"tracking":"1","status":"lost","country":"ß"}]}`,
		"a strange signature": `{"events":[{"tracking":"1","status":"lost","signature":"a cat"}]}`,
		"no instant":          `{"events":[{"tracking":"1","status":"lost","at":"yesterday"}]}`,
		"before there was":    `{"events":[{"tracking":"1","status":"lost","at":"1066-10-14T00:00:00Z"}]}`,
		"a long number":       `{"events":[{"tracking":"` + long + `","status":"lost"}]}`,
		"a long id":           `{"events":[{"id":"` + long + `","tracking":"1","status":"lost"}]}`,
		"a long postcode":     `{"events":[{"tracking":"1","status":"lost","postcode":"` + long + `"}]}`,
		"a zero character":    `{"events":[{"tracking":"1","status":"lost","text":"a\u0000b"}]}`,
		"many events":         `{"events":[` + strings.Repeat(`{"tracking":"1","status":"lost"},`, MaxEvents) + `{"tracking":"1","status":"lost"}]}`,
	} {
		_, err := Parse([]byte(body), nil, "")
		require.ErrorIs(t, err, ErrMalformed, name)
		require.NotContains(t, err.Error(), long)
	}
	clipped, err := Parse([]byte(`{"events":[{"tracking":"1","status":"lost","text":"`+strings.Repeat("é", 900)+`"}]}`), nil, "")
	require.NoError(t, err)
	require.Len(t, []rune(clipped[0].Text), 500, "long words are no reason to lose a scan")
}

func TestEveryStatusOfTheTableIsOneOfTheProcedure(t *testing.T) {
	for word, meaning := range statuses {
		require.Contains(t, protection.TrackStatuses, meaning, word)
		require.Equal(t, plainWord(word), word, "words are compared in this form")
	}
	for _, own := range protection.TrackStatuses {
		meaning, known := status(own, nil)
		require.Equal(t, []any{own, true}, []any{meaning, known})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"events":[{"id":"1","tracking":"RB123456785US","status":"delivered","at":"2026-03-04T08:15:00Z","country":"FR","postcode":"75011","signature":"addressee","place":"Paris","text":"x"}]}`,
		`{"events":[]}`, `{"events":[{"tracking":"\u200b1","status":"ſ"}]}`, `{"events":null}`, `[`, `{"events":[{"tracking":"1","status":"x","text":null}]}`} {
		f.Add([]byte(seed), "X1")
	}
	f.Fuzz(func(t *testing.T, body []byte, number string) {
		events, err := Parse(body, nil, number)
		if err != nil {
			require.ErrorIs(t, err, ErrMalformed)
			require.Empty(t, events)
			return
		}
		require.LessOrEqual(t, len(events), MaxEvents)
		for _, e := range events {
			require.Contains(t, protection.TrackStatuses, e.Status)
			require.NotEmpty(t, e.ID)
			require.NotEmpty(t, plainWord(e.Number))
			kept, err := e.Kept("acme", "")
			require.NoError(t, err)
			require.NotContains(t, string(kept.Data), `\u0000`)
		}
		again, err := Parse(body, nil, number)
		require.NoError(t, err)
		require.Equal(t, events, again)
	})
}
