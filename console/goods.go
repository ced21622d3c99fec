package console

import (
	"net/url"
	"strings"

	"recourse/api/client"
)

// titles are what a case is about, by the goods: somebody who has three cases about damage tells them apart by these.
func (w *words) titles(lines []client.OrderedLine) string {
	var all []string
	for _, line := range lines {
		all = append(all, line.Title)
	}
	return strings.Join(all, w.phrase("list.comma"))
}

// runPath is where the run of a case is shown in the Temporal UI; empty: nowhere that is known.
func (v *Visit) runPath(run string) string {
	base := v.console.config.Runs
	if base == "" || run == "" {
		return ""
	}
	return strings.TrimSuffix(base, "/") + "/" + url.PathEscape(run)
}
