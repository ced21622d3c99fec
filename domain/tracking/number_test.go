package tracking_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/tracking"
)

// published are numbers that carriers give as examples, or that are published as test data of their forms
// (tracking_number_data is jkeen/tracking_number_data on GitHub).
var published = []struct{ carrier, number, source string }{
	{tracking.UPU, "RA473124829GB", "the worked example of S10's weights, 47312482 → 9"},
	{tracking.UPU, "RB123456785GB", "tracking_number_data"},
	{tracking.UPU, " R B 1 2 3 4 5 6 7 8 5 C V ", "tracking_number_data"},
	{tracking.UPU, "rb123456785us", "CASEFILES, in small letters"},

	{tracking.UPS, "1Z999AA10123456784", "UPS, help page on tracking numbers"},
	{tracking.UPS, "1Z12345E6605272234", "UPS Tracking developer guide, sample numbers"},
	{tracking.UPS, "1ZWX0692YP40636269", "UPS Tracking developer guide, sample numbers"},
	{tracking.UPS, "1Z648616E192760718", "UPS Tracking developer guide, sample numbers"},
	{tracking.UPS, "1Z5R89390357567127", "tracking_number_data"},
	{tracking.UPS, "1Z879E930346834440", "tracking_number_data"},
	{tracking.UPS, "1Z410E7W0392751591", "tracking_number_data"},
	{tracking.UPS, "1Z8V92A70367203024", "tracking_number_data"},

	{tracking.FedEx, "012345678983", "the worked example of the weights, 179 modulo 11 = 3"},
	{tracking.FedEx, "986578788855", "tracking_number_data"},
	{tracking.FedEx, "477179081230", "tracking_number_data"},
	{tracking.FedEx, "799531274483", "tracking_number_data"},
	{tracking.FedEx, "790535312317", "tracking_number_data"},
	{tracking.FedEx, "974367662710", "tracking_number_data"},
	{tracking.FedEx, "0414 4176 0228 964", "tracking_number_data"},
	{tracking.FedEx, "5682 8361 0012 000", "tracking_number_data"},
	{tracking.FedEx, "5682 8361 0012 734", "tracking_number_data"},
	{tracking.FedEx, "449044304137821", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "149331877648230", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "020207021381215", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "403934084723025", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "231300687629630", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "070358180009382", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "568838414941", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "797806677146", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "797615467620", "FedEx developer portal, mock tracking numbers"},
	{tracking.FedEx, "581190049992", "FedEx developer portal, mock tracking numbers"},

	{tracking.USPS, "420 22153 9101026837331000039521", "tracking_number_data"},
	{tracking.USPS, "4201002334249200190132607600833457", "tracking_number_data"},
	{tracking.USPS, "7196 9010 7560 0307 7385", "tracking_number_data"},
	{tracking.USPS, "0307 1790 0005 2348 3741", "tracking_number_data"},
	{tracking.USPS, "7112 3456 7891 2345 6787", "tracking_number_data"},
	{tracking.USPS, "9505 5110 6960 5048 6006 24", "tracking_number_data"},
	{tracking.USPS, "9101 1234 5678 9000 0000 13", "tracking_number_data"},
	{tracking.USPS, "9400 1112 0108 0805 4830 16", "tracking_number_data"},
	{tracking.USPS, "9361 2898 7870 0317 6337 95", "tracking_number_data"},

	{tracking.DHL, "3318810025", "tracking_number_data"},
	{tracking.DHL, "8487135506", "tracking_number_data"},
	{tracking.DHL, "1099255990", "tracking_number_data"},
	{tracking.DHL, "3821724944", "tracking_number_data"},
	{tracking.DHL, "3318810036", "tracking_number_data"},
}

func TestPublishedNumbersHold(t *testing.T) {
	for _, c := range published {
		require.Equal(t, tracking.Valid, tracking.Check(c.carrier, c.number), "%s %s (%s)", c.carrier, c.number, c.source)
	}
}

