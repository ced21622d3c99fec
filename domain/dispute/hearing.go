package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

func (t *turn) mayExtend() casefile.Answer {
	if _, gathering := t.Clocks.Get(dueEvidence); !gathering || t.Extended[string(t.By().Role)] {
		return casefile.Refuse(casefile.WrongStage, "The evidence period can be extended once by each party, while it runs.")
	}
	return casefile.Answer{}
}

func (t *turn) extendEvidence(struct{}) casefile.Answer {
	t.Extended[string(t.By().Role)] = true
	t.Delayed = true
	before, _ := t.Clocks.Get(dueEvidence)
	t.Clocks.Extend(dueEvidence, clock.PartyExtension, t.At(), t.Terms.Dispute.EvidenceExtension.Std())
	after, _ := t.Clocks.Get(dueEvidence)
	t.Moved(before, after, "extended_by_"+string(t.By().Role))
	return casefile.Answer{}
}

// Waiver is a party's word that it needs no more time for what is there: these items, not what comes later, be it in the
// same instant.
type Waiver struct {
	At    time.Time `json:"at"`
	Items []string  `json:"items,omitempty"`
}

// waiveHearing gives up, for the party that says so, the rest of the evidence period and the time to answer what is there.
func (t *turn) waiveHearing(struct{}) casefile.Answer {
	if a := t.moves(); !a.Accepted() {
		return a
	}
	waiver := Waiver{At: t.At()}
	for _, i := range t.Items {
		if _, counts := i.heard(); counts && i.Scan != ScanPending {
			waiver.Items = append(waiver.Items, i.ID)
		}
	}
	t.Waivers[string(t.By().Role)] = waiver
	t.Event(casefile.HearingWaived, nil)
	_, buyer := t.Waivers[string(casefile.Buyer)]
	_, seller := t.Waivers[string(casefile.Seller)]
	if buyer && seller {
		t.Clocks.Remove(dueEvidence)
	}
	return casefile.Answer{}
}

// awaited is a request that a decision waits for; nil when there is none.
func (t *turn) awaited() *Request {
	for i := range t.Requests {
		if r := &t.Requests[i]; r.Mandatory && !r.Answered && !r.Expired {
			return r
		}
	}
	return nil
}

// heard refuses a decision until each party has had the other's items long enough, or waived it.
func (t *turn) heard() casefile.Answer {
	if r := t.awaited(); r != nil {
		due, _ := t.Clocks.Get(requestDue(r.ID))
		return casefile.Answer{Refused: casefile.EvidenceRequestOpen, Detail: "What was asked for is neither here nor overdue.",
			Result: map[string]any{"request": r.ID, "due_at": due.DueAt}}
	}
	for _, i := range t.Items {
		from, counts := i.heard()
		if !counts {
			continue
		}
		if i.Scan == ScanPending {
			return casefile.Answer{Refused: casefile.HearingNotComplete, Detail: "A file is being looked at, and nobody has seen it yet.",
				Result: map[string]any{"evidence": i.ID}}
		}
		until := from.Add(t.Terms.Dispute.Hearing.Std())
		if t.At().Before(until) && !slices.Contains(t.Waivers[string(other(i.By))].Items, i.ID) {
			return casefile.Answer{Refused: casefile.HearingNotComplete, Detail: "A party has not had the other's evidence long enough.",
				Result: map[string]any{"evidence": i.ID, "from": until}}
		}
	}
	return casefile.Answer{}
}

// Record is what a decision is made on: the claim, the offers, the evidence that counts, and the answers to requests.
type Record struct {
	Claim    Claim     `json:"claim"`
	Offers   []Offer   `json:"offers"`
	Items    []Item    `json:"items"`
	Requests []Request `json:"requests"`
}

// Record is what is on the file now. Messages and late items that nobody admitted are not part of it.
func (d Dispute) Record() Record {
	r := Record{Claim: d.Claim, Offers: d.Offers}
	for _, i := range d.Items {
		if _, counts := i.heard(); counts && i.Scan != ScanPending {
			r.Items = append(r.Items, i)
		}
	}
	for _, q := range d.Requests {
		if q.Answered {
			q.Expired = false // that no more may come is no news
			r.Requests = append(r.Requests, q)
		}
	}
	return r
}

// RecordHash is the SHA-256 of the record in hexadecimal. A decision names the one that its author read.
func (d Dispute) RecordHash() string { return d.Record().hash() }

func (r Record) hash() string {
	encoded, err := json.Marshal(r)
	if err != nil {
		panic("dispute: a record of plain values cannot fail to encode: " + err.Error())
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
