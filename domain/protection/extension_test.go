package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/protection"
)

func inspected(t *testing.T, changes ...change) *story {
	t.Helper()
	s := begin(t, changes...)
	s.at("2d").ship()
	s.at("10d").arrive() // inspection until 25d
	return s
}

func TestBuyerExtendsOnceAlone(t *testing.T) {
	s := inspected(t)
	answer := s.at("20d").ok(ada, "extend_protection", is{"by": "3d"})
	require.Equal(t, true, answer.Result["granted"])
	s.due("inspection", "28d").due("inspection_reminder", "26d")
	require.Equal(t, "buyer", s.last(casefile.ProtectionExtended)["granted_by"])

	answer = s.ok(ada, "extend_protection", is{"by": "1d"})
	require.Equal(t, false, answer.Result["granted"], "once")
	s.due("inspection", "28d").due("extension_answer", "23d")
	s.no(casefile.WrongStage, ada, "extend_protection", is{"by": "1d"}) // one request at a time
	s.no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "0d"})
}

func TestExtensionInTransit(t *testing.T) {
	s := begin(t)
	s.no(casefile.WrongStage, ada, "extend_protection", is{"by": "3d"})
	s.at("2d").ship()
	s.ok(ada, "extend_protection", is{"by": "3d"})
	s.due("absolute_end", "48d")
}

func TestLongerExtensionNeedsTheSeller(t *testing.T) {
	s := inspected(t)
	s.no(casefile.WrongStage, bolt, "grant_extension", nil)
	s.at("20d").ok(ada, "extend_protection", is{"by": "3d1s"})
	require.Equal(t, 1, s.count(casefile.ExtensionRequested))
	s.ok(bolt, "grant_extension", nil)
	s.due("inspection", "28d1s").due("extension_answer", "")
	require.Equal(t, "seller", s.last(casefile.ProtectionExtended)["granted_by"])
	s.no(casefile.WrongStage, bolt, "grant_extension", nil)
	s.ok(ada, "extend_protection", is{"by": "3d"}) // the buyer's own is still there
	s.due("inspection", "31d1s")

	s.ok(ada, "extend_protection", is{"by": "5d"})
	s.ok(bolt, "refuse_extension", nil)
	s.due("inspection", "31d1s").due("extension_answer", "")
	s.no(casefile.WrongStage, bolt, "refuse_extension", nil)
}

func TestRequestForTimeLapses(t *testing.T) {
	s := inspected(t)
	s.at("20d").ok(ada, "extend_protection", is{"by": "5d"})
	s.at("23d")
	require.Zero(t, s.count(casefile.ExtensionLapsed))
	s.past("23d")
	require.Equal(t, 1, s.count(casefile.ExtensionLapsed))
	s.no(casefile.DeadlinePassed, bolt, "grant_extension", nil)
	s.no(casefile.DeadlinePassed, bolt, "refuse_extension", nil)
	s.due("inspection", "25d")
	s.at("24d").ok(ada, "extend_protection", is{"by": "5d"})
	s.at("24d12h").ok(bolt, "grant_extension", nil)
	s.due("inspection", "30d")

	s = inspected(t)
	s.at("20d").ok(ada, "extend_protection", is{"by": "5d"})
	s.at("23d").ok(bolt, "grant_extension", nil) // at the very instant it is in time
	s.due("inspection", "30d")
}

func TestExtensionsHaveALimitInTotal(t *testing.T) {
	s := inspected(t)
	s.no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "30d1s"})
	s.no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "106000d"})
	s.ok(ada, "extend_protection", is{"by": "28d"})
	s.no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "3d"}) // with the request it would be too long
	s.ok(ada, "extend_protection", is{"by": "2d"})
	s.ok(bolt, "grant_extension", nil)
	s.due("inspection", "55d")
	s.no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "1s"})

	s = inspected(t) // what is wrong with the data comes first, wherever the order is
	s.past("27d").no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "31d"})
	s.no(casefile.WrongStage, ada, "extend_protection", is{"by": "3d"})
	s.past("60d").no(casefile.ValidationFailed, ada, "extend_protection", is{"by": "31d"})
	s.no(casefile.CaseClosed, ada, "extend_protection", is{"by": "3d"})
}

func TestExtensionInTheLastCall(t *testing.T) {
	s := inspected(t)
	s.past("25d").state(protection.ReleasePending)
	s.at("25d12h").ok(ada, "extend_protection", is{"by": "3d"})
	s.state(protection.Inspection).due("release_cooling", "").due("inspection", "28d12h").due("inspection_reminder", "26d12h").money(0, 0, 10500)
	s.past("28d12h").state(protection.ReleasePending).due("release_cooling", "29d12h")
	s.ok(ada, "extend_protection", is{"by": "5d"})
	s.at("29d").ok(bolt, "grant_extension", nil)
	s.state(protection.Inspection).due("inspection", "34d")
	s.past("35d").state(protection.Aftercare)
	s.no(casefile.WrongStage, ada, "extend_protection", is{"by": "1d"})
}

// A request that the release overtakes has nothing left to extend.
func TestReleaseEndsARequest(t *testing.T) {
	s := inspected(t)
	s.at("24d").ok(ada, "extend_protection", is{"by": "5d"})
	s.at("26d").due("extension_answer", "27d")
	s.past("26d").state(protection.Aftercare).due("extension_answer", "")
	require.Equal(t, 1, s.count(casefile.ExtensionLapsed))
	s.no(casefile.DeadlinePassed, bolt, "grant_extension", nil)
}

func TestNoExtensionWhileTheClockStandsStill(t *testing.T) {
	s := inspected(t)
	s.at("20d").ok(ada, "extend_protection", is{"by": "5d"})
	s.dispute("not_as_described.quality", "refund_partial", 1000)
	s.no(casefile.WrongStage, ada, "extend_protection", is{"by": "3d"})
	s.no(casefile.WrongStage, bolt, "grant_extension", nil)
	s.past("23d") // the request lapses all the same
	require.Equal(t, 1, s.count(casefile.ExtensionLapsed))
}

// What both have agreed to is not held up by one of them.
func TestNoExtensionInTheLastCallOfASettlement(t *testing.T) {
	s := inspected(t)
	s.at("20d").dispute("not_as_described.quality", "refund_partial", 1000)
	s.settle(1000)
	s.state(protection.ReleasePending).due("inspection", "")
	s.no(casefile.WrongStage, ada, "extend_protection", is{"by": "3d"})
	require.False(t, s.order().Extension.Used)
}
