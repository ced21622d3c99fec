package casefile_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

func TestCanonicalForm(t *testing.T) {
	for _, c := range []struct {
		what, in, want string
	}{
		{"members are sorted", `{"b": 1, "a": [ 1 , 2 ], "": null}`, `{"":null,"a":[1,2],"b":1}`},
		// The sorting example of RFC 8785, section 3.2.3, with its escapes.
		{"by their UTF-16", `{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			`{"\r":"Carriage Return","1":"One","` + "\u0080" + `":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","` + "\ufb33" + `":"Hebrew Letter Dalet With Dagesh"}`},
		// The string of RFC 8785, section 3.2.2.
		{"escapes", `"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"`, `"€$\u000f\nA'B\"\\\\\"/"`},
		{"no escapes for pages", `"<b>&\u2028\u007f"`, "\"<b>&\u2028\u007f\""},
		{"integers", `[0, -1, 9223372036854775807, -9223372036854775808]`, `[0,-1,9223372036854775807,-9223372036854775808]`},
		{"words", `[true, false, null]`, `[true,false,null]`},
		{"empty", `[{}, [], ""]`, `[{},[],""]`},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, err := casefile.Canonical(json.RawMessage(c.in))
			require.NoError(t, err)
			require.Equal(t, c.want, string(got))
		})
	}
	for _, bad := range []string{`0.5`, `1.0`, `1e2`, `9223372036854775808`, `[{"a":[0.1]}]`} {
		_, err := casefile.Canonical(json.RawMessage(bad))
		require.ErrorIs(t, err, casefile.ErrNotCanonical, bad)
	}
	_, err := casefile.Canonical(json.RawMessage(`{`))
	require.Error(t, err)
	_, err = casefile.Canonical(json.RawMessage("\"\xff\""))
	require.ErrorIs(t, err, casefile.ErrNotCanonical)
}

func TestMinusZeroIsZero(t *testing.T) {
	got, err := casefile.Canonical(json.RawMessage(`-0`))
	require.NoError(t, err)
	require.Equal(t, "0", string(got))
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`{"b":1,"a":[true,null,"x"]}`, `-0`, `"\ud800"`, `1e5`, `{"a":{"a":{"a":[]}}}`, "\"\xff\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := casefile.Canonical(json.RawMessage(text))
		if err != nil {
			return
		}
		twice, err := casefile.Canonical(json.RawMessage(once))
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
		require.True(t, json.Valid(once))
	})
}
