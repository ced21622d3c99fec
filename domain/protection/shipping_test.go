package protection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/protection"
)

func TestPartialShipment(t *testing.T) {
	s := begin(t)
	s.at("2d").ship("CHAIR")
	s.state(protection.InTransit).due("ship_by", "").due("ship_by_reminder", "")
	s.no(casefile.WrongStage, bolt, "ship", is{"carrier": "other", "tracking": "T2", "lines": []string{"CHAIR"}})
	s.no(casefile.ValidationFailed, bolt, "ship", is{"carrier": "other", "tracking": "T2", "lines": []string{"SOFA"}})
	s.no(casefile.ValidationFailed, bolt, "ship", is{"carrier": "other", "tracking": "T2", "lines": []string{"LAMP", "LAMP"}})
	s.no(casefile.ValidationFailed, bolt, "ship", is{"carrier": "other"})
	s.at("4d").ship() // by default what was not shipped
	require.Equal(t, []string{"LAMP"}, s.last(casefile.OrderShipped)["lines"])
	s.no(casefile.WrongStage, bolt, "ship", is{"carrier": "other", "tracking": "T3"})
}

func TestInspectionStartsWithTheLastLine(t *testing.T) {
	s := begin(t)
	s.at("2d").ship("CHAIR")
	s.ship("LAMP")
	s.at("5d").arrive("CHAIR")
	s.state(protection.InTransit).due("inspection", "").due("absolute_end", "45d")
	s.at("9d").arrive() // by default what is still on its way
	s.state(protection.Inspection).due("inspection", "24d").due("inspection_reminder", "22d").due("absolute_end", "")
	require.Equal(t, []string{"LAMP"}, s.last(casefile.OrderDelivered)["lines"])
}

func TestSilenceAcceptsTheGoods(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("9d").arrive()
	s.at("22d")
	require.Zero(t, s.count(casefile.NoticeSent))
	s.past("22d")
	require.Equal(t, map[string]any{"to": "ada", "about": "inspection"}, s.last(casefile.NoticeSent))
	s.at("24d").state(protection.Inspection)
	s.past("24d").state(protection.ReleasePending).money(0, 0, 10500).due("release_cooling", "25d")
	require.Equal(t, "accepted_by_silence", s.last(casefile.ProtectionEnded)["cause"])
	s.at("25d").state(protection.ReleasePending)
	s.past("25d").state(protection.Aftercare).money(0, 10500, 0).due("aftercare", "40d")
	s.at("40d").state(protection.Aftercare)
	s.past("40d").state(protection.Closed)
	require.True(t, s.order().Closed())
	_, due := s.order().Next()
	require.False(t, due)
}

func TestNeverDeliveredIsRefunded(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("45d").state(protection.InTransit)
	s.past("45d").state(protection.Refunded).money(10500, 0, 0)
	require.Equal(t, "never_delivered", s.last(casefile.ProtectionEnded)["cause"])
}

// What arrived goes to the seller with the shipping, what did not goes back.
func TestPartlyDeliveredAtTheAbsoluteEnd(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("9d").arrive("CHAIR")
	s.past("45d").state(protection.ReleasePending).money(6000, 0, 4500)
	s.past("46d").state(protection.Aftercare).money(6000, 4500, 0)
	s.past("61d").state(protection.Closed)
}

func TestStrengthOfADelivery(t *testing.T) {
	for name, c := range map[string]struct {
		data  is
		want  protection.Strength
		state protection.State
	}{
		"a scan alone":                 {is{}, protection.Weak, protection.Inspection},
		"the postcode matches":         {is{"postcode": "75 011"}, protection.Strong, protection.Inspection},
		"signed for":                   {is{"strength": "strong"}, protection.Strong, protection.Inspection},
		"weak though it matches":       {is{"strength": "weak", "postcode": "75011"}, protection.Weak, protection.Inspection},
		"another postcode":             {is{"postcode": "75012"}, protection.Suspect, protection.InTransit},
		"strong at another postcode":   {is{"strength": "strong", "postcode": "75012"}, protection.Suspect, protection.InTransit},
		"the carrier doubts it itself": {is{"strength": "suspect"}, protection.Suspect, protection.InTransit},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			s.at("2d").ship()
			s.at("9d").ok(post, "deliver", c.data)
			require.Equal(t, c.want, s.order().Lines[0].Strength)
			require.Equal(t, c.want, s.last(casefile.OrderDelivered)["strength"])
			s.state(c.state)
		})
	}
	s := begin(t)
	s.ship()
	s.no(casefile.ValidationFailed, post, "deliver", is{"strength": "certain"})
	s.no(casefile.ValidationFailed, post, "deliver", is{"lines": []string{"SOFA"}})
}

func TestSuspectDeliveryLeavesTheClock(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("9d").ok(post, "deliver", is{"postcode": "13001"})
	s.state(protection.InTransit).due("absolute_end", "45d")
	s.at("12d").arrive() // a better record of the same goods
	s.state(protection.Inspection).due("inspection", "27d")

	s = begin(t)
	s.at("2d").ship()
	s.at("9d").ok(post, "deliver", is{"postcode": "13001"})
	s.past("45d").state(protection.Refunded)
}

