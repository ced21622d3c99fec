package dispute

import (
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
)

// turn is one trigger's work on a copy of the dispute. What it records becomes the change.
type turn struct {
	*Dispute
	*casefile.Recorder
	facts   casefile.Facts
	command string
}

// Where commands are accepted, as PROCEDURE 6.6 groups the statuses.
var (
	negotiating = []string{string(WaitingSeller), string(WaitingBuyer)}
	reviewing   = []string{string(Assigning), string(WaitingEvidence), string(UnderReview), string(WaitingSignature)}
	undecided   = append(append([]string{}, negotiating...), reviewing...)
	unsettled   = append(append([]string{}, undecided...), string(Performing), string(WaitingReturn), string(Withdrawing))
	hearing     = append(append([]string{}, reviewing...), string(PanelReview))
)

func with(list []string, more ...Status) []string {
	out := append([]string{}, list...)
	for _, s := range more {
		out = append(out, string(s))
	}
	return out
}

// table is PROCEDURE 6.6: a command is refused with wrong_stage in every status that its row does not name, and with
// case_closed when the case is over.
var table = casefile.Table[*turn]{
	"open":                casefile.On((*turn).open, ""),
	"post_message":        casefile.On((*turn).postMessage),
	"submit_evidence":     casefile.On((*turn).submitEvidence),
	"announce_upload":     casefile.On((*turn).announceUpload),
	"offer":               casefile.On((*turn).offer, undecided...),
	"accept_offer":        casefile.On((*turn).acceptOffer, unsettled...),
	"reject_offer":        casefile.On((*turn).rejectOffer, unsettled...),
	"withdraw_offer":      casefile.On((*turn).withdrawOffer, unsettled...),
	"concede":             casefile.On((*turn).concede, with(undecided, Withdrawing, WaitingReturn)...).When((*turn).mayConcede),
	"withdraw":            casefile.On((*turn).withdraw, with(undecided, WaitingReturn)...),
	"cancel_withdrawal":   casefile.On((*turn).cancelWithdrawal, string(Withdrawing)).When((*turn).notCancelled),
	"reopen":              casefile.On((*turn).reopen, string(Closed)).When((*turn).mayReopen).EvenOver(),
	"change_reason":       casefile.On((*turn).changeReason, undecided...).When((*turn).mayChangeReason),
	"request_time":        casefile.On((*turn).requestTime, string(WaitingSeller)).When((*turn).mayRequestTime),
	"escalate":            casefile.On((*turn).escalate, with(nil, WaitingSeller, WaitingBuyer, Performing)...).When((*turn).mayEscalate),
	"ship_replacement":    casefile.On((*turn).shipReplacement, string(Performing)),
	"deliver_replacement": casefile.On((*turn).deliverReplacement, string(Performing)).When((*turn).replacementShipped),
	"confirm_performance": casefile.On((*turn).confirmPerformance, string(Performing)),
	"ship_return":         casefile.On((*turn).shipReturn).When((*turn).returnToShip),
	"deliver_return":      casefile.On((*turn).deliverReturn, string(WaitingReturn)).When((*turn).returnShipped),
	"inspect_return":      casefile.On((*turn).inspectReturn, string(WaitingReturn)).When((*turn).returnDelivered),
	"request_evidence":    casefile.On((*turn).requestEvidence, hearing...).After((*turn).notLapsed).When((*turn).onBench),
	"admit_evidence":      casefile.On((*turn).admitEvidence, hearing...).After((*turn).notLapsed).When((*turn).onBench),
	"extend_evidence":     casefile.On((*turn).extendEvidence, hearing...).When((*turn).mayExtend),
	"waive_hearing":       casefile.On((*turn).waiveHearing, hearing...),
	"assign":              casefile.On((*turn).assign, hearing...).After((*turn).unlinked).When((*turn).mayAssign),
	"claim":               casefile.On((*turn).claim, with(nil, Assigning, WaitingEvidence, UnderReview)...).After((*turn).unconflicted).When((*turn).mayClaim),
	"release":             casefile.On((*turn).release, with(nil, Assigning, WaitingEvidence, UnderReview)...).After((*turn).notLapsed).When((*turn).onBench),
	"snooze":              casefile.On((*turn).snooze, with(nil, Assigning, WaitingEvidence, UnderReview)...).After((*turn).notLapsed).When((*turn).onBench),
	"object_to_reviewer":  casefile.On((*turn).object, hearing...).When((*turn).mayObject),
	"rule_objection":      casefile.On((*turn).ruleObjection, hearing...).After((*turn).unlinked).When((*turn).objectionWaits),
	"decide":              casefile.On((*turn).decide, hearing...).After((*turn).mayJudge).When((*turn).mayDecide),
	"second":              casefile.On((*turn).second, string(WaitingSignature)).After((*turn).unlinked),
	"appeal":              casefile.On((*turn).appeal).When((*turn).mayAppeal),
	"vote":                casefile.On((*turn).vote, string(PanelReview)).When((*turn).mayVote),
	"declare_incident":    casefile.On((*turn).incident),
	"end_incident":        casefile.On((*turn).GoOn),

	"open_original": casefile.On((*turn).openOriginal).EvenOver(),

	"record_scan": casefile.On((*turn).recordScan).EvenOver(), // it was asked for while the case was open
	"detected":    casefile.On((*turn).detected).EvenOver(),   // a withdrawn case can be reopened
	"freeze":      casefile.On((*turn).freeze),
	"unfreeze":    casefile.On((*turn).unfreeze).EvenOver(), // as well
	"supersede":   casefile.On((*turn).supersede).EvenOver(),
}

// Commands are the names of all commands that a dispute knows, the parties' and the system's.
func Commands() []string { return table.Commands() }

