package dispute

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
	"recourse/domain/policy"
)

func (t *turn) open(o Opening) casefile.Answer {
	t.Order, t.Buyer, t.Seller, t.Currency, t.Lines = o.Order, o.Buyer, o.Seller, o.Currency, o.Lines
	t.Claim = Claim{Reason: o.Reason, Remedy: o.Remedy, Amount: o.Amount, Value: o.Value, Text: o.Text}
	t.Suspect, t.Platform, t.Terms, t.Frozen, t.OpenedAt = o.Suspect, o.Platform, o.Terms, o.Frozen, t.At()
	t.Stage, t.Status = Negotiation, WaitingSeller
	t.Clocks.Learn(o.Incidents...)
	t.Event(casefile.DisputeOpened, map[string]any{"reason": o.Reason, "remedy": o.Remedy, "amount": o.Amount, "currency": o.Currency,
		"lines": o.Lines, "text": o.Text, "order": o.Order})
	if o.Reason == ChangeOfMind {
		t.openReturn(FromChoice, o.Amount)
		return casefile.Answer{Result: map[string]any{"dispute": t.ID}}
	}
	t.awaitSeller("dispute.opened", "dispute.seller_response", t.Terms.Dispute.SellerResponse.Std())
	t.start(dueNegotiation, "dispute.opened", "dispute.negotiation_max", t.Terms.Dispute.NegotiationMax.Std())
	return casefile.Answer{Result: map[string]any{"dispute": t.ID}}
}

// awaitSeller starts the time in which the seller must say something, whose silence grants the request.
func (t *turn) awaitSeller(base, policyKey string, length time.Duration) {
	t.Answered = false
	t.start(dueSellerResponse, base, policyKey, length)
	t.waitForOffer()
	t.remindSeller()
}

// remindSeller sets the reminders before the seller's deadline as it stands.
func (t *turn) remindSeller() {
	t.removeGroup(remindSellerResponse)
	d, found := t.Clocks.Get(dueSellerResponse)
	if !found || !d.Runs() {
		return
	}
	for _, before := range t.Terms.Dispute.SellerResponseReminders {
		if at := d.DueAt.Add(-before.Std()); at.After(t.At()) {
			t.Clocks.Start(d.Remind(remindSellerResponse+"/"+before.String(), "dispute.seller_response_reminders", before.Std()))
		}
	}
}

// sellerAnswered ends the time in which silence would grant the request: for good, since the default exists before the
// first answer only.
func (t *turn) sellerAnswered() {
	t.Answered = true
	t.removeGroup(dueSellerResponse, remindSellerResponse)
}

// settleStatus ends every turn: it says whose move it is from what is there.
func (t *turn) settleStatus() {
	switch t.Status {
	case WaitingSeller, WaitingBuyer:
		t.Status = WaitingBuyer
		if t.standing(casefile.Buyer) != nil || !t.Answered {
			t.Status = WaitingSeller
		}
	case Assigning, WaitingEvidence, UnderReview, WaitingSignature:
		_, gathering := t.Clocks.Get(dueEvidence)
		switch {
		case t.Proposal != nil:
			t.Status = WaitingSignature
		case t.Bench.Reviewer == "":
			t.Status = Assigning
		case gathering:
			t.Status = WaitingEvidence
		default:
			t.Status = UnderReview
		}
		t.timeDecision()
	}
}

// timeDecision starts the reviewer's time when the file is complete: the evidence period is over, and nothing that a decision
// has to wait for is asked of anybody.
func (t *turn) timeDecision() {
	complete := t.Status == UnderReview && t.awaited() == nil
	switch {
	case complete && !t.Complete:
		t.start(dueSLA, "file.complete", "dispute.decision_sla", t.Terms.Dispute.DecisionSLA.Std())
	case !complete:
		t.Clocks.Remove(dueSLA)
	}
	t.Complete = complete
}

type timeRequest struct {
	Days policy.Duration `json:"days"`
}

func (r timeRequest) Valid() casefile.Answer {
	if r.Days <= 0 {
		return casefile.Invalid("/days", "Ask for more time than none.")
	}
	return casefile.Answer{}
}

func (t *turn) mayRequestTime() casefile.Answer {
	if _, waited := t.Clocks.Get(dueSellerResponse); t.AskedTime || !waited {
		return casefile.Refuse(casefile.WrongStage, "More time can be asked for once, before the first answer.")
	}
	return casefile.Answer{}
}

