package play

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
)

var amountText = regexp.MustCompile(`^(?:0|[1-9][0-9]*)(?:\.([0-9]+))?$`)

// parseAmount reads an amount from its text, never through a float. Either it has exactly the currency's decimals or none:
// 42.5 is as likely a slip as it is 42.50.
func parseAmount(text string, c money.Currency) (money.Amount, error) {
	digits, err := c.Decimals()
	if err != nil {
		return money.Amount{}, err
	}
	m := amountText.FindStringSubmatch(text)
	if m == nil {
		return money.Amount{}, fmt.Errorf("%q is no amount such as %s", text, money.Minor(4250).Format(c))
	}
	if m[1] != "" && len(m[1]) != digits {
		return money.Amount{}, fmt.Errorf("%s: an amount in %s is written like %s", text, c, money.Minor(4250).Format(c))
	}
	minor, err := money.Parse(text, c)
	if err != nil {
		return money.Amount{}, err
	}
	return money.Amount{Minor: minor, Currency: c}, nil
}

// amount reads money in the currency. Where the currency is unknown, which has been told already, only the form counts.
func (r *reader) amount(n *yaml.Node, what string, c money.Currency) (money.Amount, bool) {
	n = follow(n)
	if k := scalarKind(n); n.Kind != yaml.ScalarNode || k != scalarWhole && k != scalarNumber {
		r.problem(n.Line, "%s: expected an amount, got %s", what, describe(n))
		return money.Amount{Currency: c}, false
	}
	if c == "" {
		return money.Amount{}, false
	}
	a, err := parseAmount(n.Value, c)
	if err != nil {
		r.problem(n.Line, "%s: %v", what, err)
		return money.Amount{Currency: c}, false
	}
	return a, true
}
