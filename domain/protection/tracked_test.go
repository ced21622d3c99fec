package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/domain/tracking"
)

// check is one check of the order's only parcel.
func (s *story) check(reason tracking.Reason) protection.Checked {
	s.Helper()
	for _, c := range s.order().Tracking()[0].Checks {
		if c.Check == reason {
			return c
		}
	}
	s.Fatalf("%s is not checked", reason)
	return protection.Checked{}
}

func TestEachCheckOfANumberSaysWhatWasFoundAndWhen(t *testing.T) {
	s := begin(t)
	s.at("2d").ok(bolt, "ship", is{"carrier": "upu", "tracking": "RB845230408CN"})
	require.Len(t, s.order().Tracking()[0].Checks, 5)
	digit := s.check(tracking.CheckDigit)
	require.Equal(t, []any{tracking.Passed, paid.Add(days(2)), 8, 8}, []any{digit.Outcome, digit.At, digit.Working.Expected, digit.Working.Digit})
	for _, unknown := range []tracking.Reason{tracking.ForeignDestination, tracking.WrongPostcode, tracking.PredatesPayment} {
		require.Equal(t, tracking.Unknown, s.check(unknown).Outcome)
		require.Zero(t, s.check(unknown).At)
	}
	require.Equal(t, paid.Add(days(12)), s.order().Tracking()[0].OpensAt)

	s.at("3d").ok(post, "track", is{"status": "in_transit", "country": "PL", "postcode": "75011"})
	country := s.check(tracking.ForeignDestination)
	require.Equal(t, protection.Checked{Finding: tracking.Finding{Check: tracking.ForeignDestination, Outcome: tracking.Failed, Found: "PL", At: paid.Add(days(3))},
		Expected: "FR"}, country)
	require.Equal(t, tracking.Passed, s.check(tracking.WrongPostcode).Outcome)
	whole := s.order().Tracking()[0]
	require.Equal(t, paid.Add(days(2)), whole.OpensAt, "not received is open at once")
	require.Equal(t, s.opening("not_received.invalid_tracking").From, whole.OpensAt, "as the rule for opening has it")
	require.Equal(t, "protection.not_received_after", whole.Policy)
	require.Empty(t, whole.Claims)
}

func TestADeliveryClaimHasItsStrength(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("8d").ok(post, "deliver", is{"strength": "suspect", "lines": []string{"LAMP"}})
	s.at("9d").ok(post, "deliver", is{"lines": []string{"CHAIR"}})
	require.ElementsMatch(t, []protection.DeliveryClaim{
		{Lines: []string{"LAMP"}, At: paid.Add(days(8)), Strength: protection.Suspect},
		{Lines: []string{"CHAIR"}, At: paid.Add(days(9)), Strength: protection.Weak, Policy: "protection.inspection"},
	}, s.order().Tracking()[0].Claims)
}

func TestTheAddresseesSignatureIsStrong(t *testing.T) {
	for name, c := range map[string]struct {
		scan is
		want protection.Strength
	}{
		"signed by the addressee":                  {is{"status": "delivered", "signature": "addressee"}, protection.Strong},
		"signed by somebody else":                  {is{"status": "delivered", "signature": "other"}, protection.Weak},
		"signed at another postcode":               {is{"status": "delivered", "signature": "addressee", "postcode": "13001"}, protection.Suspect},
		"signed in another country":                {is{"status": "delivered", "signature": "addressee", "country": "PL"}, protection.Suspect},
		"by somebody else, at the right postcode":  {is{"status": "delivered", "signature": "other", "postcode": "75011"}, protection.Strong},
		"a signature of what is still on its way.": {is{"status": "in_transit", "signature": "addressee"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			s.at("2d").ship()
			s.at("9d").ok(post, "track", c.scan)
			require.Equal(t, c.want, s.order().Lines[0].Strength)
		})
	}
	s := begin(t)
	s.ship()
	s.no(casefile.ValidationFailed, post, "track", is{"status": "delivered", "signature": "a cat"})
}
