package contract

import (
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"recourse/domain/casefile"
)

// The search attributes by which operators filter runs. They hold identifiers and codes; the amount is in minor units.
var (
	AttributeKind   = temporal.NewSearchAttributeKeyKeyword("RecourseKind")
	AttributeStage  = temporal.NewSearchAttributeKeyKeyword("RecourseStage")
	AttributeReason = temporal.NewSearchAttributeKeyKeyword("RecourseReason")
	AttributeOrder  = temporal.NewSearchAttributeKeyKeyword("RecourseOrder")
	AttributeSeller = temporal.NewSearchAttributeKeyKeyword("RecourseSeller")
	AttributeAmount = temporal.NewSearchAttributeKeyInt64("RecourseAmount")
)

// SearchAttributes are the names and types that a namespace must have before a case can start in it.
func SearchAttributes() map[string]enumspb.IndexedValueType {
	return map[string]enumspb.IndexedValueType{
		AttributeKind.GetName():   AttributeKind.GetValueType(),
		AttributeStage.GetName():  AttributeStage.GetValueType(),
		AttributeReason.GetName(): AttributeReason.GetValueType(),
		AttributeOrder.GetName():  AttributeOrder.GetValueType(),
		AttributeSeller.GetName(): AttributeSeller.GetValueType(),
		AttributeAmount.GetName(): AttributeAmount.GetValueType(),
	}
}

// AttributesAtStart are the search attributes of a run that begins now. What is not known yet is left out.
func AttributesAtStart(kind string, s Summary) temporal.SearchAttributes {
	updates := []temporal.SearchAttributeUpdate{AttributeKind.ValueSet(kind)}
	return temporal.NewSearchAttributes(append(updates, ChangedAttributes(temporal.NewSearchAttributes(), s)...)...)
}

// ChangedAttributes are the updates that make the known attributes say what the summary says, in a fixed order.
func ChangedAttributes(known temporal.SearchAttributes, s Summary) []temporal.SearchAttributeUpdate {
	var updates []temporal.SearchAttributeUpdate
	keyword := func(key temporal.SearchAttributeKeyKeyword, value string) {
		if was, _ := known.GetKeyword(key); value != "" && was != value {
			updates = append(updates, key.ValueSet(value))
		}
	}
	keyword(AttributeStage, s.Stage)
	keyword(AttributeReason, s.Reason)
	keyword(AttributeOrder, s.Order)
	keyword(AttributeSeller, s.Seller)
	if was, _ := known.GetInt64(AttributeAmount); s.Amount != 0 && was != s.Amount {
		updates = append(updates, AttributeAmount.ValueSet(s.Amount))
	}
	return updates
}

// StaticSummary is the line by which a run is known in lists: "dispute · not_received.late · 45.50 EUR · order ord_…".
func StaticSummary(kind string, s Summary) string {
	parts := []string{kind}
	if s.Reason != "" {
		parts = append(parts, s.Reason)
	}
	if s.Value != "" {
		parts = append(parts, s.Value)
	}
	if s.Order != "" && kind != casefile.KindOrder {
		parts = append(parts, "order "+s.Order)
	}
	return strings.Join(parts, " · ")
}
