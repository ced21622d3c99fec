// Package disclosure says who may read what of a case's log and of the commands that it carried out: in the timeline that is
// shown, and in the bundle that is taken away. Everybody who may see the case at all sees that something happened, who did it
// and when; this is about the fields (PROCEDURE 6.3, 6.4, 7).
package disclosure

import (
	"maps"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// Eyes are a reader's.
type Eyes struct {
	By       casefile.Actor
	Evidence bool // may read what was handed in: who argues about it, judges it or audits it
}

func (e Eyes) party() bool { return e.By.Role == casefile.Buyer || e.By.Role == casefile.Seller }

// Case is what must be known of a case to say what is hidden of it now.
type Case struct {
	announced map[string]bool // decisions that were made known, by identifier
	drawn     map[string]bool // nonces that a panel was drawn with
	panel     *dispute.Panel  // of a dispute that is being voted on, or that was
	votesOpen bool
	unseen    map[string]casefile.Role // evidence that the other party cannot see yet, by its author
	unsafe    map[string]bool          // evidence whose file was not found harmless, or not yet
}

// Of looks at a case as it stands at an instant. Announce tells it of the decisions and the draws in the log.
func Of(state casefile.Case, at time.Time) *Case {
	c := &Case{announced: map[string]bool{}, drawn: map[string]bool{}, votesOpen: true, unseen: map[string]casefile.Role{}, unsafe: map[string]bool{}}
	d, ok := state.(dispute.Dispute)
	if !ok {
		return c
	}
	c.panel, c.votesOpen = d.Panel, d.VotesOpen()
	for _, item := range d.Items {
		if item.VisibleAt.IsZero() || item.VisibleAt.After(at) {
			c.unseen[item.ID] = item.By
		}
		c.unsafe[item.ID] = item.File != "" && item.Scan != dispute.ScanClean
	}
	return c
}

// Announce takes note of an event that makes a decision known, or the nonce of a draw.
func (c *Case) Announce(e casefile.Event) {
	if id, ok := e.Data["decision"].(string); ok && e.Type == casefile.DisputeDecided {
		c.announced[id] = true
	}
	if nonce, ok := e.Data["nonce"].(string); ok && e.Type == casefile.PanelDrawn {
		c.drawn[nonce] = true
	}
}

// Event names the fields of an event that are hidden from these eyes: of evidence its text and its file, where the reader may
// not see it or not yet; of the parties a decision before it is signed, who was passed over for the case, and what was told to others.
func (e Eyes) Event(r casefile.Record, of *Case) []string {
	var hidden []string
	switch r.Type {
	case casefile.EvidenceReceived:
		id, _ := r.Data["evidence"].(string)
		if !e.Evidence || e.unseen(id, of) {
			hidden = []string{"text", "file"}
		}
	case casefile.DecisionProposed:
		if e.party() {
			hidden = []string{"by", "outcome", "refund", "release", "return", "reasons", "record_hash"}
		}
	case casefile.DisputeAssigned:
		if e.party() {
			hidden = []string{"excluded"}
		}
	case casefile.PanelDrawn:
		if e.party() {
			hidden = []string{"conflicts"}
		}
	case casefile.MeasureStarted, casefile.MeasureEnded:
		if e.party() {
			hidden = []string{"report"} // which holds an order back: the side that is reported need not know of it yet
		}
	case casefile.NoticeSent:
		to, _ := r.Data["to"].(string)
		if e.party() && to != e.By.ID && to != string(e.By.Role) && to != "parties" {
			hidden = []string{"to", "about", "why", "reviewer", "until", "excluded"}
		}
	}
	return present(r.Data, hidden)
}

// Form is what a reader gets of a file that was handed in.
type Form int

// The forms of a file. Whoever judges may open the file itself too, one at a time, and each time is an event; that is not for a
// bundle, which nobody can see being read.
const (
	Hash     Form = iota // nothing but its hash
	Shown                // what was made of an image; anything else as it is
	Original             // the bytes that were handed in
)

// File says in which form these eyes get the file that an event says was handed in: the original is for whoever handed it in,
// everybody else who reads the evidence is shown it, and what was not found harmless is given to nobody (PROCEDURE 7).
func (e Eyes) File(r casefile.Record, of *Case) Form {
	id, _ := r.Data["evidence"].(string)
	switch {
	case !e.Evidence || of.unsafe[id] || e.unseen(id, of):
		return Hash
	case e.By.ID != "" && r.By == e.By:
		return Original
	}
	return Shown
}

// unseen says that an item is the other party's and not shown to this one yet.
func (e Eyes) unseen(id string, of *Case) bool {
	author, yet := of.unseen[id]
	return yet && e.party() && author != e.By.Role
}

// Command names the fields of a command's data that are hidden from these eyes. Changed says that the command changed the case
// or its log. What changed it is shown as far as the rules weigh it, so that the case can be decided again; the exception is a
// verdict that is not known yet, whose content weighs nothing until it is.
func (e Eyes) Command(c casefile.Command, fields map[string]casefile.Field, changed bool, of *Case) []string {
	switch {
	case e.own(c):
		return nil
	case c.By.Role == casefile.System:
		if e.party() && (c.Name == "hold_release" || c.Name == "lift_hold") {
			return present(fields, []string{"report"}) // as in the events that follow from it
		}
		return nil
	case e.Attempt(c, changed):
		return slices.Sorted(maps.Keys(fields))
	}
	switch c.Name {
	case "decide":
		if e.party() && !of.announced[casefile.Derive("dec", c.ID)] {
			return slices.Sorted(maps.Keys(fields))
		}
	case "vote":
		if !of.voteOpen(c) {
			return slices.Sorted(maps.Keys(fields))
		}
	case "release", "snooze": // why a reviewer does not want a case, or not now, is between the platform's people
		if e.party() {
			return present(fields, []string{"text"})
		}
	case "submit_evidence", "inspect_return":
		if !e.Evidence || e.unseen(received(c, fields), of) {
			return present(fields, evidence[c.Name])
		}
	}
	return nil
}

// Attempt says that a command is an attempt of somebody else that was refused, which is nobody's business: these eyes see that it
// was made, and the code, and neither what was asked nor what was answered.
func (e Eyes) Attempt(c casefile.Command, changed bool) bool {
	return !changed && !e.own(c) && c.By.Role != casefile.System
}

// own says that these eyes see all of a command: their own, or any to an auditor.
func (e Eyes) own(c casefile.Command) bool {
	return e.By.Role == casefile.Auditor || e.By.ID != "" && e.By.ID == c.By.ID && e.By.Role == c.By.Role
}

// evidence are the fields that carry what was handed in. The file of an inspection is the name of an item, not of a file.
var evidence = map[string][]string{"submit_evidence": {"text", "file"}, "inspect_return": {"text"}}

// received is the evidence that a command hands in. What was announced has its identifier from the announcement.
func received(c casefile.Command, fields map[string]casefile.Field) string {
	if upload, _ := fields["upload"].Value.(string); upload != "" {
		return dispute.Upload{ID: upload}.Evidence()
	}
	return casefile.Derive("evd", c.ID)
}

// voteOpen says that a vote is known: the panel's votes are, and this one was counted among them.
func (c *Case) voteOpen(v casefile.Command) bool {
	if !c.votesOpen || c.panel == nil {
		return c.votesOpen
	}
	return slices.ContainsFunc(c.panel.Votes, func(vote dispute.Vote) bool { return vote.By == v.By.ID && vote.At.Equal(v.At) })
}

func present[V any](fields map[string]V, names []string) []string {
	var there []string
	for _, name := range names {
		if _, ok := fields[name]; ok {
			there = append(there, name)
		}
	}
	return there
}
