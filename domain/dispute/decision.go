package dispute

import (
	"slices"
	"time"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
	"recourse/domain/money"
)

// Decision is a reviewer's ruling.
type Decision struct {
	ID         string      `json:"id"`
	By         string      `json:"by"`
	Outcome    Outcome     `json:"outcome"`
	Refund     money.Minor `json:"refund"`
	Release    money.Minor `json:"release"`
	Return     bool        `json:"return,omitempty"` // the refund follows the return leg
	Reasons    string      `json:"reasons"`
	Findings   []Finding   `json:"findings,omitempty"`
	RecordHash string      `json:"record_hash"`
	At         time.Time   `json:"at"`
	Formula    money.Minor `json:"formula"`         // what the remedy formula gives
	Asked      string      `json:"asked,omitempty"` // before whom a proposal lies for the second signature
	SecondedBy string      `json:"seconded_by,omitempty"`
	SecondedAt time.Time   `json:"seconded_at,omitzero"`
}

// Finding is one thing that a reviewer holds, with what it rests on.
type Finding struct {
	Claim    string   `json:"claim"`
	Holds    bool     `json:"holds"`
	Evidence []string `json:"evidence,omitempty"`
	Rule     string   `json:"rule,omitempty"`
}

type verdict struct {
	Outcome    Outcome     `json:"outcome"`
	Refund     money.Minor `json:"refund"`
	Release    money.Minor `json:"release"`
	Return     bool        `json:"return,omitempty"`
	Reasons    string      `json:"reasons"`
	Findings   []Finding   `json:"findings,omitempty"`
	RecordHash string      `json:"record_hash,omitempty"`
}

func (v verdict) Valid() casefile.Answer {
	switch {
	case v.Refund < 0:
		return casefile.Invalid("/refund", "Money that is awarded is not negative.")
	case v.Release < 0:
		return casefile.Invalid("/release", "Money that is awarded is not negative.")
	case casefile.Blank(v.Reasons):
		return casefile.Invalid("/reasons", "A decision gives its reasons.")
	case v.Return && v.Refund == 0:
		return casefile.Invalid("/return", "Goods go back for a refund.")
	}
	switch v.Outcome {
	case DecidedForBuyer:
		if v.Refund == 0 {
			return casefile.Invalid("/refund", "A decision for the buyer refunds something.")
		}
	case DecidedForSeller:
		if v.Refund != 0 {
			return casefile.Invalid("/refund", "A decision for the seller refunds nothing.")
		}
	case DecidedSplit:
		if v.Refund == 0 || v.Release == 0 {
			return casefile.Invalid("/refund", "A split gives something to both.")
		}
	default:
		return casefile.Invalid("/outcome", "A decision is for the buyer, for the seller, or a split.")
	}
	return casefile.Answer{}
}

// Fits checks that findings rest on evidence of this case's record, which the other side has had, and on rules that there are.
func (v verdict) Fits(t *turn) casefile.Answer {
	for _, f := range v.Findings {
		if f.Rule != "" && !IsRule(f.Rule) {
			return casefile.Invalid("/findings", "A finding rests on a key of the policy or a section of the procedure.")
		}
		for _, id := range f.Evidence {
			at := slices.IndexFunc(t.Items, func(i Item) bool { return i.ID == id })
			if at < 0 {
				return casefile.Invalid("/findings", "A finding rests on evidence that is not of this case.")
			}
			if _, counts := t.Items[at].heard(); !counts {
				return casefile.Invalid("/findings", "A finding rests on an item that does not count: it was rejected, or it came late and is not admitted.")
			}
		}
	}
	return casefile.Answer{}
}

// amounts checks that everything in dispute is awarded and no more.
func (t *turn) amounts(refund, release money.Minor) casefile.Answer {
	value := t.value()
	switch {
	case refund > value || release > value || refund+release > value:
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/refund", Detail: "More is awarded than is left of these lines.",
			Result: map[string]any{"cap": value}}
	case refund+release < value:
		return casefile.Invalid("/release", "Refund and release together are what is in dispute.")
	}
	return casefile.Answer{}
}

// mayDecide is everything that must hold before anybody looks at what is decided.
func (t *turn) mayDecide() casefile.Answer {
	if t.Status == PanelReview && !t.Panel.Failed {
		return casefile.Refuse(casefile.WrongStage, "The panel has the case.")
	}
	if a := t.onBench(); !a.Accepted() {
		return a
	}
	if t.Proposal != nil {
		return casefile.Refuse(casefile.WrongStage, "A decision waits for its second signature.")
	}
	return t.ripe()
}

// ripe refuses a decision while something is open that it must wait for.
func (t *turn) ripe() casefile.Answer {
	_, gathering := t.Clocks.Get(dueEvidence)
	switch {
	case t.Bench.open() != nil:
		return casefile.Refuse(casefile.WrongStage, "An objection to the reviewer waits for its ruling.")
	case gathering:
		return casefile.Refuse(casefile.EvidenceRequestOpen, "The evidence period is not over, and not both parties have waived the rest of it.")
	}
	return t.heard()
}

