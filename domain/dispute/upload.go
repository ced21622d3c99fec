package dispute

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// Upload is a file that a party has announced by its hash and size. When it lands in its time it counts as handed in when
// it was announced (PROCEDURE 7, intent). What it becomes has its identifier from the announcement, so that a cut upload
// that is repeated is the same evidence.
type Upload struct {
	ID      string        `json:"id"`
	By      casefile.Role `json:"by"`
	Type    string        `json:"type"`
	SHA256  string        `json:"sha256"`
	Size    int64         `json:"size"`
	Request string        `json:"request,omitempty"`
	At      time.Time     `json:"at"`
	Until   time.Time     `json:"until"` // the last instant at which it lands in time
	Round   int           `json:"round"`
	Late    bool          `json:"late,omitempty"` // it was announced too late already
}

// Evidence is the identifier of what the upload becomes.
func (u Upload) Evidence() string { return "evd_" + strings.TrimPrefix(u.ID, "upl_") }

func (u Upload) open(at time.Time) bool { return !at.After(u.Until) }

// item is the evidence that the upload stands for.
func (u Upload) item() Item {
	return Item{ID: u.Evidence(), By: u.By, Type: u.Type, Request: u.Request, Upload: u.ID, Round: u.Round}
}

type announcement struct {
	Type    string `json:"type"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"size"`
	Request string `json:"request,omitempty"`
}

func (a announcement) Valid() casefile.Answer {
	switch {
	case !slices.Contains(EvidenceTypes, a.Type):
		return casefile.Invalid("/type", "This is not a type of evidence.")
	case len(a.SHA256) != 64 || strings.Trim(a.SHA256, "0123456789abcdef") != "":
		return casefile.Invalid("/sha256", "A hash is 64 hexadecimal digits in small letters.")
	case a.Size <= 0:
		return casefile.Invalid("/size", "A file has at least one byte.")
	}
	return casefile.Answer{}
}

func (a announcement) Fits(t *turn) casefile.Answer {
	if a.Size > t.Terms.Limits.FileBytes {
		return casefile.Invalid("/size", "The file is larger than is taken.")
	}
	return casefile.Answer{}
}

// announceUpload keeps a party's word that a file is on its way. It is no answer of the seller by itself: only the file is.
func (t *turn) announceUpload(a announcement) casefile.Answer {
	u := Upload{ID: casefile.Derive("upl", t.command), By: t.By().Role, Type: a.Type, SHA256: a.SHA256, Size: a.Size, At: t.At(),
		Until: t.At().Add(t.Terms.Limits.UploadIntent.Std()), Round: t.Round}
	item := Item{By: u.By, Type: u.Type, Request: a.Request, Round: u.Round}
	request, answer := t.requestFor(&item)
	if !answer.Accepted() {
		return answer
	}
	u.Request, u.Late = item.Request, request == nil && t.isLate()
	if t.uploads(u.By) >= t.Terms.Limits.EvidenceItems {
		t.Uploads = slices.DeleteFunc(t.Uploads, func(old Upload) bool { return old.By == u.By && !old.open(t.At()) })
	}
	if t.handedIn(item) >= t.Terms.Limits.EvidenceItems || t.uploads(u.By) >= t.Terms.Limits.EvidenceItems {
		return tooManyItems()
	}
	t.Uploads = append(t.Uploads, u)
	return casefile.Answer{Result: map[string]any{"upload": u.ID, "evidence": u.Evidence(), "until": u.Until, "late": u.Late}}
}

func tooManyItems() casefile.Answer {
	return casefile.Refuse(casefile.TooManyItems, "You have handed in as many items as are allowed here.")
}

// uploads counts what a party has announced and not handed in.
func (t *turn) uploads(by casefile.Role) int {
	n := 0
	for _, u := range t.Uploads {
		if u.By == by {
			n++
		}
	}
	return n
}

// again is the answer to whoever sends what has landed a second time. An upload's identifier is a key like any other: with the same
// file and the same said of it the answer is the same, and with anything else it is refused, because an answer, and its receipt,
// would say that it was taken. A request that is left out is the one of the announcement.
func (i Item) again(s submission) casefile.Answer {
	differs := ""
	switch {
	case s.SHA256 != i.SHA256:
		return casefile.Refuse(casefile.FileRejected, "This is not the file that was announced, and which has landed.")
	case s.Type != i.Type:
		differs = "/type"
	case s.Request != "" && s.Request != i.Request:
		differs = "/request"
	case s.Text != i.Text:
		differs = "/text"
	case s.Cost != i.Cost:
		differs = "/cost"
	}
	if differs != "" {
		return casefile.Answer{Refused: casefile.IdempotencyMismatch, Pointer: differs, Detail: "This upload has landed, and something else was said of it then. Send the file without its upload to hand it in once more."}
	}
	return i.receipt()
}

// land takes an announced file. In its time it is judged as of its announcement; later as any other. What has landed
// before is the same evidence again, and nothing happens.
func (t *turn) land(s submission) casefile.Answer {
	by := t.By().Role
	for _, i := range t.Items {
		if i.Upload == s.Upload && i.By == by {
			return i.again(s)
		}
	}
	at := slices.IndexFunc(t.Uploads, func(u Upload) bool { return u.ID == s.Upload && u.By == by })
	if at < 0 {
		return casefile.Invalid("/upload", "You have not announced this upload, or it is long over. Send the file without it.")
	}
	u := t.Uploads[at]
	switch {
	case s.File == "":
		return casefile.Invalid("/file", "What was announced is a file.")
	case s.Type != u.Type || s.Request != "" && s.Request != u.Request:
		return casefile.Invalid("/upload", "This upload was announced for something else.")
	case s.SHA256 != u.SHA256 || s.Size != u.Size:
		return casefile.Refuse(casefile.FileRejected, "This is not the file that was announced.")
	}
	t.Uploads = slices.Delete(t.Uploads, at, at+1)
	item := u.item()
	item.File, item.SHA256, item.Text, item.Cost, item.At, item.VisibleAt = s.File, s.SHA256, s.Text, s.Cost, t.At(), t.At()
	if !u.open(t.At()) {
		return t.handIn(item, s)
	}
	item.Announced, item.Late = u.At, u.Late
	for i := range t.Requests {
		if r := &t.Requests[i]; r.ID == u.Request && !u.Late {
			r.Answered = true
		}
	}
	t.keep(item, s)
	return item.receipt()
}

// delay gives a deadline that evidence would have met the time in which an announced upload may still land: once, and only
// for the party that is waited for (PROCEDURE 7).
func (t *turn) delay(d clock.Deadline) bool {
	given := slices.ContainsFunc(d.Pauses, func(p clock.Pause) bool { return p.Cause == clock.OpenUpload })
	name, id, _ := strings.Cut(d.Name, "/")
	lands := func(u Upload) bool {
		if u.At.After(d.DueAt) || !u.Until.After(d.DueAt) {
			return false
		}
		switch name {
		case dueSellerResponse, dueReturnInspection:
			return u.By == casefile.Seller
		case dueEvidence:
			return true
		case dueRequest:
			return u.Request == id
		}
		return false
	}
	if given || !slices.ContainsFunc(t.Uploads, lands) {
		return false
	}
	t.Clocks.Extend(d.Name, clock.OpenUpload, d.DueAt, t.Terms.Limits.UploadIntent.Std())
	after, _ := t.Clocks.Get(d.Name)
	t.Moved(d, after, string(clock.OpenUpload))
	return true
}
