package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/standing"
	"recourse/domain/standing/metrics"
	"recourse/policies"
)

// exportedRows is an export of a seller with 21 orders, one of which is disputed, in a file, with the page that it gives.
func exportedRows(t *testing.T, state standing.State) (string, metrics.Page) {
	t.Helper()
	p := policies.Default()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	rows := metrics.Rows{Since: now.Add(-40 * 24 * time.Hour)}
	var text strings.Builder
	w, err := metrics.NewWriter(&text, metrics.Header{Account: "acc_bolt", AsOf: now, Since: rows.Since, State: state, Policy: p.Version, Metrics: p.Metrics,
		Promotion: p.Promotion})
	require.NoError(t, err)
	for i := range 21 {
		o := metrics.Order{ID: fmt.Sprint("ord_", i), Buyer: "acc_ada", PaidAt: now.Add(-time.Hour), Items: 1}
		rows.Orders = append(rows.Orders, o)
		require.NoError(t, w.Order(o))
	}
	d := metrics.Conduct{Dispute: metrics.Dispute{ID: "dsp_1", Order: "ord_1", OpenedAt: now.Add(-time.Minute)}, AnswerAt: now, Waited: 90 * time.Minute}
	v := metrics.Review{ID: "rev_1", Order: "ord_2", At: now, Reason: "incentive", Stars: 5}
	d.Rows(&rows)
	rows.Reviews = append(rows.Reviews, v)
	require.NoError(t, w.Dispute(d))
	require.NoError(t, w.Review(v))
	require.NoError(t, w.End())
	file := filepath.Join(t.TempDir(), "rows.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
	return file, metrics.PageOf(metrics.Tally(rows, p.Metrics, now), state, p.Metrics, p.Promotion, now)
}

func TestMetricsWorksOutThePageFromItsRows(t *testing.T) {
	file, want := exportedRows(t, standing.Good)
	out, err := run(t, "metrics", "--json", file)
	require.NoError(t, err)
	var got struct {
		Account string `json:"account"`
		metrics.Page
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Equal(t, want, got.Page)
	require.Equal(t, "acc_bolt", got.Account)

	text, err := run(t, "metrics", file)
	require.NoError(t, err)
	for _, line := range []string{"dispute_rate", "4.76 %", "1h30m0s", "unknown", "left out: 1 review, incentive", "promotion_eligible: yes"} {
		require.Contains(t, text, line)
	}
	limited, _ := exportedRows(t, standing.Limited)
	text, err = run(t, "metrics", limited)
	require.NoError(t, err)
	require.Contains(t, text, "promotion_eligible: no\n  standing: limited\n")
}

func TestMetricsTakesNoHalfOfAnExport(t *testing.T) {
	file, _ := exportedRows(t, standing.Good)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(whole), "\n")
	for what, text := range map[string]string{
		"nothing":           "",
		"no end":            strings.Join(lines[:len(lines)-2], ""),
		"a row is missing":  lines[0] + strings.Join(lines[2:], ""),
		"no header":         strings.Join(lines[1:], ""),
		"two headers":       lines[0] + string(whole),
		"more after it":     string(whole) + lines[1],
		"another format":    strings.Replace(string(whole), metrics.Format, "recourse-metrics/9", 1),
		"an unknown member": strings.Replace(string(whole), `"items"`, `"pieces"`, 1),
		"a table":           "id,buyer\nord_1,acc_ada\n",
	} {
		broken := filepath.Join(t.TempDir(), "broken.jsonl")
		require.NoError(t, os.WriteFile(broken, []byte(text), 0o600))
		_, err := run(t, "metrics", broken)
		require.Equal(t, 2, code(t, err), what)
	}
	_, err = run(t, "metrics", filepath.Join(t.TempDir(), "none"))
	require.Equal(t, 2, code(t, err))
	_, err = run(t, "metrics")
	require.Equal(t, 2, code(t, err))
}
