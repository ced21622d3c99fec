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
	switch w, known := Work(carrier, number); {
	case known && w.Holds():
		return Valid
	case known, strings.ToLower(Normalize(carrier)) == UPU:
		return WrongDigit
	}
	return Unverifiable
}

// Work works out the check digit of a carrier's number, where the number has a form for which one is published.
func Work(carrier, number string) (Working, bool) {
	n := Normalize(number)
	switch strings.ToLower(Normalize(carrier)) {
	case UPU:
		if s10Form(n) {
			return s10(n), true
		}
	case UPS:
		if upsForm(n) {
			return ups(n), true
		}
	case FedEx:
		switch {
		case digits(n) && len(n) == 12:
			return fedexExpress(n), true
		case digits(n) && len(n) == 15:
			return gs1("FedEx Ground", n), true
		}
	case USPS:
		return usps(withoutRouting(n))
	case DHL:
		switch {
		case s10Form(n):
			return s10(n), true
		case digits(n) && len(n) == 10:
			return modulo7(n), true
		}
	}
	return Working{}, false
}

func usps(n string) (Working, bool) {
	const standard = "USPS Intelligent Mail package barcode"
	switch {
	case s10Form(n):
		return s10(n), true
	case digits(n) && len(n) == 22 && n[0] == '9':
		return gs1(standard, n), true
	case digits(n) && len(n) == 20:
		if whole := gs1(standard, "91"+n); whole.Holds() {
			return whole, true
		}
		return gs1(standard, n), true
	}
	return Working{}, false
}

func digits(n string) bool { return n != "" && strings.Trim(n, "0123456789") == "" }

func letters(n string) bool { return strings.Trim(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }

// s10Form says whether the number has the form of S10: two letters, eight digits, the check digit, a country.
func s10Form(n string) bool {
	return len(n) == 13 && letters(n[:2]) && digits(n[2:11]) && letters(n[11:])
}

// s10 works out the ninth digit: 11 less the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5.
func s10(n string) Working {
	w := Working{Standard: "UPU S10", Digit: int(n[10] - '0')}
	for i, weight := range [...]int{8, 6, 4, 2, 3, 5, 9, 7} {
		w.add(int(n[2+i]-'0'), weight)
	}
	switch w.Expected = 11 - w.Sum%11; w.Expected {
	case 10:
		w.Expected = 0
	case 11:
		w.Expected = 5
	}
	return w
}

// upsForm says whether the number is 1Z, six characters of the shipper, two of the service and eight of the parcel.
func upsForm(n string) bool {
	return len(n) == 18 && strings.HasPrefix(n, "1Z") && strings.Trim(n, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && digits(n[17:])
}

// ups works out the last digit: with the ones at even places taken twice, everything after 1Z adds up to a multiple of 10.
func ups(n string) Working {
	w := Working{Standard: "UPS 1Z", Digit: int(n[17] - '0')}
	for i, c := range n[2:17] {
		value := int(c - '0')
		if c >= 'A' {
			value = int(c-'A'+2) % 10
		}
		w.add(value, 1+i%2)
	}
	w.Expected = (10 - w.Sum%10) % 10
	return w
}

// fedexExpress works out the twelfth digit: the weighted sum of the others modulo 11, where 10 counts as 0.
func fedexExpress(n string) Working {
	w := Working{Standard: "FedEx Express", Digit: int(n[11] - '0')}
	for i, weight := range [...]int{3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1} {
		w.add(int(n[i]-'0'), weight)
	}
	w.Expected = w.Sum % 11 % 10
	return w
}

// gs1 works out the last digit as GS1 does: with every second digit before it, from the nearest, taken three times, all add
// up to a multiple of 10.
func gs1(standard, n string) Working {
	last := len(n) - 1
	w := Working{Standard: standard, Digit: int(n[last] - '0')}
	for i := range last {
		weight := 1
		if (last-i)%2 == 1 {
			weight = 3
		}
		w.add(int(n[i]-'0'), weight)
	}
	w.Expected = (10 - w.Sum%10) % 10
	return w
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

// modulo7 works out the last digit: the others as one number, modulo 7. The sum is that number.
func modulo7(n string) Working {
	w := Working{Standard: "DHL Express", Digit: int(n[len(n)-1] - '0')}
	for _, c := range n[:len(n)-1] {
		w.Sum = w.Sum*10 + int(c-'0')
	}
	w.Expected = w.Sum % 7
	return w
}
