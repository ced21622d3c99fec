package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/number"

	"recourse/api/client"
)

// standingData is how an account stands.
type standingData struct {
	Case     *Case
	Standing *client.Standing
	Own      bool
	Entries  []entryView
	Measures []measureView
	Contests []client.Contest
	Seller   bool
	Moves    []Move // of who does not hold it
	Told     []told // for the same: what has happened
	Run      string // of its run in the Temporal UI; empty: no link
}

// entryView is an entry with the way to contest it.
type entryView struct {
	client.StandingEntry
	Contest string
	Dispute string // the case that it comes from, where that is a dispute of the reader
}

// measureView is a measure with the ways to contest it and to end it.
type measureView struct {
	client.Measure
	Contest string
	Stop    string // the address of the page on which it is ended; empty: the reader cannot
	Dispute string // the case that it comes from, where that is a dispute of the reader
	Said    string // what it comes from, in somebody's words
}

func showOwnStanding(v *Visit) error {
	v.R.SetPathValue("account", v.Session.Subject)
	return showStanding(v)
}

func showStanding(v *Visit) error {
	c, err := v.Case("standing", v.R.PathValue("account"))
	if err != nil {
		return err
	}
	s := c.Standing
	data := standingData{Case: c, Standing: s, Own: s.Account == v.Session.Subject, Contests: s.Contests, Seller: v.Is(client.RoleSeller), Run: v.runPath(s.Run)}
	if !data.Own {
		data.Moves = v.Moves(c)
		if data.Told, err = v.standingTold(c.ID); err != nil {
			return err
		}
	}
	contest := ""
	for _, a := range s.Actions {
		if a.Name == "contest" {
			contest = c.Path() + "/do/contest?"
		}
	}
	way := func(member, id string, until bool) string {
		if contest == "" || !until {
			return ""
		}
		return contest + url.Values{"f." + member: {id}}.Encode()
	}
	for i := len(s.Entries) - 1; i >= 0; i-- {
		e := s.Entries[i]
		shown := entryView{StandingEntry: e, Contest: way("entry", e.ID, e.ContestUntil.After(s.Now))}
		if len(e.Cause) > 4 && e.Cause[:4] == "dsp_" {
			shown.Dispute = e.Cause
		}
		data.Entries = append(data.Entries, shown)
	}
	for i := len(s.Measures) - 1; i >= 0; i-- {
		m := s.Measures[i]
		shown := measureView{Measure: m, Contest: way("measure", m.ID, m.ContestUntil.After(s.Now))}
		for _, end := range MovesOn(data.Moves, m.ID) {
			shown.Stop = end.Path
		}
		if prefix, _, _ := strings.Cut(m.Cause, "_"); prefix == "dsp" {
			shown.Dispute = m.Cause
		} else if !identifierForm.MatchString(m.Cause) {
			shown.Said = m.Cause
		}
		data.Measures = append(data.Measures, shown)
	}
	data.Moves = MovesOn(data.Moves, "")
	v.Follow(c.Kind, c.ID, c.Revision)
	return v.Show(v.T("standing.title"), data)
}

// standingTold is what has happened to an account's standing.
func (v *Visit) standingTold(account string) ([]told, error) {
	timeline, err := client.Result[client.Timeline](v.API.GetStandingTimeline(v.R.Context(), account, nil))
	return v.told(timeline.Data, ""), err
}

// figuresData is the seller's page: what it has done, counted.
type figuresData struct {
	Metrics *client.SellerMetrics
	Figures []figureView
	Own     bool
	Reasons []promotionView
}

type figureView struct {
	client.Figure
	Shown string
}

type promotionView struct {
	client.PromotionReason
	Got, Need string
}

func showFigures(v *Visit) error {
	account := v.R.PathValue("account")
	metrics, err := client.Result[client.SellerMetrics](v.API.GetMetrics(v.R.Context(), account, nil))
	if err != nil {
		return err
	}
	data := figuresData{Metrics: &metrics, Own: account == v.Session.Subject}
	for _, f := range metrics.Figures {
		shown := figureView{Figure: f, Shown: v.T("figure.unknown")}
		if f.Known {
			shown.Shown = v.words.figure(f.Value, f.Unit)
		}
		data.Figures = append(data.Figures, shown)
	}
	for _, r := range metrics.Reasons {
		shown := promotionView{PromotionReason: r}
		if r.Unit != "" {
			shown.Got, shown.Need = v.words.figure(r.Got, r.Unit), v.words.figure(r.Need, r.Unit)
		}
		data.Reasons = append(data.Reasons, shown)
	}
	return v.show(http.StatusOK, "figures", v.T("figures.title"), data)
}

// figure is a number with its unit, as people say it.
func (w *words) figure(value int64, unit client.FigureUnit) string {
	const hundred, whole, perDay, perHour, perMinute = 100, 10_000, 86_400, 3_600, 60
	switch unit {
	case client.FigureUnitDays:
		return w.phrase("length.days", "Count", int(value))
	case client.FigureUnitHundredthsOfPercent:
		return w.printer().Sprint(number.Percent(float64(value)/whole, number.MaxFractionDigits(2)))
	case client.FigureUnitHundredthsOfStar:
		return "★ " + w.number(float64(value)/hundred, 2)
	case client.FigureUnitSeconds:
		return w.length(strconv.FormatInt(value/perDay, 10) + "d" + strconv.FormatInt(value%perDay/perHour, 10) + "h" +
			strconv.FormatInt(value%perHour/perMinute, 10) + "m" + strconv.FormatInt(value%perMinute, 10) + "s")
	}
	return w.number(float64(value), 0)
}

func (w *words) number(value float64, decimals int) string {
	return w.printer().Sprint(number.Decimal(value, number.MaxFractionDigits(decimals)))
}
