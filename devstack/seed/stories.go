package seed

import (
	"slices"

	"recourse/api/client"
)

// story is one order: whose it is, what happens to it, and where it stands in the end.
type story struct {
	name          string // begins the keys of its requests; unique, and never changed
	buyer, seller string
	state         client.OrderState
	status        client.Status // of its dispute, if it has one
	steps         []step
}

// number tells stories apart in tracking numbers.
func number(name string) int {
	return 47301100 + slices.IndexFunc(stories, func(s story) bool { return s.name == name })
}

// stories are told on one clock, which stands at day 40 in the end.
var stories []story

// What is new comes last, so that no other story gets another number. They are put together here because number looks among them.
func init() { stories = slices.Concat(orders, negotiations, adjudications, broken, reused, doubtful) }

// orders have no dispute: one for each state of an order.
var orders = []story{
	{name: "funded", buyer: "Ada", seller: "Bolt", state: client.OrderStateFunded, steps: []step{
		registered(38, "KETTLE-2", "Kettle", 39_00),
	}},
	{name: "in_transit", buyer: "Ada", seller: "Bolt", state: client.OrderStateInTransit, steps: []step{
		registered(34, "BLANKET-1", "Wool blanket", 64_00), shipped(35),
	}},
	{name: "inspection", buyer: "Ada", seller: "Bolt", state: client.OrderStateInspection, steps: []step{
		registered(29, "TEAPOT-4", "Teapot", 28_50), shipped(30), delivered(37),
	}},
	{name: "release_pending", buyer: "Ada", seller: "Bolt", state: client.OrderStateReleasePending, steps: []step{
		registered(30, "MIRROR-1", "Round mirror", 51_00), shipped(31), delivered(38), confirmed(39.75),
	}},
	{name: "aftercare", buyer: "Iris", seller: "Volt", state: client.OrderStateAftercare, steps: []step{
		registered(20, "CHARGER-9", "Charger", 19_90), shipped(21), delivered(29), confirmed(30),
	}},
	{name: "closed", buyer: "Iris", seller: "Bolt", state: client.OrderStateClosed, steps: []step{
		registered(0, "CLOCK-3", "Wall clock", 33_00), shipped(1), delivered(6), confirmed(7), reviewed(9, 4, "It runs a minute fast in a week, and looks good."),
	}},
	{name: "refunded", buyer: "Ada", seller: "Volt", state: client.OrderStateRefunded, steps: []step{
		registered(10, "CABLE-5", "Cable, 5 m", 12_00), // never shipped
	}},
}

// negotiations are disputes between the parties.
var negotiations = []story{
	{name: "waiting_seller", buyer: "Ada", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusWaitingSeller, steps: []step{
		registered(28, "LAMP-7", "Desk lamp", 42_00), shipped(29), delivered(36),
		opened(38, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "The shade is cracked."}),
		photographed(38, buyer, client.EvidenceTypePhotoOfItem, "shade.jpg", "The crack runs along the whole shade; the box was not dented.", crackedLamp),
	}},
	{name: "waiting_buyer", buyer: "Ada", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusWaitingBuyer, steps: []step{
		registered(25, "SHELF-2", "Shelf", 79_00), shipped(26), delivered(34),
		opened(36, client.NewDispute{Reason: client.ReasonNotAsDescribedQuality, Remedy: client.RemedyRefundFull, Text: "The boards are bent, nothing stands straight on them."}),
		offered(37, client.NewOffer{Remedy: client.RemedyRefundPartial, Amount: euros(30_00)}),
	}},
	{name: "performing", buyer: "Ada", seller: "Volt", state: client.OrderStateDisputed, status: client.StatusPerforming, steps: []step{
		registered(22, "SHOWER-3", "Hand shower with hose", 58_75), shipped(23), delivered(31),
		opened(33, client.NewDispute{Reason: client.ReasonNotAsDescribedMissingParts, Remedy: client.RemedyReplacement, Text: "The hose is not in the box."}),
		offered(34, client.NewOffer{Remedy: client.RemedyReplacement, Due: "14d", Fallback: client.FallbackRefundFull}),
		accepted(35),
	}},
	{name: "waiting_return", buyer: "Ada", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusWaitingReturn, steps: []step{
		registered(22, "COAT-M", "Rain coat, M", 88_00), shipped(23), delivered(31),
		opened(33, client.NewDispute{Reason: client.ReasonNotAsDescribedWrongItem, Remedy: client.RemedyReturnAndRefund, Text: "It is an S, not an M."}),
		offered(34, client.NewOffer{Remedy: client.RemedyReturnAndRefund}),
		accepted(35),
	}},
	{name: "withdrawing", buyer: "Iris", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusWithdrawing, steps: []step{
		registered(26, "SPEAKER-2", "Speaker", 45_00), shipped(27), delivered(35),
		opened(36, client.NewDispute{Reason: client.ReasonNotAsDescribedDescription, Remedy: client.RemedyRefundFull, Text: "It has no battery."}),
		said(37, seller, "The battery is under the cover at the back."),
		withdrawn(39, "It is there, thank you."),
	}},
	{name: "settled", buyer: "Ada", seller: "Bolt", state: client.OrderStateClosed, status: client.StatusClosed, steps: []step{
		registered(4, "PLATES-6", "Six plates", 36_00), shipped(5), delivered(11),
		opened(13, client.NewDispute{Reason: client.ReasonNotAsDescribedShortQuantity, Remedy: client.RemedyRefundPartial, Amount: euros(6_00), Text: "There are five plates."}),
		offered(14, client.NewOffer{Remedy: client.RemedyRefundPartial, Amount: euros(6_00)}),
		accepted(15),
	}},
}

