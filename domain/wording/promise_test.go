package wording_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/wording"
)

func eur(minor money.Minor) money.Amount { return money.Amount{Minor: minor, Currency: "EUR"} }

func TestAPromiseIsReadAsTheOfferThatItIs(t *testing.T) {
	full, partial, replacement := dispute.RefundFull, dispute.RefundPartial, dispute.Replacement
	for _, c := range []struct {
		text   string
		remedy dispute.Remedy
		amount money.Amount
		share  int64
	}{
		{"I will refund you 10 EUR if you close the dispute", partial, eur(1000), 0},
		{"If you close it we'll refund you €12.50 today.", partial, eur(1250), 0},
		{"We send you $8 once the case is closed", partial, eur(800), 0}, // the order's own money
		{"I give you ten euros back", partial, eur(1000), 0},
		{"we will refund 1,204.50 euro", partial, eur(120450), 0},
		{"We refund half if you close it", partial, money.Amount{}, 5000},
		{"We can refund you 30% of the price", partial, money.Amount{}, 3000},
		{"I promise we refund you everything after that", full, money.Amount{}, 0},
		{"Please close the dispute and we send you a new one", replacement, money.Amount{}, 0},
		{"Dear friend, please close the dispute. When it is closed we send a new parcel the same day, promise.", replacement, money.Amount{}, 0},
		{"All our watches are original. Please close the dispute and we send you a second watch as a gift.", replacement, money.Amount{}, 0},
		{"We resend it, or we refund 20 EUR.", partial, eur(2000), 0},
		{"Le devolvemos 15 euros si cierra la disputa", partial, eur(1500), 0},
		{"Te devolvemos la mitad", partial, money.Amount{}, 5000},
		{"cierre la disputa y le enviamos uno nuevo", replacement, money.Amount{}, 0},
		{"Devolvo 12,50 euros se encerrar a disputa", partial, eur(1250), 0},
		{"Encerre a disputa e enviamos um novo", replacement, money.Amount{}, 0},
		{"Je vous rembourse 10 euros si vous fermez le litige", partial, eur(1000), 0},
		{"fermez le litige et nous vous renvoyons un neuf", replacement, money.Amount{}, 0},
		{"Ich erstatte Ihnen 10 Euro, wenn Sie den Fall schließen", partial, eur(1000), 0},
		{"Schließen Sie den Fall, dann schicken wir einen neuen", replacement, money.Amount{}, 0},
		{"Закройте спор, и мы вернём 10 евро", partial, eur(1000), 0},
		{"Закройте спор, завтра вышлем новый", replacement, money.Amount{}, 0},
		{"关闭纠纷就退您15欧元", partial, eur(1500), 0},
		{"关闭纠纷，我们给您补发", replacement, money.Amount{}, 0},
	} {
		offer, ok := wording.Default().Promise(c.text, "EUR", wording.Scope{})
		require.True(t, ok, c.text)
		require.Equal(t, c.remedy, offer.Remedy, c.text)
		require.Equal(t, c.amount, offer.Amount, c.text)
		require.Equal(t, c.share, offer.Share, c.text)
		require.NotEmpty(t, offer.Fragment)
		require.NotEmpty(t, c.text[offer.Start:offer.End])
	}
}

func TestWhatIsNotPromisedIsNoOffer(t *testing.T) {
	for _, text := range []string{
		"", "Please close the dispute.", "We do not refund 10 EUR.", "I want a refund of 10 EUR.", "When will it arrive?",
		"I will refund you 10.0055 EUR", "I will refund you 0 EUR", "No devolvemos 15 euros", "Wir erstatten nicht", "Мы не вернём 10 евро",
	} {
		_, ok := wording.Default().Promise(text, "EUR", wording.Scope{})
		require.False(t, ok, text)
	}
}

func TestAnAmountIsReadWithTheDecimalsOfItsCurrency(t *testing.T) {
	for _, c := range []struct {
		text   string
		order  money.Currency
		amount money.Amount
	}{
		{"I will refund you 6.500", "KWD", money.Amount{Minor: 6500, Currency: "KWD"}},
		{"I will refund you 10.005 EUR", "EUR", eur(1000500)}, // EUR has two decimals, so the point stands between thousands
		{"I will refund you 6.500 KWD", "EUR", money.Amount{Minor: 6500, Currency: "KWD"}},
		{"I will refund you 6.500 EUR", "KWD", eur(650000)},
		{"I will refund you 500 yen", "EUR", money.Amount{Minor: 500, Currency: "JPY"}},
		{"I will refund you $5.00", "CAD", money.Amount{Minor: 500, Currency: "CAD"}},
	} {
		offer, ok := wording.Default().Promise(c.text, c.order, wording.Scope{})
		require.True(t, ok, c.text)
		require.Equal(t, c.amount, offer.Amount, c.text)
	}
}
