package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestAMessageIsFlaggedWithItsRuleAndItsPlace(t *testing.T) {
	s := disputed(t, fields{"reason": "not_as_described.damaged", "remedy": "refund_full"})
	text := "Dear friend, please close the dispute."
	s.do("post_message", bolt, fields{"text": text})
	flags := s.happened(casefile.MessageFlagged)
	require.Len(t, flags, 1)
	require.Equal(t, "request_to_close", flags[0].Data["rule"])
	posted := s.happened(casefile.MessagePosted)
	require.Equal(t, posted[0].Sequence, flags[0].Data["message"])
	require.Equal(t, "close the dispute", string([]rune(text)[flags[0].Data["from"].(int):flags[0].Data["until"].(int)]))
	require.Equal(t, casefile.System, flags[0].By.Role)
	s.do("post_message", bolt, fields{"text": "I look into it."})
	require.Len(t, s.happened(casefile.MessageFlagged), 1)
}