func (d Dispute) situation() casefile.Situation {
	return casefile.Situation{State: string(d.Status), Over: d.Status == Closed, Revision: d.Revision}
}

// Decide carries out a command or refuses it.
func (d Dispute) Decide(c casefile.Command, facts casefile.Facts) (casefile.Case, casefile.Change, casefile.Answer) {
	r, known := table[c.Name]
	if !known || d.ID == "" && c.Name != "open" {
		return d, casefile.Change{}, casefile.Refuse(casefile.WrongStage, "A dispute does not know this command.")
	}
	next := d.clone()
	if next.ID == "" {
		next.ID = c.Case
	}
	t := &turn{Dispute: next, Recorder: casefile.NewRecorder(&next.Header, &next.Clocks, c.By, c.At), facts: facts, command: c.ID}
	answer := r.Apply(c, d.situation(), t)
	if !answer.Accepted() {
		return d, casefile.Change{}, answer
	}
	if c.Name != "open_original" {
		t.wake()
		t.dropOutdated(d)
		t.settleStatus()
		t.pass()
		next.Revision++
	}
	return *next, t.Change, answer
}

// Check says whether the command could be carried out now, apart from its data.
func (d Dispute) Check(name string, by casefile.Actor, at time.Time, facts casefile.Facts) casefile.Answer {
	r, known := table[name]
	if !known {
		return casefile.Refuse(casefile.WrongStage, "A dispute does not know this command.")
	}
	next := d.clone()
	return r.Open(d.situation(), &turn{Dispute: next, Recorder: casefile.NewRecorder(&next.Header, &next.Clocks, by, at), facts: facts})
}

// Default carries out what happens at a deadline that nobody met.
func (d Dispute) Default(due clock.Deadline, facts casefile.Facts) (casefile.Case, casefile.Change) {
	next := d.clone()
	t := &turn{Dispute: next, Recorder: casefile.NewRecorder(&next.Header, &next.Clocks, casefile.ByItself, due.DueAt), facts: facts}
	if !t.delay(due) {
		next.Clocks.Remove(due.Name)
		t.due(due)
		t.dropOutdated(d)
		t.settleStatus()
		t.pass()
	}
	next.Revision++
	return *next, t.Change
}

// Move makes a deadline that was noticed too late due later.
func (d Dispute) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
	next := d.clone()
	change, found := casefile.NoticedLate(&next.Header, &next.Clocks, name, noticed, next.Buyer, next.Seller)
	if !found {
		return d, change
	}
	return *next, change
}

// start begins a deadline; while a bank has the money it stands still from the first moment.
func (t *turn) start(name, base, policyKey string, length time.Duration) {
	t.Start(name, base, policyKey, length)
	if t.Frozen {
		t.Clocks.Stop(clock.Chargeback, t.At(), name)
	}
}

// removeGroup ends the deadlines of a group: the name itself and those that carry it before a slash.
func (t *turn) removeGroup(names ...string) {
	for _, name := range names {
		t.Clocks.Remove(name)
		for _, d := range t.Clocks.Clone().Deadlines {
			if strings.HasPrefix(d.Name, name+"/") {
				t.Clocks.Remove(d.Name)
			}
		}
	}
}

func (t *turn) bySeller() bool { return t.By().Role == casefile.Seller }
func (t *turn) byBuyer() bool  { return t.By().Role == casefile.Buyer }

// value is what an award about the disputed lines can reach now.
func (t *turn) value() money.Minor {
	if t.facts.Order != nil {
		return t.facts.Order.Remaining
	}
	return t.Claim.Value
}

type message struct {
	Text string `json:"text"`
}

func (m message) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", m.Text, t.Terms.Limits.TextRunes)
}

func (t *turn) postMessage(m message) casefile.Answer {
	if !t.Chat.Add(t.By().ID, t.At(), t.Terms.Limits.MessagesPerDay) {
		return casefile.Refuse(casefile.TooManyItems, "You have sent as many messages as a day allows.")
	}
	place := t.Event(casefile.MessagePosted, map[string]any{"text": m.Text})
	t.Flagged(place, t.facts.Flags)
	if t.bySeller() {
		t.Quote = m.Text
		t.sellerAnswered()
	}
	return casefile.Answer{Result: map[string]any{"message": place}}
}

// incident is one that concerns the dispute.
type incident struct{ casefile.Incident }

// Fits checks its length.
func (i incident) Fits(t *turn) casefile.Answer { return i.Check(t.Terms.Limits.IncidentMax.Std()) }

func (t *turn) incident(i incident) casefile.Answer { return t.StandStill(i.Incident) }

func (t *turn) freeze(struct{}) casefile.Answer {
	t.Frozen = true
	t.Clocks.Stop(clock.Chargeback, t.At())
	return casefile.Answer{}
}

func (t *turn) unfreeze(u Unfrozen) casefile.Answer {
	t.Claim.Amount = max(0, t.Claim.Amount-u.Paid)
	t.thaw()
	t.remindSeller()
	return casefile.Answer{}
}

// thaw lets go on what stood still for the bank. A case that closes thaws too: nobody tells it when the bank is done, and
// it may be reopened.
func (t *turn) thaw() {
	t.Frozen = false
	t.Clocks.Resume(clock.Chargeback, t.At())
}

// supersede ends a case whose whole claim the bank has paid, also one whose outcome waited for the bank.
func (t *turn) supersede(struct{}) casefile.Answer {
	if t.Status == Closed {
		t.Outcome = SupersededByChargeback
		t.Event(casefile.DisputeClosed, map[string]any{"outcome": t.Outcome})
		return casefile.Answer{}
	}
	t.finish(Enforcement{Outcome: SupersededByChargeback, Rest: RestClock})
	return casefile.Answer{}
}
