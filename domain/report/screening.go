package report

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// Question is what the reviewer asks of a side, and what came back.
type Question struct {
	To       Side      `json:"to"`
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
	Lapsed   bool      `json:"lapsed,omitempty"`
	Answer   string    `json:"answer,omitempty"`
	Evidence []string  `json:"evidence,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
}

type admission struct {
	Safety *bool `json:"safety,omitempty"` // what the reviewer says of the danger; default: what the reporter said
}

// admit ends the screening before its time.
func (t *turn) admit(a admission) casefile.Answer {
	t.Clocks.Remove(dueScreening)
	if a.Safety != nil && *a.Safety != t.Safety {
		t.Safety = *a.Safety
		t.rushFinding()
	}
	t.admitted("screened")
	return casefile.Answer{}
}

// rushFinding gives the finding the time of a report that is, or is not, about danger, from the submission on. What it stood
// still meanwhile stays counted.
func (t *turn) rushFinding() {
	before, running := t.Clocks.Get(dueFinding)
	if !running {
		return
	}
	t.startFinding(before.Base)
	d, _ := t.Clocks.Get(dueFinding)
	length, key := d.Length, d.Policy
	d = before
	d.Length, d.Policy, d.DueAt = length, key, before.DueAt.Add(length-before.Length)
	if d.DueAt.Before(t.At()) {
		d.DueAt = t.At()
	}
	t.Clocks.Start(d)
	after, _ := t.Clocks.Get(dueFinding)
	t.Moved(before, after, "safety")
}

func (t *turn) admitted(why string) {
	if t.Reporter != "" {
		t.EventBy(casefile.ByItself, casefile.NoticeSent, map[string]any{"to": t.Reporter, "about": "report_admitted", "why": why})
	}
}

type question struct {
	Text string `json:"text"`
	To   Side   `json:"to,omitempty"` // default: the reporter
}

func (q question) Valid() casefile.Answer {
	if q.To != "" && q.To != ReporterSide && q.To != ReportedSide {
		return casefile.Invalid("/to", "A question goes to the reporter or to the reported account.")
	}
	return casefile.Answer{}
}

func (q question) Fits(t *turn) casefile.Answer {
	if t.account(q.side()) == "" {
		return casefile.Invalid("/to", "A detector saw this, which cannot be asked.")
	}
	return casefile.CheckText("/text", q.Text, t.Terms.Limits.TextRunes)
}

func (q question) side() Side {
	if q.To == "" {
		return ReporterSide
	}
	return q.To
}

// ask stops the time of the finding until a side has said what the reviewer wants to know.
func (t *turn) ask(q question) casefile.Answer {
	q.To = q.side()
	t.Questions = append(t.Questions, Question{To: q.To, Text: q.Text, At: t.At()})
	t.Start(dueInfo, "evidence.requested", "report.info", t.Terms.Report.Info.Std())
	d, _ := t.Clocks.Get(dueInfo)
	t.Clocks.Stop(clock.InfoAsked, t.At(), dueFinding)
	t.Event(casefile.EvidenceRequested, map[string]any{"from": q.To, "text": q.Text, "due_at": d.DueAt})
	t.Notice(t.account(q.To), "info_needed")
	return casefile.Answer{Result: map[string]any{"due_at": d.DueAt}}
}

// mayGiveInfo: whoever was asked, in time.
func (t *turn) mayGiveInfo() casefile.Answer {
	side, is := t.side(t.By())
	if !is {
		return casefile.Refuse(casefile.NotAllowed, "You are no side of this report.")
	}
	i := t.lastQuestion(side)
	switch {
	case i >= 0 && !t.Questions[i].Lapsed && t.Questions[i].Answered.IsZero():
		return casefile.Answer{}
	case i >= 0 && t.Questions[i].Lapsed:
		return casefile.Refuse(casefile.DeadlinePassed, "The time to answer is over.")
	}
	return casefile.Refuse(casefile.WrongStage, "Nothing is asked of you now.")
}

// lastQuestion is the index of the last question to a side, or -1.
func (t *turn) lastQuestion(side Side) int {
	for i := len(t.Questions) - 1; i >= 0; i-- {
		if t.Questions[i].To == side {
			return i
		}
	}
	return -1
}

type info struct {
	Text     string   `json:"text"`
	Evidence []string `json:"evidence,omitempty"`
}

func (i info) Fits(t *turn) casefile.Answer {
	if len(i.Evidence) > t.Terms.Limits.EvidenceItems || slices.Contains(i.Evidence, "") {
		return casefile.Invalid("/evidence", "Files are named by their identifiers, and no more than are allowed.")
	}
	return casefile.CheckText("/text", i.Text, t.Terms.Limits.TextRunes)
}

func (t *turn) giveInfo(i info) casefile.Answer {
	side, _ := t.side(t.By())
	q := &t.Questions[t.lastQuestion(side)]
	q.Answer, q.Evidence, q.Answered = i.Text, i.Evidence, t.At()
	data := map[string]any{"text": i.Text}
	if len(i.Evidence) > 0 {
		data["files"] = i.Evidence
	}
	t.Event(casefile.EvidenceReceived, data)
	t.answeredQuestion()
	return casefile.Answer{}
}

// answeredQuestion lets the finding's time go on.
func (t *turn) answeredQuestion() {
	t.Clocks.Remove(dueInfo)
	t.Clocks.Resume(clock.InfoAsked, t.At(), dueFinding)
}

// lapseQuestion: silence of a side never costs it a finding on what is there.
func (t *turn) lapseQuestion() {
	t.closeQuestions()
	t.answeredQuestion()
}

// closeQuestions ends what is asked and has not come: nobody waits for it any more.
func (t *turn) closeQuestions() {
	for i := range t.Questions {
		if q := &t.Questions[i]; q.Answered.IsZero() && !q.Lapsed {
			q.Lapsed = true
			t.Notice(t.account(q.To), "info_lapsed")
		}
	}
}
