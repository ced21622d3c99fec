package wording_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"recourse/domain/wording"
)

func scan(text string) []wording.Flag { return wording.Default().Scan(text, wording.Scope{}) }

// TestAFlagIsTheExactSpanOfWhatWasWritten shows spans through every kind of disguise: in brackets stands what is flagged.
func TestAFlagIsTheExactSpanOfWhatWasWritten(t *testing.T) {
	for _, c := range []struct {
		written  string // with the span in ⟦ ⟧
		rule     wording.Rule
		fragment string
	}{
		{"Hello, please ⟦close the dispute⟧ now.", wording.RequestToClose, "en.close_dispute"},
		{"please ⟦cl\u200bo\u00adse the dis\u2060pute⟧", wording.RequestToClose, "en.close_dispute"},
		{"please ⟦ｃｌｏｓｅ ｔｈｅ ｄｉｓｐｕｔｅ⟧", wording.RequestToClose, "en.close_dispute"},
		{"please ⟦𝐜𝐥𝐨𝐬𝐞 𝐭𝐡𝐞 𝐝𝐢𝐬𝐩𝐮𝐭𝐞⟧!", wording.RequestToClose, "en.close_dispute"},
		{"please ⟦clоsе the disрutе⟧", wording.RequestToClose, "en.close_dispute"},
		{"pls ⟦c l o s e  t h e  d i s p u t e⟧", wording.RequestToClose, "en.close_dispute"},
		{"pls ⟦c.l.o.s.e the dis-pute⟧", wording.RequestToClose, "en.close_dispute"},
		{"⟦cl0se the d1spute⟧ ok", wording.RequestToClose, "en.close_dispute"},
		{"Bitte ⟦SCHLIEẞEN Sie den Fall⟧.", wording.RequestToClose, "de.close_dispute"},
		{"¿⟦CIERRE la disputa⟧?", wording.RequestToClose, "es.close_dispute"},
		{"⟦關 閉 糾 紛⟧吧", wording.RequestToClose, "zh.close_dispute"},
		{"Зaкройте... ⟦зaкpoйте cпop⟧", wording.RequestToClose, "ru.close_dispute"},
		{"my card ⟦4111 1111 1111 1111⟧ thanks", wording.PaymentIdentifier, "card"},
		{"transfer to ⟦DE89 3704 0044 0532 0130 00⟧, thanks", wording.PaymentIdentifier, "iban"},
		{"to ⟦D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0⟧ please", wording.PaymentIdentifier, "iban"},
		{"⟦0x742d35Cc6634C0532925a3b844Bc454e4438f44e⟧.", wording.PaymentIdentifier, "wallet"},
		{"the rest to ⟦https://paypal.me/fastdeal⟧ .", wording.PaymentIdentifier, "payment_link"},
		{"write to ⟦ｔom@example.com⟧.", wording.ContactData, "mail"},
		{"write to ⟦t o m @ m a i l . c o m⟧ please", wording.ContactData, "mail"},
		{"ring ⟦+44 7911 123456⟧, please", wording.ContactData, "phone"},
		{"call ⟦four one five five five five zero one three two⟧", wording.ContactData, "phone_in_words"},
		{"tel ٠ or ⟦٠٧٩١١ ١٢٣٤٥٦⟧", wording.ContactData, "phone"},
		{"see ⟦http://lamps.example.shop/x?y=1⟧, ok", wording.OutsideLink, "link"},
		{"see ⟦hxxp://lamps.shop⟧ ok", wording.OutsideLink, "link"},
		{"点击⟦lamps.shop/x⟧购买", wording.OutsideLink, "host"},
		{"You ⟦piece of sh!t⟧.", wording.Insult, "en.slur"},
		{"You are all ⟦m*rons⟧", wording.Insult, "en.slur"},
	} {
		text := strings.NewReplacer("⟦", "", "⟧", "").Replace(c.written)
		start := strings.Index(c.written, "⟦")
		end := strings.Index(c.written, "⟧") - len("⟦")
		var got []wording.Flag
		for _, f := range scan(text) {
			if f.Rule == c.rule {
				got = append(got, f)
			}
		}
		require.NotEmpty(t, got, c.written)
		last := got[len(got)-1]
		require.Equal(t, text[start:end], text[last.Start:last.End], c.written)
		require.Equal(t, c.fragment, last.Fragment, c.written)
		first, after := last.Runes(text)
		require.Equal(t, []rune(text)[first:after], []rune(text[start:end]), c.written)
	}
}

func TestASpanIsInTheLanguageWhoseWordsWereMet(t *testing.T) {
	flags := scan("please close the dispute, +44 7911 123456")
	require.Len(t, flags, 2)
	require.Equal(t, "en", flags[0].Language)
	require.Empty(t, flags[1].Language, "a phone has none")
}

func TestOnlyTheLanguagesThatAreAskedForAreRead(t *testing.T) {
	text := "por favor cierre la disputa"
	require.NotEmpty(t, wording.Default().Scan(text, wording.Scope{Languages: []string{"es"}}))
	require.Empty(t, wording.Default().Scan(text, wording.Scope{Languages: []string{"de"}}))
	require.NotEmpty(t, wording.Default().Scan("4111 1111 1111 1111", wording.Scope{Languages: []string{"de"}}), "a card has no language")
}

