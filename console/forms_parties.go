package console

import (
	"slices"

	"recourse/api/client"
)

var reasonValues = []client.Reason{
	client.ReasonNotReceivedNoTrackingProgress, client.ReasonNotReceivedInvalidTracking, client.ReasonNotReceivedWrongAddress, client.ReasonNotReceivedHeldByCustoms,
	client.ReasonNotReceivedReturnedToSender, client.ReasonNotReceivedLate, client.ReasonNotAsDescribedDescription, client.ReasonNotAsDescribedQuality,
	client.ReasonNotAsDescribedDamaged, client.ReasonNotAsDescribedMissingParts, client.ReasonNotAsDescribedShortQuantity, client.ReasonNotAsDescribedWrongItem,
	client.ReasonCounterfeit, client.ReasonExtraChargeDemanded, client.ReasonOffPlatformPressure, client.ReasonChangeOfMind, client.ReasonWarrantyDefect,
}

var (
	remedyValues = []client.Remedy{client.RemedyRefundFull, client.RemedyRefundPartial, client.RemedyReturnAndRefund, client.RemedyReplacement, client.RemedyRepair}
	partyValues  = []client.Party{client.PartyBuyer, client.PartySeller}
	// evidenceValues are the types, those first that most people have.
	evidenceValues = []client.EvidenceType{
		client.EvidenceTypePhotoOfItem, client.EvidenceTypePhotoOfPackage, client.EvidenceTypeVideo, client.EvidenceTypeStatement, client.EvidenceTypeListingSnapshot,
		client.EvidenceTypeConversation, client.EvidenceTypeTrackingRecord, client.EvidenceTypeCarrierStatement, client.EvidenceTypeProofOfShipment,
		client.EvidenceTypeProofOfDelivery, client.EvidenceTypeWeightRecord, client.EvidenceTypeInvoice, client.EvidenceTypeCertificate,
		client.EvidenceTypeAuthenticityReport, client.EvidenceTypeCustomsDocument, client.EvidenceTypeReturnReceipt, client.EvidenceTypeRefundReceipt, client.EvidenceTypeOther,
	}
)

// orderForms are about an order. What a carrier says its program says: whoever signs in as one may read no case, and so has no page.
var orderForms = []Form{
	{Kind: "order", Action: "open_dispute", Path: "/v1/orders/{order}/disputes", Fields: []Field{
		pick("reason", "reason", reasonValues...).needed(), pick("remedy", "remedy", remedyValues...).needed(), ask("amount", Sum), ask("lines", Lines), text().needed()}},
	{Kind: "order", Action: "ship", Path: "/v1/orders/{order}/shipments", Fields: []Field{ask("carrier", Line).needed(), ask("tracking", Line).needed(), ask("lines", Skus)}},
	{Kind: "order", Action: "confirm_receipt", Path: "/v1/orders/{order}/confirm_receipt", Fields: []Field{ask("acknowledge", Tick)}},
	{Kind: "order", Action: "extend_protection", Path: "/v1/orders/{order}/extensions", Fields: []Field{ask("by", Days).needed().upTo(30)}},
	{Kind: "order", Action: "grant_extension", Path: "/v1/orders/{order}/extensions/grant"},
	{Kind: "order", Action: "refuse_extension", Path: "/v1/orders/{order}/extensions/refuse"},
	{Kind: "order", Action: "post_message", Path: "/v1/orders/{order}/messages", Direct: true, Loose: true, Fields: []Field{text().needed()}},
	{Kind: "order", Action: "cancel_order", Path: "/v1/orders/{order}/cancel", Grave: true},
	{Kind: "order", Action: "deliver", Path: "/v1/orders/{order}/deliveries", Program: true},
	{Kind: "order", Action: "track", Path: "/v1/orders/{order}/tracking_events", Program: true},
	{Kind: "order", Action: "chargeback", Path: "/v1/orders/{order}/chargebacks", Grave: true, Fields: []Field{ask("amount", Sum).needed()}},
	{Kind: "order", Action: "close_chargeback", Path: "/v1/orders/{order}/chargebacks/close", Fields: []Field{pick("won_by", "role", partyValues...).needed()}},
	{Kind: "order", Action: "sign_goodwill", Path: "/v1/orders/{order}/goodwill/sign", Fields: []Field{among("dispute", disputesOf).needed(), ask("refuse", Tick)}},
	{Kind: "order", Action: "retry_transfer", Path: "/v1/orders/{order}/transfers/retry", Fields: []Field{ask("step", Count).needed()}},
}

