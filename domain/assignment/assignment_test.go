package assignment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
)

const window = 90 * 24 * time.Hour

var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func matter() assignment.Matter {
	return assignment.Matter{Case: "rep_1", Parties: []string{"ada", "bolt"}, Window: window, At: now}
}

func reviewer(id string, duties ...casefile.PastDuty) casefile.Candidate {
	return casefile.Candidate{ID: id, Role: casefile.Reviewer, Linked: []string{id}, Duties: duties}
}

func had(caseID, party string, ago time.Duration) casefile.PastDuty {
	return casefile.PastDuty{Case: caseID, Party: party, At: now.Add(-ago)}
}

func TestWhatKeepsAReviewerAway(t *testing.T) {
	for name, c := range map[string]struct {
		who  casefile.Candidate
		want string
	}{
		"nothing":                          {reviewer("cleo"), ""},
		"a party":                          {reviewer("ada"), assignment.LinkedToParty},
		"linked to a party":                {casefile.Candidate{ID: "cleo", Linked: []string{"cleo", "bolt"}}, assignment.LinkedToParty},
		"one of the two, not told which":   {casefile.Candidate{ID: "cleo", Excluded: true}, assignment.Withheld},
		"set aside, and one of the two":    {casefile.Candidate{ID: "dora", Excluded: true}, assignment.SetAside},
		"set aside":                        {reviewer("dora"), assignment.SetAside},
		"an earlier case":                  {reviewer("cleo", had("dsp_1", "bolt", window-time.Microsecond)), assignment.EarlierCase},
		"an earlier case long enough ago":  {reviewer("cleo", had("dsp_1", "bolt", window)), ""},
		"an earlier case of somebody else": {reviewer("cleo", had("dsp_1", "carl", time.Hour)), ""},
		"this very case":                   {reviewer("cleo", had("rep_1", "bolt", time.Hour)), ""},
	} {
		m := matter()
		m.Barred = []string{"dora"}
		require.Equal(t, c.want, m.Conflict(c.who), name)
	}
}

func TestTheFirstFreeReviewerHasTheCase(t *testing.T) {
	m := matter()
	m.Lapsed, m.Barred = []string{"cleo"}, []string{"dora"}
	who, waived, found := m.Reviewer([]casefile.Candidate{{ID: "sue", Role: casefile.Supervisor}, reviewer("cleo"), reviewer("dora"),
		reviewer("emil", had("dsp_1", "ada", time.Hour)), reviewer("fay"), reviewer("gus")})
	require.Equal(t, "fay", who)
	require.False(t, waived)
	require.True(t, found)
}

func TestIfNobodyIsFreeOnlyEarlierCasesAreWaivedForWhoeverHadTheFewest(t *testing.T) {
	two := []casefile.PastDuty{had("dsp_1", "ada", time.Hour), had("dsp_2", "bolt", time.Hour)}
	who, waived, found := matter().Reviewer([]casefile.Candidate{reviewer("ada"), reviewer("cleo", two...), reviewer("dora", two[:1]...), reviewer("emil", two[1:]...)})
	require.Equal(t, "dora", who)
	require.True(t, waived)
	require.True(t, found)

	_, _, found = matter().Reviewer([]casefile.Candidate{reviewer("ada"), {ID: "cleo", Role: casefile.Reviewer, Excluded: true}, {ID: "sue", Role: casefile.Supervisor}})
	require.False(t, found)
}

func TestACandidateIsFoundByName(t *testing.T) {
	c, known := assignment.Named([]casefile.Candidate{reviewer("cleo"), reviewer("dora")}, "dora")
	require.True(t, known)
	require.Equal(t, "dora", c.ID)
	_, known = assignment.Named(nil, "dora")
	require.False(t, known)
}
