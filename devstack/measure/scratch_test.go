package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"recourse/bench"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

type fakeIssuer struct{ s *stack.Stack }

func TestScratch(t *testing.T) {
	ctx := context.Background()
	st, err := stack.Start(ctx, stack.Options{Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	require.NoError(t, err)
	defer st.Stop()
	s := &system{engine: st.Engine, base: st.URL(), http: &http.Client{Timeout: time.Minute}}
	s.token = func(id string, role casefile.Role, ttl time.Duration) (string, error) { return st.Token(id, role, ttl) }
	c, err := s.openCourt(ctx)
	require.NoError(t, err)
	p, err := c.policies(ctx)
	require.NoError(t, err)
	for _, r := range references {
		if only := os.Getenv("ONLY"); only != "" && !strings.Contains(only, r.name) {
			continue
		}
		for range 2 {
			st := time.Now()
			costs, err := c.costs(ctx, r, p.swift)
			require.NoError(t, err, r.name)
			for name, h := range costs {
				text, _ := json.Marshal(h)
				fmt.Println(name, time.Since(st).Round(time.Millisecond), string(text))
			}
		}
	}
	if id := os.Getenv("DUMP"); id != "" {
		it := s.engine.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for it.HasNext() {
			e, _ := it.Next()
			fmt.Println(e.EventId, e.EventType)
		}
	}
	_ = bench.Units{}
}
