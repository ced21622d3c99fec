// Package tracking judges the number that a seller gives for a parcel: by its own check digit, and by what the carrier's
// feed says about it. A failure makes a shipment suspect; it proves nothing against anybody (PROCEDURE 4).
//
// The check digits, with where they are published:
//
//   - UPU S10 (registered, insured and express post, parcels): Universal Postal Union, Technical standard S10
//     "Identification of postal items", annex on the check digit: weights 8 6 4 2 3 5 9 7, modulo 11.
//   - UPS 1Z: UPS, "Guide to Labeling", appendix on the tracking number: digits at even places twice, modulo 10, letters
//     from A = 2 upwards.
//   - FedEx Express, 12 digits: FedEx label specification, weights 3 1 7 repeated, modulo 11, where 10 counts as 0.
//   - FedEx Ground, 15 digits: "FedEx Ground Label Layout Specification", modulo 10 as in GS1.
//   - USPS Intelligent Mail package barcode, 20 and 22 digits: USPS Publication 199, appendix on the check digit: modulo 10
//     as in GS1, where a printed number of 20 digits may leave out the leading 91 that counts.
//   - DHL Express waybill, 10 digits: the first nine digits modulo 7, as IATA Resolution 600a has it for air waybills.
//
// DHL eCommerce, FedEx SmartPost and freight numbers and numbers of other carriers have no check digit that is published,
// or none that tells their carrier apart: they cannot be verified, which is no suspicion.
package tracking

import (
	"strings"
	"unicode"
)

// Verdict is what the check digit of a number says.
type Verdict string

// The verdicts.
const (
	Valid        Verdict = "valid"
	WrongDigit   Verdict = "wrong_check_digit"
	Unverifiable Verdict = "unverifiable" // an unknown carrier, or a form of its numbers without a published check digit
)

// The carriers whose numbers have a check digit.
const (
	UPU   = "upu"
	UPS   = "ups"
	FedEx = "fedex"
	USPS  = "usps"
	DHL   = "dhl"
)

// Normalize is a number as it is compared: capital letters and digits, without the spaces, the hyphens and whatever else
// people write, seen or unseen.
func Normalize(number string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToUpper(number))
}

// Same says whether two numbers are one and the same: of one carrier, however its name and the number are written.
func Same(carrier, number, otherCarrier, otherNumber string) bool {
	return Normalize(carrier) == Normalize(otherCarrier) && Normalize(number) == Normalize(otherNumber)
}

// Check verifies the check digit of a carrier's number. Spaces, hyphens and case do not matter, in its name neither. UPU has one form of
// numbers, so what does not have it is wrong there; the other carriers have more forms than those with a check digit.
func Check(carrier, number string) Verdict {
	n := Normalize(number)
	switch strings.ToLower(Normalize(carrier)) {
	case UPU:
		return verdict(s10Form(n) && s10(n))
	case UPS:
		if upsForm(n) {
			return verdict(ups(n))
		}
	case FedEx:
		switch {
		case digits(n) && len(n) == 12:
			return verdict(fedexExpress(n))
		case digits(n) && len(n) == 15:
			return verdict(gs1(n))
		}
	case USPS:
		n = withoutRouting(n)
		switch {
		case s10Form(n):
			return verdict(s10(n))
		case digits(n) && len(n) == 22 && n[0] == '9':
			return verdict(gs1(n))
		case digits(n) && len(n) == 20:
			return verdict(gs1(n) || gs1("91"+n))
		}
	case DHL:
		switch {
		case s10Form(n):
			return verdict(s10(n))
		case digits(n) && len(n) == 10:
			return verdict(modulo7(n))
		}
	}
	return Unverifiable
}

func verdict(holds bool) Verdict {
	if holds {
		return Valid
	}
	return WrongDigit
}

func digits(n string) bool { return n != "" && strings.Trim(n, "0123456789") == "" }

func letters(n string) bool { return strings.Trim(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }

// s10Form says whether the number has the form of S10: two letters, eight digits, the check digit, a country.
func s10Form(n string) bool {
	return len(n) == 13 && letters(n[:2]) && digits(n[2:11]) && letters(n[11:])
}

// s10 checks the ninth digit: 11 less the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5.
func s10(n string) bool {
	sum := 0
	for i, weight := range [...]int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += weight * int(n[2+i]-'0')
	}
	digit := 11 - sum%11
	switch digit {
	case 10:
		digit = 0
	case 11:
		digit = 5
	}
	return digit == int(n[10]-'0')
}

// upsForm says whether the number is 1Z, six characters of the shipper, two of the service and eight of the parcel.
func upsForm(n string) bool {
	return len(n) == 18 && strings.HasPrefix(n, "1Z") && strings.Trim(n, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && digits(n[17:])
}

// ups checks the last digit: with the ones at even places taken twice, everything after 1Z adds up to a multiple of 10.
func ups(n string) bool {
	sum := int(n[17] - '0')
	for i, c := range n[2:17] {
		value := int(c - '0')
		if c >= 'A' {
			value = int(c-'A'+2) % 10
		}
		sum += value * (1 + i%2)
	}
	return sum%10 == 0
}

// fedexExpress checks the twelfth digit: the weighted sum of the others modulo 11, where 10 counts as 0.
func fedexExpress(n string) bool {
	sum := 0
	for i, weight := range [...]int{3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1} {
		sum += weight * int(n[i]-'0')
	}
	return sum%11%10 == int(n[11]-'0')
}

// gs1 checks the last digit as GS1 does: with every second digit before it, from the nearest, taken three times, all add
// up to a multiple of 10.
func gs1(n string) bool {
	sum := 0
	for i := range len(n) {
		weight := 1
		if (len(n)-1-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(n[i]-'0')
	}
	return sum%10 == 0
}

// withoutRouting leaves out the destination that a USPS barcode may begin with: 420 and a ZIP code of 5 or 9 digits.
func withoutRouting(n string) string {
	for _, zip := range []int{5, 9} {
		if strings.HasPrefix(n, "420") && len(n) == 3+zip+22 {
			return n[3+zip:]
		}
	}
	return n
}

// modulo7 checks the last digit: the others as one number, modulo 7.
func modulo7(n string) bool {
	rest := 0
	for _, c := range n[:len(n)-1] {
		rest = (rest*10 + int(c-'0')) % 7
	}
	return rest == int(n[len(n)-1]-'0')
}