func TestAPhoneWithoutItsCountryIsTriedInTheCountriesOfTheParties(t *testing.T) {
	text := "call me on 412 34 567" // eight digits are a mobile of Norway, and of no country of the English data
	require.Empty(t, wording.Default().Scan(text, wording.Scope{Languages: []string{"en"}}))
	require.NotEmpty(t, wording.Default().Scan(text, wording.Scope{Languages: []string{"en"}, Countries: []string{"NO"}}))
}

func TestALinkToAnAllowedHostIsNoFlagAndHostsAreComparedWhole(t *testing.T) {
	scope := wording.Scope{Hosts: []string{"market.example.com"}}
	for _, allowed := range []string{"https://www.dhl.com/track?x=1", "royalmail.com/track",
		"https://help.market.example.com/a", "https://user@www.dhl.com:443/x"} {
		for _, f := range wording.Default().Scan("see "+allowed, scope) {
			require.NotEqual(t, wording.OutsideLink, f.Rule, allowed)
		}
	}
	for _, outside := range []string{
		"https://dhl.com.evil.top/x", "https://notdhl.com/", "https://evil.top/?u=dhl.com", "evil.top/dhl.com", "https://market.example.com.evil.top", "http://10.0.0.1/x",
		"https://dhl.com@evil.top/", "https://www.dhl.com:443@evil.top/x", "https://evil.top/@dhl.com"} {
		require.Equal(t, []wording.Rule{wording.OutsideLink}, rules(wording.Default().Scan("see "+outside, scope)), outside)
	}
}

func TestASentenceThatBeginsWithoutASpaceIsNoLink(t *testing.T) {
	for _, text := range []string{"It came broken.So I want to return it", "send it.In any case", "Version 2.0.14", "no.No", "ok.is it?"} {
		require.Empty(t, scan(text), text)
	}
}

func TestWhatIsDeniedReportedOrAskedIsNoRequest(t *testing.T) {
	for _, text := range []string{
		"I won't close the dispute.", "Please do not close the dispute.", "He told me to cancel the dispute.", "Should I close the dispute?",
		"No voy a cerrar la disputa.", "Não vou fechar a disputa.", "Je ne fermerai pas le litige.", "Ich schließe den Fall nicht.",
		"Не буду закрывать спор.", "我不会关闭纠纷。",
	} {
		require.Empty(t, scan(text), text)
	}
}

func TestNothingIsFoundInNothing(t *testing.T) {
	for _, text := range []string{"", " ", "\n\n", "\u200b\u200b", "....", "ok", strings.Repeat("★", 50), "\xff\xfe"} {
		require.Empty(t, scan(text), "%q", text)
	}
}

func TestATextThatIsNotUTF8HasSpansThatHoldIt(t *testing.T) {
	text := "\xffplease close\xc3 the dispute\xe2\x82"
	flags := scan(text)
	require.Len(t, flags, 1)
	require.Equal(t, "close\xc3 the dispute", text[flags[0].Start:flags[0].End])
}

func TestAnAccountOfAPaymentServiceIsNoContact(t *testing.T) {
	require.Equal(t, []wording.Rule{wording.PaymentIdentifier}, rules(scan("PayPal to joe@example.com")))
	require.Equal(t, []wording.Rule{wording.ContactData}, rules(scan("mail to joe@example.com")))
	require.ElementsMatch(t, []wording.Rule{wording.PaymentIdentifier, wording.ContactData}, rules(scan("PayPal to joe@example.com. For questions write to ann@example.com")))
}

func TestFlagsAreInOrderAndThoseOfOneRuleDoNotOverlap(t *testing.T) {
	text := "Close the dispute, close the claim. Pay 5 EUR more to GB29 NWBK 6016 1331 9268 19 or call +44 7911 123456; 5 stars get a gift"
	flags := scan(text)
	require.Greater(t, len(flags), 4)
	sound(t, text, flags)
	require.Equal(t, flags, scan(text), "the same text has the same flags")
}

// sound says that flags are what Scan promises of every text.
func sound(t require.TestingT, text string, flags []wording.Flag) {
	end := map[wording.Rule]int{}
	for i, f := range flags {
		require.GreaterOrEqual(t, f.Start, 0)
		require.Less(t, f.Start, f.End)
		require.LessOrEqual(t, f.End, len(text))
		require.True(t, boundary(text, f.Start) && boundary(text, f.End), "%q %+v", text, f)
		require.GreaterOrEqual(t, f.Start, end[f.Rule], "%q %+v", text, f)
		end[f.Rule] = f.End
		require.Contains(t, wording.Rules, f.Rule)
		require.NotEmpty(t, f.Fragment)
		if i > 0 {
			require.LessOrEqual(t, flags[i-1].Start, f.Start)
		}
	}
}

// boundary says that a rune, or a byte that is none, begins at a byte of a text, or the text ends there.
func boundary(text string, at int) bool {
	for i := 0; i < len(text); {
		if i == at {
			return true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return at == len(text)
}
