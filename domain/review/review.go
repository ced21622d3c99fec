package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/policy"
	"recourse/domain/report"
)

// Status says where a review stands.
type Status string

// The statuses of PROCEDURE 10. Redacted is published with something taken out.
const (
	Sealed        Status = "sealed"
	Screening     Status = "screening"
	Moderation    Status = "moderation"
	EditRequested Status = "edit_requested"
	Published     Status = "published"
	Redacted      Status = "redacted"
	Removed       Status = "removed"
)

// Statuses are all of them, in the order of a review's life.
var Statuses = []Status{Sealed, Screening, Moderation, EditRequested, Published, Redacted, Removed}

// Review is the state of a review.
type Review struct {
	casefile.Header
	Order       string             `json:"order"`
	Buyer       string             `json:"buyer"`
	Seller      string             `json:"seller"`
	Marks       Marks              `json:"marks"`
	Text        string             `json:"text,omitempty"`
	Terms       policy.ReviewTerms `json:"terms"`
	SubmittedAt time.Time          `json:"submitted_at"`

	Status      Status          `json:"status"`
	Clocks      clock.Set       `json:"clocks"`
	Flags       []casefile.Flag `json:"flags,omitempty"` // of the screening
	Asked       []Asking        `json:"asked,omitempty"` // why a moderator has looked, or looks
	Moderated   []Verdict       `json:"moderated,omitempty"`
	Edited      bool            `json:"edited,omitempty"` // an edit was asked for, once
	Redaction   string          `json:"redaction,omitempty"`
	PublishedAt time.Time       `json:"published_at,omitzero"`
	RemovedAt   time.Time       `json:"removed_at,omitzero"`
	Counted     bool            `json:"counted"`
	Reason      Reason          `json:"reason,omitempty"`  // why not
	Own         bool            `json:"own,omitempty"`     // published as one of a shop of the buyer's own: it stays that, whatever links go (docs/decisions/0033)
	Silent      bool            `json:"silent,omitempty"`  // published because no moderator said anything
	Reports     []Threat        `json:"reports,omitempty"` // about it, that are open or were found to be true
	Reply       *Reply          `json:"reply,omitempty"`
}

// Threat is a report about the review: one that a flagged threat has, or one that was found to be true.
type Threat struct {
	Report  string         `json:"report"`
	Finding report.Finding `json:"finding,omitempty"`
}

// Reply is the one answer of the seller, shown below the review.
type Reply struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Kind is how the recording transaction finds reviews.
var Kind = casefile.Kind{Name: casefile.KindReview, Decode: decode, Needs: needs}

func decode(state []byte) (casefile.Case, error) {
	var r Review
	if len(state) == 0 {
		return r, nil
	}
	if err := json.Unmarshal(state, &r); err != nil {
		return nil, fmt.Errorf("decode review: %w", err)
	}
	return r, nil
}

func needs(trigger string) casefile.Need {
	name, _, _ := strings.Cut(trigger, "/")
	switch name {
	case "moderate":
		return casefile.NeedReview | casefile.NeedReviewers
	case "submit_review", "screened", "dispute_ended", "recount", "report_answered", "reply", "edit_review",
		dueSeal, dueRecheck, dueScreening, dueModeration, dueAppeal:
		return casefile.NeedReview
	}
	return 0
}

func (r Review) clone() *Review {
	r.Clocks = r.Clocks.Clone()
	r.Flags, r.Asked, r.Moderated = slices.Clone(r.Flags), slices.Clone(r.Asked), slices.Clone(r.Moderated)
	r.Marks = r.Marks.clone()
	r.Reports = slices.Clone(r.Reports)
	if r.Reply != nil {
		reply := *r.Reply
		r.Reply = &reply
	}
	return &r
}

// Head is the header of the state.
func (r Review) Head() casefile.Header { return r.Header }

// Next is the deadline that is due first.
func (r Review) Next() (clock.Deadline, bool) { return r.Clocks.Next() }

// Effects are none.
func (r Review) Effects() []casefile.Effect { return nil }

// Closed says that nothing is waited for. A published review can be reported, replied to and counted anew all the same.
func (r Review) Closed() bool {
	return r.Status == Published || r.Status == Redacted || r.Status == Removed
}

// Public says that the review can be read, also while a moderator looks at it again.
func (r Review) Public() bool { return !r.PublishedAt.IsZero() && r.RemovedAt.IsZero() }

// Shown is the text that can be read: what is left of it after a redaction, and nothing before it is published.
func (r Review) Shown() string {
	switch {
	case !r.Public():
		return ""
	case r.Redaction != "":
		return r.Redaction
	}
	return r.Text
}

// ParentOrder is the order whose row is locked before the review's.
func (r Review) ParentOrder() string { return r.Order }

// Deadlines are all that is set, running or standing still.
func (r Review) Deadlines() []clock.Deadline { return r.Clocks.Deadlines }

// Summary is what lists and operators see.
func (r Review) Summary() casefile.Summary {
	outcome := ""
	switch {
	case r.Public() && r.Counted:
		outcome = "counted"
	case r.Public():
		outcome = "uncounted"
	}
	return casefile.Summary{Kind: casefile.KindReview, Stage: "review", Status: string(r.Status), Reason: string(r.Reason), Outcome: outcome,
		Order: r.Order, Buyer: r.Buyer, Seller: r.Seller, Move: r.Turn(), OpenedAt: r.SubmittedAt, Closed: r.Closed()}
}

// Turn says whose move it is.
func (r Review) Turn() casefile.Role {
	switch r.Status {
	case Moderation:
		return casefile.Reviewer
	case EditRequested:
		return casefile.Buyer
	case Screening:
		return casefile.System
	}
	return ""
}

// Written is the text as its author wrote it last.
func (r Review) Written() string { return r.Text }
