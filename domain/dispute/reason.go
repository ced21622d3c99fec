package dispute

import (
	"strings"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

// Reason is why a buyer disputes (PROCEDURE 5).
type Reason string

// The reasons of PROCEDURE 5.
const (
	NoTrackingProgress  Reason = "not_received.no_tracking_progress"
	InvalidTracking     Reason = "not_received.invalid_tracking"
	WrongAddress        Reason = "not_received.wrong_address"
	HeldByCustoms       Reason = "not_received.held_by_customs"
	ReturnedToSender    Reason = "not_received.returned_to_sender"
	Late                Reason = "not_received.late"
	NotAsDescribed      Reason = "not_as_described.description"
	Quality             Reason = "not_as_described.quality"
	Damaged             Reason = "not_as_described.damaged"
	MissingParts        Reason = "not_as_described.missing_parts"
	ShortQuantity       Reason = "not_as_described.short_quantity"
	WrongItem           Reason = "not_as_described.wrong_item"
	Counterfeit         Reason = "counterfeit"
	ExtraChargeDemanded Reason = "extra_charge_demanded"
	OffPlatformPressure Reason = "off_platform_pressure"
	ChangeOfMind        Reason = "change_of_mind"
	WarrantyDefect      Reason = "warranty.defect"
)

// Reasons are all of them, in the order of PROCEDURE 5.
var Reasons = []Reason{NoTrackingProgress, InvalidTracking, WrongAddress, HeldByCustoms, ReturnedToSender, Late,
	NotAsDescribed, Quality, Damaged, MissingParts, ShortQuantity, WrongItem, Counterfeit, ExtraChargeDemanded,
	OffPlatformPressure, ChangeOfMind, WarrantyDefect}

// The roots of the reasons.
const (
	RootNotReceived    = "not_received"
	RootNotAsDescribed = "not_as_described"
)

// Known says whether the reason is one of PROCEDURE 5.
func (r Reason) Known() bool {
	for _, known := range Reasons {
		if r == known {
			return true
		}
	}
	return false
}

// Root is the part of the code before the point. A late delivery is its own root: it is about time, not about goods.
func (r Reason) Root() string {
	if r == Late {
		return string(Late)
	}
	root, _, _ := strings.Cut(string(r), ".")
	return root
}

// Remedy is what a party asks for or grants.
type Remedy string

// The remedies of PROCEDURE 5.
const (
	RefundFull      Remedy = "refund_full"
	RefundPartial   Remedy = "refund_partial"
	ReturnAndRefund Remedy = "return_and_refund"
	Replacement     Remedy = "replacement"
	Repair          Remedy = "repair"
	Release         Remedy = "release"
)

// Known says whether the remedy is one of PROCEDURE 5.
func (r Remedy) Known() bool {
	switch r {
	case RefundFull, RefundPartial, ReturnAndRefund, Replacement, Repair, Release:
		return true
	}
	return false
}

// Goods says that the remedy is a promise of goods, not of money.
func (r Remedy) Goods() bool { return r == Replacement || r == Repair }

// CheckAmount refuses an amount beside a full refund that is not what a full refund is: one of the two is a mistake, and nobody can
// tell which. Full is in minor units; 0 is that of a reason that asks for no amount by itself, which has to be named then.
func (r Remedy) CheckAmount(named *money.Minor, full money.Minor) casefile.Answer {
	if r != RefundFull || named == nil || full == 0 || *named == full {
		return casefile.Answer{}
	}
	return casefile.Invalid("/amount", "A full refund has its own amount. Leave the amount out, or make it a partial refund.")
}

// Fits says whether the remedy can be asked for the reason.
func (r Remedy) Fits(reason Reason) bool {
	switch {
	case r == Release || !r.Known():
		return false
	case reason == ChangeOfMind:
		return r == ReturnAndRefund
	case reason.Root() == RootNotReceived || reason == Late || reason == ExtraChargeDemanded || reason == OffPlatformPressure:
		return r != ReturnAndRefund && r != Repair
	}
	return true
}
