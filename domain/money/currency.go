package money

import (
	"fmt"
	"sync"

	"golang.org/x/text/currency"
)

// isoDecimals corrects and completes the data of golang.org/x/text, which is CLDR's: CLDR says how many decimals people
// write, ISO 4217 (list one, amendment 178) how many a minor unit has, and books are kept by the latter. The last lines
// are currencies that came after that data was made.
var isoDecimals = map[Currency]int{
	"AFN": 2, "ALL": 2, "AMD": 2, "COP": 2, "GYD": 2, "IDR": 2, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2, "MGA": 2,
	"MMK": 2, "MNT": 2, "PKR": 2, "RSD": 2, "SLL": 2, "SOS": 2, "SYP": 2, "TZS": 2, "UZS": 2, "YER": 2, "MRO": 2,
	"IQD": 3,
	"MRU": 2, "SLE": 2, "VED": 2, "VES": 2, "XCG": 2, "ZWG": 2,
}

// decimals is every currency that is legal tender somewhere, with the number of digits of its minor unit. Metals, funds
// and test codes are not money that an order can be paid in.
var decimals = sync.OnceValue(func() map[Currency]int {
	all := map[Currency]int{}
	for tender := currency.Query(); tender.Next(); {
		scale, _ := currency.Standard.Rounding(tender.Unit())
		all[Currency(tender.Unit().String())] = scale
	}
	for code, scale := range isoDecimals {
		all[code] = scale
	}
	return all
})

// ParseCurrency reads an ISO 4217 code: three capital letters that name a currency in use. Anything else is ErrCurrency.
func ParseCurrency(code string) (Currency, error) {
	c := Currency(code)
	if !c.Valid() {
		return "", fmt.Errorf("%w: three capital letters of ISO 4217 are expected, such as EUR", ErrCurrency)
	}
	return c, nil
}

// Valid says whether the code names a currency in use.
func (c Currency) Valid() bool {
	_, known := decimals()[c]
	return known
}

// Decimals returns how many decimal digits the currency has: 2 for EUR, 0 for JPY, 3 for KWD. It is ErrCurrency for a code
// that is not known, since a guess would move a hundred times the money.
func (c Currency) Decimals() (int, error) {
	n, known := decimals()[c]
	if !known {
		return 0, fmt.Errorf("%w: no number of decimals", ErrCurrency)
	}
	return n, nil
}
