package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// Detected says that a detector has opened a case about a party of the dispute. It raises the priority of the dispute until that
// case is answered, and does nothing else: no rule of the dispute asks for it (PROCEDURE 11).
type Detected struct {
	Detection string    `json:"detection"`
	Detector  string    `json:"detector"`
	At        time.Time `json:"at"`
	Finding   string    `json:"finding,omitempty"` // of the report that it opened: nothing is urgent for it any more
}

// Valid refuses what names nothing.
func (d Detected) Valid() casefile.Answer {
	if d.Detection == "" || d.Detector == "" {
		return casefile.Invalid("/detection", "Name what was detected.")
	}
	return casefile.Answer{}
}

// detected notes that a case was opened about a party, or that it was answered. The same again changes nothing, nor does word of
// an opening that comes after that of the answer; the parties are not told.
func (t *turn) detected(d Detected) casefile.Answer {
	if i := slices.IndexFunc(t.Bench.Detected, func(x Detected) bool { return x.Detection == d.Detection }); i >= 0 {
		if d.Finding != "" {
			t.Bench.Detected[i].Finding = d.Finding
		}
		return casefile.Answer{}
	}
	d.At = t.At()
	t.Bench.Detected = append(t.Bench.Detected, d)
	if d.Finding == "" {
		t.tellSupervisors("detected", map[string]any{"detector": d.Detector, "detection": d.Detection})
	}
	return casefile.Answer{}
}

// suspected is what was detected last and is not answered.
func (d Dispute) suspected() (Detected, bool) {
	for _, seen := range slices.Backward(d.Bench.Detected) {
		if seen.Finding == "" {
			return seen, true
		}
	}
	return Detected{}, false
}
