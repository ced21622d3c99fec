package faults

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// quick is a policy whose days are seconds, for what must happen by itself in real time.
var quick = map[string]any{
	"protection.inspection": "2s", "protection.inspection_reminder": "0d", "protection.release_cooling": "1s", "protection.aftercare": "1s",
	"protection.reopen_floor": "0d", "dispute.seller_response": "3s", "dispute.seller_response_reminders": "[]", "limits.messages_per_day": 100000,
}

func TestCommandsAreTakenWhileTheEngineIsAway(t *testing.T) {
	g := stand(t)
	s := begin(t, g, options{apis: 1, workers: 1, env: []string{"RECOURSE_COMMAND_WAIT=200ms", "RECOURSE_LATE_AFTER=1s"}}).up()
	talking, silent := s.told(nil), s.told(quick)
	ctx := t.Context()

	g.temporal.kill()
	away := time.Now()
	seller, err := s.plain("platform", casefile.Platform, 0)
	require.NoError(t, err)
	seller = seller.With(client.ActAs(talking.seller))
	var kept []string
	for i := range 5 {
		_, err := client.Result[client.Message](seller.PostMessage(ctx, talking.dispute, nil, client.NewMessage{Text: fmt.Sprintf("Message %d.", i)}))
		var pending *client.PendingError
		require.ErrorAs(t, err, &pending, "202")
		require.Equal(t, "/v1/commands/"+pending.ID, pending.Location)
		kept = append(kept, pending.ID)
	}
	due := s.row(silent.dispute).NextDue
	until(t, "the deadline does not pass", func() bool { return time.Since(due) > 2*time.Second })
	require.NoError(t, g.temporal.start())
	require.NoError(t, g.awaitEngine())
	back := time.Now()

	for i, id := range kept {
		until(t, "a command that was kept is not carried out", func() bool {
			c, err := s.store.Command(ctx, id)
			return err == nil && c.Applied
		})
		c, err := s.store.Command(ctx, id)
		require.NoError(t, err)
		require.True(t, c.Answer.Accepted())
		require.EqualValues(t, 2+i, c.Sequence, "in the order in which they were taken; the first is the opening")
	}
	drained := time.Since(back)
	until(t, "the deadline that was moved is not taken", func() bool { return s.row(silent.dispute).Summary.Closed })
	moved := s.only(silent.dispute, casefile.DeadlineMoved)
	from, to := s.instant(moved, "from"), s.instant(moved, "to")
	require.Equal(t, "noticed_late", moved.Data["why"])
	require.True(t, from.Equal(due) && moved.At.Equal(due), "it is stamped at its old due")
	late := to.Sub(from) / 2
	require.Greater(t, late, time.Second)
	closed := s.only(silent.dispute, casefile.DisputeClosed)
	require.True(t, closed.At.Equal(to), "noticed plus the lateness: %s, and it was taken at %s", to, closed.At)
	require.Equal(t, "default_seller_silent", closed.Data["outcome"])
	t.Logf("the engine was away for %s; five commands were carried out %s after it was back; a deadline noticed %s late was moved by %s",
		back.Sub(away).Round(time.Millisecond), drained.Round(time.Millisecond), late.Round(time.Millisecond), (2 * late).Round(time.Millisecond))
	s.sound()
}

func TestADatabaseThatIsAwayIsSaidToBeAway(t *testing.T) {
	g := stand(t)
	s := begin(t, g, options{apis: 1, workers: 1, env: []string{"RECOURSE_COMMAND_WAIT=2s"}}).up()
	st := s.told(nil)
	ctx := t.Context()
	seller, err := s.plain("platform", casefile.Platform, 0)
	require.NoError(t, err)
	seller = seller.With(client.ActAs(st.seller))
	say := func(key string) (int, string) {
		resp, err := seller.PostMessage(ctx, st.dispute, nil, client.NewMessage{Text: "Sorry to hear that."}, client.Key(key))
		require.NoError(t, err, "an answer, whatever it is")
		defer func() { require.NoError(t, resp.Body.Close()) }()
		return resp.StatusCode, resp.Header.Get("Retry-After")
	}

	require.NoError(t, g.cases.Kill())
	key := identifier.New("key")
	for range 5 {
		asked := time.Now()
		status, after := say(key)
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.NotEmpty(t, after)
		require.Less(t, time.Since(asked), 5*time.Second, "at once, not when everybody has given up")
	}
	require.NoError(t, g.cases.Restart())
	back := time.Now()
	refused := 0
	until(t, "the API does not find the database again", func() bool {
		status, _ := say(key)
		if status != http.StatusCreated {
			require.Contains(t, []int{http.StatusServiceUnavailable, http.StatusAccepted}, status)
			refused++
		}
		return status == http.StatusCreated
	})
	t.Logf("the API was well again %s after the database, after %d more refusals", time.Since(back).Round(time.Millisecond), refused)
	for range 30 { // more than there are connections
		status, _ := say(key)
		require.Equal(t, http.StatusCreated, status)
	}
	d, err := client.Result[client.Dispute](st.platform.GetDispute(ctx, st.dispute, nil))
	require.NoError(t, err)
	require.Len(t, d.Messages, 1, "nothing half done, nothing twice")
	for _, p := range []*process{s.apis[0], s.workers[0]} {
		require.Equal(t, 1, p.lives)
		select {
		case <-p.gone():
			require.Fail(t, p.name+" has ended: "+p.tail())
		default:
		}
	}
	s.sound()
}

// told plays a story until its dispute is open.
func (s *system) told(policy map[string]any) *story {
	s.Helper()
	st, err := s.prepare(s.Context(), false, policy)
	require.NoError(s.T, err)
	require.NoError(s.T, st.ordered(s.Context()))
	st.dispute, err = st.opened(s.Context(), "LAMP-7")
	require.NoError(s.T, err)
	return st
}

// only is the one event of its type in a case.
func (s *system) only(caseID string, of casefile.EventType) casefile.Record {
	s.Helper()
	events, err := s.store.Timeline(s.Context(), caseID, 0, 0)
	require.NoError(s.T, err)
	var found []casefile.Record
	for _, e := range events {
		if e.Type == of {
			found = append(found, e)
		}
	}
	require.Len(s.T, found, 1, "%s of %s", of, caseID)
	return found[0]
}

func (s *system) instant(e casefile.Record, field string) time.Time {
	s.Helper()
	text, _ := e.Data[field].(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(s.T, err)
	return at
}

// together runs the functions at once and returns their errors.
func together(ctx context.Context, n int, do func(ctx context.Context, i int) error) []error {
	results := make(chan error, n)
	for i := range n {
		go func() { results <- do(ctx, i) }()
	}
	var failed []error
	for range n {
		if err := <-results; err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}
