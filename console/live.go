package console

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"recourse/api/client"
)

// livePages tell an open page that its case has changed.
var livePages = []Page{
	{Name: "live", Pattern: "GET /live/{kind}/{case}", Step: true, Serve: follow},
	{Name: "live", Pattern: "GET /revision/{kind}/{case}", Step: true, Serve: tellRevision},
}

// liveCase is what a page follows.
type liveCase struct {
	Kind     string
	ID       string
	Revision int64
}

const (
	followers = 6 // pages that one session follows at once
	followFor = 10 * time.Minute
)

// live counts who follows, and says how often the API is asked.
type live struct {
	every time.Duration
	mu    sync.Mutex
	open  map[string]int // by session
}

func newLive(every time.Duration) *live { return &live{every: every, open: map[string]int{}} }

func (l *live) enter(session string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[session] >= followers {
		return false
	}
	l.open[session]++
	return true
}

func (l *live) leave(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[session]--; l.open[session] <= 0 {
		delete(l.open, session)
	}
}

// follow sends the case's revision, and again whenever it is another one.
func follow(v *Visit) error {
	return v.stream("revision", v.console.live.every, func() (string, error) {
		revision, err := v.revision(v.R.PathValue("kind"), v.R.PathValue("case"))
		return strconv.FormatInt(revision, 10), err
	})
}

// stream sends the event with what was read, and again whenever it reads otherwise. It ends by itself after a while; a browser then
// comes back, which asks anew whether the session still lasts.
func (v *Visit) stream(event string, every time.Duration, read func() (string, error)) error {
	text, err := read()
	if err != nil {
		return err
	}
	if !v.console.live.enter(v.sessionID) {
		return &refusal{http.StatusTooManyRequests, "too_many"}
	}
	defer v.console.live.leave(v.sessionID)
	v.W.Header().Set("Content-Type", "text/event-stream")
	v.W.Header().Set("X-Accel-Buffering", "no")
	connection := http.NewResponseController(v.W)
	ctx, cancel := context.WithTimeout(v.R.Context(), followFor)
	defer cancel()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	told := ""
	for {
		line := ": still here\n\n"
		if text != told {
			line, told = "event: "+event+"\ndata: "+text+"\n\n", text
		}
		_ = connection.SetWriteDeadline(time.Now().Add(requestTime)) // a connection without deadlines ends with its request
		if _, err := fmt.Fprint(v.W, line); err != nil {
			return nil // the page was closed
		}
		if err := connection.Flush(); err != nil {
			return nil // the page was closed
		}
		select {
		case <-ctx.Done():
			return nil
		case <-v.console.over.Done():
			return nil
		case <-ticker.C:
		}
		if there, err := v.console.sessions.Lasts(ctx, v.sessionID); err != nil || !there {
			return nil // signed out: the browser comes back and is told
		}
		if text, err = read(); err != nil {
			return nil // the answer has begun: the browser comes back and is told
		}
	}
}

// tellRevision is for browsers that cannot follow: they ask now and then.
func tellRevision(v *Visit) error {
	revision, err := v.revision(v.R.PathValue("kind"), v.R.PathValue("case"))
	if err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(v.W, strconv.FormatInt(revision, 10)) // who has gone needs no answer
	return nil
}

// revision is the case's, as far as the reader may see it.
func (v *Visit) revision(kind, id string) (int64, error) {
	k, known := kinds[kind]
	if !known {
		return 0, errNotFound
	}
	found, err := client.Result[revised](k.get(v.R.Context(), v.API, id))
	return found.Revision, err
}

// revised is what every case has, and all that is read of it here.
type revised struct {
	Revision int64 `json:"revision"`
}
