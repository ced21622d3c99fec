package wording

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"strings"
)

// accounts finds bank accounts and wallets by their check digits.
func (r *reading) accounts() {
	for i := 0; i < len(r.runes); i++ {
		if !asciiWord(r.runes[i]) || i > 0 && wordRune(r.runes[i-1]) && !isHan(r.runes[i-1]) {
			continue
		}
		if to := r.iban(i); to > i {
			r.flag(PaymentIdentifier, i, to, "", "iban")
			i = to - 1
			continue
		}
		to := i
		for to < len(r.runes) && asciiWord(r.runes[to]) {
			to++
		}
		if r.wallet(i, to) {
			r.flag(PaymentIdentifier, i, to, "", "wallet")
		}
		i = max(to-1, i)
	}
}

// ibanLengths is the length of an IBAN by country (ISO 13616, the registry of SWIFT).
var ibanLengths = map[string]int{
	"ad": 24, "ae": 23, "al": 28, "at": 20, "az": 28, "ba": 20, "be": 16, "bg": 22, "bh": 22, "br": 29, "by": 28, "ch": 21, "cr": 22,
	"cy": 28, "cz": 24, "de": 22, "dk": 18, "do": 28, "ee": 20, "eg": 29, "es": 24, "fi": 18, "fo": 18, "fr": 27, "gb": 22, "ge": 22,
	"gi": 23, "gl": 18, "gr": 27, "gt": 28, "hr": 21, "hu": 28, "ie": 22, "il": 23, "iq": 23, "is": 26, "it": 27, "jo": 30, "kw": 30,
	"kz": 20, "lb": 28, "lc": 32, "li": 21, "lt": 20, "lu": 20, "lv": 21, "ly": 25, "mc": 27, "md": 24, "me": 22, "mk": 19, "mr": 27,
	"mt": 31, "mu": 30, "nl": 18, "no": 15, "pk": 24, "pl": 28, "ps": 29, "pt": 25, "qa": 29, "ro": 24, "rs": 22, "ru": 33, "sa": 24,
	"sc": 31, "se": 24, "si": 19, "sk": 24, "sm": 27, "st": 25, "sv": 28, "tl": 23, "tn": 24, "tr": 26, "ua": 29, "va": 22, "vg": 24,
	"xk": 20,
}

// iban is where the IBAN that begins at a rune ends, or i. Spaces, dots and hyphens between its signs do not matter.
func (r *reading) iban(i int) int {
	var signs [34]byte
	length, n, to := len(signs), 0, i
	for ; to < len(r.runes) && n < length; to++ {
		c := r.runes[to]
		switch {
		case asciiWord(c):
			signs[n] = byte(c)
			n++
		case c == ' ' || c == '.' || c == '-':
			continue
		case lettersAsDigits[c] != 0 && n >= 2:
			signs[n] = byte(lettersAsDigits[c])
			n++
		default:
			return i
		}
		switch n {
		case 1:
			if c < 'a' {
				return i
			}
		case 2:
			of, known := ibanLengths[string(signs[:2])]
			if !known {
				return i
			}
			length = of
		case 3, 4:
			if !isDigit(asDigit(rune(signs[n-1]))) {
				return i
			}
		}
	}
	if n < length || to < len(r.runes) && wordRune(r.runes[to]) && !isHan(r.runes[to]) {
		return i
	}
	if mod97(signs[:n], false) || mod97(signs[:n], true) {
		return to
	}
	return i
}

// asDigit is the digit that a letter stands in for, or the letter.
func asDigit(c rune) rune {
	if d, ok := lettersAsDigits[c]; ok {
		return d
	}
	return c
}

// mod97 checks an IBAN (ISO 7064), with the letters after the country read as digits if asked to.
func mod97(signs []byte, lookalikes bool) bool {
	rest := 0
	for i := range signs {
		place := (i + 4) % len(signs)
		c := signs[place]
		if place >= 2 && (lookalikes || place < 4) {
			c = byte(asDigit(rune(c)))
		}
		if isDigit(rune(c)) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'a') + 10) % 97
		}
	}
	return rest == 1
}

// isCard says whether digits are a card's: a range that card schemes use, and the check digit (ISO/IEC 7812).
func isCard(digits []byte) bool {
	head := func(n int) (v int) {
		for _, d := range digits[:n] {
			v = v*10 + int(d-'0')
		}
		return v
	}
	two, four, n := head(2), head(4), len(digits)
	switch {
	case digits[0] == '4' && (n == 13 || n == 16 || n == 19): // Visa
	case (two >= 51 && two <= 55 || four >= 2221 && four <= 2720) && n == 16: // Mastercard
	case (two == 34 || two == 37) && n == 15: // American Express
	case (four == 6011 || two == 65 || four >= 6440 && four <= 6499) && n >= 16: // Discover
	case two == 62 && n >= 16: // UnionPay
	case four >= 2200 && four <= 2204 && n >= 16: // Mir
	case four >= 3528 && four <= 3589 && n >= 16: // JCB
	default:
		return false
	}
	sum := 0
	for i, d := range digits {
		v := int(d - '0')
		if (n-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// wallet says whether runes are the address of a wallet: of Ethereum by its form, of Bitcoin and Tron by their check sums.
func (r *reading) wallet(from, to int) bool {
	n := to - from
	if n < 26 || n > 74 {
		return false
	}
	written := r.text[r.from[from]:r.to[to-1]]
	switch {
	case len(written) != n:
		return false
	case n == 42 && strings.HasPrefix(strings.ToLower(written), "0x"):
		return strings.Trim(strings.ToLower(written[2:]), "0123456789abcdef") == ""
	case strings.HasPrefix(strings.ToLower(written), "bc1"):
		return isBech32(strings.ToLower(written))
	case n <= 35 && strings.ContainsRune("13T", rune(written[0])):
		return isBase58Check(written)
	}
	return false
}

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// isBase58Check verifies the double SHA-256 check sum of an address of 21 bytes and 4 of the sum.
func isBase58Check(address string) bool {
	value := new(big.Int)
	for _, c := range []byte(address) {
		digit := strings.IndexByte(base58, c)
		if digit < 0 {
			return false
		}
		value.Add(value.Mul(value, big.NewInt(58)), big.NewInt(int64(digit)))
	}
	if value.BitLen() > 25*8 {
		return false
	}
	var whole [25]byte
	value.FillBytes(whole[:])
	once := sha256.Sum256(whole[:21])
	twice := sha256.Sum256(once[:])
	return bytes.Equal(twice[:4], whole[21:])
}

const bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// isBech32 verifies the check sum of BIP 173, or that of BIP 350, of a Bitcoin address.
func isBech32(address string) bool {
	sum := uint32(1)
	step := func(v uint32) {
		top := sum >> 25
		sum = sum&0x1FFFFFF<<5 ^ v
		for i, g := range [5]uint32{0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	for _, c := range []byte("bc") {
		step(uint32(c) >> 5)
	}
	step(0)
	for _, c := range []byte("bc") {
		step(uint32(c) & 31)
	}
	for _, c := range []byte(address[3:]) {
		v := strings.IndexByte(bech32, c)
		if v < 0 {
			return false
		}
		step(uint32(v))
	}
	return sum == 1 || sum == 0x2BC830A3
}
