package console

import (
	"strings"

	"recourse/api/client"
)

// boardCase is a case in a list of the board.
type boardCase struct {
	client.BoardCase
	Sort  string // its kind, in words
	Goods string // what it is about; empty: no order
	Why   string // the reason or the behaviour, in words
	Where string // its stage or status, in words
	Due   string // what is due, in words
	Path  string // of its page; empty: it has none
	Run   string // of its run in the Temporal UI; empty: no link
	Ours  bool
}

type boardCasesData struct {
	Rows  []boardCase
	Tabs  []Link
	Next  string
	Back  string
	Empty string
}

// spans are the lengths of time of which the deadlines can be listed.
var spans = []string{"1h", "4h", "24h", "3d", "7d", "30d"}

func showBoardCases(v *Visit) error {
	query := v.R.URL.Query()
	clock, within, waits := query.Get("clock"), query.Get("within"), query.Get("waits")
	if within == "" {
		within = "24h"
	}
	page, err := client.Result[client.BoardCasePage](v.API.ListBoardCases(v.R.Context(), &client.ListBoardCasesParams{Limit: new(client.Limit(perPage)), After: query.Get("after"),
		Clock: clock, Within: within, Waits: client.Wait(waits)}))
	if err != nil {
		return err
	}
	data := boardCasesData{Back: onClock("/board", clock), Empty: v.T("board.cases.none")}
	title := v.T("board.due.title")
	if waits != "" {
		title = v.T("board.waits." + waits)
	} else {
		for _, span := range spans {
			data.Tabs = append(data.Tabs, Link{Path: onClock("/board/cases", clock, "within", span), Words: v.words.length(span), Current: span == within})
		}
	}
	for _, c := range page.Data {
		data.Rows = append(data.Rows, v.boardCase(c))
	}
	if page.HasMore {
		data.Next = onClock("/board/cases", clock, "within", within, "waits", waits, "after", page.Next)
	}
	return v.Show(title, data)
}

func (v *Visit) boardCase(c client.BoardCase) boardCase {
	row := boardCase{BoardCase: c, Sort: v.T("board.kind." + c.Kind), Goods: v.words.titles(c.Lines), Run: v.runPath(c.Run), Where: v.stageWords(c.Kind, c.Stage), Path: boardPath(c), Ours: platformMoves[c.Move]}
	if c.Kind == "dispute" {
		row.Where, row.Why = v.Word("status", c.Status), v.Word("reason", c.Reason)
	}
	if c.Kind == "report" {
		row.Where, row.Why = v.Word("reportstatus", c.Status), v.Word("behaviour", c.Reason)
	}
	if c.Kind == "review" {
		row.Where = v.Word("reviewstatus", c.Status)
	}
	name, _, _ := strings.Cut(c.Deadline, "/")
	if row.Due = v.Word("deadline", c.Deadline); v.words.has("board.due."+name) && (c.Kind != "order" && c.Kind != "dispute") {
		row.Due = v.T("board.due." + name)
	}
	return row
}

// boardPath is the address of the page of a case of the board: a standing's is its account's.
func boardPath(c client.BoardCase) string {
	if c.Kind == "standing" && identifierForm.MatchString(c.Account) {
		return kinds[c.Kind].path + c.Account
	}
	return casePath(c.ID)
}
