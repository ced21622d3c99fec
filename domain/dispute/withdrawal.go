package dispute

import (
	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// withdraw starts the time in which the buyer can think again. What was running stands still, and the seller's last words
// are quoted back: promises bind only as offers.
func (t *turn) withdraw(p plea) casefile.Answer {
	t.leave()
	t.Status = Withdrawing
	data := map[string]any{}
	if p.Text != "" {
		data["text"] = p.Text
	}
	t.Event(casefile.DisputeWithdrawalStarted, data)
	t.start(dueWithdrawal, "dispute.withdrawal_started", "dispute.withdrawal_cooling", t.Terms.Dispute.WithdrawalCooling.Std())
	d, _ := t.Clocks.Get(dueWithdrawal)
	result := map[string]any{"due_at": d.DueAt}
	if t.Quote != "" {
		result["promise"] = t.Quote
	}
	return casefile.Answer{Result: result}
}

// leave remembers where the case stood.
func (t *turn) leave() {
	t.Withdrawal = &Withdrawal{At: t.At(), Stage: t.Stage, Status: t.Status}
	t.Clocks.Stop(clock.Withdrawal, t.At())
}

func (t *turn) notCancelled() casefile.Answer {
	if t.Cancelled {
		return casefile.Refuse(casefile.WrongStage, "A withdrawal can be taken back once.")
	}
	return casefile.Answer{}
}

func (t *turn) cancelWithdrawal(p plea) casefile.Answer {
	t.Cancelled = true
	t.Event(casefile.DisputeWithdrawalCancelled, map[string]any{"text": p.Text})
	t.returnFromWithdrawal()
	t.remindSeller()
	return casefile.Answer{}
}

// returnFromWithdrawal puts the case back where it stood, with the time it had.
func (t *turn) returnFromWithdrawal() {
	w := t.Withdrawal
	t.Withdrawal = nil
	t.Clocks.Remove(dueWithdrawal)
	t.Clocks.Resume(clock.Withdrawal, t.At())
	t.Stage, t.Status = w.Stage, w.Status
	t.Away += t.At().Sub(w.At)
}

// withdrawn ends a case that its buyer has given up. It can be reopened once while protection runs, so what stood still
// stays.
func (t *turn) withdrawn() {
	t.Event(casefile.DisputeWithdrawn, nil)
	t.finish(Enforcement{Outcome: Withdrawn, Rest: RestClock})
}

// giveUp is a withdrawal at once, by a buyer who acknowledges it.
func (t *turn) giveUp() {
	if t.Status != Withdrawing {
		t.leave()
	}
	t.Clocks.Remove(dueWithdrawal)
	t.Event(casefile.DisputeWithdrawn, map[string]any{"conceded": true})
	t.finish(Enforcement{Outcome: Withdrawn, Rest: RestClock})
}

func (t *turn) mayReopen() casefile.Answer {
	protected := t.facts.Order != nil && t.facts.Order.Protected
	if t.Outcome != Withdrawn || t.Reopened || t.Withdrawal == nil || !protected {
		return casefile.Refuse(casefile.CaseClosed, "This case is closed and cannot be reopened.")
	}
	if open := t.facts.Order.Disputed; open != "" {
		return casefile.Answer{Refused: casefile.DisputeAlreadyOpen, Detail: "Another dispute about one of these lines is open.",
			Result: map[string]any{"dispute": open}}
	}
	return casefile.Answer{}
}

// reopen goes back to the stage and the reviewer that were. In negotiation the seller's answer starts anew; in adjudication
// the evidence period goes on.
func (t *turn) reopen(p plea) casefile.Answer {
	t.Reopened = true
	t.Outcome = ""
	t.Clocks.Learn(t.facts.Order.Incidents...)
	data := map[string]any{}
	if p.Text != "" {
		data["text"] = p.Text
	}
	t.Event(casefile.DisputeReopened, data)
	t.returnFromWithdrawal()
	if t.Bench.Reviewer != "" {
		t.onDuty(t.Bench.Reviewer, "assigned")
	}
	if t.Stage == Negotiation && t.Status != WaitingReturn {
		t.Status = WaitingSeller
		t.awaitSeller("dispute.reopened", "dispute.seller_reopened", t.Terms.Dispute.SellerReopened.Std())
	}
	t.Send(t.Order, "dispute_reopened", Reopened{Dispute: t.ID})
	return casefile.Answer{}
}
