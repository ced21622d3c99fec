// Package evidence is what a party should hand in: for each reason and party a checklist, in plain words, and what of it
// is still missing (PROCEDURE 7). A checklist asks and decides nothing; a decision is made on the evidence that is there.
package evidence

import "slices"

// Types are the types of evidence of PROCEDURE 7.
var Types = []string{"photo_of_item", "photo_of_package", "video", "listing_snapshot", "conversation", "tracking_record",
	"carrier_statement", "proof_of_shipment", "proof_of_delivery", "weight_record", "invoice", "certificate",
	"authenticity_report", "customs_document", "return_receipt", "refund_receipt", "statement", "other"}

// Reasons are the codes of PROCEDURE 5, each of which has a checklist.
var Reasons = []string{"not_received.no_tracking_progress", "not_received.invalid_tracking", "not_received.wrong_address",
	"not_received.held_by_customs", "not_received.returned_to_sender", "not_received.late", "not_as_described.description",
	"not_as_described.quality", "not_as_described.damaged", "not_as_described.missing_parts", "not_as_described.short_quantity",
	"not_as_described.wrong_item", "counterfeit", "extra_charge_demanded", "off_platform_pressure", "change_of_mind", "warranty.defect"}

// The parties that a checklist speaks to.
const (
	Buyer  = "buyer"
	Seller = "seller"
)

// Need says how much an item is wanted.
type Need string

// Required: without it the other side's word may prevail. Helpful: it makes the case clearer.
const (
	Required Need = "required"
	Helpful  Need = "helpful"
)

// Item is one thing that a party should hand in.
type Item struct {
	Need Need     `yaml:"need" json:"need"`
	By   []string `yaml:"by" json:"by"`     // types of evidence, any one of which satisfies it
	Text string   `yaml:"text" json:"text"` // what it is, in plain words for the party
}

// Satisfied says whether one of the types that were handed in is among those that the item asks for.
func (i Item) Satisfied(handedIn []string) bool {
	return slices.ContainsFunc(i.By, func(wanted string) bool { return slices.Contains(handedIn, wanted) })
}

// Checklist is what each party should hand in for one reason.
type Checklist struct {
	Buyer  []Item `yaml:"buyer" json:"buyer"`
	Seller []Item `yaml:"seller" json:"seller"`
}

// Checklists are those of all reasons, by their code.
type Checklists map[string]Checklist

// Of is what a party should hand in for a reason, in the order of the policy: nothing where there is no such reason or
// whoever asks is no party.
func (c Checklists) Of(reason, party string) []Item {
	switch party {
	case Buyer:
		return c[reason].Buyer
	case Seller:
		return c[reason].Seller
	}
	return nil
}

// Missing is what of a party's checklist none of the types that it has handed in satisfies, in the order of the policy.
func (c Checklists) Missing(reason, party string, handedIn []string) []Item {
	var missing []Item
	for _, item := range c.Of(reason, party) {
		if !item.Satisfied(handedIn) {
			missing = append(missing, item)
		}
	}
	return missing
}
