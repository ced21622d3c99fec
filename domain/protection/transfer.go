package protection

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
)

type transferResult struct {
	Step   int64  `json:"step"`
	Reason string `json:"reason,omitempty"`
}

func (t *turn) payment(step int64) int {
	for i, p := range t.Payments {
		if p.Step == step {
			return i
		}
	}
	return -1
}

// confirmTransfer is the provider's word that the money has moved.
func (t *turn) confirmTransfer(r transferResult) casefile.Answer {
	i := t.payment(r.Step)
	if i < 0 || t.Payments[i].Failed {
		return casefile.Refuse(casefile.WrongStage, "No payment with this step is on its way.")
	}
	t.Transfers = append(t.Transfers, ledger.ConfirmOut(t.movement(t.Payments[i])))
	t.Payments = append(t.Payments[:i:i], t.Payments[i+1:]...)
	return casefile.Answer{}
}

// failTransfer is the provider's word that it has not: the money is held again, bound to the same cause, until an operator
// asks for it once more.
func (t *turn) failTransfer(r transferResult) casefile.Answer {
	i := t.payment(r.Step)
	if i < 0 || t.Payments[i].Failed {
		return casefile.Refuse(casefile.WrongStage, "No payment with this step is on its way.")
	}
	t.Payments[i].Failed = true
	t.Transfers = append(t.Transfers, ledger.ReturnOut(t.movement(t.Payments[i])))
	t.Event(casefile.TransferFailed, map[string]any{"step": r.Step, "reason": r.Reason})
	t.Notice("operators", "transfer_failed")
	return casefile.Answer{}
}

// transferFailed says that there is a payment to ask for again, which no bank may be about to pay.
func (t *turn) transferFailed() casefile.Answer {
	switch {
	case !slices.ContainsFunc(t.Payments, func(p Payment) bool { return p.Failed }):
		return casefile.Refuse(casefile.WrongStage, "No payment has failed.")
	case t.Chargeback != nil:
		return casefile.Refuse(casefile.WrongStage, "The payment waits for the buyer's bank.")
	}
	return casefile.Answer{}
}

// retryTransfer asks once more for a payment that failed, under the step of a new event.
func (t *turn) retryTransfer(r transferResult) casefile.Answer {
	i := t.payment(r.Step)
	if i < 0 || !t.Payments[i].Failed {
		return casefile.Refuse(casefile.WrongStage, "No payment with this step has failed.")
	}
	p := t.Payments[i]
	t.Payments = append(t.Payments[:i:i], t.Payments[i+1:]...)
	p.Failed, p.Verb = false, verbOf(p.Refund, p.Release+p.Fee) // a bank may have paid the refund of a split since
	data := p.told()
	data["retry_of"] = r.Step
	p.Step = t.Event(eventOf[p.Verb], data)
	t.request(p)
	return casefile.Answer{Result: map[string]any{"step": p.Step}}
}
