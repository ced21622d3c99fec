package dispute

import (
	"fmt"
	"strings"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

// Statement is what a decision says to one audience, in the order in which people read it (PROCEDURE 6.3): the outcome, the
// reasons, what they rest on, the money and when it moves, how to appeal and until when. Each entry is a sentence.
type Statement struct {
	Decision string
	Audience casefile.Role // buyer or seller; reviewer for everybody who works with cases
	Outcome  string
	Reasons  string
	Findings []Reliance
	Money    []string
	Appeal   []string
}

// Reliance is a finding in words, with the evidence and the rule that it rests on.
type Reliance struct {
	Says     string
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
	s := Statement{Decision: decision.ID, Audience: to, Outcome: outcomeTo(decision.Outcome, to), Reasons: decision.Reasons,
		Money: append(d.amountsTo(*decision, to), d.whenMoneyMoves(*decision)), Appeal: d.howToAppeal(to)}
	for _, f := range decision.Findings {
		says := "It is found: " + f.Claim
		if !f.Holds {
			says = "It is not found: " + f.Claim
		}
		s.Findings = append(s.Findings, Reliance{Says: says, Evidence: f.Evidence, Rule: f.Rule})
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

// whenMoneyMoves says when the award is carried out, from where the case stands now.
func (d Dispute) whenMoneyMoves(v Decision) string {
	window, open := d.Clocks.Get(dueAppealWindow)
	back := ""
	if v.Return {
		back = " The refund then follows the return of the goods."
	}
	switch {
	case d.Proposal != nil && d.Proposal.ID == v.ID:
		return "Nothing moves before a second signature, and then not before the decision is final." + back
	case d.Frozen:
		return "The buyer's bank has asked for the money back: nothing moves before that is over." + back
	case d.Status == AppealWindow && d.appealed() > 0:
		return "There is an appeal: nothing moves before a panel has decided it." + back
	case d.Status == AppealWindow && open:
		return "The money moves when the decision is final: on " + casefile.InWords(window.DueAt) + ", if nobody appeals." + back
	case d.Status == PanelReview:
		return "There is an appeal: nothing moves before it is decided, and what is decided then takes the place of this decision."
	case d.Status == WaitingReturn:
		return "The decision is final. The refund follows when the goods are back and in order."
	case d.Status == Closed && d.Outcome != v.Outcome:
		return "The case ended otherwise (" + string(d.Outcome) + "), and the money moved as that end says."
	}
	return "The decision is final, and the money moves at once."
}

// howToAppeal says what the audience can still do about the decision, and until when.
func (d Dispute) howToAppeal(to casefile.Role) []string {
	window, open := d.Clocks.Get(dueAppealWindow)
	if d.Status != AppealWindow || !open {
		return []string{"No appeal from this decision is open."}
	}
	until := casefile.InWords(window.DueAt)
	if to == casefile.Reviewer {
		return []string{fmt.Sprintf("Each party can appeal once until %s; so far %d did.", until, d.appealed())}
	}
	for _, p := range d.Appeals {
		if p.By == to {
			return []string{"You have appealed. Each party can do so once."}
		}
	}
	return []string{"You can appeal once, until " + until + ", with the command \"appeal\" of this case.",
		"Say what is new, or what this decision got wrong. A panel of reviewers who had no part in it decides then, for good."}
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
