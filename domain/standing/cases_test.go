package standing_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// found is what another case finds at an instant: a dispute that was decided, or whose decision is final; a report.
type found struct {
	at      time.Duration
	dispute *conduct.Dispute
	report  *conduct.Report
	final   bool
	cause   string
	measure string // of a report: how long the function list is muted
	contest bool   // the account's holder contests the latest entry
}

func hours(days, hours int) time.Duration {
	return time.Duration(days)*day + time.Duration(hours)*time.Hour
}

func decided(reason string) *conduct.Dispute {
	return &conduct.Dispute{Seller: bolt.ID, Reason: reason, Outcome: "decided_for_buyer", Refunds: true}
}

func ended(reason, outcome string) *conduct.Dispute {
	return &conduct.Dispute{Seller: bolt.ID, Reason: reason, Outcome: outcome, Refunds: true}
}

// stories retell the case files that expect a standing, from the instants at which their disputes and reports are decided.
var stories = map[string]struct {
	found  []found
	events []casefile.EventType
}{
	"promise-of-resend-broken": {
		[]found{{at: hours(25, 0), dispute: ended("not_as_described.description", "promise_defaulted"), final: true}},
		[]casefile.EventType{casefile.StandingEntered},
	},
	"choice-sent-back": {[]found{{at: hours(18, 0), dispute: ended("change_of_mind", "returned_and_refunded"), final: true}}, nil},
	"mended-once": {[]found{
		{at: hours(124, 0), dispute: ended("warranty.defect", "settled"), final: true},
		{at: hours(315, 0), dispute: ended("warranty.defect", "default_seller_silent"), final: true, cause: "dsp_2"},
	}, nil},
	"stalled-with-invalid-tracking": {
		[]found{
			{at: hours(25, 0), dispute: &conduct.Dispute{Seller: bolt.ID, Reason: "not_received.invalid_tracking", Outcome: "decided_for_buyer", Refunds: true, Suspect: true}},
			{at: hours(32, 0), dispute: &conduct.Dispute{Seller: bolt.ID, Reason: "not_received.invalid_tracking", Outcome: "decided_for_buyer", Refunds: true, Suspect: true}, final: true},
		},
		[]casefile.EventType{casefile.StandingEntered, casefile.StandingFinalised, casefile.MeasureStarted, casefile.StandingChanged, casefile.MeasureEnded},
	},
	"fabricated-report-uncounted-review": {[]found{
		{at: hours(24, 12), dispute: &conduct.Dispute{Seller: bolt.ID, Reason: "not_received.wrong_address", Outcome: "decided_for_seller"}},
		{at: hours(31, 12), dispute: &conduct.Dispute{Seller: bolt.ID, Reason: "not_received.wrong_address", Outcome: "decided_for_seller"}, final: true},
		{at: hours(52, 0), report: &conduct.Report{Reporter: ada.ID, Reported: bolt.ID, Behaviour: "false_logistics", Finding: "fabricated"}, final: true},
	}, nil},
	"counterfeit-guaranteed-genuine": {
		[]found{{at: hours(19, 0), dispute: decided("counterfeit")}, {at: hours(26, 0), dispute: decided("counterfeit"), final: true}},
		[]casefile.EventType{casefile.StandingEntered, casefile.StandingFinalised, casefile.StandingChanged},
	},
	"counterfeit-twice": {
		[]found{
			{at: hours(19, 6), dispute: decided("counterfeit")},
			{at: hours(24, 12), dispute: decided("counterfeit"), cause: "dsp_2"},
			{at: hours(26, 6), dispute: decided("counterfeit"), final: true},
			{at: hours(31, 12), dispute: decided("counterfeit"), final: true, cause: "dsp_2"},
		},
		[]casefile.EventType{casefile.StandingEntered, casefile.StandingEntered, casefile.StandingFinalised, casefile.StandingChanged,
			casefile.StandingFinalised, casefile.StandingChanged},
	},
	"no-new-listings": {
		[]found{
			{at: hours(12, 0), dispute: &conduct.Dispute{Seller: bolt.ID, Reason: "not_received.invalid_tracking", Outcome: "decided_for_buyer", Refunds: true, Suspect: true}},
			{at: hours(19, 0), dispute: &conduct.Dispute{Seller: bolt.ID, Reason: "not_received.invalid_tracking", Outcome: "decided_for_buyer", Refunds: true, Suspect: true}, final: true},
		},
		[]casefile.EventType{casefile.StandingEntered, casefile.StandingFinalised, casefile.MeasureStarted, casefile.StandingChanged, casefile.MeasureEnded},
	},
	"points-contested": {
		[]found{{at: hours(21, 0), dispute: ended("not_as_described.damaged", "promise_defaulted"), final: true}, {at: hours(27, 0), contest: true}},
		[]casefile.EventType{casefile.StandingEntered},
	},
	"case-without-a-ruling": {[]found{{at: hours(114, 0), dispute: ended("not_as_described.quality", "no_decision"), final: true}}, nil},
	"extra-charge-reported": {
		[]found{
			{at: hours(11, 0), report: &conduct.Report{Reporter: ada.ID, Reported: bolt.ID, Behaviour: "extra_charge", Finding: "substantiated"}, final: true, measure: "30d"},
			{at: hours(12, 0), dispute: ended("extra_charge_demanded", "default_seller_silent"), final: true},
		},
		[]casefile.EventType{casefile.StandingEntered, casefile.MeasureStarted, casefile.StandingFinalised, casefile.StandingChanged},
	},
	"return-said-to-be-empty": {
		[]found{{at: hours(31, 0), dispute: decided("not_as_described.quality")}, {at: hours(38, 0), dispute: decided("not_as_described.quality"), final: true}},
		[]casefile.EventType{casefile.StandingEntered, casefile.StandingFinalised, casefile.StandingChanged},
	},
}

