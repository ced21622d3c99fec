package console

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/internal/session"
)

// forgetful cannot say who is signed in.
type forgetful struct{ session.Keeper }

func (forgetful) Session(context.Context, string) (session.Record, error) {
	return session.Record{}, errors.New("the database does not answer")
}

func TestWhoCannotBeRecognisedIsToldSoOnAPage(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	v.console.sessions.Keeper = forgetful{v.console.sessions.Keeper}
	answer := v.get("/")
	require.Equal(t, http.StatusInternalServerError, answer.status)
	require.Contains(t, answer.text, `<body class="page-problem">`)
	require.NotContains(t, answer.text, "Ada")
}

// timed is an answer on a connection whose ends are noted.
type timed struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (w *timed) SetReadDeadline(at time.Time) error  { w.read = at; return nil }
func (w *timed) SetWriteDeadline(at time.Time) error { w.write = at; return nil }

// The server reads on while a page answers, to see whether the browser has gone. A read that comes to its end cancels the context of
// this request and of every later one on the connection: a case that was open for half a minute would be followed by errors.
func TestAReadThatNobodyWaitsForHasNoEnd(t *testing.T) {
	v := visit(t)
	for method, ends := range map[string]bool{http.MethodGet: false, http.MethodHead: false, http.MethodPost: true} {
		w := &timed{ResponseRecorder: httptest.NewRecorder(), read: time.Unix(1, 0)}
		v.console.ServeHTTP(w, httptest.NewRequest(method, "/sign-in", http.NoBody))
		require.Equal(t, ends, !w.read.IsZero(), method)
		require.False(t, w.write.IsZero(), method)
	}
}

func TestANameBeginsWithALetterOfItsScript(t *testing.T) {
	for name, first := range map[string]string{"Ada": "A", "Élise": "É", "علي": "ع", "": ""} {
		require.Equal(t, first, initial(name), name)
	}
}

func TestEveryLanguageWritesAmountsWithTheDigitsOfItsPhrases(t *testing.T) {
	all, err := loadPhrases()
	require.NoError(t, err)
	for _, l := range Languages {
		require.Regexp(t, `^[0-9]`, all.in(l.Tag).money(client.Money{Amount: 8250, Currency: "EUR"}), l.Tag)
	}
}

func TestTheDeskOffersTheDecisionFirst(t *testing.T) {
	end := time.Date(2026, 5, 8, 0, 0, 0, 0, time.UTC)
	move := func(name string, until time.Time) Move { return Move{Action: client.Action{Name: name, Until: until}} }
	moves := decidingFirst([]Move{move("post_message", end), move("decide", end), move("snooze", end.Add(time.Hour))})
	require.Equal(t, []Move{move("decide", end), move("post_message", time.Time{}), move("snooze", end.Add(time.Hour))}, moves)
}