// adjudications are disputes that a reviewer has, or a panel.
var adjudications = []story{
	{name: "panel_review", buyer: "Iris", seller: "Volt", state: client.OrderStateDisputed, status: client.StatusPanelReview, steps: []step{
		registered(8, "TENT-2", "Tent for two", 285_00), shipped(9), delivered(16),
		opened(18, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "Two poles are broken."}),
		said(19, seller, "They left our house whole."),
		escalated(22, "We do not agree on who broke them."),
		handedIn(23, buyer, client.EvidenceTypeStatement, "The poles were broken inside their closed bag."),
		decidedForBuyer(28, "The bag was closed when it came. Whoever packed it packed broken poles."),
		appealed(30, "The bag is sealed by a machine after the poles are tested. The test record is new."),
	}},
	{name: "panel_sits", buyer: "Mila", seller: "Ware", state: client.OrderStateDisputed, status: client.StatusPanelReview, steps: []step{ // of reviewers who never met the two
		registered(8, "BOWLS-3", "Three stoneware bowls", 92_00), shipped(9), delivered(16),
		opened(18, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "Two of the three are cracked."}),
		said(19, seller, "Stoneware has its marks."),
		escalated(22, "A crack that lets soup through is no mark."),
		handedIn(23, buyer, client.EvidenceTypeStatement, "The bowl leaves a ring under it within a minute."),
		decidedForBuyer(28, "A bowl that leaks is damaged, whatever the ware."),
		appealed(30, "The listing says that each piece is an original, with the marks of its firing."),
	}},
	{name: "appeal_window", buyer: "Ada", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusAppealWindow, steps: []step{
		registered(16, "CHAIR-1", "Chair", 119_00), shipped(17), delivered(25),
		opened(27, client.NewDispute{Reason: client.ReasonNotAsDescribedQuality, Remedy: client.RemedyRefundFull, Text: "A leg came off on the first day."}),
		said(28, seller, "Please screw it in again."),
		escalated(30, "There is no thread left to screw it into."),
		handedIn(31, buyer, client.EvidenceTypeStatement, "The thread in the seat is torn out."),
		decidedForBuyer(37, "A chair that cannot be put together is not what was described."),
	}},
	{name: "waiting_signature", buyer: "Ada", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusWaitingSignature, steps: []step{
		registered(17, "BICYCLE-5", "Bicycle", 620_00), shipped(18), delivered(26),
		opened(28, client.NewDispute{Reason: client.ReasonNotAsDescribedDescription, Remedy: client.RemedyRefundFull, Text: "It has seven gears, not twenty-one."}),
		said(29, seller, "Seven in the back and three in the front are twenty-one."),
		escalated(31, "There is no chain ring but one in the front."),
		photographed(32, buyer, client.EvidenceTypePhotoOfItem, "ring.jpg", "One ring in the front, as it came.", chainRing),
		handedIn(32, seller, client.EvidenceTypeListingSnapshot, "Gears: 21 (3 × 7)."),
		decidedForBuyer(39.5, "The listing says three rings and there is one."),
	}},
	{name: "under_review", buyer: "Iris", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusUnderReview, steps: []step{
		registered(17, "RUG-2", "Rug", 140_00), shipped(18), delivered(26),
		opened(28, client.NewDispute{Reason: client.ReasonNotAsDescribedDescription, Remedy: client.RemedyRefundFull, Text: "It was to be wool and it is not."}),
		said(29, seller, "The label says what is in it."),
		escalated(33, "The label says polyester."),
		photographed(34, buyer, client.EvidenceTypePhotoOfItem, "label.jpg", "The label reads: 100 % polyester.", carpetLabel),
		photographed(34, buyer, client.EvidenceTypePhotoOfItem, "rug.jpg", "The rug as it lies here.", carpet),
		photographed(35, seller, client.EvidenceTypePhotoOfPackage, "packed.jpg", "Our tag, from the day we packed it.", carpetRolled),
	}},
	{name: "waiting_evidence", buyer: "Ada", seller: "Volt", state: client.OrderStateDisputed, status: client.StatusWaitingEvidence, steps: []step{
		registered(22, "RADIO-1", "Radio", 54_00), shipped(23), delivered(31),
		opened(33, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "It does not turn on."}),
		said(34, seller, "It does here."),
		escalated(38, "It does not here."),
		reported(39, client.BehaviourExtraCharge, "On the phone I was asked for 15 euros more for the sending of another one."),
	}},
	{name: "assigning", buyer: "Ada", seller: "Bolt", state: client.OrderStateDisputed, status: client.StatusAssigning, steps: []step{
		registered(24, "VASE-3", "Vase", 47_00), shipped(25), delivered(33),
		opened(35, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "It came in two pieces."}),
		said(36, seller, "It was whole when we packed it."),
		escalated(40, "It is not whole now."),
	}},
}

