package bench

// Need is some units that a run cannot do without, and why.
type Need struct {
	Units
	Why string
}

// Bound is the least that the run of one reference case needs.
type Bound struct {
	Run   string // "D1 dispute"
	Needs []Need
}

// Units is the sum of the needs.
func (b Bound) Units() Units {
	var sum Units
	for _, need := range b.Needs {
		sum = sum.Plus(need.Units)
	}
	return sum
}

// message is a command that somebody sends and waits for: one update, one task, and one step in a local activity.
func message(n int, why string) Need {
	return Need{Units: Units{Updates: n, Tasks: n, Markers: n}, Why: why}
}

// fires is a deadline that nobody meets: its timer was started by what came before, and its firing is a task and a step.
func fires(n int, why string) Need {
	return Need{Units: Units{Tasks: n, Markers: n}, Why: why}
}

// timers are those that are started, fired ones included: one live timer a case, so one for each change of what is due next.
func timers(n int, why string) Need { return Need{Units: Units{Timers: n}, Why: why} }

// stages are the changes of stage after the first, which operators filter by.
func stages(n int, why string) Need { return Need{Units: Units{Upserts: n}, Why: why} }

// disputedOrder is the order of every dispute that is refunded: what is between its opening and its outcome is the dispute's.
var disputedOrder = []Need{
	message(3, "registerOrder, ship, deliver: the marketplace, the seller and the carrier wait for an answer"),
	message(1, "openDispute: the order decides whether a dispute may open, and the buyer waits"),
	{Units: Units{Signals: 1, Tasks: 1, Markers: 1}, Why: "the outcome: the dispute's step stored it at the order's door, and one wake brings it in"},
	{Units: Units{Activities: 1, Tasks: 1, Markers: 1}, Why: "the refund at the provider, and the step that reads its result"},
	timers(4, "due next: the reminder to ship; the absolute end; the reminder before the end of inspection; while disputed, the absolute maximum"),
	stages(4, "in_transit, inspection, disputed, closed"),
}

// Bounds are the lower bounds of the reference cases, committed: a change of one is a change of what a case needs, and is
// argued with its reason. A test holds them against the scripts of the bare runs, which do exactly this.
var Bounds = []Bound{
	{Run: "P1 order", Needs: []Need{
		message(3, "registerOrder, ship, deliver: the marketplace, the seller and the carrier wait for an answer"),
		fires(4, "the reminder before the end of inspection, its end, the end of the last call, the end of aftercare"),
		{Units: Units{Activities: 1, Tasks: 1, Markers: 1}, Why: "the release at the provider, and the step that reads its result"},
		timers(6, "due next: the reminder to ship; the absolute end; the reminder before the end of inspection; its end; the last call; aftercare"),
		stages(5, "in_transit, inspection, release_pending, aftercare, closed"),
	}},
	{Run: "D1 order", Needs: disputedOrder},
	{Run: "D1 dispute", Needs: []Need{
		message(1, "open: the buyer reads the case at once"),
		message(3, "offer, rejectOffer, escalate"),
		message(2, "submitEvidence by each party"),
		message(1, "decide"),
		fires(2, "the end of the evidence period, the end of the appeal window"),
		timers(6, "due next: the reminder of the seller's answer; the answer to the offer; the longest negotiation; the evidence period; the reviewer's time; the appeal window"),
		stages(3, "adjudication, appeal, final"),
	}},
	{Run: "D2 order", Needs: disputedOrder},
	{Run: "D2 dispute", Needs: []Need{
		message(1, "open: the buyer reads the case at once"),
		message(3, "offer, rejectOffer, escalate"),
		message(5, "offer, acceptOffer, shipReturn, deliverReturn, inspectReturn: the return leg"),
		message(10, "submitEvidence"),
		message(2, "decide, appeal"),
		message(3, "vote by each of the panel"),
		fires(3, "the end of the evidence period, of the appeal window, and of the panel's evidence period"),
		timers(12, "due next: the reminder of the seller's answer; the answer to the offer; the longest negotiation; the evidence period; the return's "+
			"shipping, transit and inspection; the evidence period anew; the reviewer's time; the appeal window; the panel's evidence period; its answer"),
		stages(3, "adjudication, appeal, final"),
	}},
	{Run: "D3 order", Needs: disputedOrder},
	{Run: "D3 dispute", Needs: []Need{
		message(1, "open: the buyer reads the case at once"),
		fires(3, "two reminders of the seller's answer, and its end"),
		timers(3, "due next: each reminder, and the end"),
		stages(1, "final"),
	}},
}
