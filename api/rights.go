package api

import (
	"context"
	"fmt"
	"strings"

	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/standing"
	"recourse/internal/identifier"
	"recourse/store"
)

// admitted asks the table of who may do what: 404 before 403, and both before anything is said about the request's content.
func (s *Server) admitted(ctx context.Context, call *call, param func(string) string) error {
	op := call.operation
	if op.public {
		return nil
	}
	if op.sandbox && !s.config.Sandbox {
		return refuse(codeNotFound, "This exists only in a sandbox.")
	}
	call.actor = call.caller.Actor()
	to, err := s.relation(ctx, call, param)
	if err != nil {
		return err
	}
	switch access.Refusal(op.action, call.actor.Role, to) {
	case "":
		return s.begun(call)
	case casefile.NotFound:
		return notFound()
	}
	return refuse(codeNotAllowed, "This is not yours to do: "+strings.ReplaceAll(op.action, "_", " ")+".")
}

// relation is what the caller is to the thing in the path: a case, an account, a command.
func (s *Server) relation(ctx context.Context, call *call, param func(string) string) (access.Relation, error) {
	op := call.operation
	switch {
	case op.caseAt != "":
		record, err := s.caseOf(ctx, op, param(op.caseIn))
		if err != nil {
			return access.Other, err
		}
		call.record = record
		return s.toCase(ctx, call.actor, record)
	case strings.Contains(op.path, "{account}"):
		if id := param("account"); !identifier.Valid("acc", id) {
			return access.Other, notFound()
		}
		return access.ToOwner(call.actor, param("account")), nil
	case strings.Contains(op.path, "{command}"):
		if id := param("command"); !identifier.Valid("cmd", id) {
			return access.Other, notFound()
		}
		record, err := s.store.Command(ctx, param("command"))
		return access.ToOwner(call.actor, record.By.ID), err
	}
	return access.Other, nil
}

// prefixes of the identifiers of cases, by kind.
var prefixes = map[string]string{casefile.KindOrder: "ord", casefile.KindDispute: "dsp"}

// caseOf reads the case that an operation names in its path. What is no identifier is no case either.
func (s *Server) caseOf(ctx context.Context, op *operation, id string) (store.CaseRecord, error) {
	if op.caseAt == casefile.KindStanding {
		return s.standingOf(ctx, id)
	}
	if !identifier.Valid(prefixes[op.caseAt], id) {
		return store.CaseRecord{}, notFound()
	}
	record, err := s.store.Case(ctx, id)
	if err == nil && (record.Kind != op.caseAt || unborn(record, op)) {
		return record, notFound()
	}
	return record, err
}

// unborn says that there is no order yet: its registration was refused, or waits at the door. In the latter case there is
// nothing to read, but a command is stored behind the registration and decided after it.
func unborn(record store.CaseRecord, op *operation) bool {
	return record.Kind == casefile.KindOrder && record.Revision == 0 && (op.command == "" || record.Applied > 0)
}

// toCase is what the caller is to a case.
func (s *Server) toCase(ctx context.Context, by casefile.Actor, record store.CaseRecord) (access.Relation, error) {
	if record.Kind == casefile.KindStanding {
		return access.ToOwner(by, standing.AccountOf(record.ID)), nil
	}
	var bench []string
	if by.Role == casefile.Reviewer || by.Role == casefile.Supervisor {
		var err error
		if bench, err = s.bench(ctx, record); err != nil {
			return access.Other, err
		}
	}
	return access.To(by, record.Summary.Buyer, record.Summary.Seller, bench), nil
}

// bench are those who have, had or judge the case; of an order, those who have one of its disputes.
func (s *Server) bench(ctx context.Context, record store.CaseRecord) ([]string, error) {
	if d, ok := record.State.(dispute.Dispute); ok {
		bench := append([]string{d.Bench.Reviewer}, d.Bench.Lapsed...)
		bench = append(bench, d.Bench.Ruled...)
		if d.Panel != nil {
			bench = append(append(bench, d.Panel.Members...), d.Panel.Supervisor)
		}
		return bench, nil
	}
	page, err := s.store.Cases(ctx, store.CaseQuery{Kind: casefile.KindDispute, Order: record.ID, Limit: store.MaxPage})
	if err != nil {
		return nil, fmt.Errorf("read who judges the disputes of %s: %w", record.ID, err)
	}
	bench := make([]string, 0, len(page.Data))
	for _, d := range page.Data {
		bench = append(bench, d.Summary.Reviewer)
	}
	return bench, nil
}

// may says whether the viewer may ask for an action on the case that is shown.
func (v *view) may(action string) bool {
	return access.Refusal(action, v.actor.Role, v.relation) == ""
}
