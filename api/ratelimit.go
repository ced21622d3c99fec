package api

import (
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// limits bounds how many requests each caller may send. A caller is who its token says, never an address: a header can
// invent addresses, and a flood by one party must not slow another's commands. What anybody may ask for without a token is
// counted by itself.
type limits struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu      sync.Mutex
	callers map[string]*allowance
	swept   time.Time
}

type allowance struct {
	*rate.Limiter
	seen time.Time
}

// idle is how long an allowance is kept after its last use; by then it is full again.
const idle = 10 * time.Minute

func newLimits(perSecond float64, burst int, now func() time.Time) *limits {
	return &limits{rate: rate.Limit(perSecond), burst: max(burst, 1), now: now, callers: map[string]*allowance{}}
}

// of is the allowance of a caller.
func (l *limits) of(caller string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if now.Sub(l.swept) > idle {
		for name, a := range l.callers {
			if now.Sub(a.seen) > idle {
				delete(l.callers, name)
			}
		}
		l.swept = now
	}
	a := l.callers[caller]
	if a == nil {
		a = &allowance{Limiter: rate.NewLimiter(l.rate, l.burst)}
		l.callers[caller] = a
	}
	a.seen = now
	return a.Limiter
}

// limit refuses a caller that sends too much, and says when to try again.
func (s *Server) limit(c *gin.Context) {
	if s.limits.rate <= 0 {
		return
	}
	now := s.limits.now()
	caller := callOf(c).caller.ID
	if callOf(c).operation.public {
		caller = "anybody at " + c.RemoteIP() // who connects; no header is asked
	}
	reservation := s.limits.of(caller).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait == 0 {
		return
	}
	reservation.CancelAt(now)
	p := refuse(codeRateLimited, "You send requests faster than is allowed. Wait before you try again.")
	p.retry = wait
	send(c, p)
}
