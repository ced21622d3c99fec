package protection_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
)

func TestIncidentMovesWhatRuns(t *testing.T) {
	s := inspected(t)
	s.at("12d").ok(olga, "declare_incident", is{"from": paid.Add(days(11)), "until": paid.Add(days(14)), "text": "Flood."})
	s.due("inspection", "28d").due("inspection_reminder", "26d").due("absolute_max", "183d")
	require.Equal(t, 1, s.count(casefile.IncidentDeclared))
	require.Equal(t, 3, s.count(casefile.DeadlineMoved))
	require.Equal(t, "incident", s.last(casefile.DeadlineMoved)["why"])
	s.opens(dispute.Damaged, "10d", "44d")
	s.ok(olga, "declare_incident", is{"from": paid.Add(days(11)), "until": paid.Add(days(14)), "text": "Flood."})
	require.Equal(t, 1, s.count(casefile.IncidentDeclared), "the same once more is no other")

	for name, window := range map[string][2]time.Duration{"too long": {0, days(14) + 1}, "backwards": {days(2), days(1)}, "no time": {0, 0}} {
		s.no(casefile.ValidationFailed, olga, "declare_incident", is{"from": paid.Add(window[0]), "until": paid.Add(window[1]), "text": name})
	}
}

// An incident lets the last day to dispute move with everything else.
func TestIncidentMovesTheAbsoluteMax(t *testing.T) {
	s := inspected(t, under(map[string]string{"protection.absolute_max": "30d"}))
	s.ok(olga, "declare_incident", is{"from": s.Now, "until": s.Now.Add(days(5)), "text": "Flood."})
	s.opens(dispute.Damaged, "10d", "35d")
	s.past("32d").state(protection.Aftercare)
	s.at("35d").opens(dispute.Damaged, "10d", "35d")
	s.past("35d").closed("protection_over", dispute.Damaged)
}

func TestNoticedLate(t *testing.T) {
	s := inspected(t)
	o := s.order()
	noticed := paid.Add(days(25) + time.Hour)
	c, change := o.Move("inspection", noticed)
	moved := c.(protection.Order)
	d, _ := moved.Clocks.Get("inspection")
	require.Equal(t, noticed.Add(time.Hour), d.DueAt, "the time it was noticed plus that lateness")
	require.Equal(t, casefile.DeadlineMoved, change.Events[0].Type)
	require.Equal(t, paid.Add(days(25)), change.Events[0].At, "stamped at its old due")
	require.Equal(t, "noticed_late", change.Events[0].Data["why"])
	var told []any
	for _, e := range change.Events[1:] {
		require.Equal(t, casefile.NoticeSent, e.Type)
		told = append(told, e.Data["to"])
	}
	require.Equal(t, []any{"ada", "bolt"}, told)
	require.Equal(t, o.Revision+1, moved.Revision)

	c, change = o.Move("ship_by", noticed)
	require.Equal(t, o, c)
	require.Empty(t, change.Events)
}

func TestMessagesHaveALimitADay(t *testing.T) {
	s := begin(t, under(map[string]string{"limits.messages_per_day": "2", "limits.text_characters": "10"}))
	s.ok(ada, "post_message", is{"text": "One."})
	s.ok(ada, "post_message", is{"text": "Two."})
	s.no(casefile.TooManyItems, ada, "post_message", is{"text": "Three."})
	s.ok(bolt, "post_message", is{"text": "Mine."})
	s.at("1d").ok(ada, "post_message", is{"text": "Another."})
	s.no(casefile.ValidationFailed, ada, "post_message", is{"text": " "})
	s.no(casefile.ValidationFailed, ada, "post_message", is{"text": strings.Repeat("x", 11)})
}

func TestOutlook(t *testing.T) {
	s := inspected(t)
	s.ok(ada, "extend_protection", is{"by": "4d"}) // lapses before anything else, and reminders come first too
	out, due := s.order().Outlook()
	require.True(t, due)
	require.Equal(t, "inspection", out.Deadline.Name)
	require.Equal(t, protection.ReleasePending, out.State)
	require.Equal(t, []money.Minor{0, 0}, []money.Minor{out.Refund, out.Release})
	s.past("25d")
	out, _ = s.order().Outlook()
	require.Equal(t, "release_cooling", out.Deadline.Name)
	require.Equal(t, money.Minor(10500), out.Release)
	require.Equal(t, protection.Aftercare, out.State)

	s = begin(t)
	out, _ = s.order().Outlook()
	require.Equal(t, "ship_by", out.Deadline.Name)
	require.Equal(t, money.Minor(10500), out.Refund)
	s.past("8d")
	_, due = s.order().Outlook()
	require.False(t, due)

	// What changes nothing that anybody sees is no outlook.
	s = inspected(t, under(map[string]string{"protection.absolute_max": "30d"}))
	s.past("26d")
	out, _ = s.order().Outlook()
	require.Equal(t, "aftercare", out.Deadline.Name)
}

