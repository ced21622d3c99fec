package console

import (
	"strconv"

	"recourse/api/client"
)

// chart is a set of bars that the server draws, with the same in a sentence and in a table.
type chart struct {
	ID, Title, Says string
	Parts           []string // the names of the parts of a bar, where it has more than one
	Bars            []bar
	Head            []string   // of the table
	Table           [][]string // each row begins with what it is about
	None            string     // instead, when there is nothing to show
}

// bar is one line of a chart.
type bar struct {
	Words, Value string
	Parts        []part
	Path         string
}

// part is one colour of a bar, in hundredths of the longest.
type part struct {
	Class string
	X, W  string
}

// parts divides a bar. What is not nothing can be seen.
func parts(most int64, classes []string, values ...int64) []part {
	var made []part
	x := 0.0
	for i, n := range values {
		if n == 0 || most == 0 {
			continue
		}
		w := max(float64(n)*100/float64(most), .6)
		w = min(w, 100-x)
		made = append(made, part{classes[i], strconv.FormatFloat(x, 'f', 2, 64), strconv.FormatFloat(w, 'f', 2, 64)})
		x += w
	}
	return made
}

var withins = []client.BoardDeadlinesWithin{client.BoardDeadlinesWithinPassed, client.BoardDeadlinesWithinN1H, client.BoardDeadlinesWithinN4H,
	client.BoardDeadlinesWithinN24H, client.BoardDeadlinesWithinN3D, client.BoardDeadlinesWithinN7D}

// platformMoves are the moves that the platform makes or misses.
var platformMoves = map[string]bool{"reviewer": true, "supervisor": true, "operator": true, "platform": true}

// deadlineChart shows what is due when: what the platform owes, and what the parties do.
func (v *Visit) deadlineChart(b client.Board) chart {
	ours, theirs := map[client.BoardDeadlinesWithin]int64{}, map[client.BoardDeadlinesWithin]int64{}
	var most, all int64
	for _, d := range b.Deadlines {
		if platformMoves[d.Move] {
			ours[d.Within] += d.Count
		} else {
			theirs[d.Within] += d.Count
		}
		most, all = max(most, ours[d.Within]+theirs[d.Within]), all+d.Count
	}
	c := chart{ID: "deadlines", Title: v.T("board.deadlines"), Parts: []string{v.T("board.ours"), v.T("board.theirs")}, None: v.T("board.deadlines.none"),
		Says: v.T("board.deadlines.says", "All", v.count(client.Count{Count: all, More: b.DeadlinesMore}), "Ours", v.count(client.Count{Count: b.Breaching})),
		Head: []string{v.T("board.within"), v.T("board.ours"), v.T("board.theirs")}}
	if all == 0 {
		return c
	}
	for _, within := range withins {
		words := v.T("board.within." + string(within))
		c.Bars = append(c.Bars, bar{Words: words, Value: v.count(client.Count{Count: ours[within] + theirs[within]}),
			Parts: parts(most, []string{"ours", "theirs"}, ours[within], theirs[within])})
		c.Table = append(c.Table, []string{words, v.count(client.Count{Count: ours[within]}), v.count(client.Count{Count: theirs[within]})})
	}
	return c
}

// stageChart shows the open cases by kind and stage.
func (v *Visit) stageChart(b client.Board) chart {
	var most, all int64
	more := false
	for _, s := range b.Stages {
		most, all, more = max(most, s.Cases.Count), all+s.Cases.Count, more || s.Cases.More
	}
	c := chart{ID: "stages", Title: v.T("board.stages"), Says: v.T("board.stages.says", "All", v.count(client.Count{Count: all, More: more})),
		None: v.T("board.stages.none"), Head: []string{v.T("board.kind"), v.T("board.stage"), v.T("board.cases")}}
	for _, s := range b.Stages {
		kind, stage := v.T("board.kind."+s.Kind), v.stageWords(s.Kind, s.Stage)
		words := kind
		if stage != kind {
			words += " · " + stage
		}
		c.Bars = append(c.Bars, bar{Words: words, Value: v.count(s.Cases), Parts: parts(most, []string{"theirs"}, s.Cases.Count)})
		c.Table = append(c.Table, []string{kind, stage, v.count(s.Cases)})
	}
	return c
}

// stageWords are the stage of a case of a kind: an order's is its state, a standing's its rung. Words that speak to a party are others here.
func (v *Visit) stageWords(kind, stage string) string {
	for _, key := range []string{"board.stage." + stage, map[string]string{"order": "state.", "dispute": "stage.", "standing": "board.rung."}[kind] + stage, "board.kind." + stage} {
		if v.words.has(key) {
			return v.T(key)
		}
	}
	return v.Word("stage", stage)
}

// courtChart shows for whom the latest disputes have waited.
func (v *Visit) courtChart(b client.Board) chart {
	var most, all int64
	for _, s := range b.Court.Spent {
		most, all = max(most, s.Seconds), all+s.Seconds
	}
	c := chart{ID: "court", Title: v.T("board.court"), Says: v.T("board.court.says", "Count", b.Court.Sample), None: v.T("board.court.none"),
		Head: []string{v.T("board.court.who"), v.T("board.court.time"), v.T("board.share")}}
	for _, s := range b.Court.Spent {
		who, share := v.T("board.court."+string(s.Who)), v.share(float64(s.Seconds)/float64(max(all, 1)))
		c.Bars = append(c.Bars, bar{Words: who, Value: share, Parts: parts(most, []string{courtClass(s.Who)}, s.Seconds)})
		c.Table = append(c.Table, []string{who, v.words.length(s.Length), share})
	}
	return c
}

func courtClass(who client.CourtTimeWho) string {
	if who == client.CourtTimeWhoReviewer || who == client.CourtTimeWhoPlatform {
		return "ours"
	}
	return "theirs"
}

// defaultChart shows how often a side did not do what it had to, and how often a decision did not stand.
func (v *Visit) defaultChart(b client.Board) chart {
	c := chart{ID: "rates", Title: v.T("board.rates"), None: v.T("board.rates.none"), Head: []string{v.T("board.rate"), v.T("board.cases"), v.T("board.sample"), v.T("board.share")},
		Says: v.T("board.rates.says", "Disputes", v.count(b.Disputes), "Decided", v.count(client.Count{Count: b.Decisions.Decided, More: b.Decisions.More}))}
	if b.Disputes.Count == 0 && b.Decisions.Decided == 0 {
		return c
	}
	add := func(words, class string, n, of int64, share float64) {
		const whole = 1000
		c.Bars = append(c.Bars, bar{Words: words, Value: v.share(share), Parts: parts(whole, []string{class}, int64(share*whole))})
		c.Table = append(c.Table, []string{words, v.count(client.Count{Count: n}), v.count(client.Count{Count: of}), v.share(share)})
	}
	for _, d := range b.Defaults {
		class := "theirs"
		if d.Side == client.BoardDefaultSidePlatform {
			class = "ours"
		}
		add(v.T("board.default."+string(d.Outcome)), class, d.Count, b.Disputes.Count, d.Share)
	}
	add(v.T("board.overturned"), "ours", b.Decisions.Overturned, b.Decisions.Decided, b.Decisions.Share)
	return c
}
