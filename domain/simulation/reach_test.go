package simulation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/simulation"
)

// histories is how many random walks are taken here, with the seeds from 0 on, so that what they reach never depends on chance.
const histories = 600

// A property says nothing about what its walks never reach. They reach every state, and in one state or another every command
// is accepted and every deadline is taken.
func TestEveryStateCommandAndDeadlineIsReached(t *testing.T) {
	if testing.Short() {
		t.Skip("not run: how far the walks come needs all of them, and the race detector has nothing to see in a walk of one goroutine")
	}
	reached := seen{map[string]int{}, map[string]int{"order register_order": histories}, map[string]int{}}
	for seed := range uint64(histories) {
		p := playerOf(t, seed, nil)
		p.world.Watch = reached.step
		p.play(40)
		p.comesToItsEnd()
	}
	if testing.Verbose() {
		for _, cell := range slices.Sorted(maps.Keys(reached.cells)) {
			t.Logf("%-60s %d", cell, reached.cells[cell])
		}
	}
	for _, s := range dispute.Statuses {
		require.NotZero(t, reached.states["dispute "+string(s)], "no walk comes to %s", s)
	}
	for _, s := range protection.States {
		require.NotZero(t, reached.states["order "+string(s)], "no walk comes to %s", s)
	}
	for _, name := range dispute.Commands() {
		require.NotZero(t, reached.done["dispute "+name], "no walk has %s accepted", name)
	}
	for _, name := range protection.Commands() {
		require.NotZero(t, reached.done["order "+name], "no walk has %s accepted", name)
	}
	for _, name := range deadlines {
		require.NotZero(t, reached.done["due "+name], "in no walk %s is due", name)
	}
}

// deadlines are all that an order or a dispute sets.
var deadlines = strings.Fields(`ship_by ship_by_reminder absolute_end inspection inspection_reminder release_cooling held_release extension_answer
	aftercare absolute_max chargeback_max seller_response seller_response_reminder negotiation_max offer_answer performance
	performance_inspection return_ship return_transit return_inspection withdrawal_cooling assignment evidence_period
	evidence_request evidence_scan assignment_lease objection_ruling decision_sla second_signature appeal_window panel_decision supervisor_decision max_age`)

// seen is what walks have reached: states, and what was accepted or fell due in them.
type seen struct{ states, done, cells map[string]int }

func (s seen) step(step simulation.Step) {
	kind, state := "order", ""
	switch c := step.After.(type) {
	case dispute.Dispute:
		kind, state = "dispute", string(c.Status)
	case protection.Order:
		state = string(c.State())
	}
	name, _, _ := strings.Cut(step.Due.Name, "/")
	what := "due " + name
	if step.Command != nil {
		if !step.Answer.Accepted() {
			return
		}
		what = kind + " " + step.Command.Name
	}
	s.states[kind+" "+state]++
	s.done[what]++
	s.cells[what+" @ "+before(step)]++
}

// before is where the case stood when the step was taken.
func before(step simulation.Step) string {
	switch c := step.Before.(type) {
	case dispute.Dispute:
		return string(c.Status)
	case protection.Order:
		return string(c.State())
	}
	return ""
}
