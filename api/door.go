package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"recourse/api/wire"
	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/internal/crash"
	"recourse/internal/identifier"
	"recourse/store"
)

// outcome is what became of a command.
type outcome struct {
	receipt store.Receipt
	answer  casefile.Answer
}

// made is the identifier of what the command brought into the world.
func (o outcome) made(prefix string) string { return casefile.Derive(prefix, o.receipt.ID) }

// pendingError says that a command is stored and its case has not answered in time. It is the way out of a handler to 202.
type pendingError struct {
	receipt store.Receipt
	name    string
}

func (e *pendingError) Error() string {
	return fmt.Sprintf("command %s is stored and not carried out yet", e.receipt.ID)
}

func (e *pendingError) command() wire.Command {
	return wire.Command{ID: e.receipt.ID, Case: e.receipt.Case, Name: e.name, State: wire.CommandStatePending,
		Sequence: e.receipt.Sequence, ReceivedAt: e.receipt.ReceivedAt}
}

// carryOut stores the command of a request at the door of the case that the request names, brings it there, and reads the
// answer from its row. Extra are fields that the path says.
func (s *Server) carryOut(ctx context.Context, key string, extra map[string]any) (outcome, error) {
	call := callOf(ctx)
	data, revision, err := payload(call.value, extra, string(call.record.Summary.Amount.Currency))
	if err != nil {
		return outcome{}, err
	}
	knock := store.Knock{ID: identifier.New("cmd"), Case: call.record.ID, Name: call.operation.command, By: call.actor, Data: data,
		IfRevision: revision, Key: key, BodyHash: call.hash}
	receipt, err := s.atTheDoor(ctx, func() (store.Receipt, error) { return s.knock(ctx, call.record, knock) })
	if err != nil {
		return outcome{}, err
	}
	return s.bring(ctx, receipt, knock.Name)
}

// knock stores a command at the door of its case. A standing that is not there begins with it, unless somebody else was faster.
func (s *Server) knock(ctx context.Context, record store.CaseRecord, k store.Knock) (store.Receipt, error) {
	if record.Sequence == 0 {
		receipt, err := s.store.Begin(ctx, store.NewCase{ID: k.Case, Kind: record.Kind, Clock: record.Clock, Command: k})
		if !errors.Is(err, store.ErrDuplicate) {
			return receipt, err
		}
	}
	return s.store.Knock(ctx, k)
}

// atTheDoor knocks, and waits a little while a test clock is being advanced.
func (s *Server) atTheDoor(ctx context.Context, knock func() (store.Receipt, error)) (store.Receipt, error) {
	const pause = 20 * time.Millisecond
	patience := time.NewTimer(s.config.ClockWait)
	defer patience.Stop()
	for {
		receipt, err := knock()
		if !errors.Is(err, store.ErrClockAdvancing) {
			return receipt, err
		}
		again := time.NewTimer(pause)
		select {
		case <-again.C:
		case <-patience.C:
			again.Stop()
			return receipt, err
		case <-ctx.Done():
			again.Stop()
			return receipt, fmt.Errorf("wait for a test clock: %w", ctx.Err())
		}
	}
}

// bring delivers a stored command and reads its answer. A repeat of a request whose answer is there delivers nothing.
func (s *Server) bring(ctx context.Context, receipt store.Receipt, name string) (outcome, error) {
	if !receipt.Repeated {
		s.handOver(ctx, delivery.Command{ID: receipt.ID, Name: name, Case: delivery.Case{ID: receipt.Case, Kind: receipt.Kind}, Sequence: receipt.Sequence})
	}
	record, err := s.store.Command(ctx, receipt.ID)
	if err == nil && receipt.Repeated && !record.Applied {
		s.handOver(ctx, delivery.Command{ID: receipt.ID, Name: name, Case: delivery.Case{ID: receipt.Case, Kind: receipt.Kind}, Sequence: receipt.Sequence})
		record, err = s.store.Command(ctx, receipt.ID)
	}
	switch {
	case err != nil:
		// It is stored, whatever is wrong with reading now: the caller finds its answer later.
		s.log.WarnContext(ctx, "The answer to a command cannot be read now.", "command", receipt.ID, "error", err)
		fallthrough
	case !record.Applied:
		s.metrics.pending.Inc()
		return outcome{}, &pendingError{receipt: receipt, name: name}
	case !record.Answer.Accepted():
		return outcome{}, s.refusal(ctx, record)
	}
	crash.At(crash.DoorBrought)
	s.acknowledge(ctx, record)
	return outcome{receipt: receipt, answer: record.Answer}, nil
}

// handOver delivers within the time that a caller waits. That it failed shows in the command's row, which has no answer
// then; whoever looks after forgotten commands delivers it again.
func (s *Server) handOver(ctx context.Context, command delivery.Command) {
	ctx, cancel := context.WithTimeout(ctx, s.config.CommandWait)
	defer cancel()
	if err := s.deliver.Deliver(ctx, command); err != nil {
		s.log.WarnContext(ctx, "A command was stored, and its case did not answer.", "command", command.ID, "case", command.Case.ID, "error", err)
	}
}

// refusal is a refused command as a problem. Who has read an old state is told what can be done in the new one.
func (s *Server) refusal(ctx context.Context, record store.CommandRecord) error {
	p := refused(record.ID, record.Answer)
	if record.Answer.Refused != casefile.StaleRevision {
		return p
	}
	actions, err := s.actionsOf(ctx, record.Case)
	if err != nil {
		s.log.WarnContext(ctx, "What can be done instead cannot be told now.", "command", record.ID, "error", err)
		return p
	}
	p.actions = actions
	return p
}

// payload is a body as the domain reads it: money as minor units of the case's currency, which is checked here, with what
// the path says, and without if_revision, which is the door's.
func payload(value map[string]any, extra map[string]any, currency string) (json.RawMessage, *int64, error) {
	data := make(map[string]any, len(value)+len(extra))
	var revision *int64
	var foreign []wire.FieldError
	for name, v := range value {
		if name == "if_revision" {
			number, ok := v.(json.Number)
			n, err := strconv.ParseInt(number.String(), 10, 64)
			if !ok || err != nil {
				return nil, nil, invalid("/if_revision", "type", "must be integer")
			}
			revision = &n
			continue
		}
		data[name] = minor("/"+name, v, currency, &foreign)
	}
	for name, v := range extra {
		data[name] = v
	}
	if len(foreign) > 0 {
		p := invalid("", "", "")
		p.fields = foreign
		return nil, nil, p
	}
	document, err := json.Marshal(data)
	if err != nil {
		return nil, nil, fmt.Errorf("encode the data of a command: %w", err)
	}
	return document, revision, nil
}

// minor turns money objects into minor units, wherever they are.
func minor(at string, value any, currency string, foreign *[]wire.FieldError) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = minor(at+"/"+strconv.Itoa(i), item, currency, foreign)
		}
		return out
	case map[string]any:
		amount, isMoney := v["amount"].(json.Number)
		if code, ok := v["currency"].(string); ok && isMoney && len(v) == 2 {
			if code != currency {
				*foreign = append(*foreign, wire.FieldError{Pointer: at + "/currency", Code: "currency", Message: "must be the currency of the order"})
			}
			return amount
		}
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = minor(at+"/"+name, item, currency, foreign)
		}
		return out
	}
	return value
}
