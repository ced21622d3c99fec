package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/internal/settings"
	"recourse/store/audit"
)

func TestDoctorFindsNothingWrongWithAHealthyDatabase(t *testing.T) {
	configured(t)
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1") // nobody is there
	_, err := run(t, "migrate")
	require.NoError(t, err)

	text, err := run(t, "doctor", "--deep")
	require.ErrorIs(t, err, errUnchecked, "what was not looked at is not well")
	require.Contains(t, text, "I1   held + refunded + released + fees = captured")
	require.Contains(t, text, "I10  chains hold from the first event to the head")
	require.Contains(t, text, "not run: the engine does not answer")
	require.Contains(t, text, "not run: no blob store is set up")
	require.Contains(t, text, "notice: no scanner is configured: files reach the other party unseen")

	text, err = run(t, "doctor", "--json")
	require.ErrorIs(t, err, errUnchecked)
	var report audit.Report
	require.NoError(t, json.Unmarshal([]byte(text), &report))
	require.NotEmpty(t, report.Checks)
	require.Zero(t, report.Wrong())
}

func TestDoctorSaysWhenTheScannerDoesNotAnswer(t *testing.T) {
	configured(t)
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	t.Setenv("RECOURSE_SCANNER", "unix:///nobody/is/there")
	_, err := run(t, "migrate")
	require.NoError(t, err)
	text, err := run(t, "doctor")
	require.ErrorIs(t, err, errIll)
	require.Contains(t, text, "unix:///nobody/is/there")
}

func TestDoctorIsContentOnlyWhenEverythingWasCheckedAndIsWell(t *testing.T) {
	well, ill, unchecked := &audit.Check{Looked: 1}, &audit.Check{}, &audit.Check{NotRun: "the engine does not answer"}
	ill.Find("ord_1", "a cent is missing")
	unscanned := scanning(t.Context(), settings.Settings{Scanner: noScanner})
	require.Contains(t, unscanned.Without, "unseen")
	for _, strict := range []bool{false, true} {
		require.NoError(t, verdict(audit.Report{Checks: []*audit.Check{well}}, strict))
		require.ErrorIs(t, verdict(audit.Report{Checks: []*audit.Check{well, unchecked}}, strict), errUnchecked)
		require.ErrorIs(t, verdict(audit.Report{Checks: []*audit.Check{unchecked, ill}}, strict), errIll)
	}
	require.NoError(t, verdict(audit.Report{Checks: []*audit.Check{well, unscanned}}, false), "an installation may choose to have no scanner")
	require.ErrorIs(t, verdict(audit.Report{Checks: []*audit.Check{well, unscanned}}, true), errUnchecked)
}

func TestDoctorEndsWithAnErrorWhenSomethingIsWrong(t *testing.T) {
	var out sink
	c := &audit.Check{Invariant: "I1", Name: "no account is below zero", Looked: 3}
	for range 25 {
		c.Find("payable:acc_1", "%d EUR", -5)
	}
	require.NoError(t, writeReport(&out, audit.Report{Checks: []*audit.Check{c}}))
	require.Contains(t, string(out), "I1  no account is below zero  3          25")
	require.Contains(t, string(out), "I1  payable:acc_1\n    -5 EUR")
	require.Contains(t, string(out), "and 5 more: no account is below zero")
}

// sink keeps what is written.
type sink []byte

func (s *sink) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}
