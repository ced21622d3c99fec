package api

import (
	"encoding/json"
	"slices"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/wording"
)

// messages are what was said in the case. What was flagged in one is shown to everybody but who wrote it.
func (v *view) messages() []wire.Message {
	out := []wire.Message{}
	at := map[int64]int{}
	for _, r := range v.log {
		switch r.Type {
		case casefile.MessagePosted:
			text, _ := r.Data["text"].(string)
			at[r.Sequence] = len(out)
			out = append(out, wire.Message{ID: messageID(r.Case, r.Sequence), By: actorView(r.By), Text: text, At: r.At})
		case casefile.MessageFlagged:
			i, found := at[whole(r.Data["message"])]
			if rule, _ := r.Data["rule"].(string); found && out[i].By.ID != v.actor.ID {
				out[i].Flags = append(out[i].Flags, wire.Flag{Rule: rule, From: int(whole(r.Data["from"])), Until: int(whole(r.Data["until"]))})
			}
		default:
		}
	}
	for i := range out {
		out[i].Warning = v.warning(out[i])
	}
	return out
}

// whole is a whole number as it is read back from the log.
func whole(value any) int64 {
	switch n := value.(type) {
	case json.Number:
		i, err := n.Int64()
		if err != nil {
			return 0
		}
		return i
	case float64:
		return int64(n)
	case int64:
		return n
	}
	return 0
}

// Warnings in words, by the rule that a message is flagged for; the first that holds is shown.
var warnings = []struct {
	rule wording.Rule
	text string
}{
	{wording.RequestToClose, "You are asked to close the case. Withdrawing ends it: the clock of your protection goes on, and you can reopen it once while " +
		"protection runs. A promise in a message binds nobody; one that is made and accepted as an offer does."},
	{wording.Unlawful, "This message threatens, or calls for hatred. You need not answer it. It can be reported; in danger call the police."},
	{wording.PaymentIdentifier, "This message names an account to pay to. Nothing that is paid outside the marketplace is protected."},
	{wording.ExtraCharge, "This message asks for more money. The order is paid; an extra charge can be reported."},
	{wording.PressureToConfirm, "You are asked to confirm the receipt. Confirm only what you have and have looked at."},
	{wording.RewardForStars, "A reward for stars is offered. A review that is tied to one does not count."},
	{wording.Threat, "Money is asked under threat of a bad review. This can be reported."},
	{wording.ContactData, "This message leads outside the marketplace, where nothing is protected."},
	{wording.OutsideLink, "This message leads outside the marketplace, where nothing is protected."},
}

// bargained is the dispute that a promise is about: the one whose thread it is, and in the thread of an order the only one that is open.
func (v *view) bargained() string {
	if v.dispute.ID != "" {
		return v.dispute.ID
	}
	open := ""
	for _, c := range v.order.Claims {
		switch {
		case !c.Open:
		case open != "":
			return "" // which of them is not for us to guess
		default:
			open = c.ID
		}
	}
	return open
}

// warning is what the reader of a flagged message should know. Beside a request to close the case stands the offer that
// would bind whoever wrote it.
func (v *view) warning(m wire.Message) wire.MessageWarning {
	for _, w := range warnings {
		if !slices.ContainsFunc(m.Flags, func(f wire.Flag) bool { return f.Rule == string(w.rule) }) {
			continue
		}
		out := wire.MessageWarning{Text: w.text}
		id := v.bargained()
		if w.rule != wording.RequestToClose || id == "" {
			return out
		}
		promise, found := wording.Default().Promise(m.Text, v.order.Currency, wording.Scope{})
		if !found || promise.Remedy == dispute.Release {
			return out
		}
		out.Dispute, out.Remedy = id, wire.Remedy(promise.Remedy)
		if promise.Amount.Minor > 0 {
			out.Amount = moneyView(promise.Amount.Minor, promise.Amount.Currency)
		}
		out.Share = int(promise.Share)
		return out
	}
	return wire.MessageWarning{}
}
