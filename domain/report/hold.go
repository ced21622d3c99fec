package report

import (
	"time"

	"recourse/domain/casefile"
)

// Hold keeps the money of the order that a report is about from being released, for a while and once an order. It is proposed
// by the reviewer, stands from a supervisor's signature on, and moves no money.
type Hold struct {
	Report     string    `json:"report"`
	Order      string    `json:"order"`
	By         string    `json:"by"`
	Reasons    string    `json:"reasons"`
	ProposedAt time.Time `json:"proposed_at"`
	SecondedBy string    `json:"seconded_by,omitempty"`
	From       time.Time `json:"from,omitzero"`
	Until      time.Time `json:"until,omitzero"` // as planned
	EndedAt    time.Time `json:"ended_at,omitzero"`
}

func (h *Hold) proposed() bool { return h != nil && h.SecondedBy == "" && h.EndedAt.IsZero() }
func (h *Hold) stands() bool   { return h != nil && h.SecondedBy != "" && h.EndedAt.IsZero() }

// mayHold: on the order that the report is about, while it holds money, once.
func (t *turn) mayHold() casefile.Answer {
	if a := t.onBench(); !a.Accepted() {
		return a
	}
	if t.Hold.proposed() {
		return casefile.Refuse(casefile.WrongStage, "A hold waits for its second signature.")
	}
	return t.canHold()
}

func (t *turn) canHold() casefile.Answer {
	f := t.facts.Report
	switch {
	case t.Order == "" || f == nil || !f.Holds:
		return casefile.Refuse(casefile.WrongStage, "The report is about no order with money that could be held back.")
	case f.Held || t.Hold != nil && !t.Hold.proposed():
		return casefile.Refuse(casefile.WrongStage, "The order has had its one hold.")
	case t.Round > 1:
		return casefile.Refuse(casefile.WrongStage, "A hold lasts until a finding, and there has been one.")
	}
	return casefile.Answer{}
}

// Holding is what the order is told of a hold, and no more: both its parties may read and take away what it was told. Neither why
// it is held nor who asked for it is among that.
type Holding struct {
	Report string    `json:"report"`
	Until  time.Time `json:"until"`
}

func (t *turn) holding() Holding { return Holding{Report: t.ID, Until: t.Hold.Until} }

type holdRequest struct {
	Reasons string `json:"reasons"`
}

func (h holdRequest) Fits(t *turn) casefile.Answer {
	if h.Reasons == "" {
		return casefile.Invalid("/reasons", "A hold gives its reasons.")
	}
	return casefile.CheckWords("/reasons", h.Reasons, t.Terms.Limits.TextRunes)
}

func (t *turn) proposeHold(h holdRequest) casefile.Answer {
	t.Hold = &Hold{Report: t.ID, Order: t.Order, By: t.By().ID, Reasons: h.Reasons, ProposedAt: t.At()}
	t.Event(casefile.DecisionProposed, map[string]any{"what": "hold", "order": t.Order, "reasons": h.Reasons})
	t.Start(dueHoldSignature, "decision.proposed", "report.hold_signature", t.Terms.Report.HoldSignature.Std())
	t.Notice("supervisors", "second_signature")
	return casefile.Answer{Result: map[string]any{"state": "proposed"}}
}

func (t *turn) holdWaits() casefile.Answer {
	if !t.Hold.proposed() {
		return casefile.Refuse(casefile.WrongStage, "Nothing waits for a second signature.")
	}
	if t.By().ID == t.Hold.By || t.linked() {
		return casefile.Refuse(casefile.ConflictOfInterest, "The second signature is somebody else's.")
	}
	return casefile.Answer{}
}

type signature struct {
	Refuse bool `json:"refuse,omitempty"`
}

// second is a supervisor's signature under a hold, or its refusal. The order may have been released since.
func (t *turn) second(s signature) casefile.Answer {
	if s.Refuse {
		t.Notice(t.Hold.By, "second_signature_refused")
		t.dropProposal()
		return casefile.Answer{Result: map[string]any{"state": "returned"}}
	}
	if a := t.canHold(); !a.Accepted() {
		return a
	}
	t.Clocks.Remove(dueHoldSignature)
	length := t.Terms.Report.HoldMax.Std()
	t.Hold.SecondedBy, t.Hold.From, t.Hold.Until = t.By().ID, t.At(), t.At().Add(length)
	t.Event(casefile.DecisionSeconded, map[string]any{"what": "hold", "order": t.Order})
	t.Event(casefile.MeasureStarted, map[string]any{"scope": HoldScope, "order": t.Order, "until": t.Hold.Until})
	t.Start(dueHold, "decision.seconded", "report.hold_max", length)
	t.Send(t.Order, "hold_release", t.holding())
	return casefile.Answer{Result: map[string]any{"state": "held", "until": t.Hold.Until}}
}

// lapseHold: an order is not held back because nobody looked.
func (t *turn) lapseHold() {
	t.Notice(t.Hold.By, "second_signature_lapsed")
	t.dropProposal()
}

func (t *turn) dropProposal() {
	if t.Hold.proposed() {
		t.Clocks.Remove(dueHoldSignature)
		t.Hold = nil
	}
}

// endHold lets the order go on.
func (t *turn) endHold(why string) {
	if !t.Hold.stands() {
		return
	}
	t.Clocks.Remove(dueHold)
	t.Hold.EndedAt = t.At()
	t.EventBy(casefile.ByItself, casefile.MeasureEnded, map[string]any{"scope": HoldScope, "order": t.Order, "why": why})
	t.Send(t.Order, "lift_hold", t.holding())
}
