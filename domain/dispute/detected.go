package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// Detected says that a detector has opened a case about a party of the dispute. It raises the priority of the dispute and does
// nothing else: no rule of the dispute asks for it (PROCEDURE 11).
type Detected struct {
	Detection string    `json:"detection"`
	Detector  string    `json:"detector"`
	At        time.Time `json:"at"`
}

// Valid refuses what names nothing.
func (d Detected) Valid() casefile.Answer {
	if d.Detection == "" || d.Detector == "" {
		return casefile.Invalid("/detection", "Name what was detected.")
	}
	return casefile.Answer{}
}

// detected notes that a case was opened about a party. The same again changes nothing; the parties are not told.
func (t *turn) detected(d Detected) casefile.Answer {
	if slices.ContainsFunc(t.Bench.Detected, func(x Detected) bool { return x.Detection == d.Detection }) {
		return casefile.Answer{}
	}
	d.At = t.At()
	t.Bench.Detected = append(t.Bench.Detected, d)
	t.tellSupervisors("detected", map[string]any{"detector": d.Detector, "detection": d.Detection})
	return casefile.Answer{}
}
