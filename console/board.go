package console

import (
	"net/url"
	"strings"

	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"recourse/api/client"
)

// overseers are who may look at the board, and change nothing there but for operators.
var overseers = []client.Role{client.RoleOperator, client.RoleSupervisor, client.RolePlatform, client.RoleAuditor}

// boardPages are for those who run the platform.
var boardPages = []Page{
	{Name: "board", Pattern: "GET /board", Roles: overseers, Serve: showBoard, Examples: []Example{{As: "Otto", Path: "/board?clock={clock}"}, {As: "Otto", Path: "/board"}, {As: "Sol", Path: "/board"}}},
	{Name: "board-cases", Pattern: "GET /board/cases", Roles: overseers, Serve: showBoardCases, Examples: []Example{
		{As: "Otto", Path: "/board/cases?within=7d&clock={clock}"}, {As: "Otto", Path: "/board/cases?waits=transfer"}}},
	{Name: "board-find", Pattern: "GET /board/find", Roles: overseers, Serve: findCase, Examples: []Example{{As: "Otto", Path: "/board/find?q=nothing"}}},
	{Name: "incidents", Pattern: "GET /incidents", Roles: overseers, Serve: showIncidents, Examples: []Example{{As: "Otto", Path: "/incidents?clock={clock}"}, {As: "Sol", Path: "/incidents"}}},
	{Name: "do", Pattern: "GET /incidents/new", Roles: declarers, Serve: askForIncident, Examples: []Example{{As: "Otto", Path: "/incidents/new"}}},
	{Name: "do", Pattern: "POST /incidents/new", Roles: declarers, Step: true, Serve: declareIncident},
	{Name: "do", Pattern: "GET /incidents/{incident}/end", Roles: declarers, Serve: askToEnd, Examples: []Example{{As: "Otto", Path: "/incidents/{incident}/end?clock={clock}", Story: "harbour_shut"}}},
	{Name: "do", Pattern: "POST /incidents/{incident}/end", Roles: declarers, Step: true, Serve: endIncident},
}

// boardData is the board as its page shows it.
type boardData struct {
	client.Board
	Tiles    []tile
	Charts   []chart
	Clocks   []Link // other times that a board can be of
	Cases    string // the address of the cases that are due tonight
	Totals   []total
	Soon     int64 // deadlines of anybody within a day
	Declares bool
	Declare  string // the address of the page on which an incident is declared
	List     string // and of those that there are
}

// total is what is held in a currency against the ledger.
type total struct {
	client.BoardTotal
	Gap   client.Money
	Wrong bool
}

// tile is one number with what it means, and whether somebody has to look at it.
type tile struct {
	Words, Help, Value string
	Path               string // what is behind it; empty: nothing that can be listed
	State              string // good, now or grave: its colour
	Says               string // the same in words
}

func showBoard(v *Visit) error {
	clock := v.R.URL.Query().Get("clock")
	board, err := client.Result[client.Board](v.API.GetBoard(v.R.Context(), &client.GetBoardParams{Clock: clock}))
	if err != nil {
		return err
	}
	data := boardData{Board: board, Cases: onClock("/board/cases", clock, "within", "24h"), Declares: v.Is(declarers...), Declare: onClock("/incidents/new", clock), List: onClock("/incidents", clock)}
	for _, d := range board.Deadlines {
		if dayAhead(d.Within) {
			data.Soon += d.Count
		}
	}
	for _, t := range board.Escrow.Totals {
		data.Totals = append(data.Totals, total{t, client.Money{Amount: t.Difference, Currency: t.Held.Currency}, t.Difference != 0 || t.Differ != 0})
	}
	data.Tiles = v.tiles(board)
	data.Charts = []chart{v.deadlineChart(board), v.stageChart(board), v.courtChart(board), v.defaultChart(board)}
	for _, other := range append([]string{""}, board.Clocks...) {
		words := v.T("board.realtime")
		if other != "" {
			words = v.T("board.clock", "Clock", short(other))
		}
		data.Clocks = append(data.Clocks, Link{Path: onClock("/board", other), Words: words, Current: other == clock})
	}
	return v.Show(v.T("board.title"), data)
}

// onClock is an address with what it asks for, of a test clock if there is one.
func onClock(path, clock string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if clock != "" {
		query.Set("clock", clock)
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func dayAhead(within client.BoardDeadlinesWithin) bool {
	switch within {
	case client.BoardDeadlinesWithinPassed, client.BoardDeadlinesWithinN1H, client.BoardDeadlinesWithinN4H, client.BoardDeadlinesWithinN24H:
		return true
	}
	return false
}

// tiles are the numbers that must be nothing, or small.
func (v *Visit) tiles(b client.Board) []tile {
	tiles := []tile{v.tile("late", b.Late, "grave", onClock("/board/cases", b.Clock, "within", "24h"))}
	for _, w := range b.Waits {
		tiles = append(tiles, v.tile("waits."+string(w.Waits), w.Cases, "now", onClock("/board/cases", b.Clock, "waits", string(w.Waits))))
	}
	door := v.tile("door", b.System.Door, "now", "")
	tiles = append(tiles, door, v.tile("stalled", b.System.Stalled, "grave", ""), v.tile("effects", b.System.Effects, "", ""))
	engine := tile{Words: v.T("board.engine"), Help: v.T("board.engine.help"), Value: v.T("board.engine." + string(b.System.Engine)), State: "good"}
	switch b.System.Engine {
	case client.BoardSystemEngineUnreachable:
		engine.State, engine.Says = "grave", v.T("board.look")
	case client.BoardSystemEngineUnknown:
		engine.State = ""
	}
	running := v.tile("incidents", client.Count{Count: b.Incidents}, "now", onClock("/incidents", b.Clock))
	return append(tiles, engine, running)
}

// tile is a number that is good when it is nothing.
func (v *Visit) tile(name string, n client.Count, state, path string) tile {
	t := tile{Words: v.T("board." + name), Help: v.T("board." + name + ".help"), Value: v.count(n), State: state, Path: path}
	if n.Count == 0 {
		t.State, t.Path = "good", ""
		if state == "" {
			t.State = ""
		}
	}
	if t.State == "now" || t.State == "grave" {
		t.Says = v.T("board.look")
	}
	return t
}

// count is a number as the language writes it, with a sign where there are more.
func (v *Visit) count(n client.Count) string {
	text := message.NewPrinter(v.words.tag).Sprint(number.Decimal(n.Count))
	if n.More {
		return text + "+"
	}
	return text
}

func (v *Visit) share(part float64) string {
	return message.NewPrinter(v.words.tag).Sprint(number.Percent(part, number.MaxFractionDigits(1)))
}

// findCase leads to the case of an identifier.
func findCase(v *Visit) error {
	asked := strings.TrimSpace(v.R.URL.Query().Get("q"))
	if path := casePath(asked); path != "" {
		name, _, _ := strings.Cut(strings.Trim(path, "/"), "/")
		if _, err := v.Case(strings.TrimSuffix(name, "s"), asked); err == nil {
			return v.Go(path)
		}
	}
	return v.Show(v.T("board.find.title"), struct{ Asked string }{asked})
}

// prefixes of identifiers, by the kind of case.
var caseOf = map[string]string{"ord": "order", "dsp": "dispute", "rep": "report", "rev": "review", "acc": "standing"}

// casePath is the address of the page of a case, or empty where it has none.
func casePath(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	path := kinds[caseOf[prefix]].path
	if path == "" || !identifierForm.MatchString(id) {
		return ""
	}
	return path + id
}
