package money_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/money"
)

func TestCurrenciesHaveTheDecimalsOfISO4217(t *testing.T) {
	for code, want := range map[money.Currency]int{
		"EUR": 2, "USD": 2, "GBP": 2, "CNY": 2, "CHF": 2, "HUF": 2, "TWD": 2,
		"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "XOF": 0, "UGX": 0, "PYG": 0,
		"KWD": 3, "BHD": 3, "TND": 3, "OMR": 3, "JOD": 3, "LYD": 3, "IQD": 3,
		"IDR": 2, "COP": 2, "RSD": 2, "PKR": 2, "TZS": 2, // people write these without decimals, the standard has two
		"MRU": 2, "SLE": 2, "VES": 2, "XCG": 2, "ZWG": 2, // younger than the data behind the package
	} {
		got, err := code.Decimals()
		require.NoError(t, err, code)
		require.Equal(t, want, got, code)
	}
}

func TestOnlyCurrenciesInUseAreCurrencies(t *testing.T) {
	c, err := money.ParseCurrency("EUR")
	require.NoError(t, err)
	require.Equal(t, money.Currency("EUR"), c)
	for _, code := range []string{"", "eur", "EU", "EURO", "E R", "ZZZ", "DEM", "XAU", "XTS", "XXX", "EUR\n"} {
		_, err := money.ParseCurrency(code)
		require.ErrorIs(t, err, money.ErrCurrency, "%q", code)
		_, err = money.Currency(code).Decimals()
		require.ErrorIs(t, err, money.ErrCurrency, "%q", code)
	}
}

func TestParseReadsDecimalText(t *testing.T) {
	for _, c := range []struct {
		text     string
		currency money.Currency
		want     money.Minor
		err      error
	}{
		{"42.00", "EUR", 4200, nil},
		{"42.5", "EUR", 4250, nil},
		{"42", "EUR", 4200, nil},
		{"0.01", "EUR", 1, nil},
		{"007.10", "EUR", 710, nil},
		{"36.500", "KWD", 36500, nil},
		{"0.001", "KWD", 1, nil},
		{"2100", "JPY", 2100, nil},
		{"0", "JPY", 0, nil},
		{"90071992547409.91", "EUR", money.MaxTotal, nil},
		{"90071992547409.92", "EUR", 0, money.ErrOutOfRange},
		{"99999999999999999999999", "JPY", 0, money.ErrOutOfRange},
		{"42.005", "EUR", 0, money.ErrTooManyDecimals},
		{"42.000", "EUR", 0, money.ErrTooManyDecimals},
		{"2100.0", "JPY", 0, money.ErrTooManyDecimals},
		{"36.5000", "KWD", 0, money.ErrTooManyDecimals},
		{"", "EUR", 0, money.ErrNotAnAmount},
		{".5", "EUR", 0, money.ErrNotAnAmount},
		{"5.", "EUR", 0, money.ErrNotAnAmount},
		{"-5", "EUR", 0, money.ErrNotAnAmount},
		{"+5", "EUR", 0, money.ErrNotAnAmount},
		{"1e3", "EUR", 0, money.ErrNotAnAmount},
		{"1,000", "EUR", 0, money.ErrNotAnAmount},
		{"1_000", "EUR", 0, money.ErrNotAnAmount},
		{" 5", "EUR", 0, money.ErrNotAnAmount},
		{"1.2.3", "EUR", 0, money.ErrNotAnAmount},
		{"٤٢", "EUR", 0, money.ErrNotAnAmount},
		{"0x1F", "JPY", 0, money.ErrNotAnAmount},
		{"5", "DEM", 0, money.ErrCurrency},
	} {
		got, err := money.Parse(c.text, c.currency)
		require.ErrorIs(t, err, c.err, "%q %s", c.text, c.currency)
		require.Equal(t, c.want, got, "%q %s", c.text, c.currency)
	}
}

func TestTooManyDecimalsSaysHowManyThereAre(t *testing.T) {
	_, err := money.Parse("42.005", "EUR")
	require.EqualError(t, err, "too many decimals: EUR has 2")
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		minor    money.Minor
		currency money.Currency
		want     string
	}{
		{4550, "EUR", "45.50"}, {5, "EUR", "0.05"}, {0, "EUR", "0.00"}, {-5, "EUR", "-0.05"}, {4550, "JPY", "4550"},
		{4550, "KWD", "4.550"}, {1, "KWD", "0.001"}, {lowest, "JPY", "-9223372036854775808"}, {4550, "DEM", "4550"},
	} {
		require.Equal(t, c.want, c.minor.Format(c.currency))
	}
	require.Equal(t, "45.50 EUR", money.Amount{Minor: 4550, Currency: "EUR"}.String())
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := money.Minor(rapid.Int64Range(0, int64(money.MaxTotal)).Draw(t, "minor"))
		currency := rapid.SampledFrom([]money.Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")
		got, err := money.Parse(minor.Format(currency), currency)
		require.NoError(t, err)
		require.Equal(t, minor, got)
	})
}

func TestAmountOnTheWire(t *testing.T) {
	text, err := json.Marshal(money.Amount{Minor: 4550, Currency: "EUR"})
	require.NoError(t, err)
	require.JSONEq(t, `{"amount":4550,"currency":"EUR"}`, string(text))
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"42.00", "36.500", "2100", ".", "1e9", "-1", "00000000000000000000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		minor, err := money.Parse(text, "EUR")
		if err != nil {
			require.Zero(t, minor)
			return
		}
		// What was accepted is the number that was written: without leading zeros, filled up to two decimals.
		units, fraction, _ := strings.Cut(text, ".")
		units = strings.TrimLeft(units, "0")
		if units == "" {
			units = "0"
		}
		require.Equal(t, units+"."+(fraction + "00")[:2], minor.Format("EUR"))
	})
}
