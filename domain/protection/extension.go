package protection

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/policy"
)

type extension struct {
	By policy.Duration `json:"by"`
}

func (e extension) Valid() casefile.Answer {
	if e.By <= 0 {
		return casefile.Invalid("/by", "An extension lasts longer than nothing.")
	}
	return casefile.Answer{}
}

// Fits counts what was given, and what was asked for, towards the limit of all extensions.
func (e extension) Fits(t *turn) casefile.Answer {
	if e.By.Std() > t.Terms.Protection.ExtensionMax.Std()-t.Extension.Total-t.Extension.Requested {
		return casefile.Invalid("/by", "All extensions of an order together are longer than is allowed.")
	}
	return casefile.Answer{}
}

// extendable says that protection runs or has its last call. That of a settlement is none: both have agreed to it.
func (t *turn) extendable() casefile.Answer {
	if d, found := t.protectionClock(); t.batch(dueRelease) < 0 && (!found || !d.Runs()) {
		return casefile.Refuse(casefile.WrongStage, "No protection is running that could be extended.")
	}
	return casefile.Answer{}
}

// protectionClock is the deadline at whose end the buyer's protection is over.
func (o Order) protectionClock() (clock.Deadline, bool) {
	if d, found := o.Clocks.Get(dueInspection); found {
		return d, true
	}
	return o.Clocks.Get(dueAbsoluteEnd)
}

// extend lengthens protection: once by the buyer alone, further only when the seller consents.
func (t *turn) extend(e extension) casefile.Answer {
	by, p := e.By.Std(), t.Terms.Protection
	if !t.Extension.Used && by <= p.BuyerExtension.Std() {
		t.Extension.Used = true
		t.lengthen(by, "buyer")
		return casefile.Answer{Result: map[string]any{"granted": true}}
	}
	if t.Extension.Requested > 0 {
		return casefile.Refuse(casefile.WrongStage, "A request for more time waits for the seller already.")
	}
	t.Extension.Requested, t.Extension.Lapsed = by, false
	t.Event(casefile.ExtensionRequested, map[string]any{"by": e.By.String()})
	t.Start(dueExtension, "extension.requested", "protection.extension_answer", p.ExtensionAnswer.Std())
	return casefile.Answer{Result: map[string]any{"granted": false}}
}

// lengthen adds to the running protection. In the last call there is none left, so it begins again from now.
func (t *turn) lengthen(by time.Duration, granted string) {
	t.Extension.Total += by
	if _, waiting := t.unschedule(dueRelease); waiting {
		t.Phase = Inspection
		t.Clocks.Start(clock.Deadline{Name: dueInspection, Since: t.At(), DueAt: t.At(), Base: "protection.ended", Policy: "protection.buyer_extension"})
	}
	d, _ := t.protectionClock()
	t.Clocks.Extend(d.Name, clock.BuyerExtension, t.At(), by)
	t.remindOfInspection()
	d, _ = t.protectionClock()
	t.Event(casefile.ProtectionExtended, map[string]any{"by": by.String(), "granted_by": granted, "ends_at": d.DueAt})
}

func (t *turn) extensionAsked() casefile.Answer {
	switch {
	case t.Extension.Requested > 0:
		return t.extendable() // not while a dispute is open: the clock stands still
	case t.Extension.Lapsed:
		return casefile.Refuse(casefile.DeadlinePassed, "The request for more time has lapsed.")
	}
	return casefile.Refuse(casefile.WrongStage, "Nobody has asked for more time.")
}

func (t *turn) grantExtension(struct{}) casefile.Answer {
	by := t.Extension.Requested
	t.Clocks.Remove(dueExtension)
	t.Extension.Requested = 0
	t.Event(casefile.ExtensionGranted, nil)
	t.lengthen(by, "seller")
	return casefile.Answer{}
}

func (t *turn) refuseExtension(struct{}) casefile.Answer {
	t.Clocks.Remove(dueExtension)
	t.Extension.Requested = 0
	t.Event(casefile.ExtensionRefused, nil)
	return casefile.Answer{}
}

func (t *turn) lapseExtension() {
	t.Extension.Requested, t.Extension.Lapsed = 0, true
	t.Event(casefile.ExtensionLapsed, nil)
}

// dropExtension ends a request that has nothing left to extend.
func (t *turn) dropExtension() {
	if t.Extension.Requested > 0 && t.batch(dueRelease) < 0 {
		t.Clocks.Remove(dueExtension)
		t.lapseExtension()
	}
}
