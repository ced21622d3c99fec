package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/api/wire"
	"recourse/delivery"
)

func deliveryOf(p *client.PendingError) delivery.Command {
	return delivery.Command{ID: p.ID, Name: p.Name, Case: delivery.Case{ID: p.Case, Kind: "order"}, Sequence: p.Sequence}
}

// FuzzRequest sends any bytes as any operation's body. Whatever comes, the answer fits the contract, is no internal error,
// and does not repeat what was sent.
func FuzzRequest(f *testing.F) {
	c, err := loadContract()
	require.NoError(f, err)
	keys := sortedKeys(c.operations)
	for i, key := range keys {
		if op := c.operations[key]; op.RequestBody != nil {
			f.Add(uint(i), example(&testing.T{}, op), "application/json", "k", "a=b")
		}
	}
	f.Add(uint(0), `{"a":[[[[{"b":null}]]]],"a":1e999}`, "application/json; charset=utf-8", "", "limit=1")
	f.Add(uint(0), "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nother\r\n--x--", "multipart/form-data; boundary=x", "", "")
	var s *stage
	var d wire.Dispute
	f.Fuzz(func(t *testing.T, which uint, body, contentType, key, query string) {
		op := c.operations[keys[which%uint(len(keys))]]
		if s == nil || len(s.world.commands) > 500 { // one world for many requests: they meet states that no test thought of
			s = newStage(t, sandbox)
			d = s.aDispute()
		}
		s.t, s.world.t = t, t
		path := fill(strings.NewReplacer("{order}", d.Order, "{dispute}", d.ID, "{account}", s.seller).Replace(op.path), "", d.ID)
		for _, by := range []who{s.aBuyer(), s.aSeller(), s.aSupervisor(), thePlatform()} {
			req := httptest.NewRequest(op.method, path, strings.NewReader(body))
			req.URL.RawQuery = query
			req.Header.Set("Content-Type", contentType)
			req.Header.Set("Idempotency-Key", key)
			a := s.do(by, req)
			require.NotEqual(t, http.StatusInternalServerError, a.status, string(a.body))
			require.True(t, utf8.Valid(a.body))
		}
	})
}

// FuzzDecode looks at the parser alone, which is asked before anything is known of a request.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":"\ud800"}`, `[[[[`, `"\u0000"`, `1e400`, "\xef\xbb\xbf{}", `{"a":{"amount":1,"currency":"EUR"}}`,
		`[1,]`, `{"a":1,}`, `[1 2]`, `{"a" 1}`, `[1}`, `{"a":1,"\u0061":2}`, `{"":[null,true,{}],"b":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		value, p := decode(raw)
		if p != nil {
			require.Equal(t, codeMalformed, p.code)
			return
		}
		known := json.NewDecoder(bytes.NewReader(raw))
		known.UseNumber()
		var same any
		require.NoError(t, known.Decode(&same))
		require.Equal(t, same, value, "as everybody reads it")
		unstorable("", value)
		if object, ok := value.(map[string]any); ok {
			_, _, err := payload(object, nil, "EUR")
			if err != nil {
				require.Equal(t, codeValidationFailed, asProblem(err).code)
			}
		}
	})
}