func TestEndOfProtection(t *testing.T) {
	s := begin(t)
	ends, left, runs := s.order().EndsAt(s.Now)
	require.Equal(t, []any{paid.Add(days(45)), days(45), true}, []any{ends, left, runs})
	s.at("2d").ship()
	s.at("10d").arrive()
	s.at("12d").dispute(dispute.Damaged, "refund_partial", 100)
	s.at("14d")
	_, left, runs = s.order().EndsAt(s.Now)
	require.Equal(t, []any{days(13), false}, []any{left, runs})
	s.giveUp()
	s.past("28d").state(protection.Aftercare)
	ends, _, _ = s.order().EndsAt(s.Now)
	require.Equal(t, paid.Add(days(43)), ends)
	s.past("43d")
	ends, _, _ = s.order().EndsAt(s.Now)
	require.True(t, ends.IsZero())
}

func TestSummary(t *testing.T) {
	moves := map[protection.State]casefile.Role{protection.Funded: casefile.Seller, protection.InTransit: casefile.Carrier, protection.Inspection: casefile.Buyer}
	for state, bring := range stands {
		s := begin(t)
		bring(s)
		summary := s.order().Summary()
		require.Equal(t, string(state), summary.Stage)
		require.Equal(t, moves[state], summary.Move)
		require.Equal(t, money.Amount{Minor: 10500, Currency: "EUR"}, summary.Amount)
		require.Equal(t, state == protection.Closed || state == protection.Refunded, summary.Closed)
		require.Equal(t, summary.Closed, s.order().Closed())
	}
}

func TestAnIncidentThatEndsEarlyGivesBackWhatItHasNotTaken(t *testing.T) {
	s := inspected(t)
	s.at("12d").ok(olga, "declare_incident", is{"from": paid.Add(days(11)), "until": paid.Add(days(14)), "text": "Flood."})
	s.due("inspection", "28d").due("inspection_reminder", "26d").due("absolute_max", "183d")
	end := is{"from": paid.Add(days(11)), "until": paid.Add(days(14)), "at": paid.Add(days(12))}
	s.no(casefile.ValidationFailed, olga, "end_incident", is{"from": paid.Add(days(11)), "until": paid.Add(days(14)), "at": paid.Add(days(14))})
	s.ok(olga, "end_incident", end)
	s.due("inspection", "26d").due("inspection_reminder", "24d").due("absolute_max", "181d")
	s.opens(dispute.Damaged, "10d", "42d")
	require.Equal(t, 1, s.count(casefile.IncidentEnded))
	require.Equal(t, "incident_ended", s.last(casefile.DeadlineMoved)["why"])
	moved := s.count(casefile.DeadlineMoved)
	s.ok(olga, "end_incident", end)
	require.Equal(t, 1, s.count(casefile.IncidentEnded), "it ends once")
	require.Equal(t, moved, s.count(casefile.DeadlineMoved))
}

// TestOneOfTwoIncidentsOfTheSameTimeEnds: a strike and a flood, or one incident that was declared twice by mistake.
func TestOneOfTwoIncidentsOfTheSameTimeEnds(t *testing.T) {
	s := inspected(t)
	flood := is{"incident": "inc_flood", "from": paid.Add(days(11)), "until": paid.Add(days(14)), "text": "Flood."}
	strike := is{"incident": "inc_strike", "from": paid.Add(days(11)), "until": paid.Add(days(14)), "text": "Strike."}
	s.at("12d").ok(olga, "declare_incident", flood)
	s.ok(olga, "declare_incident", strike)
	s.ok(olga, "declare_incident", strike)
	require.Equal(t, 2, s.count(casefile.IncidentDeclared))
	s.due("inspection", "28d")
	end := func(id string) is {
		return is{"incident": id, "from": paid.Add(days(11)), "until": paid.Add(days(14)), "at": paid.Add(days(12))}
	}
	s.ok(olga, "end_incident", end("inc_strike"))
	s.due("inspection", "28d") // the flood lasts
	s.ok(olga, "end_incident", end("inc_flood"))
	s.due("inspection", "26d")
	require.Equal(t, 2, s.count(casefile.IncidentEnded))
}

// TestTheEndOfAnIncidentMayComeBeforeItsDeclaration: an order is told of the end when it opens a dispute, and the spreading of the
// declaration reaches it later.
func TestTheEndOfAnIncidentMayComeBeforeItsDeclaration(t *testing.T) {
	s := inspected(t)
	s.at("12d").ok(olga, "end_incident", is{"incident": "inc_flood", "from": paid.Add(days(11)), "until": paid.Add(days(14)), "at": paid.Add(days(12))})
	s.due("inspection", "26d") // it lasted a day
	require.Equal(t, 1, s.count(casefile.IncidentEnded))
	s.ok(olga, "declare_incident", is{"incident": "inc_flood", "from": paid.Add(days(11)), "until": paid.Add(days(14)), "text": "Flood."})
	s.due("inspection", "26d")
	require.Zero(t, s.count(casefile.IncidentDeclared))
}
