package play

import (
	"encoding/json"
	"fmt"

	"recourse/api/client"
	"recourse/domain/money"
)

// amount is money as the API has it.
func amount(a money.Amount) *client.Money {
	return &client.Money{Amount: int64(a.Minor), Currency: string(a.Currency)}
}

// received is money as the stories have it.
func received(m client.Money) money.Amount {
	return money.Amount{Minor: money.Minor(m.Amount), Currency: money.Currency(m.Currency)}
}

// formatAmount writes an amount with all decimals of its currency: 42.00, 4200, 39.750.
func formatAmount(a money.Amount) string { return a.Minor.Format(a.Currency) }

// decode reads an answer.
func decode[T any](rep reply, what string) (T, error) {
	var out T
	if err := json.Unmarshal(rep.body, &out); err != nil {
		return out, fmt.Errorf("%s: read the answer: %w", what, err)
	}
	return out, nil
}

// skus lists articles without quantities.
func skus(refs []LineRef) []string {
	var out []string
	for _, ref := range refs {
		out = append(out, ref.SKU)
	}
	return out
}

// claimed lists articles with the quantity that is claimed.
func claimed(refs []LineRef) []client.ClaimedLine {
	var out []client.ClaimedLine
	for _, ref := range refs {
		out = append(out, client.ClaimedLine{Sku: ref.SKU, Quantity: int(ref.Quantity)})
	}
	return out
}
