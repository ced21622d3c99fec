package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// Apart says when a figure was measured that was not measured with the others of its report, and on how quiet a machine.
type Apart struct {
	Date   time.Time `json:"date"`
	Commit string    `json:"commit"`
	Load   float64   `json:"load"`
}

// Read is a report that Write has written.
func Read(path string) (Report, error) {
	var r Report
	text, err := os.ReadFile(path)
	if err != nil {
		return r, fmt.Errorf("read the results: %w", err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("read the results of %s: %w", path, err)
	}
	return r, nil
}

// With is the report with the figures of another one in place of those with the same identifiers. Each of them says that it was
// measured apart.
func (r Report) With(later Report) Report {
	measured := map[string]bool{}
	for _, result := range later.Results {
		measured[result.ID] = true
	}
	r.Results = slices.DeleteFunc(slices.Clone(r.Results), func(old Result) bool { return measured[old.ID] })
	for _, result := range later.Results {
		result.Apart = &Apart{Date: later.Date, Commit: later.Commit, Load: later.Machine.Load}
		r.Results = append(r.Results, result)
	}
	slices.SortStableFunc(r.Results, byID)
	if len(later.Runs) > 0 {
		r.Runs = later.Runs
	}
	r.Quick = r.Quick || later.Quick
	return r
}
