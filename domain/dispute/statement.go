package dispute

import (
	"fmt"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

// Statement is what a decision says to one audience, in the order in which people read it (PROCEDURE 6.3): the outcome, the
// reasons, what they rest on, the money and when it moves, how to appeal and until when. Each entry is a sentence; what the sentences
// are made of stands beside them, for who says it in another language.
type Statement struct {
	Decision string
	Audience casefile.Role // buyer or seller; reviewer for everybody who works with cases
	Verdict  Outcome
	Refund   money.Minor
	Release  money.Minor
	Outcome  string
	Reasons  string
	Findings []Reliance
	Moves    Motion
	Money    []string
	Appealed Appealing
	Appeal   []string
}

// Motion is when the money of a decision moves.
type Motion struct {
	When        MoneyMoves
	At          time.Time // of MovesWhenFinal
	AfterReturn bool      // the refund then follows the return of the goods
	Ended       Outcome   // of MovesAsEnded
}

// MoneyMoves says what the money waits for.
type MoneyMoves string

// What money can wait for.
const (
	MovesAfterSignature MoneyMoves = "second_signature"
	MovesAfterBank      MoneyMoves = "chargeback"
	MovesAfterAppeal    MoneyMoves = "appeal" // made, and the time for it still runs
	MovesWhenFinal      MoneyMoves = "appeal_window"
	MovesAfterPanel     MoneyMoves = "panel" // whose decision takes the place of this one
	MovesAfterReturn    MoneyMoves = "return"
	MovesAsEnded        MoneyMoves = "ended_otherwise"
	MovesAtOnce         MoneyMoves = "at_once"
)

// Appealing is what the audience can still do about a decision.
type Appealing struct {
	State AppealState
	Until time.Time // of what is open
	Made  int       // by parties so far
}

// AppealState says whether an appeal is open to the audience.
type AppealState string

// The states of it.
const (
	AppealOpen    AppealState = "open"
	AppealMade    AppealState = "made"    // by the audience
	AppealParties AppealState = "parties" // open to them; the audience is none
	AppealClosed  AppealState = "closed"
)

// Reliance is a finding in words, with the evidence and the rule that it rests on.
type Reliance struct {
	Says     string
	Claim    string
	Holds    bool
	Evidence []string // identifiers
	Rule     string   // empty where the finding names none
}

// Statement says the decision as it stands to an audience. Parties hear nothing of a proposal. False: there is nothing to say.
func (d Dispute) Statement(to casefile.Role) (Statement, bool) {
	party := to == casefile.Buyer || to == casefile.Seller
	decision := d.Decision
	if decision == nil && !party {
		decision = d.Proposal
	}
	if decision == nil {
		return Statement{}, false
	}
	if !party {
		to = casefile.Reviewer
	}
	s := Statement{Decision: decision.ID, Audience: to, Verdict: decision.Outcome, Refund: decision.Refund, Release: decision.Release,
		Outcome: outcomeTo(decision.Outcome, to), Reasons: decision.Reasons, Moves: d.motion(*decision), Appealed: d.appealing(to)}
	s.Money, s.Appeal = append(d.amountsTo(*decision, to), s.Moves.sentence()), s.Appealed.sentences()
	for _, f := range decision.Findings {
		says := "It is found: " + f.Claim
		if !f.Holds {
			says = "It is not found: " + f.Claim
		}
		s.Findings = append(s.Findings, Reliance{Says: says, Claim: f.Claim, Holds: f.Holds, Evidence: f.Evidence, Rule: f.Rule})
	}
	if to == casefile.Reviewer {
		s.Money = append(s.Money, d.aboutTheFormula(*decision))
	}
	return s, true
}

// sentences are the outcomes as each side is told them.
var sentences = map[Outcome]map[casefile.Role]string{
	DecidedForBuyer: {
		casefile.Buyer:    "The dispute is decided in your favour.",
		casefile.Seller:   "The dispute is decided in favour of the buyer.",
		casefile.Reviewer: "Decided for the buyer.",
	},
	DecidedForSeller: {
		casefile.Buyer:    "The dispute is decided in favour of the seller.",
		casefile.Seller:   "The dispute is decided in your favour.",
		casefile.Reviewer: "Decided for the seller.",
	},
	DecidedSplit: {
		casefile.Buyer:    "The dispute is decided partly in your favour.",
		casefile.Seller:   "The dispute is decided partly in your favour.",
		casefile.Reviewer: "Decided as a split.",
	},
}

func outcomeTo(o Outcome, to casefile.Role) string { return sentences[o][to] }

func (d Dispute) amount(m money.Minor) string {
	return money.Amount{Minor: m, Currency: d.Currency}.String()
}

// amountsTo says what each side gets. The own share comes first.
func (d Dispute) amountsTo(v Decision, to casefile.Role) []string {
	refund, release := d.amount(v.Refund), d.amount(v.Release)
	switch to {
	case casefile.Buyer:
		return []string{"You are refunded " + refund + ".", "The seller gets " + release + "."}
	case casefile.Seller:
		return []string{"You get " + release + ", less the fees of the marketplace where it takes any.", "The buyer is refunded " + refund + "."}
	}
	return []string{"Refund " + refund + ", release " + release + "."}
}

// motion says when the award is carried out, from where the case stands now.
func (d Dispute) motion(v Decision) Motion {
	window, open := d.Clocks.Get(dueAppealWindow)
	m := Motion{AfterReturn: v.Return}
	switch {
	case d.Proposal != nil && d.Proposal.ID == v.ID:
		m.When = MovesAfterSignature
	case d.Frozen:
		m.When = MovesAfterBank
	case d.Status == AppealWindow && d.appealed() > 0:
		m.When = MovesAfterAppeal
	case d.Status == AppealWindow && open:
		m.When, m.At = MovesWhenFinal, window.DueAt
	case d.Status == PanelReview:
		m = Motion{When: MovesAfterPanel}
	case d.Status == WaitingReturn:
		m = Motion{When: MovesAfterReturn}
	case d.Status == Closed && d.Outcome != v.Outcome:
		m = Motion{When: MovesAsEnded, Ended: d.Outcome}
	default:
		m = Motion{When: MovesAtOnce}
	}
	return m
}

// sentence says it in words.
func (m Motion) sentence() string {
	said := map[MoneyMoves]string{
		MovesAfterSignature: "Nothing moves before a second signature, and then not before the decision is final.",
		MovesAfterBank:      "The buyer's bank has asked for the money back: nothing moves before that is over.",
		MovesAfterAppeal:    "There is an appeal: nothing moves before a panel has decided it.",
		MovesWhenFinal:      "The money moves when the decision is final: on " + casefile.InWords(m.At) + ", if nobody appeals.",
		MovesAfterPanel:     "There is an appeal: nothing moves before it is decided, and what is decided then takes the place of this decision.",
		MovesAfterReturn:    "The decision is final. The refund follows when the goods are back and in order.",
		MovesAsEnded:        "The case ended otherwise (" + string(m.Ended) + "), and the money moved as that end says.",
		MovesAtOnce:         "The decision is final, and the money moves at once.",
	}[m.When]
	if m.AfterReturn {
		said += " The refund then follows the return of the goods."
	}
	return said
}

// appealing is what the audience can still do about the decision, and until when.
func (d Dispute) appealing(to casefile.Role) Appealing {
	window, open := d.Clocks.Get(dueAppealWindow)
	if d.Status != AppealWindow || !open {
		return Appealing{State: AppealClosed, Made: d.appealed()}
	}
	a := Appealing{State: AppealOpen, Until: window.DueAt, Made: d.appealed()}
	if to == casefile.Reviewer {
		a.State = AppealParties
	}
	for _, p := range d.Appeals {
		if p.By == to {
			a.State = AppealMade
		}
	}
	return a
}

// sentences say it in words.
func (a Appealing) sentences() []string {
	switch until := casefile.InWords(a.Until); a.State {
	case AppealParties:
		return []string{fmt.Sprintf("Each party can appeal once until %s; so far %d did.", until, a.Made)}
	case AppealMade:
		return []string{"You have appealed. Each party can do so once."}
	case AppealOpen:
		return []string{"You can appeal once, until " + until + ", with the command \"appeal\" of this case.",
			"Say what is new, or what this decision got wrong. A panel of reviewers who had no part in it decides then, for good."}
	}
	return []string{"No appeal from this decision is open."}
}

// aboutTheFormula says to who works with the case how the award compares with the remedy formula, and who signed it.
func (d Dispute) aboutTheFormula(v Decision) string {
	text := "The remedy formula gives " + d.amount(v.Formula) + "; decided by " + v.By
	if v.By == byPanel {
		text = "Decided by the panel, whose amount is the median of its majority"
	}
	if v.SecondedBy != "" {
		text += ", signed second by " + v.SecondedBy
	}
	return text + ", on the record " + v.RecordHash + "."
}

// Text is the statement as a letter without address.
func (s Statement) Text() string {
	var b strings.Builder
	part := func(heading string, lines ...string) {
		b.WriteString(heading + "\n" + strings.Join(lines, "\n") + "\n\n")
	}
	part("Outcome", s.Outcome)
	part("Reasons", s.Reasons)
	if len(s.Findings) > 0 {
		lines := make([]string, len(s.Findings))
		for i, f := range s.Findings {
			lines[i] = "- " + f.line()
		}
		part("What this rests on", lines...)
	}
	part("Money", s.Money...)
	part("Appeal", s.Appeal...)
	return strings.TrimSuffix(b.String(), "\n")
}

func (r Reliance) line() string {
	line := r.Says
	if len(r.Evidence) > 0 {
		line += " Evidence: " + strings.Join(r.Evidence, ", ") + "."
	}
	if r.Rule != "" {
		line += " Rule: " + r.Rule + "."
	}
	return line
}
