package bare

import "time"

// long is a timer that is set and cancelled: nobody waits for it.
const long = 24 * time.Hour

// The scripts of the reference cases, by the names of their runs: the messages of ours in their order, and behind each the
// timer that is due next from there on. Those that fire are as short as in the policies of the measurements.
var References = map[string]Script{
	"P1 order": {Moments: []Moment{
		{On: "registerOrder", Timer: long}, {On: "ship", Timer: long}, {On: "deliver", Timer: 2 * time.Second},
		{On: OnTimer, Timer: 2 * time.Second}, {On: OnTimer, Timer: 2 * time.Second}, {On: OnTimer, Timer: 2 * time.Second, Effect: true},
		{On: OnActivity}, {On: OnTimer},
	}},
	"D1 order":   disputed,
	"D2 order":   disputed,
	"D3 order":   disputed,
	"D1 dispute": D1(2*time.Second, 2*time.Second),
	"D2 dispute": {Moments: append(append(negotiated(long),
		Moment{On: "offer"}, Moment{On: "acceptOffer", Timer: long}, Moment{On: "shipReturn", Timer: long}, Moment{On: "deliverReturn", Timer: long},
		Moment{On: "inspectReturn", Timer: 2 * time.Second}),
		append(evidence(10, long, 2*time.Second),
			Moment{On: "appeal"}, Moment{On: OnTimer, Timer: 2 * time.Second}, Moment{On: OnTimer, Timer: long},
			Moment{On: "vote"}, Moment{On: "vote"}, Moment{On: "vote", Timer: Off})...)},
	"D3 dispute": {Moments: []Moment{{On: "open", Timer: 2 * time.Second}, {On: OnTimer, Timer: time.Second},
		{On: OnTimer, Timer: time.Second}, {On: OnTimer}}},
}

// disputed is an order that arrives, is disputed and refunded.
var disputed = Script{Moments: []Moment{
	{On: "registerOrder", Timer: long}, {On: "ship", Timer: long}, {On: "deliver", Timer: long}, {On: "openDispute", Timer: long},
	{On: OnSignal, Effect: true}, {On: OnActivity, Timer: Off},
}}

// D1 is the dispute D1 with an evidence period and an appeal window of so long.
func D1(evidencePeriod, appealWindow time.Duration) Script {
	return Script{Moments: append(append(negotiated(evidencePeriod), evidence(2, long, appealWindow)...), Moment{On: OnTimer})}
}

// negotiated is the way to adjudication.
func negotiated(evidencePeriod time.Duration) []Moment {
	return []Moment{{On: "open", Timer: long}, {On: "offer", Timer: long}, {On: "rejectOffer", Timer: long},
		{On: "escalate", Timer: evidencePeriod}}
}

// evidence is so many items, the end of their period, and the decision.
func evidence(items int, review, appealWindow time.Duration) []Moment {
	var moments []Moment
	for range items {
		moments = append(moments, Moment{On: "submitEvidence"})
	}
	return append(moments, Moment{On: OnTimer, Timer: review}, Moment{On: "decide", Timer: appealWindow})
}

// Standing is how the seller of D1 stands: told of the decision, and again when it is final. Then it waits for its days, which
// outlast every measurement, as ours does.
func Standing() Script {
	return Script{Moments: []Moment{{On: OnSignal, Timer: long}, {On: OnSignal, Timer: long}, {On: OnTimer}}}
}

// Offers is a run that takes so many offers, each of which writes one row.
func Offers(n int) Script {
	s := Script{Insert: true}
	for range n {
		s.Moments = append(s.Moments, Moment{On: "offer"})
	}
	return s
}
