package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// Objection is a party's word against a reviewer.
type Objection struct {
	By       casefile.Role `json:"by"`
	Reviewer string        `json:"reviewer"`
	Text     string        `json:"text"`
	At       time.Time     `json:"at"`
	Ruled    bool          `json:"ruled,omitempty"`
	Upheld   bool          `json:"upheld,omitempty"`
}

func (b *Bench) open() *Objection {
	for i := range b.Objections {
		if !b.Objections[i].Ruled {
			return &b.Objections[i]
		}
	}
	return nil
}

type objection struct {
	Text     string `json:"text"`
	Reviewer string `json:"reviewer,omitempty"` // of a panel
}

// mayObject: each party once, against whoever has the case.
func (t *turn) mayObject() casefile.Answer {
	used := slices.ContainsFunc(t.Bench.Objections, func(o Objection) bool { return o.By == t.By().Role })
	nobody := t.Bench.Reviewer == "" && t.Status != PanelReview || t.Status == PanelReview && t.Panel.Failed
	if used || nobody {
		return casefile.Refuse(casefile.WrongStage, "Each party can object once, to a reviewer who has the case.")
	}
	return casefile.Answer{}
}

func (o objection) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", o.Text, t.Terms.Limits.TextRunes)
}

func (t *turn) object(o objection) casefile.Answer {
	reviewer := t.Bench.Reviewer
	if t.Status == PanelReview {
		if reviewer = o.Reviewer; !t.Panel.sits(reviewer) {
			return casefile.Invalid("/reviewer", "Name the member of the panel.")
		}
	}
	t.Bench.Objections = append(t.Bench.Objections, Objection{By: t.By().Role, Reviewer: reviewer, Text: o.Text, At: t.At()})
	t.Delayed = true
	t.Event(casefile.ObjectionMade, map[string]any{"reviewer": reviewer, "text": o.Text})
	t.start(objectionDue(t.By().Role), "objection.made", "dispute.objection_ruling", t.Terms.Dispute.ObjectionRuling.Std())
	return casefile.Answer{}
}

func objectionDue(by casefile.Role) string { return dueObjection + "/" + string(by) }

func (t *turn) objectionWaits() casefile.Answer {
	if t.Bench.open() == nil {
		return casefile.Refuse(casefile.WrongStage, "No objection waits for a ruling.")
	}
	return casefile.Answer{}
}

type ruling struct {
	Upheld bool   `json:"upheld"`
	Text   string `json:"text,omitempty"`
}

// ruleObjection decides on the objection that waits longest. Upheld, it bars the reviewer from this case for good.
func (t *turn) ruleObjection(r ruling) casefile.Answer {
	o := t.Bench.open()
	o.Ruled, o.Upheld = true, r.Upheld
	t.Clocks.Remove(objectionDue(o.By))
	t.Bench.Ruled = append(t.Bench.Ruled, t.By().ID)
	t.Event(casefile.ObjectionRuled, map[string]any{"reviewer": o.Reviewer, "upheld": r.Upheld, "text": r.Text})
	if !r.Upheld {
		return casefile.Answer{}
	}
	t.Bench.Barred = append(t.Bench.Barred, o.Reviewer)
	switch {
	case t.Status == PanelReview && t.Panel.sits(o.Reviewer):
		t.replaceMember(o.Reviewer)
	case t.Bench.Reviewer == o.Reviewer: // else somebody else has the case by now
		t.setAside()
		t.start(dueAssignment, "objection.ruled", "", 0)
	}
	return casefile.Answer{}
}

// dropObjections ends objections that nobody has to rule on any more, because those whom they name no longer decide.
func (t *turn) dropObjections() {
	for i := range t.Bench.Objections {
		if o := &t.Bench.Objections[i]; !o.Ruled {
			o.Ruled = true
			t.EventBy(casefile.ByItself, casefile.ObjectionRuled, map[string]any{"reviewer": o.Reviewer, "upheld": false, "why": "moot"})
		}
	}
	t.removeGroup(dueObjection)
}

// dismissObjection: silence of the supervisor keeps the reviewer.
func (t *turn) dismissObjection(name string) {
	for i := range t.Bench.Objections {
		o := &t.Bench.Objections[i]
		if objectionDue(o.By) == name && !o.Ruled {
			o.Ruled = true
			t.Event(casefile.ObjectionRuled, map[string]any{"reviewer": o.Reviewer, "upheld": false, "why": "silence"})
		}
	}
}
