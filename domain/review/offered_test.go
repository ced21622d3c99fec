package review_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

// ofTheData are the refusals of a command that is offered: by what it says, or by what the text asks for.
var ofTheData = []casefile.Code{casefile.ValidationFailed, casefile.StaleRevision}

// byWhatItSays are the commands of which some data fits where other does not: a verdict can be given where another cannot, such as a removal before a redaction.
var byWhatItSays = []string{"moderate"}

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
