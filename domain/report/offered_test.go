package report_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

// ofTheData are the refusals of a command that is offered: by what it says, or by what the text asks for.
var ofTheData = []casefile.Code{casefile.ValidationFailed, casefile.ConflictOfInterest, casefile.StaleRevision, casefile.TooManyItems}

// byWhatItSays are the commands of which some data fits where other does not: find and second can always say one thing (inadmissible, a refusal) where they cannot say another.
var byWhatItSays = []string{"find", "second"}

// asOffered holds every command that any test sends against what was offered: what is not offered is refused, with the same
// code unless its data comes first, and what is offered is refused for its data alone.
func (s *scene) asOffered(name string, offered, answer casefile.Answer) {
	s.Helper()
	switch {
	case s.state.ID == "" || answer.Accepted() && offered.Accepted():
	case !offered.Accepted():
		require.Contains(s, []casefile.Code{offered.Refused, casefile.ValidationFailed, casefile.StaleRevision}, answer.Refused, "%s is not offered", name)
	default:
		fits := slices.Contains(ofTheData, answer.Refused) || answer.Refused == casefile.WrongStage && slices.Contains(byWhatItSays, name)
		require.True(s, fits, "%s is offered: %+v", name, answer)
	}
}