// disputeForms are what parties do in a dispute: what settles it first, what gives it up last.
var disputeForms = []Form{
	{Kind: "dispute", Action: "accept_offer", Path: "/v1/disputes/{dispute}/offers/{offer}/accept", Fields: []Field{preset("version", offerVersion)}},
	{Kind: "dispute", Action: "reject_offer", Path: "/v1/disputes/{dispute}/offers/{offer}/reject", Fields: []Field{preset("version", offerVersion)}},
	{Kind: "dispute", Action: "withdraw_offer", Path: "/v1/disputes/{dispute}/offers/{offer}/withdraw"},
	{Kind: "dispute", Action: "offer", Path: "/v1/disputes/{dispute}/offers", Fields: []Field{
		pick("remedy", "remedy", slices.Concat(remedyValues, []client.Remedy{client.RemedyRelease})...).needed(), ask("amount", Sum), ask("due", Days).upTo(30),
		pick("fallback", "remedy", client.FallbackRefundFull, client.FallbackRefundPartial)}},
	{Kind: "dispute", Action: "confirm_performance", Path: "/v1/disputes/{dispute}/offers/{offer}/confirm_performance"},
	{Kind: "dispute", Action: "ship_replacement", Path: "/v1/disputes/{dispute}/offers/{offer}/ship_replacement", Fields: shipping()},
	{Kind: "dispute", Action: "deliver_replacement", Path: "/v1/disputes/{dispute}/offers/{offer}/deliver_replacement", Program: true},
	{Kind: "dispute", Action: "ship_return", Path: "/v1/disputes/{dispute}/ship_return", Fields: shipping()},
	{Kind: "dispute", Action: "deliver_return", Path: "/v1/disputes/{dispute}/deliver_return", Program: true},
	{Kind: "dispute", Action: "inspect_return", Path: "/v1/disputes/{dispute}/inspect_return", Fields: []Field{
		pick("condition", "condition", client.ConditionInOrder, client.ConditionDamaged, client.ConditionDifferentItem, client.ConditionEmpty, client.ConditionMissingParts).needed(),
		text(), {Name: "file", Type: Choice, From: ownEvidence}}},
	{Kind: "dispute", Action: "post_message", Path: "/v1/disputes/{dispute}/messages", Direct: true, Loose: true, Fields: []Field{text().needed()}},
	{Kind: "dispute", Action: "submit_evidence", Path: "/v1/disputes/{dispute}/evidence", Direct: true, Loose: true, Fields: []Field{
		pick("type", "evidence", evidenceValues...).needed(), text(), ask("file", Upload), ask("request", Line).linked(), ask("cost", Sum)}},
	{Kind: "dispute", Action: "announce_upload", Path: "/v1/disputes/{dispute}/uploads", Program: true},
	{Kind: "dispute", Action: "open_original", Path: "/v1/disputes/{dispute}/evidence/{evidence}/original", Program: true},
	{Kind: "dispute", Action: "request_time", Path: "/v1/disputes/{dispute}/request_time", Fields: []Field{ask("days", Count).needed().upTo(3)}},
	{Kind: "dispute", Action: "change_reason", Path: "/v1/disputes/{dispute}/change_reason", Fields: []Field{
		pick("reason", "reason", reasonValues...).needed(), pick("remedy", "remedy", remedyValues...), ask("amount", Sum)}},
	{Kind: "dispute", Action: "escalate", Path: "/v1/disputes/{dispute}/escalate", Fields: []Field{text()}},
	{Kind: "dispute", Action: "extend_evidence", Path: "/v1/disputes/{dispute}/extend_evidence"},
	{Kind: "dispute", Action: "waive_hearing", Path: "/v1/disputes/{dispute}/waive_hearing", Grave: true},
	{Kind: "dispute", Action: "object_to_reviewer", Path: "/v1/disputes/{dispute}/object", Fields: []Field{text().needed(), ask("reviewer", Line).linked()}},
	{Kind: "dispute", Action: "appeal", Path: "/v1/disputes/{dispute}/appeal", Fields: []Field{text().needed()}},
	{Kind: "dispute", Action: "cancel_withdrawal", Path: "/v1/disputes/{dispute}/cancel_withdrawal", Fields: []Field{text()}},
	{Kind: "dispute", Action: "reopen", Path: "/v1/disputes/{dispute}/reopen", Fields: []Field{text()}},
	{Kind: "dispute", Action: "withdraw", Path: "/v1/disputes/{dispute}/withdraw", Grave: true, Fields: []Field{text()}},
	{Kind: "dispute", Action: "concede", Path: "/v1/disputes/{dispute}/concede", Grave: true, Fields: []Field{ask("acknowledge", Tick).needed().only(client.RoleBuyer)}},
}

func shipping() []Field {
	return []Field{ask("carrier", Line).needed(), ask("tracking", Line).needed()}
}

// offerVersion is the version of the offer that the reader sees: another one is not what they answer.
func offerVersion(_ *Visit, c *Case, on string) (any, error) {
	if offer := c.Offer(on); offer != nil {
		return offer.Version, nil
	}
	return nil, errNotFound
}

// disputesOf are the disputes of the order that are over: goodwill is paid for one of them.
func disputesOf(v *Visit, c *Case) ([]Option, error) {
	var over []Option
	if c.Order == nil {
		return nil, nil
	}
	for _, d := range c.Order.Disputes {
		if !d.Open {
			over = append(over, Option{Value: d.ID, Words: v.T("dispute.number") + " " + d.ID})
		}
	}
	return over, nil
}

// ownEvidence are the items that the reader has handed in.
func ownEvidence(v *Visit, c *Case) []Option {
	var own []Option
	for _, e := range slices.Backward(c.Dispute.Evidence) {
		if e.By.Role == c.Role {
			own = append(own, Option{Value: e.ID, Words: v.itemWords(c.Dispute, e.ID), Help: e.Text})
		}
	}
	return own
}
