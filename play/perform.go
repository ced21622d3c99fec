package play

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"recourse/api/client"
)

// turnOf is what happens at one point of a story: a step, or several that are sent at once, or the reading of a record for a
// decision that comes later.
type turnOf struct {
	at    time.Duration
	steps []Step
	read  *Step
}

// agenda puts the story in the order of running. A record is read when all steps of its instant are done.
func (s Story) agenda() []turnOf {
	var out []turnOf
	sent := map[string]int{}
	for _, step := range s.Steps {
		if i, ok := sent[step.Together]; ok && step.Together != "" {
			out[i].steps = append(out[i].steps, step)
			continue
		}
		sent[step.Together] = len(out)
		out = append(out, turnOf{at: step.At, steps: []Step{step}})
	}
	for _, step := range s.Steps {
		if v, ok := step.Fields["read"]; ok && v.Length < step.At {
			out = append(out, turnOf{at: v.Length, read: &step})
		}
	}
	slices.SortStableFunc(out, func(a, b turnOf) int { return cmp.Compare(a.at, b.at) })
	return out
}

// perform plays all steps. An error ends the story: the server does not answer, or the clock does not turn. What a step is
// answered never does; whatever is wrong with it is a miss, and the rest is played all the same.
func (r *run) perform(ctx context.Context, played func(steps int)) error {
	for _, turn := range r.story.agenda() {
		var line int
		if len(turn.steps) > 0 {
			line = turn.steps[0].Line
		} else {
			line = turn.read.Line
		}
		if err := r.turn(ctx, start.Add(turn.at)); err != nil {
			return at{line, err}
		}
		if turn.read != nil {
			r.readFor(ctx, *turn.read)
			continue
		}
		if err := r.steps(ctx, turn.steps); err != nil {
			return err
		}
		played(len(turn.steps))
	}
	return nil
}

// readFor keeps the hash of the record as it is now.
func (r *run) readFor(ctx context.Context, s Step) {
	id, err := r.disputeID(s.Order, s.Dispute)
	if err == nil {
		var record client.Record
		if record, err = r.readRecord(ctx, r.actor(s.By), id); err == nil {
			r.hashes[s.Number] = record.RecordHash
			return
		}
	}
	r.miss(s.Line, "%s: read at %s: %v", s.Do, formatLength(s.Fields["read"].Length), err)
}

// steps sends one step, or several at once, and compares the answers. Everything that must be read for them is read before the
// first is sent.
func (r *run) steps(ctx context.Context, steps []Step) error {
	sends := make([]call, len(steps))
	ready := true
	for i, s := range steps {
		send, err := calls[s.Do](r, ctx, s)
		if err != nil {
			if ctx.Err() != nil {
				return at{s.Line, err}
			}
			r.miss(s.Line, "%s: %v", s.Do, err)
			ready = false
		}
		sends[i] = send
	}
	if !ready {
		return nil
	}
	replies, errs := make([]reply, len(steps)), make([]error, len(steps))
	var wait sync.WaitGroup
	for i, s := range steps {
		wait.Go(func() {
			busy := s.Refused == "rate_limited" || s.Refused == "storage_unavailable" || s.Answer == 429 || s.Answer == 503
			replies[i], errs[i] = r.session.send(ctx, r.actor(s.By), busy, sends[i])
		})
	}
	wait.Wait()
	for i, s := range steps {
		if errs[i] != nil {
			return at{s.Line, fmt.Errorf("%s: %w", s.Do, errs[i])}
		}
	}
	r.judge(steps, replies)
	for i, s := range steps {
		if err := r.learn(ctx, s, replies[i]); err != nil {
			r.miss(s.Line, "%s: %v", s.Do, err)
		}
	}
	return nil
}

// judge compares the answers with what the steps expect.
func (r *run) judge(steps []Step, replies []reply) {
	if list := steps[0].AnyOrder; len(list) > 0 {
		r.judgeGroup(steps, replies, list)
		return
	}
	for i, s := range steps {
		if !fits(s, replies[i]) {
			r.miss(s.Line, "%s expected %s got %s", s.Do, s.expected(), replies[i])
		}
	}
}

// judgeGroup compares the answers of steps that were sent at once with a list, in any order. A step's `refused` says the code
// of the refusal, if it is the one that is refused.
func (r *run) judgeGroup(steps []Step, replies []reply, list []int) {
	open := slices.Clone(list)
	got := make([]string, len(replies))
	for i, rep := range replies {
		got[i] = rep.String()
		at := slices.IndexFunc(open, func(status int) bool { return rep.hasStatus(status) })
		if at < 0 {
			continue
		}
		open = slices.Delete(open, at, at+1)
	}
	if len(open) > 0 {
		r.miss(steps[0].Line, "together %s expected %v in any order got %s", steps[0].Together, list, strings.Join(got, ", "))
	}
	for i, s := range steps {
		if rep := replies[i]; s.Refused != "" && rep.problem != nil && string(rep.problem.Code) != s.Refused {
			r.miss(s.Line, "%s expected %s got %s", s.Do, s.Refused, rep)
		}
	}
}

// hasStatus says whether the answer came with the status. A command that was carried out after its request was answered (202)
// would have been answered with another success, so it fits any.
func (r reply) hasStatus(status int) bool {
	return r.status == status || r.late && r.accepted() && status >= 200 && status < 300
}

// fits says whether the answer is the one that the step expects.
func fits(s Step, rep reply) bool {
	if s.Refused != "" && (rep.problem == nil || string(rep.problem.Code) != s.Refused) {
		return false
	}
	if s.Answer != 0 {
		return rep.hasStatus(s.Answer)
	}
	return s.Refused != "" || rep.accepted()
}

// expected says in words what answer the step expects.
func (s Step) expected() string {
	var words []string
	if s.Answer != 0 {
		words = append(words, fmt.Sprint(s.Answer))
	}
	if s.Refused != "" {
		words = append(words, s.Refused)
	}
	if len(words) == 0 {
		return "2xx"
	}
	return strings.Join(words, " ")
}

// lineOf is the line of the file that an error is about, or the first when it is about none.
func lineOf(err error) int {
	var located at
	if errors.As(err, &located) {
		return located.line
	}
	return 1
}
