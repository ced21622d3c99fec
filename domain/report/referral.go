package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// Referral is a serious report that was handed to a department, with what came back.
type Referral struct {
	ID       string    `json:"id"`
	To       string    `json:"to"`
	Text     string    `json:"text,omitempty"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Export   string    `json:"export"` // SHA-256 of the statement for the department, in hexadecimal
	Answer   string    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
}

// mayRefer: what was found to be true, by whoever found it or has it now.
func (t *turn) mayRefer() casefile.Answer {
	n := len(t.Rulings)
	if n == 0 || t.Rulings[n-1].Finding != Substantiated {
		return casefile.Refuse(casefile.WrongStage, "A report is referred once it is substantiated.")
	}
	if t.Status == Answered && t.Rulings[n-1].By == t.By().ID {
		return casefile.Answer{}
	}
	return t.onBench()
}

type referral struct {
	To   string `json:"to"`
	Text string `json:"text,omitempty"`
}

func (r referral) Fits(t *turn) casefile.Answer {
	if casefile.Blank(r.To) {
		return casefile.Invalid("/to", "Name the department.")
	}
	if len(t.Referrals) >= t.Terms.Limits.EvidenceItems {
		return casefile.Refuse(casefile.TooManyItems, "The report was referred as often as is allowed.")
	}
	if a := casefile.CheckWords("/to", r.To, t.Terms.Limits.TextRunes); !a.Accepted() {
		return a
	}
	return casefile.CheckWords("/text", r.Text, t.Terms.Limits.TextRunes)
}

// refer hands the case to a department. What it was given is recorded with its hash, so that both can show it later.
func (t *turn) refer(r referral) casefile.Answer {
	id := casefile.Derive("ref", t.command)
	export := t.Statement(Department)
	given := Referral{ID: id, To: r.To, Text: r.Text, By: t.By().ID, At: t.At(), Export: export.Hash()}
	t.Referrals = append(t.Referrals, given)
	t.Event(casefile.ReportReferred, map[string]any{"referral": id, "to": r.To, "text": r.Text, "export": given.Export, "statement": export})
	t.Clocks.Start(clock.Deadline{Name: dueReferral + "/" + strconv.Itoa(len(t.Referrals)), Since: t.At(), Base: "report.referred",
		Policy: "report.referral_answer", Length: t.Terms.Report.ReferralAnswer.Std(), Reminder: true})
	return casefile.Answer{Result: map[string]any{"referral": id, "export": given.Export}}
}

func (t *turn) referralWaits() casefile.Answer {
	for _, r := range t.Referrals {
		if r.Answered.IsZero() {
			return casefile.Answer{}
		}
	}
	return casefile.Refuse(casefile.WrongStage, "No referral waits for an answer.")
}

type referralAnswer struct {
	Referral string `json:"referral,omitempty"` // default: the one to the department, or the oldest that waits
	To       string `json:"to,omitempty"`
	Text     string `json:"text"`
}

func (a referralAnswer) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", a.Text, t.Terms.Limits.TextRunes)
}

// answerReferral records what a department says, whenever it comes.
func (t *turn) answerReferral(a referralAnswer) casefile.Answer {
	for i := range t.Referrals {
		r := &t.Referrals[i]
		if !r.Answered.IsZero() || a.Referral != "" && a.Referral != r.ID || a.To != "" && a.To != r.To {
			continue
		}
		r.Answer, r.Answered = a.Text, t.At()
		t.Clocks.Remove(dueReferral + "/" + strconv.Itoa(i+1))
		t.Event(casefile.EvidenceReceived, map[string]any{"referral": r.ID, "text": a.Text})
		t.closeWhenDone()
		return casefile.Answer{Result: map[string]any{"referral": r.ID}}
	}
	return casefile.Invalid("/referral", "No such referral waits for an answer.")
}

// Hash is the SHA-256 of the statement in its canonical form, in hexadecimal.
func (s Statement) Hash() string {
	encoded, err := casefile.Canonical(s)
	if err != nil {
		panic("report: a statement of texts and instants cannot fail to encode: " + err.Error())
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
