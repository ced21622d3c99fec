package shell_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/workflows"
	"recourse/workflows/shell"
)

// row is a case's row that remembers. Its step has the shape of the real one: under one lock, commands and deadlines are
// merged by instant, and a step that finds nothing new returns the same.
type row struct {
	mu        sync.Mutex
	now       func() time.Time
	id        string
	commands  []command
	applied   int
	revision  int64
	due       []due
	todo      []casefile.Effect
	closed    bool
	stage     string
	log       []string // what was decided, in order
	steps     int
	transfers []int64 // starts of transfer activities

	onTestClock  bool
	beforeStep   func(step int) error // runs ahead of the transaction
	afterStep    func(step int)       // runs between the transaction and its answer
	failTransfer func(try int) error
	late         time.Duration // how far the database's clock is behind the engine's
}

type command struct {
	name string
	at   time.Time
}

type due struct {
	name      string
	at        time.Time
	then      func(*row)
	remindsOf string // the name of the deadline that is due after it
}

func (r *row) knock(name string) contract.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.commands = append(r.commands, command{name: name, at: r.now().Add(-r.late)})
	return contract.Delivery{Case: r.id, Sequence: int64(len(r.commands))}
}

// decide is the rules of this row: a few words that a test needs.
func (r *row) decide(c command) {
	if r.closed && c.name != "confirm_transfer" {
		r.log = append(r.log, c.name+" refused: case_closed")
		return
	}
	r.revision++
	r.log = append(r.log, c.name)
	switch c.name {
	case "escalate":
		r.due, r.stage = nil, "adjudication"
	case "withdraw":
		r.due, r.closed, r.stage = nil, true, "final"
	case "concede":
		r.todo = append(r.todo, casefile.Effect{Step: int64(len(r.log)), Kind: casefile.EffectTransfer})
	case "confirm_transfer":
		r.todo = r.todo[1:]
	}
}

func (r *row) Step(_ context.Context, in contract.StepInput) (contract.StepOutcome, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steps++
	if r.beforeStep != nil {
		steps, before := r.steps, r.beforeStep
		r.mu.Unlock() // another transaction may run meanwhile
		err := before(steps)
		r.mu.Lock()
		if err != nil {
			return contract.StepOutcome{}, err
		}
	}
	if in.Case != r.id {
		return contract.StepOutcome{}, temporal.NewNonRetryableApplicationError("no such case", contract.ErrTypeNoSuchCase, nil)
	}
	now := r.now().Add(-r.late)
	for {
		sort.SliceStable(r.due, func(i, j int) bool { return r.due[i].at.Before(r.due[j].at) })
		hasDue := len(r.due) > 0 && !r.due[0].at.After(now) && !r.onTestClock
		hasCommand := r.applied < len(r.commands)
		if hasCommand && (len(r.due) == 0 || !r.commands[r.applied].at.After(r.due[0].at)) {
			r.applied++
			r.decide(r.commands[r.applied-1])
			continue
		}
		if hasDue {
			d := r.due[0]
			r.due = r.due[1:]
			r.revision++
			r.log = append(r.log, "default "+d.name)
			if d.then != nil {
				d.then(r)
			}
			continue
		}
		if !hasCommand {
			break
		}
		r.applied++
		r.decide(r.commands[r.applied-1])
	}
	out := contract.StepOutcome{Applied: int64(r.applied), Revision: r.revision, Now: now, Closed: r.closed && len(r.todo) == 0,
		Todo: append([]casefile.Effect(nil), r.todo...), Summary: contract.Summary{Stage: r.stage, Status: "waiting_seller", Reason: "not_received.late",
			Order: "ord_1", Seller: "acc_s", Move: "seller", Amount: 4550, Value: "45.50 EUR"}}
	if len(r.due) > 0 {
		out.Deadline = r.due[0].name
		if !r.onTestClock {
			out.NextDue = r.due[0].at
		}
		if r.due[0].remindsOf != "" {
			out.Awaits, out.Shows = r.due[0].remindsOf, r.due[1].at
		}
	}
	if r.afterStep != nil {
		steps, after := r.steps, r.afterStep
		r.mu.Unlock()
		after(steps)
		r.mu.Lock()
	}
	return out, nil
}

func (r *row) Transfer(_ context.Context, in contract.TransferInput) error {
	r.mu.Lock()
	r.transfers = append(r.transfers, in.Step)
	try, fail := len(r.transfers), r.failTransfer
	r.mu.Unlock()
	if fail != nil {
		if err := fail(try); err != nil {
			return err
		}
	}
	r.knock("confirm_transfer")
	return nil
}

func (r *row) history() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.log...)
}

// waiting says whether a command is stored that no step has taken.
func (r *row) waiting(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.commands[r.applied:], func(c command) bool { return c.name == name })
}

// bench is one run of the shell over a row, in time that skips.
type bench struct {
	*testing.T
	env       *testsuite.TestWorkflowEnvironment
	row       *row
	answers   map[string]error
	answered  map[string]time.Duration // after which time the caller had its answer
	started   []string                 // timers, by their length
	cancelled int
	fired     int
	begin     time.Time
}

func newBench(t *testing.T, r *row, options shell.Options) *bench {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // a busy machine stands still for longer than a second
	b := &bench{T: t, env: env, row: r, answers: map[string]error{}, answered: map[string]time.Duration{}}
	env.SetTestTimeout(20 * time.Second)
	workflows.Register(env, options)
	env.RegisterActivityWithOptions(r.Step, activity.RegisterOptions{Name: contract.ActivityStep})
	env.RegisterActivityWithOptions(r.Transfer, activity.RegisterOptions{Name: contract.ActivityTransfer})
	env.SetOnTimerScheduledListener(func(_ string, d time.Duration) { b.started = append(b.started, d.String()) })
	env.SetOnTimerCanceledListener(func(string) { b.cancelled++ })
	env.SetOnTimerFiredListener(func(string) { b.fired++ })
	r.now = env.Now
	if r.id == "" {
		r.id = "dsp_1"
	}
	b.begin = env.Now()
	return b
}

// after does something when that much time has passed.
func (b *bench) after(d time.Duration, do func()) { b.env.RegisterDelayedCallback(do, d) }

// send knocks and delivers, as the API does.
func (b *bench) send(name string) { b.deliver(name, b.row.knock(name)) }

func (b *bench) deliver(name string, d contract.Delivery) {
	id := fmt.Sprintf("%s %d", name, d.Sequence)
	b.answers[id] = errors.New("no answer")
	b.env.UpdateWorkflow(contract.UpdateName(name), id, &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { b.answers[id] = err },
		OnComplete: func(_ any, err error) {
			b.answers[id] = err
			b.answered[id] = b.env.Now().Sub(b.begin)
		},
	}, d)
}

func (b *bench) wake() { b.env.SignalWorkflow(contract.SignalWake, nil) }

func (b *bench) run() {
	b.env.ExecuteWorkflow(contract.WorkflowDispute, contract.CaseInput{Case: b.row.id, Kind: casefile.KindDispute})
	require.True(b, b.env.IsWorkflowCompleted())
}

func (b *bench) elapsed() time.Duration { return b.env.Now().Sub(b.begin) }
