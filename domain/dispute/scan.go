package dispute

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
)

// Scan is what is known of a file's harmlessness. A text has none.
type Scan string

// The states of a scan. Nothing but what is clean is shown to anybody but the one who handed it in.
const (
	ScanPending     Scan = "pending"
	ScanClean       Scan = "clean"
	ScanInfected    Scan = "infected"
	ScanUnscannable Scan = "unscannable"
)

// Unanswered is no state but a verdict: the scanner gives none, and is not asked again. The file stays pending until its time is
// over (PROCEDURE 6.3).
const Unanswered Scan = "unanswered"

// Rejected says that the item is no evidence: it is kept, shown to nobody, and part of no record.
func (i Item) Rejected() bool { return i.Scan == ScanInfected || i.Scan == ScanUnscannable }

// Visible says whether everybody who may see the case's evidence may see the item.
func (i Item) Visible(at time.Time) bool {
	return i.Scan != ScanPending && !i.Rejected() && !i.VisibleAt.After(at)
}

func dueScanOf(item string) string { return dueScan + "/" + item }

// awaitScan lets a file wait until it is scanned, but not for ever.
func (t *turn) awaitScan(item *Item) {
	if item.File == "" {
		return
	}
	item.Scan, item.VisibleAt = ScanPending, time.Time{}
	t.Start(dueScanOf(item.ID), "evidence.received", "limits.scan_max", t.Terms.Limits.ScanMax.Std())
}

type scanned struct {
	Step      int64  `json:"step"`
	Verdict   Scan   `json:"verdict"`
	Signature string `json:"signature,omitempty"` // of what was found
}

func (s scanned) Valid() casefile.Answer {
	switch s.Verdict {
	case ScanClean, ScanInfected, ScanUnscannable, Unanswered:
		return casefile.Answer{}
	}
	return casefile.Invalid("/verdict", "A scan says clean, infected or unscannable, or unanswered.")
}

// recordScan takes the scanner's word: the other party sees the file from now on, or nobody does.
func (t *turn) recordScan(s scanned) casefile.Answer {
	at := slices.IndexFunc(t.Items, func(i Item) bool { return i.Step == s.Step && i.Scan == ScanPending })
	if at < 0 || s.Verdict == Unanswered && t.Items[at].Unanswered {
		return casefile.Refuse(casefile.WrongStage, "No file waits for this scan.")
	}
	item := &t.Items[at]
	if s.Verdict == Unanswered {
		item.Unanswered = true
		return casefile.Answer{}
	}
	t.Clocks.Remove(dueScanOf(item.ID))
	if s.Verdict == ScanClean {
		item.Scan, item.VisibleAt = ScanClean, t.At()
		return casefile.Answer{}
	}
	t.reject(item, s.Verdict, string(s.Verdict), s.Signature)
	return casefile.Answer{}
}

// scanOverdue rejects a file that nobody has scanned for too long (PROCEDURE 6.3).
func (t *turn) scanOverdue(name string) {
	_, id, _ := strings.Cut(name, "/")
	for i := range t.Items {
		if item := &t.Items[i]; item.ID == id && item.Scan == ScanPending {
			t.reject(item, ScanUnscannable, "unscanned", "")
		}
	}
}

// reject keeps the item out of the record. A request that only it had answered is open again.
func (t *turn) reject(item *Item, scan Scan, why, signature string) {
	item.Scan, item.VisibleAt = scan, time.Time{}
	for i := range t.Requests {
		r := &t.Requests[i]
		if r.ID == item.Request && !r.Expired {
			r.Answered = slices.ContainsFunc(t.Items, func(other Item) bool { return other.Request == r.ID && !other.Rejected() })
		}
	}
	data := map[string]any{"evidence": item.ID, "why": why}
	if signature != "" {
		data["signature"] = signature
	}
	t.EventBy(casefile.ByItself, casefile.EvidenceRejected, data)
}

// Effects are the scans that are asked for: of each file that nobody has looked at, by the event that received it. Money
// and the rest of the world are the order's.
func (d Dispute) Effects() []casefile.Effect {
	if d.Status == Closed {
		return nil
	}
	var open []casefile.Effect
	for _, i := range d.Items {
		if i.Scan == ScanPending && !i.Unanswered {
			open = append(open, casefile.Effect{Step: i.Step, Kind: casefile.EffectScan})
		}
	}
	return open
}

type viewing struct {
	Item string `json:"item"`
}

// openOriginal records that somebody looks at a file as it was handed in. It changes nothing else, not even the revision:
// looking must not make stale what the same person is about to decide.
func (t *turn) openOriginal(v viewing) casefile.Answer {
	for _, i := range t.Items {
		if i.ID != v.Item || i.File == "" {
			continue
		}
		if i.Scan != ScanClean {
			return casefile.Refuse(casefile.WrongStage, "This file has not been found harmless, so nobody opens it.")
		}
		t.Event(casefile.EvidenceViewed, map[string]any{"evidence": i.ID})
		return casefile.Answer{}
	}
	return casefile.Invalid("/item", "The case has no such file.")
}
