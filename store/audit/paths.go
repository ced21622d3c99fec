package audit

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/standing"
)

// drawing is the published state machine of a kind of case: from where to where one trigger may lead. Staying is always
// possible. It is the drawings of docs/architecture.md as a table, and deliberately not made from the rules: it is what they
// are held against.
type drawing map[string][]string

func to[S ~string](states ...S) []string {
	out := make([]string, len(states))
	for i, s := range states {
		out[i] = string(s)
	}
	return out
}

// anywhere is where an undecided dispute can go by what its parties agree on.
var anywhere = to(dispute.Performing, dispute.WaitingReturn, dispute.Withdrawing, dispute.Closed)

// bench is where a case lies before a reviewer, from whom it may be taken and to whom it may come back.
var bench = to(dispute.Assigning, dispute.WaitingEvidence, dispute.UnderReview, dispute.WaitingSignature)

// drawings are those of all kinds.
var drawings = map[string]drawing{
	casefile.KindDispute: {
		"":                               to(dispute.WaitingSeller, dispute.WaitingReturn),
		string(dispute.WaitingSeller):    slices.Concat(to(dispute.WaitingBuyer), anywhere, bench),
		string(dispute.WaitingBuyer):     slices.Concat(to(dispute.WaitingSeller), anywhere, bench),
		string(dispute.Performing):       slices.Concat(to(dispute.WaitingReturn, dispute.Closed), bench),
		string(dispute.WaitingReturn):    slices.Concat(to(dispute.WaitingSeller, dispute.WaitingBuyer, dispute.Withdrawing, dispute.Closed), bench),
		string(dispute.Withdrawing):      slices.Concat(to(dispute.WaitingSeller, dispute.WaitingBuyer, dispute.WaitingReturn, dispute.Performing, dispute.Closed), bench),
		string(dispute.Assigning):        slices.Concat(anywhere, bench),
		string(dispute.WaitingEvidence):  slices.Concat(anywhere, bench, to(dispute.AppealWindow)),
		string(dispute.UnderReview):      slices.Concat(anywhere, bench, to(dispute.AppealWindow)),
		string(dispute.WaitingSignature): slices.Concat(anywhere, bench, to(dispute.AppealWindow)),
		string(dispute.AppealWindow):     to(dispute.PanelReview, dispute.WaitingReturn, dispute.Closed),
		string(dispute.PanelReview):      to(dispute.WaitingReturn, dispute.Closed),
		string(dispute.Closed):           {}, // but see reopens
	},
	casefile.KindStanding: ladder(),
	casefile.KindOrder: {
		"":                                to(protection.Funded),
		string(protection.Funded):         to(protection.InTransit, protection.Disputed, protection.Refunded, protection.Closed),
		string(protection.InTransit):      to(protection.Inspection, protection.Disputed, protection.ReleasePending, protection.Refunded, protection.Closed),
		string(protection.Inspection):     to(protection.ReleasePending, protection.Disputed, protection.Refunded, protection.Closed),
		string(protection.Disputed):       to(protection.States...),
		string(protection.ReleasePending): to(protection.Aftercare, protection.Inspection, protection.Disputed, protection.Refunded, protection.Closed),
		string(protection.Aftercare):      to(protection.Disputed, protection.Closed),
		string(protection.Refunded):       {},
		string(protection.Closed):         {},
	},
}

// ladder is that of a standing: entries and their ends lead up and down, over any number of rungs at once.
func ladder() drawing {
	rungs := drawing{"": to(standing.States...)}
	for _, s := range standing.States {
		rungs[string(s)] = to(standing.States...)
	}
	return rungs
}

// reopens are the triggers that lead out of a final state: a withdrawn dispute is reopened, and an order is brought back by a
// dispute of it, new or reopened.
var reopens = map[string][]string{
	casefile.KindDispute: {"reopen"},
	casefile.KindOrder:   {"open_dispute", "dispute_reopened", "deliver"},
}

// leads says whether the drawing has a line from one state to another for the trigger.
func leads(kind, trigger, from, to string) bool {
	exits, known := drawings[kind][from]
	if !known {
		return false
	}
	final := len(exits) == 0
	return from == to || slices.Contains(exits, to) || final && slices.Contains(reopens[kind], trigger)
}
