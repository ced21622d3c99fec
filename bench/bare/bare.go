// Package bare is what our cases are compared with: runs with the same messages, timers and effects, and nothing in them.
// They hold no rule, no summary and no search attribute; their steps are empty local activities, or one INSERT.
package bare

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// TaskQueue is where the bare worker works.
const TaskQueue = "bare"

// What a run can wait for besides an update, which is named.
const (
	OnSignal   = ":signal"
	OnTimer    = ":timer"
	OnActivity = ":activity"
)

// Off as a moment's timer cancels the one that runs.
const Off = time.Duration(-1)

// Moment is one thing that a run waits for, and what it does then besides its step.
type Moment struct {
	On     string        // the name of an update, or OnSignal, OnTimer, OnActivity
	Timer  time.Duration // of the timer from here on; zero leaves the one that runs
	Effect bool          // start a regular activity
}

// Script is a run: its moments in their order. Insert makes each step one INSERT instead of nothing.
type Script struct {
	Moments []Moment
	Insert  bool
}

// Message is the argument of each update, as small as ours.
type Message struct {
	Case     string `json:"case"`
	Sequence int64  `json:"sequence"`
}

// Run is the workflow of a script.
func (s Script) Run(ctx workflow.Context, in Message) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 2 * time.Second})
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 3 * time.Second})
	arrived, taken := map[string]int{}, map[string]int{}
	var last Message
	for _, m := range s.Moments {
		if _, known := arrived[m.On]; known {
			continue
		}
		arrived[m.On] = 0
		if m.On == OnSignal || m.On == OnTimer || m.On == OnActivity {
			continue
		}
		err := workflow.SetUpdateHandler(ctx, m.On, func(ctx workflow.Context, message Message) error {
			arrived[m.On]++
			last = message
			mine := arrived[m.On]
			return workflow.Await(ctx, func() bool { return taken[m.On] >= mine })
		})
		if err != nil {
			return err
		}
	}
	var timer, activity workflow.Future
	cancel := func() {}
	for _, m := range s.Moments {
		var err error
		switch m.On {
		case OnSignal:
			workflow.GetSignalChannel(ctx, "wake").Receive(ctx, nil)
		case OnTimer:
			err = timer.Get(ctx, nil)
		case OnActivity:
			err = activity.Get(ctx, nil)
		default:
			err = workflow.Await(ctx, func() bool { return arrived[m.On] > taken[m.On] })
		}
		if err != nil {
			return err
		}
		step := "Nothing"
		if s.Insert {
			step = "Insert"
		}
		if err := workflow.ExecuteLocalActivity(ctx, step, last).Get(ctx, nil); err != nil {
			return err
		}
		taken[m.On]++
		if m.Timer != 0 {
			cancel()
			if m.Timer > 0 {
				var timed workflow.Context
				timed, cancel = workflow.WithCancel(ctx)
				timer = workflow.NewTimer(timed, m.Timer)
			}
		}
		if m.Effect {
			activity = workflow.ExecuteActivity(ctx, "Nothing", last)
		}
	}
	cancel()
	return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}
