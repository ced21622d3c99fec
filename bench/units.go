// Package bench is what the figures of cost and speed are held against: the lower bounds of each reference case, how a
// history is counted, how measurements become ratios, and how ratios become a table and a file. What measures is in
// devstack/measure; what our cases are compared with is in bench/bare.
package bench

// Units are the parts of which a run's history is made.
type Units struct {
	Tasks      int `json:"tasks"`      // workflow tasks: scheduled, started, completed
	Activities int `json:"activities"` // regular activities: scheduled, started, completed
	Markers    int `json:"markers"`    // local activities
	Timers     int `json:"timers"`     // started, and fired or cancelled
	Signals    int `json:"signals"`
	Updates    int `json:"updates"` // accepted, completed
	Upserts    int `json:"upserts"` // of search attributes
}

// Events is how many events a run of these units has, with the one that begins and the one that ends it.
func (u Units) Events() int {
	return 2 + 3*u.Tasks + 3*u.Activities + u.Markers + 2*u.Timers + u.Signals + 2*u.Updates + u.Upserts
}

// Actions is what Temporal's price list counts of a run: its start, and each timer that is started, signal, update, upsert,
// try of an activity, and task in which local activities ran, however many they were.
func (u Units) Actions() int {
	return 1 + u.Timers + u.Signals + u.Updates + u.Upserts + u.Activities + u.Markers
}

// Plus is the sum of both.
func (u Units) Plus(v Units) Units {
	u.Tasks += v.Tasks
	u.Activities += v.Activities
	u.Markers += v.Markers
	u.Timers += v.Timers
	u.Signals += v.Signals
	u.Updates += v.Updates
	u.Upserts += v.Upserts
	return u
}
