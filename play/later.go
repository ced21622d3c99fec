package play

import (
	"slices"
	"strings"
)

// Events of the parts of PROCEDURE that come later, by the noun before the point; message.flagged belongs to the detectors.
var laterEvents = map[string]string{
	"report": partReports, "review": partReviews,
}

const partDetectors = "detectors (PROCEDURE 11)"

func knownEvent(name string) bool { return slices.Contains(eventCodes, name) }

// laterEvent says which later part an event belongs to.
func laterEvent(name string) (string, bool) {
	if name == "message.flagged" {
		return partDetectors, true
	}
	noun, _, _ := strings.Cut(name, ".")
	part, ok := laterEvents[noun]
	return part, ok
}

// needs says what a file asks for that the program cannot do yet, with the line that asks for it. Such a file is not run: a
// part of a story that is left out would change what comes after it. An event that must be absent asks for nothing.
func (s Story) needs() []Need {
	var out []Need
	for _, step := range s.Steps {
		v, ok := verbByName(step.Do)
		switch {
		case ok && v.part != "":
			out = append(out, Need{step.Line, step.Do + " needs " + v.part})
		case step.Do == "contest" && step.has("report"):
			out = append(out, Need{step.Line, step.Do + " of a report needs " + partReports})
		}
	}
	for _, e := range s.Expect.Events {
		if part, later := laterEvent(e.Type); later {
			out = append(out, Need{e.Line, e.Type + " needs " + part})
		}
	}
	if e := s.Expect.Reports; len(e) > 0 {
		out = append(out, Need{e[0].Line, "expect.reports needs " + partReports})
	}
	if e := s.Expect.Reviews; len(e) > 0 {
		out = append(out, Need{e[0].Line, "expect.reviews needs " + partReviews})
	}
	slices.SortStableFunc(out, func(a, b Need) int { return a.Line - b.Line })
	return out
}

// expectLater reads what a file expects of reports and reviews.
func (b *binding) expectLater(f fields, e *Expect) {
	b.named(f, "reports", func(name string, line int, m fields) {
		b.mustName(kindReport, name, line, "reports")
		r := ReportExpect{Line: line, Name: name}
		if finding := b.codeOf(m, "finding", findingCodes); finding != nil {
			r.Finding = finding.Value
		}
		if reporter := b.codeOf(m, "reporter", reporterCodes); reporter != nil {
			r.Reporter = reporter.Value
		}
		e.Reports = append(e.Reports, r)
	}, "finding", "reporter")
	b.named(f, "reviews", func(name string, line int, m fields) {
		b.mustName(kindReview, name, line, "reviews")
		v := ReviewExpect{Line: line, Name: name, Published: b.flagOf(m, "published"), Counted: b.flagOf(m, "counted")}
		if reason := b.codeOf(m, "reason", uncountedCodes); reason != nil {
			v.Reason = reason.Value
		}
		e.Reviews = append(e.Reviews, v)
	}, "published", "counted", "reason")
}

// named reads a map of maps by a name of the story.
func (b *binding) named(f fields, key string, read func(name string, line int, m fields), known ...string) {
	n, ok := f.values[key]
	if !ok {
		return
	}
	entries, ok := b.r.entries(n, "expect: "+key)
	if !ok {
		return
	}
	for _, name := range entries.keys {
		if m, ok := b.r.fields(entries.values[name], "expect: "+key+": "+name, known...); ok {
			read(name, entries.lineOf(name), m)
		}
	}
}

func (b *binding) mustName(k kind, name string, line int, key string) {
	if _, ok := b.names[k][name]; !ok {
		b.r.problem(line, "expect: %s: unknown %s %q", key, kindNoun[k], name)
	}
}

func (b *binding) flagOf(f fields, key string) *bool {
	n, ok := f.values[key]
	if !ok {
		return nil
	}
	v, ok := b.r.flag(n, f.what+": "+key)
	if !ok {
		return nil
	}
	return &v
}