func TestEveryOtherLastDigitIsFound(t *testing.T) {
	for _, c := range published {
		number := []byte(tracking.Normalize(c.number))
		place := len(number) - 1
		if number[place] > '9' {
			place = 10 // of S10 the country comes last
		}
		right := number[place]
		if c.carrier == tracking.USPS && len(number) == 20 {
			continue // with and without the 91 that may be left out two digits hold
		}
		for digit := byte('0'); digit <= '9'; digit++ {
			number[place] = digit
			want := tracking.WrongDigit
			if digit == right {
				want = tracking.Valid
			}
			require.Equal(t, want, tracking.Check(c.carrier, string(number)), "%s", number)
		}
	}
}

func TestKnownWrongNumbers(t *testing.T) {
	for _, c := range []struct{ carrier, number string }{
		{"upu", "LP409666043CN"}, {"upu", "RB123456786US"}, {"ups", "1Z1111111111111111"}, {"fedex", "996578788855"},
		{"fedex", "5682 8361 0012 732"}, {"usps", "9200000000000000000000"}, {"usps", "0307 1790 0005 2348 3742"}, {"dhl", "3318810010"},
		// Placeholders on the carriers' own pages are no numbers.
		{"usps", "9400 1000 0000 0000 0000 00"}, {"usps", "EC 000 000 000 US"},
		// UPU has one form only, so another is no number at all.
		{"upu", ""}, {"upu", "LP40966604CN"}, {"upu", "409666049"}, {"upu", "LP4096660491N"}, {"upu", "1Z999AA10123456784"}, {"upu", "LP40966604٩N"},
	} {
		require.Equal(t, tracking.WrongDigit, tracking.Check(c.carrier, c.number), "%s %s", c.carrier, c.number)
	}
}

func TestWhatHasNoPublishedCheckDigitIsNotSuspect(t *testing.T) {
	for _, c := range []struct{ carrier, number string }{
		{"ontrac", "C11031500001879"}, {"", ""}, {"yunexpress", "YT2032421266123456"}, {"ups", "92612999988208211718"}, {"ups", "K2479825491"},
		{"fedex", "61299998820821171811"}, {"fedex", ""}, {"usps", "82000000000000000000"[:19]}, {"dhl", "GM2951173225174494"},
		{"dhl", "JJD0099999999"}, {"dhl", "73891051146"},
	} {
		require.Equal(t, tracking.Unverifiable, tracking.Check(c.carrier, c.number), "%s %s", c.carrier, c.number)
		require.Empty(t, tracking.Verify(tracking.Facts{Carrier: c.carrier, Number: c.number}))
	}
	require.Equal(t, tracking.Valid, tracking.Check(" UPU ", "RA473124829GB"), "the carrier's name in any case")
}

var shipping = regexp.MustCompile(`carrier: (\w+), tracking: (\w+)`)

// invented are the numbers of the examples that are made up, and say so.
var invented = map[string]string{"LP409666043CN": "stalled-with-invalid-tracking", "LP220417731CN": "no-new-listings"}

// TestNumbersOfTheCaseFiles checks each number of the examples.
func TestNumbersOfTheCaseFiles(t *testing.T) {
	files, err := filepath.Glob("../../cases/*.yaml")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range shipping.FindAllStringSubmatch(string(text), -1) {
			found++
			want := tracking.Valid
			if story, known := invented[m[2]]; known && strings.Contains(file, story) {
				want = tracking.WrongDigit
			}
			require.Equal(t, want, tracking.Check(m[1], m[2]), "%s: %s", file, m[2])
		}
	}
	require.NotZero(t, found, "the case files ship something")
}

func FuzzCheck(f *testing.F) {
	for _, c := range published {
		f.Add(c.carrier, c.number)
	}
	f.Fuzz(func(t *testing.T, carrier, number string) {
		require.Equal(t, tracking.Check(carrier, number), tracking.Check(strings.ToUpper(carrier), tracking.Normalize(number)))
	})
}