// expectation is what a case file says about standings.
type expectation struct {
	Expect struct {
		At       string
		Standing map[string]struct {
			Points *int
			State  standing.State
		}
	}
}

// TestTheStoriesOfTheCaseFiles plays each file that has a story here and looks one microsecond after its instant; the simulation
// tells them all, with their orders and disputes.
func TestTheStoriesOfTheCaseFiles(t *testing.T) {
	files, err := filepath.Glob("../../cases/*.yaml")
	require.NoError(t, err)
	told := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var x expectation
		require.NoError(t, yaml.Unmarshal(text, &x), file)
		if len(x.Expect.Standing) == 0 {
			continue
		}
		name := filepath.Base(file[:len(file)-len(".yaml")])
		story, known := stories[name]
		if !known {
			continue // told whole, orders and disputes included, by the simulation
		}
		told++
		t.Run(name, func(t *testing.T) {
			require.Len(t, x.Expect.Standing, 1)
			for _, want := range x.Expect.Standing {
				s := begin(t)
				for _, f := range story.found {
					s.at(f.at)
					s.find(f)
				}
				length, err := policy.ParseDuration(x.Expect.At)
				require.NoError(t, err)
				s.past(length.Std())
				require.Equal(t, story.events, s.types())
				if s.s.Account == "" {
					require.Equal(t, s.terms.Standing.Points, *want.Points, "nobody entered anything")
					require.Equal(t, standing.Good, want.State)
					return
				}
				s.stands(*want.Points, want.State)
			}
		})
	}
	require.Equal(t, len(stories), told)
}

// find does what the sender of commands does with what another case has found.
func (s *scene) find(f found) {
	if f.contest {
		s.contest(s.s.Entries[len(s.s.Entries)-1].ID)
		return
	}
	cause := f.cause
	var entries []conduct.Entry
	if f.dispute != nil {
		entries = conduct.OfDispute(*f.dispute, s.terms.Standing.SettledWithin.Std())
		if cause == "" {
			cause = "dsp_1"
		}
	} else {
		entries, cause = conduct.OfReport(*f.report), "rep_1"
	}
	for _, e := range entries {
		if e.Subject == bolt.ID {
			s.enter(cause, e.Rule, func(p *standing.Points) { p.Final = f.final })
		}
	}
	if f.measure != "" {
		s.measure(cause, standing.Scope(standing.List), f.measure)
	}
}

// TestTheInventorOfAReportIsWarned is the other side of fabricated-report-uncounted-review, which expects reporter: warned.
func TestTheInventorOfAReportIsWarned(t *testing.T) {
	s := begin(t).at(hours(52, 0))
	for _, e := range conduct.OfReport(conduct.Report{Reporter: bolt.ID, Reported: ada.ID, Behaviour: "false_logistics", Finding: "fabricated"}) {
		require.Equal(t, bolt.ID, e.Subject)
		s.enter("rep_1", e.Rule, submitted(hours(49, 0)))
	}
	s.at(hours(54, 0))
	require.Empty(t, s.muted(), "the next report is still taken")
	s.past(hours(63, 0)).stands(12, standing.Good)
	require.Equal(t, standing.ReporterWarned, s.s.ReporterAt(s.now))
}
