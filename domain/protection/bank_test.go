package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
)

func TestChargebackAfterRelease(t *testing.T) {
	s := inspected(t)
	s.past("26d").money(0, 10500, 0)
	s.Funds.Payable = 3000 // the rest was paid out
	s.Funds.Reserve = 2000
	s.chargeback(8000)
	require.Zero(t, s.frozen())
	s.bankSays("seller")
	require.Equal(t, casefile.Funds{Reserve: 2000, Payable: 3000}, s.Funds)
	s.chargeback(8000)
	s.bankSays("buyer")
	s.money(0, 10500, 0).state(protection.Aftercare)
	require.Equal(t, casefile.Funds{}, s.Funds)
	require.Equal(t, money.Minor(3000), s.owed(bolt.ID))
	require.Equal(t, money.Minor(5000), s.last(casefile.EscrowRecovered)["amount"])
	require.Equal(t, money.Minor(2500), s.order().CanOpen(nil, s.Now)[string(dispute.Damaged)].Cap)
}

func TestChargebackCoversADisputeInAftercare(t *testing.T) {
	s := inspected(t)
	s.past("26d")
	s.at("27d").dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	s.chargeback(4000)
	require.True(t, s.Dispute(s.only).Frozen)
	s.bankSays("buyer")
	require.Equal(t, dispute.SupersededByChargeback, s.claim(s.only).Outcome)
	require.Equal(t, money.Minor(4000), s.order().Lines[1].Recovered, "of the disputed line")
	s.state(protection.Aftercare)
	s.dispute(dispute.Damaged, "refund_full", 0, "LAMP")
	require.Equal(t, money.Minor(6000), s.claim(s.only).Asked)
}

// What is held of a disputed line counts before what was released of it, and both together for no more than is disputed.
func TestChargebackOfALineHeldAndReleased(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_partial", 500, is{"sku": "LAMP", "quantity": 1})
	s.settle(500)
	s.past("11d").money(500, 2500, 7500)
	s.at("12d").dispute(dispute.Quality, "refund_full", 0, is{"sku": "LAMP", "quantity": 1})
	s.chargeback(10500)
	cover := s.order().Chargeback.Covers[0]
	require.Equal(t, casefile.WaitsForBank, s.order().Summary().Waits)
	require.Equal(t, []money.Minor{3000, 0}, []money.Minor{cover.Frozen, cover.Released})
	s.bankSays("buyer")
	require.Equal(t, dispute.SupersededByChargeback, s.claim(s.only).Outcome)
	s.money(8000, 2500, 0)
	require.Equal(t, money.Minor(500), s.owed(ada.ID), "what it had back already")
}

func TestChargebackAfterARefund(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.ok(bolt, "concede", nil)
	s.state(protection.Closed)
	s.chargeback(10500)
	require.False(t, s.order().Closed(), "it has started again")
	s.bankSays("buyer")
	require.Equal(t, money.Minor(10500), s.owed(ada.ID))
	s.money(10500, 0, 0)
	require.True(t, s.order().Closed())
}

// Held, released and refunded in one: each part goes its own way.
func TestChargebackOfEveryKindOfMoney(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.settle(1000)
	s.past("11d").money(1000, 3000, 6500)
	s.Funds.Reserve = 1000
	s.Funds.Payable = 0
	s.chargeback(10500)
	s.bankSays("buyer")
	s.money(7500, 3000, 0)
	require.Equal(t, money.Minor(2000), s.owed(bolt.ID))
	require.Equal(t, money.Minor(1000), s.owed(ada.ID))
	s.state(protection.Aftercare)
}

func TestUnansweredChargebackNeedsTwoSignatures(t *testing.T) {
	s := inspected(t)
	s.at("12d").chargeback(10500)
	s.no(casefile.WrongStage, olga, "close_chargeback", is{"won_by": "seller"})
	require.False(t, s.order().Check("close_chargeback", olga, s.Now).Accepted())
	s.at("192d").no(casefile.WrongStage, olga, "close_chargeback", is{"won_by": "seller"})
	s.past("192d")
	require.Equal(t, map[string]any{"to": "operators", "about": "chargeback_max"}, s.last(casefile.NoticeSent))
	answer := s.ok(olga, "close_chargeback", is{"won_by": "seller"})
	require.Equal(t, "signed_once", answer.Result["state"])
	s.no(casefile.ConflictOfInterest, olga, "close_chargeback", is{"won_by": "seller"})
	s.ok(otto, "close_chargeback", is{"won_by": "buyer"}) // another word is another first signature
	require.Zero(t, s.count(casefile.ChargebackClosed))
	s.ok(olga, "close_chargeback", is{"won_by": "buyer"})
	require.Equal(t, 1, s.count(casefile.ChargebackClosed))
	s.money(10500, 0, 0)
}

func TestBankAnswersAfterAll(t *testing.T) {
	s := inspected(t)
	s.chargeback(10500)
	s.past("200d").bankSays("seller")
	s.past("201d1h").state(protection.Aftercare).money(0, 10500, 0)
}
