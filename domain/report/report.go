package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/policy"
)

// Report is the state of a malicious report.
type Report struct {
	casefile.Header
	Reporter    string             `json:"reporter"` // who reports, or on whose behalf the platform does; empty: a detector saw it
	Reported    string             `json:"reported"`
	Raised      bool               `json:"raised,omitempty"` // by the platform, so that nobody has affirmed or invented it
	Detector    string             `json:"detector,omitempty"`
	Detection   string             `json:"detection,omitempty"`
	Unnamed     bool               `json:"unnamed,omitempty"` // the reporter's wish
	Safety      bool               `json:"safety,omitempty"`  // somebody is in danger
	Behaviour   Behaviour          `json:"behaviour"`
	Order       string             `json:"order,omitempty"`
	Dispute     string             `json:"dispute,omitempty"`
	Review      string             `json:"review,omitempty"`
	Buyer       string             `json:"buyer,omitempty"` // of the order
	Seller      string             `json:"seller,omitempty"`
	Text        string             `json:"text"`
	Evidence    []string           `json:"evidence,omitempty"` // files
	Terms       policy.ReportTerms `json:"terms"`
	SubmittedAt time.Time          `json:"submitted_at"`

	Status  Status    `json:"status"`
	Clocks  clock.Set `json:"clocks"`
	Overdue bool      `json:"overdue,omitempty"` // the finding is late
	Round   int       `json:"round"`             // from 1; each contest begins another
	Bench   Bench     `json:"bench"`

	Questions []Question `json:"questions,omitempty"`
	Hold      *Hold      `json:"hold,omitempty"`
	Rulings   []Ruling   `json:"rulings,omitempty"` // one a round that is over
	Contests  []Contest  `json:"contests,omitempty"`
	Referrals []Referral `json:"referrals,omitempty"`
	Final     bool       `json:"final,omitempty"` // nobody could contest the last finding
}

// Bench is who finds, and who does no more.
type Bench struct {
	Reviewer   string    `json:"reviewer,omitempty"`
	AssignedAt time.Time `json:"assigned_at,omitzero"`
	Waived     bool      `json:"waived,omitempty"` // nobody was free of earlier cases with a side
	Lapsed     []string  `json:"lapsed,omitempty"`
	Barred     []string  `json:"barred,omitempty"` // found in an earlier round
}

// Kind is how the recording transaction finds reports.
var Kind = casefile.Kind{Name: casefile.KindReport, Decode: decode, Needs: needs}

func decode(state []byte) (casefile.Case, error) {
	var r Report
	if len(state) == 0 {
		return r, nil
	}
	if err := json.Unmarshal(state, &r); err != nil {
		return nil, fmt.Errorf("decode report: %w", err)
	}
	return r, nil
}

func needs(trigger string) casefile.Need {
	name, _, _ := strings.Cut(trigger, "/")
	switch name {
	case "submit_report", "propose_hold", dueMaxAge:
		return casefile.NeedReport
	case "second", "find":
		return casefile.NeedReport | casefile.NeedReviewers
	case "assign", dueAssignment:
		return casefile.NeedReviewers
	}
	return 0
}

func (r Report) clone() *Report {
	r.Clocks = r.Clocks.Clone()
	r.Bench.Lapsed, r.Bench.Barred = slices.Clone(r.Bench.Lapsed), slices.Clone(r.Bench.Barred)
	r.Questions, r.Rulings = slices.Clone(r.Questions), slices.Clone(r.Rulings)
	r.Contests, r.Referrals = slices.Clone(r.Contests), slices.Clone(r.Referrals)
	if r.Hold != nil {
		hold := *r.Hold
		r.Hold = &hold
	}
	return &r
}

// Head is the header of the state.
func (r Report) Head() casefile.Header { return r.Header }

// Next is the deadline that is due first.
func (r Report) Next() (clock.Deadline, bool) { return r.Clocks.Next() }

// Effects are none.
func (r Report) Effects() []casefile.Effect { return nil }

// Closed says that the report is over. A referral's answer may still be recorded.
func (r Report) Closed() bool { return r.Status == Closed }

// ParentOrder is the order whose row is locked before the report's; empty when it is about none.
func (r Report) ParentOrder() string { return r.Order }

// Parties are the sides, whom a reviewer must have nothing to do with. A detector is nobody's acquaintance.
func (r Report) Parties() []string {
	if r.Reporter == "" {
		return []string{r.Reported}
	}
	return []string{r.Reporter, r.Reported}
}

// Sides are who reports, if anybody does, and who is reported.
func (r Report) Sides() (reporter, reported string) { return r.Reporter, r.Reported }

// Deadlines are all that is set, running or standing still.
func (r Report) Deadlines() []clock.Deadline { return r.Clocks.Deadlines }

// Finding is what was found last; empty before.
func (r Report) Finding() Finding {
	if len(r.Rulings) == 0 {
		return ""
	}
	return r.Rulings[len(r.Rulings)-1].Finding
}

// Victim is whom the reported account dealt with in the order: its metrics are protected. Empty when the report is about no
// order, or the reported account is no party of it.
func (r Report) Victim() string {
	switch r.Reported {
	case "":
		return ""
	case r.Buyer:
		return r.Seller
	case r.Seller:
		return r.Buyer
	}
	return ""
}

// Summary is what lists and operators see. It names no side: a list of one's own cases must not show who reported whom.
func (r Report) Summary() casefile.Summary {
	return casefile.Summary{Kind: casefile.KindReport, Stage: "report", Status: string(r.Status), Reason: string(r.Behaviour),
		Outcome: string(r.Finding()), Order: r.Order, Reviewer: r.Bench.Reviewer, Move: r.Turn(),
		OpenedAt: r.SubmittedAt, Closed: r.Closed()}
}

// Turn says whose move it is; empty for a side, which has no role of its own, or for nobody.
func (r Report) Turn() casefile.Role {
	switch r.Status {
	case Submitted, Contested:
		return casefile.Supervisor
	case Screening, UnderReview:
		return casefile.Reviewer
	}
	return ""
}

// About is what the report is about: a behaviour, and the order, the dispute and the review that it names.
func (r Report) About() (behaviour, order, dispute, review string) {
	return string(r.Behaviour), r.Order, r.Dispute, r.Review
}

// RaisedByPlatform says that nobody has affirmed the report: the platform raised it on somebody's behalf.
func (r Report) RaisedByPlatform() bool { return r.Raised }