func TestAParcelThatHadArrivedBeforeThePaymentIsAnother(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("3d").ok(post, "track", is{"status": "delivered", "at": paid.Add(-time.Hour), "postcode": "75011", "signature": "addressee"})
	s.state(protection.InTransit)
	require.Equal(t, protection.Suspect, s.order().Lines[0].Strength)
	s.past("45d").state(protection.Refunded)
}

// A record that finds nothing on its way is kept, wherever the order is, and changes nothing.
func TestDeliveryElsewhereIsKept(t *testing.T) {
	for _, state := range []protection.State{protection.Funded, protection.Inspection, protection.ReleasePending, protection.Aftercare, protection.Closed, protection.Refunded} {
		t.Run(string(state), func(t *testing.T) {
			s := begin(t)
			stands[state](s)
			next, due := s.order().Next()
			s.arrive()
			after, still := s.order().Next()
			require.Equal(t, []any{next, due}, []any{after, still})
			s.state(state)
		})
	}
}

// An order that its buyer confirmed unseen goes on as it is when the goods come: aftercare is neither longer nor gone.
func TestDeliveryAfterAnEarlyConfirmation(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", is{"acknowledge": true})
	s.at("3d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	s.at("3d12h").arrive()
	s.state(protection.ReleasePending).due("release_cooling", "4d")
	s.at("5d").state(protection.Aftercare).due("aftercare", "19d")
}

func TestConfirmationBeforeDelivery(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("3d")
	answer := s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", nil)
	require.Equal(t, paid.Add(days(4)), answer.Result["from"])
	require.Equal(t, 1, s.count(casefile.OrderConfirmationTried))
	s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", is{"acknowledge": true})
	s.at("3d23h59m").no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", is{"acknowledge": true})
	require.Equal(t, 1, s.count(casefile.OrderConfirmationTried), "the first try is the one that counts")
	s.at("4d").no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", nil)
	s.ok(ada, "confirm_receipt", is{"acknowledge": true})
	s.state(protection.ReleasePending).due("release_cooling", "5d").due("absolute_end", "")
	s.past("5d").state(protection.Aftercare).money(0, 10500, 0)
}

func TestSuspectDeliveryIsNoGroundToConfirm(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("9d").ok(post, "deliver", is{"strength": "suspect"})
	s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", nil)
	s.at("10d").arrive("LAMP")
	s.ok(ada, "confirm_receipt", nil) // something came, and the buyer says that all is well
	s.state(protection.ReleasePending)
}

func TestConfirmationEndsInspection(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("9d").arrive()
	s.at("10d").ok(ada, "confirm_receipt", nil)
	s.due("inspection", "").due("inspection_reminder", "").due("release_cooling", "11d").due("aftercare", "")
	s.past("11d").due("aftercare", "26d")
}

func TestTrackingIsVerified(t *testing.T) {
	for name, c := range map[string]struct {
		number   string
		scan     is
		reasons  []string // empty: none
		verified int
	}{
		"a number that holds":        {"RB845230408CN", nil, nil, 0},
		"an acceptance as it should": {"RB845230408CN", is{"status": "accepted", "country": "FR", "postcode": "75011"}, nil, 1},
		"on its way says too little": {"RB845230408CN", is{"status": "in_transit", "country": "FR", "postcode": "75011"}, nil, 0},
		"a wrong check digit":        {"RB845230407CN", nil, []string{"check_digit"}, 0},
		"to another country":         {"RB845230408CN", is{"status": "in_transit", "country": "PL"}, []string{"foreign_destination"}, 0},
		"to another postcode":        {"RB845230408CN", is{"status": "accepted", "country": "FR", "postcode": "13001"}, []string{"wrong_postcode"}, 0},
		"accepted before payment":    {"RB845230408CN", is{"status": "accepted", "at": paid.Add(-1000)}, []string{"predates_payment"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			s.at("2d").ok(bolt, "ship", is{"carrier": "upu", "tracking": c.number})
			if c.scan != nil {
				s.at("3d").ok(post, "track", c.scan)
				s.ok(post, "track", c.scan) // told once
			}
			require.Equal(t, c.verified, s.count(casefile.TrackingVerified))
			if c.reasons == nil {
				require.Zero(t, s.count(casefile.TrackingSuspect))
				return
			}
			require.Equal(t, 1, s.count(casefile.TrackingSuspect))
			require.Equal(t, c.reasons, s.last(casefile.TrackingSuspect)["reasons"])
		})
	}
}

func TestTrackingThatAnotherOrderUsed(t *testing.T) {
	s := begin(t)
	second := registration()
	_, err := s.Do("ord_2", "register_order", shop, second)
	require.NoError(t, err)
	s.ok(bolt, "ship", is{"carrier": "upu", "tracking": "RB845230408CN"})
	require.Zero(t, s.count(casefile.TrackingSuspect))
	_, err = s.Do("ord_2", "ship", bolt, is{"carrier": "upu", "tracking": "RB845230408CN"})
	require.NoError(t, err)
	require.Equal(t, []string{"reused"}, s.last(casefile.TrackingSuspect)["reasons"])
}

func TestDeliveredByTheFeed(t *testing.T) {
	s := begin(t)
	s.at("2d").ok(bolt, "ship", is{"carrier": "other", "tracking": "T1", "lines": []string{"LAMP"}})
	s.ok(bolt, "ship", is{"carrier": "other", "tracking": "T2", "lines": []string{"CHAIR"}})
	s.no(casefile.WrongStage, post, "track", is{"status": "delivered", "tracking": "T3"})
	s.no(casefile.ValidationFailed, post, "track", is{"status": "teleported"})
	s.at("8d").ok(post, "track", is{"status": "delivered", "tracking": "T1", "postcode": "75011"})
	s.state(protection.InTransit)
	s.at("9d").ok(post, "track", is{"status": "delivered", "country": "PL"}) // the last parcel, far away
	s.state(protection.InTransit)
	require.Equal(t, protection.Suspect, s.order().Lines[1].Strength)
	s.at("10d").ok(post, "track", is{"status": "delivered", "country": "FR"})
	s.state(protection.Inspection).due("inspection", "25d")
}

// To the carrier what was shipped under one number is one parcel, and the number is the same however it is written.
func TestTrackingOfANumberMeansAllThatWasShippedUnderIt(t *testing.T) {
	s := begin(t)
	s.at("2d").ok(bolt, "ship", is{"carrier": "other", "tracking": "AB 12-3", "lines": []string{"LAMP"}})
	s.ok(bolt, "ship", is{"carrier": "other", "tracking": "AB123", "lines": []string{"CHAIR"}})
	s.no(casefile.WrongStage, post, "track", is{"status": "delivered", "tracking": "AB124"})
	s.at("9d").ok(post, "track", is{"status": "delivered", "tracking": "ab123"})
	s.state(protection.Inspection).due("inspection", "24d")
}

func TestNothingIsOnItsWayUnderANumberThatHasCome(t *testing.T) {
	s := begin(t)
	s.at("2d").ok(bolt, "ship", is{"carrier": "other", "tracking": "AB123", "lines": []string{"LAMP"}})
	s.at("5d").ok(post, "track", is{"status": "delivered"})
	require.Zero(t, s.count(casefile.TrackingSuspect))
	s.at("6d").ok(bolt, "ship", is{"carrier": "other", "tracking": "ab-123", "lines": []string{"CHAIR"}})
	require.Equal(t, []string{"reused"}, s.last(casefile.TrackingSuspect)["reasons"])
}

func TestALateScanOfBeforeIsNotTheLastWord(t *testing.T) {
	s := begin(t)
	s.at("2d").ship("CHAIR")
	s.at("8d").ok(post, "track", is{"status": "delivered"})
	s.at("9d").ok(post, "track", is{"status": "in_transit", "at": paid.Add(days(6))})
	require.Equal(t, "delivered", s.order().Tracking()[0].Last)
	s.ok(bolt, "ship", is{"carrier": s.order().Parcels[0].Carrier, "tracking": s.order().Parcels[0].Tracking, "lines": []string{"LAMP"}})
	require.True(t, s.order().Parcels[1].Reused, "it has come, whatever is told of before")
	s.at("10d").ok(post, "track", is{"status": "returned", "tracking": s.order().Parcels[0].Tracking, "at": paid.Add(days(9))})
	require.Equal(t, "returned", s.order().Tracking()[0].Last, "what happened later is")
	s.ok(post, "track", is{"status": "lost", "tracking": s.order().Parcels[0].Tracking, "at": paid.Add(days(9))})
	require.Equal(t, "lost", s.order().Tracking()[0].Last, "and so is what was told later of the same instant")
}

func TestWhatIsWrongWithTheDataComesFirst(t *testing.T) {
	s := begin(t)
	s.past("8d").state(protection.Refunded)
	s.no(casefile.ValidationFailed, bolt, "ship", is{"carrier": "other", "tracking": "T", "lines": []string{"SOFA"}})
	s.no(casefile.CaseClosed, bolt, "ship", is{"carrier": "other", "tracking": "T", "lines": []string{"LAMP"}})
	s.no(casefile.ValidationFailed, ada, "post_message", is{"text": " "})
	s.no(casefile.CaseClosed, ada, "post_message", is{"text": "Hello?"})
	s.no(casefile.ValidationFailed, olga, "declare_incident", is{"from": s.Now, "until": s.Now, "text": "Nothing."})
	s.no(casefile.CaseClosed, olga, "declare_incident", is{"from": s.Now, "until": s.Now.Add(days(1)), "text": "Flood."})
}