func (r timeRequest) Fits(t *turn) casefile.Answer {
	if r.Days > t.Terms.Dispute.RequestTimeMax {
		return casefile.Invalid("/days", "More time is asked for than the seller may have.")
	}
	return casefile.Answer{}
}

// requestTime gives the seller more time, and the buyer's protection as much.
func (t *turn) requestTime(r timeRequest) casefile.Answer {
	t.AskedTime = true
	t.Clocks.Extend(dueSellerResponse, clock.SellerAskedForTime, t.At(), r.Days.Std())
	t.remindSeller()
	d, _ := t.Clocks.Get(dueSellerResponse)
	t.Event(casefile.TimeRequested, map[string]any{"by": r.Days.String(), "due_at": d.DueAt})
	t.Send(t.Order, "grant_time", TimeGranted{Dispute: t.ID, By: r.Days.Std()})
	return casefile.Answer{Result: map[string]any{"due_at": d.DueAt}}
}

type reasonChange struct {
	Reason Reason       `json:"reason"`
	Remedy Remedy       `json:"remedy,omitempty"` // default: as before
	Amount *money.Minor `json:"amount,omitempty"` // default: the reason's
}

func (r reasonChange) Valid() casefile.Answer {
	switch {
	case !r.Reason.Known():
		return casefile.Invalid("/reason", "This is not a reason for a dispute.")
	case r.Remedy != "" && !r.Remedy.Fits(r.Reason):
		return casefile.Invalid("/remedy", "This remedy cannot be asked for with this reason.")
	case r.Amount != nil && *r.Amount <= 0:
		return casefile.Invalid("/amount", "An amount that is asked for is above zero.")
	}
	return casefile.Answer{}
}

// remedy is what is asked for: as before, unless another is named.
func (r reasonChange) remedy(t *turn) Remedy {
	if r.Remedy == "" {
		return t.Claim.Remedy
	}
	return r.Remedy
}

func (r reasonChange) Fits(t *turn) casefile.Answer {
	switch remedy := r.remedy(t); {
	case !remedy.Fits(r.Reason):
		return casefile.Invalid("/remedy", "The remedy that was asked for does not fit this reason; name another.")
	case r.Amount == nil && (remedy == RefundPartial && r.Reason != Late || r.needsAmount(t)):
		return casefile.Invalid("/amount", "Name the amount that is asked for.")
	}
	return casefile.Answer{}
}

// needsAmount says that the reason asks for nothing by itself, although there is something to ask for.
func (r reasonChange) needsAmount(t *turn) bool {
	if t.facts.Order == nil {
		return false
	}
	opening := t.facts.Order.Openings[string(r.Reason)]
	return opening.Default == 0 && opening.Cap > 0 && r.Reason != OffPlatformPressure
}

// mayChangeReason lets a buyer change the claim under a ruling that waits for its second signature once, beside the one change that
// starts the evidence period anew. Each such change makes the ruling lapse; a buyer who expects to lose could otherwise change it back
// and forth until nobody has decided in time, and be refunded for that (PROCEDURE 6.3).
func (t *turn) mayChangeReason() casefile.Answer {
	if t.Proposal != nil && t.Overtaken {
		return casefile.Refuse(casefile.WrongStage, "A decision waits for its second signature, and the claim was changed under one before. It can be changed again if the signature is refused.")
	}
	return casefile.Answer{}
}

