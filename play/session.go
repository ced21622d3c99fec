package play

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"recourse/api/client"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 32 << 20

// patience bounds how long one request is tried: with a server that is busy, or a command that waits to be carried out.
const patience = 2 * time.Minute

// session is a connection to the API with a token of the platform, which acts for the parties of the stories.
type session struct {
	api  *client.Client
	name string // begins every idempotency key, so that two runs never share one
	keys atomic.Int64
}

// newSession opens a session. Every request that is in flight has a connection of its own (HTTP/1.1), as those of different
// parties have.
func newSession(baseURL, token string) (*session, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ForceAttemptHTTP2 = false
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.MaxIdleConnsPerHost = 64
	api, err := client.NewClient(baseURL,
		client.WithHTTPClient(&http.Client{Transport: transport, Timeout: patience}),
		client.WithRequestEditorFn(func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	if err != nil {
		return nil, fmt.Errorf("open a session at %s: %w", baseURL, err)
	}
	return &session{api: api, name: strconv.FormatUint(rand.Uint64(), 36)}, nil
}

// key is an idempotency key that was never used.
func (s *session) key() string { return fmt.Sprintf("play-%s-%d", s.name, s.keys.Add(1)) }

// call sends one request. The editors say for whom and under which idempotency key.
type call func(ctx context.Context, api *client.Client, editors ...client.RequestEditorFn) (*http.Response, error)

// reply is what came back.
type reply struct {
	status  int
	late    bool   // the command was carried out after its request was answered
	caseID  string // of a late one: the case that it was about, or that it began
	body    []byte
	problem *client.Problem
}

func (r reply) accepted() bool { return r.status >= 200 && r.status < 300 }

// String says what came back in words, for a miss.
func (r reply) String() string {
	if r.problem != nil {
		return fmt.Sprintf("%d %s (%s)", r.status, r.problem.Code, r.problem.Detail)
	}
	return strconv.Itoa(r.status)
}

// send makes the request as the actor and waits until its command was carried out. A request that got no answer is sent again
// with the same key, so that it cannot happen twice; so is one that the server was too busy for, unless that was to be
// expected.
func (s *session) send(ctx context.Context, as string, busyIsAnswer bool, do call) (reply, error) {
	key := s.key()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for try := 0; ; try++ {
		response, err := do(ctx, s.api, actAs(as), withKey(key))
		var again time.Duration
		var rep reply
		if err == nil {
			rep, err = read(response)
		}
		switch {
		case ctx.Err() != nil:
			return reply{}, fmt.Errorf("wait for an answer: %w", context.Cause(ctx))
		case err != nil && try >= 4:
			return reply{}, err
		case err != nil:
			again = 100 * time.Millisecond << try
		case !busyIsAnswer && (rep.status == http.StatusTooManyRequests || rep.status == http.StatusServiceUnavailable):
			again = retryAfter(response, try)
		case rep.status == http.StatusAccepted:
			return s.outcome(ctx, as, response, rep)
		default:
			return rep, nil
		}
		if err := pause(ctx, again); err != nil {
			return reply{}, err
		}
	}
}

// outcome asks for the result of a command that was stored, until it was carried out.
func (s *session) outcome(ctx context.Context, as string, first *http.Response, rep reply) (reply, error) {
	var pending client.Command
	if err := json.Unmarshal(rep.body, &pending); err != nil {
		return reply{}, fmt.Errorf("read the command that is pending: %w", err)
	}
	id := pending.ID
	if location := first.Header.Get("Location"); location != "" {
		id = location[strings.LastIndex(location, "/")+1:]
	}
	for try := 0; ; try++ {
		command, err := fetch[client.Command](ctx, s, as, "command "+id, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.GetCommand(ctx, id, e...)
		})
		switch {
		case err != nil:
			return reply{}, err
		case command.State == client.CommandStateAccepted:
			return reply{status: http.StatusOK, late: true, caseID: command.Case}, nil
		case command.State == client.CommandStateRefused && command.Problem != nil:
			return reply{status: command.Problem.Status, late: true, problem: command.Problem}, nil
		case command.State == client.CommandStateRefused:
			return reply{}, fmt.Errorf("command %s is refused without a problem", id)
		}
		if err := pause(ctx, min(10*time.Millisecond<<min(try, 6), 500*time.Millisecond)); err != nil {
			return reply{}, fmt.Errorf("wait for command %s: %w", id, err)
		}
	}
}

// fetch reads something as the actor.
func fetch[T any](ctx context.Context, s *session, as, what string, do call) (T, error) {
	var out T
	for try := 0; ; try++ {
		response, err := do(ctx, s.api, actAs(as))
		if err != nil {
			return out, fmt.Errorf("read %s: %w", what, err)
		}
		rep, err := read(response)
		if err != nil {
			return out, fmt.Errorf("read %s: %w", what, err)
		}
		if rep.status == http.StatusTooManyRequests || rep.status == http.StatusServiceUnavailable {
			if err := pause(ctx, retryAfter(response, try)); err != nil {
				return out, fmt.Errorf("read %s: %w", what, err)
			}
			continue
		}
		if !rep.accepted() {
			return out, fmt.Errorf("read %s: %w", what, unexpected{rep})
		}
		if err := json.Unmarshal(rep.body, &out); err != nil {
			return out, fmt.Errorf("read %s: %w", what, err)
		}
		return out, nil
	}
}

// unexpected is an answer where only a good one was of use.
type unexpected struct{ reply reply }

func (e unexpected) Error() string { return "got " + e.reply.String() }

// read takes the whole answer.
func read(response *http.Response) (reply, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	err = errors.Join(err, response.Body.Close())
	if err != nil {
		return reply{}, fmt.Errorf("read the answer to %s %s: %w", response.Request.Method, response.Request.URL.Path, err)
	}
	rep := reply{status: response.StatusCode, body: body}
	if rep.status >= 400 {
		rep.problem = &client.Problem{}
		if err := json.Unmarshal(body, rep.problem); err != nil || rep.problem.Code == "" {
			rep.problem = &client.Problem{Status: rep.status, Code: "no problem document", Detail: http.StatusText(rep.status)}
		}
	}
	return rep, nil
}

// retryAfter is how long the server asks to wait, or a little more each time when it does not say.
func retryAfter(response *http.Response, try int) time.Duration {
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds >= 0 && seconds <= 60 {
		return time.Duration(seconds)*time.Second + time.Duration(rand.IntN(100))*time.Millisecond
	}
	return min(100*time.Millisecond<<min(try, 5), 2*time.Second)
}

// pause waits, unless the run ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// actAs lets the platform's token act for somebody. Nobody means the platform itself.
func actAs(who string) client.RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		if who != "" {
			req.Header.Set("Recourse-Act-As", who)
		}
		return nil
	}
}

func withKey(key string) client.RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.Header.Set("Idempotency-Key", key)
		return nil
	}
}
