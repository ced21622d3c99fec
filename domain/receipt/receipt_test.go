package receipt_test

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/receipt"
)

func key(seed byte) receipt.Key {
	return receipt.NewKey(ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize))))
}

func given(t *testing.T) (receipt.Receipt, casefile.Command, map[string]casefile.Field) {
	c := casefile.Command{ID: "cmd_1", Case: "dsp_1", Sequence: 2, Name: "offer", By: casefile.Actor{ID: "acc_s", Role: casefile.Seller},
		At: time.Date(2026, 3, 2, 9, 0, 0, 120000, time.UTC), Data: json.RawMessage(`{"amount":500}`)}
	fields, err := casefile.CommandFields(c.Data, casefile.Salt{1})
	require.NoError(t, err)
	r, err := receipt.Of(c, fields, casefile.Hash{5}, 9, key('a'))
	require.NoError(t, err)
	return r, c, fields
}

func TestAReceiptHoldsForWhatWasReceivedAndNothingElse(t *testing.T) {
	r, c, fields := given(t)
	keys := receipt.Keys{key('a').KeyID(): key('a').Public(), key('b').KeyID(): key('b').Public()}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	back, err := receipt.Parse(text)
	require.NoError(t, err)
	require.NoError(t, back.Verify(keys))
	covers, err := back.Covers(c, fields)
	require.NoError(t, err)
	require.True(t, covers)
	require.ErrorIs(t, back.Verify(receipt.Keys{key('b').KeyID(): key('b').Public()}), receipt.ErrUnknownKey)

	for name, harm := range map[string]func(*receipt.Receipt){
		"case": func(r *receipt.Receipt) { r.Case = "dsp_2" }, "command": func(r *receipt.Receipt) { r.Command = "cmd_2" },
		"name": func(r *receipt.Receipt) { r.Name = "concede" }, "sequence": func(r *receipt.Receipt) { r.Sequence++ },
		"time": func(r *receipt.Receipt) { r.ReceivedAt = r.ReceivedAt.Add(time.Microsecond) }, "content": func(r *receipt.Receipt) { r.Content[0] ^= 1 },
		"head": func(r *receipt.Receipt) { r.Head[31] ^= 1 }, "place": func(r *receipt.Receipt) { r.HeadSequence++ },
		"signature": func(r *receipt.Receipt) { r.Signature[7] ^= 1 }, "no signature": func(r *receipt.Receipt) { r.Signature = nil },
		"key": func(r *receipt.Receipt) { r.Key = key('b').KeyID() },
	} {
		wrong := r
		wrong.Signature = append([]byte{}, r.Signature...)
		harm(&wrong)
		require.ErrorIs(t, wrong.Verify(keys), receipt.ErrSignature, name)
	}
	wrong := r
	wrong.Format = "recourse-receipt-2"
	require.ErrorIs(t, wrong.Verify(keys), receipt.ErrFormat)

	other := c
	other.Sequence = 3
	covers, err = r.Covers(other, fields)
	require.NoError(t, err)
	require.False(t, covers)

	_, err = receipt.Parse([]byte(strings.Replace(string(text), "{", `{"amount":1,`, 1)))
	require.Error(t, err, "a member that no signature covers")
	_, err = receipt.Parse(append(text, '1'))
	require.Error(t, err)
}

func TestKeysArePublishedAndReadBack(t *testing.T) {
	keys := receipt.Keys{key('a').KeyID(): key('a').Public(), key('b').KeyID(): key('b').Public()}
	document, err := json.Marshal(keys.Set())
	require.NoError(t, err)
	back, err := receipt.ParseKeys(document)
	require.NoError(t, err)
	require.Equal(t, keys, back)
	for _, bad := range []string{`{"keys":[]}`, `[]`, `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"mine","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`} {
		_, err := receipt.ParseKeys([]byte(bad))
		require.Error(t, err, bad)
	}
}

// BenchmarkReceipt is what a receipt adds to the answer of a command: its commitments, its hash and its signature.
func BenchmarkReceipt(b *testing.B) {
	c := casefile.Command{ID: "cmd_1", Case: "dsp_1", Sequence: 2, Name: "offer", By: casefile.Actor{ID: "acc_s", Role: casefile.Seller},
		At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Data: json.RawMessage(`{"remedy":"replacement","due":"10d","fallback":"refund_full"}`)}
	signer := key('a')
	for b.Loop() {
		fields, err := casefile.CommandFields(c.Data, casefile.Salt{1})
		require.NoError(b, err)
		_, err = receipt.Of(c, fields, casefile.Hash{5}, 9, signer)
		require.NoError(b, err)
	}
}
