package carriers

import (
	"strings"
	"unicode"
)

// statuses are the words that carriers use, as they are compared, and what each means here. A carrier's own words are added in
// its settings and come first.
var statuses = map[string]string{
	"accepted": "accepted", "acceptance": "accepted", "pickedup": "accepted", "pickup": "accepted", "collected": "accepted", "posted": "accepted",
	"posting": "accepted", "dropoff": "accepted", "origin": "accepted", "originscan": "accepted", "received": "accepted",

	"intransit": "in_transit", "transit": "in_transit", "departed": "in_transit", "arrived": "in_transit", "arrival": "in_transit",
	"processed": "in_transit", "sorted": "in_transit", "outfordelivery": "in_transit", "withcourier": "in_transit", "availableforpickup": "in_transit",
	"exported": "in_transit", "imported": "in_transit",

	"delivered": "delivered", "delivery": "delivered", "signed": "delivered", "pod": "delivered",

	"customs": "customs", "incustoms": "customs", "heldbycustoms": "customs", "customshold": "customs", "customsclearance": "customs",

	"returned": "returned", "returntosender": "returned", "returnedtosender": "returned", "rts": "returned",

	"lost": "lost", "missing": "lost",

	"exception": "exception", "failure": "exception", "failed": "exception", "deliveryfailed": "exception", "failedattempt": "exception",
	"attempted": "exception", "deliveryattempt": "exception", "undeliverable": "exception", "damaged": "exception", "delayed": "exception",
	"refused": "exception", "held": "exception", "error": "exception",
}

// plainWord is how words are compared: small letters and digits alone.
func plainWord(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// status is what a carrier's word means. A word that no table knows is a scan like any other: it shows where the parcel goes,
// and starts and ends nothing.
func status(word string, own map[string]string) (meaning string, known bool) {
	for _, table := range []map[string]string{own, statuses} {
		if meaning, known = table[plainWord(word)]; known {
			return meaning, true
		}
	}
	return "in_transit", false
}
