package console

import (
	"time"

	"recourse/api/client"
)

// statement is what a decision says to the reader, in the reader's language where the pages have the words for it.
type statement struct {
	Outcome  said
	Money    []said
	Appeal   []said
	Findings []statedFinding
}

// said is a sentence, and the language in which it is where that is not the page's.
type said struct{ Words, Language string }

// statedFinding is a finding with the items that it rests on, in words.
type statedFinding struct {
	client.StatedFinding
	Reason bool // the claim is the reason of the case
	Items  []string
}

// english marks what the API says itself.
func english(words string) said { return said{Words: words, Language: "en"} }

// statementOf says it from what it is made of. A code that is newer than the pages is said by the API's own sentence, and so is what
// only those who work with cases are told.
func (v *Visit) statementOf(d *client.Dispute) (statement, error) {
	zone, err := time.LoadLocation(v.prefs.zone)
	if err != nil {
		return statement{}, err
	}
	s := d.Statement
	out := statement{Outcome: v.orElse("letter.outcome."+string(s.Verdict)+"."+string(s.Audience), s.Outcome)}
	money := v.orElse(amountsKey(s), "", "Refund", v.words.money(s.Refund), "Release", v.words.money(s.Release))
	moves := v.orElse("letter.moves."+string(s.Moves.When), "", "At", v.words.at(s.Moves.At, zone), "Outcome", v.Word("outcome", s.Moves.Ended))
	if s.Moves.AfterReturn && moves.Words != "" {
		moves.Words += " " + v.T("letter.moves.then_return")
	}
	switch {
	case money.Words == "" || moves.Words == "":
		for _, line := range s.Money {
			out.Money = append(out.Money, english(line))
		}
	default:
		out.Money = []said{money, moves}
		for _, line := range s.Money[min(len(s.Money), ownLines(s.Audience)):] {
			out.Money = append(out.Money, english(line))
		}
	}
	appeal := v.orElse("letter.appealing."+string(s.Appealing.State), "", "Until", v.words.at(s.Appealing.Until, zone), "Made", s.Appealing.Made)
	if out.Appeal = []said{appeal}; appeal.Words == "" {
		out.Appeal = nil
		for _, line := range s.Appeal {
			out.Appeal = append(out.Appeal, english(line))
		}
	}
	for _, f := range s.Findings {
		finding := statedFinding{StatedFinding: f, Reason: f.Claim == string(d.Claim.Reason)}
		for _, id := range f.Evidence {
			finding.Items = append(finding.Items, v.itemWords(d, id))
		}
		out.Findings = append(out.Findings, finding)
	}
	return out, nil
}

// wins says that a decision gives the reader everything: an appeal is then nothing that the reader came for.
func wins(s *client.DecisionStatement) bool {
	return s.Audience == client.DecisionStatementAudienceBuyer && s.Verdict == client.OutcomeDecidedForBuyer ||
		s.Audience == client.DecisionStatementAudienceSeller && s.Verdict == client.OutcomeDecidedForSeller
}

// amountsKey is the phrase of both amounts: to a party, one that is nothing is said in words.
func amountsKey(s *client.DecisionStatement) string {
	key := "letter.amounts." + string(s.Audience)
	switch nothing := func(m client.Money) bool { return m.Amount == 0 }; {
	case s.Audience == client.DecisionStatementAudienceReviewer || nothing(s.Refund) == nothing(s.Release):
		return key
	case nothing(s.Refund):
		return key + ".norefund"
	default:
		return key + ".norelease"
	}
}

// ownLines are how many of the API's sentences about the money are said by the pages: both amounts to a party, or both in one, and when
// they move. What follows is told to staff only.
func ownLines(audience client.DecisionStatementAudience) int {
	if audience == client.DecisionStatementAudienceReviewer {
		return 2
	}
	return 3
}

// orElse is the phrase, if there is one, and otherwise what the API says.
func (v *Visit) orElse(key, otherwise string, pairs ...any) said {
	if v.words.has(key) {
		return said{Words: v.T(key, pairs...)}
	}
	return english(otherwise)
}
