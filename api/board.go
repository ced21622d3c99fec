package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/store"
)

// EngineHealth says whether the engine answers.
type EngineHealth interface {
	Healthy(ctx context.Context) error
}

// board keeps what was counted, so that many who look cost as much as one.
type board struct {
	mu      sync.Mutex
	kept    map[string]wire.Board // by test clock
	walk    walk
	turning singleflight.Group
}

const (
	maxBoards   = 16 // test clocks at once
	walkAtOnce  = 5000
	courtSample = 100
	engineWait  = time.Second
)

// edges are where the stretches of time end by which deadlines are counted; breachEdges of them, and what has passed, are tonight's.
var edges = []time.Duration{time.Hour, 4 * time.Hour, breachWithin, 3 * 24 * time.Hour, 7 * 24 * time.Hour}

var edgeNames = []wire.BoardDeadlinesWithin{wire.BoardDeadlinesWithinPassed, wire.BoardDeadlinesWithinN1H, wire.BoardDeadlinesWithinN4H,
	wire.BoardDeadlinesWithinN24H, wire.BoardDeadlinesWithinN3D, wire.BoardDeadlinesWithinN7D}

const (
	breachWithin = 24 * time.Hour
	breachEdges  = 3
)

// ours are the roles whose deadlines the platform keeps or misses.
var ours = map[casefile.Role]bool{casefile.Reviewer: true, casefile.Supervisor: true, casefile.Operator: true, casefile.Platform: true}

// boardOf is the board of real time or of a test clock, counted now or a little while ago.
func (s *Server) boardOf(ctx context.Context, clock string) (wire.Board, error) {
	if kept, fresh := s.board.recall(clock, s.config.BoardEvery); fresh {
		return kept, nil
	}
	made, err, _ := s.board.turning.Do(clock, func() (any, error) {
		if kept, fresh := s.board.recall(clock, s.config.BoardEvery); fresh {
			return kept, nil // somebody counted it meanwhile
		}
		counted, err := s.countBoard(context.WithoutCancel(ctx), clock)
		if err == nil {
			s.board.keep(clock, counted)
		}
		return counted, err
	})
	counted, _ := made.(wire.Board)
	return counted, err
}

func (b *board) recall(clock string, every time.Duration) (wire.Board, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept, there := b.kept[clock]
	return kept, there && time.Since(kept.CountedAt) < every
}

func (b *board) keep(clock string, counted wire.Board) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil || len(b.kept) >= maxBoards {
		b.kept = map[string]wire.Board{}
	}
	b.kept[clock] = counted
}

// countBoard counts. Whoever asked may go away: the next one is glad of it.
func (s *Server) countBoard(ctx context.Context, clock string) (wire.Board, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.RequestTimeout)
	defer cancel()
	p, err := s.policies.Policy(ctx, inForce, clock)
	if err != nil {
		return wire.Board{}, err
	}
	counted := time.Now().UTC()
	b, err := s.store.Board(ctx, store.BoardQuery{Clock: clock, Window: p.Metrics.Window.Std(), Sample: courtSample, Edges: edges})
	if err != nil {
		return wire.Board{}, err
	}
	escrow, err := s.board.walk.on(ctx, s.store.EscrowBatch)
	if err != nil {
		return wire.Board{}, err
	}
	out := boardView(b, clock)
	out.CountedAt, out.Escrow, out.System.Engine = counted, escrow, s.engineHealth(ctx)
	if !s.config.Sandbox {
		out.Clocks = nil
	}
	return out, nil
}

func (s *Server) engineHealth(ctx context.Context) wire.BoardSystemEngine {
	if s.health == nil {
		return wire.BoardSystemEngineUnknown
	}
	ctx, cancel := context.WithTimeout(ctx, engineWait)
	defer cancel()
	if err := s.health.Healthy(ctx); err != nil {
		return wire.BoardSystemEngineUnreachable
	}
	return wire.BoardSystemEngineReachable
}