// reused is one tracking number for three orders: the second and the third are suspect, and the detectors open a case about Reef.
var reused = []story{
	{name: "number_used", buyer: "Noor", seller: "Reef", state: client.OrderStateInTransit, steps: []step{
		registered(33, "SCARF-1", "Scarf", 22_00), shipped(34),
	}},
	{name: "number_used_again", buyer: "Noor", seller: "Reef", state: client.OrderStateInTransit, steps: []step{
		registered(36, "SCARF-2", "Silk scarf", 37_00), shippedAs(37, "number_used"),
	}},
	{name: "number_used_a_third_time", buyer: "Noor", seller: "Reef", state: client.OrderStateInTransit, steps: []step{
		registered(37, "GLOVES-1", "Gloves", 25_00), shippedAs(38, "number_used"),
	}},
}

// broken are promises that Volt did not keep. They take 2 points and, the second time, 4: Volt stands at 6 of 12, limited.
var broken = []story{
	{name: "promise_defaulted", buyer: "Iris", seller: "Volt", state: client.OrderStateClosed, status: client.StatusClosed, steps: []step{
		registered(1, "FAN-3", "Table fan", 34_00), shipped(2), delivered(8),
		opened(10, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyReplacement, Text: "One blade is broken."}),
		offered(11, client.NewOffer{Remedy: client.RemedyReplacement, Due: "7d", Fallback: client.FallbackRefundFull}),
		accepted(12),
	}},
	{name: "promise_defaulted_again", buyer: "Ada", seller: "Volt", state: client.OrderStateClosed, status: client.StatusClosed, steps: []step{
		registered(5, "TORCH-1", "Torch", 16_00), shipped(6), delivered(13),
		opened(14, client.NewDispute{Reason: client.ReasonNotAsDescribedMissingParts, Remedy: client.RemedyReplacement, Text: "The lens is missing."}),
		offered(15, client.NewOffer{Remedy: client.RemedyReplacement, Due: "7d", Fallback: client.FallbackRefundFull}),
		accepted(16),
	}},
}
