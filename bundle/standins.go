package bundle

import (
	"encoding/json"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/rerun"
)

// hiddenText stands where a text is that this audience may not read. The rules see that there is one, and no more.
const hiddenText = "…"

// standIns are data that could stand where fields of a command are hidden. Texts and files are looked at and not weighed, so any
// will do. A verdict that is not known yet decides nothing until it is; what it does is to be there, and to need a second
// signature or not. A refund of nothing or of everything, found or not found, is farther from the remedy formula than any
// other, so that one of the four does what the hidden one did.
func standIns(state casefile.Case, c rerun.Command) []json.RawMessage {
	if d, ok := state.(dispute.Dispute); ok && slices.Contains(c.Hidden, "outcome") {
		return verdicts(d, c.Facts)
	}
	data := map[string]any{}
	if len(c.Data) > 0 && json.Unmarshal(c.Data, &data) != nil {
		return nil
	}
	for _, name := range c.Hidden {
		data[name] = hiddenText
	}
	if len(c.Hidden) == 0 { // the record that it names has hidden texts in it, and another hash here
		delete(data, "record_hash")
	}
	return encoded(data)
}

func verdicts(d dispute.Dispute, facts casefile.Facts) []json.RawMessage {
	value := d.Claim.Value
	if facts.Order != nil {
		value = facts.Order.Remaining
	}
	var list []map[string]any
	for _, refund := range []money.Minor{0, value} {
		outcome := dispute.DecidedForSeller
		if refund > 0 {
			outcome = dispute.DecidedForBuyer
		}
		for _, holds := range []bool{true, false} {
			list = append(list, map[string]any{"outcome": outcome, "refund": refund, "release": value - refund, "reasons": hiddenText,
				"findings": []dispute.Finding{{Claim: string(d.Claim.Reason), Holds: holds}}})
		}
	}
	return encoded(list...)
}

func encoded(data ...map[string]any) []json.RawMessage {
	var list []json.RawMessage
	for _, d := range data {
		if text, err := json.Marshal(d); err == nil {
			list = append(list, text)
		}
	}
	return list
}
