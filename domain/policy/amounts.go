package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"recourse/domain/money"
)

// defaultKey is the key of an Amounts that stands for every currency that is not listed.
const defaultKey = "default"

// ParsePercent reads a percentage from 0 to 100 with at most two decimals: "10", "0.5", "12.25". Anything else is
// ErrPercent.
func ParsePercent(text string) (Percent, error) {
	whole, fraction, pointed := strings.Cut(text, ".")
	if len(whole) == 0 || len(whole) > 3 || len(fraction) > 2 || pointed && fraction == "" ||
		strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, ErrPercent
	}
	n, err := strconv.Atoi(whole + (fraction + "00")[:2])
	if err != nil || n > 100_00 {
		return 0, ErrPercent
	}
	return Percent(n), nil
}

// Of returns the percentage of the total, rounded half up to a minor unit. A percentage outside of 0 to 100, which no
// policy holds, counts as the nearer end.
func (p Percent) Of(total money.Minor) money.Minor {
	part, _ := money.PercentOf(total, int64(min(max(p, 0), 100_00))) // never out of range between 0 and 100
	return part
}

// String writes the percentage without a sign and without decimals that say nothing: "10", "0.5".
func (p Percent) String() string {
	text := strconv.FormatInt(int64(p/100), 10)
	if rest := p % 100; rest != 0 {
		text += "." + strings.TrimRight(string([]byte{'0' + byte(rest/10), '0' + byte(rest%10)}), "0")
	}
	return text
}

// MarshalText writes the percentage as text, the form in JSON.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePercent reads.
func (p *Percent) UnmarshalText(text []byte) error {
	parsed, err := ParsePercent(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// MarshalYAML writes the percentage as a plain number.
func (p Percent) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: p.String()}, nil
}

// MarshalYAML writes each amount with the decimals of its currency, and the default in minor units.
func (a Amounts) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	add := func(key, value string) {
		node.Content = append(node.Content,
			&yaml.Node{Kind: yaml.ScalarNode, Value: key}, &yaml.Node{Kind: yaml.ScalarNode, Value: value})
	}
	for _, code := range slices.Sorted(maps.Keys(a.By)) {
		add(code, a.By[code].Format(money.Currency(code)))
	}
	add(defaultKey, strconv.FormatInt(int64(a.Default), 10))
	return node, nil
}
