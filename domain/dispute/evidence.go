package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/evidence"
	"recourse/domain/money"
	"recourse/domain/policy"
)

// Item is one piece of evidence: a file or a text, with its time of receipt.
type Item struct {
	ID         string        `json:"id"`
	By         casefile.Role `json:"by"`
	Type       string        `json:"type"`
	File       string        `json:"file,omitempty"`
	SHA256     string        `json:"sha256,omitempty"` // of the file's bytes, in hexadecimal
	Text       string        `json:"text,omitempty"`
	Cost       money.Minor   `json:"cost,omitempty"` // of a return, as its receipt shows it
	Request    string        `json:"request,omitempty"`
	At         time.Time     `json:"at"`
	VisibleAt  time.Time     `json:"visible_at"` // from when the other party can see it; zero: it cannot
	Round      int           `json:"round"`
	Late       bool          `json:"late,omitempty"`
	AdmittedAt time.Time     `json:"admitted_at,omitzero"` // a late item that the reviewer lets in
	Upload     string        `json:"upload,omitempty"`     // as which it was announced
	Announced  time.Time     `json:"announced,omitzero"`   // when, if it landed in time
	Step       int64         `json:"step,omitempty"`       // sequence of the event that received it
	Scan       Scan          `json:"scan,omitempty"`       // of a file
	Unanswered bool          `json:"unanswered,omitempty"` // the scanner says nothing of it, and is not asked again
}

// receipt is the answer to whoever handed it in.
func (i Item) receipt() casefile.Answer {
	return casefile.Answer{Result: map[string]any{"evidence": i.ID, "late": i.Late}}
}

// heard is the instant from which the item starts the other party's hearing; none for a late item that was not admitted,
// and for a file that was rejected. A file that waits for its scan starts nothing yet, and is waited for.
func (i Item) heard() (time.Time, bool) {
	switch {
	case i.Rejected():
		return time.Time{}, false
	case i.Late && i.AdmittedAt.After(i.VisibleAt):
		return i.AdmittedAt, true
	}
	return i.VisibleAt, !i.Late || !i.AdmittedAt.IsZero()
}

// EvidenceTypes are those of PROCEDURE 7.
var EvidenceTypes = evidence.Types

// Request is evidence that a reviewer asks of a party.
type Request struct {
	ID        string        `json:"id"`
	From      casefile.Role `json:"from"`
	Type      string        `json:"type"`
	DueAt     time.Time     `json:"due_at"`
	Mandatory bool          `json:"mandatory,omitempty"`
	Answered  bool          `json:"answered,omitempty"`
	Expired   bool          `json:"expired,omitempty"`
}

type submission struct {
	Type    string      `json:"type"`
	File    string      `json:"file,omitempty"`
	SHA256  string      `json:"sha256,omitempty"` // of the file, as whoever stored it has found
	Text    string      `json:"text,omitempty"`
	Request string      `json:"request,omitempty"`
	Cost    money.Minor `json:"cost,omitempty"` // of a return, with a return_receipt
	Upload  string      `json:"upload,omitempty"`
	Size    int64       `json:"size,omitempty"` // of the file, in bytes
}

func (s submission) Valid() casefile.Answer {
	switch {
	case !slices.Contains(EvidenceTypes, s.Type):
		return casefile.Invalid("/type", "This is not a type of evidence.")
	case s.File == "" && s.Text == "":
		return casefile.Invalid("/text", "Evidence is a file or a text.")
	case s.Cost < 0 || s.Cost > 0 && s.Type != "return_receipt":
		return casefile.Invalid("/cost", "A cost is shown by a return receipt and is not negative.")
	}
	return casefile.Answer{}
}

func (s submission) Fits(t *turn) casefile.Answer { return t.words(s.Text) }

// submitEvidence takes what a party hands in while the case is open. What comes after the evidence period is kept and
// marked late.
func (t *turn) submitEvidence(s submission) casefile.Answer {
	if s.Upload != "" {
		return t.land(s)
	}
	item := Item{ID: casefile.Derive("evd", t.command), By: t.By().Role, Type: s.Type, File: s.File, SHA256: s.SHA256, Text: s.Text, Cost: s.Cost, Request: s.Request,
		At: t.At(), VisibleAt: t.At(), Round: t.Round}
	return t.handIn(item, s)
}

// handIn takes an item as of now.
func (t *turn) handIn(item Item, s submission) casefile.Answer {
	request, a := t.requestFor(&item)
	if !a.Accepted() {
		return a
	}
	if t.handedIn(item) >= t.Terms.Limits.EvidenceItems {
		return tooManyItems()
	}
	item.Late = request == nil && t.isLate()
	if request != nil {
		request.Answered = true // more may come until it is due
	}
	t.keep(item, s)
	return item.receipt()
}

// keep adds the item and what follows from its being handed in.
func (t *turn) keep(item Item, s submission) {
	t.addItem(item)
	if s.Cost > 0 && t.Return != nil && t.byBuyer() {
		t.Return.Cost = s.Cost
	}
	if t.bySeller() {
		t.sellerAnswered()
	}
}

// requestFor finds the open request that the item answers: the one it names, or one for this type from this party.
func (t *turn) requestFor(item *Item) (*Request, casefile.Answer) {
	for i := range t.Requests {
		r := &t.Requests[i]
		if r.From != item.By || item.Request != "" && r.ID != item.Request || item.Request == "" && (r.Type != item.Type || r.Answered || r.Expired) {
			continue
		}
		item.Request = r.ID
		if r.Expired {
			return nil, casefile.Answer{} // kept as a late item
		}
		return r, casefile.Answer{}
	}
	if item.Request != "" {
		return nil, casefile.Invalid("/request", "No such request was made to you.")
	}
	return nil, casefile.Answer{}
}