// changeReason keeps the case, its clock and its evidence. Who asks more, or something else, must hear the other side anew.
func (t *turn) changeReason(r reasonChange) casefile.Answer {
	opening := t.facts.Order.Openings[string(r.Reason)]
	claim := Claim{Reason: r.Reason, Remedy: r.remedy(t), Amount: opening.Default, Value: opening.Cap, Text: t.Claim.Text}
	switch {
	case !opening.Open:
		return opening.Refuse()
	case opening.Goods && !claim.Remedy.Goods() && !t.Promised:
		return casefile.Invalid("/remedy", "A warranty gives a repair or a replacement first.")
	case claim.Remedy == ReturnAndRefund && claim.Remedy != t.Claim.Remedy && t.NoReturn:
		return casefile.Refuse(casefile.WrongStage, "A return was agreed and lapsed; it cannot be asked for again.")
	case r.Amount != nil && *r.Amount > opening.Cap:
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/amount", Detail: "More is asked than is left of these lines.",
			Result: map[string]any{"cap": opening.Cap}}
	case r.Amount != nil:
		claim.Amount = *r.Amount
	}
	if a := claim.Remedy.CheckAmount(r.Amount, opening.Default); !a.Accepted() {
		return a
	}
	if a := t.moves(); !a.Accepted() {
		return a
	}
	more := claim.Amount > t.Claim.Amount || claim.Remedy != t.Claim.Remedy || claim.Reason.Root() != t.Claim.Reason.Root()
	anew := more && t.Stage == Adjudication && t.Restarts == 0
	if t.Proposal != nil && claim != t.Claim {
		t.Delayed, t.Overtaken = true, t.Overtaken || !anew
	}
	t.Claim = claim
	t.Event(casefile.DisputeReasonChanged, map[string]any{"reason": claim.Reason, "remedy": claim.Remedy, "amount": claim.Amount, "restarts": more})
	t.Send(t.Order, "reason_changed", ReasonChanged{Dispute: t.ID, Reason: claim.Reason, Asked: claim.Amount})
	t.Platform = claim.Reason == ChangeOfMind
	switch {
	case claim.Reason == ChangeOfMind: // nobody is asked
		t.lapseOffers()
		t.openReturn(FromChoice, claim.Amount)
	case !more:
	case t.Stage == Negotiation:
		t.awaitSeller("dispute.reason_changed", "dispute.seller_response", t.Terms.Dispute.SellerResponse.Std())
	case anew:
		t.Restarts++
		t.Delayed = true
		t.beginEvidence("dispute.reason_changed")
	default:
		clear(t.Waivers) // what was waived was about another claim
	}
	return casefile.Answer{}
}

type plea struct {
	Text string `json:"text,omitempty"`
}

func (p plea) Fits(t *turn) casefile.Answer { return t.words(p.Text) }

// words checks a text that may be left out.
func (t *turn) words(text string) casefile.Answer {
	if text == "" {
		return casefile.Answer{}
	}
	return casefile.CheckText("/text", text, t.Terms.Limits.TextRunes)
}

// mayEscalate: the buyer some days after opening, not counting the time withdrawn, or at once after a refusal; the seller
// later; and the buyer when a promise was delivered and is no good.
func (t *turn) mayEscalate() casefile.Answer {
	early := casefile.Refuse(casefile.WrongStage, "It is too early to ask for a decision.")
	if t.Status == Performing {
		if t.byBuyer() && t.Promise != nil && !t.Promise.DeliveredAt.IsZero() {
			return casefile.Answer{}
		}
		return early
	}
	wait := t.Terms.Dispute.EscalationEarliest.Std()
	if t.bySeller() {
		wait = t.Terms.Dispute.SellerEscalation.Std()
	} else if t.Refused {
		return casefile.Answer{}
	}
	if t.At().Before(t.OpenedAt.Add(t.Away).Add(wait)) {
		early.Result = map[string]any{"from": t.OpenedAt.Add(t.Away).Add(wait)}
		return early
	}
	return casefile.Answer{}
}

func (t *turn) escalate(p plea) casefile.Answer {
	if t.bySeller() {
		t.sellerAnswered()
	}
	t.toAdjudication(t.By(), "asked", p.Text)
	return casefile.Answer{}
}

// toAdjudication hands the case to a reviewer and opens the evidence period for both sides.
func (t *turn) toAdjudication(by casefile.Actor, cause, text string) {
	data := map[string]any{"cause": cause}
	if text != "" {
		data["text"] = text
	}
	t.EventBy(by, casefile.DisputeEscalated, data)
	if t.EscalatedBy == "" {
		t.EscalatedBy = by.Role
	}
	t.Stage, t.Status = Adjudication, Assigning
	t.Promise = nil
	t.removeGroup(dueSellerResponse, remindSellerResponse, dueNegotiation, duePerformance, duePerformanceInspection,
		dueReturnShip, dueReturnTransit, dueReturnInspection)
	t.goOn()
	if _, aging := t.Clocks.Get(dueMaxAge); !aging {
		t.start(dueMaxAge, "dispute.escalated", "dispute.max_age", t.Terms.Dispute.MaxAge.Std())
	}
	t.beginEvidence("dispute.escalated")
	if t.Bench.Reviewer == "" {
		t.start(dueAssignment, "dispute.escalated", "", 0)
	}
}

// beginEvidence opens a round in which both parties may hand in what they have.
func (t *turn) beginEvidence(base string) {
	t.Round++
	clear(t.Waivers)
	clear(t.Extended)
	t.start(dueEvidence, base, "dispute.evidence_period", t.Terms.Dispute.EvidencePeriod.Std())
}
