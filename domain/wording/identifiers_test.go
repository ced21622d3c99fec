package wording_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/wording"
)

// TestAnIdentifierIsOneByItsCheckDigits has each that is right beside the same with one sign changed.
func TestAnIdentifierIsOneByItsCheckDigits(t *testing.T) {
	for _, c := range []struct{ right, wrong, fragment string }{
		{"here 4111 1111 1111 1111 ok", "here 4111 1111 1111 1112 ok", "card"},
		{"here GB29NWBK60161331926819 ok", "here GB29NWBK60161331926818 ok", "iban"},
		{"here TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t ok", "here TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u ok", "wallet"},
		{"here 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa ok", "here 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ok", "wallet"},
		{"here bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq ok", "here bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mda ok", "wallet"},
		{"here 0x742d35Cc6634C0532925a3b844Bc454e4438f44e ok", "here 0x742d35Cc6634C0532925a3b844Bc454e4438f44g ok", "wallet"},
		{"here +44 7911 123456 ok", "here +44 0000 123456 ok", "phone"},
	} {
		flags := scan(c.right)
		require.Len(t, flags, 1, c.right)
		require.Equal(t, c.fragment, flags[0].Fragment, c.right)
		require.Empty(t, scan(c.wrong), c.wrong)
	}
}

func TestAWordBeforeANumberSaysThatItIsNoCardAndNoPhone(t *testing.T) {
	require.Equal(t, []wording.Rule{wording.PaymentIdentifier}, rules(scan("take 4111 1111 1111 1111")))
	require.Empty(t, scan("the tracking number 4111 1111 1111 1111"))
	require.Equal(t, []wording.Rule{wording.ContactData}, rules(scan("it is 07911 123456")))
	require.Empty(t, scan("the order 07911 123456"))
	require.Equal(t, []wording.Rule{wording.ContactData}, rules(scan("about the order call 07911 123456")), "the nearest word counts")
}

func TestADateIsNoPhone(t *testing.T) {
	require.Equal(t, []wording.Rule{wording.ContactData}, rules(scan("from 202-411-0318")), "this would be one")
	for _, text := range []string{"from 2024-11-03 18 on", "from 03.11.2024 18 on", "sent 2024/11/03 1842"} {
		require.Empty(t, scan(text), text)
	}
}