// handedIn counts what the party handed in, or has on its way, for the same request or in the same round.
func (t *turn) handedIn(item Item) int {
	n := 0
	count := func(i Item) {
		if i.By == item.By && i.Request == item.Request && (item.Request != "" || i.Round == item.Round) {
			n++
		}
	}
	for _, i := range t.Items {
		count(i)
	}
	for _, u := range t.Uploads {
		if u.open(t.At()) {
			count(u.item())
		}
	}
	return n
}

// isLate says that a round of evidence is over: before the first one, and while one runs, everything is in time. A case
// that its buyer is about to withdraw is where it was.
func (t *turn) isLate() bool {
	_, gathering := t.Clocks.Get(dueEvidence)
	status := t.Status
	if status == Withdrawing {
		status = t.Withdrawal.Status
	}
	switch status {
	case Assigning, WaitingEvidence, UnderReview, WaitingSignature, PanelReview:
		return !gathering
	}
	return false
}

// lateSince marks what was handed in while an interruption lasted, if the case goes on with a round that was over before: a
// return that nobody sent is no way round the reviewer. What answers a request is in time as it was.
func (t *turn) lateSince(at time.Time) {
	if !t.isLate() {
		return
	}
	for i := range t.Items {
		if item := &t.Items[i]; !item.Late && item.Request == "" && !item.At.Before(at) {
			item.Late = true
			t.Event(casefile.EvidenceLate, map[string]any{"evidence": item.ID})
		}
	}
}

func (t *turn) addItem(item Item) {
	t.awaitScan(&item)
	data := map[string]any{"evidence": item.ID, "type": item.Type}
	if item.File != "" {
		data["file"] = item.File
	}
	if item.SHA256 != "" {
		data["sha256"] = item.SHA256 // so that the log says which bytes were handed in
	}
	if item.Text != "" {
		data["text"] = item.Text
	}
	if item.Request != "" {
		data["request"] = item.Request
	}
	item.Step = t.Event(casefile.EvidenceReceived, data)
	t.Items = append(t.Items, item)
	if item.Late {
		t.Event(casefile.EvidenceLate, map[string]any{"evidence": item.ID})
	}
}

type evidenceRequest struct {
	From      string          `json:"from"` // the account or the role of a party
	Type      string          `json:"type"`
	Due       policy.Duration `json:"due"`
	Mandatory bool            `json:"mandatory,omitempty"`
}

func (r evidenceRequest) Valid() casefile.Answer {
	switch {
	case !slices.Contains(EvidenceTypes, r.Type):
		return casefile.Invalid("/type", "This is not a type of evidence.")
	case r.Due <= 0:
		return casefile.Invalid("/due", "A request gives some time.")
	}
	return casefile.Answer{}
}

func (r evidenceRequest) Fits(t *turn) casefile.Answer {
	if _, known := t.partyNamed(r.From); !known {
		return casefile.Invalid("/from", "Evidence is asked of a party of this case.")
	}
	if r.Due > t.Terms.Dispute.PerformanceMax {
		return casefile.Invalid("/due", "A request gives no more time than a promise may take.")
	}
	return casefile.Answer{}
}

func requestDue(id string) string { return dueRequest + "/" + id }

// RequestDue is until when a request of the case can be answered: while it runs, what incidents have moved its deadline to.
func (d Dispute) RequestDue(q Request) time.Time {
	if due, runs := d.Clocks.Get(requestDue(q.ID)); runs {
		return due.DueAt
	}
	return q.DueAt
}

func (t *turn) requestEvidence(r evidenceRequest) casefile.Answer {
	from, _ := t.partyNamed(r.From)
	request := Request{ID: casefile.Derive("req", t.command), From: from, Type: r.Type, DueAt: t.At().Add(r.Due.Std()), Mandatory: r.Mandatory}
	t.Requests = append(t.Requests, request)
	t.Event(casefile.EvidenceRequested, map[string]any{"request": request.ID, "from": from, "type": r.Type, "due_at": request.DueAt, "mandatory": r.Mandatory})
	t.start(requestDue(request.ID), "evidence.requested", "", r.Due.Std())
	return casefile.Answer{Result: map[string]any{"request": request.ID}}
}

func (t *turn) partyNamed(name string) (casefile.Role, bool) {
	switch name {
	case t.Buyer, string(casefile.Buyer):
		return casefile.Buyer, true
	case t.Seller, string(casefile.Seller):
		return casefile.Seller, true
	}
	return "", false
}

func (t *turn) expireRequest(name string) {
	for i := range t.Requests {
		if requestDue(t.Requests[i].ID) == name {
			t.Requests[i].Expired = true
		}
	}
}

// closeRequests ends what is asked for and has not come: nobody decides on it any more.
func (t *turn) closeRequests() {
	for i := range t.Requests {
		t.Requests[i].Expired = true
	}
	t.removeGroup(dueRequest)
}

type admission struct {
	Item    string `json:"item"`
	Reasons string `json:"reasons"`
}

// admitEvidence lets a late item in; the other party's hearing starts with it.
func (t *turn) admitEvidence(a admission) casefile.Answer {
	for i := range t.Items {
		item := &t.Items[i]
		if item.ID != a.Item {
			continue
		}
		if !item.Late || !item.AdmittedAt.IsZero() {
			return casefile.Refuse(casefile.WrongStage, "This item is part of the record already.")
		}
		item.AdmittedAt = t.At()
		t.Event(casefile.EvidenceAdmitted, map[string]any{"evidence": item.ID, "reasons": a.Reasons})
		return casefile.Answer{}
	}
	return casefile.Invalid("/item", "The case has no such item.")
}