func (t *turn) decide(v verdict) casefile.Answer {
	if v.RecordHash != "" && v.RecordHash != t.RecordHash() {
		return casefile.Refuse(casefile.RecordChanged, "The record has changed since you read it.")
	}
	if a := t.amounts(v.Refund, v.Release); !a.Accepted() {
		return a
	}
	formula := t.Formula(t.facts)
	d := Decision{ID: casefile.Derive("dec", t.command), By: t.By().ID, Outcome: v.Outcome, Refund: v.Refund, Release: v.Release, Return: v.Return,
		Reasons: v.Reasons, Findings: v.Findings, RecordHash: t.RecordHash(), At: t.At(), Formula: formula.Gives(t.Claim.Reason, v.Findings, v.Refund)}
	if t.Status == PanelReview {
		t.Decision = &d
		t.Event(casefile.DisputeDecided, d.data())
		t.makeFinal()
		return casefile.Answer{Result: map[string]any{"decision": d.ID, "state": "final"}}
	}
	if formula.NeedsSecond(d.Refund, d.Release, d.Formula) {
		t.Proposal = &d
		t.Clocks.Remove(dueLease)
		t.Event(casefile.DecisionProposed, d.data())
		t.askSecond()
		return casefile.Answer{Result: map[string]any{"decision": d.ID, "state": "proposed"}}
	}
	t.announce(d)
	return casefile.Answer{Result: map[string]any{"decision": d.ID, "state": "decided"}}
}

func (d Decision) data() map[string]any {
	return map[string]any{"decision": d.ID, "by": d.By, "outcome": d.Outcome, "refund": d.Refund, "release": d.Release,
		"return": d.Return, "reasons": d.Reasons, "record_hash": d.RecordHash}
}

// announce makes a decision known and opens the time to appeal, with what a panel over it will be drawn by.
func (t *turn) announce(d Decision) {
	t.Decision, t.Proposal, t.Complete = &d, nil, false
	t.Commitment = t.commit()
	t.Stage, t.Status = Appeal, AppealWindow
	t.lapseOffers()
	t.closeRequests()
	t.Bench.OverdueAt, t.Bench.Snooze = time.Time{}, nil
	t.removeGroup(dueSecond, dueSLA, dueEvidence, dueAssignment, dueLease)
	t.offDuty(d.By, "decided")
	data := d.data()
	data["draw_commitment"], data["draw_pool"] = t.Commitment.Hash, t.Commitment.Pool
	t.Event(casefile.DisputeDecided, data)
	t.judge(d, false)
	t.start(dueAppealWindow, "dispute.decided", "dispute.appeal_window", t.Terms.Dispute.AppealWindow.Std())
}

// maySign says whether somebody's signature would be a second one.
func (t *turn) maySign(c casefile.Candidate) bool {
	return c.Role == casefile.Supervisor && c.ID != t.Proposal.By && t.conflict(c) != assignment.LinkedToParty
}

// askSecond lays the proposal before a supervisor who may sign it: the one after whoever had it. With no other it stays.
func (t *turn) askSecond() {
	var free []string
	for _, c := range t.facts.Reviewers {
		if t.maySign(c) {
			free = append(free, c.ID)
		}
	}
	to := "supervisors"
	if len(free) > 0 {
		to = free[(slices.Index(free, t.Proposal.Asked)+1)%len(free)]
		t.Proposal.Asked = to
	}
	t.Notice(to, dueSecond)
	t.start(dueSecond, "decision.proposed", "decision.second_within", t.Terms.Decision.SecondWithin.Std())
}

type secondSignature struct {
	Refuse bool `json:"refuse,omitempty"`
}

// second is a supervisor's signature under a proposal, or the refusal that gives the file back. The signature makes the
// decision, so it waits for whatever a decision waits for.
func (t *turn) second(s secondSignature) casefile.Answer {
	if t.By().ID == t.Proposal.By {
		return casefile.Refuse(casefile.ConflictOfInterest, "The second signature is somebody else's.")
	}
	if a := t.ripe(); !s.Refuse && !a.Accepted() {
		return a
	}
	if a := t.amounts(t.Proposal.Refund, t.Proposal.Release); !s.Refuse && !a.Accepted() {
		return a // a proposal that rests on an older claim has lapsed; nothing is signed for more than there is, or for less, all the same
	}
	t.Clocks.Remove(dueSecond)
	t.Bench.Ruled = append(t.Bench.Ruled, t.By().ID)
	d := *t.Proposal
	t.Proposal = nil
	if s.Refuse {
		t.Notice(d.By, "second_signature_refused")
		return casefile.Answer{Result: map[string]any{"decision": d.ID, "state": "returned"}}
	}
	d.SecondedBy, d.SecondedAt = t.By().ID, t.At()
	t.Event(casefile.DecisionSeconded, map[string]any{"decision": d.ID})
	t.announce(d)
	return casefile.Answer{Result: map[string]any{"decision": d.ID, "state": "decided"}}
}

// award is how a decision is enforced. Who gets something back for goods that were returned also gets the fare: a seller who
// contests them does not save it by that.
func (t *turn) award(d Decision) Enforcement {
	end := Enforcement{Outcome: d.Outcome, Refund: d.Refund, Release: d.Release, Rest: RestNone}
	if d.Refund > 0 {
		t.payLabel(&end)
	}
	return end
}

// makeFinal ends the case with its decision, or begins the return that the refund follows.
func (t *turn) makeFinal() {
	d := *t.Decision
	t.Event(casefile.DecisionFinal, map[string]any{"decision": d.ID, "outcome": d.Outcome, "refund": d.Refund, "release": d.Release})
	t.judge(d, true)
	if d.Return && (t.Return == nil || t.Return.DeliveredAt.IsZero()) {
		t.openReturn(FromDecision, d.Refund)
		return
	}
	t.finish(t.award(d))
}
