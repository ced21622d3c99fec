package casefile_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestTheFieldsOfAnEventHaveItsHashWhateverIsHidden(t *testing.T) {
	e := casefile.Event{Sequence: 1, Type: casefile.OfferMade, By: casefile.Actor{ID: "acc_s", Role: casefile.Seller},
		At: time.Date(2026, 3, 2, 9, 0, 0, 5000, time.UTC), Data: map[string]any{"amount": 4550, "text": "ab", "note": nil}}
	whole, err := casefile.Seal("dsp_1", casefile.Hash{7}, e, bytes.NewReader(bytes.Repeat([]byte{9}, 16)))
	require.NoError(t, err)
	erased, err := casefile.Redact(whole, "text")
	require.NoError(t, err)
	for name, r := range map[string]casefile.Record{"whole": whole, "erased": erased} {
		fields, err := r.Fields()
		require.NoError(t, err)
		require.Len(t, fields, 3)
		require.Equal(t, name == "whole", fields["text"].Shown())
		for field, f := range fields {
			require.NoError(t, f.Check(field))
		}
		fields["amount"] = fields["amount"].Hidden()
		hash, err := casefile.EventHash("dsp_1", casefile.Hash{7}, e, fields)
		require.NoError(t, err)
		require.Equal(t, whole.Hash, hash)

		back, err := json.Marshal(fields)
		require.NoError(t, err)
		require.NotContains(t, string(back), "4550")
	}
	wrong := casefile.Field{Value: "told without a salt"}
	require.ErrorContains(t, wrong.Check("text"), "no salt")
	fields, err := whole.Fields()
	require.NoError(t, err)
	f := fields["text"]
	f.Value = "ac"
	require.ErrorContains(t, f.Check("text"), `"text"`)
	require.Error(t, fields["amount"].Check("text"), "a value does not move to another field")
}

func TestTheContentHashOfACommandCoversAllOfIt(t *testing.T) {
	revision := int64(3)
	base := casefile.Command{ID: "cmd_1", Case: "dsp_1", Sequence: 2, Name: "offer", By: casefile.Actor{ID: "acc_s", Role: casefile.Seller},
		At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), IfRevision: &revision, Data: json.RawMessage(`{"remedy":"refund_partial","amount":500}`)}
	hash := func(c casefile.Command, salt casefile.Salt) casefile.Hash {
		fields, err := casefile.CommandFields(c.Data, salt)
		require.NoError(t, err)
		h, err := casefile.ContentHash(c, fields)
		require.NoError(t, err)
		for name := range fields {
			fields[name] = fields[name].Hidden()
		}
		same, err := casefile.ContentHash(c, fields)
		require.NoError(t, err)
		require.Equal(t, h, same, "what is hidden is covered all the same")
		return h
	}
	first := hash(base, casefile.Salt{1})
	require.Equal(t, first, hash(base, casefile.Salt{1}))
	require.NotEqual(t, first, hash(base, casefile.Salt{2}), "nobody guesses the content without the salt")
	for name, change := range map[string]func(*casefile.Command){
		"id": func(c *casefile.Command) { c.ID += "x" }, "case": func(c *casefile.Command) { c.Case += "x" },
		"sequence": func(c *casefile.Command) { c.Sequence++ }, "name": func(c *casefile.Command) { c.Name = "concede" },
		"who": func(c *casefile.Command) { c.By.ID = "acc_b" }, "role": func(c *casefile.Command) { c.By.Role = casefile.Buyer },
		"when": func(c *casefile.Command) { c.At = c.At.Add(time.Microsecond) }, "revision": func(c *casefile.Command) { c.IfRevision = nil },
		"amount": func(c *casefile.Command) { c.Data = json.RawMessage(`{"remedy":"refund_partial","amount":501}`) },
		"field":  func(c *casefile.Command) { c.Data = json.RawMessage(`{"remedy":"refund_partial"}`) },
	} {
		other := base
		change(&other)
		require.NotEqual(t, first, hash(other, casefile.Salt{1}), name)
	}
	for _, bad := range []string{`[]`, `{"a":1.5}`, `{`} {
		_, err := casefile.CommandFields(json.RawMessage(bad), casefile.Salt{1})
		require.Error(t, err, bad)
	}
	none, err := casefile.CommandFields(nil, casefile.Salt{})
	require.NoError(t, err)
	require.Empty(t, none)
}
