package seed

import "recourse/api/client"

// doubtful are the stories that make a standing: Gilt sold two things that were not genuine, has no points left and waits for
// the review of the removal. Bolt broke one promise, and contests the entry; the answer is due.
var doubtful = []story{
	{name: "counterfeit_bag", buyer: "Iris", seller: "Gilt", state: client.OrderStateClosed, status: client.StatusClosed, steps: []step{
		registered(0, "BAG-S", "Leather bag", 158_00), shipped(1), delivered(6),
		opened(8, client.NewDispute{Reason: client.ReasonCounterfeit, Remedy: client.RemedyRefundFull, Text: "The name on the bag is not spelled as its maker spells it."}),
		photographed(8, buyer, client.EvidenceTypePhotoOfItem, "bag.jpg", "The maker writes Meridian.", falseBag),
		said(9, seller, "It is the same factory."),
		escalated(11, "The same factory is not the same maker."),
		decidedForBuyer(17, "The maker's shop does not know it, and the seller names no dealer. A bag from the same factory without the maker's leave is not genuine."),
	}},
	{name: "counterfeit_cap", buyer: "Ada", seller: "Gilt", state: client.OrderStateClosed, status: client.StatusClosed, steps: []step{
		registered(1, "CAP-2", "Team cap", 41_75), shipped(2), delivered(9),
		opened(12, client.NewDispute{Reason: client.ReasonCounterfeit, Remedy: client.RemedyRefundFull, Text: "There is no licence sticker, and the badge has a spelling mistake."}),
		handedIn(12, buyer, client.EvidenceTypeStatement, "The league's check does not know the number on the cap."),
		said(13, seller, "The badge is new this year."),
		escalated(15, "No new badge has a spelling mistake."),
		decidedForBuyer(22, "The cap carries no valid licence number, and the seller named no licence."),
	}},
	{name: "promise_contested", buyer: "Iris", seller: "Bolt", state: client.OrderStateClosed, status: client.StatusClosed, steps: []step{
		registered(17, "BOWL-4", "Set of bowls", 27_00), shipped(18), delivered(24),
		opened(26, client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyReplacement, Text: "Two of the four are chipped."}),
		offered(27, client.NewOffer{Remedy: client.RemedyReplacement, Due: "7d", Fallback: client.FallbackRefundFull}),
		accepted(28),
		contested(37.5, "The bowls left our house on the second day. The carrier lost them, and has said so."),
	}},
}
